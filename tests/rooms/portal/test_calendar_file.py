"""A visit in Cleo's calendar: in her zone, moved where it moves, taken out where it is called off, nothing internal."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import icalendar
from django.test import Client

from backline.cases import operations as cases
from backline.cases.operations import NewVisit
from backline.portal import calendar
from tests.fakes.hers import Hers
from tests.fakes.house import House

HOUR = timedelta(hours=1)


def booked(house: House, start: datetime, case: str = "", record: str = "") -> str:
    """A case with a visit of an hour from then on."""
    case = case or house.working()
    cases.book_visit([case], visit=NewVisit(start, start + HOUR, record=record), **house.once("sana"))
    return case


def event(address: str) -> tuple[str, Any]:
    """The method and the event of a calendar file."""
    answer = Client().get(address)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    calendar: Any = icalendar.Calendar.from_ical(answer.content)
    [found] = calendar.walk("VEVENT")
    return str(calendar["METHOD"]), found


def test_a_moved_visit_moves_and_one_called_off_goes(house: House) -> None:
    start = house.clock.now() + timedelta(days=1)
    case = booked(house, start)
    hers = Hers(house, case)
    [address] = hers.files()
    method, first = event(address)
    assert (method, str(first["STATUS"]), first["SEQUENCE"]) == ("PUBLISH", "CONFIRMED", 0)
    assert first["DTSTART"].dt == start
    assert first["DTSTART"].params["TZID"] == "Europe/Berlin"
    assert str(first["SUMMARY"]).startswith("Visit: Lift 7")
    assert str(first["DESCRIPTION"]).startswith("Sana will come. Reference: ")
    record = house.view(case).visits[0].id
    house.clock.advance(HOUR)
    booked(house, start + 2 * HOUR, case, record)
    _method, moved = event(address)
    assert (moved["UID"], moved["DTSTART"].dt, moved["SEQUENCE"]) == (first["UID"], start + 2 * HOUR, 1)
    assert moved["DTSTAMP"].dt > first["DTSTAMP"].dt
    cases.call_off_visit([case], record=record, why="INTERNAL", **house.once("carl"))
    [goes] = hers.files()
    assert goes.rpartition("/")[2] == address.rpartition("/")[2], "so that she can take it out"
    method, off = event(address)
    assert (method, str(off["STATUS"]), off["UID"], off["SEQUENCE"]) == ("CANCEL", "CANCELLED", first["UID"], 2)


def test_a_visit_that_ends_with_its_case_goes_as_well(house: House) -> None:
    case = booked(house, house.clock.now() + timedelta(days=1))
    [address] = Hers(house, case).files()
    house.resolve(case)
    method, off = event(address)
    assert (method, off["SEQUENCE"]) == ("CANCEL", 1)
    assert "Take it out of your calendar" in Hers(house, case).reads()


def test_every_visit_has_a_name_of_its_own_that_stays(house: House) -> None:
    start = house.clock.now() + timedelta(days=1)
    case = booked(house, start)
    booked(house, start + 5 * HOUR, case)
    first, second = house.view(case).visits
    cases.end_visit([case], record=first.id, outcome="INTERNAL", **house.once("sana"))
    names = {event(f"{Hers(house, case).link}/visits/{calendar.name_of(one)}.ics")[1]["UID"] for one in (first, second)}
    assert len(names) == 2


def test_where_the_clock_shows_an_hour_twice_it_is_the_right_one(house: House) -> None:
    second = datetime(2027, 10, 31, 1, 30, tzinfo=UTC)  # half past two in Berlin, for the second time
    house.clock.advance(second - house.clock.now() - timedelta(days=1))
    _method, found = event(Hers(house, booked(house, second)).files()[0])
    assert found["DTSTART"].dt == second
    assert found["DTEND"].dt == second + HOUR


def test_nothing_internal_is_in_it_and_nobody_elses_opens(house: House) -> None:
    case = booked(house, house.clock.now() + timedelta(days=1))
    cases.add_note([case], text="INTERNAL-note", **house.once("carl"))
    record = house.view(case).visits[0]
    [address] = Hers(house, case).files()
    content = Client().get(address).content.decode().replace("\r\n ", "")
    for secret in ("INTERNAL", "Carl", "Tess", "@example.org", "P2", case, record.id, record.person, record.visit):
        assert secret not in content, secret
    name = address.rpartition("/")[2]
    for other in (Hers(house, house.raised()), Hers(house, case, "otto")):
        assert Client().get(f"{other.link}/visits/{name}").status_code == 404
    assert Client().get(address.replace(".ics", "x.ics")).status_code == 404
