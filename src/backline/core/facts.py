"""What may be recorded beside a case's state: steps, notes, words to the customer, waits, visits, reviews."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from backline.core.case import Case, Record
from backline.core.fold import renews
from backline.core.impact import Said, graver
from backline.core.lifecycle import Capacity, MoveRefused, Refusal
from backline.core.moves import Ask, Draft, StepTried, future, latest_word, promised, up_to_date
from backline.core.policy import priority_of
from backline.core.sight import capacities
from backline.core.triggers import Finding, danger, reasons
from backline.core.values import encode
from backline.core.words import (
    OPEN_STATES,
    ClockName,
    Danger,
    Impact,
    Priority,
    ReviewOutcome,
    Role,
    RootCause,
    State,
    ToldBy,
    Urgency,
    WaitReason,
)

_WORKING = frozenset({State.ACCEPTED})
DECIDES = frozenset({Capacity.MANAGER, Capacity.DEPUTY})
"""Who decides reviews, and may always lift the stops that they brought."""
LIFTERS = frozenset({Capacity.OWNER, Capacity.LEAD, Capacity.COORDINATOR})
"""To whom else whoever decides a stop may leave it to lift it."""
_ANY_OF_US = frozenset(Capacity) - {Capacity.CUSTOMER}
CORRECT = frozenset({Capacity.TECHNICIAN, Capacity.OWNER, Capacity.COORDINATOR, Capacity.MANAGER})
"""Who may say that what is lost is other than was known: who saw it, and who answers for it."""
FINDS_CAUSE = frozenset({Capacity.OWNER, Capacity.RESOLVER, Capacity.COORDINATOR, Capacity.MANAGER})
"""Who says where the root cause lies: who mends it or did, and who answers for the case."""
CAUSE_IS_SOUGHT = frozenset({State.ACCEPTED, State.RESOLVED})
"""While somebody may know it, and the case has not ended."""


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


def _leased(case: Case, ask: Ask, **doing: Any) -> dict[str, Any]:
    """Until when the lease runs on where this renews it: for as long again as it was taken for."""
    if not renews(case, ask.actor.id, **doing) or case.lease is None or case.lease_until is None:
        return {}
    lasts = ask.policy.lease_lasts(case.lease.at, case.lease_until, case.priority)
    return {"lease_until": ask.policy.lease_end(ask.at, case.priority, lasts).isoformat()}


def try_step(case: Case, ask: Ask, step: StepTried) -> Draft:
    """A step tried by the owner."""
    may(case, ask, "step.tried", frozenset({Capacity.OWNER}), _WORKING)
    if case.stop:
        raise MoveRefused(Refusal.GATE, "step.tried", ("STOP",))
    need("step.tried", action=step.action)
    return Draft("step.tried", step.as_data() | _leased(case, ask))


def add_note(case: Case, ask: Ask, *, text: str) -> Draft:
    """An internal note by anybody of the organisation who stands in some relation to the case."""
    may(case, ask, "note.added", _ANY_OF_US)
    need("note.added", text=text)
    return Draft("note.added", {"text": text} | _leased(case, ask, note=True))


def add_finding(case: Case, ask: Ask, finding: Finding, *, review: str, words: str = "") -> Draft:
    """What a trigger saw in the job of an open case, in words as commitments; `words` are the customer's.

    A new concern of safety or compliance is reviewed (`review` is the record's id), and danger lifts the priority.
    """
    may(case, ask, "fact.found", frozenset({Capacity.TRIGGER, Capacity.COORDINATOR}))
    new = reasons([finding]) - case.reasons
    data: dict[str, Any] = {"trigger": finding.trigger.value, "facts": dict(finding.facts), "words": words}
    data |= {"reasons": sorted(new), "review": review if new & ask.policy.review_reasons else ""}
    risen = danger([finding]) if case.danger is Danger.NONE else case.danger
    priority = min(case.priority, priority_of(ask.policy, case.impact, case.urgency, risen))
    data |= {"danger": risen.value, "priority": priority.value}
    return Draft("fact.found", data | sooner(case, ask, priority))


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
    return Draft("customer.told", data | promised(case, ask, until) | _leased(case, ask))


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


@dataclass(frozen=True, slots=True)
class Wait:
    """What the owner waits for: a reason, an end and, as a commitment, the words for it."""

    reason: WaitReason
    until: datetime | None
    what: str


def begin_wait(case: Case, ask: Ask, *, record: str, wait: Wait) -> Draft:
    """The owner waits for something, with an end."""
    may(case, ask, "wait.begun", frozenset({Capacity.OWNER}), _WORKING)
    need("wait.begun", until=wait.until, what=wait.what)
    end = future(wait.until, ask, "wait.begun")
    data = {"id": record, "reason": wait.reason.value, "until": end.isoformat(), "what": wait.what}
    return Draft("wait.begun", data | promised(case, ask) | _leased(case, ask))


@dataclass(frozen=True, slots=True)
class Part:
    """A part that is asked for: what, from whom (both commitments), and when it is expected."""

    what: str
    supplier: str
    until: datetime | None


def request_part(case: Case, ask: Ask, *, record: str, part: Part) -> Draft:
    """A part is asked for: a wait that knows from whom the part comes, and whose date may change."""
    may(case, ask, "part.requested", frozenset({Capacity.OWNER, Capacity.COORDINATOR}), _WORKING)
    need("part.requested", until=part.until, what=part.what, supplier=part.supplier)
    end = future(part.until, ask, "part.requested").isoformat()
    data = {"id": record, "reason": WaitReason.PART.value, "until": end, "what": part.what, "supplier": part.supplier}
    return Draft("part.requested", data | promised(case, ask) | _leased(case, ask))


def move_part(case: Case, ask: Ask, *, record: str, until: datetime | None, why: str) -> Draft:
    """A part is expected at another moment; a later one may break what the customer was told."""
    may(case, ask, "part.moved", frozenset({Capacity.OWNER, Capacity.COORDINATOR}))
    need("part.moved", until=until, why=why)
    part = _running(case, record, ClockName.WAIT, "part.moved")
    if part.what != WaitReason.PART or part.until is None:
        raise MoveRefused(Refusal.NO_SUCH_RECORD, "part.moved")
    end = future(until, ask, "part.moved")
    if end == part.until:
        raise MoveRefused(Refusal.NOTHING_NEW, "part.moved", ("until",))
    data = {"id": record, "until": end.isoformat(), "was": part.until.isoformat(), "why": why}
    return Draft("part.moved", data | {"breaks": end > part.until and _breaks(case, end)} | _leased(case, ask))


def _breaks(case: Case, end: datetime) -> bool:
    """Whether a part that comes then comes after the promised next word, or after a visit that is booked."""
    visits = [visit.from_at for visit in case.running(ClockName.VISIT)]
    return any(moment < end for moment in (case.promise_by, *visits) if moment)


def end_wait(case: Case, ask: Ask, *, record: str, outcome: str) -> Draft:
    """What was waited for has come, or will not come."""
    may(case, ask, "wait.ended", frozenset({Capacity.OWNER, Capacity.COORDINATOR}))
    _since_it_began(_running(case, record, ClockName.WAIT, "wait.ended"), ask, "wait.ended")
    return Draft("wait.ended", {"id": record, "outcome": outcome or "ENDED"} | _leased(case, ask, ends=record))


@dataclass(frozen=True, slots=True)
class Window:
    """When somebody visits: a half-open window, the visitor's id and the id of the job's visit."""

    from_at: datetime
    to_at: datetime
    person: str
    visit: str = ""


def book_visit(case: Case, ask: Ask, *, record: str, window: Window) -> Draft:
    """A follow-up visit; booking the same record again moves it."""
    before = case.records.get(record)
    kind = "visit.moved" if before else "visit.booked"
    states = OPEN_STATES if before else _WORKING
    may(case, ask, kind, frozenset({Capacity.OWNER, Capacity.COORDINATOR}), states)
    if case.stop:
        raise MoveRefused(Refusal.GATE, kind, ("STOP",))
    if before:
        _running(case, record, ClockName.VISIT, kind)
    end = future(window.to_at, ask, kind)
    if window.from_at >= end or window.from_at < ask.at:
        raise MoveRefused(Refusal.NOT_IN_THE_FUTURE, kind)
    if any(_clashes(visit, record, window) for visit in case.running(ClockName.VISIT)):
        raise MoveRefused(Refusal.BOOKED_THEN, kind, ("from_at",))
    data: dict[str, Any] = {
        "id": record,
        "from_at": window.from_at.isoformat(),
        "until": end.isoformat(),
        "person": window.person,
        "visit": window.visit,
    }
    return Draft(kind, data | promised(case, ask) | _leased(case, ask))


def _clashes(visit: Record, record: str, window: Window) -> bool:
    """Whether the same person visits this case in a part of the window already, by another record."""
    overlap = visit.until is not None and visit.from_at < window.to_at and window.from_at < visit.until
    return overlap and visit.person == window.person and visit.id != record


def end_visit(case: Case, ask: Ask, *, record: str, outcome: str) -> Draft:
    """A visit took place, or did not."""
    may(case, ask, "visit.ended", frozenset({Capacity.OWNER, Capacity.COORDINATOR}))
    need("visit.ended", outcome=outcome)
    _since_it_began(_running(case, record, ClockName.VISIT, "visit.ended"), ask, "visit.ended")
    return Draft("visit.ended", {"id": record, "outcome": outcome} | _leased(case, ask, ends=record))


def call_off_visit(case: Case, ask: Ask, *, record: str, why: str) -> Draft:
    """A booked visit will not take place; the customer is told, and by when the next word comes.

    The policy calls off that of somebody who has left.
    """
    may(case, ask, "visit.called_off", frozenset({Capacity.OWNER, Capacity.COORDINATOR, Capacity.POLICY}))
    need("visit.called_off", why=why)
    visit = _running(case, record, ClockName.VISIT, "visit.called_off")
    until = visit.until.isoformat() if visit.until else ""
    data = {"id": record, "why": why, "from_at": visit.from_at.isoformat(), "until": until, "outcome": "CALLED_OFF"}
    return Draft("visit.called_off", data | promised(case, ask) | _leased(case, ask, ends=record))


@dataclass(frozen=True, slots=True)
class Decision:
    """What a manager decides: the outcome; conditions, and what must be shown to lift a stop, as commitments.

    `lifters` are who may lift it besides those who decide reviews.
    """

    outcome: ReviewOutcome
    conditions: str = ""
    lifted_on: str = ""
    lifters: frozenset[Capacity] = frozenset()


def decide_review(case: Case, ask: Ask, *, record: str, decision: Decision) -> Draft:
    """A manager or his deputy decides a review; a stop says who may lift it and on what evidence."""
    may(case, ask, "review.decided", DECIDES)
    _running(case, record, ClockName.REVIEW, "review.decided")
    stops = decision.outcome is ReviewOutcome.STOP_WORK
    if stops:
        need("review.decided", lifted_on=decision.lifted_on)
    return Draft(
        "review.decided",
        {
            "id": record,
            "outcome": decision.outcome.value,
            "conditions": decision.conditions,
            "lifted_by": decision.lifted_on,
            **({"lifters": sorted(decision.lifters & LIFTERS)} if stops else {}),
            **_in_place(ask),
        },
    )


def _in_place(ask: Ask) -> dict[str, Any]:
    """Of whom, where somebody decides who is no manager himself."""
    return {} if ask.actor.is_any(Role.MANAGER) else {"in_place_of": list(ask.actor.stands_for)}


def may_lift(case: Case) -> frozenset[Capacity]:
    """Who may lift the stop: what was left to whoever has the case is his also when he has resolved it."""
    return DECIDES | case.lifters | ({Capacity.RESOLVER} if Capacity.OWNER in case.lifters else set())


def lift_stop(case: Case, ask: Ask, *, evidence: str) -> Draft:
    """A stop is lifted by who may, who says on what evidence."""
    if case.stop is None:
        raise MoveRefused(Refusal.NO_SUCH_RECORD, "stop.lifted")
    may(case, ask, "stop.lifted", may_lift(case))
    need("stop.lifted", why=evidence)
    return Draft("stop.lifted", {"why": evidence, **_in_place(ask)})


def record_root_cause(case: Case, ask: Ask, *, lies_in: RootCause, text: str) -> Draft:
    """Where the root cause lies, and what it is, as a commitment; whoever knows more later says it anew."""
    may(case, ask, "root_cause.recorded", FINDS_CAUSE, CAUSE_IS_SOUGHT)
    need("root_cause.recorded", text=text)
    return Draft("root_cause.recorded", {"lies_in": lies_in.value, "text": text})


def change_contact(case: Case, ask: Ask, *, contact: str) -> Draft:
    """Another contact of the customer's is kept informed from now on; the word promised to the one holds for both."""
    may(case, ask, "contact.changed", frozenset({Capacity.OWNER, Capacity.COORDINATOR}))
    need("contact.changed", contact=contact)
    if contact == case.contact:
        raise MoveRefused(Refusal.NOTHING_NEW, "contact.changed", ("contact",))
    kept = case.promise_by if case.promise_by and case.promise_by > ask.at else None
    return Draft("contact.changed", {"contact": contact} | promised(case, ask, kept))


def change_priority(case: Case, ask: Ask, *, impact: Impact, urgency: Urgency, why: str) -> Draft:
    """Another impact or urgency; clocks keep their start and take the new target.

    A lease longer than the new priority allows ends earlier, and so does a promise that its rhythm would not have made.
    """
    may(case, ask, "priority.changed", frozenset({Capacity.COORDINATOR, Capacity.MANAGER}))
    need("priority.changed", why=why)
    if (impact, urgency) == (case.impact, case.urgency):
        raise MoveRefused(Refusal.NOTHING_NEW, "priority.changed", ("impact",))
    priority = priority_of(ask.policy, impact, urgency, case.danger)
    data = {"impact": impact.value, "urgency": urgency.value, "priority": priority.value, "why": why}
    return Draft("priority.changed", data | sooner(case, ask, priority))


def correct_impact(case: Case, ask: Ask, *, said: Said, review: str, why: str) -> Draft:
    """Other losses than were known, with a reason; a person who is in danger by them lifts danger and priority.

    A danger that nobody reviews is reviewed (`review` is the record's id); one that is over stays what it was.
    """
    may(case, ask, "impact.corrected", CORRECT)
    if ask.seen and case.known and case.known[-1].since.seq > ask.seen:
        raise MoveRefused(Refusal.MOVED_ON, "impact.corrected")  # nobody undoes another's figures without a word
    need("impact.corrected", why=why)
    said.must_be_plausible("impact.corrected")
    losses = said.over(case.losses)
    if losses == case.losses:
        raise MoveRefused(Refusal.NOTHING_NEW, "impact.corrected", ("trapped",))
    risen = replace(case, danger=graver(case.danger, losses.danger))
    priority = min(case.priority, priority_of(ask.policy, case.impact, case.urgency, risen.danger))
    unseen = risen.danger is not case.danger and not case.running(ClockName.REVIEW)
    data = {"known": encode(case.losses), "said": encode(losses), "why": why, "review": review if unseen else ""}
    data |= {"danger": risen.danger.value, "priority": priority.value}
    return Draft("impact.corrected", data | sooner(risen, ask, priority))


def move_policy(case: Case, ask: Ask, *, policy: str, why: str) -> Draft:
    """Another version of the policy; clocks keep their start and all that was paused, and take the new targets.

    POLICY is whoever keeps versions by the command line: it has no person to name.
    """
    may(case, ask, "policy.moved", frozenset({Capacity.MANAGER, Capacity.POLICY}))
    need("policy.moved", policy=policy, why=why)
    if policy == case.policy:
        raise MoveRefused(Refusal.NOTHING_NEW, "policy.moved", ("policy",))
    pauses = {str(reason): longest for reason, longest in ask.policy.pauses.items()}
    return Draft("policy.moved", {"policy": policy, "why": why, "pauses": pauses})


def sooner(case: Case, ask: Ask, priority: Priority) -> dict[str, Any]:
    """The ends of lease and promise, each where another priority brings it forward."""
    lease = ask.policy.lease_end(ask.at, priority)
    word = ask.policy.next_word(ask.at, priority, case.danger)
    rises = priority < case.priority
    leased = rises and case.lease_until is not None and lease < case.lease_until
    promise = rises and case.promise_by is not None and word < case.promise_by
    ends = (("lease_until", lease, leased), ("promise_by", word, promise))
    return {name: end.isoformat() for name, end, sooner in ends if sooner}


def _running(case: Case, record: str, clock: ClockName, what: str) -> Record:
    found = case.records.get(record)
    if found is None or found.ended or found.clock is not clock:
        raise MoveRefused(Refusal.NO_SUCH_RECORD, what)
    return found


def _since_it_began(record: Record, ask: Ask, what: str) -> None:
    """Refuse an end before the beginning."""
    if ask.then and ask.then < record.begun.occurred_at:
        raise MoveRefused(Refusal.NOT_THEN, what, ("BEFORE_IT_BEGAN",))
