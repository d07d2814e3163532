"""Reads what is kept at the desk itself: hand-overs of the shift, lists that were imported, and saved views."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from backline.core.words import Actor
from backline.desk.models import HandOver, Import, Opening, View

__all__ = [
    "Import",
    "Left",
    "import_of",
    "imports",
    "last_import",
    "last_left",
    "left_since",
    "opening",
    "view",
    "views",
]


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


def views(actor: Actor) -> QuerySet[View]:
    """The views that somebody sees, by name: his own and those that are shared."""
    seen = View.objects.filter(Q(owner_id=actor.id) | Q(shared=True)).select_related("owner")
    return seen.order_by("name", "id")


def view(view_id: UUID, actor: Actor) -> View | None:
    """One of the views that somebody sees."""
    return views(actor).filter(id=view_id).first()


def opening(actor: Actor) -> View | None:
    """The view with which somebody's queue opens; one that is not shared with him any more is none."""
    seen = Q(view__owner_id=actor.id) | Q(view__shared=True)
    found = Opening.objects.select_related("view").filter(seen, person=UUID(actor.id)).first()
    return found.view if found else None
