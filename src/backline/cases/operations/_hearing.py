"""The verbs by which a customer's own words come onto a case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

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
from backline.jobs import operations as jobs

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


def urge(cases: Sequence[str], *, text: str, danger: bool, by: Actor, at: datetime, key: str) -> list[Done]:
    """A customer says that it is urgent, and perhaps that somebody is in danger."""

    def decide(held: Held, ask: Ask) -> list[Draft]:
        said = held.texts.add(text, subject=by.id) if text else ""
        return [hearing.customer_urges(held.case, ask, text=said, danger=danger, review=str(uuid4()))]

    return change(cases, Wish("urge", {"text": text, "danger": danger}), decide, by=by, at=at, key=key)


def ask_call(
    cases: Sequence[str], *, number: str, until: datetime | None, by: Actor, at: datetime, key: str
) -> list[Done]:
    """A customer asks to be called at a number, by a moment or by the rhythm of the policy."""

    def decide(held: Held, ask: Ask) -> list[Draft]:
        said = held.texts.add(number, subject=by.id) if number else ""
        return [hearing.ask_call(held.case, ask, number=said, by=until)]

    return change(cases, Wish("ask-call", {"number": number, "until": until}), decide, by=by, at=at, key=key)


def rate(cases: Sequence[str], *, rating: int, text: str, by: Actor, at: datetime, key: str) -> list[Done]:
    """How content a customer was with a case that is closed: a fact of its job, which may be suggested as unhappy.

    Her first word counts anew, whatever was said on site; what she says otherwise later is no more than a fact.
    """

    def decide(held: Held, ask: Ask) -> list[Draft]:
        draft = hearing.rate(held.case, ask, rating=rating, text=held.texts.add(text, subject=by.id) if text else "")
        jobs.rate(job_id=held.case.job, rating=rating, remark=text, anew=not held.case.rating)
        return [draft]

    with transaction.atomic():
        for row in _rows(cases).select_related("job").order_by("job_id"):
            hold_trouble(row.job)
        done = change(cases, Wish("rate", {"rating": rating, "text": text}), decide, by=by, at=at, key=key)
        for job in _rows(cases).values_list("job_id", flat=True):
            consider(str(job), at=at)
    return done


def _hold_troubles(cases: Sequence[str]) -> None:
    """Hold the jobs of those that have ended, or may end now, before the cases are, as whoever looks at a job does."""
    for row in _rows(cases).filter(state__in=_ENDING).select_related("job").order_by("job_id"):
        hold_trouble(row.job)


def _rows(cases: Sequence[str]) -> QuerySet[Row]:
    return Row.objects.filter(id__in=[one for one in map(as_id_or_nobody, cases) if one])
