"""Quiet hours by somebody's own clock, over midnight and in the nights in which an hour is missing or comes twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from backline.people.quiet import Quiet

NIGHT = Quiet("Europe/Berlin", 22 * 60, 2 * 60 + 30)
MOMENTS = st.datetimes(datetime(2027, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))
MINUTES = st.integers(0, 24 * 60 - 1)


def at(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2027, month, day, hour, minute, tzinfo=UTC)


def test_it_is_over_when_the_clock_there_says_so() -> None:
    assert NIGHT.over(at(7, 1, 19, 59)) == at(7, 1, 19, 59)
    assert NIGHT.over(at(7, 1, 20)) == at(7, 2, 0, 30)
    assert NIGHT.over(at(7, 2, 0, 29)) == at(7, 2, 0, 30)
    assert NIGHT.over(at(7, 2, 0, 30)) == at(7, 2, 0, 30)
    assert Quiet("Europe/Berlin", 13 * 60, 14 * 60).over(at(7, 1, 11, 30)) == at(7, 1, 12)
    assert NIGHT.over(at(10, 30, 21)) == at(10, 31, 1, 30), "half past two comes twice: the second counts"
    assert NIGHT.over(at(3, 27, 22)) == at(3, 28, 1, 30), "it is skipped: half past three is the same moment"


@given(MOMENTS, MINUTES, MINUTES, st.sampled_from(["Europe/Berlin", "Australia/Lord_Howe", "America/New_York", "UTC"]))
def test_what_waits_waits_a_day_at_most_and_once(moment: datetime, begins: int, ends: int, zone: str) -> None:
    quiet = Quiet(zone, begins, ends)
    over = quiet.over(moment)
    assert moment <= over <= moment + timedelta(hours=25)
    assert quiet.over(over) == over
