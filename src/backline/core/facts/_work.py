"""What is done and said while a case is open: steps, notes, photos, findings, words to the customer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from backline.core.case import Case
from backline.core.facts._asking import WORKING, answer_owed, leased, may, need, sooner
from backline.core.lifecycle import Capacity, MoveRefused, Refusal
from backline.core.moves import Ask, Draft, StepTried, future, latest_word, promised
from backline.core.policy import priority_of
from backline.core.triggers import Finding, danger, reasons
from backline.core.words import OPEN_STATES, Danger, ToldBy

_ANY_OF_US = frozenset(Capacity) - {Capacity.CUSTOMER}


def try_step(case: Case, ask: Ask, step: StepTried) -> Draft:
    """A step tried by the owner."""
    may(case, ask, "step.tried", frozenset({Capacity.OWNER}), WORKING)
    if case.stop:
        raise MoveRefused(Refusal.GATE, "step.tried", ("STOP",))
    need("step.tried", action=step.action)
    return Draft("step.tried", step.as_data() | leased(case, ask))


def add_note(case: Case, ask: Ask, *, text: str) -> Draft:
    """An internal note by anybody of the organisation who stands in some relation to the case."""
    may(case, ask, "note.added", _ANY_OF_US)
    need("note.added", text=text)
    return Draft("note.added", {"text": text} | leased(case, ask, note=True))


def add_finding(case: Case, ask: Ask, finding: Finding, *, review: str, words: str = "") -> Draft:
    """What a trigger saw in the job of an open case, in words as commitments; `words` are the customer's.

    A concern of safety or compliance that nobody reviews now is reviewed (`review` is the record's id): also one that
    was decided before, for it is said anew. Danger lifts the priority.
    """
    may(case, ask, "fact.found", frozenset({Capacity.TRIGGER, Capacity.COORDINATOR}))
    data: dict[str, Any] = {"trigger": finding.trigger.value, "facts": dict(finding.facts), "words": words}
    data |= answer_owed(case, ask) if words else {}
    return Draft("fact.found", data | endangered(case, ask, finding, review=review))


def endangered(case: Case, ask: Ask, finding: Finding, *, review: str) -> dict[str, Any]:
    """What a finding makes of reasons, danger and priority, and whether it is reviewed."""
    new = reasons([finding]) - case.reasons
    concern = reasons([finding]) & ask.policy.review_reasons
    unseen = bool(concern & new) or (bool(concern) and not case.is_reviewed)
    risen = danger([finding]) if case.danger is Danger.NONE else case.danger
    priority = min(case.priority, priority_of(ask.policy, case.impact, case.urgency, risen))
    data = {"reasons": sorted(new), "review": review if unseen else ""}
    return data | {"danger": risen.value, "priority": priority.value} | sooner(case, ask, priority)


def add_evidence(case: Case, ask: Ask, *, evidence: dict[str, str]) -> Draft:
    """More photos of an open case, ids with their hashes."""
    may(case, ask, "evidence.added", _ANY_OF_US)
    need("evidence.added", evidence=evidence)
    return Draft("evidence.added", {"evidence": evidence})


def tell_customer(case: Case, ask: Ask, *, text: str, next_by: datetime | None, told_by: ToldBy = ToldBy.MAIL) -> Draft:
    """A word to the customer that says by when the next one comes."""
    may(case, ask, "customer.told", frozenset({Capacity.OWNER, Capacity.COORDINATOR}))
    need("customer.told", text=text, next_by=next_by)
    until = future(next_by, ask, "customer.told")
    if until > (latest := latest_word(case, ask)):
        raise MoveRefused(Refusal.WORD_TOO_LATE, "customer.told", ("next_by", latest.isoformat()))
    data = {"text": text, "told_by": told_by.value}
    return Draft("customer.told", data | promised(case, ask, until) | leased(case, ask))


@dataclass(frozen=True, slots=True)
class Unheard:
    """A notice that did not reach its recipient; `why` is a commitment, `customer` whether it was meant for one."""

    notice: str
    recipient: str
    why: str
    customer: bool


def not_reached(case: Case, ask: Ask, unheard: Unheard) -> Draft:
    """Somebody was not reached; where that was the customer, the promised word is due at once: silence climbs."""
    data = {"notice": unheard.notice, "recipient": unheard.recipient, "why": unheard.why}
    silent = unheard.customer and case.state in OPEN_STATES
    return Draft("notice.failed", data | (promised(case, ask, ask.at) if silent else {}))
