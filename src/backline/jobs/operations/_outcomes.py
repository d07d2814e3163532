"""Writes what the field-service system should know: outcomes and visits of jobs."""

from __future__ import annotations

from datetime import datetime

from backline.core.words import JobOutcome
from backline.jobs.models import Job, Visit


def record_outcome(*, job_id: str, outcome: JobOutcome, at: datetime) -> None:
    """The job is over, with this outcome."""
    Job.objects.filter(id=job_id).update(outcome=outcome, done_at=at)


def clear_outcome(*, job_id: str) -> None:
    """The job is open again."""
    Job.objects.filter(id=job_id).update(outcome="", done_at=None)


def plan_visit(*, job_id: str, case_id: str, person_id: str, from_at: datetime, to_at: datetime) -> str:
    """A follow-up visit of a case is planned for the job; the id of the visit."""
    visit = Visit.objects.create(
        job_id=job_id, case_id=case_id, person_id=person_id or None, from_at=from_at, to_at=to_at
    )
    return str(visit.id)


def move_visit(*, visit_id: str, person_id: str, from_at: datetime, to_at: datetime) -> None:
    """The visit has another window, or another visitor."""
    Visit.objects.filter(id=visit_id).update(person_id=person_id or None, from_at=from_at, to_at=to_at)


def end_visit(*, visit_id: str, outcome: str) -> None:
    """The visit is over; `outcome` is cut to what the column holds, the case keeps it whole."""
    Visit.objects.filter(id=visit_id).update(outcome=outcome[:300])
