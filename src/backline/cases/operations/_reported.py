"""A report on a job whose case is open already joins that case."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

from django.db import transaction

from backline.cases.models import Case as Row
from backline.cases.operations._alone import hold_trouble
from backline.cases.operations._raise import NewCase, job_of, photos, raise_case, report_of
from backline.cases.operations._write import Done, Held, Wish, change
from backline.core import reports
from backline.core.case import Case
from backline.core.moves import Ask, Draft
from backline.core.sight import may_see
from backline.core.values import decode, encode
from backline.core.words import Actor
from backline.evidence.queries import hashes
from backline.ledger import operations as ledger


def add_report(new: NewCase, *, by: Actor, at: datetime, key: str) -> Done:
    """Add a report to the open case of its job; where none is open any more, it becomes a case of its own.

    Whoever may raise a case about the job may do so, also where the case is out of his sight.
    """
    content = replace(new, evidence=hashes(new.evidence))
    write = ledger.Write(f"{by.kind}:{by.id}", "report", key, encode(content))
    with transaction.atomic():
        claimed = ledger.claim(write, at=at)
        if claimed is None:
            return Done(**{**ledger.answered(write), "repeated": True})
        job = job_of(new.job, by)
        hold_trouble(job)
        row = joins(Row.objects.filter(job=job, closed_at=None).order_by("-number"), by)
        done = _added(row, new, by=by, at=at, key=key) if row else raise_case(new, by=by, at=at, key=key)
        ledger.answer(claimed, encode(done))
    return done


def joins(rows: Iterable[Row], by: Actor) -> Row | None:
    """Which of the open cases of a job, the newest first, somebody's report joins: the newest that he may see."""
    found = list(rows)
    return next((row for row in found if may_see(by, decode(Case, row.fold))), found[0] if found else None)


def _added(row: Row, new: NewCase, *, by: Actor, at: datetime, key: str) -> Done:
    def decide(held: Held, ask: Ask) -> list[Draft]:
        kept = photos(new.evidence, draft=new.draft, case_id=held.case.id, by=by, at=ask.at)
        report = report_of(new, held.case.contact, kept, held.texts, by)
        return [reports.add_report(held.case, ask, report, review=str(uuid4()))]

    then = max(new.occurred_at, row.opened_at) if new.occurred_at else None
    wish = Wish("add-report", {"report": replace(new, evidence=hashes(new.evidence))}, then, unseen=True)
    return change([str(row.id)], wish, decide, by=by, at=at, key=key)[0]
