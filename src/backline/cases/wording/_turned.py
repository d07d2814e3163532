"""What another version of the policy makes of a running clock, in words: each moment beside the one before it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backline.cases.wording._clocks import span
from backline.cases.wording._labels import CLOCKS, day_and_time
from backline.cases.wording._timeline import foreseen
from backline.cases.wording._told import Told
from backline.core.clock import Clock
from backline.core.foresight import Foreseen
from backline.core.words import ClockName

_AGREED = (ClockName.PROGRESS, ClockName.WAIT, ClockName.VISIT, ClockName.WORKAROUND, ClockName.CUSTOMER_UPDATE)
"""Clocks whose ends somebody agreed upon: no policy moves them."""
_UNTARGETED = dict.fromkeys(_AGREED, gettext_lazy("as agreed")) | {
    ClockName.IMPACT: gettext_lazy("it asks for nothing, it tells")
}

Ahead = tuple[Clock, Foreseen | None]
"""A clock, and what happens next by it."""


@dataclass(frozen=True, slots=True)
class Turned:
    """A clock before and after: how much may pass, when it is due, who hears next; `moves` where it is due then."""

    clock: str
    target: str
    due: str
    heard: str
    moves: bool


def turned(before: Ahead | None, after: Ahead | None, told: Told) -> Turned:
    """A clock under the one version and the other; it may run under one of them alone."""
    (clock, due, heard), (was, was_due, was_heard) = _parts(after, told), _parts(before, told)
    name = after[0].name if after else before[0].name if before else ClockName.RESOLVE
    target = str(_UNTARGETED[name]) if name in _UNTARGETED else _beside(clock, was)
    return Turned(str(CLOCKS[name]), target, _beside(due, was_due), _beside(heard, was_heard), due != was_due)


def _parts(ahead: Ahead | None, told: Told) -> tuple[str, str, str]:
    """How much may pass, when it is due, and who hears next; nothing of a clock that does not run."""
    if ahead is None:
        return "", "", ""
    clock, coming = ahead
    return span(clock.target), day_and_time(clock.due_at, told.zone), _heard(coming, told)


def _beside(now: str, before: str) -> str:
    said = {"now": now, "before": before}
    if now == before:
        return _("%(now)s, as before") % said
    if not before:
        return _("%(now)s, where there was none") % said
    return (_("%(now)s instead of %(before)s") if now else _("none any more; it was %(before)s")) % said


def _heard(one: Foreseen | None, told: Told) -> str:
    if one is None:
        return _("nobody")
    return f"{foreseen(one, told)} ({day_and_time(one.at, told.zone)})"
