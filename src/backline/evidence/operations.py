"""The only place that takes evidence in, attaches it to a case, or takes it off a form again."""

from __future__ import annotations

import os
import unicodedata
import uuid
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Protocol

from django.db import transaction
from django.db.models import QuerySet

from backline.core.words import Actor
from backline.evidence import store, wording
from backline.evidence.imaging import read_photo
from backline.evidence.models import Evidence
from backline.evidence.queries import EvidenceRow, row_of
from backline.evidence.words import MOST_BYTES, MOST_IN_A_DRAFT, EvidenceState, Kind

# Control and format characters, surrogates, line and paragraph separators: none belongs into the name of a file.
UNWANTED = {"Cc", "Cf", "Cs", "Zl", "Zp"}


class Upload(Protocol):
    """The part of Django's `UploadedFile` that is needed here."""

    @property
    def name(self) -> str | None:
        """The name that the file had on the device."""
        ...

    @property
    def size(self) -> int | None:
        """Its size in bytes, as far as it is known."""
        ...

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        """The content, piece by piece."""
        ...


def take(*, upload: Upload, draft_key: str, by: Actor, at: datetime) -> EvidenceRow:
    """Keep a photo at once, before its form is sent; `Refused` says plainly what is wrong with it."""
    row = _of_form(upload, draft_key, by, at)
    with store.incoming(upload.chunks(), name=row.name, most=MOST_BYTES) as file:
        photo = read_photo(file.path, name=row.name)
        store.keep(file, photo.copies, name=row.name)
    row.kind, row.content_type, row.taken_at = Kind.PHOTO, photo.content_type, photo.taken_at
    row.width, row.height = photo.width, photo.height
    return _kept(row, file)


def take_file(*, upload: Upload, content_type: str, draft_key: str, by: Actor, at: datetime) -> EvidenceRow:
    """Keep a file of any kind as it is: it is never opened or shown here, only handed out to be saved.

    `content_type` is what its sender says that it is; nobody relies on it.
    """
    row = _of_form(upload, draft_key, by, at)
    with store.incoming(upload.chunks(), name=row.name, most=MOST_BYTES) as file:
        store.keep(file, {}, name=row.name)
    row.kind, row.content_type = Kind.FILE, content_type[:40]
    return _kept(row, file)


def _of_form(upload: Upload, draft_key: str, by: Actor, at: datetime) -> Evidence:
    """What is known of it before it is read; refused where its size says so, or how many its form has."""
    name, draft_key = clean_name(upload.name or ""), _checked_key(draft_key)
    if (upload.size or 0) > MOST_BYTES:
        raise wording.too_big(name)
    if upload.size == 0:
        raise wording.empty(name)
    if _draft(draft_key, by).count() >= MOST_IN_A_DRAFT:
        raise wording.too_many(name)
    return Evidence(draft_key=draft_key, by_id=by.id, name=name, received_at=at, state=EvidenceState.DRAFT)


def _kept(row: Evidence, file: store.Incoming) -> EvidenceRow:
    row.sha256, row.bytes = file.sha256, file.bytes
    row.save()
    return row_of(row)


def attach(
    *, ids: Sequence[uuid.UUID | str], draft_key: str, case_id: uuid.UUID | str, by: Actor, at: datetime
) -> list[EvidenceRow]:
    """Give photos and files of the actor's form to a case, in the caller's transaction; all of them or none.

    What this form gave to this case before stays there, so that asking twice changes nothing.
    """
    wanted, case, draft_key = dict.fromkeys(_uuid(one) for one in ids), _uuid(case_id), _checked_key(draft_key)
    with transaction.atomic():
        found = Evidence.objects.select_for_update().filter(
            pk__in=wanted, draft_key=_checked_key(draft_key), by_id=by.id
        )
        mine = {one.pk: one for one in found if one.state == EvidenceState.DRAFT or one.case_id == case}
        if wanted.keys() - mine.keys():
            raise wording.not_in_this_draft()
        fresh = [one for one in mine.values() if one.state == EvidenceState.DRAFT]
        for one in fresh:
            one.case_id, one.state, one.attached_at = case, EvidenceState.ATTACHED, at
        Evidence.objects.bulk_update(fresh, ["case_id", "state", "attached_at"])
    return [row_of(mine[pk]) for pk in wanted]


def discard(*, ids: Iterable[uuid.UUID | str], draft_key: str, by: Actor) -> int:
    """Take photos off the actor's form that was not sent yet; the row says so and the file stays."""
    found = _draft(_checked_key(draft_key), by).filter(pk__in=[_uuid(one) for one in ids])
    return found.update(state=EvidenceState.DISCARDED)


def clean_name(name: str) -> str:
    """What the file was called, without folders and without characters that could mislead."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(char for char in last if unicodedata.category(char) not in UNWANTED).strip(" .")
    stem, suffix = os.path.splitext(kept)
    return (stem[: 200 - len(suffix)] + suffix)[:200] or "photo"


def _uuid(text: uuid.UUID | str) -> uuid.UUID:
    try:
        return text if isinstance(text, uuid.UUID) else uuid.UUID(text)
    except ValueError as error:
        raise wording.not_in_this_draft() from error


def _draft(draft_key: str, by: Actor) -> QuerySet[Evidence]:
    return Evidence.objects.filter(draft_key=draft_key, by_id=by.id, state=EvidenceState.DRAFT)


def _checked_key(draft_key: str) -> str:
    if not draft_key or len(draft_key) > 100 or not draft_key.isascii() or not draft_key.isprintable():
        raise wording.bad_draft_key()
    return draft_key
