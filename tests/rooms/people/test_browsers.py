"""Browsers as addresses: what they are called, and that one is one person's whoever adds it at the same moment."""

from __future__ import annotations

from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from backline.people import operations as people
from backline.people import reached
from backline.people.browsers import name_of
from backline.people.models import Address, Browser
from backline.people.operations import Invalid
from tests.fakes.house import House

ROUNDS = 5
MARK = "push.example/somebody"


@pytest.mark.parametrize(
    ("said", "name"),
    [("Mozilla/5.0 (Linux; Android 16; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Mobile Safari/537.36",
      "Chrome on Android"),
     ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/150.0.0.0 Safari/537.36 Edg/150.0.0.0",
      "Edge on Windows"),
     ("Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) AppleWebKit/605.1.15 Version/26.0 Mobile Safari/604.1",
      "Safari on iPhone"),
     ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:150.0) Gecko/20100101 Firefox/150.0", "Firefox on Mac"),
     ("x" * 5000, "A browser"), ("", "A browser")],
)  # fmt: skip
def test_a_browser_is_called_by_what_it_says_of_itself(said: str, name: str) -> None:
    assert name_of(said) == name


def test_whoever_adds_a_browser_at_the_same_moment_one_has_it_and_eight_addresses_are_the_most(
    fresh_database: str, clock: Any
) -> None:
    house, gate, failed = House(clock), Barrier(6), []

    def add(name: str) -> None:
        try:
            for number in range(ROUNDS):
                gate.wait(30)
                people.add_browser(f"{MARK}{number}", "-", f"Firefox {number}", by=house.actor(name), at=clock.now())
        except Exception as error:
            failed.append(error)
            gate.abort()
        finally:
            connection.close()

    threads = [Thread(target=add, args=[name]) for name in ("sana", "dora") * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (failed, Browser.objects.count()) == ([], ROUNDS)
    alive = Address.objects.filter(kind="PUSH", dead_at=None)
    assert set(alive.values_list("id")) == set(Browser.objects.values_list("address")), (
        "nobody else believes to have it"
    )
    for number in range(6):
        people.add_browser(f"{MARK}-{number}", "-", "Opera", by=house.actor("carl"), at=clock.now())
    names = [one.value for one in reached.addresses(str(house.persons["carl"].id))]
    assert names == ["carl@example.org", "Opera", *(f"Opera {number}" for number in range(2, 7))]
    people.add_browser("push.example/7", "-", "Opera", by=house.actor("carl"), at=clock.now())
    with pytest.raises(Invalid, match="8 addresses are the most"):
        people.add_browser("push.example/8", "-", "Opera", by=house.actor("carl"), at=clock.now())
