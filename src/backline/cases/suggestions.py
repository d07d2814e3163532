"""Reads what the triggers suggest: for those who judge, each with its facts, until that is done or it is due."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from backline.cases import wording
from backline.cases.found_words import words_of
from backline.cases.models import Case as Row
from backline.cases.models import Finding, FindingState
from backline.cases.operations import JUDGES, NewCase, NoSuchCase
from backline.cases.operations._consider import report, twin_of
from backline.cases.operations._write import as_id_or_nobody
from backline.core.words import Actor, Trigger
from backline.jobs.queries import Job

CAP = 200


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One suggestion in words; `judged` says what became of one that waits no more, `case` is where it led."""

    id: str
    job: Job
    place: str
    label: Any
    said: str
    remark: str
    found_at: datetime
    due_at: datetime | None
    judged: bool
    case: Row | None


def may_judge(actor: Actor) -> bool:
    """Whether the actor is one of those to whom suggestions are made."""
    return actor.is_any(*JUDGES)


def count(actor: Actor) -> int:
    """How many wait for somebody to judge them, up to one more than a page names."""
    if not may_judge(actor):
        return 0
    return Finding.objects.filter(state=FindingState.SUGGESTED).values("id")[: CAP + 1].count()


def waiting(actor: Actor, *, zone: str) -> list[Suggestion]:
    """The suggestions that wait, the one due first first."""
    rows = list(_waiting()[:CAP]) if may_judge(actor) else []
    words = words_of(rows)
    return [_said(one, words, zone) for one in rows]


def suggestion(finding: str, actor: Actor, *, zone: str) -> tuple[Suggestion, NewCase, Row | None]:
    """One suggestion, the report that it and those beside it would make, and the open case that it would join.

    Raises `NoSuchCase` where there is none, or it is not for the actor.
    """
    row = _rows().filter(id=as_id_or_nobody(finding)).first()
    if row is None or not may_judge(actor):
        raise NoSuchCase
    beside = [one for one in _waiting().filter(job=row.job_id) if one.id != row.id]
    return _said(row, words_of([row]), zone), report(row.job, [row, *beside]), twin_of(row.job)


def forgotten(at: datetime, *, most: int) -> list[str]:
    """The jobs of suggestions that are due and at which nobody would look: that is a fault of ours."""
    found = Finding.objects.filter(state=FindingState.SUGGESTED, due_at__lte=at, job__look_at=None)
    return [str(job) for job in dict.fromkeys(found.order_by("due_at", "id").values_list("job", flat=True)[:most])]


def _rows() -> Any:
    return Finding.objects.select_related("job__site", "job__asset", "case")


def _waiting() -> Any:
    return _rows().filter(state=FindingState.SUGGESTED).order_by("due_at", "id")


def _said(row: Finding, words: Mapping[UUID, str], zone: str) -> Suggestion:
    job, trigger = row.job, Trigger(row.trigger)
    return Suggestion(
        id=str(row.id),
        job=job,
        place=f"{job.asset.name}, {job.site.name}" if job.asset else job.site.name,
        label=wording.TRIGGERS[trigger],
        said=wording.found(trigger, row.facts, zone),
        remark=words[row.id],
        found_at=row.found_at,
        due_at=row.due_at,
        judged=row.state != FindingState.SUGGESTED,
        case=row.case,
    )
