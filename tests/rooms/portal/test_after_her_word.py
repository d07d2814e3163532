"""What Cleo reads and may do after her word: while a check of ours holds the case, and long after it was closed."""

from __future__ import annotations

from datetime import timedelta

from django.test import Client

from backline.cases import operations as cases
from backline.cases.operations import NewDecision
from backline.core.words import ClockName, Danger, ReviewOutcome, State
from tests.fakes.browser import key_in, keys_in, link_of, words
from tests.fakes.house import House


def said_to_work(house: House) -> str:
    """A case with an open review, which Sana resolved and Cleo says works."""
    case = house.working(danger=Danger.RISK)
    house.resolve(case)
    house.clock.advance(timedelta(minutes=1))
    address, cleo = link_of(house, "cleo", case), Client()
    assert cleo.post(address, {"key": key_in(cleo.get(address)), "answer": "works"}).status_code == 302
    return case


def page(house: House, case: str) -> str:
    return words(Client().get(link_of(house, "cleo", case)))


def test_she_may_still_say_that_it_is_not_fixed(house: House) -> None:
    case = said_to_work(house)
    address, cleo = link_of(house, "cleo", case), Client()
    shown = cleo.get(address)
    assert "It works" not in words(shown)
    assert "It is not fixed" in words(shown)
    sent = {"key": keys_in(shown)[-1], "answer": "not-fixed", "why": "It stands still again"}
    assert cleo.post(address, sent).status_code == 302
    assert house.view(case).case.state is State.ACCEPTED


def test_she_hears_by_when_the_next_word_comes_and_silence_climbs(house: House) -> None:
    case = said_to_work(house)
    assert "You will hear from us again by" in page(house, case)
    [update] = [one for one in house.view(case).clocks if one.name is ClockName.CUSTOMER_UPDATE]
    assert update.due_at == house.clock.now() + timedelta(hours=4)
    house.until(update.due_at, step=timedelta(minutes=30))
    assert any("The next word to the customer" in subject for subject in house.subjects("Carl"))


def test_where_the_check_says_stop_her_page_does_not_say_that_it_closes(house: House) -> None:
    case = said_to_work(house)
    decision = NewDecision(ReviewOutcome.STOP_WORK, lifted_on="Max, once the brake was tested")
    cases.decide_review([case], decision=decision, **house.once("max"))
    text = page(house, case)
    assert "We believe that it is working again" not in text
    assert "then we close this" not in text
    assert "A check of ours asks for more, so this stays open for now." in text
    assert "brake" not in text
    assert ClockName.CUSTOMER_UPDATE in {one.name for one in house.view(case).clocks}


def test_long_after_the_close_she_is_not_sent_to_a_form_that_is_not_there(house: House) -> None:
    case = house.working()
    house.resolve(case)
    cases.confirm([case], **house.once("cleo"))
    assert "If it comes back, tell us below." in page(house, case)
    house.clock.advance(timedelta(days=15))
    text = page(house, case)
    assert "below" not in text
    assert "please report it to us as a new fault" in text
