"""What is kept at the desk itself: that somebody handed the shift over."""

from __future__ import annotations

from datetime import datetime

from backline.desk.models import HandOver


class AnotherText(Exception):
    """The same form was sent before with another text; that one was kept."""


def hand_over(*, person_id: str, text: str, at: datetime, key: str) -> bool:
    """Keep what somebody leaves for the next shift; False where this form had kept it before."""
    row, new = HandOver.objects.get_or_create(person_id=person_id, key=key, defaults={"at": at, "text": text})
    if row.text != text:
        raise AnotherText
    return new
