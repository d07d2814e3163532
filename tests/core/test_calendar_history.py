"""A calendar that changes: from when a version counts, what was known then, and what is true now."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from backline.core.calendar import Calendar, CalendarRefused, History, Hours, Version
from backline.core.words import CalendarFault
from tests.core.calendars import WEEKDAYS, at, weekly

NINE_TO_FIVE = weekly("09:00-17:00", days=WEEKDAYS)
LONG = weekly("08:00-20:00", days=WEEKDAYS)
SATURDAYS = weekly("09:00-17:00", days=range(6))
NIGHTS = weekly("22:00-30:00")
TOKYO = weekly("09:00-17:00", zone="Asia/Tokyo")
NOW = at("2026-12-31 00:00")


def version(calendar: Calendar, effective: str, saved: str, *, correction: bool = False) -> Version:
    return Version(calendar, date.fromisoformat(effective), at(saved), correction)


FIRST = version(NINE_TO_FIVE, "2026-01-01", "2026-01-01 10:00")


def begins(*versions: Version, known: str = "2026-12-31 00:00") -> list[tuple[str, Calendar]]:
    """From when each calendar counts, after the first."""
    pieced = History((FIRST, *versions)).known_at(at(known))
    return [
        (one.from_at.astimezone(at("2026-01-01").tzinfo).strftime("%m-%d %H:%M:%S"), one.calendar)
        for one in pieced.stretches[1:]
    ]


def test_a_change_counts_from_the_beginning_of_its_day_at_the_place() -> None:
    assert begins(version(LONG, "2026-06-01", "2026-03-05 10:00")) == [("06-01 00:00:00", LONG)]
    assert begins(version(TOKYO, "2026-06-01", "2026-03-05 10:00")) == [("05-31 17:00:00", TOKYO)]


def test_a_change_never_counts_before_it_was_saved() -> None:
    assert begins(version(LONG, "2026-03-01", "2026-03-05 10:00")) == [("03-05 10:00:00", LONG)]
    assert begins(version(LONG, "2026-03-01", "2026-03-05 10:00:00.000001")) == [("03-05 10:00:01", LONG)]


def test_a_correction_counts_as_if_it_had_been_so() -> None:
    correction = version(LONG, "2026-03-01", "2026-03-05 10:00", correction=True)
    assert begins(correction) == [("03-01 00:00:00", LONG)]
    assert begins(correction, known="2026-03-05 10:00") == [("03-01 00:00:00", LONG)]
    assert begins(correction, known="2026-03-05 09:59:59") == [], "but nobody knew it then"


def test_a_correction_goes_on_after_what_it_corrects_was_saved() -> None:
    late = version(LONG, "2026-02-01", "2026-03-05 10:00")
    same_day = version(SATURDAYS, "2026-03-05", "2026-03-05 10:05", correction=True)
    assert begins(late, same_day) == [("03-05 00:00:00", SATURDAYS)]
    assert begins(late, replace(same_day, effective_on=date(2026, 2, 1))) == [("02-01 00:00:00", SATURDAYS)]
    assert begins(late, replace(same_day, effective_on=date(2026, 1, 15))) == [
        ("01-15 00:00:00", SATURDAYS), ("03-05 10:00:00", LONG),
    ], "what is for a later day waits behind it"  # fmt: skip


def test_a_planned_change_is_taken_back_in_another_zone_as_well() -> None:
    planned = version(weekly("09:00-17:00", zone="America/New_York"), "2026-06-01", "2026-03-01 10:00")
    assert begins(planned, version(TOKYO, "2026-06-01", "2026-03-02 10:00")) == [("05-31 17:00:00", TOKYO)]


def test_what_was_known_then_and_what_is_true_now() -> None:
    history = History((FIRST, version(LONG, "2026-03-02", "2026-03-05 10:00", correction=True)))
    monday, evening = at("2026-03-02 16:00"), at("2026-03-02 19:00")
    assert history.known_at(at("2026-03-04 00:00")).between(monday, evening) == timedelta(hours=1)
    assert history.known_at(NOW).between(monday, evening) == timedelta(hours=3)
    assert history.known_at(at("2026-03-04 00:00")).after(monday, 7200) == at("2026-03-03 10:00")
    assert history.known_at(NOW).after(monday, 7200) == at("2026-03-02 18:00")


def test_a_planned_change_waits_behind_one_that_counts_earlier() -> None:
    planned = version(LONG, "2026-06-01", "2026-03-01 10:00")
    meanwhile = version(SATURDAYS, "2026-05-01", "2026-04-01 10:00")
    assert begins(planned, meanwhile) == [("05-01 00:00:00", SATURDAYS), ("06-01 00:00:00", LONG)]


def test_a_planned_change_is_taken_back_by_another_of_the_same_day() -> None:
    planned = version(LONG, "2026-06-01", "2026-03-01 10:00")
    back = version(NINE_TO_FIVE, "2026-06-01", "2026-03-02 10:00")
    assert begins(planned, back) == [("06-01 00:00:00", NINE_TO_FIVE)]


def test_a_span_across_versions_counts_each_in_its_time() -> None:
    pieced = History((FIRST, version(LONG, "2026-06-02", "2026-03-01 10:00"))).known_at(NOW)
    assert pieced.between(at("2026-06-01 00:00"), at("2026-06-03 00:00")) == timedelta(hours=8 + 12)
    assert pieced.after(at("2026-06-01 16:00"), 3600 * 2) == at("2026-06-02 09:00")
    assert pieced.before(at("2026-06-02 09:00"), 3600 * 2) == at("2026-06-01 16:00")
    assert pieced.next_opening(at("2026-06-01 18:00")) == at("2026-06-02 08:00")
    assert pieced.is_open(at("2026-06-02 19:00"))
    assert not pieced.is_open(at("2026-06-01 19:00"))
    assert [one.from_at for one in pieced.spans(at("2026-06-01 00:00"), at("2026-06-03 00:00"))] == [
        at("2026-06-01 09:00"), at("2026-06-02 08:00"),
    ]  # fmt: skip


def test_a_change_in_the_middle_of_a_working_day() -> None:
    pieced = History((FIRST, version(TOKYO, "2026-06-01", "2026-06-01 12:30"))).known_at(NOW)
    (only,) = pieced.spans(at("2026-06-01 00:00"), at("2026-06-02 00:00"))
    assert (only.from_at, only.to_at) == (at("2026-06-01 09:00"), at("2026-06-01 12:30"))
    assert pieced.calendar_at(at("2026-06-01 12:29:59")) is NINE_TO_FIVE
    assert pieced.calendar_at(at("2026-06-01 12:30")) is TOKYO


def test_a_change_in_the_middle_of_a_night() -> None:
    to_nights = History((FIRST, version(NIGHTS, "2026-06-02", "2026-06-02 01:00"))).known_at(NOW)
    assert to_nights.between(at("2026-06-01 18:00"), at("2026-06-02 12:00")) == timedelta(hours=5)
    from_nights = History((replace(FIRST, calendar=NIGHTS), version(NINE_TO_FIVE, "2026-06-01", "2026-06-01 23:30")))
    night = at("2026-06-01 18:00"), at("2026-06-02 08:00")
    assert from_nights.known_at(NOW).between(*night) == timedelta(hours=1.5)


def test_the_first_version_serves_for_what_happened_before_it() -> None:
    pieced = History((FIRST,)).known_at(NOW)
    assert pieced.between(at("2025-12-01 00:00"), at("2025-12-02 00:00")) == timedelta(hours=8)
    assert pieced.calendar_at(at("2025-12-01 00:00")) is NINE_TO_FIVE


def test_nothing_was_known_before_the_first_was_saved() -> None:
    with pytest.raises(CalendarRefused) as refused:
        History((FIRST,)).known_at(at("2026-01-01 09:59:59"))
    assert refused.value.fault is CalendarFault.NOT_KNOWN_THEN


@pytest.mark.parametrize(
    ("effective", "saved", "fault"),
    [
        (date.min, NOW, CalendarFault.OUT_OF_REACH),
        (date.max, NOW, CalendarFault.OUT_OF_REACH),
        (date(2026, 1, 1), NOW.replace(tzinfo=None), CalendarFault.MOMENT_WITHOUT_ZONE),
    ],
)
def test_a_version_that_cannot_be(effective: date, saved: object, fault: CalendarFault) -> None:
    with pytest.raises(CalendarRefused) as refused:
        Version(NINE_TO_FIVE, effective, saved)
    assert refused.value.fault is fault


class Watched(Hours):
    """Hours that tell how often they were compiled."""

    def __init__(self, hours: Hours) -> None:
        self.hours = hours
        self.times = 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Watched) and other.hours == self.hours

    def __hash__(self) -> int:
        return hash(self.hours)

    def compiled(self, lo: int, hi: int) -> tuple[Any, Any]:
        self.times += 1
        return self.hours.compiled(lo, hi)


def test_equal_hours_are_compiled_once_and_again_only_to_reach_further() -> None:
    one, other = (Watched(weekly("03:00-04:00", zone="Asia/Kathmandu")) for _ in range(2))
    for hours in (one, other, one):
        hours.between(at("2026-01-01"), at("2026-12-31"))
    for year in (1950, 2026, 2100, 1960, 2090, 2026):
        one.between(at(f"{year}-01-01"), at(f"{year}-12-31"))
    assert (one.times, other.times) == (3, 0)
