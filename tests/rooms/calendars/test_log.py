"""Calendars are a log: what was saved stays, a change counts from its day, and what was known then can be asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import Error, connection, transaction

from backline.calendars import models, operations, queries
from backline.calendars.operations import Plan
from backline.calendars.public_days import countries, public_days
from backline.calendars.words import ClosedDay, Refused
from backline.core.calendar import Calendar, CalendarRefused, same_every_day
from backline.core.words import Actor, CalendarFault
from backline.engine.duties.zone_data import ZoneData
from tests.core.calendars import WEEKDAYS, at, blocks, other

MARCH = datetime(2026, 3, 2, 9, tzinfo=UTC)
JUNE = datetime(2026, 6, 1, 9, tzinfo=UTC)
NOW = datetime(2026, 11, 20, 18, tzinfo=UTC)
OFFICE = same_every_day(*blocks("09:00-17:00"), days=WEEKDAYS)
LONG = same_every_day(*blocks("08:00-20:00"), days=WEEKDAYS)
PLAN = Plan("Workshop", "Europe/Berlin", OFFICE, date(2026, 3, 2))

EVERY_DAY = tuple(ClosedDay(date(2026, 1, 1) + timedelta(days=day), "Closed") for day in range(4000))

pytestmark = pytest.mark.django_db


def test_a_calendar_is_found_by_name_and_by_id(ada: Actor) -> None:
    kept = operations.keep(replace(PLAN, name="  Workshop \n north "), by=ada, at=MARCH)
    assert (kept.name, kept.number, kept.made_by) == ("Workshop north", 1, "ada")
    assert kept.zone_data.startswith("20")
    for key in (kept.calendar, "Workshop north", "WORKSHOP NORTH"):
        assert queries.known(key, NOW).between(at("2026-03-02 00:00"), at("2026-03-03 00:00")) == timedelta(hours=8)
    assert [one.id for one in queries.calendars()] == [kept.id]


@pytest.mark.parametrize("key", ["", "Nothing", "00000000-0000-0000-0000-000000000000", "a\u2028b"])
def test_a_calendar_that_is_not_there(key: str) -> None:
    with pytest.raises(queries.NoCalendar):
        queries.known(key, NOW)


def test_a_change_is_another_version_and_the_first_stays(ada: Actor) -> None:
    first = operations.keep(PLAN, by=ada, at=MARCH)
    plan = replace(PLAN, name="Workshop south", week=LONG, effective_on=date(2026, 7, 1))
    second = operations.keep(plan, calendar_id=first.calendar, seen=1, by=ada, at=JUNE)
    assert [one.number for one in queries.versions(first.calendar)] == [1, 2]
    assert queries.versions("workshop SOUTH")[0] == first
    assert [one.name for one in queries.calendars()] == ["Workshop south"]
    hours = queries.known(first.calendar, NOW)
    assert hours.between(at("2026-06-30 00:00"), at("2026-07-02 00:00")) == timedelta(hours=8 + 12)
    before = queries.known(first.calendar, JUNE - timedelta(seconds=1))
    assert before.between(at("2026-06-30 00:00"), at("2026-07-02 00:00")) == timedelta(hours=8 + 8)
    assert queries.in_force(first.calendar, JUNE) == first
    assert queries.in_force(first.calendar, NOW) == second


def test_a_change_counts_from_when_it_was_saved_and_a_correction_as_if_always(ada: Actor) -> None:
    calendar = operations.keep(PLAN, by=ada, at=MARCH).calendar
    late = replace(PLAN, week=LONG, effective_on=date(2026, 5, 4))
    operations.keep(late, calendar_id=calendar, seen=1, by=ada, at=JUNE)
    week = at("2026-05-04 00:00"), at("2026-05-05 00:00")
    assert queries.known(calendar, NOW).between(*week) == timedelta(hours=8)
    operations.keep(replace(late, correction=True), calendar_id=calendar, seen=2, by=ada, at=NOW)
    assert queries.known(calendar, NOW).between(*week) == timedelta(hours=12)
    assert queries.known(calendar, NOW - timedelta(seconds=1)).between(*week) == timedelta(hours=8)


def test_nothing_was_known_before(ada: Actor) -> None:
    operations.keep(PLAN, by=ada, at=MARCH)
    with pytest.raises(CalendarRefused) as refused:
        queries.known("Workshop", MARCH - timedelta(microseconds=1))
    assert refused.value.fault is CalendarFault.NOT_KNOWN_THEN


def test_public_holidays_and_days_of_a_feed_are_closed(ada: Actor) -> None:
    plan = replace(
        PLAN, country="DE", region="BY", feed_days=(ClosedDay(date(2026, 8, 10), "Works holiday"),),
        exceptions=(other("2026-12-24", "09:00-12:00"), other("2026-01-06", "10:00-11:00")),
    )  # fmt: skip
    kept = operations.keep(plan, by=ada, at=MARCH)
    hours = kept.version.calendar
    assert [bool(hours.blocks_on(date(2026, month, day))) for month, day in ((12, 25), (8, 10), (12, 24), (1, 6))] == [
        False, False, True, True,
    ]  # fmt: skip
    assert ClosedDay(date(2026, 1, 6), "Heilige Drei Könige") in kept.public_days
    assert kept.feed_days == plan.feed_days
    assert {one.day.year for one in kept.public_days} == set(range(2025, 2037))
    assert queries.versions("Workshop") == [kept]


def test_a_region_has_days_of_its_own() -> None:
    epiphany = date(2026, 1, 6)
    assert epiphany in {one.day for one in public_days("DE", "BY", [2026])}
    assert epiphany not in {one.day for one in public_days("DE", "BE", [2026])}
    assert "BY" in countries()["DE"]


@pytest.mark.parametrize(
    ("field", "change", "said"),
    [
        ("name", {"name": " \n"}, "Give the calendar a name"),
        ("name", {"name": "x" * 81}, "at most 80 letters"),
        ("name", {"name": "\0"}, "Give the calendar a name"),
        ("zone", {"zone": "Europe/Atlantis"}, "no time zone of this name"),
        ("week", {"week": same_every_day()}, "at least some hours"),
        ("week", {"week": same_every_day(), "exceptions": (other("2026-12-24", "08:00-09:00"),)}, "at least 52 hours"),
        ("week", {"week": same_every_day(*blocks("08:00-08:01"), days=(0,))}, "too little working time"),
        ("week", {"feed_days": EVERY_DAY}, "in each of the next years at least 52 hours"),
        ("week", {"feed_days": tuple(one for one in EVERY_DAY if one.day.year == 2033)}, "at least 52 hours"),
        ("week", {"week": same_every_day(*blocks("22:00-30:00", "05:00-06:00"))}, "overlap: 22:00-30:00, 05:00-06:00"),
        ("week", {"exceptions": (other("2026-12-24"), other("2026-12-24"))}, "overlap: 2026-12-24"),
        ("effective_on", {"effective_on": date.max}, "from 1900 to 2199"),
        ("country", {"country": "XX"}, "of “XX” are not known"),
        ("region", {"country": "DE", "region": "XX"}, "no region of DE"),
    ],
)
def test_what_cannot_be_is_one_sentence_and_nothing_is_kept(
    ada: Actor, field: str, change: dict[str, object], said: str
) -> None:
    with pytest.raises(Refused) as refused:
        operations.keep(replace(PLAN, **change), by=ada, at=MARCH)
    assert (refused.value.field, said in refused.value.text) == (field, True)
    assert queries.calendars() == []


def test_a_name_belongs_to_one_calendar(ada: Actor) -> None:
    operations.keep(PLAN, by=ada, at=MARCH)
    other_one = operations.keep(replace(PLAN, name="Depot"), by=ada, at=MARCH)
    for change in ({}, {"calendar_id": other_one.calendar, "seen": 1}):
        with pytest.raises(Refused, match="“workSHOP” already"):
            operations.keep(replace(PLAN, name="workSHOP"), **change, by=ada, at=JUNE)
    assert [one.name for one in queries.calendars()] == ["Depot", "Workshop"]


def test_whoever_looked_at_an_older_version_is_told(ada: Actor) -> None:
    calendar = operations.keep(PLAN, by=ada, at=MARCH).calendar
    operations.keep(replace(PLAN, week=LONG), calendar_id=calendar, seen=1, by=ada, at=JUNE)
    with pytest.raises(Refused, match="Somebody saved this calendar meanwhile"):
        operations.keep(PLAN, calendar_id=calendar, seen=1, by=ada, at=NOW)
    with pytest.raises(queries.NoCalendar):
        operations.keep(PLAN, calendar_id="00000000-0000-0000-0000-000000000000", by=ada, at=NOW)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE calendars_calendarversion SET name = 'x'", "DELETE FROM calendars_calendarversion",
     "TRUNCATE calendars_calendarversion"],
)  # fmt: skip
def test_the_database_refuses_to_change_what_was_saved(ada: Actor, statement: str) -> None:
    operations.keep(PLAN, by=ada, at=MARCH)
    with pytest.raises(Error, match="permission denied"), transaction.atomic():
        connection.cursor().execute(statement)
    assert queries.versions("Workshop")[0].name == "Workshop"


def test_a_new_release_of_the_zone_data_is_a_version(ada: Actor) -> None:
    kept = operations.keep(PLAN, by=ada, at=MARCH)
    assert operations.renew_zone_data(by=ada, at=NOW) == 0
    old = models.CalendarVersion.objects.get(id=kept.id)
    row = models.CalendarVersion(calendar_id=old.calendar_id, number=2, name=old.name, document=old.document)
    row.effective_on, row.saved_at, row.zone_data = date(2026, 6, 1), JUNE, "2019a"
    row.save(force_insert=True)
    planned = replace(PLAN, week=LONG, effective_on=date(2027, 1, 4))
    operations.keep(planned, calendar_id=kept.calendar, seen=2, by=ada, at=JUNE)
    assert ZoneData().run(NOW) == 1
    assert operations.renew_zone_data(by=ada, at=NOW) == 0
    last = queries.versions(kept.calendar)[-1]
    assert (last.number, last.zone_data, last.version.calendar) == (4, kept.zone_data, kept.version.calendar)
    hours = queries.known(kept.calendar, NOW)
    assert hours.calendar_at(at("2027-01-04 12:00")) == Calendar("Europe/Berlin", LONG), "what is planned stays planned"
    assert hours.calendar_at(NOW).week == OFFICE
