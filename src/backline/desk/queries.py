"""Reads what is kept at the desk itself: who handed the shift over and what he left, and which lists were imported."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from backline.desk.models import HandOver, Import

__all__ = ["Import", "Left", "import_of", "imports", "last_import", "last_left", "left_since"]


@dataclass(frozen=True, slots=True)
class Left:
    """What somebody left for the next shift, and when."""

    who: str
    at: datetime
    text: str


def last_left(person_id: str, *, at: datetime) -> datetime | None:
    """When this person handed over last."""
    found = HandOver.objects.filter(person_id=person_id, at__lte=at).order_by("-at")
    return found.values_list("at", flat=True).first()


def left_since(since: datetime, *, most: int = 20) -> list[Left]:
    """What was left since then, by whomever, the newest first."""
    found = HandOver.objects.select_related("person").filter(at__gte=since).order_by("-at", "-id")
    return [Left(row.person.name, row.at, row.text) for row in found[:most]]


def import_of(import_id: str, kind: str) -> Import | None:
    """A list of this kind that was looked at or imported."""
    return Import.objects.select_related("person", "undone_by").filter(id=import_id, kind=kind).first()


def imports(kind: str, *, most: int = 10) -> list[Import]:
    """The last lists of a kind that were imported, the newest first."""
    found = Import.objects.select_related("person", "undone_by").filter(kind=kind, kept_at__isnull=False)
    return list(found.order_by("-kept_at", "-id").defer("changes", "content")[:most])


def last_import(kind: str) -> str:
    """The id of the last import of a kind that still stands; the only one that can be taken back."""
    found = Import.objects.filter(kind=kind, kept_at__isnull=False, undone_at=None).order_by("-kept_at", "-id")
    return str(found.values_list("id", flat=True).first() or "")
