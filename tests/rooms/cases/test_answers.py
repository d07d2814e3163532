"""What the customer answers: heard of at once, kept behind a gate, and taken once."""

from __future__ import annotations

from datetime import timedelta

from django.test import Client

from backline.cases import operations as cases
from backline.cases.operations import NewDecision
from backline.core.words import (
    Danger,
    ReviewOutcome,
    State,
)
from tests.fakes.browser import keys_in, link_of
from tests.fakes.house import House


def test_who_has_the_case_hears_of_a_dispute_at_once(house: House) -> None:
    case = house.working()
    house.resolve(case)
    house.clock.advance(timedelta(minutes=1))
    cases.dispute([case], why="It stopped again", **house.once("cleo"))
    assert house.subjects("Sana")[-1].endswith("Said that it is not fixed")
    assert "It stopped again" in house.letters("Sana")[-1].body


def test_a_word_kept_behind_a_gate_closes_as_confirmed_once_the_gate_opens(house: House) -> None:
    case = house.working(danger=Danger.RISK)
    house.resolve(case)
    cases.confirm([case], **house.once("cleo"))
    house.clock.advance(timedelta(minutes=1))
    house.tick()
    assert house.view(case).case.state is State.RESOLVED
    house.until(house.clock.now() + timedelta(minutes=20))
    assert "Decide the review" in house.subjects("Max")[-1], "somebody hears that a gate still holds it"
    assert not [subject for subject in house.subjects("Carl") if "The customer's answer" in subject], "she answered"
    cases.decide_review([case], decision=NewDecision(ReviewOutcome.ALLOW), **house.once("max"))
    house.clock.advance(timedelta(seconds=1))
    house.tick()
    assert (house.view(case).case.state, house.view(case).case.closed_how) == (State.CLOSED, "CONFIRMED")


def test_one_form_of_the_customer_acts_once_however_the_case_moves_on(house: House) -> None:
    case = house.working()
    house.resolve(case)
    cases.confirm([case], **house.once("cleo"))
    address = link_of(house, "cleo", case)
    form = {"key": keys_in(Client().get(address))[-1], "answer": "not-fixed", "why": "It came back"}
    assert Client().post(address, form).status_code == 302
    assert house.view(case).case.state is State.RAISED
    house.offer(case)
    house.accept(case)
    house.resolve(case)
    assert Client().post(address, form).status_code == 302
    assert house.view(case).case.state is State.RESOLVED, "the same form again changes nothing"
