"""The ladder: which rungs a climb has reached by a moment, whom each tells, and when to look again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from itertools import count, islice

from backline.core.case import Climb
from backline.core.clock import Clock
from backline.core.counting import NOTHING
from backline.core.policy import FALLBACK, Recipients, Rung

REACHED = frozenset({"rung.reached", "rung.jumped"})
"""The events of a rung that acts: at its moment, or because somebody wanted it ahead of time."""


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
    return _later(_anchors(ladder)[rung], timedelta(seconds=ladder[rung].every) * repeat)


@cache
def _anchors(ladder: tuple[Rung, ...]) -> tuple[tuple[Anchor, ...], ...]:
    """Those of each rung; there are as many ladders as policies were ever in force, and each is gone up once."""
    found: list[tuple[Anchor, ...]] = []
    last: tuple[Anchor, ...] = (Anchor(0, NOTHING),)
    for one in ladder:
        wait = timedelta(seconds=one.wait)
        if one.share is None:
            last = _later(last, max(wait, NOTHING))
        else:  # what comes no later in any case needs no asking
            last = (*(old for old in last if old.share > one.share or old.wait > wait), Anchor(one.share, wait))
        found.append(last)
    return tuple(found)


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
    one = ladder[rung]
    at = max([reached(anchor.share) + anchor.wait for anchor in _anchors(ladder)[rung]])
    return Step(rung, repeat, at + timedelta(seconds=one.every) * repeat if repeat else at, one.tell)


def after(ladder: tuple[Rung, ...], clock: Clock, climb: Climb | None) -> Iterator[Step]:
    """The steps after the one dealt with last, without end: the last rung repeats."""
    known = rungs(ladder, clock)
    last, dealt = known[-1], _dealt(known[-1], climb)
    if dealt is None:
        yield from (step for step in known if climb is None or step.rung > climb.rung)
    for repeat in count((dealt or 0) + 1):
        yield _again(last, ladder[-1], repeat)


def to_come(ladder: tuple[Rung, ...], clock: Clock, climb: Climb | None) -> tuple[Step, ...]:
    """Every rung that has not acted, and the next time that the last one repeats."""
    left = max(len(ladder) - 1 - climb.rung, 0) if climb else len(ladder)
    return tuple(islice(after(ladder, clock, climb), left + 1))


def _dealt(last: Step, climb: Climb | None) -> int | None:
    """Which repeat of the last rung was dealt with last; None where the climb has not come that far."""
    return climb.repeat if climb and climb.rung >= last.rung else None


def _again(step: Step, rung: Rung, times: int) -> Step:
    return Step(step.rung, step.repeat + times, step.at + timedelta(seconds=rung.every) * times, step.tell)


def next_step(ladder: tuple[Rung, ...], clock: Clock, climb: Climb | None) -> Step:
    """The next step that was not dealt with: there always is one."""
    return _step(ladder, coming(ladder, climb), clock.reached)


def reached(ladder: tuple[Rung, ...], clock: Clock, climb: Climb | None, at: datetime) -> Reached | None:
    """The steps whose moment has come and that were not dealt with; the highest acts. None where there are none."""
    first = next_step(ladder, clock, climb)
    if first.at > at:
        return None
    due = [first]
    for number in range(first.rung + 1, len(ladder)):
        step = _step(ladder, (number, 0), clock.reached)
        if step.at > at:
            break  # and so are all after it: no rung comes before the one below
        due.append(step)
    *skipped, last = due
    if last.rung < len(ladder) - 1 or (passed := (at - last.at) // timedelta(seconds=ladder[-1].every)) == 0:
        return Reached(last, tuple(skipped), 0, first.at)
    acts = _again(last, ladder[-1], passed)
    return Reached(acts, (), passed, first.at) if last.repeat else Reached(acts, tuple(due), passed - 1, first.at)


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
    for role in (tell, *FALLBACK):
        if by_role[role]:
            return Chosen(by_role[role], role, None if role is tell else tell)
    return Chosen((), tell, None)
