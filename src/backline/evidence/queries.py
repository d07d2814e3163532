"""What can be asked about evidence; nothing here writes."""

from __future__ import annotations

import pathlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from backline.core.words import Actor
from backline.evidence import store
from backline.evidence.models import Evidence
from backline.evidence.words import EvidenceState, Size


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """One piece of evidence, as pages and the record need it."""

    id: uuid.UUID
    case_id: uuid.UUID | None
    draft_key: str
    by_id: str
    kind: str
    name: str
    sha256: str
    bytes: int
    content_type: str
    taken_at: datetime | None
    received_at: datetime
    width: int
    height: int
    state: str


_OF_FORM = """
SELECT id, case_id, draft_key, by_id, kind, name, sha256, bytes, content_type, taken_at, received_at, width, height,
  state
FROM evidence_evidence WHERE draft_key = %s AND by_id = %s AND state IN (%s, %s)
ORDER BY state = 'ATTACHED' DESC, received_at, id
"""


def of_case(case_id: uuid.UUID | str) -> list[EvidenceRow]:
    """The evidence of a case, in the order of arrival."""
    return [row_of(one) for one in Evidence.objects.filter(case_id=case_id).order_by("received_at", "id")]


def of_draft(draft_key: str, by: Actor) -> list[EvidenceRow]:
    """What the actor's form holds that was not sent yet, in the order of arrival."""
    if "\x00" in draft_key:
        return []
    found = Evidence.objects.filter(draft_key=draft_key, by_id=by.id, state=EvidenceState.DRAFT)
    return [row_of(one) for one in found.order_by("received_at", "id")]


def of_form(draft_key: str, by: Actor) -> list[EvidenceRow]:
    """What the actor's form holds, sent or not; a photo that came twice, because the form did, counts once."""
    if "\x00" in draft_key:
        return []
    first: dict[str, EvidenceRow] = {}
    with connection.cursor() as cursor:
        cursor.execute(_OF_FORM, [draft_key, by.id, EvidenceState.DRAFT, EvidenceState.ATTACHED])
        for values in cursor.fetchall():
            one = EvidenceRow(*values)
            first.setdefault(one.sha256, one)
    return list(first.values())


def hashes(ids: Sequence[str]) -> tuple[str, ...]:
    """What the photos with these ids show, as hashes in order: the same for the same photos sent again."""
    wanted = list(filter(None, map(_uuid_or_none, ids)))
    found = Evidence.objects.filter(pk__in=wanted) if wanted else Evidence.objects.none()
    return tuple(sorted(set(found.values_list("sha256", flat=True))))


def _uuid_or_none(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def get(evidence_id: uuid.UUID) -> EvidenceRow | None:
    """One piece of evidence; who may see it is for the caller to ask, by its case or, in a draft, its author."""
    one = Evidence.objects.filter(pk=evidence_id).first()
    return row_of(one) if one else None


def served(evidence_id: uuid.UUID, size: Size) -> pathlib.Path | None:
    """The file of the copy to be shown; None where there is no such evidence."""
    sha256 = Evidence.objects.filter(pk=evidence_id).values_list("sha256", flat=True).first()
    return store.served_path(sha256, size) if sha256 else None


def row_of(one: Evidence) -> EvidenceRow:
    """The row as a value."""
    return EvidenceRow(
        id=one.pk,
        case_id=one.case_id,
        draft_key=one.draft_key,
        by_id=one.by_id,
        kind=one.kind,
        name=one.name,
        sha256=one.sha256,
        bytes=one.bytes,
        content_type=one.content_type,
        taken_at=one.taken_at,
        received_at=one.received_at,
        width=one.width,
        height=one.height,
        state=one.state,
    )
