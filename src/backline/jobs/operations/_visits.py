"""Visits of jobs, as an import or the technician on site reports them; and when a job is looked at again.

A follow-up visit of a case is not among them: its case says what becomes of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from backline.core.words import JobOutcome, Trigger, VisitResult
from backline.jobs.models import Job, Visit
from backline.jobs.operations._row import Row
from backline.people.operations import Invalid

AT_ONCE = datetime(2000, 1, 1, tzinfo=UTC)
"""The next look of a job whose facts have changed: whoever looks finds it first."""


_OURS = {
    "from_at": "visit_from_at",
    "to_at": "visit_to_at",
    "started_at": "visit_started_at",
    "ended_at": "visit_ended_at",
    "result": "visit_result",
    "moved": "rescheduled",
}
"""Our column, and the field of the line that it comes from."""


@dataclass(slots=True)
class Visits:
    """The visits of some jobs as they are known, and what the lines say of them; written together by `save`."""

    known: dict[tuple[UUID, str], Visit] = field(default_factory=dict)
    new: list[Visit] = field(default_factory=list)
    changed: dict[UUID, Visit] = field(default_factory=dict)

    @classmethod
    def of(cls, jobs: Iterable[Job]) -> Visits:
        """The visits of these jobs."""
        found = Visit.objects.filter(job__in=list(jobs), case_id=None)
        return cls({(visit.job_id, visit.reference): visit for visit in found})

    def keep(self, job: Job, line: Row) -> bool:
        """Add the visit that the line speaks of, or change what it says differently; whether it did either."""
        said = {ours: getattr(line, theirs) for ours, theirs in _OURS.items()}
        given = {name: value for name, value in said.items() if value is not None}
        if not given and not line.visit:
            return False
        known = self.known.get((job.id, line.visit))
        if known is None:
            person: dict[str, Any] = {"person_id": job.technician_id}
            visit = Visit(job=job, reference=line.visit, **person, **given)
            self.known[job.id, line.visit] = visit
            self.new.append(visit)
            return True
        if all(getattr(known, name) == value for name, value in given.items()):
            return False
        if _put_off(known, given):
            given.setdefault("moved", known.moved + 1)
        for name, value in given.items():
            setattr(known, name, value)
        self.changed[known.id] = known
        return True

    def save(self) -> None:
        """Write all of it."""
        Visit.objects.bulk_create(self.new, batch_size=1000)
        new = {visit.id for visit in self.new}
        changed = [visit for visit in self.changed.values() if visit.id not in new]
        Visit.objects.bulk_update(changed, list(_OURS), batch_size=500)


def check_visit(line: Row) -> None:
    """Refuse a visit that ends before it begins."""
    pairs = (("visit_from_at", "visit_to_at"), ("visit_started_at", "visit_ended_at"))
    for first, last in pairs:
        begins, ends = getattr(line, first), getattr(line, last)
        if begins and ends and ends <= begins:
            raise Invalid({last: _("It must be later than its beginning.")})


def _put_off(known: Visit, given: dict[str, Any]) -> bool:
    """Whether the visit has a later window now than it had."""
    starts = given.get("from_at")
    return bool(starts and known.from_at and starts > known.from_at)


@dataclass(frozen=True, slots=True)
class VisitReport:
    """What the technician says at the end of a visit."""

    result: VisitResult
    unsafe: bool = False
    breaks_rule: bool = False
    fault_code: str = ""
    remark: str = ""
    rating: int | None = None


def look_later(*, job_id: str, at: datetime) -> None:
    """Look at the job again at this moment, because it could not be looked at now."""
    Job.objects.filter(id=job_id).update(look_at=at)


@transaction.atomic
def report_visit(*, job_id: str, report: VisitReport, at: datetime) -> None:
    """The visit that was next is over; one that nobody planned is added. What it says joins the facts of the job."""
    job = Job.objects.select_for_update(no_key=True).get(id=job_id)
    open_ones = Visit.objects.filter(job=job, case_id=None, result="", ended_at=None)
    visit = open_ones.order_by("from_at", "id").first() or Visit(
        job=job, person_id=job.technician_id, reference=_unused(job)
    )
    visit.started_at = visit.started_at or at
    visit.ended_at, visit.result = at, report.result
    visit.save()
    said_anew(job, report.unsafe and job.unsafe, Trigger.UNSAFE)
    said_anew(job, report.breaks_rule and job.breaks_rule, Trigger.BREAKS_RULE)
    hear_customer(job, rated=report.rating is not None, remark=report.remark)
    job.unsafe, job.breaks_rule = job.unsafe or report.unsafe, job.breaks_rule or report.breaks_rule
    job.fault_code, job.remark = report.fault_code or job.fault_code, report.remark or job.remark
    job.rating = report.rating or job.rating
    if report.result is VisitResult.DONE:
        job.outcome, job.done_at = JobOutcome.DONE, at
    job.save()


def hear_customer(job: Job, *, rated: bool, remark: str) -> None:
    """Count other words or another rating as something new; old words are not said of a rating without any."""
    other_words = bool(remark) and remark != job.remark
    said_anew(job, (other_words or rated) and bool(job.remark or job.rating), Trigger.UNHAPPY)
    if other_words or rated:
        job.rated_alone = not other_words and bool(job.remark)


@transaction.atomic
def rate(*, job_id: str, rating: int, remark: str, anew: bool) -> None:
    """The customer rates the work; `anew` says that it is heard as something new, whatever was said before.

    So are her first words about it. Said otherwise later, it is another finding only where the figure is: nobody is
    asked as often as it is changed.
    """
    job = Job.objects.select_for_update(no_key=True).get(id=job_id)
    first_words = bool(remark) and (job.rated_alone or not job.remark)
    said_anew(job, (anew or first_words) and bool(job.remark or job.rating), Trigger.UNHAPPY)
    if anew or remark:
        job.rated_alone = not remark and bool(job.remark)
    job.rating, job.remark = rating, remark or job.remark
    job.save()


def said_anew(job: Job, is_said: bool, trigger: Trigger) -> None:
    """Count that somebody says again what he, or somebody else, said before: it is heard as something new."""
    if is_said:
        job.said_again = job.said_again | {trigger.value: job.said_again.get(trigger.value, 0) + 1}


def _unused(job: Job) -> str:
    """A reference that no visit of the job has."""
    taken = set(Visit.objects.filter(job=job, case_id=None).values_list("reference", flat=True))
    names = ("", *(f"on site {number}" for number in range(1, len(taken) + 1)))
    return next(name for name in names if name not in taken)


@transaction.atomic
def look_again(*, job_id: str, look_at: datetime | None, unless: Callable[[Job], bool]) -> None:
    """When somebody must look at the job again; at once where its facts have changed while they were looked at."""
    job = Job.objects.select_related("asset").select_for_update(of=("self",), no_key=True).get(id=job_id)
    job.look_at = AT_ONCE if unless(job) else look_at
    job.save(update_fields=["look_at"])


def forget_remarks(*, contact_id: str) -> None:
    """What the customer said on site about jobs goes with the contact who is erased."""
    Job.objects.filter(site__contacts=UUID(contact_id)).exclude(remark="").update(remark="")
