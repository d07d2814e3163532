"""The verb by which a customer's own words come onto a case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from backline.cases.models import Case as Row
from backline.cases.operations._alone import hold_trouble
from backline.cases.operations._consider import consider
from backline.cases.operations._raise import photos
from backline.cases.operations._write import Done, Held, Wish, as_id_or_nobody, change
from backline.core import hearing
from backline.core.moves import Ask, Draft
from backline.core.words import OPEN_STATES, Actor, State
from backline.evidence.queries import hashes

_ENDING = frozenset(State) - OPEN_STATES | {State.RESOLVED}


def hear_customer(
    cases: Sequence[str],
    *,
    text: str,
    evidence: Sequence[str] = (),
    doubtful: bool = False,
    by: Actor,
    at: datetime,
    key: str,
) -> list[Done]:
    """What a customer wrote, with photos that were kept under the key before; whoever has the case hears of it.

    What is written of a case that has ended is suggested to coordinators: nobody looks at it any more. What is
    `doubtful` may be a program's.
    """

    def decide(held: Held, ask: Ask) -> list[Draft]:
        found = photos(evidence, draft=key, case_id=held.case.id, by=by, at=ask.at)
        said = held.texts.add(text, subject=by.id) if text else ""
        return [hearing.customer_says(held.case, ask, text=said, evidence=found, doubtful=doubtful)]

    body = {"text": text, "evidence": hashes(evidence)}
    with transaction.atomic():
        _hold_troubles(cases)
        done = change(cases, Wish("hear-customer", body), decide, by=by, at=at, key=key)
        for job in _rows(cases).filter(closed_at__isnull=False).values_list("job_id", flat=True):
            consider(str(job), at=at)
    return done


def _hold_troubles(cases: Sequence[str]) -> None:
    """Hold the jobs of those that have ended, or may end now, before the cases are, as whoever looks at a job does."""
    for row in _rows(cases).filter(state__in=_ENDING).select_related("job").order_by("job_id"):
        hold_trouble(row.job)


def _rows(cases: Sequence[str]) -> QuerySet[Row]:
    return Row.objects.filter(id__in=[one for one in map(as_id_or_nobody, cases) if one])
