"""Answers that change nothing: too late, of others, forged, guessed, or not for whoever sends them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import signing
from django.test import Client

from backline.cases import operations as cases
from backline.cases.effects import Effect
from backline.core.words import State
from backline.intake.models import TurnedAway
from backline.intake.operations import by_digits, by_text
from backline.people.models import Address, Person
from tests.fakes.answered import CARL, DORA, SANA, code, last, link, links, mobile, state, told
from tests.fakes.browser import link_of, text
from tests.fakes.house import House

MINUTE = timedelta(minutes=1)


def refused(house: House, case: str, name: str = "sana", number: str = SANA, at: int = -1) -> str:
    """What is said to an answer that comes too late, by text; nothing is changed but that it stands in the case."""
    before, browser = house.view(case).case, Client(raise_request_exception=False)
    place = links(told(house, name, at=at))["take"]
    page = browser.get(place)
    assert page.status_code == 200
    assert "button-primary" not in page.content.decode()
    back = by_text(number, f"{code(house, name, at=at)} ok I run", at=house.clock.now())
    assert back
    assert browser.post(place, {"words": "I run"}).status_code == 409
    after = house.view(case)
    assert (after.case.state, after.case.person, after.case.seq) == (before.state, before.person, before.seq + 1)
    entry = after.timeline[-1]
    assert entry.what == "Answered “I take it”, which could not be done any more; kept as a fact, by text message"
    assert entry.why == ("I run",)
    return back


def test_a_code_that_something_overtook_is_refused_and_says_what(house: House, case: str) -> None:
    reference = house.view(case).line.reference
    house.clock.advance(5 * MINUTE)
    house.accept(case, "lena")
    back = refused(house, case)
    assert back.startswith(f"{reference}: not done, for something came first. Lena, Fri 20 Nov 2026, 19:05: Accepted")
    page = text(Client().get(link(house, "take")))
    assert "Something came first" in page
    assert "Lena, Fri 20 Nov 2026, 19:05: Accepted" in page
    house.resolve(case, "lena")
    cases.confirm([case], words="She called", **house.once("carl"))
    said_back = by_text(SANA, f"{code(house)} 15 min", at=house.clock.now())
    assert said_back
    assert "Lena" in said_back
    assert state(house, case) is State.CLOSED


def test_a_newer_message_about_the_same_climb_takes_the_place_of_the_older(house: House, case: str) -> None:
    house.clock.advance(6 * MINUTE)
    house.tick()
    assert code(house) != code(house, at=0)
    assert "You were told again, Fri 20 Nov 2026, 19:06" in refused(house, case, at=0)
    assert by_text(SANA, f"{code(house)} ok", at=house.clock.now())
    assert state(house, case) is State.ACCEPTED


def test_another_case_or_another_person_gets_nothing_by_a_code(house: House, case: str) -> None:
    mobile(house, "dora", DORA)
    mobile(house, "carl", CARL, proved=False)
    seq, number = house.view(case).case.seq, code(house)
    for sender in (DORA, CARL, "+4915100000000", "", "x" * 400, "\x00", "112"):
        assert by_text(sender, f"{number} ok", at=house.clock.now()) is None
    assert house.view(case).case.seq == seq
    Address.objects.filter(value=SANA).update(proved_at=None)
    assert by_text(SANA, f"{number} ok", at=house.clock.now()) is None, "anybody can say that a number is his"
    Address.objects.filter(value=SANA).update(proved_at=house.clock.now())
    Person.objects.filter(name="Sana").update(is_active=False)
    place = link(house, "take")
    assert by_text(SANA, f"{number} ok", at=house.clock.now()) is None
    assert by_digits(told(house, "sana").effect_key, "1", at=house.clock.now()) is None
    assert {Client().get(place).status_code, Client().post(place).status_code} == {410}
    assert house.view(case).case.seq == seq
    assert {one.why for one in TurnedAway.objects.all()} == {"WRONG_CODE", "UNKNOWN_NUMBER"}
    kept = repr(list(TurnedAway.objects.values()))
    assert all(one not in kept for one in (DORA[1:], number, "ok'"))


def test_five_wrong_codes_an_hour_are_looked_at_and_then_not_even_the_right_one(house: House, case: str) -> None:
    wrong = [str(one) for one in range(10_000, 10_005) if str(one) != code(house)]
    for one in (*wrong, "99999")[:5]:
        assert by_text(SANA, f"{one} ok", at=house.clock.now()) is None
    assert by_text(SANA, f"{code(house)} ok", at=house.clock.now()) is None
    assert by_text(SANA, "hello", at=house.clock.now()) is None
    assert TurnedAway.objects.count() == 5
    assert by_text(SANA, f"{code(house)} ok", at=house.clock.now() + timedelta(hours=1))
    assert state(house, case) is State.ACCEPTED


def test_words_without_a_code_are_asked_for_it_and_two_of_the_same_are_never_guessed(
    house: House, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    back = by_text(SANA, "I am driving and will answer later", at=house.clock.now())
    assert back
    assert back.startswith("Write the five digits of the message that you answer")
    other = house.raised(summary="Another lift")
    house.offer(other)
    house.tick()
    monkeypatch.setattr(Effect, "code", property(lambda _self: "47110"))
    for words_said in ("47110 ok", "stop"):
        back = by_text(SANA, words_said, at=house.clock.now())
        assert back
        assert back.startswith("That could mean several: ")
    assert {state(house, case), state(house, other)} == {State.OFFERED}
    house.accept(other)
    back = by_text(SANA, "47110 ok", at=house.clock.now())
    assert back
    assert state(house, case) is State.ACCEPTED


def test_links_that_were_altered_made_up_or_have_ended_lead_nowhere(house: House, case: str) -> None:
    browser, place = Client(raise_request_exception=False), link(house, "take")
    token = place.split("/")[2]
    foreign = link_of(house, "cleo", case).rpartition("/")[2]
    made_up = [signing.dumps(one, salt="backline.answer") for one in ({}, [1], ["x"] * 6, [None] * 6, "abcdef", 7)]
    for bad in (token[:-1] + ("A" if token[-1] != "A" else "B"), "x" + token, foreign, "x", *made_up):
        for what in (browser.get, browser.post):
            assert what(f"/answer/{bad}/take").status_code == 404, bad
    nobody = Effect(case, "ACCEPT::1", 0, 0, str(house.persons["dora"].id)).token(at=house.clock.now())
    assert browser.post(f"/answer/{nobody}/take").status_code == 410, "whom no rung told"
    assert browser.get(place.replace("/take", "/resolve")).status_code == 404
    house.clock.advance(timedelta(days=14))
    assert {browser.get(place).status_code, browser.post(place).status_code} == {410}
    assert state(house, case) is State.OFFERED


def test_what_is_not_allowed_is_refused_in_words_and_kept(house: House) -> None:
    """Carl is told that nobody has routed it: he can neither take nor give it back, and a link of the kind does not."""
    mobile(house, "carl", CARL)
    case = house.raised()
    house.tick()
    assert list(links(told(house, "carl"))) == ["hand-up", "note", "stop"]
    back = by_text(CARL, f"{code(house, 'carl')} ok", at=house.clock.now())
    assert back
    assert "not done. The case is raised now, so this cannot be done." in back
    assert last(house, case)[0] == "Carl"
    take = link(house, "note", "carl").replace("/note", "/take")
    assert "This is for somebody else to do" in text(Client().get(take))
    for arrives, answered in (
        ("10 min", "not done. The case is raised now"),
        ("999 h", "more than a day"),
        ("25:99", "Noted"),
    ):
        back = by_text(CARL, f"{code(house, 'carl')} {arrives}", at=house.clock.now())
        assert back
        assert answered in back
    empty = Client().post(link(house, "note", "carl"), {"words": " \u200b"})
    assert empty.status_code == 422
    assert "Fill this in." in text(empty)
    assert state(house, case) is State.RAISED
