"""Two of Cleo's presses at the same moment: those who can act are told once."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from backline.channels.models import Notice
from tests.fakes.clock import SettableClock
from tests.fakes.hers import Hers
from tests.fakes.house import House
from tests.rooms.cases.test_recompute_race import beside


@pytest.fixture
def house(fresh_database: str, clock: SettableClock) -> House:
    """The cast, with commits of their own."""
    return House(clock)


def test_two_presses_at_once_are_one_call_for_help_and_a_note(house: House) -> None:
    case, answers = house.working(), list[Any]()
    hers = Hers(house, case)
    keys = [hers.key() for _one in range(2)]

    def press(key: str) -> None:
        answers.append(Client().post(f"{hers.link}/urgent", {"key": key, "text": "Please"}).status_code)

    threads = [beside(lambda key=key: press(key)) for key in keys]
    for thread in threads:
        thread.join(20)
    assert answers == [302, 302]
    kinds = [one.kind for one in house.view(case).timeline]
    assert (kinds.count("customer.urged"), kinds.count("urge.repeated")) == (1, 1)
    house.tick()
    assert Notice.objects.filter(kind="news.customer.urged").count() == 1
    assert len([one for one in house.subjects("Carl") if "The next word to the customer" in one]) == 1


def test_the_same_press_twice_at_once_is_one(house: House) -> None:
    case, answers = house.working(), list[Any]()
    hers = Hers(house, case)
    key = hers.key()

    def press() -> None:
        answers.append(Client().post(f"{hers.link}/urgent", {"key": key, "text": "Please"}).status_code)

    threads = [beside(press) for _one in range(2)]
    for thread in threads:
        thread.join(20)
    assert answers == [302, 302]
    kinds = [one.kind for one in house.view(case).timeline]
    assert (kinds.count("customer.urged"), kinds.count("urge.repeated")) == (1, 0)
