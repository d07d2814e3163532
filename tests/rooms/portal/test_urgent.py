"""Cleo says that it is urgent: those who can act hear at once, silence climbs, and pressing on does no harm."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from backline.cases import operations as cases
from backline.cases.operations import NewDecision, NewWord
from backline.channels.models import Notice
from backline.core.words import ClockName, Danger, Impact, Priority, Reason, ReviewOutcome, State, Urgency
from tests.fakes.browser import words
from tests.fakes.hers import Hers
from tests.fakes.house import House


def kinds(house: House, case: str) -> list[str]:
    return [one.kind for one in house.view(case).timeline if one.kind in ("customer.urged", "urge.repeated")]


def owed(house: House, case: str) -> list[Any]:
    return [one for one in house.view(case).clocks if one.subject == "owed"]


def test_owner_and_coordinators_hear_at_once_and_silence_climbs(house: House) -> None:
    case = house.working()
    hers = Hers(house, case)
    assert hers.sends("urgent", text="My mother cannot leave the house").status_code == 302
    house.tick()
    assert any("Said it is urgent" in one for one in house.subjects("Sana"))
    assert any("The next word to the customer" in one for one in house.subjects("Carl"))
    assert any("My mother cannot leave the house" in one.body for one in house.letters("Carl"))
    assert not any("The next word to the customer" in one for one in house.subjects("Max"))
    house.until(house.clock.now() + timedelta(minutes=61))
    assert any("The next word to the customer" in one for one in house.subjects("Max"))


def test_quiet_hours_hold_nothing_of_it_up(house: House) -> None:
    case = house.working()
    Hers(house, case).sends("urgent", text="Water runs down the wall")
    house.tick()
    told = Notice.objects.filter(kind="news.customer.urged")
    assert [(one.recipient_name, one.can_wait, one.not_before) for one in told] == [("Sana", False, None)]


def test_her_page_says_who_was_told_and_by_when_she_hears(house: House) -> None:
    case = house.working()
    hers = Hers(house, case)
    hers.sends("urgent", text="The shop is closed because of it")
    page = hers.reads()
    assert "You told us that it is urgent. We have told Sana and our coordinators." in page
    assert "You will hear from us by Fri 20 Nov 2026, 23:00 at the latest." in page
    assert "You told us that it is urgent: The shop is closed because of it" in page
    house.clock.advance(timedelta(minutes=10))
    word = NewWord("Sana is on her way", house.clock.now() + timedelta(hours=1))
    cases.tell_customer([case], word=word, **house.once("sana"))
    assert owed(house, case) == []
    assert "We have told Sana and our coordinators" not in hers.reads()


def test_where_the_promised_word_is_late_haste_puts_nothing_off(house: House) -> None:
    case = house.working()
    house.clock.advance(timedelta(hours=5))
    promised = house.view(case).case.promise_by
    hers = Hers(house, case)
    hers.sends("urgent", text="Still nothing")
    assert house.view(case).case.promise_by == promised
    assert "we are late" in hers.reads()
    assert "They owe you a word now." in hers.reads()


def test_pressing_again_is_written_down_and_tells_nobody(house: House) -> None:
    case = house.working()
    hers = Hers(house, case)
    hers.sends("urgent", text="Please")
    house.tick()
    before = {name: len(house.subjects(name)) for name in ("Sana", "Carl", "Max", "Cleo")}
    [clock] = owed(house, case)
    for number in range(1000):
        assert hers.sends("urgent", key=f"{number:032x}", text=f"Please {number}").status_code == 302
    house.tick()
    assert kinds(house, case) == ["customer.urged", *["urge.repeated"] * 1000]
    assert {name: len(house.subjects(name)) for name in before} == before
    assert owed(house, case) == [clock], "nothing began anew, so nothing was put off"
    page = hers.reads()
    assert "We know that it is urgent, and those who can act were told a short time ago." in page
    assert page.count("You told us again that it is urgent:") == 1
    assert "Please 999" in page


def test_answered_she_is_heard_anew_after_the_rhythm_of_the_policy(house: House) -> None:
    case = house.working()
    hers = Hers(house, case)
    hers.sends("urgent", text="One")
    word = NewWord("Sana is on her way", house.clock.now() + timedelta(hours=4))
    cases.tell_customer([case], word=word, **house.once("sana"))
    house.clock.advance(timedelta(hours=3, minutes=59))
    hers.sends("urgent", text="Two")
    house.clock.advance(timedelta(minutes=1))
    hers.sends("urgent", text="Three")
    assert kinds(house, case) == ["customer.urged", "urge.repeated", "customer.urged"]
    assert len(owed(house, case)) == 1


def test_somebody_in_danger_is_reviewed_and_lifts_the_priority_also_when_said_again(house: House) -> None:
    case = house.working()
    cases.change_priority([case], impact=Impact.LOW, urgency=Urgency.LOW, why="A trifle", **house.once("carl"))
    hers = Hers(house, case)
    hers.sends("urgent", text="It smells odd")
    hers.sends("urgent", text="It burns", danger="on")
    now = house.view(case).case
    assert (now.danger, now.priority) == (Danger.RISK, Priority.P2)
    assert Reason.SAFETY_RISK in now.reasons
    assert len(now.running(ClockName.REVIEW)) == 1
    assert kinds(house, case) == ["customer.urged", "customer.urged"]
    hers.sends("urgent", text="It burns!", danger="on")
    assert kinds(house, case)[-1] == "urge.repeated", "while that is reviewed"
    cases.decide_review([case], decision=NewDecision(ReviewOutcome.ALLOW), **house.once("max"))
    hers.sends("urgent", text="It burns again", danger="on")
    assert len(house.view(case).case.running(ClockName.REVIEW)) == 1
    house.tick()
    assert any("Max" for one in house.subjects("Max") if "review" in one.lower())


def test_of_a_resolved_case_it_is_answered_before_it_lapses(house: House) -> None:
    case = house.working()
    house.resolve(case)
    hers = Hers(house, case)
    hers.sends("urgent", text="It is not working at all")
    assert ClockName.CONFIRM not in {one.name for one in house.view(case).clocks}
    house.clock.advance(timedelta(days=6))
    house.tick()
    assert house.view(case).case.state is State.RESOLVED


def test_a_case_that_has_ended_meanwhile_gives_her_words_back(house: House) -> None:
    case = house.working()
    hers = Hers(house, case)
    key = hers.key()
    cases.withdraw([case], why="A mistake", **house.once("carl"))
    answer = hers.sends("urgent", key=key, text="It cannot wait")
    assert answer.status_code == 409
    assert "It cannot wait" in words(answer)
    assert "This is urgent" not in words(answer)


@pytest.mark.parametrize("typed", [{}, {"text": " "}, {"danger": "on"}])
def test_it_needs_a_reason_in_her_words(house: House, typed: dict[str, str]) -> None:
    case = house.working()
    answer = Hers(house, case).sends("urgent", **typed)
    assert (answer.status_code, "Fill this in." in words(answer)) == (422, True)
    assert kinds(house, case) == []
