"""Writes the record: appends chained events, keeps texts beside them, claims the keys of writes."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from backline.core import events as core
from backline.core.moves import Draft
from backline.ledger.models import Key, Text
from backline.ledger.news import CHANNEL
from backline.ledger.rows import as_parameter, filled, recordset
from backline.ledger.together import together

# Whether the row is ours is what the database says in the same breath, which Django's own way does not tell.
_CLAIM = """
INSERT INTO ledger_key (actor, operation, key, body_hash, made_at) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT DO NOTHING RETURNING id
"""
_TEXT = {"commitment": "text", "case_id": "uuid", "subject": "text", "salt": "text", "text": "text"}
_EVENT = {
    "case_id": "uuid", "seq": "int", "kind": "text", "occurred_at": "timestamptz", "recorded_at": "timestamptz",
    "body": "text", "hash": "text",
}  # fmt: skip
# Events, texts and the word of it in one breath: every verb does this, and each further round trip would cost as much.
_APPEND = filled(
    """
WITH said AS (
  INSERT INTO ledger_text (commitment, case_id, subject, salt, text)
  SELECT commitment, case_id, subject, decode(salt, 'hex'), text FROM <texts>
), happened AS (
  INSERT INTO ledger_event (case_id, seq, kind, occurred_at, recorded_at, body, hash)
  SELECT case_id, seq, kind, occurred_at, recorded_at, convert_to(body, 'UTF8'), decode(hash, 'hex') FROM <events>
)
SELECT count(pg_notify(%(channel)s, 'case:' || id)) FROM unnest(%(cases)s::text[]) AS id
""",
    texts=recordset("texts", _TEXT),
    events=recordset("events", _EVENT),
)


class KeyReused(Exception):
    """The key was used before with another content; what was sent first stands, nothing was changed."""

    def __init__(self, answer: Any) -> None:
        super().__init__("this key was used before with another content")
        self.answer = answer


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a case's chain: number, hash and moment of its last event."""

    seq: int = 0
    hash: bytes = core.GENESIS
    recorded_at: datetime | None = None


class Said(NamedTuple):
    """One text with its salt, whom it is of, and the commitment that stands for it."""

    commitment: str
    subject: str
    salt: bytes
    text: str


@dataclass(slots=True)
class Texts:
    """Texts that are about to be said of one case: each becomes a salted commitment, kept when the events are."""

    rows: list[Said] = field(default_factory=list)

    def add(self, text: str, *, subject: str = "") -> str:
        """The commitment that stands for the text in an event; an empty text stays empty."""
        if not text:
            return ""
        salt = secrets.token_bytes(16)
        commitment = core.commit(salt, text)
        self.rows.append(Said(commitment, subject, salt, text))
        return commitment

    @property
    def said(self) -> dict[str, str]:
        """The texts as they were said, by their commitments."""
        return {row.commitment: row.text for row in self.rows}


@dataclass(frozen=True, slots=True)
class Recording:
    """Who recorded something, when the server heard it, and when it was so on site."""

    by: core.By
    at: datetime
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class Addition:
    """What is about to be recorded of one case: drafts and texts, after the head of its chain."""

    case: str
    drafts: Sequence[Draft]
    texts: Texts
    head: Head
    recording: Recording


class Link(NamedTuple):
    """One event with its bytes, and the end of the chain after it."""

    event: core.Event
    body: bytes
    head: Head


@dataclass(frozen=True, slots=True)
class Chained:
    """The drafts of a case as numbered events, each linked to the one before it."""

    addition: Addition
    links: Sequence[Link]

    @property
    def events(self) -> list[core.Event]:
        """The events alone."""
        return [one.event for one in self.links]

    @property
    def head(self) -> Head:
        """The end of the chain after them."""
        return self.links[-1].head if self.links else self.addition.head


def chained(one: Addition) -> Chained:
    """The drafts as events after the head of their case; `recorded_at` never runs backwards in it. Nothing is kept."""
    head, recording, found = one.head, one.recording, []
    at = max(recording.at, head.recorded_at) if head.recorded_at else recording.at
    moments = {"occurred_at": min(recording.occurred_at, at), "recorded_at": at}
    for seq, draft in enumerate(one.drafts, head.seq + 1):
        event = core.Event(case=one.case, seq=seq, kind=draft.kind, **moments, by=recording.by, data=draft.data)
        body = core.canonical(event)
        head = Head(seq, core.link(head.hash, body), at)
        found.append(Link(event, body, head))
    return Chained(one, found)


def append(chains: Sequence[Chained]) -> None:
    """Store the events with their texts, and announce their cases."""
    events = [
        _row(event) | {"body": body.decode(), "hash": head.hash} for one in chains for event, body, head in one.links
    ]
    additions = [one.addition for one in chains]
    texts = [text._asdict() | {"case_id": one.case} for one in additions for text in one.texts.rows]
    rows = {"events": as_parameter(events), "texts": as_parameter(texts)}
    with connection.cursor() as cursor:
        cursor.execute(_APPEND, rows | {"cases": [one.case for one in additions], "channel": CHANNEL})


def _row(event: core.Event) -> dict[str, Any]:
    return {
        "case_id": event.case, "seq": event.seq, "kind": event.kind, "occurred_at": event.occurred_at,
        "recorded_at": event.recorded_at,
    }  # fmt: skip


def erase(*, subject: str, at: datetime) -> int:
    """Empty every text said by or about the subject; the events stand, and their chain still verifies."""
    return Text.objects.filter(subject=subject, erased_at=None).update(text=None, salt=None, erased_at=at)


@dataclass(frozen=True, slots=True)
class Write:
    """A write that must happen once: who, what, its key, and the body that the key stands for."""

    actor: str
    operation: str
    key: str
    body: Mapping[str, Any]

    def digest(self) -> bytes:
        """The hash of the body."""
        return hashlib.sha256(json.dumps(self.body, sort_keys=True, default=str).encode("utf-8", "replace")).digest()


def claim(write: Write, *, at: datetime) -> int | None:
    """The key as ours, by its id, to be answered in this transaction; None where it was answered before.

    A concurrent twin waits here until the first commits or fails. Raises `KeyReused` where the body differs.
    """
    with together(), connection.cursor() as cursor:  # the beginning of the transaction goes with it
        cursor.execute(_CLAIM, [write.actor, write.operation, write.key, write.digest(), at])
        made = cursor.fetchone()
    if made:
        return int(made[0])
    found = Key.objects.select_for_update().get(actor=write.actor, operation=write.operation, key=write.key)
    if bytes(found.body_hash) != write.digest():
        raise KeyReused(found.answer)
    return found.id if found.answer is None else None


def answer(key: int, document: Any) -> None:
    """Write down the answer that every repetition of this key will get."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_key SET answer = %s::jsonb WHERE id = %s", [json.dumps(document), key])


def answered(write: Write) -> Any:
    """The answer that the key got."""
    return Key.objects.get(actor=write.actor, operation=write.operation, key=write.key).answer
