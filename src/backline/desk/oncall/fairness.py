"""How the shifts of a team lay with its people: nights, weekends, hours and calls, as they were really held."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from backline.channels import queries as channels
from backline.core.fairness import Call, Had, had
from backline.desk.oncall.once import team_or_404
from backline.look.access import signed_in
from backline.look.bars import Bar, bars
from backline.look.http import StaffRequest
from backline.people import planned, queries
from backline.people.oncall import may_read, schedule_of

SPANS = {4: gettext_lazy("4 weeks"), 12: gettext_lazy("12 weeks"), 52: gettext_lazy("52 weeks")}
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Row:
    """One person with each measure as a bar; `gone` is who is not in the team (any more)."""

    name: str
    columns: tuple[tuple[Any, Bar], ...]
    gone: bool


@dataclass(frozen=True, slots=True)
class Measure:
    """One column: what is counted, how much of it somebody had, and how that is said."""

    title: Any
    of: Callable[[Had], float]
    said: Callable[[Had], str]


def _number(value: float) -> str:
    """With one digit after the point where there is something."""
    return number_format(round(value, 1), 0 if round(value, 1) == round(value) else 1)


def _calls(one: Had) -> str:
    if not one.calls_at_night:
        return str(one.calls)
    at_night = ngettext("%(n)d at night", "%(n)d at night", one.calls_at_night) % {"n": one.calls_at_night}
    return f"{one.calls} ({at_night})"


MEASURES = (
    Measure(gettext_lazy("Nights"), lambda one: one.nights, lambda one: _number(one.nights)),
    Measure(gettext_lazy("Weekends"), lambda one: one.weekends, lambda one: _number(one.weekends)),
    Measure(gettext_lazy("Hours"), lambda one: one.time / _HOUR, lambda one: _number(one.time / _HOUR)),
    Measure(gettext_lazy("Calls"), lambda one: one.calls, _calls),
)


@signed_in()
@require_safe
def fairness(request: StaffRequest, team: UUID) -> HttpResponse:
    """The people of a team with what each had in so many weeks; for who is in it or leads it, and who sees all."""
    found, here = team_or_404(team), str(team)
    if not may_read(request.actor, here):
        raise PermissionDenied
    asked = request.GET.get("weeks", "")
    weeks = int(asked) if asked in {str(one) for one in SPANS} else min(SPANS)
    zone, start = planned.zone_of_team(here), request.at - timedelta(weeks=weeks)
    those = _had(here, zone, start, request.at)
    members = queries.members([here]).get(here, ())
    context = {
        "team": found, "rows": _rows(those, members), "measures": MEASURES, "zone": zone, "start": start,
        "weeks": weeks, "spans": SPANS, "planned": bool(those),
        "means": [(one.title, _mean(one, those, len(members))) for one in MEASURES],
    }  # fmt: skip
    return render(request, "desk/oncall/fairness.html", context)


def _had(team: str, zone: str, start: datetime, end: datetime) -> dict[str, Had]:
    """What each had of the team's shifts, with the calls that came in them."""
    schedule = schedule_of(team, start, end, at=end)
    shifts = schedule.shifts(start, end) if schedule else ()
    persons = {one.person for one in shifts}
    calls = (Call(*one) for one in channels.rung_times(start, end, persons)) if persons else ()
    return had(shifts, calls, zone)


def _rows(those: dict[str, Had], members: Iterable[str]) -> list[Row]:
    """Everybody of the team, also who had nothing, and whoever had something; by name."""
    there = frozenset(members)
    every = [those.get(one, Had(one)) for one in {*there, *those}]
    known = queries.persons_by_id(one.person for one in every)
    names = {one.person: known[one.person].name if one.person in known else _("somebody who is gone") for one in every}
    named = sorted(every, key=lambda one: (names[one.person], one.person))
    columns = [(one.title, bars([(one.of(each), one.said(each)) for each in named])) for one in MEASURES]
    return [
        Row(names[one.person], tuple((title, column[place]) for title, column in columns), one.person not in there)
        for place, one in enumerate(named)
    ]


def _mean(measure: Measure, those: dict[str, Had], count: int) -> str:
    """What an equal share of it for each in the team would be."""
    whole = sum(measure.of(one) for one in those.values())
    return _number(whole / count) if count else ""
