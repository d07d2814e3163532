"""An address that somebody added himself and nobody proved gets nothing that a case says, least of all its answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from backline.people import operations as people
from backline.people.models import Address
from tests.fakes.browser import signed_in, text, words
from tests.fakes.house import House
from tests.fakes.smtp import Mode
from tests.fakes.town import DESK, HOME, MOBILE, PAGE, Town, town_of


@pytest.fixture
def town(house: House, settings: Any) -> Iterator[Town]:
    """Sana typed a webhook, a mobile and a private address and proved none of them; her mail server refuses texts."""
    with town_of(house, settings) as found:
        for kind, value in (("EMAIL", HOME), ("MOBILE", MOBILE), ("WEBHOOK", "")):
            signed_in("sana").post(f"{PAGE}/{found.adds(kind, value, proved=False).id}/first")
        found.mail.mode_of = {DESK: Mode.REFUSE_TEXT}
        yield found


def test_what_nobody_proved_gets_no_rung_and_no_answers_and_where_nothing_else_is_the_case_hears(town: Town) -> None:
    case = town.offered()
    rung, went = town.told(case)
    assert (rung.state, rung.address, went) == ("FAILED", DESK, [("EMAIL", "FAILED_FOR_GOOD")])
    assert (town.receiver.taken, town.gateway.taken, town.mail.to(HOME)) == ([], [], [])
    assert "Sana could not be reached" in [entry.what for entry in town.house.view(case).timeline]
    people.address_is_dead(str(town.house.persons["sana"].id), DESK, why="550", at=town.house.clock.now())
    assert "Letters to Sana do not arrive, so Sana hears nothing" in text(signed_in("ada").get("/readiness"))
    assert town.told(town.offered())[0].address == DESK, "what she signs in with is the last resort, dead or not"
    assert (town.receiver.taken, town.gateway.taken, town.mail.to(HOME)) == ([], [], [])
    assert "Until you prove it, nothing about a case goes there." in words(signed_in("sana").get(PAGE))


def test_the_code_goes_there_alone_and_whoever_enters_it_is_reached_there(town: Town) -> None:
    sana, place = signed_in("sana"), f"{PAGE}/{Address.objects.get(value=MOBILE).id}"
    sana.post(f"{place}/send")
    town.run()
    [taken] = town.gateway.taken
    [code] = re.findall(r"\b\d{6}\b", taken.form["Body"])
    town.offered()
    assert len(town.gateway.taken) == 1
    assert sana.post(f"{place}/prove", {"code": code}).status_code == 302
    assert (town.told(town.offered())[0].address, len(town.gateway.taken)) == (MOBILE, 2)
    assert town.receiver.taken == []
