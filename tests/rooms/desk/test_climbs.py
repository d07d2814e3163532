"""The page of a case's climbs: who was told, who was not and why, what became of the letters, and who comes next."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backline.cases import operations as cases
from backline.core.words import ClockName, Role
from backline.people.operations import PersonForm
from tests.fakes.browser import signed_in, words
from tests.fakes.house import House


def section(page: str, name: str) -> str:
    """The part of the page about one clock, without its marks."""
    found = next(part for part in page.split("<section")[1:] if f">{name}</h2>" in part)
    return " ".join(re.sub(r"<[^>]+>", " ", found.partition("</section>")[0]).split())


@pytest.fixture
def case(house: House) -> str:
    """A case that Sana was offered; nobody answered for six minutes."""
    found = house.raised()
    house.offer(found)
    house.tick()
    house.until(house.clock.now() + timedelta(minutes=6))
    return found


def page_of(house: House, case: str, name: str = "carl") -> str:
    assert f"/cases/{case}/climbs" in words(signed_in(name).get(f"/cases/{case}"))
    return words(signed_in(name).get(f"/cases/{case}/climbs"))


def test_it_says_who_was_told_and_who_comes_next(house: House, case: str) -> None:
    said = section(page_of(house, case), "Accept it or give it back")
    assert said.count("Told Sana") == 2
    assert "The rest of the team (Lena)" in said
    assert said.index("Told Sana") < said.index("The rest of the team") < said.index("The managers (Max)")
    assert "Again, and again after that: the last-resort contact (Ada)" in said


def test_a_climb_that_is_over_stays_with_what_became_of_its_letters(house: House, case: str) -> None:
    house.accept(case)
    said = section(page_of(house, case, "max"), "Accept it or give it back")
    assert " over " in said
    assert "Not needed any more" in said
    assert "Not needed any more, because of what came first: Somebody took it" in said
    assert "Ada" not in said, "nothing of it is to come"


def test_who_was_skipped_is_named_with_the_reason(house: House) -> None:
    found = house.raised()
    house.offer(found)
    house.clock.advance(timedelta(hours=5))
    house.tick()
    said = section(page_of(house, found), "Accept it or give it back")
    assert "Told nobody; this step was planned for" in said
    assert "Skipped: when the engine looked, a later step was due already, and that one acted." in said


def test_an_empty_role_is_said_with_who_is_told_instead(house: House, case: str) -> None:
    gone = PersonForm("Lena", "lena@example.org", (Role.SPECIALIST,), active=False)
    cases.keep_person(gone, person_id=str(house.persons["lena"].id), by=house.actor("ada"), at=house.clock.now())
    said = section(page_of(house, case), "Accept it or give it back")
    assert "because there is nobody for: the team lead" in said


def test_whoever_does_not_see_the_case_sees_no_climb_of_it(house: House, case: str) -> None:
    for name in ("tom", "dora"):
        assert signed_in(name).get(f"/cases/{case}/climbs").status_code == 404


def test_its_queries_do_not_grow_with_the_climb(house: House, case: str) -> None:
    carl = signed_in("carl")

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            carl.get(f"/cases/{case}/climbs")
        return len(queries)

    before = asked()
    house.until(house.clock.now() + timedelta(hours=4), timedelta(minutes=10))
    assert len([row for row in house.view(case).timeline if row.kind == "rung.reached"]) > 8
    assert asked() == before
    assert ClockName.ACCEPT in {clock.name for clock in house.view(case).clocks}
