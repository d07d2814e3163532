"""A climb that tells the same person again begins with the way after the one at which he was silent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from backline.people.models import Address
from tests.fakes.browser import signed_in
from tests.fakes.house import House
from tests.fakes.town import MOBILE, PAGE, Town, town_of

MINUTE, ADAS = timedelta(minutes=1), "+4915112345679"


@pytest.fixture
def town(house: House, settings: Any) -> Iterator[Town]:
    """Sana is reached by her mobile first, then by mail."""
    with town_of(house, settings) as found:
        signed_in("sana").post(f"{PAGE}/{found.adds('MOBILE', MOBILE, proved=True).id}/first")
        yield found


def later(town: Town, minutes: int) -> None:
    """Time goes by a minute at a time; the engine and the worker work at each."""
    for _minute in range(minutes):
        town.house.clock.advance(MINUTE)
        town.house.tick()
        town.run()


def begins(town: Town, case: str, rung: int = 0) -> str:
    """By which channel a rung of a case began."""
    return town.told(case, rung)[1][0][0]


def test_who_is_silent_at_one_way_is_told_again_after_five_minutes_by_the_next_and_then_by_all(town: Town) -> None:
    case = town.offered()
    later(town, 4)
    assert [one.what for one in town.gateway.taken] == ["Messages", "Calls"]
    later(town, 1)
    assert (begins(town, case), begins(town, case, 1)) == ("SMS", "VOICE"), "the same text to the same silence is none"
    assert [one.what for one in town.gateway.taken] == ["Messages", "Calls", "Calls"]
    later(town, 2)
    assert town.told(case, 1)[1][-1] == ("SMS", "HANDED_OVER"), "the other ways follow"
    other = town.offered()
    assert begins(town, other) == "SMS", "another climb begins where she wants it to"


@pytest.mark.parametrize(("proved", "third"), [(True, "EMAIL"), (False, "SMS")])
def test_the_ways_go_round_among_those_that_are_proved(town: Town, proved: bool, third: str) -> None:
    at = town.house.clock.now()
    signed_in("ada").post(f"{PAGE}/{town.adds('MOBILE', ADAS, proved=True, name='ada').id}/first")
    Address.objects.filter(value="ada@example.org").update(proved_at=at if proved else None)
    case = town.offered()
    for minutes in (60, 90, 120):
        town.house.until(at + minutes * MINUTE)
        town.run()
    assert [town.told(case, rung, "Ada")[1][0][0] for rung in range(3)] == ["SMS", "VOICE", third]
