"""Buttons of on-call that two press at once, and what a button ends besides."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backline.people import operations as people
from backline.people.models import Agreement
from backline.people.operations import AgreementForm, Invalid
from tests.fakes.browser import hidden, press, signed_in, text
from tests.fakes.house import House
from tests.fakes.shifts import DAY, HOUR, MONDAY, SATURDAY, SUNDAY, agreed, on, refused, swap, who


def test_of_two_who_take_over_at_once_the_second_reads_who_was_quicker(house: House, team: str) -> None:
    pages = {name: signed_in(name) for name in ("dora", "lena", "max")}
    seen = {name: one.get("/on-call") for name, one in pages.items()}
    place = f"/on-call/{team}/take-over"
    said = {name: text(pages[name].post(place, hidden(seen[name], "key", "seen"), follow=True)) for name in pages}
    assert "You are on call for Lift specialists now." in said["dora"]
    assert "Dora came on call since you looked, so you did not take over. Press again" in said["lena"]
    assert "Dora came on call since you looked" in said["max"]
    assert on(house, team, house.clock.now()) == ["dora"]
    assert Agreement.objects.count() == 1
    again = text(pages["lena"].post(place, hidden(pages["lena"].get("/on-call"), "key", "seen"), follow=True))
    assert "You are on call for Lift specialists now." in again
    assert on(house, team, house.clock.now()) == ["lena"]


def test_whoever_waited_longer_for_the_team_comes_after_whoever_was_quicker(house: House, team: str) -> None:
    now, later = house.clock.now(), house.clock.now() + timedelta(milliseconds=20)
    sana = house.persons["sana"]
    people.take_over(team, seen=[str(sana.id)], by=house.actor("dora"), at=later)
    with pytest.raises(Invalid, match="Dora came on call since you looked"):
        people.take_over(team, seen=[str(sana.id)], by=house.actor("max"), at=now)
    assert on(house, team, later) == ["dora"]
    last = people.take_over(team, by=house.actor("max"), at=now)
    assert (last.from_at, on(house, team, later)) == (later, ["max"]), "who did not say what he saw has it from then on"
    named = AgreementForm(team, str(house.persons["lena"].id), MONDAY, MONDAY + HOUR, str(sana.id))
    assert people.agree(named, by=house.actor("max"), at=now).made_at == later


def test_what_was_over_before_is_not_said_to_have_ended_and_a_swap_is_ended_by_who_plans(
    house: House, team: str
) -> None:
    people.take_swap(swap(house, team, "lena", SATURDAY, SUNDAY, "dora"), **who(house, "dora"))
    [number] = Agreement.objects.values_list("id", flat=True)
    place = f"/on-call/{team}"
    dora, key = signed_in("dora"), hidden(signed_in("dora").get("/on-call"), "key")
    assert "End it" not in text(dora.get(place)), "it was made by two"
    assert dora.post(f"{place}/agreements/{number}/end", key).status_code == 403
    people.end_agreement(number, **who(house, "max"))
    said = text(signed_in("max").post(f"{place}/agreements/{number}/end", key, follow=True))
    assert "That was over already. Nothing was changed." in said


def test_whoever_named_himself_ends_it_alone_also_in_the_place_of_one_with_whom_he_has_swapped(
    house: House, team: str
) -> None:
    place, dora = f"/on-call/{team}", signed_in("dora")
    asked = swap(house, team, "lena", SATURDAY, SUNDAY, "dora", back_from=SUNDAY, back_to=MONDAY)
    people.take_over(team, by=house.actor("max"), at=house.clock.now() + timedelta(milliseconds=20))
    people.take_swap(asked, **who(house, "dora"))  # she pressed before him, and waited longer
    house.clock.advance(HOUR)
    mine, lena = str(house.persons["dora"].id), str(house.persons["lena"].id)
    own = people.agree(AgreementForm(team, mine, MONDAY + DAY, MONDAY + 2 * DAY, lena), **who(house, "dora"))
    end = f"{place}/agreements/{own.id}/end"
    assert [text(signed_in(name).get(place)).count("End it") for name in ("dora", "sana", "max")] == [1, 0, 4]
    assert signed_in("sana").post(end, hidden(dora.get("/on-call"), "key")).status_code == 403
    assert "Ended. The schedule counts again." in text(press(dora, place, end))
    assert [on(house, team, at) for at in (SATURDAY, MONDAY + DAY)] == [["dora"], ["lena"]]


def test_a_swap_is_taken_only_while_all_of_the_shift_is_the_askers(house: House, team: str) -> None:
    asked = swap(house, team, "lena", SATURDAY, SUNDAY, "dora")
    named = agreed(house, team, "sana", SATURDAY, SUNDAY - 4 * HOUR)
    said = text(press(signed_in("dora"), "/on-call", f"/on-call/swaps/{asked}/take"))
    assert "a part of the shift is somebody else's by now. Nothing was swapped" in said
    assert "not on call in all of this time" in refused(lambda: swap(house, team, "lena", SATURDAY, SUNDAY))["from_at"]
    people.end_agreement(named.id, **who(house, "max"))
    assert "The shift is yours." in text(press(signed_in("dora"), "/on-call", f"/on-call/swaps/{asked}/take"))


def test_of_a_swap_that_is_ended_no_half_is_left(house: House, team: str) -> None:
    agreed(house, team, "dora", MONDAY, MONDAY + HOUR)
    asked = swap(house, team, "lena", SATURDAY, SUNDAY, "dora", back_from=SUNDAY, back_to=MONDAY)
    people.take_swap(asked, **who(house, "dora"))
    assert [on(house, team, at) for at in (SATURDAY, SUNDAY)] == [["dora"], ["lena"]]
    [half, _other] = Agreement.objects.filter(instead_of__isnull=False).order_by("id").values_list("id", flat=True)
    place = f"/on-call/{team}"
    done = text(press(signed_in("max"), place, f"{place}/agreements/{half}/end"))
    assert "Ended, with what was given in return. The schedule counts again." in done
    assert [on(house, team, at) for at in (SATURDAY, SUNDAY, MONDAY)] == [["lena"], ["dora"], ["dora"]]
    [kept] = Agreement.objects.values_list("id", flat=True)
    assert "Ended. The schedule counts again." in text(press(signed_in("max"), place, f"{place}/agreements/{kept}/end"))
