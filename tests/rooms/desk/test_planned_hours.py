"""Hours that are planned: the calendar's page draws those of now and those to come, and a change begins with either."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from backline.calendars import queries
from tests.fakes.browser import signed_in, text, words
from tests.fakes.hours import TYPED, calendar, looked, saved
from tests.fakes.house import House

PLANNED = TYPED | {
    "effective_on": "2027-03-01", "closed": "2027-02-10 Old fair\n2027-03-10 Fair",
    **{f"day_{day}": "06:00-14:00" for day in range(5)},
}  # fmt: skip


def page_of(one: str, more: str = "") -> str:
    return f"/administration/calendars/{one}{more}"


def planned(ada: Client, one: str, **typed: Any) -> None:
    """Looked at and saved."""
    sent = PLANNED | typed
    done = saved(ada, page_of(one, "/edit"), looked(ada, page_of(one, "/edit"), **sent), **sent)
    assert done.status_code == 302, words(done)


@pytest.fixture
def one(house: House) -> str:
    """A calendar of 08:00 to 18:00 that will be 06:00 to 14:00 from March on."""
    found = calendar(house)
    planned(signed_in("ada"), found)
    return found


def week_in(text: str, number: int) -> str:
    """What a page says of the week of a version."""
    return re.split(r"</section>", text.split(f'<h2 id="week-{number}">')[1])[0]


def test_the_page_draws_what_counts_and_what_is_planned_each_with_its_day(house: House, one: str) -> None:
    text = words(signed_in("ada").get(page_of(one)))
    assert "From Mon 1 Mar 2027 other hours count: version 2 is planned for that day." in text
    now, then = week_in(text, 1), week_in(text, 2)
    assert now.startswith("The week</h2>")
    assert "08:00-18:00" in now
    assert "06:00-14:00" not in now
    assert then.startswith("The week from Mon 1 Mar 2027")
    assert "planned, version 2" in then
    assert "06:00-14:00" in then
    assert 'class="day-open begins" title="from here on version 2">1<' in text
    assert "Mon 1 Mar 2027: from here on version 2" in text
    assert 'title="Fair, closed">10<' in text
    assert "Old fair" not in text, "what the planned version says of days before its own never counts"
    assert "another version begins" in text
    assert '<dd class="strong">1 <span class="badge badge-green">counts now' in text


def test_one_version_alone_is_drawn_alone(house: House, one: str) -> None:
    ada = signed_in("ada")
    second = words(ada.get(page_of(one, "/2")))
    assert "06:00-14:00" in second
    assert "08:00-18:00" not in second
    assert "other hours count" not in second
    first = words(ada.get(page_of(one, "/1")))
    assert "This is version 1; the last one is version 2." in first
    assert f'href="{page_of(one, "/2")}">See the last one' in first
    assert "06:00-14:00" not in first


def test_a_change_begins_with_the_hours_of_now_and_the_planned_ones_can_be_chosen(house: House, one: str) -> None:
    ada = signed_in("ada")
    now = words(ada.get(page_of(one, "/edit")))
    assert "A change is planned. Below are the hours that count now." in now
    assert now.count('value="08:00-18:00"') == 5
    assert 'value="2026-11-20"' in now
    way = page_of(one, "/edit?version=2")
    assert f'href="{way}">Change the hours planned from Mon 1 Mar 2027 instead (version 2)' in now
    then = words(ada.get(way))
    assert "Below are the hours that are planned from Mon 1 Mar 2027." in then
    assert then.count('value="06:00-14:00"') == 5
    assert 'value="2027-03-01"' in then
    assert f'href="{page_of(one, "/edit")}">Change the hours that count now instead' in then
    for strange in ("1", "3", "x", "9" * 30, "²"):
        answer = ada.get(page_of(one, f"/edit?version={strange}"))
        assert answer.status_code == 200
        assert words(answer).count('value="08:00-18:00"') == 5, "only what is planned can be asked for"
    alone = words(ada.get(page_of(calendar(house, "Depot"), "/edit")))
    assert "A change is planned" not in alone


def test_what_is_changed_from_the_planned_hours_takes_their_place_and_leaves_those_of_now(
    house: House, one: str
) -> None:
    ada, way, sent = signed_in("ada"), page_of(one, "/edit?version=2"), PLANNED | {"day_0": "07:00-15:00"}
    page = looked(ada, way, **sent)
    assert saved(ada, way, page, **sent).status_code == 302
    versions, now = queries.versions(one), house.clock.now()
    assert [two.number for two in queries.counting(versions, queries.turns(versions, now), now)[1:]] == [3]
    text = words(ada.get(page_of(one)))
    assert "version 3 is planned for that day" in text
    assert "version 2 is planned" not in text
    assert "08:00-18:00" in week_in(text, 1)
    sent = TYPED | {"day_5": "09:00-10:00", "name": "Office south"}
    page = looked(ada, page_of(one, "/edit"), **sent)
    looked_at = words(page)
    assert "then version 3 does. Version 3 was saved for a later day" in looked_at
    assert "07:00-15:00" in week_in(looked_at, 3), "what takes over is drawn beside it"
    assert 'title="from here on version 3">1<' in looked_at
    assert saved(ada, page_of(one, "/edit"), page, **sent).status_code == 302
    text = words(ada.get(page_of(one)))
    assert "<h1>Office south</h1>" in text
    assert "version 3 is planned for that day" in text
    assert 'value="Office south"' in words(ada.get(page_of(one, "/edit?version=3"))), "a name is no matter of a day"


def test_planned_changes_follow_one_another(house: House, one: str) -> None:
    ada = signed_in("ada")
    planned(ada, one, effective_on="2027-05-03", day_0="10:00-12:00")
    text = words(ada.get(page_of(one)))
    assert text.index("version 2 is planned") < text.index("version 3 is planned")
    assert "10:00-12:00" in week_in(text, 3)
    assert words(ada.get(page_of(one, "/edit"))).count("instead (version") == 2
    assert date(2027, 5, 3) == queries.versions(one)[-1].version.effective_on


def test_what_is_saved_from_today_on_counts_on_the_page_after_it_and_a_past_day_says_how_long_it_does(
    house: House,
) -> None:
    one, ada = calendar(house), signed_in("ada")
    house.clock.advance(timedelta(days=7, hours=4, minutes=33, seconds=20, milliseconds=250))
    planned(ada, one, effective_on="2026-11-27")
    house.clock.advance(timedelta(milliseconds=1))
    after = ada.get(page_of(one))
    assert '<dd class="strong">2 <span class="badge badge-green">counts now' in words(after)
    assert "is planned" not in text(after)
    assert "A change is planned" not in text(ada.get(page_of(one, "/edit")))
    house.clock.advance(timedelta(days=1))
    past = PLANNED | {"effective_on": "2026-11-20", "correction": "on", "day_0": "07:00-15:00"}
    page = looked(ada, page_of(one, "/edit"), **past)
    how_long = "It counts from Thu 19 Nov, 23:00 until yesterday 22:33 ; then version 2 does."
    over = f"{how_long} That has passed: nothing of it will count any more."
    assert over in text(page)
    assert "06:00-14:00" in week_in(words(page), 2), "what counts today is drawn beside it"
    assert 'title="from here on version 2">27<' in words(page)
    planned(ada, one, **past)
    assert over in text(ada.get(page_of(one))).split("History")[1]
    assert over in text(ada.get(page_of(one, "/3")))
    planned(ada, one, **past)
    no_more = "It counts no more: what was saved after it took its place."
    assert [text(ada.get(page_of(one, more))).count(no_more) for more in ("", "/3", "/4")] == [2, 3, 2]
