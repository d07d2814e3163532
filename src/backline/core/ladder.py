"""The ladder: which rungs a climb has reached by a moment, and when to look again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache, partial
from itertools import count, islice, pairwise, takewhile
from typing import NamedTuple

from backline.core.calendar import Hours
from backline.core.case import Climb, Held, Jumped
from backline.core.clock import Clock
from backline.core.counting import ELAPSED, NOTHING, Elapsed, or_all_time
from backline.core.policy import Policy, Recipients, Rung, Whose
from backline.core.words import ClockName

_INSTANT = timedelta(microseconds=1)
REACHED = frozenset({"rung.reached", "rung.jumped", "rung.covered"})
"""The events of a rung that acts: at its moment, ahead of it by somebody's wish, or once somebody is on call."""


@dataclass(frozen=True, slots=True)
class Step:
    """One effect of a climb: a rung (and, for the last one, which repeat of it) at its moment."""

    rung: int
    repeat: int
    at: datetime
    tell: Recipients
    hold: bool = False


def waiting(held: Held) -> Step:
    """What is held, as the step that acts once somebody is on call."""
    return Step(held.rung, held.repeat, held.until, Recipients.ON_CALL, hold=True)


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


class Leg(NamedTuple):
    """A wait that counts in somebody's hours."""

    whose: Whose
    wait: timedelta

    def waited(self, since: datetime, hours: Hours | Elapsed) -> datetime:
        """When it is over."""
        return hours.after(since, self.wait)


@dataclass(frozen=True, slots=True)
class Anchor:
    """A moment on the way of a clock: where a share of what may pass has passed, `wait` after it, and then each leg."""

    share: float
    wait: timedelta
    legs: tuple[Leg, ...] = ()

    def after(self, moment: datetime, hours: Mapping[Whose, Hours]) -> datetime:
        """The moment where that of the share is this one; where somebody has no hours, or too few, all time counts."""
        at = moment + self.wait
        for leg in self.legs:
            at = or_all_time(hours.get(leg.whose, ELAPSED), partial(leg.waited, at))
        return at


def anchors(ladder: tuple[Rung, ...], rung: int, repeat: int = 0) -> tuple[Anchor, ...]:
    """What a rung waits for, or a repeat of the last one: its moment is that of the latest of these."""
    return _later(_anchors(ladder)[rung], Leg(Whose.ELAPSED, timedelta(seconds=ladder[rung].every) * repeat))


@cache
def _anchors(ladder: tuple[Rung, ...]) -> tuple[tuple[Anchor, ...], ...]:
    """Those of each rung; there are as many ladders as policies were ever in force, and each is gone up once."""
    found: list[tuple[Anchor, ...]] = []
    last: tuple[Anchor, ...] = (Anchor(0, NOTHING),)
    for one in ladder:
        wait = timedelta(seconds=one.wait)
        if one.share is None:
            last = _later(last, Leg(one.wait_in, max(wait, NOTHING)))
        else:  # what comes no later in any case needs no asking
            stays = (old for old in last if old.legs or old.share > one.share or old.wait > wait)
            last = (*stays, *_later((Anchor(one.share, NOTHING),), Leg(one.wait_in, wait)))
        found.append(last)
    return tuple(found)


def _later(found: tuple[Anchor, ...], leg: Leg) -> tuple[Anchor, ...]:
    """Each of them a wait later; all time is added up as long as nothing else counted."""
    if not leg.wait:
        return found
    return tuple(
        replace(one, legs=(*one.legs, leg))
        if one.legs or leg.whose is not Whose.ELAPSED
        else replace(one, wait=one.wait + leg.wait)
        for one in found
    )


def anchors_from(ladder: tuple[Rung, ...], told: int, rung: int) -> tuple[Anchor, ...]:
    """What a rung waits for from the moment on at which one below it was told ahead of its time."""
    return _anchors(_rest(ladder, told))[rung - told]


def in_hours(policy: Policy, clock: Clock, climb: Climb | None) -> bool:
    """Whether the moment of what comes next may follow from somebody's hours, whatever the clock counts in."""
    ladder = policy.ladders[clock.name]
    return not clock.waits_for_nobody and any(
        one.wait_in is not Whose.ELAPSED for one in ladder[: coming(ladder, climb)[0] + 1]
    )


def coming(ladder: tuple[Rung, ...], climb: Climb | None) -> tuple[int, int]:
    """The rung that comes next after what was dealt with, and which repeat of it: there always is one."""
    last = len(ladder) - 1
    if climb is None:
        return 0, 0
    return (climb.rung + 1, 0) if climb.rung < last else (last, climb.repeat + 1)


def comes_sooner(last: Rung, repeat: int, after: timedelta) -> timedelta:
    """How much before the moment that its number gives the next repeat comes, where that is so long `after` the last.

    Where the rung itself is due later than was known when it told, that moment comes again, and each gap from there,
    but none sooner than a gap after the last: nobody waits for what has been told already, nor is told twice in a gap.
    """
    gap = timedelta(seconds=last.every)
    return max(min(gap * min(repeat, max((after - _INSTANT) // gap, 0)), after - gap), NOTHING)


@dataclass(frozen=True, slots=True)
class _Way:
    """The moments of a ladder's rungs, as they follow from a clock and from what was told of it ahead of time."""

    policy: Policy
    clock: Clock
    climb: Climb | None
    reached: Callable[[float], datetime]

    def step(self, rung: int, repeat: int = 0) -> Step:
        """A rung, or a repeat of the last one, at its moment."""
        one, first = self.policy.ladders[self.clock.name][rung], self._at(rung)
        at, told_at = first + timedelta(seconds=one.every) * repeat, self.climb.at if self.climb else None
        sooner = comes_sooner(one, repeat, at - told_at) if repeat and told_at else NOTHING
        return Step(rung, repeat, at - sooner, one.tell, one.hold)

    def _at(self, rung: int) -> datetime:
        """When it is due.

        Where the rung that told last is due later by now, those above follow as if it had been told ahead of its time:
        nobody is left without a word because of what was known too late.
        """
        climb, jumps = self.climb, self.climb.jumps if self.climb else ()
        if climb and climb.at and rung > climb.rung and climb.at < self._by(jumps, climb.rung):
            jumps = (*jumps, Jumped(climb.rung, climb.at))
        return self._by(jumps, rung)

    def _by(self, jumps: tuple[Jumped, ...], rung: int) -> datetime:
        """After what was told ahead of its time no later than if that had been due then."""
        ladder, clock = self.policy.ladders[self.clock.name], self.clock
        found = [self._latest(_anchors(ladder)[rung], self.reached)]
        for jump in (*jumps, *self._at_the_latest()):
            if jump.rung <= rung:
                from_there = clock.counts(replace(clock.counting, start=jump.at), clock.target)
                found.append(self._latest(anchors_from(ladder, jump.rung, rung), from_there.reached))
        return min(found)

    def _at_the_latest(self) -> tuple[Jumped, ...]:
        """When a case may end and something holds it, somebody hears then, whatever the first rung waits for."""
        clock = self.clock
        if not may_wait_too_long(self.policy, clock.name):
            return ()
        first = self._latest(_anchors(self.policy.ladders[clock.name])[0], self.reached)
        return (Jumped(0, clock.due_at),) if first > clock.due_at else ()

    def _latest(self, waits_for: tuple[Anchor, ...], reached: Callable[[float], datetime]) -> datetime:
        hours = {} if self.clock.waits_for_nobody else self.policy.hours
        return max([anchor.after(reached(anchor.share), hours) for anchor in waits_for])


def may_wait_too_long(policy: Policy, clock: ClockName) -> bool:
    """Whether the first rung may wait beyond the moment at which a case may end."""
    first = policy.ladders[clock][0]
    return clock is ClockName.CONFIRM and (first.wait > 0 or first.share is None)


def _way(policy: Policy, clock: Clock, climb: Climb | None) -> _Way:
    return _Way(policy, clock, climb, clock.reached)


def rungs(policy: Policy, clock: Clock, climb: Climb | None = None) -> tuple[Step, ...]:
    """The rungs of the clock's climb in order of their moments, each once."""
    way = _Way(policy, clock, climb, cache(clock.reached))
    return tuple(way.step(number) for number in range(len(policy.ladders[clock.name])))


def swallowed(policy: Policy, clock: Clock) -> tuple[int, ...]:
    """The rungs of a clock that never act: the next one has come whenever they do, and the highest acts."""
    ladder = policy.ladders[clock.name]
    pairs = pairwise(rungs(policy, clock))
    return tuple(one.rung for one, above in pairs if above.at <= one.at and ladder[above.rung].wait_in is Whose.ELAPSED)


@cache
def _rest(ladder: tuple[Rung, ...], told: int) -> tuple[Rung, ...]:
    """A ladder from one of its rungs on, as though that were due at once.

    Of the way to a rung that is a share of the whole, what lies above the last such one that was passed is left.
    """
    passed = next((one for one in reversed(ladder[: told + 1]) if one.share is not None), ladder[told])

    def left(one: Rung) -> Rung:
        if one.share is None or passed.share is None:
            return one
        return replace(one, share=max(one.share - passed.share, 0), wait=max(one.wait - passed.wait, min(one.wait, 0)))

    return (replace(ladder[told], share=None, wait=0), *map(left, ladder[told + 1 :]))


def after(policy: Policy, clock: Clock, climb: Climb | None) -> Iterator[Step]:
    """The steps after the one dealt with last, as long as the clock goes on: the last rung repeats."""
    steps = _without_end(policy, clock, climb)
    ends_at = clock.ends_at
    return steps if ends_at is None else takewhile(lambda step: step.at < ends_at, steps)


def _without_end(policy: Policy, clock: Clock, climb: Climb | None) -> Iterator[Step]:
    ladder, way = policy.ladders[clock.name], _Way(policy, clock, climb, cache(clock.reached))
    rung, repeat = coming(ladder, climb)
    for number in range(rung, len(ladder)):
        yield (step := way.step(number, repeat))
    yield from (_again(step, ladder[-1], times) for times in count(1))


def to_come(policy: Policy, clock: Clock, climb: Climb | None) -> tuple[Step, ...]:
    """Every rung that has not acted, and the next time that the last one repeats."""
    many = len(policy.ladders[clock.name])
    left = max(many - 1 - climb.rung, 0) if climb else many
    return tuple(islice(after(policy, clock, climb), left + 1))


def _again(step: Step, rung: Rung, times: int) -> Step:
    return Step(step.rung, step.repeat + times, step.at + timedelta(seconds=rung.every) * times, step.tell, step.hold)


def next_step(policy: Policy, clock: Clock, climb: Climb | None) -> Step:
    """The next step that was not dealt with: there always is one."""
    return _way(policy, clock, climb).step(*coming(policy.ladders[clock.name], climb))


def reached(policy: Policy, clock: Clock, climb: Climb | None, at: datetime) -> Reached | None:
    """The steps whose moment has come and that were not dealt with; the highest acts. None where there are none."""
    at = min(at, clock.ends_at - _INSTANT) if clock.ends_at else at
    ladder, way = policy.ladders[clock.name], _way(policy, clock, climb)
    first = way.step(*coming(ladder, climb))
    if first.at > at:
        return None
    due = [first]
    for number in range(first.rung + 1, len(ladder)):
        step = way.step(number)
        if step.at > at:
            break  # and so are all after it: no rung comes before the one below
        due.append(step)
    *skipped, last = due
    if last.rung < len(ladder) - 1 or (passed := (at - last.at) // timedelta(seconds=ladder[-1].every)) == 0:
        return Reached(last, tuple(skipped), 0, first.at)
    acts = _again(last, ladder[-1], passed)
    return Reached(acts, (), passed, first.at) if last.repeat else Reached(acts, tuple(due), passed - 1, first.at)
