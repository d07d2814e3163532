"""What is kept at the desk itself: that somebody handed the shift over, and which lists were imported."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from backline.desk.models import HandOver, Import

LOOKED_AT_FOR = timedelta(hours=1)
"""How long a list that was looked at is kept here, to be imported or not."""


class AnotherText(Exception):
    """The same form was sent before with another text; that one was kept."""


def hand_over(*, person_id: str, text: str, at: datetime, key: str) -> bool:
    """Keep what somebody leaves for the next shift; False where this form had kept it before."""
    row, new = HandOver.objects.get_or_create(person_id=person_id, key=key, defaults={"at": at, "text": text})
    if row.text != text:
        raise AnotherText
    return new


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look at a list found: its lines, packed, how many of them are what, and what the page shows of it."""

    content: bytes
    counts: Mapping[str, int]
    preview: Mapping[str, Any] = field(default_factory=dict)


def keep_look(import_id: str, looked: Looked, *, kind: str, by: str, at: datetime) -> Import:
    """Keep a list that was looked at for an hour; the same again replaces it, unless it was imported meanwhile."""
    values = {"kind": kind, "person_id": by, "looked_at": at, "content": looked.content, "preview": looked.preview}
    row, new = Import.objects.get_or_create(id=import_id, defaults=values | dict(looked.counts))
    if not new and row.kept_at is None:
        Import.objects.filter(id=row.id, kept_at=None).update(**values, **looked.counts)
    return row


def hold_import(import_id: str) -> Import | None:
    """The row of a list, ours until the transaction ends: whoever imports it at the same moment is waited for."""
    return Import.objects.select_for_update().filter(id=import_id).first()


def kept(row: Import, *, changes: bytes, made: Mapping[str, Any], by: str, at: datetime) -> None:
    """Write down that a list was imported; what it said is gone, and what it changed stays to be taken back."""
    row.kept_at, row.person_id, row.changes, row.made = at, by, changes, made
    row.content, row.preview = b"", {}
    row.save()


def undone(row: Import, *, stayed: list[list[str]], by: str, at: datetime) -> None:
    """Write down that an import was taken back, and what of it stayed."""
    row.undone_at, row.undone_by_id, row.stayed = at, by, stayed
    row.changes, row.made = b"", {}
    row.save()


def forget_looks(*, before: datetime) -> None:
    """Lists that were looked at before a moment, and not imported since, are gone."""
    Import.objects.filter(kept_at=None, looked_at__lte=before).delete()
