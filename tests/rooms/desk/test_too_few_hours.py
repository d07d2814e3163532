"""Hours that hold too little to count a clock in: it says so wherever it is shown, and somebody still hears."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from backline.calendars import choices
from backline.calendars.words import ChosenFor
from backline.config.telling import Question, explained
from backline.engine.auditor import passes
from tests.fakes.browser import link_of, send, signed_in, words
from tests.fakes.hours import calendar, chosen
from tests.fakes.house import House
from tests.rooms.cases.test_hours import P3
from tests.rooms.cases.test_recompute import almost_never

SAID = (
    "72 h may pass, but not be counted in Office, the hours of the organisation; "
    "from Fri 20 Nov 2026, 18:05 +00:00 on in Office (as changed on Fri 20 Nov 2026, 18:05 +00:00), "
    "the hours of the organisation: too little working time is left there. "
    "So all time counts, until somebody changes these hours."
)


@pytest.fixture
def case(house: House) -> str:
    """A case of priority 3 in hours of which somebody left ten minutes in all time, before that was refused."""
    office = calendar(house)
    chosen(house, ChosenFor.ORGANISATION, choices.EVERYBODY, office)
    found = house.raised(**P3)
    house.clock.advance(timedelta(minutes=5))
    almost_never(house, office)
    house.clock.advance(timedelta(minutes=5))
    return found


def read(page: object) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", words(page)).split())


def test_every_page_and_the_command_say_it_of_that_clock_and_the_others_are_unharmed(house: House, case: str) -> None:
    for name in ("carl", "max", "tess"):
        page = signed_in(name).get(f"/cases/{case}")
        assert page.status_code == 200, name
        assert SAID in read(page), name
    clocks = read(signed_in("carl").get(f"/cases/{case}/clocks"))
    assert f"The resolution runs Only this one It began on Fri 20 Nov 2026, 18:00 +00:00; {SAID}" in clocks
    assert "61 h may pass, and all time counts." in clocks, "the next word to the customer is on Monday, as it was said"
    said = explained(Question(house.view(case).line.reference, at=house.clock.now().isoformat()))
    assert f"; {SAID}" in said
    assert "It has counted 10 min; it is due on Mon 23 Nov 2026, 18:00 +00:00." in said
    then = explained(Question(case, clock="RESOLVE", known_at=(house.clock.now() - timedelta(minutes=6)).isoformat()))
    assert "72 h may pass, counted in Office, the hours of the organisation." in then, "what was known before stays"
    assert signed_in("tom").get(f"/cases/{case}/clocks").status_code == 404
    assert signed_in("ada").get("/administration/policies/1").status_code == 200, "ladders are drawn in these hours"
    for name, status in (("cleo", 200), ("otto", 404)):
        page = Client(raise_request_exception=False).get(link_of(house, name, case), follow=True)
        assert page.status_code == status, name
        assert "Office" not in words(page), "whose hours they are is no matter of a customer's"


def test_people_go_on_working_on_it_and_somebody_hears_when_nobody_does(house: House, case: str) -> None:
    house.until(house.clock.now() + timedelta(hours=1))
    assert any("Route it" in one for one in house.subjects("Max")), "an hour of all time has passed"
    target = f"{house.specialists.id}:{house.persons['sana'].id}"
    assert send(signed_in("carl"), f"/cases/{case}/offer", target=target).status_code == 302
    assert send(signed_in("sana"), f"/cases/{case}/accept", lease="3600").status_code == 302
    assert read(signed_in("sana").get(f"/cases/{case}")).count(SAID) == 1
    house.until(house.clock.now() + timedelta(days=4), step=timedelta(hours=1))
    assert any("The resolution" in one for one in house.subjects("Max"))
    kept = passes.run(house.clock.now(), whole=True)
    assert kept
    assert (kept.lost, kept.early, kept.doubled, kept.broken) == (0, 0, 0, 0), (
        "the auditor counts it in all time as well"
    )
    house.clock.advance(timedelta(days=40))
    assert house.raised(**P3), "a new one is taken in when these hours never open again"
