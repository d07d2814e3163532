"""What every long walk through the law counts and holds to be true, by value and through PostgreSQL alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from backline.core.case import Case
from backline.core.clock import Clock, running
from backline.core.events import Event
from backline.core.fold import fold
from backline.core.ladder import next_step, rungs
from backline.core.lifecycle import Move
from backline.core.policy import Policy
from backline.core.watch import look_at
from backline.core.words import OPEN_STATES, ClockName, State

EACH = 50
"""How often each move is tried at least."""
LEGAL = 10
"""How often each move is legal at least."""
SHARE = 0.6
"""How many of all tries are legal at least."""


@dataclass
class Tally:
    """How often each move was tried, and how often the law allowed it."""

    tried: Counter[Move] = field(default_factory=Counter)
    legal: Counter[Move] = field(default_factory=Counter)

    def note(self, move: Move, *, legal: bool) -> None:
        """Somebody tried a move."""
        self.tried[move] += 1
        self.legal[move] += legal

    @property
    def enough(self) -> bool:
        """Whether every move was tried often enough, and legal often enough."""
        return all(self.tried[move] >= EACH and self.legal[move] >= LEGAL for move in Move)

    def hold(self) -> None:
        """The walk was long enough to say anything, and was no walk of refusals."""
        assert {move: self.tried[move] for move in Move if self.tried[move] < EACH} == {}
        assert {move: self.legal[move] for move in Move if self.legal[move] < LEGAL} == {}
        assert self.legal.total() / self.tried.total() >= SHARE, (self.tried, self.legal)


def hold(case: Case, events: Sequence[Event], policy: Policy) -> tuple[Clock, ...]:
    """What must be true of every case at every moment; its running clocks."""
    assert [event.seq for event in events] == list(range(1, case.seq + 1)), "no event is lost"
    assert fold(events) == case, "the case is the fold of its events"
    clocks = running(case, policy)
    if case.state not in OPEN_STATES:
        assert clocks == (), "what is over is over"
        return clocks
    assert clocks, "an open case has a due moment"
    assert all(look_at(case, policy, clock) for clock in clocks), "and somebody looks again"
    assert all(_near(case, policy, clock) for clock in clocks), "no repeat is more than a gap away"
    owner = {State.OFFERED: case.team, State.ACCEPTED: case.person, State.RETURNED: case.technician}
    assert owner.get(case.state, "coordinators"), f"{case.state} and nobody has it"
    assert case.state is State.RESOLVED or any(clock.name is ClockName.RESOLVE for clock in clocks)
    return clocks


def _near(case: Case, policy: Policy, clock: Clock) -> bool:
    """Whether the next repeat, if that comes next, comes by a gap from now, or from the moment of its rung."""
    climb, gap = case.climbs.get(clock.climb), timedelta(seconds=policy.ladders[clock.name][-1].every)
    step = next_step(policy, clock, climb)
    return not step.repeat or step.at <= max(case.recorded_at, rungs(policy, clock, climb)[-1].at) + gap
