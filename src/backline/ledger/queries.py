"""Reads the record: the events of cases, the texts beside them, and whether the chain still holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from backline.core import events as core
from backline.ledger.models import Event, Key, Text

ERASED = "[erased]"
_AT = """
SELECT body FROM unnest(%s::uuid[], %s::int[]) AS wanted (case_id, seq) JOIN ledger_event USING (case_id, seq)
"""


def events(case: str) -> list[core.Event]:
    """All events of one case in order."""
    return events_of([case])[case]


def events_of(cases: Sequence[str]) -> dict[str, list[core.Event]]:
    """All events of several cases in order, with one query."""
    found: dict[str, list[core.Event]] = defaultdict(list)
    for row in Event.objects.filter(case_id__in=cases).order_by("case_id", "seq").only("case_id", "body"):
        found[str(row.case_id)].append(core.from_canonical(bytes(row.body)))
    return found


@dataclass(frozen=True, slots=True)
class Chain:
    """The events of one case in order, up to the first that is not as it was written; the last hash that holds."""

    events: tuple[core.Event, ...]
    head: bytes
    broken: bool


def chains_of(cases: Iterable[UUID]) -> dict[str, Chain]:
    """The chains of several cases, verified, with one query."""
    rows: dict[str, list[tuple[int, bytes, bytes]]] = defaultdict(list)
    found = Event.objects.filter(case_id__in=list(cases)).order_by("case_id", "seq")
    for case, seq, body, said in found.values_list("case_id", "seq", "body", "hash"):
        rows[str(case)].append((seq, bytes(body), bytes(said)))
    return {case: _chain(mine) for case, mine in rows.items()}


def _chain(rows: list[tuple[int, bytes, bytes]]) -> Chain:
    events: list[core.Event] = []
    head = core.GENESIS
    for number, (seq, body, said) in enumerate(rows, 1):
        linked = core.link(head, body)
        try:
            event = core.from_canonical(body)
        except (ValueError, KeyError, TypeError):
            event = None
        if event is None or linked != said or not number == seq == event.seq:
            return Chain(tuple(events), head, broken=True)
        events.append(event)
        head = linked
    return Chain(tuple(events), head, broken=False)


def recorded(*, after: UUID, most: int) -> list[UUID]:
    """The next cases of which anything was ever recorded, in the order of their ids."""
    found = Event.objects.filter(case_id__gt=after).order_by("case_id")
    return list(found.values_list("case_id", flat=True).distinct()[:most])


def written_since(at: datetime, *, most: int) -> list[UUID]:
    """Cases of which something was recorded at a moment or since, at most so many."""
    return list(Event.objects.filter(recorded_at__gte=at).values_list("case_id", flat=True).distinct()[:most])


def events_at(numbers: Collection[tuple[str, int]]) -> dict[tuple[str, int], core.Event]:
    """Single events, each by its case and number."""
    if not numbers:
        return {}
    cases, seqs = (list(column) for column in zip(*numbers, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(_AT, [cases, seqs])
        found = [core.from_canonical(bytes(body)) for (body,) in cursor.fetchall()]
    return {(event.case, event.seq): event for event in found}


def recorded_between(since: datetime, until: datetime, most: int) -> list[core.Event]:
    """What people recorded after the one moment, until the other, the newest first; what the clock did is left out."""
    found = Event.objects.filter(recorded_at__gt=since, recorded_at__lte=until).exclude(kind__in=_AUTOMATIC)
    return [core.from_canonical(bytes(row.body)) for row in found.order_by("-recorded_at", "-id").only("body")[:most]]


_AUTOMATIC = ("rung.reached", "rung.covered", "case.lapsed", "notice.failed", "pause.spent")


def texts(commitments: Iterable[str]) -> dict[str, str]:
    """The texts behind the commitments; an erased one reads `[erased]`."""
    wanted = {commitment for commitment in commitments if commitment}
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT commitment, text FROM ledger_text WHERE commitment = ANY(%s)", [list(wanted)])
        return {commitment: ERASED if text is None else text for commitment, text in cursor.fetchall()}


def said_by(subject: str) -> list[tuple[UUID, str]]:
    """The texts said by or to somebody, each with its case; erased ones are left out."""
    found = Text.objects.filter(subject=subject).values_list("case_id", "text")
    return [(case, text) for case, text in found if text is not None]


def said_in(case: str) -> list[str]:
    """Every text of a case that was not erased."""
    return [text for text in Text.objects.filter(case_id=case).values_list("text", flat=True) if text]


def cases_with(subject: str) -> set[str]:
    """The ids of the cases in which the subject said something or something was said to it."""
    return {str(found) for found in Text.objects.filter(subject=subject).values_list("case_id", flat=True)}


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something in the record that is not as it was written."""

    case: str
    seq: int
    what: str


def cases() -> Iterator[str]:
    """The ids of all cases that have events."""
    for case in Event.objects.order_by("case_id").values_list("case_id", flat=True).distinct().iterator():
        yield str(case)


def flaws(case: str, head_seq: int, head_hash: bytes) -> list[Flaw]:
    """What is wrong with the chain of a case, held against the head that its row remembers."""
    found: list[Flaw] = []
    previous, expected = core.GENESIS, 1
    commitments: list[tuple[int, str]] = []
    for row in Event.objects.filter(case_id=case).order_by("seq"):
        body = bytes(row.body)
        if row.seq != expected:
            found.append(Flaw(case, row.seq, f"event #{expected} is missing"))
        expected, previous = row.seq + 1, core.link(previous, body)
        if bytes(row.hash) != previous:
            found.append(Flaw(case, row.seq, "the hash does not match the bytes and the event before"))
            previous = bytes(row.hash)
        found.extend(Flaw(case, row.seq, what) for what in _unlike(row, body))
        commitments.extend((row.seq, text) for text in _commitments(body))
    if expected - 1 != head_seq or previous != head_hash:
        found.append(Flaw(case, expected - 1, f"the case remembers event #{head_seq} as its last, with another hash"))
    return found + _text_flaws(case, commitments)


def _unlike(row: Event, body: bytes) -> list[str]:
    """Which columns of the row differ from its bytes."""
    try:
        event = core.from_canonical(body)
    except (ValueError, KeyError, TypeError):
        return ["the bytes are not an event"]
    pairs: tuple[tuple[str, object, object], ...] = (
        ("case_id", str(row.case_id), event.case),
        ("seq", row.seq, event.seq),
        ("kind", row.kind, event.kind),
        ("occurred_at", row.occurred_at, event.occurred_at),
        ("recorded_at", row.recorded_at, event.recorded_at),
    )
    return [f"the column {name} differs from the bytes" for name, column, said in pairs if column != said]


def _commitments(body: bytes) -> list[str]:
    """Every commitment in the bytes of an event: 64 hexadecimal digits standing alone in quotes."""
    parts = body.split(b'"')
    return [part.decode() for part in parts if len(part) == 64 and not part.strip(b"0123456789abcdef")]


def _text_flaws(case: str, commitments: list[tuple[int, str]]) -> list[Flaw]:
    rows = {row.commitment: row for row in Text.objects.filter(commitment__in=[text for _, text in commitments])}
    found = []
    for seq, commitment in commitments:
        row = rows.get(commitment)
        if row is None:
            found.append(Flaw(case, seq, "a text beside the event is gone, which erasing does not do"))
        elif row.erased_at is None and core.commit(bytes(row.salt or b""), row.text or "") != commitment:
            found.append(Flaw(case, seq, "a text beside the event is not the one that was said"))
    return found


def answer_of(actor: str, operations: Iterable[str], key: str) -> Any:
    """What a write of the actor with this key was answered by one of the operations; None where none was done."""
    found = Key.objects.filter(actor=actor, operation__in=list(operations), key=key).filter(answer__isnull=False)
    return found.values_list("answer", flat=True).first()
