"""The form of an offer: who had it before, who has it, and where nobody is."""

from __future__ import annotations

from backline.cases import operations as cases
from backline.people import operations as people
from tests.fakes.browser import signed_in, words
from tests.fakes.house import House


def test_the_offer_says_who_had_it_before_and_where_nobody_is(house: House) -> None:
    case = house.raised()
    house.offer(case)
    cases.bounce([case], why="Not ours", **house.once("sana"))
    people.keep_team(people.TeamForm("Empty", 2))
    page = signed_in("carl").get(f"/cases/{case}/offer").content.decode()
    assert "Sana, Lift specialists – had it before" in page
    assert "Empty (tier 2) – nobody is active in it" in page


def test_who_has_it_is_not_among_those_to_whom_it_can_be_handed(house: House) -> None:
    case = house.working()
    for name, slug in (("sana", "hand-over"), ("carl", "offer")):
        page = words(signed_in(name).get(f"/cases/{case}/{slug}"))
        assert f":{house.persons['dora'].id}" in page
        assert f":{house.persons['sana'].id}" not in page
