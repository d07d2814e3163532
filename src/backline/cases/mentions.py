"""What cases say of persons and fault codes without a foreign key: looked up before one of them is taken back."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from backline.channels import queries as channels
from backline.core.events import Event
from backline.ledger import queries as ledger

MOST_EVENTS = 20_000
"""Where more was recorded since, nobody looks through it: all of them count as needed."""


def persons_named(persons: Collection[str], *, since: datetime, until: datetime) -> set[str]:
    """Those of the persons, who are not older than `since`, whom a case names or who were written to about one."""
    written = set(channels.written_to(persons))
    events = ledger.recorded_between(since, until, MOST_EVENTS)
    if len(events) == MOST_EVENTS:
        return set(persons)
    return (written | {person for event in events for person in _persons(event)}) & set(persons)


def _persons(event: Event) -> Iterable[str]:
    return event.by.id, event.data.get("person", ""), event.data.get("technician", "")


def fault_codes_said(codes: Collection[str], *, since: datetime, until: datetime) -> set[str]:
    """Those of the fault codes, which are not older than `since`, that a report names."""
    events = ledger.recorded_between(since, until, MOST_EVENTS)
    if len(events) == MOST_EVENTS:
        return set(codes)
    return {code for event in events for code in event.data.get("fault_codes", ())} & set(codes)
