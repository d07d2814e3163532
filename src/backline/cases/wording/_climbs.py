"""The rungs of a climb in sentences: who was passed over, and who comes next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backline.cases.wording import _impact
from backline.cases.wording._candidates import point, suited
from backline.cases.wording._labels import CLOCKS, ROLES, day_and_time, duration
from backline.cases.wording._told import Told, name_in, name_of
from backline.core.candidates import Against, Point
from backline.core.events import moment
from backline.core.policy import Recipients
from backline.core.words import ClockName


def passed_over(planned_at: datetime, zone: str) -> str:
    """A rung that told nobody."""
    return _("Told nobody; this step was planned for %(when)s") % {"when": day_and_time(planned_at, zone)}


def has_told(names: Sequence[str], *, ahead_of_time: bool) -> str:
    """A rung that acted."""
    if not names:
        return _("Nobody could be found to tell")
    said = {"names": ", ".join(names)}
    return (_("Told %(names)s, ahead of time") if ahead_of_time else _("Told %(names)s")) % said


def will_tell(role: Recipients, names: Sequence[str], *, again: bool) -> str:
    """A rung that is still to come."""
    said = {"role": ROLES[role], "names": ", ".join(names) or _("nobody can be found")}
    return (_("Again, and again after that: %(role)s (%(names)s)") if again else _("%(role)s (%(names)s)")) % said


def instead_of(role: Recipients) -> str:
    """Why others are told than the ladder names."""
    return _("because there is nobody for: %(role)s") % {"role": ROLES[role]}


def reached(data: Mapping[str, Any], told: Told) -> str:
    """A rung that acted, in the timeline."""
    clock = CLOCKS[ClockName(data["clock"])]
    if "overtaken" in data:
        return _("%(clock)s: told with the next threshold, which was passed as well") % {"clock": clock}
    if "held_until" in data:
        return f"{clock}: {held(data, told)}"
    if not data["told"]:
        return _("%(clock)s: nobody could be found to tell") % {"clock": clock}
    said = {"clock": clock, "names": ", ".join(name_of(told, person) for person in data["told"])}
    return _("%(clock)s: told %(names)s") % said


def held(data: Mapping[str, Any], told: Told) -> str:
    """A rung that waits for somebody on call; those from before name whose letter waits."""
    names = ", ".join(name_of(told, person) for person in data.get("next", data["told"]))
    said = {"names": names, "when": day_and_time(moment(data, "held_until"), told.zone)}
    if data["told"]:
        return _("nobody is on call; %(names)s hears when the next shift begins, %(when)s") % said
    return _("nobody is on call; told when the next shift begins, by the plan to %(names)s, %(when)s") % said


def covered(data: Mapping[str, Any], told: Told) -> str:
    """What was held, in the timeline."""
    clock = CLOCKS[ClockName(data["clock"])]
    if "held_until" in data:
        return f"{clock}: {held(data, told)}"
    names = ", ".join(name_of(told, person) for person in data["told"])
    said = {"clock": clock, "names": names or _("nobody")}
    return _("%(clock)s: waited for somebody on call; told %(names)s") % said


def will_wait(until: datetime, zone: str) -> str:
    """That a rung to come will wait for a shift."""
    return _("nobody is on call then; told when the next shift begins, %(when)s") % {"when": day_and_time(until, zone)}


def jumped(data: Mapping[str, Any], told: Told) -> str:
    """A rung that somebody had told ahead of time."""
    clock = CLOCKS[ClockName(data["clock"])]
    if not data["told"]:
        return _("Wanted somebody told ahead of time, but nobody could be found: %(clock)s") % {"clock": clock}
    names = ", ".join(name_of(told, person) for person in data["told"])
    return _("Had %(names)s told ahead of time: %(clock)s") % {"clock": clock, "names": names}


def _as_whom(data: Mapping[str, Any]) -> str:
    said = _("as %(role)s") % {"role": ROLES[Recipients(data["role"])]}
    return _("%(as_whom)s: %(why)s") % {"as_whom": said, "why": suited(data["suited"])} if "suited" in data else said


def why_passed(why: str, value: str) -> str:
    """Why somebody was passed over."""
    return point(Point(Against(why), "", value))


def passed_for_them(passed: Sequence[Sequence[str]], names: Mapping[str, str]) -> list[str]:
    """Who would have heard instead of them, and why not."""
    return [
        _("%(name)s was passed over: %(why)s") % {"name": name_in(names, person), "why": why_passed(why, value)}
        for person, why, value in passed
    ]


def suited_as_it_stands(points: Sequence[Point]) -> str:
    """What speaks for who is suited best, if all stays as it is."""
    return _("as it stands now: %(said)s") % {"said": suited([(one.what, one.about, one.value) for one in points])}


def why(data: Mapping[str, Any], told: Told) -> list[str]:
    """Why they were told, and who and what was passed over."""
    told_nobody_yet = "overtaken" in data or ("held_until" in data and not data["told"])
    role = [] if told_nobody_yet else [_as_whom(data)]
    lines = [*role, *passed_for_them(data.get("passed", ()), told.names), *_impact.told_why(data)]
    if "why" in data:
        return lines
    if data["instead_of"]:
        instead = ROLES[Recipients(data["instead_of"])]
        lines.append(_("because there is nobody for: %(role)s") % {"role": instead})
    if data["late_seconds"]:
        lines.append(_("%(span)s later than planned") % {"span": duration(data["late_seconds"])})
    missed = len(data["skipped"]) + data["repeats_missed"]
    if missed and not data["late_seconds"]:
        said = ngettext(
            "%d earlier step came due with this one, which acts for both",
            "%d earlier steps came due with this one, which acts for all",
            missed,
        )
        lines.append(said % missed)
    elif missed:
        said = ngettext(
            "%d earlier step was skipped for lateness", "%d earlier steps were skipped for lateness", missed
        )
        lines.append(said % missed)
    return lines
