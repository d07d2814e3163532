"""What a clock says of its days: which holiday closed it, and whose hours a night is that began before they changed."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.test import Client

from backline.calendars.operations import Plan, keep
from backline.calendars.words import ChosenFor, ClosedDay
from backline.config.telling import Question, explained
from backline.core.calendar import same_every_day
from tests.core.calendars import blocks
from tests.fakes.browser import link_of, signed_in, words
from tests.fakes.hours import calendar, chosen, edited, kept
from tests.fakes.house import House
from tests.rooms.cases.test_hours import P3
from tests.rooms.desk.test_clocks import read

OFFICE = {f"day_{day}": "08:00-18:00" for day in range(5)}
SPECIAL = {"dates": "2026-12-31 08:00-12:00", "country": "DE", "region": "BE", "closed": "2026-12-24 Stock-taking"}
ON_ITS_WAY = (
    "Days on its way that are closed or have other hours: Thu 24 Dec 2026 (Stock-taking), "
    "Fri 25 Dec 2026 (Erster Weihnachtstag), Thu 31 Dec 2026, Fri 1 Jan 2027 (Neujahr)."
)


@pytest.fixture(autouse=True)
def by_our_clock(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command knows of no moment to come, and these stories go on until January."""
    monkeypatch.setattr("backline.config.telling.SystemClock", lambda: house.clock)


def until(house: House, moment: str) -> None:
    house.clock.advance(datetime.fromisoformat(f"{moment}+00:00") - house.clock.now())


def lines(house: House, case: str, **known: str) -> list[str]:
    """The stretches of its resolution, as the command says them."""
    said = explained(Question(case, clock="RESOLVE", **known))
    return [line.strip() for line in said.splitlines() if line.startswith("    ")]


def test_what_closed_a_clock_is_named_wherever_it_is_explained_and_to_no_customer(house: House) -> None:
    office = kept(signed_in("ada"), **OFFICE, **SPECIAL)
    chosen(house, ChosenFor.SITE, house.job.site_id, office)
    until(house, "2026-12-23T12:00")
    case = house.working(**P3)
    assert ON_ITS_WAY in read(signed_in("carl"), f"/cases/{case}"), "why it is due so late"
    until(house, "2027-01-04T09:00")
    said = lines(house, case)
    for line in (
        "Wed 23 Dec 2026, 17:00 +00:00 to Mon 28 Dec 2026, 07:00 +00:00  110 h, "
        "closed: Stock-taking, Erster Weihnachtstag",  # the next day is a holiday too, but was closed by the week
        "Mon 28 Dec 2026, 17:00 +00:00 to Tue 29 Dec 2026, 07:00 +00:00  14 h, closed",
        "Thu 31 Dec 2026, 11:00 +00:00 to Mon 4 Jan 2027, 07:00 +00:00  92 h, "
        "closed: other hours on Thu 31 Dec 2026, Neujahr",
    ):  # fmt: skip
        assert line in said
    renamed = SPECIAL | {"closed": "2026-12-24 Inventory", "effective_on": "2026-12-01", "correction": "on"}
    edited(signed_in("ada"), office, **OFFICE, **renamed)
    house.clock.advance(timedelta(minutes=1))
    assert lines(house, case)[1].endswith("closed: Inventory, Erster Weihnachtstag"), "a name alone changes no hours"
    known = lines(house, case, known_at="2027-01-04T08:59+00:00")
    assert known[1].endswith("closed: Stock-taking, Erster Weihnachtstag"), "what was known then stays"
    for name in ("carl", "max", "sana"):
        page = read(signed_in(name), f"/cases/{case}/clocks")
        assert "closed: Inventory, Erster Weihnachtstag" in page
        assert ON_ITS_WAY.replace("Stock-taking", "Inventory") in page
    for name, status in (("cleo", 200), ("otto", 404)):
        portal = Client(raise_request_exception=False).get(link_of(house, name, case), follow=True)
        assert portal.status_code == status, name
        assert "Inventory" not in words(portal)


def test_a_night_is_said_to_be_counted_in_the_hours_under_which_it_began(house: House) -> None:
    night = calendar(house, "Night", same_every_day(*blocks("22:00-30:00")))
    chosen(house, ChosenFor.SITE, house.job.site_id, night)
    until(house, "2026-11-23T12:00")
    plan = Plan("Night", "Europe/Berlin", same_every_day(*blocks("09:00-17:00")), date(2026, 11, 24),
                feed_days=(ClosedDay(date(2026, 11, 25), "<b>Fair</b>"),))  # fmt: skip
    keep(plan, calendar_id=night, seen=1, by=house.actor("ada"), at=house.clock.now())
    until(house, "2026-11-23T20:00")
    case = house.raised(**P3)
    until(house, "2026-11-26T09:00")
    changed = "Night (as changed on Mon 23 Nov 2026, 12:00 +00:00), the hours of the site"
    assert lines(house, case) == [
        "Mon 23 Nov 2026, 20:00 +00:00 to Mon 23 Nov 2026, 21:00 +00:00  1 h, closed: Night, the hours of the site",
        "Mon 23 Nov 2026, 21:00 +00:00 to Tue 24 Nov 2026, 05:00 +00:00  8 h, counted: Night, the hours of the site",
        f"Tue 24 Nov 2026, 05:00 +00:00 to Tue 24 Nov 2026, 08:00 +00:00  3 h, closed: {changed}",
        f"Tue 24 Nov 2026, 08:00 +00:00 to Tue 24 Nov 2026, 16:00 +00:00  8 h, counted: {changed}",
        f"Tue 24 Nov 2026, 16:00 +00:00 to Thu 26 Nov 2026, 08:00 +00:00  40 h, closed: <b>Fair</b> ({changed})",
        f"Thu 26 Nov 2026, 08:00 +00:00 to Thu 26 Nov 2026, 09:00 +00:00  1 h, counted: {changed}",
    ]
    page = signed_in("carl").get(f"/cases/{case}/clocks?clock=RESOLVE")
    assert f"Night, the hours of the site; from Tue 24 Nov 2026, 05:00 +00:00 on in {changed}" in words(page)
    assert "<b>Fair" not in page.content.decode()


@pytest.mark.parametrize("seconds", [0, 1])
def test_no_time_and_one_second_are_said_as_people_say_them(house: House, seconds: int) -> None:
    case = house.raised()
    house.clock.advance(timedelta(seconds=seconds))
    said = "It has counted 1 s; it is due on" if seconds else "It has counted no time; it is due on"
    assert said in explained(Question(case, clock="RESOLVE"))
    assert said in read(signed_in("carl"), f"/cases/{case}")
