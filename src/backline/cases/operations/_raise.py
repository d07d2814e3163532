"""Raise: the first event of a case, with the row, its texts, photos, alarms and the customer's first word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID, uuid4

from django.db import connection, transaction

from backline.cases import notices
from backline.cases.change import Change
from backline.cases.known import Known
from backline.cases.models import Case as Row
from backline.cases.operations import _found as search
from backline.cases.operations._alone import hold_trouble, numbered
from backline.cases.operations._rows import insert, set_alarms, whole
from backline.cases.operations._workarounds import NewWorkaround, offer_workaround
from backline.cases.operations._write import Done, NoSuchCase
from backline.cases.terms import terms_of_job
from backline.core import moves
from backline.core.events import By
from backline.core.fold import fold
from backline.core.impact import Said
from backline.core.lifecycle import MoveRefused, Refusal
from backline.core.moves import Ask, Draft, Place, Report, StepTried
from backline.core.occurred import believed
from backline.core.policy import Policy
from backline.core.values import encode
from backline.core.watch import Watched
from backline.core.words import Actor, ActorKind, Danger, Impact, Reason, Role, StepResult, Urgency
from backline.evidence import operations as evidence
from backline.evidence.queries import hashes
from backline.jobs import operations as job_operations
from backline.jobs import queries as jobs
from backline.jobs.queries import Job
from backline.ledger import operations as ledger
from backline.ledger.together import together
from backline.people.queries import Contact
from backline.policies import queries as policies

NOWHERE = Place("", "", "", "")


@dataclass(frozen=True, slots=True)
class NewStep:
    """A step tried, in plain text as it was typed."""

    action: str
    result: StepResult
    tool: str = ""
    reading: str = ""
    minutes: int = 0

    def kept(self, texts: ledger.Texts, by: Actor) -> StepTried:
        """The step with its texts as commitments."""
        action, tool, reading = (texts.add(text, subject=by.id) for text in (self.action, self.tool, self.reading))
        return StepTried(action, self.result, tool, reading, self.minutes)


@dataclass(frozen=True, slots=True)
class NewCase:
    """A report as it was typed; `evidence` are ids of photos kept under `draft`, the form they were sent with.

    `losses` are what of them is known better than contract and asset say; `alone` says that it is to be a case only
    where none of the job is open. `meanwhile` is what the customer may do until it is repaired.
    """

    job: str
    summary: str
    reasons: frozenset[Reason]
    danger: Danger = Danger.NONE
    impact: Impact = Impact.MEDIUM
    urgency: Urgency = Urgency.MEDIUM
    steps: tuple[NewStep, ...] = ()
    fault_codes: tuple[str, ...] = ()
    words: str = ""
    notes: str = ""
    tags: tuple[str, ...] = ()
    evidence: tuple[str, ...] = field(default=())
    draft: str = ""
    occurred_at: datetime | None = None
    losses: Said = field(default_factory=Said)
    alone: bool = False
    meanwhile: NewWorkaround | None = None


def raise_case(new: NewCase, *, by: Actor, at: datetime, key: str, number: int | None = None) -> Done:
    """Open a case on a job that the actor may raise for; raises `NoSuchCase` where the job is out of sight.

    It gets the next number, or the one that was reserved for it.
    """
    content = replace(new, evidence=hashes(new.evidence))
    write = ledger.Write(f"{by.kind}:{by.id}", "raise", key, encode(content))
    with transaction.atomic():
        claimed = ledger.claim(write, at=at)
        if claimed is None:
            return Done(**{**ledger.answered(write), "repeated": True})
        job = job_of(new.job, by)
        if new.alone or number:
            hold_trouble(job)
        if new.alone and Row.objects.filter(job=job, closed_at=None).exists():
            raise MoveRefused(Refusal.OPEN_ALREADY, "raise", ("another",))
        number = number or numbered(job)
        row, policy, addition = _begun(new, job, number, by=by, at=at)
        done = Done(addition.case, number, 1)
        with together():
            _write(row, policy, addition)
            ledger.answer(claimed, encode(done))
        if new.meanwhile:
            offer_workaround([done.case], workaround=new.meanwhile, by=by, at=at, key=key)
    return done


def job_of(job_id: str, by: Actor) -> Job:
    """The job of a report, to one who may report about it; raises `NoSuchCase` to others."""
    job = jobs.job(job_id)
    mine = job is not None and str(job.technician_id) == by.id
    if job is None or not (mine or by.kind is ActorKind.SYSTEM or by.is_any(Role.COORDINATOR, Role.MANAGER)):
        raise NoSuchCase
    return job


def _begun(new: NewCase, job: Job, number: int, *, by: Actor, at: datetime) -> tuple[Row, Policy, ledger.Addition]:
    """The row without what follows from events, the policy that counts, and the first event."""
    case_id = str(uuid4())
    policy_id, shipped = policies.in_force(at)
    occurred_at = believed(new.occurred_at, at, "raise")
    terms = terms_of_job(job)
    policy = terms.counting(shipped, occurred_at)
    texts = ledger.Texts()
    contact = job_operations.hold_contact_of(job.site)
    photos = _photos(new, case_id, by=by, at=at)
    said = report_of(new, str(contact.id) if contact else "", photos, texts, by)
    report = replace(said, place=_place(job, contact), known=terms.losses(job.asset, occurred_at))
    draft = moves.raise_case(report, Ask(by, at, policy), policy_id=policy_id, review_id=str(uuid4()))
    draft = Draft(draft.kind, {**draft.data, "number": number})
    recording = ledger.Recording(By(by.kind, by.id), at, occurred_at)
    about = {"job": job, "site": job.site, "customer_id": job.site.customer_id, "technician": job.technician}
    row = Row(id=UUID(case_id), number=number, summary=report.summary, contact=contact, **about)
    return row, policy, ledger.Addition(case_id, [draft], texts, ledger.Head(), recording)


def _write(row: Row, policy: Policy, addition: ledger.Addition) -> None:
    """The first event, and all that follows from it."""
    chain = ledger.chained(addition)
    now = Watched.of(fold(chain.events), policy)
    for name, value in whole(now, chain.head).items():
        setattr(row, name, value)
    changes = [Change(row, None, now, chain.events, addition.texts.said)]
    known = Known(changes)
    ledger.append([chain])
    insert(row)
    set_alarms([now])
    search.add(changes, known)
    notices.tell(changes, known)


def reserve_numbers(count: int) -> list[int]:
    """The next numbers of cases, which nobody else gets."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('case_number') FROM generate_series(1, %s)", [count])
        return [int(number) for (number,) in cursor.fetchall()]


def _place(job: Job, contact: Contact | None) -> Place:
    return Place(
        job=str(job.id),
        site=str(job.site_id),
        customer=str(job.site.customer_id),
        technician=str(job.technician_id or ""),
        contact=str(contact.id) if contact else "",
        asset=str(job.asset_id or ""),
        asset_type=job.asset.type if job.asset else "",
    )


def _photos(new: NewCase, case_id: str, *, by: Actor, at: datetime) -> dict[str, str]:
    return photos(new.evidence, draft=new.draft, case_id=case_id, by=by, at=at)


def photos(ids: Sequence[str], *, draft: str, case_id: str, by: Actor, at: datetime) -> dict[str, str]:
    """Attach kept photos to the case; their ids with their hashes, as an event names them."""
    if not ids:
        return {}
    found = evidence.attach(ids=list(ids), draft_key=draft, case_id=case_id, by=by, at=at)
    if len(found) != len(set(ids)):
        raise MoveRefused(Refusal.NO_SUCH_TARGET, "evidence")
    return {str(photo.id): f"sha256:{photo.sha256}" for photo in found}


def codes(typed: Sequence[str], texts: ledger.Texts, by: Actor) -> tuple[str, ...]:
    """Fault codes as an event holds them: one of the register as it is, another word as a commitment of its text."""
    known = jobs.known_fault_codes(typed) if typed else ()
    return tuple(code if code in known else texts.add(code, subject=by.id) for code in typed)


def report_of(new: NewCase, contact: str, photos: dict[str, str], texts: ledger.Texts, by: Actor) -> Report:
    """The report with its texts as commitments, as it is without its place; what the customer said is the contact's."""
    return Report(
        place=NOWHERE,
        summary=texts.add(new.summary, subject=by.id),
        reasons=new.reasons,
        danger=new.danger,
        impact=new.impact,
        urgency=new.urgency,
        steps=tuple(step.kept(texts, by) for step in new.steps),
        fault_codes=codes(new.fault_codes, texts, by),
        words=texts.add(new.words, subject=contact),
        notes=texts.add(new.notes, subject=by.id),
        tags=tuple(texts.add(tag, subject=by.id) for tag in new.tags),
        evidence=photos,
        said=new.losses,
    )
