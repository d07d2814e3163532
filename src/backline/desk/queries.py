"""Reads what is kept at the desk itself: who handed the shift over, when, and what he left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from backline.desk.models import HandOver


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
