"""What may be told ahead of time: the rungs that are still to come, whom each tells, and who would hear after it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from backline.cases import wording
from backline.core.case import Case
from backline.core.cast import Cast, Chosen, recipients
from backline.core.clock import Clock
from backline.core.jump import afterwards, ahead
from backline.core.ladder import Step
from backline.core.policy import Policy


@dataclass(frozen=True, slots=True)
class Ahead:
    """A rung that is still to come, in words, as somebody may choose it; `then` says who comes after it, and when."""

    climb: str
    rung: int
    what: str
    then: str


@dataclass(frozen=True, slots=True)
class Later:
    """A rung that is still to come, whom it would tell now, and what comes next if that does nothing either."""

    clock: Clock
    step: Step
    told: Chosen
    then: tuple[Step, Chosen] | None

    @property
    def persons(self) -> tuple[str, ...]:
        """Whoever is named."""
        return (*self.told.persons, *(self.then[1].persons if self.then else ()))

    def said(self, told: wording.Told) -> Ahead:
        """The same in words."""
        what = wording.ahead(self.clock, self.step, self.told, told)
        return Ahead(self.clock.climb, self.step.rung, what, wording.and_then(*self.then, told) if self.then else "")


def later(case: Case, policy: Policy, cast: Cast, at: datetime) -> Iterator[Later]:
    """Every rung that may be told now, clock by clock and upwards."""
    for clock, step in ahead(case, policy, at):
        told = recipients(step.tell, cast.of(clock.name, at, clock.climb))
        then = afterwards(policy, clock, case.climbs.get(clock.climb), step, at)
        yield Later(clock, step, told, _next(clock, then, cast.having_told(clock.climb, told.persons)))


def _next(clock: Clock, step: Step | None, cast: Cast) -> tuple[Step, Chosen] | None:
    if step is None:
        return None
    return step, recipients(step.tell, cast.of(clock.name, step.at, clock.climb), hold=step.hold)
