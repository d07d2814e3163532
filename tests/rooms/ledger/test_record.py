"""The record: any byte changed or event gone is found; erasing a text is not; nobody may change what happened."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from psycopg import Cursor

from backline.cases import operations as cases
from backline.cases.models import Case
from backline.config.postgres import OWNER, SUPERUSER, EmbeddedPostgres
from backline.ledger import queries as ledger
from backline.ledger.models import Event, Text
from tests.fakes.clock import SettableClock
from tests.fakes.house import House

type Tamper = Callable[[Cursor[Any], str], object]


@pytest.fixture
def story(fresh_database: str, clock: SettableClock) -> tuple[House, str]:
    """A case with a few events of its own, and another one beside it."""
    house = House(clock)
    case = house.raised(words="My mother was inside")
    house.raised()
    house.offer(case)
    house.tick()
    house.accept(case)
    return house, case


def found() -> list[str]:
    """What the check finds."""
    connection.close()
    return [flaw.what for flaw in cases.rebuild(check=True).flaws]


@contextmanager
def intruder(server: EmbeddedPostgres, database: str) -> Iterator[Cursor[Any]]:
    """Somebody with the whole database in his hands, who switches the triggers off and leaves it as it was."""
    name = database.partition("@/")[2].partition("?")[0]
    with psycopg.connect(server.url(SUPERUSER, name)) as hands, hands.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        yield cursor


def test_a_record_that_nobody_touched_is_whole(story: tuple[House, str]) -> None:
    assert found() == []
    assert Event.objects.filter(case_id=story[1]).count() >= 4


def test_every_byte_of_every_event_is_held(
    story: tuple[House, str], postgres: EmbeddedPostgres, fresh_database: str
) -> None:
    _house, case = story
    row = Case.objects.get(id=case)
    head = row.head_seq, bytes(row.head_hash)
    with intruder(postgres, fresh_database) as cursor:
        for event in Event.objects.filter(case_id=case).order_by("seq"):
            for column, whole in (("body", bytes(event.body)), ("hash", bytes(event.hash))):
                unseen = []
                for place in range(len(whole)):
                    _write(cursor, event.pk, column, _flipped(whole, place))
                    if not ledger.flaws(case, *head):
                        unseen.append(place)
                assert unseen == [], f"event #{event.seq}, {column}"
                assert ledger.flaws(case, *head)[0] in cases.rebuild(check=True).flaws, "and the whole check says so"
                _write(cursor, event.pk, column, whole)
                assert ledger.flaws(case, *head) == []
    assert found() == []


def _flipped(whole: bytes, place: int) -> bytes:
    """The bytes with one bit the other way round, another one at each place."""
    return whole[:place] + bytes([whole[place] ^ (1 << place % 8)]) + whole[place + 1 :]


def _write(cursor: Cursor[Any], event: int, column: str, content: bytes) -> None:
    """The event has these bytes, for everybody."""
    cursor.execute(f"UPDATE ledger_event SET {column} = %s WHERE id = %s", (content, event))
    cursor.connection.commit()


TAMPERS: dict[str, Tamper] = {
    "the first event is gone": lambda c, case: c.execute(
        "DELETE FROM ledger_event WHERE case_id = %s AND seq = 1", [case]
    ),
    "an event in the middle is gone": lambda c, case: c.execute(
        "DELETE FROM ledger_event WHERE case_id = %s AND seq = 2", [case]
    ),
    "the last event is gone": lambda c, case: c.execute(
        "DELETE FROM ledger_event WHERE case_id = %s AND seq = (SELECT max(seq) FROM ledger_event WHERE case_id = %s)",
        [case, case],
    ),
    "all events are gone": lambda c, case: c.execute("DELETE FROM ledger_event WHERE case_id = %s", [case]),
    "the case row is gone": lambda c, case: c.execute("DELETE FROM cases_case WHERE id = %s", [case]),
    "the end is cut off, and the row's head with it": lambda c, case: (
        c.execute("DELETE FROM ledger_event WHERE case_id = %s AND seq > 2", [case]),
        c.execute(
            "UPDATE cases_case SET head_seq = 2, head_hash = (SELECT hash FROM ledger_event "
            "WHERE case_id = %s AND seq = 2) WHERE id = %s",
            [case, case],
        ),
    ),
    "two events changed places": lambda c, case: c.execute(
        "UPDATE ledger_event SET seq = 1000 + 5 - seq WHERE case_id = %s AND seq IN (2, 3)", [case]
    ),
    "an event was put in": lambda c, case: c.execute(
        "INSERT INTO ledger_event (case_id, seq, kind, occurred_at, recorded_at, body, hash) SELECT case_id, 99, kind, "
        "occurred_at, recorded_at, body, hash FROM ledger_event WHERE case_id = %s AND seq = 1",
        [case],
    ),
    "a column says another kind": lambda c, case: c.execute(
        "UPDATE ledger_event SET kind = 'note.added' WHERE case_id = %s AND seq = 2", [case]
    ),
    "a column says another moment": lambda c, case: c.execute(
        "UPDATE ledger_event SET recorded_at = recorded_at + interval '1 microsecond' WHERE case_id = %s AND seq = 2",
        [case],
    ),
    "a column says it was so earlier": lambda c, case: c.execute(
        "UPDATE ledger_event SET occurred_at = occurred_at - interval '1 hour' WHERE case_id = %s AND seq = 2", [case]
    ),
    "a text says something else": lambda c, case: c.execute(
        "UPDATE ledger_text SET text = 'All is well' WHERE case_id = %s", [case]
    ),
    "a salt is another": lambda c, case: c.execute(
        "UPDATE ledger_text SET salt = '0123456789abcdef' WHERE case_id = %s", [case]
    ),
    "a text is gone": lambda c, case: c.execute("DELETE FROM ledger_text WHERE case_id = %s", [case]),
    "the row says another state": lambda c, case: c.execute(
        "UPDATE cases_case SET state = 'RAISED' WHERE id = %s", [case]
    ),
    "the row says another priority": lambda c, case: c.execute(
        "UPDATE cases_case SET priority = 'P4' WHERE id = %s", [case]
    ),
    "the row says another due moment": lambda c, case: c.execute(
        "UPDATE cases_case SET due_at = due_at + interval '1 day' WHERE id = %s", [case]
    ),
    "the fold was edited": lambda c, case: c.execute(
        "UPDATE cases_case SET fold = jsonb_set(fold, '{tier}', '1') WHERE id = %s", [case]
    ),
    "an alarm is gone": lambda c, case: c.execute(
        "DELETE FROM cases_alarm WHERE id = (SELECT min(id) FROM cases_alarm WHERE case_id = %s)", [case]
    ),
    "an alarm was put off": lambda c, case: c.execute(
        "UPDATE cases_alarm SET look_at = look_at + interval '1 year' WHERE case_id = %s", [case]
    ),
}


@pytest.mark.parametrize("how", TAMPERS)
def test_whatever_an_intruder_does_is_found(
    story: tuple[House, str], postgres: EmbeddedPostgres, fresh_database: str, how: str
) -> None:
    with intruder(postgres, fresh_database) as cursor:
        TAMPERS[how](cursor, story[1])
        assert cursor.rowcount > 0
    assert found() != []


def test_erasing_what_a_contact_said_is_not_a_flaw_and_leaves_no_word(story: tuple[House, str]) -> None:
    house, case = story
    assert Text.objects.filter(text__contains="mother").exists()
    cases.erase_contact(str(house.cleo.id), at=house.clock.now())
    assert found() == []
    assert not Text.objects.filter(text__contains="mother").exists()
    said = [line for entry in house.view(case).timeline for line in entry.why]
    assert "The customer said: “[erased]”" in said


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_event SET kind = 'x'",
        "DELETE FROM ledger_event",
        "TRUNCATE ledger_event",
        "DELETE FROM ledger_text",
        "TRUNCATE ledger_text",
        "UPDATE ledger_text SET text = 'x'",
    ],
)
def test_neither_the_application_nor_the_owner_of_the_tables_may_change_what_happened(
    story: tuple[House, str], postgres: EmbeddedPostgres, fresh_database: str, statement: str
) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    name = fresh_database.partition("@/")[2].partition("?")[0]
    with psycopg.connect(postgres.url(OWNER, name)) as owner, pytest.raises(psycopg.Error, match=r"append-only|erased"):
        owner.execute(statement)
    assert found() == []


def test_the_application_lacks_the_very_right(story: tuple[House, str]) -> None:
    with connection.cursor() as cursor:
        for right in ("UPDATE", "DELETE", "TRUNCATE"):
            cursor.execute("SELECT has_table_privilege(current_user, 'ledger_event', %s)", [right])
            assert cursor.fetchone()[0] is False


def test_a_rebuild_mends_rows_and_alarms_from_the_events(
    story: tuple[House, str], postgres: EmbeddedPostgres, fresh_database: str
) -> None:
    with intruder(postgres, fresh_database) as cursor:
        cursor.execute("UPDATE cases_case SET state = 'RAISED', fold = jsonb_set(fold, '{tier}', '1')")
        cursor.execute("DELETE FROM cases_alarm")
    assert found() != []
    assert cases.rebuild(check=False).flaws == ()
    assert found() == []
