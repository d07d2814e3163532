"""Shifts in words: whose they are and why, from when to when by the reader's clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backline.core.oncall import Layer, Shift, Why
from backline.desk.administration.calendars.hours import week_in_a_line
from backline.look import moments
from backline.people import queries as people

UNITS = {"WEEK": 7 * 24, "DAY": 24, "HOUR": 1}
"""How turns are counted, in hours of the wall clock."""


def names_of(*found: Iterable[Shift]) -> dict[str, str]:
    """What everybody is called who has one of these shifts, or would have had it."""
    persons = {person for shifts in found for shift in shifts for person in (shift.person, shift.instead_of)}
    return {one: person.name for one, person in people.persons_by_id(persons).items()}


def reason(shift: Shift, names: Mapping[str, str]) -> str:
    """Why somebody has a shift who does not have it by turn."""
    said = {
        Why.TURN: "",
        Why.OVERRIDE: _("named for this time"),
        Why.SWAP: _("for %(name)s: swap"),
        Why.STANDS_IN: _("for %(name)s, who is away"),
    }[shift.why]
    return said % {"name": names.get(shift.instead_of, "")}


def clock(moment: datetime, zone: str) -> str:
    """What the clock on the wall shows; in an hour that comes twice, with how far it is from UTC then."""
    return f"{moment.astimezone(moments.zone_of(zone)):%H:%M}{_which(moment, zone)}"


def _which(moment: datetime, zone: str) -> str:
    local = moment.astimezone(moments.zone_of(zone))
    twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return f" (UTC{local:%:z})" if twice else ""


def span(start: datetime, end: datetime | None, at: datetime, zone: str) -> str:
    """From when to when, in an hour that comes twice as a clock says it; without an end, until somebody says so."""
    begins = f"{moments.clock(start, at, zone)}{_which(start, zone)}"
    if end is None:
        return _("from %(start)s on") % {"start": begins}
    return f"{begins} \N{EN DASH} {moments.clock(end, at, zone)}{_which(end, zone)}"


def other_zones(layers: Iterable[Layer], zone: str) -> str:
    """The zones in which a schedule is planned where they are not the reader's."""
    return ", ".join(dict.fromkeys(one.zone for one in layers if one.zone != zone))


def turn(hours: int) -> tuple[int, str]:
    """The length of a turn in the largest unit that fits: how many, and of which."""
    return next((hours // each, unit) for unit, each in UNITS.items() if hours % each == 0)


def turn_in_words(hours: int) -> str:
    """How long a turn lasts."""
    count, unit = turn(hours)
    said = {
        "WEEK": ngettext("%(n)d week", "%(n)d weeks", count),
        "DAY": ngettext("%(n)d day", "%(n)d days", count),
        "HOUR": ngettext("%(n)d hour", "%(n)d hours", count),
    }[unit]
    return said % {"n": count}


def layer_in_words(layer: Layer, names: Mapping[str, str]) -> tuple[str, str]:
    """Who takes turns in a layer, and how."""
    who = " → ".join(names.get(one, _("somebody who is gone")) for one in layer.persons)
    how = _("turns of %(turn)s, handed over at %(hour)s (%(zone)s), the first on %(day)s") % {
        "turn": turn_in_words(layer.turn),
        "hour": f"{layer.hand_over // 60:02}:{layer.hand_over % 60:02}",
        "zone": layer.zone,
        "day": moments.day_in_words(layer.first_day),
    }
    return who, f"{how}; {week_in_a_line(layer.week)}" if layer.week else how
