"""Tess reports a job while a trigger looks at it: whoever is first, the trigger makes no twin of an open case."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from backline.cases import operations as cases
from backline.cases.models import Case, Finding
from backline.core.words import VisitResult
from backline.jobs import operations as jobs
from backline.jobs.operations import VisitReport
from tests.fakes.clock import SettableClock
from tests.fakes.house import House
from tests.fakes.installation import until
from tests.rooms.cases.test_recompute_race import beside


@pytest.fixture
def house(fresh_database: str, clock: SettableClock) -> House:
    """A house whose job was left unresolved, which opens a case."""
    house = House(clock)
    report = VisitReport(VisitResult.UNRESOLVED)
    jobs.report_visit(job_id=str(house.job.id), report=report, at=clock.now())
    return house


def waiting() -> bool:
    """Whether somebody waits for a lock that another has."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])


def test_a_trigger_waits_for_a_report_that_is_being_kept_and_joins_its_case(house: House) -> None:
    at = house.clock.now()
    with transaction.atomic():
        mine = house.raised()
        trigger = beside(lambda: cases.consider(str(house.job.id), at=at))
        until(lambda: waiting() or not trigger.is_alive(), "the trigger")
    trigger.join(10)
    assert [str(row.id) for row in Case.objects.all()] == [mine]
    assert [str(one.case_id) for one in Finding.objects.all()] == [mine]
    assert [entry.kind for entry in house.view(mine).timeline].count("fact.found") == 1
    assert cases.rebuild(check=True).flaws == ()


def test_about_another_lift_nobody_waits(house: House) -> None:
    with transaction.atomic():
        house.raised(job=str(house.otto_job.id))
        trigger = beside(lambda: cases.consider(str(house.job.id), at=house.clock.now()))
        trigger.join(10)
        assert not trigger.is_alive()
    assert Case.objects.count() == 2
