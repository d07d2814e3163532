"""Buttons of on-call that two press at once, and what a button ends besides."""

from __future__ import annotations

from backline.people import operations as people
from backline.people.models import Agreement
from tests.fakes.browser import hidden, press, signed_in, text
from tests.fakes.house import House
from tests.fakes.shifts import HOUR, MONDAY, SATURDAY, SUNDAY, agreed, on, swap, who


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
