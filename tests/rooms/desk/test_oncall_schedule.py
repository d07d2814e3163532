"""A schedule is planned over HTTP: edited by buttons, looked at with its gaps, kept, and refused beside its fields."""

from __future__ import annotations

import re
from typing import Any

import pytest

from backline.people.models import ScheduleVersion
from tests.fakes.browser import hidden, key_in, signed_in, text, words
from tests.fakes.house import House
from tests.fakes.shifts import as_typed, ids, in_berlin, plan, turns


@pytest.fixture
def team(house: House, team: str) -> str:
    """The team of three, for whom all read by the clock in Berlin."""
    in_berlin(house)
    return team


def order(page: Any) -> list[str]:
    """Who takes turns in the first layer, in order."""
    return re.findall(r"<span>\d+\. (\w+)<input", words(page))


def test_a_schedule_is_edited_by_buttons_looked_at_and_kept(house: House, team: str) -> None:
    lena, place = signed_in("lena"), f"/on-call/{team}/schedule"
    page = lena.get(place)
    assert order(page) == ["Sana", "Lena", "Dora"]
    unseen = hidden(page, "key", "seen")
    edited = lena.post(place, as_typed(house, "sana", "lena", "dora", do="up.0.2", **unseen))
    assert order(edited) == ["Sana", "Dora", "Lena"]
    edited = lena.post(place, as_typed(house, "sana", "dora", "lena", do="out.0.0", **unseen))
    assert order(edited) == ["Dora", "Lena"]
    more = {"0-add": ids(house, "sana")[0]}
    assert order(lena.post(place, as_typed(house, "dora", do="add.0.0", **more, **unseen))) == ["Dora", "Sana"]
    two = words(lena.post(place, as_typed(house, "dora", do="new.0.0", **unseen)))
    assert "Layer 2" in two
    assert "Layer 1" not in words(lena.post(place, as_typed(house, "dora", do="drop.0.0", **unseen)))
    assert ScheduleVersion.objects.count() == 1

    nights = as_typed(house, "dora", "lena", **{"0-day_0": "22:00-30:00"}, **unseen)
    looked = lena.post(place, nights)
    assert looked.status_code == 200
    assert "Nobody is on call: 19:00 today – Mon 23 Nov, 22:00" in text(looked)
    assert ScheduleVersion.objects.count() == 1, "looking keeps nothing"
    kept = {"save": "1"} | hidden(looked, "looked")
    assert "Kept." in text(lena.post(place, nights | kept, follow=True))
    assert "That was sent already" in text(lena.post(place, nights | kept, follow=True))
    assert ScheduleVersion.objects.count() == 2
    assert "Dora → Lena turns of 1 day, handed over at 08:00" in text(lena.get(f"/on-call/{team}"))


def test_a_schedule_that_somebody_changed_meanwhile_is_not_written_over_and_nothing_typed_is_lost(
    house: House, team: str
) -> None:
    lena, place = signed_in("lena"), f"/on-call/{team}/schedule"
    unseen = hidden(lena.get(place), "key", "seen")
    plan(house, team, turns(house, "dora"), seen=1)
    stale = lena.post(place, as_typed(house, "lena", "sana", **unseen))
    assert stale.status_code == 409
    assert "Max saved version 2 since you opened this form." in text(stale)
    assert order(stale) == ["Lena", "Sana"]
    again = as_typed(house, "lena", "sana", key=key_in(stale), seen="2")
    looked = lena.post(place, again)
    saved = lena.post(place, again | {"save": "1"} | hidden(looked, "looked"))
    assert saved.status_code == 302
    assert ScheduleVersion.objects.count() == 3


@pytest.mark.parametrize(("typed", "said"), [
    ({"0-persons": []}, "Nobody takes a turn here."),
    ({"0-every": "0"}, "Give a whole number from 1 to 8784."),
    ({"0-every": "60", "0-unit": "WEEK"}, "A turn lasts from 1 to 8784 hours."),
    ({"0-zone": "Europe/Nowhere"}, "Choose one of these."),
    ({"0-first_day": "1066-10-14"}, "Choose a day from the year 2000 to 2199."),
    ({"0-day_1": "8 till late"}, "says no hours"),
    ({"0-hand_over": "25:00"}, "Give a time such as 08:00."),
    ({"effective_at": "9999-12-31T08:00"}, "Choose a moment before the year 2200."),
])  # fmt: skip
def test_what_is_wrong_in_a_schedule_is_said_beside_its_field(
    house: House, team: str, typed: dict[str, Any], said: str
) -> None:
    lena, place = signed_in("lena"), f"/on-call/{team}/schedule"
    unseen = hidden(lena.get(place), "key", "seen")
    refused = lena.post(place, as_typed(house, "sana", **unseen) | typed)
    assert refused.status_code == 422
    [field] = typed if len(typed) == 1 else ["0-every"]
    assert re.search(rf'id="id_{field}_error">[^<]*(<p class="error">)?[^<]*{said}', words(refused))
    assert ScheduleVersion.objects.count() == 1
