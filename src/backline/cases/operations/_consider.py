"""A job's facts may raise a case: what its triggers see opens one, joins the open one, or is suggested."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import transaction

from backline.cases import wording
from backline.cases.contact import contact_of
from backline.cases.found_words import words_of
from backline.cases.models import Case as Row
from backline.cases.models import Finding as Found
from backline.cases.models import FindingState
from backline.cases.news import suggested_news
from backline.cases.operations._alone import hold_trouble
from backline.cases.operations._raise import NewCase, raise_case
from backline.cases.operations._write import Done, Held, NoSuchCase, Wish, as_id_or_nobody, change
from backline.channels import operations as channels
from backline.core import facts, triggers
from backline.core.case import Case
from backline.core.events import Event
from backline.core.lifecycle import MoveRefused, Refusal
from backline.core.moves import Ask, Draft
from backline.core.policy import Act, Policy
from backline.core.triggers import Finding, JobFacts, VisitFacts, Wrote
from backline.core.values import decode, encode
from backline.core.words import Actor, ActorKind, Danger, Impact, Role, Trigger, Urgency, VisitResult
from backline.jobs import operations as job_operations
from backline.jobs import queries as jobs
from backline.jobs.operations import VisitReport
from backline.jobs.queries import Job
from backline.ledger import operations as ledger
from backline.ledger import queries as ledger_queries
from backline.ledger.news import ALL, announce
from backline.policies import queries as policies

TRIGGERS = Actor(ActorKind.SYSTEM, "triggers", name="Backline")
JUDGES = (Role.COORDINATOR, Role.MANAGER)
"""To whom suggestions are made."""
_FAULTS_WITHIN = timedelta(days=368)
"""More than the longest window of a policy, whose first day counts from its midnight on."""


def consider(job_id: str, *, at: datetime) -> str:
    """Look at the facts of a job; the id of the case that this opened or added to, or nothing.

    Looking again finds nothing: every finding is kept with what became of it. Whoever looks at the same job, or at
    another one of its asset, waits here, so that one trouble makes one case.
    """
    with transaction.atomic():
        job = _alone(job_id)
        _id, policy = policies.in_force(at)
        seen = _facts(job)
        kept = list(Found.objects.filter(job=job))
        known = {(row.trigger, row.name) for row in kept}
        new = [one for one in triggers.find(seen, policy.triggers, at) if (one.trigger, one.name) not in known]
        rows = [_row(job, one, at) for one in new]
        waiting = _unmet(job, [row for row in kept if row.state == FindingState.SUGGESTED], at)
        certain = any(policy.triggers[one.trigger].act is Act.OPEN for one in new)
        overdue = any(row.due_at <= at for row in waiting if row.due_at)
        case = ""
        if rows or waiting:
            case = _joined(job, [*rows, *waiting], by=TRIGGERS, at=at, opens=certain or overdue)
        if rows and not case:
            _suggest(rows, policy, at)
        due = [row.due_at for row in (*rows, *waiting) if row.due_at and row.state == FindingState.SUGGESTED]
        looks = [triggers.next_look(seen, policy.triggers, at), *due]
        look_at = min((moment for moment in looks if moment), default=None)
        job_operations.look_again(job_id=str(job.id), look_at=look_at, unless=lambda now: _facts(now) != seen)
    return case


def _unmet(job: Job, waiting: Sequence[Found], at: datetime) -> list[Found]:
    """The suggestions that still wait: those are met after which a case of the job was opened and ended."""
    last = Row.objects.filter(job=job).order_by("-number").first() if waiting else None
    met = [row for row in waiting if last and last.closed_at and last.opened_at > row.found_at]
    _judged(met, FindingState.ADDED, str(last.id) if last else "", by=TRIGGERS, at=at)
    return [row for row in waiting if row not in met]


def _alone(job_id: str) -> Job:
    """The job as it is once nobody else looks at it or at another one of its asset."""
    known = jobs.job(job_id)
    if known is None:
        raise NoSuchCase
    hold_trouble(known)
    job = jobs.job(job_id)
    if job is None:
        raise NoSuchCase
    return job


def _facts(job: Job) -> JobFacts:
    return JobFacts(
        done_at=job.done_at,
        history=job.history,
        promised_at=job.promised_at,
        asset=job.asset.reference if job.asset else "",
        fault_code=job.fault_code,
        faults=tuple(jobs.same_faults(job, since=job.opened_at - _FAULTS_WITHIN)),
        zone=job.site.zone,
        visits=tuple(_visit(visit) for visit in jobs.visits_of(str(job.id))),
        unsafe=job.unsafe,
        breaks_rule=job.breaks_rule,
        remarked=bool(job.remark),
        rating=job.rating,
        rated_alone=job.rated_alone,
        part=job.part,
        part_at=job.part_at,
        part_came=job.part_came_at is not None,
        reopened=job.reopened,
        again=job.said_again,
        wrote=_wrote(job),
    )


def _wrote(job: Job) -> tuple[Wrote, ...]:
    """The ended cases of the job of which a customer wrote since, each by the last event that says so."""
    ended = Row.objects.filter(job=job, closed_at__isnull=False).order_by("number")
    marks = ((row, decode(Case, row.fold).wrote) for row in ended)
    return tuple(Wrote(str(row.id), wrote.seq, str(row)) for row, wrote in marks if wrote)


def _visit(visit: jobs.Visit) -> VisitFacts:
    return VisitFacts(
        id=str(visit.id),
        from_at=visit.from_at,
        to_at=visit.to_at,
        started=visit.started_at is not None,
        ended=bool(visit.ended_at or visit.result),
        result=VisitResult(visit.result) if visit.result else None,
        moved=visit.moved,
    )


def _row(job: Job, finding: Finding, at: datetime) -> Found:
    return Found(
        job=job, trigger=finding.trigger, name=finding.name, facts=dict(finding.facts), found_at=at, state=""
    )  # fmt: skip


def value_of(row: Found) -> Finding:
    """The finding as the law takes it."""
    return Finding(Trigger(row.trigger), row.name, row.facts)


def _suggest(rows: Sequence[Found], policy: Policy, at: datetime) -> None:
    for row in rows:
        row.state, row.due_at = FindingState.SUGGESTED, at + timedelta(seconds=policy.suggested_for)
    Found.objects.bulk_create(rows)
    channels.queue(suggested_news(rows, at=at), at=at)
    announce(ALL)


def _joined(job: Job, rows: Sequence[Found], *, by: Actor, at: datetime, opens: bool) -> str:
    """Add the findings to the open case of this trouble, else open one with them where that is wanted."""
    twin = twin_of(job, hold=True)
    if twin is not None:
        for row in rows:
            _add(twin, row, job, by=by, at=at)
        _judged(rows, FindingState.ADDED, str(twin.id), by=by, at=at)
        return str(twin.id)
    if not opens:
        return ""
    new = report(job, rows)
    case = raise_case(new, by=by, at=at, key=f"found-{rows[0].id}").case
    _judged(rows, FindingState.RAISED, case, by=by, at=at)
    return case


def twin_of(job: Job, *, hold: bool = False) -> Row | None:
    """The open case of this job, else the one of the same fault on its asset, held if wanted."""
    rows = Row.objects.select_for_update(of=("self",)) if hold else Row.objects.all()
    found = rows.filter(closed_at=None)
    mine = found.filter(job=job).order_by("number").first()
    if mine or not (job.asset_id and job.fault_code):
        return mine
    beside = list(found.filter(job__asset=job.asset_id).select_related("job").order_by("number"))
    reports = ledger_queries.events_at([(str(row.id), 1) for row in beside])
    return next((row for row in beside if job.fault_code in _codes(row, reports)), None)


def _codes(row: Row, reports: Mapping[tuple[str, int], Event]) -> set[str]:
    """The fault codes of a case: of its job, and those that its report named."""
    return {row.job.fault_code, *reports[str(row.id), 1].data["fault_codes"]}


def _add(case: Row, row: Found, job: Job, *, by: Actor, at: datetime) -> None:
    def decide(held: Held, ask: Ask) -> list[Draft]:
        said = replace(value_of(row), facts={name: _kept(held, name, fact) for name, fact in row.facts.items()})
        contact = contact_of(held.case, held.row.contact)
        spoken = held.texts.add(words_of([row])[row.id], subject=str(contact.id) if contact else "")
        return [facts.add_finding(held.case, ask, said, review=str(uuid4()), words=spoken)]

    change([str(case.id)], Wish("found", {"facts": row.facts}), decide, by=by, at=at, key=f"found-{row.id}")


def _kept(held: Held, name: str, fact: object) -> object:
    """A fact as an event holds it: what somebody wrote as a commitment."""
    return held.texts.add(str(fact)) if name == "part" else fact


def _judged(rows: Sequence[Found], state: FindingState, case: str, *, by: Actor, at: datetime) -> None:
    for row in rows:
        row.state, row.case_id, row.judged_at, row.by = state, as_id_or_nobody(case), at, by.id
        row.save()


def report(job: Job, rows: Sequence[Found]) -> NewCase:
    """The report that these findings make: why, in a text that names the facts."""
    found = [value_of(row) for row in rows]
    said = [wording.found(one.trigger, one.facts, job.site.zone) for one in found]
    return NewCase(
        job=str(job.id),
        summary=f"{job.title}: {'. '.join(dict.fromkeys(said))}.",
        reasons=triggers.reasons(found),
        danger=triggers.danger(found),
        fault_codes=(job.fault_code,) if job.fault_code else (),
        words="\n\n".join(dict.fromkeys(filter(None, words_of(rows).values()))),
    )


@dataclass(frozen=True, slots=True)
class Judged:
    """What a coordinator makes of a suggestion that becomes a case."""

    summary: str
    danger: Danger = Danger.NONE
    impact: Impact = Impact.MEDIUM
    urgency: Urgency = Urgency.MEDIUM


def raise_suggested(finding: str, *, judged: Judged, by: Actor, at: datetime, key: str) -> Done:
    """A suggestion becomes a case with all that waits beside it, or joins the open one of the same trouble."""
    write = ledger.Write(f"{by.kind}:{by.id}", "raise-suggested", key, {"finding": finding, **encode(judged)})
    with transaction.atomic():
        claimed = ledger.claim(write, at=at)
        if claimed is None:
            return Done(**{**ledger.answered(write), "repeated": True})
        job = _alone(str(_suggested(finding, by).job_id))
        rows = list(Found.objects.filter(job=job, state=FindingState.SUGGESTED).order_by("found_at", "id"))
        _still(finding, rows)
        done = _raised(job, rows, judged, by=by, at=at)
        ledger.answer(claimed, encode(done))
    return done


def _raised(job: Job, rows: Sequence[Found], judged: Judged, *, by: Actor, at: datetime) -> Done:
    case = _joined(job, rows, by=by, at=at, opens=False)
    if case:
        row = Row.objects.get(id=case)
        return Done(case, row.number, row.head_seq)
    new = report(job, rows)
    danger = judged.danger if new.danger is Danger.NONE else new.danger
    new = replace(new, summary=judged.summary, danger=danger, impact=judged.impact, urgency=judged.urgency)
    done = raise_case(new, by=by, at=at, key=f"found-{rows[0].id}")
    _judged(rows, FindingState.RAISED, done.case, by=by, at=at)
    return done


def dismiss(finding: str, *, why: str, by: Actor, at: datetime, key: str) -> None:
    """A suggestion needs no case, for a reason; the same facts are not suggested again."""
    write = ledger.Write(f"{by.kind}:{by.id}", "dismiss", key, {"finding": finding, "why": why})
    with transaction.atomic():
        claimed = ledger.claim(write, at=at)
        if claimed is None:
            return
        if not why.strip():
            raise MoveRefused(Refusal.NEEDS, "finding", ("why",))
        job = _alone(str(_suggested(finding, by).job_id))
        rows = list(Found.objects.filter(job=job, state=FindingState.SUGGESTED))
        row = _still(finding, rows)
        row.state, row.judged_at, row.by, row.why = FindingState.DISMISSED, at, by.id, why
        row.save()
        announce(ALL)
        ledger.answer(claimed, {})


def _suggested(finding: str, by: Actor) -> Found:
    """The finding, to one who may judge it."""
    found = Found.objects.filter(id=as_id_or_nobody(finding)).first()
    if found is None or not by.is_any(*JUDGES):
        raise NoSuchCase
    return found


def _still(finding: str, rows: Sequence[Found]) -> Found:
    """The row of a suggestion that nobody has judged meanwhile."""
    row = next((row for row in rows if row.id == as_id_or_nobody(finding)), None)
    if row is None:
        raise MoveRefused(Refusal.JUDGED, "finding")
    return row


def report_visit(job_id: str, *, visit: VisitReport, by: Actor, at: datetime, key: str) -> str:
    """The technician's visit is over; the id of the case that its facts opened or joined, or nothing."""
    write = ledger.Write(f"{by.kind}:{by.id}", "report-visit", key, {"job": job_id, **encode(visit)})
    with transaction.atomic():
        claimed = ledger.claim(write, at=at)
        if claimed is None:
            return str(ledger.answered(write)["case"])
        job = _alone(job_id)
        if str(job.technician_id) != by.id and not by.is_any(Role.COORDINATOR):
            raise NoSuchCase
        if job.done_at:
            raise MoveRefused(Refusal.JOB_DONE, "visit")
        twin_of(job, hold=True)  # held before the job is, in the order of every verb that writes both
        job_operations.report_visit(job_id=job_id, report=visit, at=at)
        case = consider(job_id, at=at)
        ledger.answer(claimed, {"case": case})
    return case
