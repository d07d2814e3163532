"""Tess reports a job while a trigger looks at it: whoever is first, the trigger makes no twin of an open case."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from backline.cases import operations as cases
from backline.cases.models import Case, Finding
from backline.core.words import VisitResult
from backline.jobs import operations as jobs
from backline.jobs.operations import VisitReport
from tests.fakes.browser import signed_in, words
from tests.fakes.clock import SettableClock
from tests.fakes.forms import report
from tests.fakes.house import House
from tests.fakes.installation import until
from tests.rooms.cases.test_recompute_race import beside


@pytest.fixture
def house(fresh_database: str, clock: SettableClock) -> House:
    """A house whose job was left unresolved, which opens a case."""
    house = House(clock)
    unresolved = VisitReport(VisitResult.UNRESOLVED)
    jobs.report_visit(job_id=str(house.job.id), report=unresolved, at=clock.now())
    return house


def send_report(who: Client, place: str, answers: list[Any]) -> None:
    """Somebody sends a report; what was answered joins the answers."""
    answers.append(who.post(place, report(another="")))


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


def test_a_report_waits_for_a_trigger_and_its_sender_is_asked_about_the_case(house: House) -> None:
    place, form, tess, answers = f"/jobs/{house.job.id}/raise", report(another=""), signed_in("tess"), list[Any]()
    assert "A case is open on this job." not in words(tess.get(place))
    with transaction.atomic():
        opened = cases.consider(str(house.job.id), at=house.clock.now())
        sending = beside(lambda: answers.append(tess.post(place, form)))
        until(lambda: waiting() or not sending.is_alive(), "the report")
        assert sending.is_alive()
    sending.join(10)
    assert [str(row.id) for row in Case.objects.all()] == [opened]
    assert answers[0].status_code == 409
    assert "It stands still" in words(answers[0])
    assert "add it to that case, or tick" in words(answers[0])
    assert tess.post(place, form | {"do": "add"})["Location"] == f"/cases/{opened}"
    assert [entry.kind for entry in house.view(opened).timeline].count("report.added") == 1
    assert house.view(opened).case.debt is None
    assert Case.objects.count() == 1
    assert cases.rebuild(check=True).flaws == ()


def test_of_two_reports_at_once_one_is_a_case_and_the_other_is_asked(house: House) -> None:
    place, answers = f"/jobs/{house.job.id}/raise", list[Any]()
    senders = [signed_in(name) for name in ("tess", "carl")]
    sending = [beside(partial(send_report, who, place, answers)) for who in senders]
    for one in sending:
        one.join(20)
    assert sorted(answer.status_code for answer in answers) == [302, 409]
    assert Case.objects.count() == 1


def test_about_another_lift_nobody_waits(house: House) -> None:
    with transaction.atomic():
        house.raised(job=str(house.otto_job.id))
        trigger = beside(lambda: cases.consider(str(house.job.id), at=house.clock.now()))
        trigger.join(10)
        assert not trigger.is_alive()
    assert Case.objects.count() == 2
