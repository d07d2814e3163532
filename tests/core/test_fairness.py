"""Nights, weekends and calls: what each had of the shifts, against the wall clock asked quarter by quarter."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backline.core.fairness import Call, had, nights, weekends
from backline.core.load import cap_of, is_full
from backline.core.oncall import Layer, Schedule, Shift, Why
from tests.core.test_calendar_oracle import CHANGES

HOUR, QUARTER = timedelta(hours=1), timedelta(minutes=15)
BERLIN = "Europe/Berlin"


def shift(start: datetime, hours: float, person: str = "sana") -> Shift:
    """Somebody has it for so many hours."""
    return Shift(start, start + hours * HOUR, person, Why.TURN)


def berlin(*moment: int) -> datetime:
    """A moment by the clock in Berlin."""
    return datetime(*moment, tzinfo=ZoneInfo(BERLIN)).astimezone(UTC)


def test_a_part_of_a_night_counts_as_that_part_and_the_longer_night_as_one() -> None:
    half = had([shift(berlin(2026, 11, 23, 22), 4)], [], BERLIN)["sana"]
    assert (half.nights, half.weekends, half.time) == (0.5, 0, 4 * HOUR)
    spring, autumn = berlin(2026, 3, 28, 22), berlin(2026, 10, 24, 22)
    assert had([shift(spring, 7)], [], BERLIN)["sana"].nights == 1
    assert had([shift(autumn, 9)], [], BERLIN)["sana"].nights == 1
    assert had([shift(autumn, 8)], [], BERLIN)["sana"].nights == pytest.approx(8 / 9)
    week = had([shift(berlin(2026, 11, 23), 7 * 24)], [], BERLIN)["sana"]
    assert (week.nights, week.weekends) == (pytest.approx(7), 1)


def test_a_call_counts_for_whoever_had_the_shift_and_by_night_where_the_team_is() -> None:
    shifts = [shift(berlin(2026, 11, 23, 8), 24), shift(berlin(2026, 11, 24, 8), 24, "lena")]
    called = [Call("sana", berlin(2026, 11, 24, 5, 59)), Call("sana", berlin(2026, 11, 24, 6)),
              Call("sana", berlin(2026, 11, 24, 8)), Call("otto", berlin(2026, 11, 23, 9))]  # fmt: skip
    found = had(shifts, called, BERLIN)
    assert (found["sana"].calls, found["sana"].calls_at_night) == (2, 1)
    assert (found["lena"].calls, "otto" in found) == (0, False)
    assert had([], called, BERLIN) == {}


@st.composite
def rotas(draw: st.DrawFn) -> tuple[str, Schedule, datetime, datetime]:
    """A zone, turns in it (or elsewhere) without a gap, and a span around a change of its clocks."""
    zone = draw(st.sampled_from(tuple(CHANGES)))
    change = datetime(*CHANGES[zone], tzinfo=UTC).replace(minute=0, second=0, microsecond=0)
    start = change - draw(st.integers(0, 200)) * HOUR
    turn, hand_over = draw(st.sampled_from((8, 12, 24, 168))), draw(st.sampled_from((0, 480, 1350)))
    first = date(start.year - 1, 1, 1)
    layer = Layer(draw(st.sampled_from((zone, "UTC"))), first, hand_over, turn, ("sana", "lena", "dora"))
    return zone, Schedule((layer,)), start, start + draw(st.integers(1, 300)) * HOUR


@settings(max_examples=60)
@given(rotas(), st.integers(0, 300))
def test_each_has_what_the_wall_clock_says_wherever_a_shift_is_cut(
    given_rota: tuple[str, Schedule, datetime, datetime], cut: int
) -> None:
    zone, schedule, start, end = given_rota
    shifts = schedule.shifts(start, end)
    found = had(shifts, [], zone)
    middle = min(start + cut * HOUR, end)
    pieces = [one for lo, hi in ((start, middle), (middle, end)) for one in schedule.shifts(lo, hi)]
    again = had(pieces, [], zone)
    for person, one in found.items():
        assert (again[person].nights, again[person].weekends) == pytest.approx((one.nights, one.weekends))
        assert again[person].time == one.time
        assert one.time == sum((each.end - each.start for each in shifts if each.person == person), timedelta())
        assert one.nights == pytest.approx(_plainly(shifts, person, zone, _is_night))
        assert one.weekends == pytest.approx(_plainly(shifts, person, zone, _is_weekend))


def _is_night(wall: datetime) -> bool:
    return wall.hour >= 22 or wall.hour < 6


def _is_weekend(wall: datetime) -> bool:
    return wall.weekday() >= 5


def _plainly(shifts: tuple[Shift, ...], person: str, zone: str, counts: Callable[[datetime], bool]) -> float:
    """Quarters of an hour by the wall clock, each as its share of the night or weekend in which it lies."""
    place, found = ZoneInfo(zone), 0.0
    for one in (each for each in shifts if each.person == person):
        at = one.start
        while at < one.end:
            found += QUARTER / _length(at, place, counts) if counts(at.astimezone(place)) else 0
            at += QUARTER
    return found


def _length(at: datetime, place: ZoneInfo, counts: Callable[[datetime], bool]) -> timedelta:
    """How long the night or weekend is in which a moment lies."""
    first = last = at
    while counts((first - QUARTER).astimezone(place)):
        first -= QUARTER
    while counts(last.astimezone(place)):
        last += QUARTER
    return last - first


def test_nights_and_weekends_are_by_the_clock_of_a_place() -> None:
    assert nights(BERLIN).is_open(berlin(2026, 11, 23, 22))
    assert not nights(BERLIN).is_open(berlin(2026, 11, 23, 21, 59))
    assert weekends(BERLIN).is_open(berlin(2026, 11, 21))
    assert not weekends(BERLIN).is_open(berlin(2026, 11, 23))


@given(st.integers(0, 9), st.lists(st.integers(0, 9), max_size=4), st.integers(0, 20))
def test_ones_own_cap_goes_before_the_lowest_of_the_teams_and_none_holds_nobody(
    own: int, teams: list[int], count: int
) -> None:
    cap = cap_of(own, teams)
    assert cap == (own or min((one for one in teams if one), default=0))
    assert is_full(count, cap) == (cap > 0 and count >= cap)
