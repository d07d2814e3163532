"""Several people save one calendar at the same moment: one of them does, the others are told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from threading import Barrier, Thread

import pytest
from django.db import connection

from backline.calendars import operations, queries
from backline.calendars.operations import Plan
from backline.calendars.words import Refused
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
    assert sorted(map(str, told))[0] == "2"
    assert sum(isinstance(one, int) for one in told) == 1
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
