"""Cleo asks to be called: a word by telephone is owed, by a moment, to a number that one tap dials."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from backline.cases import operations as cases
from backline.cases.operations import NewWord
from backline.core.words import State, ToldBy
from tests.fakes.browser import signed_in, words
from tests.fakes.hers import Hers
from tests.fakes.house import House

NUMBER = "+49 30 12345678"


def owed(house: House, case: str) -> list[Any]:
    return [one for one in house.view(case).clocks if one.subject == "call"]


def told(house: House, case: str, by: ToldBy) -> None:
    word = NewWord("The relay comes tomorrow", house.clock.now() + timedelta(hours=1), by)
    cases.tell_customer([case], word=word, **house.once("sana"))


def test_her_call_has_a_clock_a_number_to_tap_and_ends_by_a_call_alone(house: House) -> None:
    case = house.working()
    hers = Hers(house, case)
    assert hers.sends("call", number=NUMBER).status_code == 302
    assert "We will call you at +49 30 12345678 by Fri 20 Nov 2026, 23:01." in hers.reads()
    [clock] = owed(house, case)
    assert clock.due_at == house.clock.now() + timedelta(hours=4)
    assert any("Asked to be called by" in one for one in house.subjects("Sana"))
    assert '<a class="strong" href="tel:+493012345678">' in words(signed_in("carl").get(f"/cases/{case}"))
    told(house, case, ToldBy.MAIL)
    assert owed(house, case) == [clock]
    told(house, case, ToldBy.CALL)
    assert owed(house, case) == []
    assert "We will call you at" not in hers.reads()
    assert "tel:+493012345678" not in words(signed_in("carl").get(f"/cases/{case}"))


def test_silence_climbs_and_its_rung_says_whom_to_call(house: House) -> None:
    case = house.working()
    Hers(house, case).sends("call", number=NUMBER, until="2026-11-20T21:00")  # 20:00 UTC
    house.until(owed(house, case)[0].due_at)
    [letter] = [one for one in house.letters("Carl") if "+493012345678" in one.body]
    assert "Asked to be called by Fri 20 Nov 2026, 20:00" in letter.body
    assert "we are late" in Hers(house, case).reads()


def test_asking_twice_puts_nobody_off(house: House) -> None:
    case = house.working()
    hers = Hers(house, case)
    hers.sends("call", number=NUMBER)
    first = owed(house, case)
    house.clock.advance(timedelta(hours=2))
    hers.sends("call", number="+49 30 87654321")
    assert owed(house, case) == first
    assert "+49 30 87654321" in hers.reads()
    hers.sends("call", number=NUMBER, until="2026-11-21T12:00")
    assert owed(house, case) != first, "at the moment of her own choice"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"number": ""}, "Fill this in."),
        ({"number": "<script>1</script>"}, "We cannot dial this."),
        ({"number": "030 12"}, "We cannot dial this."),
        ({"number": NUMBER, "until": "2026-11-20T18:00"}, "Choose a time that is ahead of us"),
        ({"number": NUMBER, "until": "2027-11-20T18:00"}, "Choose a time that is ahead of us"),
        ({"number": NUMBER, "until": "soon"}, "Give a date and a time"),
    ],
)
def test_what_cannot_be_dialled_or_kept_is_said_at_its_field(house: House, typed: dict[str, str], said: str) -> None:
    case = house.working()
    answer = Hers(house, case).sends("call", **typed)
    assert (answer.status_code, said in words(answer)) == (422, True)
    assert owed(house, case) == []


def test_sent_twice_it_is_asked_once_and_of_a_resolved_case_it_does_not_lapse(house: House) -> None:
    case = house.working()
    house.resolve(case)
    hers = Hers(house, case)
    key = hers.key()
    for _time in range(2):
        assert hers.sends("call", key=key, number=NUMBER).status_code == 302
    assert [one.kind for one in house.view(case).timeline].count("call.asked") == 1
    house.clock.advance(timedelta(days=6))
    house.tick()
    assert house.view(case).case.state is State.RESOLVED


def test_her_number_goes_with_her(house: House) -> None:
    case = house.working()
    Hers(house, case).sends("call", number=NUMBER)
    cases.erase_contact(contact_id=str(house.cleo.id), at=house.clock.now())
    page = words(signed_in("carl").get(f"/cases/{case}"))
    assert "3012345678" not in page
    assert "the number was erased" in page
    assert not any("3012345678" in one.body for one in house.letters("Sana"))
