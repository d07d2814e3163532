"""How moments are said: relative, by the clock on the wall, in full; never a word that is not true."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backline.look import moments

FRIDAY = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
BERLIN = "Europe/Berlin"


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (0, "now"),
        (0.4, "now"),
        (-0.4, "now"),
        (1, "in 1 min"),
        (59, "in 59 min"),
        (60, "in 1 h"),
        (80, "in 1 h 20 min"),
        (610, "in 10 h"),
        (2879, "in 47 h"),
        (2880, "in 2 days"),
        (7200, "in 5 days"),
        (-5, "5 min ago"),
        (-90, "1 h 30 min ago"),
    ],
)
def test_how_far_away(minutes: float, said: str) -> None:
    assert moments.relative(FRIDAY + timedelta(minutes=minutes), FRIDAY) == said


@pytest.mark.parametrize(
    ("minutes", "said", "urgency"),
    [
        (16, "in 16 min", "ahead"),
        (15, "in 15 min", "soon"),
        (0, "now", "soon"),
        (-0.4, "now", "soon"),
        (-1, "overdue by 1 min", "overdue"),
        (-75, "overdue by 1 h 15 min", "overdue"),
    ],
)
def test_a_due_moment_and_its_colour_say_the_same(minutes: float, said: str, urgency: str) -> None:
    moment = FRIDAY + timedelta(minutes=minutes)
    assert moments.due(moment, FRIDAY) == said
    assert moments.urgency(moment, FRIDAY) == urgency


@given(st.floats(-1_000_000, 1_000_000))
def test_red_only_where_the_words_say_overdue(minutes: float) -> None:
    moment = FRIDAY + timedelta(minutes=minutes)
    assert moments.due(moment, FRIDAY).startswith("overdue") == (moments.urgency(moment, FRIDAY) == "overdue")


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (FRIDAY, "19:00 today"),
        (FRIDAY + timedelta(hours=5), "00:00 tomorrow"),
        (FRIDAY - timedelta(hours=20), "yesterday 23:00"),
        (FRIDAY + timedelta(days=4), "Tue 24 Nov, 19:00"),
        (FRIDAY + timedelta(days=60), "Tue 19 Jan 2027, 19:00"),
    ],
)
def test_today_ends_at_midnight_there_and_not_in_utc(moment: datetime, said: str) -> None:
    assert moments.clock(moment, FRIDAY, BERLIN) == said


def test_the_repeated_hour_is_told_apart_in_full() -> None:
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    second = first + timedelta(hours=1)
    assert moments.clock(first, first, BERLIN) == moments.clock(second, first, BERLIN) == "02:30 today"
    assert moments.exact(first, BERLIN) == "Sunday 25 October 2026, 02:30:00 (Europe/Berlin, UTC+02:00)"
    assert moments.exact(second, BERLIN) == "Sunday 25 October 2026, 02:30:00 (Europe/Berlin, UTC+01:00)"


@pytest.mark.parametrize("zone", ["", "Nowhere/Atlantis", "../etc/passwd", "a" * 500, "\x00"])
def test_a_zone_that_is_none_is_utc(zone: str) -> None:
    assert str(moments.zone_of(zone)) == "UTC"
