"""The verbs that record facts beside a case's state: steps, notes, words to the customer, waits, visits, reviews."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid4

from backline.cases.contact import contact_of
from backline.cases.operations._raise import NewStep, photos
from backline.cases.operations._write import Done, Held, Wish, change
from backline.cases.roster import casts_of
from backline.core import facts
from backline.core.facts import Decision, Window
from backline.core.impact import Said
from backline.core.jump import Jump
from backline.core.jump import jump as core_jump
from backline.core.lifecycle import Capacity, MoveRefused, Refusal
from backline.core.moves import Ask, Draft
from backline.core.words import Actor, ClockName, Impact, ReviewOutcome, RootCause, ToldBy, Urgency, WaitReason
from backline.evidence.queries import hashes
from backline.jobs import operations as jobs
from backline.jobs import queries as jobs_queries
from backline.people import operations as people
from backline.policies import queries as policies


def try_step(
    cases: Sequence[str], *, step: NewStep, by: Actor, at: datetime, key: str, occurred_at: datetime | None = None,
    evidence: Sequence[str] = (),
) -> list[Done]:  # fmt: skip
    """A step that the owner tried, with photos of it that were kept under the key."""

    def decide(held: Held, ask: Ask) -> list[Draft]:
        tried = facts.try_step(held.case, ask, step.kept(held.texts, by))
        found = photos(evidence, draft=key, case_id=held.case.id, by=by, at=ask.at)
        return [tried, *([facts.add_evidence(held.case, ask, evidence=found)] if found else [])]

    body = {"step": step, "evidence": hashes(evidence)}
    return change(cases, Wish("try-step", body, occurred_at), decide, by=by, at=at, key=key)


def add_note(
    cases: Sequence[str], *, text: str, by: Actor, at: datetime, key: str, occurred_at: datetime | None = None
) -> list[Done]:
    """An internal note; never shown to a customer."""

    def decide(held: Held, ask: Ask) -> list[Draft]:
        return [facts.add_note(held.case, ask, text=held.texts.add(text, subject=by.id))]

    return change(cases, Wish("note", {"text": text}, occurred_at), decide, by=by, at=at, key=key)


def add_evidence(
    cases: Sequence[str], *, evidence: Sequence[str], draft: str, by: Actor, at: datetime, key: str
) -> list[Done]:
    """More photos, kept under `draft` before."""

    def decide(held: Held, ask: Ask) -> list[Draft]:
        found = photos(evidence, draft=draft, case_id=held.case.id, by=by, at=ask.at)
        return [facts.add_evidence(held.case, ask, evidence=found)]

    return change(cases, Wish("evidence", {"evidence": hashes(evidence)}), decide, by=by, at=at, key=key)


@dataclass(frozen=True, slots=True)
class NewWord:
    """What the customer is told, by when the next word comes, and whether we mail it or it was said on the phone."""

    text: str
    next_by: datetime | None
    told_by: ToldBy = ToldBy.MAIL


def tell_customer(cases: Sequence[str], *, word: NewWord, by: Actor, at: datetime, key: str) -> list[Done]:
    """A word to the customer, with the moment by which the next one comes."""

    def decide(held: Held, ask: Ask) -> list[Draft]:
        contact = contact_of(held.case, held.row.contact)
        if word.told_by is ToldBy.MAIL and not (contact and contact.email):
            raise MoveRefused(Refusal.NOBODY_TO_TELL, "customer.told", ("told_by",))
        said = held.texts.add(word.text, subject=str(contact.id) if contact else "")
        return [facts.tell_customer(held.case, ask, text=said, next_by=word.next_by, told_by=word.told_by)]

    body = {"word": word}
    return change(cases, Wish("tell-customer", body), decide, by=by, at=at, key=key)


def change_contact(cases: Sequence[str], *, contact: str, by: Actor, at: datetime, key: str) -> list[Done]:
    """Keep another contact of the site informed from now on."""

    def decide(held: Held, ask: Ask) -> list[Draft]:
        draft = facts.change_contact(held.case, ask, contact=contact)
        people.hold_contacts([contact])
        if contact not in {str(known.id) for known in jobs_queries.contacts_of_site(held.case.site)}:
            raise MoveRefused(Refusal.NO_SUCH_TARGET, "contact.changed", ("contact",))
        return [draft]

    return change(cases, Wish("contact", {"contact": contact}), decide, by=by, at=at, key=key)


def begin_wait(
    cases: Sequence[str], *, reason: WaitReason, until: datetime | None, what: str, by: Actor, at: datetime, key: str,
    occurred_at: datetime | None = None,
) -> list[Done]:  # fmt: skip
    """The owner waits for something until a moment."""

    def decide(held: Held, ask: Ask) -> list[Draft]:
        said = held.texts.add(what, subject=by.id)
        return [facts.begin_wait(held.case, ask, record=str(uuid4()), wait=facts.Wait(reason, until, said))]

    body = {"reason": reason, "until": until, "what": what}
    return change(cases, Wish("wait", body, occurred_at), decide, by=by, at=at, key=key)


@dataclass(frozen=True, slots=True)
class NewPart:
    """A part that is asked for: what, from whom, and when it is expected."""

    what: str
    supplier: str
    until: datetime | None


def request_part(
    cases: Sequence[str], *, part: NewPart, by: Actor, at: datetime, key: str, occurred_at: datetime | None = None
) -> list[Done]:
    """Ask for a part, and wait for it."""

    def decide(held: Held, ask: Ask) -> list[Draft]:
        what, supplier = (held.texts.add(text, subject=by.id) for text in (part.what, part.supplier))
        wanted = facts.Part(what, supplier, part.until)
        return [facts.request_part(held.case, ask, record=str(uuid4()), part=wanted)]

    return change(cases, Wish("part", {"part": part}, occurred_at), decide, by=by, at=at, key=key)


def move_part(
    cases: Sequence[str], *, record: str, until: datetime | None, why: str, by: Actor, at: datetime, key: str
) -> list[Done]:
    """The part is expected at another moment, for a reason."""

    def decide(held: Held, ask: Ask) -> list[Draft]:
        said = held.texts.add(why, subject=by.id)
        return [facts.move_part(held.case, ask, record=record, until=until, why=said)]

    return change(
        cases, Wish("move-part", {"record": record, "until": until, "why": why}), decide, by=by, at=at, key=key
    )


def end_wait(
    cases: Sequence[str], *, record: str, outcome: str, by: Actor, at: datetime, key: str,
    occurred_at: datetime | None = None,
) -> list[Done]:  # fmt: skip
    """What was waited for has come, or will not; `outcome` is in words."""

    def decide(held: Held, ask: Ask) -> list[Draft]:
        return [facts.end_wait(held.case, ask, record=record, outcome=held.texts.add(outcome, subject=by.id))]

    body = {"record": record, "outcome": outcome}
    return change(cases, Wish("end-wait", body, occurred_at), decide, by=by, at=at, key=key)


@dataclass(frozen=True, slots=True)
class NewVisit:
    """When somebody will visit; `person` empty means the owner; `record` names the visit that is moved."""

    from_at: datetime
    to_at: datetime
    person: str = ""
    record: str = ""


def book_visit(
    cases: Sequence[str], *, visit: NewVisit, by: Actor, at: datetime, key: str, seen: int = 0
) -> list[Done]:
    """Book a follow-up visit, or move one."""

    def decide(held: Held, ask: Ask) -> list[Draft]:
        person = visit.person or held.case.person
        window = Window(visit.from_at, visit.to_at, person)
        record = visit.record or str(uuid4())
        facts.book_visit(held.case, ask, record=record, window=window)  # refused before the job hears of it
        if not people.hold(person):
            raise MoveRefused(Refusal.NO_SUCH_TARGET, "visit.booked", ("person",))
        window = replace(window, visit=_plan(held, record, window))
        return [facts.book_visit(held.case, ask, record=record, window=window)]

    return change(cases, Wish("visit", {"visit": visit}, seen=seen), decide, by=by, at=at, key=key)


def _plan(held: Held, record: str, window: Window) -> str:
    """The id of the job's visit: a new one, or the moved one of the record."""
    before = held.case.records.get(record)
    if before is not None and before.visit:
        moved = {"from_at": window.from_at, "to_at": window.to_at}
        jobs.move_visit(visit_id=before.visit, person_id=window.person, **moved)
        return before.visit
    return jobs.plan_visit(
        job_id=held.case.job,
        case_id=held.case.id,
        person_id=window.person,
        from_at=window.from_at,
        to_at=window.to_at,
    )


def end_visit(
    cases: Sequence[str], *, record: str, outcome: str, by: Actor, at: datetime, key: str,
    occurred_at: datetime | None = None,
) -> list[Done]:  # fmt: skip
    """A visit took place or did not; `outcome` says what came of it."""

    def decide(held: Held, ask: Ask) -> list[Draft]:
        draft = facts.end_visit(held.case, ask, record=record, outcome=held.texts.add(outcome, subject=by.id))
        visit = held.case.records[record].visit
        if visit:
            jobs.end_visit(visit_id=visit, outcome=outcome)
        return [draft]

    body = {"record": record, "outcome": outcome}
    return change(cases, Wish("end-visit", body, occurred_at), decide, by=by, at=at, key=key)


def call_off_visit(cases: Sequence[str], *, record: str, why: str, by: Actor, at: datetime, key: str) -> list[Done]:
    """A booked visit will not take place; the customer and whoever was to come are told."""

    def decide(held: Held, ask: Ask) -> list[Draft]:
        draft = facts.call_off_visit(held.case, ask, record=record, why=held.texts.add(why, subject=by.id))
        visit = held.case.records[record].visit
        if visit:
            jobs.end_visit(visit_id=visit, outcome=why)
        return [draft]

    return change(cases, Wish("call-off-visit", {"record": record, "why": why}), decide, by=by, at=at, key=key)


@dataclass(frozen=True, slots=True)
class NewDecision:
    """What a manager decides, in plain text; `record` may stay empty where a case has one review that nobody else has.

    `lifted_on` says on what evidence a stop may be lifted, `lifters` by whom besides those who decide reviews, `until`
    by when an authority answers.
    """

    outcome: ReviewOutcome
    conditions: str = ""
    lifted_on: str = ""
    record: str = ""
    lifters: frozenset[Capacity] = frozenset()
    until: datetime | None = None


def decide_review(
    cases: Sequence[str], *, decision: NewDecision, by: Actor, at: datetime, key: str, seen: int = 0
) -> list[Done]:
    """Decide the review of a safety or compliance concern."""

    def decide(held: Held, ask: Ask) -> list[Draft]:
        pending = sorted(held.case.running(ClockName.REVIEW), key=lambda one: one.until is not None)
        record = decision.record or (pending[0].id if pending else "")
        kept = Decision(
            outcome=decision.outcome,
            conditions=held.texts.add(decision.conditions, subject=by.id),
            lifted_on=held.texts.add(decision.lifted_on, subject=by.id),
            lifters=decision.lifters,
            until=decision.until,
        )
        return [facts.decide_review(held.case, ask, record=record, decision=kept)]

    return change(cases, Wish("review", {"decision": decision}, seen=seen), decide, by=by, at=at, key=key)


def lift_stop(cases: Sequence[str], *, why: str, by: Actor, at: datetime, key: str, seen: int = 0) -> list[Done]:
    """Lift a stop, on evidence that `why` names."""

    def decide(held: Held, ask: Ask) -> list[Draft]:
        return [facts.lift_stop(held.case, ask, evidence=held.texts.add(why, subject=by.id))]

    return change(cases, Wish("lift-stop", {"why": why}, seen=seen), decide, by=by, at=at, key=key)


def move_policy(
    cases: Sequence[str], *, policy: str, why: str, by: Actor, at: datetime, key: str, seen: int = 0
) -> list[Done]:
    """Another version of the policy, from now on; it must have been kept."""

    def decide(held: Held, ask: Ask) -> list[Draft]:
        if not policies.is_kept(policy):
            raise MoveRefused(Refusal.NO_SUCH_TARGET, "policy.moved", ("policy",))
        said = held.texts.add(why, subject=by.id)
        return [facts.move_policy(held.case, ask, policy=policy, rules=policies.policy(policy), why=said)]

    return change(cases, Wish("policy", {"policy": policy, "why": why}, seen=seen), decide, by=by, at=at, key=key)


def change_priority(
    cases: Sequence[str], *, impact: Impact, urgency: Urgency, why: str, by: Actor, at: datetime, key: str,
    seen: int = 0,
) -> list[Done]:  # fmt: skip
    """Another impact or urgency, with a reason."""

    def decide(held: Held, ask: Ask) -> list[Draft]:
        said = held.texts.add(why, subject=by.id)
        return [facts.change_priority(held.case, ask, impact=impact, urgency=urgency, why=said)]

    body = {"impact": impact, "urgency": urgency, "why": why}
    return change(cases, Wish("priority", body, seen=seen), decide, by=by, at=at, key=key)


def correct_impact(
    cases: Sequence[str], *, losses: Said, why: str, by: Actor, at: datetime, key: str, seen: int = 0
) -> list[Done]:
    """What is lost is another than was known, for a reason."""

    def decide(held: Held, ask: Ask) -> list[Draft]:
        said = held.texts.add(why, subject=by.id)
        return [facts.correct_impact(held.case, ask, said=losses, review=str(uuid4()), why=said)]

    return change(cases, Wish("impact", {"losses": losses, "why": why}, seen=seen), decide, by=by, at=at, key=key)


def record_root_cause(
    cases: Sequence[str], *, lies_in: RootCause, text: str, by: Actor, at: datetime, key: str
) -> list[Done]:
    """Where the root cause lies, and what it is; never shown to a customer."""

    def decide(held: Held, ask: Ask) -> list[Draft]:
        said = held.texts.add(text, subject=by.id)
        return [facts.record_root_cause(held.case, ask, lies_in=lies_in, text=said)]

    return change(cases, Wish("root-cause", {"lies_in": lies_in, "text": text}), decide, by=by, at=at, key=key)


def jump(cases: Sequence[str], *, climb: str, rung: int, why: str, by: Actor, at: datetime, key: str) -> list[Done]:
    """Have a later rung of a running climb told at once, with a reason."""

    def decide(held: Held, ask: Ask) -> list[Draft]:
        cast = casts_of([held.case], [held.policy], at=ask.at)[held.case.id]
        return [core_jump(held.case, ask, cast, Jump(climb, rung, held.texts.add(why, subject=by.id)))]

    return change(cases, Wish("jump", {"climb": climb, "rung": rung, "why": why}), decide, by=by, at=at, key=key)
