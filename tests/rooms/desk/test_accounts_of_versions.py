"""What a clock says of its hours where their calendar was changed, corrected or renamed: its page and the command."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.test import Client

from backline.calendars.choices import EVERYBODY
from backline.calendars.operations import Plan, keep
from backline.calendars.words import ChosenFor
from backline.cases import operations as cases
from backline.config.telling import Question, explained
from backline.core.calendar import OtherHours, same_every_day
from tests.core.calendars import blocks
from tests.fakes.browser import link_of, signed_in, words
from tests.fakes.hours import OFFICE, calendar, chosen
from tests.fakes.house import House
from tests.rooms.cases.test_hours import P3
from tests.rooms.desk.test_clocks import read

wall = datetime.fromisoformat
ALWAYS = same_every_day(*blocks("00:00-24:00"))
SINCE = "By the hours known since"
CORRECTED = "Office (as corrected on Tue 24 Nov 2026, 09:00 +00:00), the hours of the "


@pytest.fixture
def office(house: House) -> str:
    """The calendar Office, which counts for the site, and for the organisation."""
    office = calendar(house)
    chosen(house, ChosenFor.SITE, house.job.site_id, office)
    chosen(house, ChosenFor.ORGANISATION, EVERYBODY, office)
    house.clock.advance(timedelta(minutes=1))
    return office


def until(house: House, moment: str) -> None:
    house.clock.advance(wall(moment) - house.clock.now())


def saved(house: House, office: str, name: str = "Office", *, seen: int = 1, correction: bool = False) -> None:
    """Ada saves another version: a new name for the same hours, or all hours under the old one."""
    week = ALWAYS if name == "Office" else OFFICE
    plan = Plan(name, "Europe/Berlin", week, date(2026, 11, 1), correction=correction)
    keep(plan, calendar_id=office, seen=seen, by=house.actor("ada"), at=house.clock.now())


def said(house: House, case: str, clock: str, known_at: str = "") -> str:
    return explained(Question(case, clock=clock, at=house.clock.now().isoformat(), known_at=known_at))


def test_clocks_that_stopped_keep_their_verdict_when_their_hours_are_corrected_and_show_both(
    house: House, office: str
) -> None:
    case = house.raised(**P3)
    until(house, "2026-11-23T07:31+00:00")
    house.offer(case)
    house.accept(case)
    house.clock.advance(timedelta(minutes=10))
    house.resolve(case)
    cases.confirm([case], **house.once("cleo"))
    until(house, "2026-11-24T09:00+00:00")
    before = {clock: said(house, case, clock) for clock in ("TRIAGE", "ACCEPT", "RESOLVE")}
    saved(house, office, correction=True)
    house.clock.advance(timedelta(minutes=1))
    for clock, now in (
        ("TRIAGE", "organisation): missed, with 61 h 30 min counted, and due on Fri 20 Nov 2026, 19:01 +00:00."),
        ("RESOLVE", "site): kept, with 61 h 40 min counted, and due on Mon 23 Nov 2026, 18:01 +00:00."),
    ):
        kept = said(house, case, clock)
        assert kept.splitlines()[0].endswith(f"({clock}): kept")
        assert f"{SINCE} ({CORRECTED}{now}" in kept
        assert [line for line in kept.splitlines() if SINCE not in line] == before[clock].splitlines()
        for name in ("carl", "max", "sana"):
            page = signed_in(name).get(f"/cases/{case}/clocks?clock={clock}")
            assert '<span class="badge badge-green">kept</span>' in page.content.decode()
            assert f"{SINCE} ({CORRECTED}{now}" in words(page)
        assert said(house, case, clock, "2026-11-24T08:59+00:00") == before[clock], "what was known then stays"
    assert said(house, case, "ACCEPT") == before["ACCEPT"], "nothing of it is other than it was known"
    for name, status in (("cleo", 200), ("otto", 404)):
        portal = Client(raise_request_exception=False).get(link_of(house, name, case), follow=True)
        assert portal.status_code == status, name
        assert "Office" not in words(portal)


@pytest.mark.parametrize("correction", [False, True])
def test_a_clock_names_each_change_of_its_calendar_from_when_on_it_counts(
    house: House, office: str, correction: bool
) -> None:
    case = house.working(**P3)
    until(house, "2026-11-24T09:00+00:00")
    saved(house, office, "Bureau")
    saved(house, office, seen=2, correction=correction)
    house.clock.advance(timedelta(hours=1))
    hours = f"{CORRECTED}site" if correction else (
        "Office, the hours of the site; from Tue 24 Nov 2026, 09:00 +00:00 on in "
        "Office (as changed on Tue 24 Nov 2026, 09:00 +00:00), the hours of the site"
    )  # fmt: skip
    told = said(house, case, "RESOLVE")
    assert f"72 h may pass, counted in {hours}." in told
    assert "Bureau" not in told
    lines = [line for line in told.splitlines() if line.endswith("counted: " + hours.rpartition(" on in ")[2])]
    assert len(lines) == (0 if correction else 1), "a span is said with its hours where they changed"
    for name in ("carl", "max"):
        assert f"72 h may pass, counted in {hours}." in read(signed_in(name), f"/cases/{case}")
        assert f"72 h may pass, counted in {hours}." in read(signed_in(name), f"/cases/{case}/clocks")
    assert "counted in Office, the hours of the site." in said(house, case, "RESOLVE", "2026-11-24T08:59+00:00")


def test_a_calendar_is_called_what_it_was_called_when_that_was_known(house: House, office: str) -> None:
    case = house.working(**P3)
    until(house, "2026-11-24T09:00+00:00")
    moment = house.clock.now()
    asked = Question(case, at=moment.isoformat(), known_at=moment.isoformat())
    address = f"/cases/{case}/clocks?at=2026-11-24T09:00&known_at=2026-11-24T09:00"
    before, page = explained(asked), read(signed_in("carl"), address)
    house.clock.advance(timedelta(minutes=1))
    saved(house, office, "Bureau")
    assert explained(asked) == before
    assert "counted in Office, the hours of the site." in before
    assert read(signed_in("carl"), address) == page
    house.clock.advance(timedelta(minutes=1))
    now = said(house, case, "RESOLVE")
    assert "counted in Bureau, the hours of the site." in now, "another name alone changes no hours"


def test_the_hours_of_those_who_work_on_it_are_said_to_be_of_their_team(house: House, office: str) -> None:
    chosen(house, ChosenFor.TEAM, house.specialists.id, office)
    house.clock.advance(timedelta(minutes=1))
    case = house.raised(**P3)
    house.offer(case)
    assert "2 h may pass, counted in Office, the hours of the team." in said(house, case, "ACCEPT")


def test_a_change_that_touches_no_hours_of_a_clock_is_not_told_of_it_and_of_many_only_some_are(
    house: House, office: str
) -> None:
    case = house.working(**P3)
    longer, number = list[OtherHours](), 0

    def changed(day: int, more: OtherHours) -> None:
        nonlocal number
        number, longer[:] = number + 1, [*longer, more]
        plan = Plan("Office", "Europe/Berlin", OFFICE, date(2026, 11, day), exceptions=tuple(longer))
        keep(plan, calendar_id=office, seen=number, by=house.actor("ada"), at=house.clock.now())

    for day in (23, 24, 25, 26, 27):
        until(house, f"2026-11-{day}T09:00+00:00")
        before = said(house, case, "RESOLVE")
        changed(day, OtherHours(date(2027, 6, day), ()))
        assert said(house, case, "RESOLVE") == before, "a day in June is no matter of this clock"
        house.clock.advance(timedelta(hours=1))
        changed(day, OtherHours(date(2026, 11, day), blocks("08:00-20:00")))
    house.clock.advance(timedelta(hours=1))

    def on_in(day: int, hour: int = 10) -> str:
        at = f"{date(2026, 11, day):%a %-d %b %Y}, {hour}:00 +00:00"
        return f"from {at} on in Office (as changed on {at}), the hours of the site"

    told = said(house, case, "RESOLVE")
    few = f"Office, the hours of the site; {on_in(23)}; {on_in(24)}; then 2 more changes; {on_in(27)}."
    assert f"72 h may pass, counted in {few}" in told
    for name in ("carl", "max"):
        assert few in read(signed_in(name), f"/cases/{case}")
    before = said(house, case, "RESOLVE", "2026-11-25T23:00+00:00")
    assert f"{on_in(23)}; {on_in(24)}; {on_in(25)}." in before, "three are named"
