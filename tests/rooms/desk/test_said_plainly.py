"""What was said in codes or not at all: why a team is suggested, what was erased, how late, what ends with a case."""

from __future__ import annotations

from datetime import timedelta

from django.test import Client

from backline.cases import operations as cases
from backline.cases.operations import NewVisit
from backline.channels.models import Notice, Receipt
from backline.channels.notices import What
from backline.engine import health
from tests.fakes.browser import link_of, signed_in, words
from tests.fakes.house import House


def test_the_offer_says_which_team_is_suggested_and_why(house: House) -> None:
    page = words(signed_in("carl").get(f"/cases/{house.raised()}/offer"))
    assert "Suggested team" in page
    assert "kind of asset lift" in page


def test_after_an_erasure_the_lists_say_so_and_nothing_of_hers_is_left(house: House) -> None:
    case = house.working()
    house.resolve(case)
    cases.dispute([case], why="It stands still, says Cleo", **house.once("cleo"))
    house.until(house.clock.now() + timedelta(hours=3), step=timedelta(minutes=30))
    notice = Notice.objects.filter(recipient_name="Cleo").latest("queued_at")
    Receipt.objects.create(notice=notice, at=house.clock.now(), what=What.HANDED_OVER, detail="250 ok")
    cases.erase_contact(str(house.cleo.id), at=house.clock.now())
    carl = signed_in("carl")
    for page in (words(carl.get("/outgoing")), words(carl.get(f"/cases/{case}"))):
        assert "[erased]" in page
        assert "Cleo" not in page
        assert "HANDED_OVER" not in page
    assert "E-mail · Handed over: 250 ok" in words(carl.get("/outgoing"))


def test_lateness_is_said_as_people_say_it_and_what_fell_together_is_no_lateness(house: House) -> None:
    case = house.raised()
    house.clock.advance(timedelta(hours=8))
    house.tick()
    page = words(signed_in("carl").get(f"/cases/{case}"))
    assert "8 hours later than planned" in page
    assert "seconds later" not in page


def test_her_history_names_who_took_it_and_the_visit_that_ended_with_the_case(house: House) -> None:
    case = house.working()
    start = house.clock.now() + timedelta(days=1)
    cases.book_visit([case], visit=NewVisit(start, start + timedelta(hours=1)), **house.once("sana"))
    house.resolve(case)
    page = words(Client().get(link_of(house, "cleo", case)))
    assert "Sana took this on." in page
    assert "We called off the visit on Sat 21 Nov 2026" in page


def test_what_must_be_chosen_is_asked_for_so(house: House) -> None:
    tess = signed_in("tess")
    page = words(tess.post(f"/jobs/{house.job.id}/raise", {"key": "a" * 32}))
    assert "Is anybody in danger? Choose one of these." in page
    assert "Why can it not be finished here? Choose at least one." in page
    assert "What is wrong: Fill this in." in page


def test_the_health_page_says_what_each_duty_does(house: House) -> None:
    house.tick()
    health.beat("look", done=0, every=1, at=house.clock.now())
    assert "Looks at the cases for which something has come due" in words(signed_in("ada").get("/health"))
