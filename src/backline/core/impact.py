"""Impact in figures: what is lost while a case lasts, who is in danger by it, and when it comes to how much."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta

from backline.core.lifecycle import MoveRefused, Refusal
from backline.core.words import Danger, Measure

MOST = {"trapped": 1_000, "at_risk": 100_000, "units": 100_000, "cost_an_hour": 10**8, "penalty": 10**10}
"""What is more than this is a slip of the hand."""
_HOUR, _NEVER = timedelta(hours=1), timedelta(days=3650)
_GRAVITY = tuple(Danger)


@dataclass(frozen=True, slots=True)
class Losses:
    """What is lost while it lasts: persons, units that stand still, money in whole units of the organisation's own.

    `penalty` is what it costs to break what the contract promises.
    """

    trapped: int = 0
    at_risk: int = 0
    units: int = 0
    cost_an_hour: int = 0
    penalty: int = 0
    named_account: bool = False

    def of(self, measure: Measure) -> int:
        """How much it is by a measure that does not grow; a named account counts as one."""
        return int(getattr(self, measure.lower()))

    def cost_by(self, at: datetime, *, begun: datetime) -> int:
        """What it has cost by a moment, if it began at another: the hours that it lasted, all of them."""
        return max(at - begun, timedelta(0)) * self.cost_an_hour // _HOUR

    def figures(self, at: datetime, *, begun: datetime) -> dict[Measure, int]:
        """How much it is by each measure at a moment, if it began at another."""
        so_far = Measure.COST_SO_FAR
        return {one: self.cost_by(at, begun=begun) if one is so_far else self.of(one) for one in Measure}

    @property
    def danger(self) -> Danger:
        """The danger that these figures mean."""
        if self.trapped:
            return Danger.PERSON_TRAPPED_OR_HURT
        return Danger.RISK if self.at_risk else Danger.NONE


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody says of the losses; None where he says nothing, and what is known holds."""

    trapped: int | None = None
    at_risk: int | None = None
    units: int | None = None
    cost_an_hour: int | None = None
    penalty: int | None = None

    def over(self, known: Losses) -> Losses:
        """What is known, corrected by what was said."""
        said = {one.name: getattr(self, one.name) for one in fields(self)}
        return replace(known, **{name: value for name, value in said.items() if value is not None})

    def must_be_plausible(self, what: str) -> None:
        """Refuse what cannot be so: less than nothing, or more than there is."""
        said = ((name, getattr(self, name)) for name in MOST)
        absurd = tuple(name for name, value in said if value is not None and not 0 <= value <= MOST[name])
        if absurd:
            raise MoveRefused(Refusal.ABSURD, what, absurd)


def graver(one: Danger, other: Danger) -> Danger:
    """The graver of two dangers."""
    return max(one, other, key=_GRAVITY.index)


def counted(losses: Losses, danger: Danger) -> Losses:
    """The losses, where somebody is trapped or hurt by the safety question and nobody counted them: one at least."""
    uncounted = danger is Danger.PERSON_TRAPPED_OR_HURT and not losses.trapped and not losses.at_risk
    return replace(losses, at_risk=1) if uncounted else losses


def comes_to(measure: Measure, amount: int, losses: Losses, begun: datetime) -> datetime | None:
    """From when on it comes to so much, if it began then; None where it never does."""
    if measure is not Measure.COST_SO_FAR:
        return begun if losses.of(measure) >= amount else None
    if not losses.cost_an_hour or (lasts := -(-_HOUR * amount // losses.cost_an_hour)) > _NEVER:
        return None
    return begun + lasts  # to the microsecond with which it is so much
