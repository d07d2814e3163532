"""Holidays are dates and end: Ada reads it a year before, and one button carries them further, once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from backline.calendars import models, operations, queries
from backline.calendars.choices import EVERYBODY
from backline.calendars.operations import Plan
from backline.calendars.words import ChosenFor, ClosedDay
from backline.cases.recomputed import changes
from backline.config.checks import worth_a_look
from backline.core.words import ClockName
from backline.readiness.queries import lacks
from tests.fakes.browser import signed_in, words
from tests.fakes.hours import OFFICE, calendar, chosen, unseen
from tests.fakes.house import House
from tests.rooms.cases.test_hours import P3, due
from tests.rooms.cases.test_recompute import lawful, recomputed

NINE_YEARS = timedelta(days=365 * 9 + 40)


@pytest.fixture
def ending(house: House) -> str:
    """A German calendar of the organisation, the last of whose holidays comes within a year; its id."""
    german = calendar(house, "German", country="DE", region="BY")
    chosen(house, ChosenFor.ORGANISATION, EVERYBODY, german)
    house.clock.advance(NINE_YEARS)
    return german


def pressed(one: str, **changes: str) -> Any:
    ada, page = signed_in("ada"), f"/administration/calendars/{one}"
    return ada.post(f"{page}/carry", unseen(ada.get(page)) | changes, follow=True)


def test_the_page_says_it_and_one_button_carries_them_further(house: House, ending: str) -> None:
    ada, page = signed_in("ada"), f"/administration/calendars/{ending}"
    [hint] = worth_a_look(lacks(house.clock.now()))
    assert "open it, and carry its holidays further" in hint
    assert f"http://testserver{page}" in hint
    assert page in words(ada.get("/administration/"))
    assert "The last holiday that it knows is Fri 26 Dec 2036." in words(ada.get(page))
    case = house.raised(**P3)
    before = due(case, ClockName.RESOLVE)
    answer = words(pressed(ending))
    assert "Kept as version 2." in answer
    assert "The last holiday" not in answer
    first, second = queries.versions(ending)
    year = house.clock.now().year
    assert max(one.day for one in second.public_days) == date(year + 10, 12, 26)
    assert (second.country, second.region, second.version.correction) == ("DE", "BY", False)
    assert second.version.calendar.week == first.version.calendar.week
    assert worth_a_look(lacks(house.clock.now())) == []
    recomputed(house)
    assert (due(case, ClockName.RESOLVE), changes(most=1)[0].moved) == (before, 0), "the coming days are as they were"
    lawful()


def test_pressed_twice_or_by_two_it_is_done_once(house: House, ending: str) -> None:
    once = {"key": uuid4().hex}
    assert "Kept as version 2." in words(pressed(ending, **once))
    again = words(pressed(ending, **once, seen="1"))
    assert "That was sent already; it is kept as version 2." in again
    assert "Kept as version" not in again
    late = words(pressed(ending, key=uuid4().hex, seen="1"))
    assert "Somebody saved this calendar meanwhile" in late
    for strange in ("", "x", "²", "9" * 30):
        assert pressed(ending, key=uuid4().hex, seen=strange).status_code == 200
    assert models.CalendarVersion.objects.filter(calendar=ending).count() == 2


def test_what_is_planned_for_a_later_day_stays_and_so_does_a_new_name(house: House, ending: str) -> None:
    later = house.clock.now().date() + timedelta(days=30)
    plan = Plan("Bavaria", "Europe/Berlin", OFFICE, later, country="DE")
    operations.keep(plan, calendar_id=ending, seen=1, by=house.actor("ada"), at=house.clock.now())
    ada = signed_in("ada")
    sent = {"key": uuid4().hex, "seen": "2"}
    assert ada.post(f"/administration/calendars/{ending}/carry", sent).status_code == 302
    assert queries.in_force(ending, house.clock.now()).number == 3
    assert queries.in_force(ending, house.clock.now() + timedelta(days=40)).number == 2, "what was planned takes over"
    assert [one.name for one in queries.calendars()] == ["Bavaria"]


def test_holidays_of_a_feed_are_to_be_read_again(house: House) -> None:
    days = (ClosedDay(date(2026, 12, 28), "Works holiday"),)
    one = calendar(house, "Works", feed_days=days)
    chosen(house, ChosenFor.ORGANISATION, EVERYBODY, one)
    ada, page = signed_in("ada"), f"/administration/calendars/{one}"
    assert "read its feed again" in "\n".join(worth_a_look(lacks(house.clock.now())))
    said = words(ada.get(page))
    assert "Read its feed again, and save it." in said
    assert "ten years further" not in said
    answer = words(ada.post(f"{page}/carry", {"key": uuid4().hex, "seen": "1"}, follow=True))
    assert "takes no holidays of a country" in answer
    assert models.CalendarVersion.objects.count() == 1


@pytest.mark.parametrize("name", ["carl", "max", "tess"])
def test_it_is_for_the_administrator(house: House, ending: str, name: str) -> None:
    answer = signed_in(name).post(f"/administration/calendars/{ending}/carry", {"key": uuid4().hex, "seen": "1"})
    assert answer.status_code == 403
    assert models.CalendarVersion.objects.count() == 1
