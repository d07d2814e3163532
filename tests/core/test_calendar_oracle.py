"""Random calendars, zones and years against the wall clock, minute by minute; and what must hold of any of them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from backline.core.calendar import Block, Calendar, CalendarRefused, OtherHours, Pieced, Stretch
from tests.core.calendars import counted, open_by_the_wall_clock

CHANGES = {
    "UTC": (2026, 1, 1, 0),
    "Europe/Berlin": (2026, 10, 25, 1),
    "Europe/London": (2026, 3, 29, 1),
    "America/New_York": (2026, 3, 8, 7),
    "America/St_Johns": (2006, 10, 29, 2),
    "America/Sao_Paulo": (2018, 11, 4, 3),
    "Asia/Tehran": (2016, 3, 20, 20),
    "Australia/Lord_Howe": (2026, 4, 4, 15),
    "Pacific/Apia": (2011, 12, 30, 10),
    "Asia/Kathmandu": (1985, 12, 31, 18),
    "Africa/Casablanca": (2026, 2, 15, 2),
    "Antarctica/Troll": (2040, 10, 28, 1),
}
"""Zones, and an hour of UTC in which the clock there was or will be put forward or back."""
ZONES = tuple(CHANGES)


@st.composite
def blocks(draw: st.DrawFn) -> tuple[Block, ...]:
    """Up to three blocks of one day, the last perhaps over midnight; none reaches past eight the next morning."""
    edges = sorted(draw(st.lists(st.integers(8 * 60, 32 * 60), max_size=6, unique=True)))
    pairs = zip(edges[::2], edges[1::2], strict=False)
    return tuple(Block(start, end) for start, end in pairs if start < 24 * 60 and end - start <= 24 * 60)


@st.composite
def early_blocks(draw: st.DrawFn) -> tuple[Block, ...]:
    """One block in the hours in which clocks are changed."""
    start = draw(st.integers(0, 4 * 60))
    return (Block(start, start + draw(st.integers(1, 3 * 60))),)


@st.composite
def calendars(draw: st.DrawFn) -> tuple[Calendar, datetime]:
    """A calendar, and a moment near something that happens in it."""
    kind = blocks() if draw(st.booleans()) else early_blocks()
    week = tuple(draw(st.lists(kind, min_size=7, max_size=7)))
    assume(sum(one.end - one.start for day in week for one in day) >= 180)  # else 80 days of it last for centuries
    zone = draw(st.sampled_from(ZONES))
    around = st.just(datetime(*CHANGES[zone])) | st.datetimes(datetime(1930, 1, 1), datetime(2150, 1, 1))
    moment = draw(around).replace(second=0, microsecond=0, tzinfo=UTC)
    near = st.integers(-3, 4).map(lambda days: date.fromordinal(moment.toordinal() + days))
    others = draw(st.lists(st.builds(OtherHours, near, kind), max_size=2, unique_by=lambda one: one.day))
    calendar = Calendar(zone, week, tuple(others), frozenset(draw(st.sets(near, max_size=2))))
    return calendar, moment + timedelta(minutes=draw(st.integers(-2000, 2000)))


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
amounts = st.timedeltas(timedelta(0), timedelta(days=40))
spans = st.integers(0, 3000).map(lambda minutes: timedelta(minutes=minutes))


@settings(max_examples=120)
@given(calendars(), spans)
def test_it_counts_what_the_wall_clock_shows_minute_by_minute(one: tuple[Calendar, datetime], span: timedelta) -> None:
    calendar, moment = one
    assert calendar.between(moment, moment + span) == counted(calendar, moment, moment + span)
    assert sum((to - start for start, to in calendar.spans(moment, moment + span)), timedelta(0)) == calendar.between(
        moment, moment + span
    )


@given(calendars())
def test_it_is_open_when_the_wall_clock_says_so(one: tuple[Calendar, datetime]) -> None:
    calendar, moment = one
    assert calendar.is_open(moment) is open_by_the_wall_clock(calendar, moment)
    opening = calendar.next_opening(moment)
    assert open_by_the_wall_clock(calendar, opening)
    assert opening == moment or not open_by_the_wall_clock(calendar, moment)
    assert not calendar.between(moment, opening)


@given(calendars(), amounts)
def test_adding_and_measuring_back_agree(one: tuple[Calendar, datetime], amount: timedelta) -> None:
    calendar, moment = one
    end, start = calendar.after(moment, amount), calendar.before(moment, amount)
    assert start <= moment <= end
    assert calendar.between(moment, end) == calendar.between(start, moment) == amount
    tick = timedelta(microseconds=1)
    if amount:
        assert calendar.between(moment, end - tick) < amount, "it is the first such moment"
        assert calendar.between(start + tick, moment) < amount, "it is the last such moment"
        assert calendar.before(end, amount) >= moment
        assert calendar.after(start, amount) <= moment


@given(calendars(), amounts, st.lists(st.floats(0, 1), max_size=5))
def test_split_anywhere_the_sum_is_the_same(
    one: tuple[Calendar, datetime], length: timedelta, cuts: list[float]
) -> None:
    calendar, start = one
    points = [start, *(start + length * cut for cut in sorted(cuts)), start + length]
    parts = [calendar.between(first, last) for first, last in pairwise(points)]
    assert sum(parts, timedelta(0)) == calendar.between(start, start + length)


@given(calendars(), amounts, amounts)
def test_an_amount_in_two_parts_ends_where_the_whole_does(
    one: tuple[Calendar, datetime], first: timedelta, second: timedelta
) -> None:
    calendar, moment = one
    if second:
        assert calendar.after(calendar.after(moment, first), second) == calendar.after(moment, first + second)
        assert calendar.before(calendar.before(moment, first), second) == calendar.before(moment, first + second)


@given(calendars(), st.lists(st.tuples(st.integers(-4_000_000, 4_000_000), st.integers(0, 2_000_000)), max_size=20))
def test_an_array_is_as_many_single_moments(one: tuple[Calendar, datetime], pairs: list[tuple[int, int]]) -> None:
    calendar, moment = one
    for shift, more in ((0, 0), (0.5, 0.25)):
        first = np.array([int(moment.timestamp()) + shift + begin for begin, _ in pairs])
        amount = np.array([more + length for _, length in pairs])
        singles = [EPOCH + timedelta(seconds=second) for second in first.tolist()]
        both = list(zip(singles, (timedelta(seconds=length) for length in amount.tolist()), strict=True))
        counted_all = calendar.between_all(first, first + amount)
        assert counted_all.tolist() == [calendar.between(at, at + by).total_seconds() for at, by in both]
        assert calendar.after_all(first, amount).tolist() == [calendar.after(at, by).timestamp() for at, by in both]
        assert calendar.before_all(first, amount).tolist() == [calendar.before(at, by).timestamp() for at, by in both]
        assert counted_all.dtype == (np.float64 if more and pairs else np.int64)


@given(calendars(), calendars(), spans)
def test_one_calendar_after_another_counts_each_in_its_stretch(
    one: tuple[Calendar, datetime], other: tuple[Calendar, datetime], span: timedelta
) -> None:
    (old, moment), (new, _) = one, other
    turn = moment + span / 2
    pieced = Pieced((Stretch(moment - timedelta(days=1), old), Stretch(turn, new)))
    full = turn if not turn.microsecond else turn.replace(microsecond=0) + timedelta(seconds=1)
    assert pieced.between(moment, moment + span) == old.between(moment, full) + new.between(full, moment + span)
    assert pieced.calendar_at(full) is new
    assert pieced.calendar_at(full - timedelta(seconds=1)) is old
    end = pieced.after(moment, timedelta(hours=30))
    assert pieced.between(moment, end) == timedelta(hours=30)


@pytest.mark.parametrize("zone", ZONES)
def test_a_large_array_goes_through_in_pieces(zone: str) -> None:
    calendar = Calendar(zone, ((Block(540, 1020),),) * 5 + ((), ()))
    starts = np.random.default_rng(7).integers(1_600_000_000, 1_900_000_000, 100_000)
    ends = calendar.after_all(starts, np.array([3600 * 40]))
    assert (calendar.between_all(starts, ends) == 3600 * 40).all()
    assert (calendar.between_all(ends, starts) == 0).all()
    assert (calendar.before_all(ends, np.array([3600 * 40])) >= starts).all()
    assert calendar.between_all(starts.reshape(100, 1000), ends.reshape(100, 1000)).shape == (100, 1000)


def test_a_crowd_of_blocks_on_one_date_is_counted_right_too() -> None:
    crowd = tuple(Block(minute, minute + 1) for minute in range(0, 1440, 2))
    calendar = Calendar("UTC", ((Block(0, 1),),) + ((),) * 6, (OtherHours(date(2026, 5, 5), crowd),))
    begin = int(datetime(2026, 5, 5, tzinfo=UTC).timestamp())
    moments, start = np.arange(begin - 60, begin + 86460, 30), np.array([begin - 86400 * 14])
    since = EPOCH + timedelta(seconds=int(start[0]))
    right = [calendar.between(since, EPOCH + timedelta(seconds=second)).total_seconds() for second in moments.tolist()]
    assert calendar.between_all(start, moments).tolist() == right


@given(st.datetimes() | st.datetimes(timezones=st.timezones()))
def test_any_moment_has_an_answer_or_a_named_error(moment: datetime) -> None:
    calendar = Calendar("America/New_York", ((Block(540, 1020),),) * 7)
    for ask in (
        calendar.is_open,
        calendar.next_opening,
        lambda at: calendar.after(at, 60),
        lambda at: calendar.before(at, 60),
    ):
        try:
            ask(moment)
        except CalendarRefused:
            assert moment.tzinfo is None or not 1901 < moment.year < 2199
