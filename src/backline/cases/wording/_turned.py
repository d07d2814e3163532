"""What another version of the policy makes of a running clock, in words: each moment beside the one before it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from backline.cases.wording._clocks import span
from backline.cases.wording._labels import CLOCKS, day_and_time
from backline.cases.wording._timeline import foreseen
from backline.cases.wording._told import Told
from backline.core.clock import Clock
from backline.core.foresight import Foreseen
from backline.core.words import ClockName

AGREED = frozenset({ClockName.PROGRESS, ClockName.WAIT, ClockName.VISIT, ClockName.CUSTOMER_UPDATE})
"""Clocks whose ends somebody agreed upon: no policy moves them."""

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


def turned(before: Ahead, after: Ahead, told: Told) -> Turned:
    """A clock under the one version and the other."""
    (old, heard_before), (new, heard) = before, after
    agreed = new.name in AGREED
    target = _("as agreed") if agreed else _beside(span(new.target), span(old.target))
    due = _beside(day_and_time(new.due_at, told.zone), day_and_time(old.due_at, told.zone))
    said = _beside(_heard(heard, told), _heard(heard_before, told))
    return Turned(str(CLOCKS[new.name]), target, due, said, old.due_at != new.due_at)


def _beside(now: str, before: str) -> str:
    return _("%(now)s, as before") % {"now": now} if now == before else _("%(now)s instead of %(before)s") % {
        "now": now, "before": before,
    }  # fmt: skip


def _heard(one: Foreseen | None, told: Told) -> str:
    if one is None:
        return _("nobody")
    return f"{foreseen(one, told)} ({day_and_time(one.at, told.zone)})"
