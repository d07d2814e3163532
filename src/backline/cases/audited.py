"""What the rows say of cases, for whoever holds it against the record: places, heads and alarms, and no law."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Min, QuerySet

from backline.calendars.choices import For
from backline.cases.models import Alarm
from backline.cases.models import Case as Row
from backline.cases.terms import place
from backline.core.words import ClockName


@dataclass(frozen=True, slots=True)
class Standing:
    """One row: whose hours its place has, the end of its chain, whether it is closed, and when it is looked at next."""

    place: tuple[For, ...]
    head_seq: int
    head: bytes
    closed: bool
    look_at: datetime | None


def standing(cases: Iterable[UUID]) -> dict[str, Standing]:
    """The rows of these cases, by id, with one query."""
    rows = Row.objects.filter(id__in=list(cases)).annotate(next_look=Min("alarms__look_at"))
    columns = (
        "id", "job__asset_id", "job__site_id", "customer_id", "head_seq", "head_hash", "closed_at", "next_look",
    )  # fmt: skip
    return {
        str(case): Standing(place(asset, site, customer), seq, bytes(head), closed_at is not None, look_at)
        for case, asset, site, customer, seq, head, closed_at, look_at in rows.values_list(*columns)
    }


@dataclass(frozen=True, slots=True)
class Overdue:
    """An alarm to which nobody came."""

    case: UUID
    clock: ClockName
    subject: str
    look_at: datetime


def overdue(before: datetime, *, most: int) -> tuple[int, list[Overdue]]:
    """How many alarms were to be looked at before a moment and were not; the longest overdue."""
    waiting: QuerySet[Alarm] = Alarm.objects.filter(look_at__lt=before)
    first = waiting.order_by("look_at").values_list("case_id", "clock", "subject", "look_at")[:most]
    return waiting.count(), [Overdue(case, ClockName(clock), subject, at) for case, clock, subject, at in first]


def references(cases: Iterable[UUID]) -> dict[UUID, str]:
    """What these cases are called."""
    return {row.id: str(row) for row in Row.objects.filter(id__in=list(cases)).only("id", "number")}
