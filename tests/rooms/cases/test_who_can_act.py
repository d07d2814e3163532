"""Whoever hears that somebody does not act can do something about it, and the letter says what."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backline.core.words import State
from backline.people import operations as people
from backline.people.operations import TeamForm
from tests.fakes.browser import hidden_in, signed_in, words
from tests.fakes.house import House


@pytest.fixture
def offered(house: House) -> str:
    """A case offered to Sana, who does not answer; Dora is of her team, and Lena leads it without being in it."""
    ids = {name: str(house.persons[name].id) for name in ("sana", "dora", "lena")}
    form = TeamForm("Lift specialists", 3, ids["lena"], (ids["sana"], ids["dora"]))
    people.keep_team(form, team_id=str(house.specialists.id))
    case = house.raised()
    house.offer(case)
    return case


def silent(house: House, minutes: int) -> None:
    house.until(house.clock.now() + timedelta(minutes=minutes), step=timedelta(minutes=5))


def pressed(house: House, case: str, name: str, slug: str, **data: str) -> int:
    """The button on the page of the case, and the form behind it."""
    browser, address = signed_in(name), f"/cases/{case}/{slug}"
    assert address in words(browser.get(f"/cases/{case}")), f"{name} has no button"
    return int(browser.post(address, {**hidden_in(browser.get(address)), **data}).status_code)


@pytest.mark.parametrize(
    ("name", "said", "slug"),
    [
        ("dora", "Sana has not answered. You may accept it instead.", "accept"),
        ("lena", "Sana has not answered. Accept it yourself, or hand it to somebody else.", "accept"),
    ],
)
def test_another_of_the_team_takes_what_one_of_it_does_not_answer(
    house: House, offered: str, name: str, said: str, slug: str
) -> None:
    silent(house, 130)
    assert said in house.letters(name.title())[-1].body
    before = len(house.subjects("Sana"))
    assert pressed(house, offered, name, slug, lease="3600") == 302
    case = house.view(offered).case
    assert (case.state, case.person) == (State.ACCEPTED, str(house.persons[name].id))
    assert "Accepted, to move on by" in house.subjects("Sana")[before], "Sana hears that it is hers no more"


@pytest.mark.parametrize("name", ["lena", "max"])
def test_lead_and_manager_offer_it_to_somebody_else(house: House, offered: str, name: str) -> None:
    silent(house, 160)
    assert "somebody else" in house.letters(name.title())[-1].body
    slug = "offer" if name == "max" else "hand-over"
    assert pressed(house, offered, name, slug, target=f"{house.support.id}:", why="") == 302
    assert house.view(offered).case.team == str(house.support.id)


def test_who_has_it_and_is_silent_can_be_relieved_by_whom_the_climb_tells(house: House, offered: str) -> None:
    house.accept(offered, minutes=30)
    silent(house, 90)
    said = {name: house.letters(name)[-1].body for name in ("Sana", "Dora", "Lena", "Max", "Ada")}
    assert "Say what was done" in said["Sana"]
    assert "Speak with Sana, and leave a note on the case." in said["Dora"]
    assert "Speak with Sana, or hand it to somebody else." in said["Lena"]
    assert "Speak with Sana, or offer it to somebody else." in said["Max"]
    assert "You cannot act on it yourself; speak with Sana." in said["Ada"], "the last-resort contact administers"
    assert pressed(house, offered, "dora", "note", text="Sana is on the roof") == 302
    assert (
        pressed(house, offered, "lena", "hand-over", target=f"{house.specialists.id}:{house.persons['dora'].id}") == 302
    )
    assert house.view(offered).case.person == str(house.persons["dora"].id)


def test_a_letter_says_that_it_is_late_and_what_happened(house: House, offered: str) -> None:
    silent(house, 125)
    first = house.letters("Sana")[0]
    assert "Late" not in first.subject
    assert "Accept it or give it back, due by" in first.body
    assert "Carl: Offered to Sana, Lift specialists" in first.body
    silent(house, 30)
    last = house.letters("Max")[-1]
    assert last.subject.split("] ")[1].startswith("Late: Accept it or give it back, due ")
    assert "Accept it or give it back: this is late, it was due by" in last.body
