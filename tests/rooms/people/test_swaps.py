"""Swaps: asked of a colleague or of whoever would, taken, declined, taken back."""

from __future__ import annotations

from itertools import pairwise
from threading import Barrier, Thread
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from backline.people import operations as people
from backline.people.models import Agreement, SwapAsked
from backline.people.operations import Invalid, TeamForm
from tests.conftest import FRIDAY
from tests.fakes.browser import press, signed_in, text
from tests.fakes.house import House
from tests.fakes.shifts import (
    DAY,
    HOUR,
    MONDAY,
    SATURDAY,
    SUNDAY,
    agreed,
    away,
    ids,
    on,
    plan,
    refused,
    swap,
    turns,
    who,
)


def test_a_swap_that_is_taken_goes_both_ways(house: House, team: str) -> None:
    asked = swap(house, team, "lena", SATURDAY, SUNDAY, "dora", back_from=SUNDAY, back_to=MONDAY)
    assert swap(house, team, "lena", SATURDAY, SUNDAY, "dora", back_from=SUNDAY, back_to=MONDAY) == asked
    assert on(house, team, SATURDAY) == ["lena"]
    with pytest.raises(PermissionDenied):
        people.take_swap(asked, **who(house, "sana"))
    people.take_swap(asked, **who(house, "dora"))
    people.take_swap(asked, **who(house, "dora"))
    assert [on(house, team, at) for at in (SATURDAY, SUNDAY, MONDAY)] == [["dora"], ["lena"], ["sana"]]
    assert Agreement.objects.count() == 2
    assert "Dora has taken" in refused(lambda: people.withdraw_swap(asked, **who(house, "lena")))[""]


def test_a_swap_is_declined_by_whom_it_was_asked_and_taken_back_by_the_asker(house: House, team: str) -> None:
    asked = swap(house, team, "lena", SATURDAY, SUNDAY, "dora")
    with pytest.raises(PermissionDenied):
        people.decline_swap(asked, **who(house, "lena"))
    people.decline_swap(asked, **who(house, "dora"))
    assert "declined" in refused(lambda: people.take_swap(asked, **who(house, "dora")))[""]
    anybody = swap(house, team, "lena", SATURDAY, SUNDAY)
    with pytest.raises(PermissionDenied):
        people.withdraw_swap(anybody, **who(house, "sana"))
    people.withdraw_swap(anybody, **who(house, "lena"))
    assert "does not ask" in refused(lambda: people.take_swap(anybody, **who(house, "sana")))[""]
    assert on(house, team, SATURDAY) == ["lena"]


def test_a_swap_that_cannot_be_is_refused(house: House, team: str) -> None:
    def flaws(*question: Any, **back: Any) -> set[str]:
        return set(refused(lambda: swap(house, team, "lena", *question, **back)))

    assert flaws(SATURDAY, SUNDAY, "lena") == {"asked"}
    assert flaws(SATURDAY, SUNDAY, "tess") == {"asked"}
    assert flaws(SUNDAY, MONDAY, "dora") == {"from_at"}
    assert flaws(SUNDAY, SATURDAY, "dora") == {"to_at"}
    assert flaws(SATURDAY, SUNDAY, back_from=SUNDAY, back_to=MONDAY) == {"asked"}
    assert flaws(SATURDAY, SUNDAY, "dora", back_from=SUNDAY) == {"back_to"}
    assert flaws(SATURDAY, SUNDAY, "dora", back_from=SUNDAY - HOUR, back_to=MONDAY) == {"back_from"}
    assert flaws(SATURDAY, SUNDAY, "dora", back_from=MONDAY, back_to=MONDAY + DAY) == {"back_from"}
    swap(house, team, "lena", SATURDAY, SUNDAY, "dora")
    assert flaws(SATURDAY + HOUR, SUNDAY, "sana") == {"from_at"}
    with pytest.raises(PermissionDenied):
        swap(house, team, "tess", SATURDAY, SUNDAY)
    assert SwapAsked.objects.count() == 1


def test_a_swap_with_oneself_is_refused_in_words(house: House, team: str) -> None:
    said = {"asked": "You cannot swap with yourself. Ask somebody else."}
    assert refused(lambda: swap(house, team, "lena", SATURDAY, SUNDAY, "lena")) == said
    assert not SwapAsked.objects.exists()


def test_a_swap_does_not_follow_a_shift_that_was_moved(house: House, team: str) -> None:
    asked = swap(house, team, "lena", SATURDAY, SUNDAY, "dora")
    plan(house, team, turns(house, "sana", "dora", "lena"), seen=1)
    assert "changed" in refused(lambda: people.take_swap(asked, **who(house, "dora")))[""]
    house.clock.at = SUNDAY + HOUR
    assert "over" in refused(lambda: people.take_swap(asked, **who(house, "dora")))[""]


def test_a_swap_whose_return_is_not_the_takers_any_more_is_refused_whole(house: House, team: str) -> None:
    asked = swap(house, team, "lena", SATURDAY, SUNDAY, "dora", back_from=SUNDAY, back_to=MONDAY)
    agreed(house, team, "sana", SUNDAY, MONDAY, instead_of="dora")
    dora = signed_in("dora")
    said = "What you would give in return is not your shift any more. Nothing was swapped: decline this one."
    assert said in text(press(dora, "/on-call", f"/on-call/swaps/{asked}/take"))
    assert [on(house, team, at) for at in (SATURDAY, SUNDAY)] == [["lena"], ["sana"]]
    assert (Agreement.objects.count(), SwapAsked.objects.get().answer) == (1, "")
    agreed(house, team, "dora", SUNDAY, MONDAY)
    assert "The shift is yours." in text(press(dora, "/on-call", f"/on-call/swaps/{asked}/take")), "it is hers again"
    assert [on(house, team, at) for at in (SATURDAY, SUNDAY)] == [["dora"], ["lena"]]
    again = swap(house, team, "dora", SATURDAY, SUNDAY, "lena", back_from=SUNDAY, back_to=MONDAY)
    house.clock.at = FRIDAY + HOUR
    away(house, "lena", SUNDAY - HOUR, None)
    assert "decline this one" in refused(lambda: people.take_swap(again, **who(house, "lena")))[""]


def test_of_two_who_take_one_swap_at_once_one_is_told_that_it_is_gone(fresh_database: str, clock: Any) -> None:
    house = House(clock)
    team, members = str(house.specialists.id), tuple(ids(house, "sana", "lena", "dora"))
    people.keep_team(TeamForm("Lift specialists", 3, members[1], members), team_id=team)
    plan(house, team, turns(house, "sana", "lena", "dora"))
    asked, gate, said = swap(house, team, "lena", SATURDAY, SUNDAY), Barrier(2), []
    actors = [house.actor(name) for name in ("sana", "dora")]

    def take(actor: Any) -> None:
        try:
            gate.wait()
            people.take_swap(asked, by=actor, at=clock.now())
            said.append("")
        except Invalid as error:
            said.append(error.errors[""])
        finally:
            connection.close()

    threads = [Thread(target=take, args=[actor]) for actor in actors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted("has taken this shift" in one for one in said) == [False, True]
    assert Agreement.objects.count() == 1


def test_a_shift_that_was_swapped_is_handed_on_and_comes_back_to_its_first_owner(house: House, team: str) -> None:
    def hand_on(*names: str) -> list[str]:
        for giver, taker in pairwise(names):
            people.take_swap(swap(house, team, giver, MONDAY, MONDAY + DAY, taker), **who(house, taker))
            assert on(house, team, MONDAY) == [taker]
            gone = refused(lambda giver=giver: swap(house, team, giver, MONDAY, MONDAY + DAY))
            assert "not on call" in gone["from_at"]
        return on(house, team, MONDAY)

    assert hand_on("sana", "lena", "dora", "sana", "dora", "lena") == ["lena"], "Monday is Sana's by turn"
    agreed(house, team, "dora", MONDAY, MONDAY + DAY)
    assert hand_on("dora", "sana") == ["sana"], "whoever was named gives it away as well"
    assert agreed(house, team, "dora", MONDAY, MONDAY + DAY, instead_of="sana")
    assert on(house, team, MONDAY) == ["dora"]
    assert on(house, team, MONDAY + DAY) == ["lena"]
    house.clock.at = MONDAY + HOUR
    people.take_over(team, **who(house, "sana"))
    asked = swap(house, team, "sana", MONDAY + HOUR, MONDAY + 13 * HOUR, "lena")
    people.take_swap(asked, **who(house, "lena"))
    assert on(house, team, MONDAY + HOUR) == ["lena"], "so does whoever took over"


def test_what_was_agreed_once_is_agreed_again_where_it_does_not_hold_any_more(house: House, team: str) -> None:
    for taker, giver in (("dora", "lena"), ("lena", "dora"), ("dora", "lena")):
        first = agreed(house, team, taker, SATURDAY, SUNDAY, instead_of=giver)
        assert agreed(house, team, taker, SATURDAY, SUNDAY, instead_of=giver).id == first.id
        assert on(house, team, SATURDAY) == [taker]
    for name in ("dora", "lena", "dora"):
        first = people.take_over(team, **who(house, name))
        assert people.take_over(team, **who(house, name)).id == first.id
        assert on(house, team, house.clock.now()) == [name]
    assert Agreement.objects.count() == 6
    now = house.clock.now()
    said = refused(lambda: agreed(house, team, "lena", now, now + HOUR))
    assert "Dora has been named" in said["from_at"]
