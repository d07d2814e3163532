"""The ladder: which rungs a climb has reached by a moment, whom each tells, and when to look again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from itertools import count

from backline.core.case import Climb
from backline.core.clock import Clock
from backline.core.counting import NOTHING
from backline.core.policy import Recipients, Rung


@dataclass(frozen=True, slots=True)
class Step:
    """One effect of a climb: a rung (and, for the last one, which repeat of it) at its moment."""

    rung: int
    repeat: int
    at: datetime
    tell: Recipients


@dataclass(frozen=True, slots=True)
class Reached:
    """What a look at a climb finds: the step that acts, and what was missed below it.

    `skipped` are the missed rungs, `repeats` how many repeats of the last rung were missed, `since` the moment of the
    first step that was due.
    """

    acts: Step
    skipped: tuple[Step, ...]
    repeats: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Anchor:
    """A moment on the way of a clock: where a share of what may pass has passed, and `wait` after it."""

    share: float
    wait: timedelta


def anchors(ladder: tuple[Rung, ...], rung: int, repeat: int = 0) -> tuple[Anchor, ...]:
    """What a rung waits for, or a repeat of the last one: its moment is that of the latest of these."""
    found: tuple[Anchor, ...] = (Anchor(0, NOTHING),)
    for one in ladder[: rung + 1]:
        wait = timedelta(seconds=one.wait)
        found = _later(found, max(wait, NOTHING)) if one.share is None else (*found, Anchor(one.share, wait))
    return _later(found, timedelta(seconds=ladder[rung].every) * repeat)


def _later(found: tuple[Anchor, ...], wait: timedelta) -> tuple[Anchor, ...]:
    return tuple(Anchor(one.share, one.wait + wait) for one in found) if wait else found


def coming(ladder: tuple[Rung, ...], climb: Climb | None) -> tuple[int, int]:
    """The rung that comes next after what was dealt with, and which repeat of it: there always is one."""
    last = len(ladder) - 1
    if climb is None:
        return 0, 0
    return (climb.rung + 1, 0) if climb.rung < last else (last, climb.repeat + 1)


def rungs(ladder: tuple[Rung, ...], clock: Clock) -> tuple[Step, ...]:
    """The rungs of the climb in order of their moments, each once."""
    reached = cache(clock.reached)
    return tuple(_step(ladder, (number, 0), reached) for number in range(len(ladder)))


def _step(ladder: tuple[Rung, ...], coming: tuple[int, int], reached: Callable[[float], datetime]) -> Step:
    rung, repeat = coming
    at = max(reached(one.share) + one.wait for one in anchors(ladder, rung, repeat))
    return Step(rung, repeat, at, ladder[rung].tell)


def after(ladder: tuple[Rung, ...], clock: Clock, climb: Climb | None) -> Iterator[Step]:
    """The steps after the one dealt with last, without end: the last rung repeats."""
    known = rungs(ladder, clock)
    last, dealt = known[-1], _dealt(known[-1], climb)
    if dealt is None:
        yield from (step for step in known if climb is None or step.rung > climb.rung)
    for repeat in count((dealt or 0) + 1):
        yield _again(last, ladder[-1], repeat)


def _dealt(last: Step, climb: Climb | None) -> int | None:
    """Which repeat of the last rung was dealt with last; None where the climb has not come that far."""
    return climb.repeat if climb and climb.rung >= last.rung else None


def _again(last: Step, rung: Rung, repeat: int) -> Step:
    return Step(last.rung, repeat, last.at + timedelta(seconds=rung.every) * repeat, last.tell)


def next_step(ladder: tuple[Rung, ...], clock: Clock, climb: Climb | None) -> Step:
    """The next step that was not dealt with: there always is one."""
    return _step(ladder, coming(ladder, climb), clock.reached)


def reached(ladder: tuple[Rung, ...], clock: Clock, climb: Climb | None, at: datetime) -> Reached | None:
    """The steps whose moment has come and that were not dealt with; the highest acts. None where there are none."""
    first = next_step(ladder, clock, climb)
    if first.at > at:
        return None
    known = rungs(ladder, clock)
    last, dealt = known[-1], _dealt(known[-1], climb)
    due = [step for step in known if first.rung <= step.rung and step.at <= at and dealt is None]
    now = (at - last.at) // timedelta(seconds=ladder[-1].every) if last.at <= at else 0
    if now > (dealt or 0):
        return Reached(_again(last, ladder[-1], now), tuple(due), now - (dealt or 0) - 1, first.at)
    return Reached(due[-1], tuple(due[:-1]), 0, first.at)


@dataclass(frozen=True, slots=True)
class Cast:
    """Who is who for a case at the moment of acting: ids of active persons by role."""

    assignee: tuple[str, ...] = ()
    team: tuple[str, ...] = ()
    team_lead: tuple[str, ...] = ()
    coordinators: tuple[str, ...] = ()
    managers: tuple[str, ...] = ()
    technician: tuple[str, ...] = ()
    last_resort: tuple[str, ...] = ()


_FALLBACK = (Recipients.COORDINATORS, Recipients.MANAGERS, Recipients.LAST_RESORT)


@dataclass(frozen=True, slots=True)
class Chosen:
    """Whom a rung tells: the persons, the role that gave them, and the role asked for where that was empty."""

    persons: tuple[str, ...]
    role: Recipients
    instead_of: Recipients | None = None


def recipients(tell: Recipients, cast: Cast) -> Chosen:
    """The persons behind a role; an empty role falls to the coordinators, the managers, then the last resort."""
    by_role: Mapping[Recipients, tuple[str, ...]] = {
        Recipients.ASSIGNEE: cast.assignee,
        Recipients.TEAM: cast.team,
        Recipients.TEAM_LEAD: cast.team_lead,
        Recipients.COORDINATORS: cast.coordinators,
        Recipients.MANAGERS: cast.managers,
        Recipients.TECHNICIAN: cast.technician,
        Recipients.LAST_RESORT: cast.last_resort,
    }
    for role in (tell, *_FALLBACK):
        if by_role[role]:
            return Chosen(by_role[role], role, None if role is tell else tell)
    return Chosen((), tell, None)
