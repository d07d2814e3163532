"""Cleo says how we did: a fact of the job, once, otherwise within the window, and read where she was unhappy."""

from __future__ import annotations

from datetime import timedelta

from backline.cases import operations as cases
from backline.cases import suggestions
from backline.core.words import VisitResult
from backline.jobs import operations as jobs
from backline.jobs.models import Job
from backline.jobs.operations import VisitReport
from tests.fakes.browser import words
from tests.fakes.hers import Hers
from tests.fakes.house import House


def closed(house: House) -> Hers:
    case = house.working()
    house.resolve(case)
    cases.confirm([case], **house.once("cleo"))
    house.clock.advance(timedelta(minutes=1))
    return Hers(house, case)


def suggested(house: House) -> list[str]:
    return [one.said for one in suggestions.waiting(house.actor("carl"), zone="UTC")]


def test_a_low_rating_is_suggested_to_coordinators_with_her_words(house: House) -> None:
    hers = closed(house)
    assert "How did we do?" in hers.reads()
    assert hers.sends("rate", rating="1", text="Nobody came for days").status_code == 302
    job = Job.objects.get(id=house.job.id)
    assert (job.rating, job.remark) == (1, "Nobody came for days")
    assert suggested(house) == ["The customer rated the work 1 of 5"]
    page = hers.reads()
    assert "You gave us 1 of 5: change it" in page
    assert "You told us how we did. Nobody came for days" in page


def test_praise_asks_nobody_for_anything(house: House) -> None:
    hers = closed(house)
    assert hers.sends("rate", rating="5", text="Thank you, Sana").status_code == 302
    assert suggested(house) == []


def test_it_may_be_changed_and_sent_twice_it_is_once(house: House) -> None:
    hers = closed(house)
    key = hers.key()
    for _time in range(2):
        assert hers.sends("rate", key=key, rating="4").status_code == 302
    assert suggested(house) == []
    hers.sends("rate", rating="2", text="It stopped again")
    assert [entry.kind for entry in house.view(hers.case).timeline].count("customer.rated") == 2
    assert suggested(house) == ["The customer rated the work 2 of 5"]
    assert Job.objects.get(id=house.job.id).rating == 2


def test_what_was_said_on_site_before_does_not_swallow_hers(house: House) -> None:
    before = VisitReport(VisitResult.NOT_MADE, rating=1)
    jobs.report_visit(job_id=str(house.job.id), report=before, at=house.clock.now())
    cases.consider(str(house.job.id), at=house.clock.now())
    [first] = suggestions.waiting(house.actor("carl"), zone="UTC")
    cases.dismiss(first.id, why="Called her", **house.once("carl"))
    hers = closed(house)
    hers.sends("rate", rating="1")
    assert suggested(house) == ["The customer rated the work 1 of 5"]


def test_what_was_said_on_site_is_not_put_with_her_rating_and_her_own_words_are(house: House) -> None:
    before = VisitReport(VisitResult.NOT_MADE, rating=5, remark="A fine fellow")
    jobs.report_visit(job_id=str(house.job.id), report=before, at=house.clock.now())
    hers = closed(house)
    hers.sends("rate", rating="1")
    [one] = suggestions.waiting(house.actor("carl"), zone="UTC")
    assert "A fine fellow" not in str(one)
    hers.sends("rate", rating="1", text="He never came back")
    assert "He never came back" in [one.remark for one in suggestions.waiting(house.actor("carl"), zone="UTC")]


def test_words_that_she_adds_when_her_rating_was_judged_are_read_as_well(house: House) -> None:
    hers = closed(house)
    hers.sends("rate", rating="1")
    [one] = suggestions.waiting(house.actor("carl"), zone="UTC")
    cases.dismiss(one.id, why="She gave no reason", **house.once("carl"))
    hers.sends("rate", rating="1", text="He never came back")
    [one] = suggestions.waiting(house.actor("carl"), zone="UTC")
    assert "He never came back" in str(one)


def test_changing_it_over_and_over_asks_coordinators_no_more_often_than_there_are_ratings(house: House) -> None:
    hers = closed(house)
    for number in range(20):
        assert hers.sends("rate", rating=str(1 + number % 5), text=f"So {number}").status_code == 302
    assert len(suggested(house)) <= 3


def test_it_is_asked_for_only_of_a_closed_case_and_as_long_as_it_may_be_reopened(house: House) -> None:
    open_one = Hers(house, house.working())
    assert "How did we do?" not in open_one.reads()
    assert open_one.sends("rate", rating="5").status_code == 409
    hers = closed(house)
    empty = hers.sends("rate", text="Well")
    assert (empty.status_code, "Choose one of these." in words(empty)) == (422, True)
    house.clock.advance(timedelta(days=14))
    assert "How did we do?" not in hers.reads()
    late = hers.sends("rate", rating="1", text="Too late to say it?")
    assert (late.status_code, "Too late to say it?" in words(late)) == (409, True)
    assert Job.objects.get(id=house.job.id).rating is None


def test_her_words_go_with_her(house: House) -> None:
    hers = closed(house)
    hers.sends("rate", rating="1", text="Nobody came for days")
    cases.erase_contact(contact_id=str(house.cleo.id), at=house.clock.now())
    assert Job.objects.get(id=house.job.id).remark == ""
    assert "Nobody came for days" not in str(house.view(hers.case).timeline)
    assert hers.page().status_code == 410
