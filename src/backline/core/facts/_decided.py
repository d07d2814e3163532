"""What others decide about a case: reviews, stops and who lifts them; and where the root cause lies."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from backline.core.case import Case
from backline.core.facts._asking import leased, may, need, running
from backline.core.leasing import STOP
from backline.core.lifecycle import Capacity, MoveRefused, Refusal
from backline.core.moves import Ask, Draft, future, promised
from backline.core.words import ClockName, ReviewOutcome, Role, RootCause, State

DECIDES = frozenset({Capacity.MANAGER, Capacity.DEPUTY})
"""Who decides reviews, and may always lift the stops that they brought."""
LIFTERS = frozenset({Capacity.OWNER, Capacity.LEAD, Capacity.COORDINATOR})
"""To whom else whoever decides a stop may leave it to lift it."""
FINDS_CAUSE = frozenset({Capacity.OWNER, Capacity.RESOLVER, Capacity.COORDINATOR, Capacity.MANAGER})
"""Who says where the root cause lies: who mends it or did, and who answers for the case."""
CAUSE_IS_SOUGHT = frozenset({State.ACCEPTED, State.RESOLVED})
"""While somebody may know it, and the case has not ended."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What a manager decides: the outcome; conditions, and what must be shown to lift a stop, as commitments.

    `lifters` are who may lift it besides those who decide reviews; `until` is when an authority answers to which it is
    handed.
    """

    outcome: ReviewOutcome
    conditions: str = ""
    lifted_on: str = ""
    lifters: frozenset[Capacity] = frozenset()
    until: datetime | None = None


def decide_review(case: Case, ask: Ask, *, record: str, decision: Decision) -> Draft:
    """A manager or his deputy decides a review; a stop says who may lift it and on what evidence.

    It ends the workaround that counts, of which the customer hears.

    What is handed to an authority is decided when that answers: until then the review goes on, and holds the case.
    Whoever stops work is never told that he knew too little for it.
    """
    stops = decision.outcome is ReviewOutcome.STOP_WORK
    _may(case, replace(ask, seen=0) if stops else ask, "review.decided", DECIDES)
    running(case, record, ClockName.REVIEW, "review.decided")
    if stops:
        need("review.decided", lifted_on=decision.lifted_on)
    handed = {}
    if decision.outcome is ReviewOutcome.AUTHORITY:
        need("review.decided", until=decision.until)
        handed = {"until": future(decision.until, ask, "review.decided").isoformat()}
    return Draft(
        "review.decided",
        {
            "id": record,
            "outcome": decision.outcome.value,
            "conditions": decision.conditions,
            "lifted_by": decision.lifted_on,
            **({"lifters": sorted(decision.lifters & LIFTERS)} if stops else {}),
            **(promised(case, ask) if stops and case.workaround else {}),
            **handed,
            **in_place(ask),
        },
    )


def _may(case: Case, ask: Ask, what: str, who: frozenset[Capacity]) -> None:
    """Refuse who may not, and what was decided in ignorance of what came since: another danger, or an authority."""
    may(case, ask, what, who)
    if ask.seen and case.concerned > ask.seen:
        raise MoveRefused(Refusal.MOVED_ON, what)


def in_place(ask: Ask) -> dict[str, Any]:
    """Of whom, where somebody decides who is no manager himself."""
    return {} if ask.actor.is_any(Role.MANAGER) else {"in_place_of": list(ask.actor.stands_for)}


def may_lift(case: Case) -> frozenset[Capacity]:
    """Who may lift the stop: what was left to whoever has the case is his also when he has resolved it."""
    return DECIDES | case.lifters | ({Capacity.RESOLVER} if Capacity.OWNER in case.lifters else set())


def lift_stop(case: Case, ask: Ask, *, evidence: str) -> Draft:
    """A stop is lifted by who may, who says on what evidence; whoever has the case has his time anew."""
    if case.stop is None:
        raise MoveRefused(Refusal.NO_SUCH_RECORD, "stop.lifted")
    _may(case, ask, "stop.lifted", may_lift(case))
    need("stop.lifted", why=evidence)
    return Draft("stop.lifted", {"why": evidence, **in_place(ask), **leased(case, ask, ends=STOP)})


def record_root_cause(case: Case, ask: Ask, *, lies_in: RootCause, text: str) -> Draft:
    """Where the root cause lies, and what it is, as a commitment; whoever knows more later says it anew."""
    may(case, ask, "root_cause.recorded", FINDS_CAUSE, CAUSE_IS_SOUGHT)
    need("root_cause.recorded", text=text)
    return Draft("root_cause.recorded", {"lies_in": lies_in.value, "text": text})
