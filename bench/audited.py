"""Open cases with a climb behind them: some real ones, made through the operations, and copies whose chains hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from uuid import NAMESPACE_OID, uuid5

import psycopg

from backline.cases.models import Alarm, Case
from backline.channels.models import Notice
from backline.core.events import GENESIS, canonical, link
from backline.ledger import queries as ledger
from backline.ledger.models import Event
from bench.copies import copied
from tests.fakes.clock import SettableClock
from tests.fakes.house import House
from tests.fakes.post import deliver
from tests.fakes.punctual import Punctual

BEGIN = datetime(2026, 11, 2, 8, tzinfo=UTC)
_CASES = copied(
    Case, "copies JOIN cases_case ON cases_case.id = model",
    id="copies.id", number="1000000 + copies.number", head_hash="copies.head",
    fold="replace(fold::text, model::text, copies.id::text)::jsonb",
)  # fmt: skip
_ALARMS = copied(Alarm, "copies JOIN cases_alarm ON case_id = model", case_id="copies.id")
_NOTICES = copied(
    Notice, "copies JOIN channels_notice ON case_id = model",
    id="gen_random_uuid()", case_id="copies.id", effect_key="replace(effect_key, model::text, copies.id::text)",
)  # fmt: skip
_EVENTS = "COPY ledger_event (case_id, seq, kind, occurred_at, recorded_at, body, hash) FROM STDIN"


def fill(url: str, models: int, cases: int) -> datetime:
    """So many open cases; the moment at which nothing is due."""
    house = House(SettableClock(BEGIN))
    made = [_made(house, number) for number in range(models)]
    house.clock = Punctual(house)
    house.clock.advance(timedelta(hours=4))
    while deliver(at=house.clock.now(), sender=None, limit=500):
        pass
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TEMP TABLE copies (id uuid, model uuid, head bytea, number serial)")
        heads: list[tuple[str, str, bytes]] = []
        with connection.cursor() as cursor, cursor.copy(_EVENTS) as copy:
            for number in range(cases - models):
                model = made[number % models]
                for row in _copied(model, str(uuid5(NAMESPACE_OID, str(number))), heads):
                    copy.write_row(row)
        with connection.cursor() as cursor, cursor.copy("COPY copies (id, model, head) FROM STDIN") as copy:
            for head in heads:
                copy.write_row(head)
        for statement in (_CASES, _ALARMS, _NOTICES, "ANALYZE"):
            connection.execute(statement)
    return house.clock.now()


def events() -> int:
    """How many events there are."""
    return Event.objects.count()


def letters() -> int:
    """How many letters there are."""
    return Notice.objects.count()


def _made(house: House, number: int) -> str:
    """Some wait to be routed, some to be accepted, some are worked on."""
    house.clock.advance(timedelta(seconds=10))
    case = house.raised()
    if number % 3:
        house.offer(case)
    if number % 3 == 2:
        house.accept(case)
    return case


_events_of = cache(ledger.events)


def _copied(model: str, copy: str, heads: list[tuple[str, str, bytes]]) -> Iterator[tuple[object, ...]]:
    """The events of a model as those of a copy, in a chain of its own."""
    head = GENESIS
    for event in _events_of(model):
        body = canonical(replace(event, case=copy))
        head = link(head, body)
        yield copy, event.seq, event.kind, event.occurred_at, event.recorded_at, body, head
    heads.append((copy, model, head))
