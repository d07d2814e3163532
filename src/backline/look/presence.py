"""Who looks at what just now: kept for seconds, never recorded."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from backline.core.words import Actor
from backline.ledger.news import announce
from backline.look.models import Looking

LASTS = timedelta(seconds=20)
"""A page says every 8 s that it is still open: one that says nothing is gone for everybody within 30 s."""


def here(topic: str, *, page: UUID, by: Actor, at: datetime) -> None:
    """Somebody has this page open; whoever looks at the same thing is told when that is new."""
    mine = Looking.objects.filter(page=page, topic=topic, person_id=by.id)
    if mine.update(until=at + LASTS):
        return
    with transaction.atomic():
        # What another page holds is passed over: two that tidied up at once could wait for each other for ever.
        over = Looking.objects.select_for_update(skip_locked=True).filter(until__lt=at).values_list("pk", flat=True)
        Looking.objects.filter(pk__in=list(over)).delete()
        row = Looking(page=page, topic=topic, person_id=UUID(by.id), until=at + LASTS)
        Looking.objects.bulk_create([row], ignore_conflicts=True)
        announce(f"looking:{topic}")


def gone(topic: str, *, page: UUID, by: Actor) -> None:
    """The page is closed."""
    with transaction.atomic():
        deleted, _each = Looking.objects.filter(page=page, topic=topic, person_id=by.id).delete()
        if deleted:
            announce(f"looking:{topic}")


def others(topic: str, *, by: Actor, at: datetime) -> list[str]:
    """The names of the others who look at it now."""
    rows = Looking.objects.filter(topic=topic, until__gt=at, person__is_active=True).exclude(person_id=by.id)
    return list(rows.order_by("person__name").values_list("person__name", flat=True).distinct())
