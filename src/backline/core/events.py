"""The event: what happened to a case, the bytes that stand for it, and the chain that holds them together."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from backline.core.words import ActorKind

SCHEMA = 1
GENESIS = bytes(32)
_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
_HEXADECIMAL = re.compile("[0-9a-f]*")


@dataclass(frozen=True, slots=True)
class By:
    """Who caused an event: the kind and id of an actor; names are looked up when shown, never stored here."""

    kind: ActorKind
    id: str


@dataclass(frozen=True, slots=True)
class Event:
    """One fact about one case, numbered from 1 in the order of recording.

    `data` holds ids, values and commitments of texts, never a personal text. `occurred_at` is when it was so on
    site, `recorded_at` when the server wrote it down, never earlier than the event before.
    """

    case: str
    seq: int
    kind: str
    occurred_at: datetime
    recorded_at: datetime
    by: By
    data: Mapping[str, Any]


def is_commitment(word: str) -> bool:
    """Whether the word stands for a text that lies beside its event: 64 hexadecimal digits."""
    return len(word) == 64 and _HEXADECIMAL.fullmatch(word) is not None


def canonical(event: Event) -> bytes:
    """The bytes that are hashed and stored: JSON with sorted names, no spaces, and the number of the schema."""
    document = {
        "schema": SCHEMA,
        "case": event.case,
        "seq": event.seq,
        "kind": event.kind,
        "occurred_at": event.occurred_at.astimezone(UTC).isoformat(),
        "recorded_at": event.recorded_at.astimezone(UTC).isoformat(),
        "by": {"kind": event.by.kind.value, "id": event.by.id},
        "data": event.data,
    }
    return _CANONICAL.encode(document).encode()


def from_canonical(body: bytes) -> Event:
    """The event that these bytes stand for; a ValueError or KeyError where they stand for none."""
    document = json.loads(body)
    if document["schema"] != SCHEMA:
        raise ValueError(f"events of schema {document['schema']} are newer than this Backline")
    return Event(
        case=document["case"],
        seq=document["seq"],
        kind=document["kind"],
        occurred_at=datetime.fromisoformat(document["occurred_at"]),
        recorded_at=datetime.fromisoformat(document["recorded_at"]),
        by=By(ActorKind(document["by"]["kind"]), document["by"]["id"]),
        data=document["data"],
    )


def link(previous: bytes, body: bytes) -> bytes:
    """The hash of an event: it covers the hash of the event before it and the event's own bytes."""
    return hashlib.sha256(previous + body).digest()


def commit(salt: bytes, text: str) -> str:
    """What an event holds in place of a personal text: without salt and text it tells nothing."""
    return hashlib.sha256(salt + text.encode()).hexdigest()


def moment(data: Mapping[str, Any], name: str) -> datetime:
    """A moment out of an event's data."""
    return datetime.fromisoformat(data[name])
