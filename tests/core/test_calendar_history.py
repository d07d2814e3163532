"""A calendar that changes: from when a version counts, what was known then, and what is true now."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backline.core.calendar import Calendar, CalendarRefused, History, Hours, Span, Version
from backline.core.words import CalendarFault
from tests.core.calendars import BERLIN, WEEKDAYS, at, other, weekly

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
    to_nights = History((FIRST, version(NIGHTS, "2026-06-01", "2026-06-02 01:00"))).known_at(NOW)
    assert to_nights.between(at("2026-06-01 18:00"), at("2026-06-02 12:00")) == timedelta(hours=5)
    from_the_second = History((FIRST, version(NIGHTS, "2026-06-02", "2026-06-02 01:00"))).known_at(NOW)
    assert not from_the_second.between(at("2026-06-01 18:00"), at("2026-06-02 12:00")), "the night began on the first"
    from_nights = History((replace(FIRST, calendar=NIGHTS), version(NINE_TO_FIVE, "2026-06-01", "2026-06-01 23:30")))
    night = at("2026-06-01 18:00"), at("2026-06-02 08:00")
    assert from_nights.known_at(NOW).between(*night) == timedelta(hours=1.5)


LATE_NIGHTS = weekly("20:00-26:00")
EVENINGS = weekly("18:00-20:00")
ALL_DAY = weekly("00:00-24:00")
CLOSED_ON_THE_FIRST = replace(NIGHTS, exceptions=(other("2026-06-01"),))


def hours_between(history: History, start: str, end: str) -> float:
    return history.known_at(NOW).between(at(start), at(end)) / timedelta(hours=1)


@pytest.mark.parametrize(
    ("before", "after", "effective", "saved", "open_for"),
    [
        (NIGHTS, EVENINGS, "2026-06-02", "2026-05-01 10:00", 6),  # the night of the first ends at six
        (NIGHTS, NINE_TO_FIVE, "2026-06-02", "2026-05-01 10:00", 6 + 3),
        (EVENINGS, NIGHTS, "2026-06-02", "2026-05-01 10:00", 0),  # no night of the first ever began
        (NIGHTS, LATE_NIGHTS, "2026-06-02", "2026-05-01 10:00", 6),
        (LATE_NIGHTS, NIGHTS, "2026-06-02", "2026-05-01 10:00", 2),
        (NIGHTS, ALL_DAY, "2026-06-02", "2026-05-01 10:00", 12),
        (ALL_DAY, NIGHTS, "2026-06-02", "2026-05-01 10:00", 0),
        (CLOSED_ON_THE_FIRST, NINE_TO_FIVE, "2026-06-02", "2026-05-01 10:00", 3),
        (NIGHTS, CLOSED_ON_THE_FIRST, "2026-06-02", "2026-05-01 10:00", 6),  # under the old one it was not closed
        (NIGHTS, EVENINGS, "2026-06-02", "2026-06-02 01:00", 6),  # saved in that very night
        (NIGHTS, EVENINGS, "2026-06-02", "2026-06-02 07:00", 6),
        (EVENINGS, NIGHTS, "2026-06-02", "2026-06-02 01:00", 0),
        (NIGHTS, EVENINGS, "2026-06-01", "2026-06-02 01:00", 1),  # the first itself is under the new ones from one on
        (EVENINGS, NIGHTS, "2026-06-01", "2026-06-02 01:00", 5),
        (weekly("22:00-30:00", zone="Asia/Tokyo"), weekly("18:00-20:00", zone="Asia/Tokyo"), "2026-06-02",
         "2026-05-01 10:00", 1),  # their night ended at 23:00 here, their evening begins at eleven
        (NIGHTS, replace(EVENINGS, zone="Asia/Tokyo"), "2026-06-02", "2026-05-01 10:00", 1),  # from 17:00 here
    ],
)  # fmt: skip
def test_the_tail_of_a_night_belongs_to_the_day_on_which_it_began(
    before: Calendar, after: Calendar, effective: str, saved: str, open_for: float
) -> None:
    history = History((replace(FIRST, calendar=before), version(after, effective, saved)))
    assert hours_between(history, "2026-06-02 00:00", "2026-06-02 12:00") == open_for


def test_a_tail_goes_on_under_the_third_version_of_a_day_as_well() -> None:
    twice = (version(EVENINGS, "2026-06-02", "2026-05-01 10:00"), version(LONG, "2026-06-02", "2026-06-02 03:00"))
    history = History((replace(FIRST, calendar=NIGHTS), *twice))
    assert hours_between(history, "2026-06-02 00:00", "2026-06-02 08:00") == 6
    assert history.known_at(NOW).spans(at("2026-06-01 21:00"), at("2026-06-02 07:00")) == (
        Span(at("2026-06-01 22:00"), at("2026-06-02 06:00")),
    ), "one night, not three pieces"
    assert history.known_at(NOW).after(at("2026-06-01 22:00"), 3600 * 7) == at("2026-06-02 05:00")
    assert history.known_at(NOW).before(at("2026-06-02 09:00"), 3600 * 2) == at("2026-06-02 05:00")
    over = [history.known_at(NOW).own_from(number) for number in range(3)]
    assert over[1:] == [at("2026-06-02 03:00"), at("2026-06-02 06:00")], "the second has nothing of its own"


def test_a_night_that_belongs_to_a_version_saved_during_it_ends_there() -> None:
    planned = version(EVENINGS, "2026-06-02", "2026-05-01 10:00")
    of_the_first = version(LONG, "2026-06-01", "2026-06-02 03:00")
    history = History((replace(FIRST, calendar=NIGHTS), planned, of_the_first))
    assert hours_between(history, "2026-06-02 00:00", "2026-06-02 08:00") == 3, "from three on the first has no night"
    assert history.known_at(NOW).own_from(1) == history.known_at(NOW).own_from(2) == at("2026-06-02 03:00")


def test_a_night_in_which_the_clocks_go_back_keeps_its_hour_over_a_change() -> None:
    history = History((replace(FIRST, calendar=NIGHTS), version(EVENINGS, "2026-10-25", "2026-05-01 10:00")))
    assert hours_between(history, "2026-10-24 21:00", "2026-10-25 12:00") == 9


@st.composite
def logs(draw: st.DrawFn) -> tuple[Version, ...]:
    """A first version, and up to three more around the first of June, each over midnight or not, here or elsewhere."""
    kinds = ["22:00-30:00", "20:00-26:00", "18:00-41:00", "09:00-17:00", "00:00-24:00", "00:00-06:00", "23:30-24:30"]
    zones = st.sampled_from([BERLIN, BERLIN, BERLIN, "Asia/Tokyo", "America/New_York"])
    calendars = st.builds(
        lambda text, zone, days: weekly(text, zone=zone, days=days), st.sampled_from(kinds), zones,
        st.sampled_from([range(7), [0, 1], [6], WEEKDAYS]),
    )  # fmt: skip
    moments = st.integers(-3000, 3000).map(lambda minutes: at("2026-06-01") + timedelta(minutes=minutes))
    saved = sorted(draw(st.lists(moments, max_size=3, unique=True)))
    days = st.integers(-2, 3).map(lambda days: date(2026, 6, 1) + timedelta(days=days))
    later = [Version(draw(calendars), draw(days), moment, draw(st.booleans())) for moment in saved]
    return (replace(FIRST, calendar=draw(calendars)), *later)


def open_by_the_log(taken: list[tuple[datetime, Version]], moment: datetime) -> bool:
    """The rule itself: a day belongs to the last version whose first day it is or comes after, and a block to its day.

    `taken` says from when each version counts, in that order.
    """
    counts = [one for begins, one in taken if begins <= moment] or [taken[0][1]]
    for number, one in enumerate(counts):
        zone = ZoneInfo(one.calendar.zone)
        wall = moment.astimezone(zone)
        later = [datetime.combine(other.effective_on, time(0), ZoneInfo(other.calendar.zone))
                 for other in counts[number + 1:]]  # fmt: skip
        for day, since in ((wall.date(), 0), (wall.date() - timedelta(days=1), 1440)):
            own = number == 0 or one.effective_on <= day
            over = datetime.combine(day + timedelta(days=1), time(0), zone)
            minute = since + wall.hour * 60 + wall.minute
            there = any(block.start <= minute < block.end for block in one.calendar.blocks_on(day))
            if own and there and all(over <= begins for begins in later):
                return True
    return False


@settings(max_examples=60)
@given(logs())
def test_any_log_is_open_as_the_rule_says_minute_by_minute(versions: tuple[Version, ...]) -> None:
    history = History(versions)
    pieced = history.known_at(NOW)
    by_calendar = {id(one.calendar): one for one in versions}
    taken = [(one.from_at, by_calendar[id(one.calendar)]) for one in pieced.stretches]
    start = at("2026-05-30T00:00").astimezone(UTC)
    minutes = [start + timedelta(minutes=number) for number in range(5 * 1440)]
    wanted = sum(open_by_the_log(taken, moment) for moment in minutes)
    assert pieced.between(start, start + timedelta(days=5)) == timedelta(minutes=wanted)
    for moment in minutes[::97]:
        assert pieced.is_open(moment) is open_by_the_log(taken, moment), moment


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
