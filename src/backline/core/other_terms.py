"""What another policy says otherwise of the clocks of a case: these begin anew when the case takes it."""

from __future__ import annotations

from dataclasses import replace

from backline.core.case import Case
from backline.core.policy import AGREED, Policy, Whose
from backline.core.words import ClockName, Priority


def other_terms(before: Policy, after: Policy, case: Case) -> tuple[ClockName, ...]:
    """The clocks of a case that another policy has run otherwise: up another ladder, for other time, in other hours."""
    return tuple(name for name in ClockName if _terms(before, name, case) != _terms(after, name, case))


def reviews_by_other_terms(before: Policy, after: Policy, case: Case) -> tuple[str, ...]:
    """The reviews that begin anew though not all do: those that no authority has, where they may take another time."""
    name, reviews = ClockName.REVIEW, case.running(ClockName.REVIEW)
    asked = [
        review.id for review in (*reviews, case.proposed) if review and (review.until is None or review.is_proposed)
    ]
    mixed = _handed(case) and _terms(before, name, case) == _terms(after, name, case)
    return tuple(asked) if mixed and _targeted(before, name, case) != _targeted(after, name, case) else ()


def _targeted(policy: Policy, clock: ClockName, case: Case) -> tuple[object, ...]:
    """How long the clock may run, and in whose hours."""
    return policy.targets[clock][case.priority], policy.whose(clock, case.priority)


def _terms(policy: Policy, clock: ClockName, case: Case) -> tuple[object, ...]:
    """What the policy says of a clock that runs; of one whose end was agreed upon only whom it tells and when."""
    ladder, priority = policy.ladders[clock], case.priority
    if priority is Priority.P1:  # its rungs wait in nobody's hours
        ladder = tuple(replace(rung, wait_in=Whose.ELAPSED) for rung in ladder)
    if clock in AGREED or (clock is ClockName.REVIEW and _handed(case)):
        return (ladder,)
    if clock is ClockName.IMPACT:
        return ladder, policy.thresholds
    more = {ClockName.RESOLVE: policy.pauses, ClockName.CONFIRM: policy.gates}.get(clock)
    return ladder, *_targeted(policy, clock, case), more


def _handed(case: Case) -> bool:
    """Whether a review waits for an authority, until when it was agreed to answer."""
    return any(review.until for review in case.running(ClockName.REVIEW))
