"""A deputy hears that he is named, that his time has begun and that it is over; his manager that it is in force."""

from __future__ import annotations

from datetime import timedelta

from backline.cases import operations as cases
from backline.core.words import Role
from backline.engine import loop
from backline.engine.duties.deputies import Deputies
from backline.people.operations import PersonForm
from tests.fakes.browser import signed_in, words
from tests.fakes.house import House
from tests.rooms.cases.test_deputies import PAGE, named, typed

DAY = timedelta(days=1)


def heard(house: House, name: str) -> list[str]:
    """What somebody is told of it by now, the engine having looked as often as it likes."""
    for _ in range(3):
        assert loop.tick(Deputies(), house.clock) == 0
    return [one for one in house.subjects(name) if "reviews" in one]


def test_named_from_now_on_he_and_the_manager_hear_at_once_and_he_again_at_the_end(house: House) -> None:
    assert signed_in("max").post(PAGE, typed(house, "dora")).status_code == 302
    assert heard(house, "Dora") == ["You decide reviews for Max from now on"]
    assert heard(house, "Max") == ["Dora decides reviews in your place from now on"]
    [letter] = house.letters("Dora")
    assert "until Friday 27 November 2026, 18:00:00" in letter.body
    assert "/mine" in letter.body
    assert "/deputies" in house.letters("Max")[0].body
    house.clock.advance(8 * DAY)
    assert heard(house, "Dora")[1:] == ["You decide no reviews for Max any more"]
    assert len(heard(house, "Max")) == 1
    for name in ("Carl", "Sana", "Tess", "Ada", "Otto", "Cleo"):
        assert house.letters(name) == []


def test_named_for_later_he_hears_when_he_is_named_and_when_it_begins(house: House) -> None:
    named(house, "dora", days=2, after=3)
    assert heard(house, "Dora") == ["You will decide reviews for Max"]
    assert heard(house, "Max") == []
    house.clock.advance(3 * DAY)
    assert heard(house, "Dora")[1:] == ["You decide reviews for Max from now on"]
    assert heard(house, "Max") == ["Dora decides reviews in your place from now on"]


def test_what_is_ended_before_or_while_it_lasts_is_said(house: House) -> None:
    later = named(house, "dora", days=2, after=3)
    max_ = signed_in("max")
    assert heard(house, "Dora")
    house.clock.advance(DAY)
    assert max_.post(PAGE, {"end": str(later.id)}).status_code == 302
    assert "Nobody. Reviews wait for the managers alone." in words(max_.get(PAGE))
    assert heard(house, "Dora") == ["You will decide reviews for Max", "You decide no reviews for Max any more"]
    now = named(house, "sana", days=9)
    assert heard(house, "Sana") == ["You decide reviews for Max from now on"]
    house.clock.advance(DAY)
    assert max_.post(PAGE, {"end": str(now.id)}).status_code == 302
    assert heard(house, "Sana")[1:] == ["You decide no reviews for Max any more"]
    house.clock.advance(4 * DAY)
    assert len(heard(house, "Dora")) == 2, "what was ended before it began never begins"


def test_of_a_manager_who_left_nobody_hears_that_he_stands_in(house: House) -> None:
    named(house, "dora", days=2, after=1)
    form = PersonForm("Max", "max@example.org", (Role.MANAGER,), active=False)
    max_ = str(house.persons["max"].id)
    cases.keep_person(form, person_id=max_, by=house.actor("ada"), at=house.clock.now())
    house.clock.advance(DAY)
    assert heard(house, "Dora") == []
