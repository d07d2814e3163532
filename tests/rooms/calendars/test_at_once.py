"""Several people save one calendar at the same moment: one does, the others are told; and nobody changes the log."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from threading import Barrier, Thread

import psycopg
import pytest
from django.db import connection

from backline.calendars import operations, queries
from backline.calendars.operations import Plan
from backline.calendars.words import Refused
from backline.config.postgres import OWNER, EmbeddedPostgres
from backline.core.calendar import same_every_day
from backline.core.words import Actor
from tests.core.calendars import SATURDAY, blocks

MARCH, JUNE = (datetime(2026, month, 2, 9, tzinfo=UTC) for month in (3, 6))
SATURDAYS = same_every_day(*blocks("10:00-12:00"), days=SATURDAY)
PLAN = Plan("Workshop", "Europe/Berlin", SATURDAYS, date(2026, 3, 2))


@pytest.mark.usefixtures("fresh_database")
def test_two_who_save_at_once_get_a_version_and_a_sentence(ada: Actor) -> None:
    calendar = operations.keep(PLAN, by=ada, at=MARCH).calendar
    barrier, told = Barrier(4), []

    def save(day: int) -> None:
        barrier.wait()
        try:
            plan = replace(PLAN, effective_on=date(2026, 7, day))
            told.append(operations.keep(plan, calendar_id=calendar, seen=1, by=ada, at=JUNE).number)
        except Refused as refused:
            told.append(refused.text)
        finally:
            connection.close()

    threads = [Thread(target=save, args=(day,)) for day in range(1, 5)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    meanwhile = "Somebody saved this calendar meanwhile; look at it again before you save."
    assert sorted(map(str, told)) == ["2", meanwhile, meanwhile, meanwhile]
    assert [one.number for one in queries.versions(calendar)] == [1, 2]


@pytest.mark.usefixtures("fresh_database")
def test_two_new_calendars_of_one_name_are_one(ada: Actor) -> None:
    barrier, told = Barrier(4), []

    def make() -> None:
        barrier.wait()
        try:
            told.append(operations.keep(PLAN, by=ada, at=MARCH).number)
        except Refused as refused:
            told.append(refused.field)
        finally:
            connection.close()

    threads = [Thread(target=make) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(map(str, told)) == ["1", "name", "name", "name"]
    assert len(queries.calendars()) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE calendars_calendarversion SET name = 'x'",
        "DELETE FROM calendars_calendarversion",
        "TRUNCATE calendars_calendarversion CASCADE",
    ],
)
def test_the_owner_of_the_tables_may_not_change_what_was_saved_either(
    ada: Actor, postgres: EmbeddedPostgres, fresh_database: str, statement: str
) -> None:
    kept = operations.keep(PLAN, by=ada, at=MARCH)
    name = fresh_database.partition("@/")[2].partition("?")[0]
    with psycopg.connect(postgres.url(OWNER, name)) as owner, pytest.raises(psycopg.Error, match="append-only"):
        owner.execute(statement)
    assert queries.versions("Workshop") == [kept]
