"""The form of an offer: who had it before, and where nobody is."""

from __future__ import annotations

from backline.cases import operations as cases
from backline.people import operations as people
from tests.fakes.browser import signed_in
from tests.fakes.house import House


def test_the_offer_says_who_had_it_before_and_where_nobody_is(house: House) -> None:
    case = house.raised()
    house.offer(case)
    cases.bounce([case], why="Not ours", **house.once("sana"))
    people.keep_team(people.TeamForm("Empty", 2))
    page = signed_in("carl").get(f"/cases/{case}/offer").content.decode()
    assert "Sana, Lift specialists – had it before" in page
    assert "Empty (tier 2) – nobody is active in it" in page
