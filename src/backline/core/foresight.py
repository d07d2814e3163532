"""What happens if nobody does anything: the next steps of all running clocks, by the same law that the engine obeys."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from heapq import merge
from itertools import chain, dropwhile, islice

from backline.core.case import Case, Climb, Held
from backline.core.cast import Cast, Chosen, recipients
from backline.core.clock import Clock, running
from backline.core.ladder import Step, after, reached, waiting
from backline.core.policy import Policy
from backline.core.words import ClockName


@dataclass(frozen=True, slots=True)
class Foreseen:
    """One thing that will happen: at a moment, a clock's rung tells somebody, or (without a step) the case closes."""

    at: datetime
    clock: ClockName
    due_at: datetime
    step: Step | None
    told: Chosen | None
    on_a_word: bool = False


@dataclass(frozen=True, slots=True)
class Outlook:
    """From where somebody looks ahead: the policy, who is there, now, and gates that hold the case besides its own."""

    policy: Policy
    cast: Cast
    at: datetime
    gates: tuple[str, ...] = ()


def foresee(case: Case, outlook: Outlook, most: int = 5) -> tuple[Foreseen, ...]:
    """The next `most` things that will happen if nobody does anything, in order; what is overdue happens now."""
    streams = [_stream(clock, case, outlook) for clock in running(case, outlook.policy)]
    found: list[Foreseen] = []
    for coming in islice(merge(*streams, key=lambda foreseen: foreseen.at), most):
        found.append(coming)
        if coming.step is None:
            break
    return tuple(found)


def next_of(clock: Clock, case: Case, outlook: Outlook) -> Foreseen | None:
    """The next thing that will happen by one clock if nobody does anything."""
    return next(_stream(clock, case, outlook), None)


def _stream(clock: Clock, case: Case, outlook: Outlook) -> Iterator[Foreseen]:
    at, word = outlook.at, case.said_to_work is not None
    held = case.gates or outlook.gates or (case.unheard and not word)
    if clock.name is ClockName.CONFIRM and not held:
        yield Foreseen(max(clock.due_at, at), clock.name, clock.due_at, None, None, on_a_word=word)
        return
    climb = case.climbs.get(clock.climb)
    steps = _acting(outlook.policy, clock, climb, at)
    for step, then, told in telling(steps, clock, outlook.cast, at, held=climb.held if climb else None):
        yield Foreseen(then, clock.name, clock.due_at, step, told)


def _acting(policy: Policy, clock: Clock, climb: Climb | None, at: datetime) -> Iterator[Step]:
    """The steps that act from now on: of those whose moment has come the highest alone does, as where they act."""
    steps, now = after(policy, clock, climb), reached(policy, clock, climb, at)
    if now is None:
        return steps
    last = (now.acts.rung, now.acts.repeat)
    return chain([now.acts], dropwhile(lambda step: (step.rung, step.repeat) <= last, steps))


Told = tuple[Step, datetime, Chosen]
"""A step to come, when it acts, and whom it tells."""


def telling(
    steps: Iterable[Step], clock: Clock, cast: Cast, at: datetime, *, held: Held | None = None
) -> Iterator[Told]:
    """Each of the steps to come with when it acts and whom it tells, if nobody does anything in between.

    What is held comes again when somebody is on call, unless another is held by then.
    """
    waits = _covered(waiting(held), clock, cast, at) if held else None
    for step in steps:
        then = max(step.at, at)
        if waits and waits[1] <= then:
            yield waits
            cast, waits = cast.having_told(clock.climb, waits[2].persons), None
        told = recipients(step.tell, cast.of(clock.name, then, clock.climb), hold=step.hold)
        yield step, then, told
        if told.held_until:
            waits = _covered(step, clock, cast, then)
        else:
            cast = cast.having_told(clock.climb, told.persons)
    if waits:
        yield waits


def _covered(step: Step, clock: Clock, cast: Cast, at: datetime) -> Told | None:
    """What is held at a moment, as it is told once somebody is on call; None where another clock takes over before."""
    then = recipients(step.tell, cast.of(clock.name, at, clock.climb), hold=True).held_until or at
    if clock.ends_at and clock.ends_at <= then:
        return None
    return replace(step, at=then), then, recipients(step.tell, cast.of(clock.name, then, clock.climb), hold=True)
