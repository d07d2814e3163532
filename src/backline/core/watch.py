"""What a look at a case finds: rungs that were reached, and the lapse; the only thing that time itself does."""

from __future__ import annotations

from datetime import datetime

from backline.core.case import Case, Climb
from backline.core.clock import Clock, running
from backline.core.ladder import Cast, Reached, next_step, reached, recipients
from backline.core.lifecycle import MoveRefused
from backline.core.moves import Ask, Draft, kept_word, lapse
from backline.core.policy import Policy
from backline.core.words import ClockName

LATE = 60
"""Seconds after which an effect counts as late, and says so."""


def look(case: Case, ask: Ask, cast: Cast, gates: tuple[str, ...]) -> tuple[Draft, ...]:
    """The drafts of everything that has come due by `ask.at`; where the case lapses, that alone."""
    clocks = [clock for clock in running(case, ask.policy) if look_at(case, ask.policy, clock) <= ask.at]
    if any(clock.name is ClockName.CONFIRM and clock.due_at <= ask.at for clock in clocks):
        try:
            return (kept_word(case, gates) if case.said_to_work else lapse(case, ask, gates),)
        except MoveRefused:
            pass  # the gates hold it: the ladder of CONFIRM tells who can open them
    return tuple(draft for clock in clocks if (draft := _climb(case, ask, cast, clock)))


def look_at(case: Case, policy: Policy, clock: Clock) -> datetime:
    """When somebody must look at this clock again: its alarm."""
    climb = case.climbs.get(clock.climb)
    step = next_step(policy.ladders[clock.name], clock, climb)
    return min(step.at, clock.due_at) if may_lapse(clock.name, climb) else step.at


def may_lapse(clock: ClockName, climb: Climb | None) -> bool:
    """Whether the case may close when this clock is due, whomever its ladder tells before."""
    return clock is ClockName.CONFIRM and climb is None


def _climb(case: Case, ask: Ask, cast: Cast, clock: Clock) -> Draft | None:
    found = reached(ask.policy.ladders[clock.name], clock, case.climbs.get(clock.climb), ask.at)
    return draft_of(clock, found, cast, ask.at) if found else None


def draft_of(clock: Clock, found: Reached, cast: Cast, at: datetime) -> Draft:
    """The event of a rung that acts at a moment: whom it tells, and what was passed over or missed below it."""
    chosen = recipients(found.acts.tell, cast)
    late = (at - found.since).total_seconds()
    return Draft(
        "rung.reached",
        {
            "climb": clock.climb,
            "clock": clock.name.value,
            "subject": clock.subject,
            "due_at": clock.due_at.isoformat(),
            "rung": found.acts.rung,
            "repeat": found.acts.repeat,
            "planned_at": found.acts.at.isoformat(),
            "late_seconds": int(late) if late > LATE else 0,
            "told": list(chosen.persons),
            "role": chosen.role.value,
            "instead_of": chosen.instead_of.value if chosen.instead_of else "",
            "skipped": [{"rung": step.rung, "at": step.at.isoformat()} for step in found.skipped],
            "repeats_missed": found.repeats,
        },
    )
