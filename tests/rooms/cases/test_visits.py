"""Visits: who goes there hears of it and sees the case, and with the case they end."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backline.cases import operations as cases
from backline.cases.operations import NewVisit, NoSuchCase
from backline.jobs.models import Visit
from tests.fakes.browser import signed_in
from tests.fakes.house import House


def test_who_is_to_visit_hears_of_it_and_sees_the_case_and_others_do_not(house: House) -> None:
    case = house.working(job=str(house.job.id))
    start = house.clock.now() + timedelta(hours=2)
    tom = str(house.persons["tom"].id)
    with pytest.raises(NoSuchCase):
        house.view(case, "tom")
    visit = NewVisit(start, start + timedelta(hours=1), tom)
    cases.book_visit([case], visit=visit, **house.once("sana"))
    assert "Booked a visit by Tom" in house.subjects("Tom")[-1]
    assert signed_in("tom").get(f"/cases/{case}").status_code == 200
    with pytest.raises(NoSuchCase):
        house.view(case, "dora")


def test_a_visit_that_the_end_of_a_case_made_pointless_is_no_plan_of_the_job_any_more(house: House) -> None:
    case = house.working()
    start = house.clock.now() + timedelta(days=1)
    visit = NewVisit(start, start + timedelta(hours=1))
    cases.book_visit([case], visit=visit, **house.once("sana"))
    [record] = house.view(case).visits
    moved = NewVisit(start, start + timedelta(hours=2), str(house.persons["tom"].id), record.id)
    cases.book_visit([case], visit=moved, **house.once("sana"))
    assert "Moved the visit by Tom" in house.subjects("Tom")[-1]
    planned = Visit.objects.get(case_id=case)
    assert (planned.person, planned.to_at, planned.outcome) == (house.persons["tom"], moved.to_at, "")
    house.resolve(case)
    planned.refresh_from_db()
    assert planned.outcome == "Called off: the case ended before it."


def test_who_books_a_visit_of_his_own_needs_no_letter_about_it(house: House) -> None:
    case = house.working()
    start, before = house.clock.now() + timedelta(hours=2), house.subjects("Sana")
    cases.book_visit([case], visit=NewVisit(start, start + timedelta(hours=1)), **house.once("sana"))
    assert house.subjects("Sana") == before
    assert house.subjects("Cleo")[-1].startswith("We will visit on")
