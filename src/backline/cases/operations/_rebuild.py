"""Rebuild: the rows again from the events, or a check that they still agree byte for byte."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import Any

from django.db import transaction

from backline.cases.models import Alarm, Search
from backline.cases.models import Case as Row
from backline.cases.operations._found import remake
from backline.cases.operations._rows import alarms, set_alarms, whole
from backline.cases.terms import EVER, terms_of
from backline.cases.words import MOST_WORDS, words
from backline.core.fold import fold
from backline.core.watch import Watched
from backline.ledger import queries as ledger
from backline.ledger.moment import at_one_moment
from backline.ledger.operations import Head
from backline.ledger.queries import Flaw


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How many cases were read, and what was found wrong; after a rebuild, what could not be mended."""

    cases: int
    flaws: tuple[Flaw, ...]


def rebuild(*, check: bool) -> Rebuilt:
    """Hold every row and alarm against its events (`check`), or write them anew where the chain is whole.

    A check reads one moment, whatever is written meanwhile; writing anew holds each case while it is read.
    """
    return _checked() if check else _rebuilt()


def _checked() -> Rebuilt:
    found: list[Flaw] = []
    known: set[str] = set()
    with at_one_moment():
        for row in Row.objects.order_by("number").iterator(chunk_size=200):
            known.add(str(row.id))
            found += _broken(row) or _unlike(row)
        found += [_orphan(case) for case in ledger.cases() if case not in known]
    return Rebuilt(len(known), tuple(found))


def _rebuilt() -> Rebuilt:
    found: list[Flaw] = []
    known: set[str] = set()
    for row_id in Row.objects.order_by("number").values_list("id", flat=True).iterator(chunk_size=2000):
        known.add(str(row_id))
        with transaction.atomic():
            row = Row.objects.select_for_update().get(id=row_id)
            found += _broken(row) or _mended(row)
    unknown = (case for case in ledger.cases() if case not in known)
    found += [_orphan(case) for case in unknown if not Row.objects.filter(id=case).exists()]
    return Rebuilt(len(known), tuple(found))


def _broken(row: Row) -> list[Flaw]:
    return ledger.flaws(str(row.id), row.head_seq, bytes(row.head_hash))


def _orphan(case: str) -> Flaw:
    return Flaw(case, 0, "there are events but no case row")


def _fresh(row: Row) -> tuple[dict[str, Any], list[Alarm]]:
    events = ledger.events(str(row.id))
    case = fold(events)
    [terms] = terms_of([row], known_at=EVER)
    now = Watched.of(case, terms.of(case))
    fixed = {
        "id": row.id.__class__(case.id),
        "number": events[0].data["number"],
        "summary": events[0].data["summary"],
        "job_id": row.id.__class__(case.job),
    }
    head = Head(row.head_seq, bytes(row.head_hash), case.recorded_at)
    return fixed | whole(now, head), alarms(now)


def _unlike(row: Row) -> list[Flaw]:
    fresh, wanted = _fresh(row)
    differ = [name for name, value in fresh.items() if _plain(getattr(row, name)) != _plain(value)]
    if sorted(map(_alarm, row.alarms.all())) != sorted(map(_alarm, wanted)):
        differ.append("alarms")
    if not _is_found(row):
        differ.append("words")
    return [Flaw(str(row.id), row.head_seq, f"the row's {name} is not what the events give") for name in differ]


def _is_found(row: Row) -> bool:
    """Whether the case is found by every word of its texts; by which names is not of the record."""
    kept = {word for one in Search.objects.filter(case=row.id) for word in one.lexemes}
    return len(kept) >= MOST_WORDS or kept.issuperset(words(*ledger.said_in(str(row.id))))


def _plain(value: object) -> object:
    return bytes(value) if isinstance(value, memoryview) else value


def _alarm(alarm: Alarm) -> tuple[str, str, int, str, str]:
    due_at, look_at = (moment.astimezone(UTC).isoformat() for moment in (alarm.due_at, alarm.look_at))
    return alarm.clock, alarm.subject, alarm.generation, due_at, look_at


def _mended(row: Row) -> list[Flaw]:
    """Write the row anew, which the caller has locked."""
    fresh, _ = _fresh(row)
    for name, value in fresh.items():
        setattr(row, name, value)
    row.save(force_update=True)
    case = fold(ledger.events(str(row.id)))
    [terms] = terms_of([row], known_at=EVER)
    set_alarms([Watched.of(case, terms.of(case))])
    remake([row], {case.id: case})
    return []
