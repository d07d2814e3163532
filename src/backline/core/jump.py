"""A jump: somebody has a later rung of a running climb told at once, with a reason; the rungs below are passed over.

Those above follow as if it had been told at its own moment: who was told and does nothing is not waited for any longer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from backline.core.case import Case, Climb, Jumped
from backline.core.cast import Cast
from backline.core.clock import Clock, running
from backline.core.facts import may, need
from backline.core.ladder import Reached, Step, after, to_come
from backline.core.lifecycle import Capacity, MoveRefused, Refusal
from backline.core.moves import Ask, Draft
from backline.core.policy import Policy
from backline.core.watch import draft_of, may_lapse, reason_of

WHO = frozenset(Capacity) - {Capacity.CUSTOMER, Capacity.CLOCK, Capacity.POLICY, Capacity.TRIGGER, Capacity.DEPUTY}


def ahead(case: Case, policy: Policy, at: datetime) -> Iterator[tuple[Clock, Step]]:
    """The rungs of every climb that has begun and that have not acted, by clock and upwards: what may be jumped to.

    Nobody is told of a customer's answer while the case may close by itself: nobody would look when it should.
    """
    for clock in (one for one in running(case, policy) if one.started_at <= at):
        climb = case.climbs.get(clock.climb)
        coming = to_come(policy, clock, climb) if not may_lapse(clock.name, climb) else ()
        yield from ((clock, step) for step in coming if not step.repeat)


def afterwards(policy: Policy, clock: Clock, climb: Climb | None, step: Step, at: datetime) -> Step | None:
    """What comes next if this step is told now and nobody does anything; None where another clock takes over first."""
    jumps = (*(climb.jumps if climb else ()), Jumped(step.rung, at))
    return next(after(policy, clock, Climb(step.rung, 0, jumps, at)), None)


@dataclass(frozen=True, slots=True)
class Jump:
    """To which rung of which climb, and why, as a commitment of the words."""

    climb: str
    rung: int
    why: str


def jump(case: Case, ask: Ask, cast: Cast, to: Jump) -> Draft:
    """The rung of the climb told now; what it passes over is named, and the climb goes on from there."""
    may(case, ask, "rung.jumped", WHO)
    need("rung.jumped", why=to.why)
    of_climb = [(clock, step) for clock, step in ahead(case, ask.policy, ask.at) if clock.climb == to.climb]
    if not of_climb:
        raise MoveRefused(Refusal.NO_SUCH_RECORD, "rung.jumped", ("rung",))
    coming = [(clock, step) for clock, step in of_climb if step.rung <= to.rung]
    if not coming or coming[-1][1].rung != to.rung:
        raise MoveRefused(Refusal.NO_SUCH_TARGET, "rung.jumped", ("rung",))
    clock, acts = coming[-1]
    passed_over = tuple(step for _clock, step in coming[:-1])
    found = Reached(replace(acts, hold=False), passed_over, 0, since=ask.at)
    reached = draft_of(clock, found, cast, ask.at, {**reason_of(case, ask, clock), "why": to.why})
    return Draft("rung.jumped", reached.data)
