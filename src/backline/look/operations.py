"""Counts sign-ins that failed, so that guessing is slow."""

from __future__ import annotations

from datetime import datetime, timedelta

from backline.look.models import FailedSignIn

WINDOW = timedelta(minutes=15)
MOST_FAILURES = 8


def failed(*, email: str, place: str, at: datetime) -> None:
    """Remember a failure, and forget old ones."""
    FailedSignIn.objects.create(email=email.lower()[:254], place=place[:64], at=at)
    FailedSignIn.objects.filter(at__lt=at - timedelta(days=1)).delete()


def next_try(*, email: str, place: str, at: datetime) -> datetime | None:
    """When this address may be tried again from this place, or None where it may be now.

    The place counts as well, so that a stranger cannot lock somebody out of his own desk.
    """
    mine = FailedSignIn.objects.filter(email=email.lower()[:254], place=place[:64], at__gt=at - WINDOW)
    recent = mine.order_by("-at")
    moments = list(recent.values_list("at", flat=True)[:MOST_FAILURES])
    return moments[-1] + WINDOW if len(moments) == MOST_FAILURES else None


def forget(*, email: str) -> None:
    """A sign-in that worked ends the count."""
    FailedSignIn.objects.filter(email=email.lower()[:254]).delete()
