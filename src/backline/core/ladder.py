"""The ladder: which rungs a climb has reached by a moment, whom each tells, and when to look again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count, islice

from backline.core.case import Climb
from backline.core.clock import Clock
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
    """What a look at a climb finds: the step that acts and those below it that were missed and are skipped."""

    acts: Step
    skipped: tuple[Step, ...]


def steps(ladder: tuple[Rung, ...], clock: Clock) -> Iterator[Step]:
    """All steps of the climb in order of their moments, without end: the last rung repeats."""
    first = min(clock.first_rung, len(ladder) - 1)
    at = clock.due_at if first else clock.started_at
    for number in range(first, len(ladder)):
        rung = ladder[number]
        if number == first and first:
            moment = clock.due_at
        elif rung.share is None:
            moment = at + timedelta(seconds=rung.wait)
        else:
            moment = clock.started_at + (clock.due_at - clock.started_at) * rung.share + timedelta(seconds=rung.wait)
        at = max(at, moment)
        yield Step(number, 0, at, rung.tell)
    last = ladder[-1]
    for repeat in count(1):
        yield Step(len(ladder) - 1, repeat, at + timedelta(seconds=last.every) * repeat, last.tell)


def reached(ladder: tuple[Rung, ...], clock: Clock, climb: Climb | None, at: datetime) -> Reached | None:
    """The steps whose moment has come and that were not dealt with; the highest acts. None where there are none."""
    due = []
    for step in after(ladder, clock, climb):
        if step.at > at:
            break
        due.append(step)
    return Reached(due[-1], tuple(due[:-1])) if due else None


def next_step(ladder: tuple[Rung, ...], clock: Clock, climb: Climb | None) -> Step:
    """The next step that was not dealt with: there always is one."""
    return next(after(ladder, clock, climb))


def after(ladder: tuple[Rung, ...], clock: Clock, climb: Climb | None) -> Iterator[Step]:
    """The steps after the one dealt with last; repeats are counted forward by arithmetic, not one by one."""
    if climb is None:
        return steps(ladder, clock)
    if climb.rung == len(ladder) - 1:
        first = min(clock.first_rung, len(ladder) - 1)
        return islice(steps(ladder, clock), climb.rung - first + climb.repeat + 1, None)
    return (step for step in steps(ladder, clock) if step.rung > climb.rung)


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
