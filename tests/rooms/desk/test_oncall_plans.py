"""Plans of on-call over HTTP that meet what was agreed before them, and an hour that comes twice."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from backline.people.models import Agreement
from tests.fakes.browser import chosen, keep, look, signed_in, text
from tests.fakes.house import House
from tests.fakes.shifts import (
    DAY,
    HOUR,
    MONDAY,
    SATURDAY,
    agreed,
    ids,
    in_berlin,
    on,
    plan,
    taking_turns,
    turns,
)


@pytest.fixture
def team(house: House, team: str) -> str:
    """The team of three, for whom all read by the clock in Berlin."""
    in_berlin(house)
    return team


def test_a_plan_moves_what_is_held_by_agreement_and_says_so_where_it_changes_nothing(house: House, team: str) -> None:
    lena, place = signed_in("lena"), f"/on-call/{team}/plan/swap"
    agreed(house, team, "lena", MONDAY, MONDAY + DAY, instead_of="sana")
    form = lena.get(place)
    typed = {"one": chosen(form, "one", "– Tue 24 Nov, 08:00"), "other": chosen(form, "other", "– Mon 23 Nov, 08:00")}
    looked = look(lena, place, **typed)
    assert "Sun 22 Nov, 08:00 – Mon 23 Nov, 08:00 Lena for Dora: swap instead of Dora" in text(looked), "not today"
    assert "Mon 23 Nov, 08:00 – Tue 24 Nov, 08:00 Dora for Sana: swap instead of Lena" in text(looked)
    assert "Swapped." in text(keep(lena, place, looked, **typed))
    assert [on(house, team, at) for at in (SATURDAY + DAY, MONDAY)] == [["lena"], ["dora"]]

    place, kept = f"/on-call/{team}/plan/name", Agreement.objects.count()
    person, giver = ids(house, "lena", "sana")
    typed = {"person": person, "instead_of": giver, "from_at": "2026-11-23T08:00", "to_at": "2026-11-24T08:00"}
    looked = look(lena, place, **typed)
    assert "Nothing: the same people are on call as now." in text(looked), "Sana gave that shift away"
    sent = keep(lena, place, looked, **typed)
    assert sent.status_code == 422
    assert "This changes nothing: the same people would be on call as now. Nothing was saved." in text(sent)
    assert "Named." not in text(sent)
    assert Agreement.objects.count() == kept
    far = typed | {"from_at": "", "to_at": "2027-03-01T08:00", "instead_of": ids(house, "dora")[0]}
    agreed(house, team, "sana", house.clock.now(), house.clock.now() + 90 * DAY)
    looked = look(lena, place, **far)
    assert "Nothing: the same people are on call as now." in text(looked)
    assert "Named." in text(keep(lena, place, looked, **far)), "after what pages show it changes something"


def test_shifts_that_overlap_where_an_hour_is_repeated_are_swapped_whole_and_both_are_there_in_it(
    house: House,
) -> None:
    in_berlin(house)
    house.clock.at = datetime(2026, 10, 23, 12, tzinfo=UTC)
    team = taking_turns(house)
    plan(house, team, turns(house, "sana", "lena", "dora", hand_over=2 * 60 + 30, first_day=date(2026, 10, 20)), seen=1)
    lena, place = signed_in("lena"), f"/on-call/{team}/plan/swap"
    form = lena.get(place)
    typed = {"one": chosen(form, "one", "– Sun 25 Oct, 02:30"), "other": chosen(form, "other", "Sun 25 Oct, 02:30 –")}
    assert typed["one"] != typed["other"]
    assert "Swapped." in text(keep(lena, place, look(lena, place, **typed), **typed))
    change = datetime(2026, 10, 25, 1, tzinfo=UTC)
    then = [sorted(on(house, team, change + hours * HOUR)) for hours in (-1, 0, 1)]
    assert then == [["dora"], ["dora", "lena"], ["lena"]]
