"""What can be asked of the auditor: its latest figures, and the cases behind each of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count

from backline.cases import audited
from backline.engine.auditor.found import WRONG, What
from backline.engine.models import Audited, Finding, Pass

OF_CLOCK = (What.LOST, What.DOUBLED, What.EARLY, What.LATE, What.OVERDUE)


@dataclass(frozen=True, slots=True)
class Shown:
    """One finding with its case; `clock` is the name of the clock it belongs to, empty where it belongs to none."""

    case: UUID
    reference: str
    what: What
    effect: str
    clock: str
    at: datetime
    still: bool
    seconds: int


def latest() -> Pass | None:
    """The last pass."""
    return Pass.objects.order_by("-id").first()


def wrong(*, most: int) -> list[Shown]:
    """What is wrong, the newest first."""
    return _shown(Finding.objects.filter(what__in=WRONG).order_by("-at", "-id")[:most])


def of(what: What, *, most: int) -> list[Shown]:
    """The findings of one kind, the newest first."""
    return _shown(Finding.objects.filter(what=what).order_by("-at", "-id")[:most])


def returned(*, most: int) -> tuple[int, list[tuple[UUID, str, int]]]:
    """How many open cases a team got again that had handed them on; those with the most of it, and how often."""
    rows = Audited.objects.filter(goes_on=True, returns__gt=0)
    first = list(rows.order_by("-returns", "case_id").values_list("case_id", "returns")[:most])
    names = audited.references(case for case, _ in first)
    return rows.aggregate(n=Count("case_id"))["n"], [(case, names[case], often) for case, often in first]


def _shown(rows: Iterable[Finding]) -> list[Shown]:
    found = list(rows)
    names = audited.references(row.case_id for row in found)
    return [
        Shown(row.case_id, names.get(row.case_id, str(row.case_id)), What(row.what), row.effect, _clock(row), row.at,
              row.still, row.seconds)
        for row in found
    ]  # fmt: skip


def _clock(row: Finding) -> str:
    """Its effect begins with the name of the clock, or with the id of the case and then the name."""
    parts = row.effect.split(":")
    if row.what not in OF_CLOCK or parts[0] in ("customer", "news", "ahead", "letter"):
        return ""
    return parts[1] if parts[0] == str(row.case_id) else parts[0]
