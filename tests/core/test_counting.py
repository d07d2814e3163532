"""What counts of a clock's time: open hours without pauses, to the second, however the two lie to each other."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backline.core.calendar import Calendar, Hours
from backline.core.counting import CLOSED, ELAPSED, NOTHING, Counting, Elapsed, Pause, Stretch
from tests.core.calendars import BERLIN, MINUTE, WEEKDAYS, at, length, open_by_the_wall_clock, weekly

OFFICE = weekly("08:00-12:00", "13:00-18:00", days=WEEKDAYS)
NIGHT = weekly("22:00-30:00", days=WEEKDAYS)
BEGIN = at("2026-10-23T17:00").astimezone(UTC)  # a Friday; the clock goes back on the Sunday after it
"""What the moments of a test are counted from."""


def paused(reason: str, start: str, end: str) -> Pause:
    return Pause(reason, at(f"2026-10-{start}"), at(f"2026-10-{end}"))


@pytest.mark.parametrize(
    ("hours", "pauses", "amount", "due"),
    [
        (ELAPSED, [], "4h", "2026-10-23T21:00"),
        (OFFICE, [], "1h", "2026-10-23T18:00"),
        (OFFICE, [], "2h", "2026-10-26T09:00"),
        (OFFICE, [paused("CUSTOMER", "23T17:30", "26T08:30")], "1h", "2026-10-26T09:00"),
        (OFFICE, [paused("CUSTOMER", "23T17:30", "26T08:30")], "30m", "2026-10-23T17:30"),
        (OFFICE, [paused("CUSTOMER", "23T19:00", "26T07:00")], "2h", "2026-10-26T09:00"),
        (OFFICE, [paused("CUSTOMER", "23T12:00", "23T17:30")], "1h", "2026-10-26T08:30"),
        (OFFICE, [paused("A", "26T09:00", "26T11:00"), paused("B", "26T10:00", "26T12:00")],
         "3h", "2026-10-26T14:00"),
        (OFFICE, [paused("A", "26T09:00", "26T12:00"), paused("B", "26T10:00", "26T11:00")],
         "3h", "2026-10-26T14:00"),
        (ELAPSED, [paused("A", "24T00:00", "26T00:00")], "8h", "2026-10-26T01:00"),
    ],
)  # fmt: skip
def test_the_due_moment_is_where_the_amount_is_over(
    hours: Hours | Elapsed, pauses: list[Pause], amount: str, due: str
) -> None:
    counting = Counting(BEGIN, hours, tuple(pauses))
    assert counting.reached(length(amount)) == at(due)
    assert counting.counted(at(due)) == length(amount)
    assert counting.counted(at(due) - MINUTE) < length(amount)


def test_why_it_does_not_count_is_said_for_every_span() -> None:
    pauses = (paused("A", "26T09:00", "26T11:00"), paused("B", "26T10:00", "26T12:30"))
    found = Counting(BEGIN, OFFICE, pauses).stretches(at("2026-10-26T14:00"))
    shown = [(f"{one.from_at.astimezone(ZoneInfo(BERLIN)):%a %H:%M}", one.reason) for one in found]
    assert shown == [
        ("Fri 17:00", ""), ("Fri 18:00", CLOSED), ("Mon 08:00", ""), ("Mon 09:00", "A"), ("Mon 11:00", "B"),
        ("Mon 12:30", CLOSED), ("Mon 13:00", ""),
    ]  # fmt: skip
    assert Counting(BEGIN, OFFICE, pauses).paused(at("2026-10-26T10:30")) == "A"
    assert Counting(BEGIN, OFFICE, pauses).paused(at("2026-10-26T12:30")) == ""


def test_elapsed_time_reaches_where_no_calendar_does() -> None:
    early = datetime(1, 1, 1, tzinfo=UTC)
    assert Counting(early).reached(timedelta(hours=1)) - early == timedelta(hours=1)
    assert Counting(BEGIN).counted(early) == NOTHING
    assert Counting(BEGIN).stretches(early) == ()


spans = st.lists(st.tuples(st.integers(-600, 9000), st.integers(1, 4000), st.sampled_from("AB")), max_size=4)
amounts = st.integers(0, 4000).map(lambda minutes: timedelta(minutes=minutes))


def countings(hours: Hours | Elapsed) -> st.SearchStrategy[Counting]:
    """What somebody may have paused over two weeks, one pause over another too."""
    return spans.map(
        lambda found: Counting(
            BEGIN,
            hours,
            tuple(
                Pause(why, BEGIN + MINUTE * start, BEGIN + MINUTE * (start + minutes)) for start, minutes, why in found
            ),
        )
    )


any_counting = st.sampled_from([ELAPSED, OFFICE, NIGHT]).flatmap(countings)


@settings(max_examples=150)
@given(any_counting, amounts, amounts)
def test_adding_and_measuring_back_agree_and_more_never_ends_earlier(
    counting: Counting, amount: timedelta, more: timedelta
) -> None:
    due = counting.reached(amount)
    assert counting.counted(due) == amount
    assert due <= counting.reached(amount + more)
    if amount:
        assert counting.counted(due - timedelta(seconds=1)) < amount


@settings(max_examples=150)
@given(any_counting, st.integers(0, 9000))
def test_the_stretches_are_what_was_counted_without_a_gap(counting: Counting, minutes: int) -> None:
    to = BEGIN + MINUTE * minutes
    found = counting.stretches(to)
    assert sum((one.to_at - one.from_at for one in found if one.counted), NOTHING) == counting.counted(to)
    assert [one.from_at for one in found] == [BEGIN, *(one.to_at for one in found)][: len(found)]
    assert not found or found[-1].to_at == to
    assert all(one.from_at < one.to_at for one in found)


@settings(max_examples=40)
@given(st.sampled_from([OFFICE, NIGHT]).flatmap(countings), st.integers(0, 5000))
def test_it_counts_the_minutes_in_which_the_place_is_open_and_nothing_is_paused(
    counting: Counting, minutes: int
) -> None:
    counted, place = 0, counting.hours
    assert isinstance(place, Calendar)
    for minute in range(minutes):
        moment = BEGIN + MINUTE * minute
        still = any(one.from_at <= moment < one.to_at for one in counting.pauses)
        counted += open_by_the_wall_clock(place, moment) and not still
    assert counting.counted(BEGIN + MINUTE * minutes) == MINUTE * counted


def test_a_stretch_says_whether_it_counts() -> None:
    assert Stretch(BEGIN, BEGIN + MINUTE).counted
    assert not Stretch(BEGIN, BEGIN + MINUTE, CLOSED).counted
