"""Who may record something beside a case's state, what it needs, and what becomes of lease and promise."""

from __future__ import annotations

from typing import Any

from backline.core.case import Case, Record
from backline.core.leasing import renews
from backline.core.lifecycle import Capacity, MoveRefused, Refusal
from backline.core.moves import Ask, up_to_date
from backline.core.sight import capacities
from backline.core.words import OPEN_STATES, ClockName, Priority, State

WORKING = frozenset({State.ACCEPTED})
"""While somebody has it and works on it."""


def may(case: Case, ask: Ask, what: str, who: frozenset[Capacity], states: frozenset[State] = OPEN_STATES) -> None:
    """Refuse who stands in none of these relations to the case, or while it is in none of these states."""
    if case.state not in states:
        raise MoveRefused(Refusal.NOT_IN_THIS_STATE, what, (case.state,))
    if not who & capacities(ask.actor, case):
        raise MoveRefused(Refusal.NOT_YOURS, what, tuple(sorted(who)))
    up_to_date(case, ask, what)


def need(fact: str, /, **needs: object) -> None:
    """Refuse what comes without something that it needs."""
    lacking = tuple(name for name, value in needs.items() if not value)
    if lacking:
        raise MoveRefused(Refusal.NEEDS, fact, lacking)


def leased(case: Case, ask: Ask, **doing: Any) -> dict[str, Any]:
    """Until when the lease runs on where this renews it: for as long again as it was taken for."""
    if not renews(case, ask.actor.id, **doing) or case.lease is None or case.lease_until is None:
        return {}
    lasts = ask.policy.lease_lasts(case.lease.at, case.lease_until, case.priority)
    return {"lease_until": ask.policy.lease_end(ask.at, case.priority, lasts).isoformat()}


def sooner(case: Case, ask: Ask, priority: Priority) -> dict[str, Any]:
    """The ends of lease and promise, each where another priority brings it forward."""
    lease = ask.policy.lease_end(ask.at, priority)
    word = ask.policy.next_word(ask.at, priority, case.danger)
    rises = priority < case.priority
    leased = rises and case.lease_until is not None and lease < case.lease_until
    promise = rises and case.promise_by is not None and word < case.promise_by
    ends = (("lease_until", lease, leased), ("promise_by", word, promise))
    return {name: end.isoformat() for name, end, sooner in ends if sooner}


def running(case: Case, record: str, clock: ClockName, what: str) -> Record:
    found = case.records.get(record)
    if found is None or found.ended or found.clock is not clock:
        raise MoveRefused(Refusal.NO_SUCH_RECORD, what)
    return found


def since_it_began(record: Record, ask: Ask, what: str) -> None:
    """Refuse an end before the beginning."""
    if ask.then and ask.then < record.begun.occurred_at:
        raise MoveRefused(Refusal.NOT_THEN, what, ("BEFORE_IT_BEGAN",))


def answer_owed(case: Case, ask: Ask) -> dict[str, Any]:
    """The data of an event that holds words of the customer: by when somebody answers them, where silence closes it."""
    if case.state is not State.RESOLVED:
        return {}
    return {"answer_by": ask.policy.next_word(ask.at, case.priority, case.danger).isoformat()}
