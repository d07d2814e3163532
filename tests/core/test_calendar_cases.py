"""Working time by hand: exceptions, nights, the clock change, amounts that end at closing, and backwards."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from backline.core.calendar import Calendar
from tests.core.calendars import SATURDAY, SUNDAY, WEEKDAYS, at, counted, length, other, weekly

OFFICE = weekly("09:00-17:00", days=WEEKDAYS)
LUNCH = weekly("08:00-12:00", "13:00-17:00", days=WEEKDAYS)
NIGHTS = weekly("22:00-30:00")
ALWAYS = weekly("00:00-24:00")
PUB = weekly("10:00-14:00", "18:00-25:30", days=[4, 5])
SATURDAY_NIGHT = weekly("22:00-30:00", days=SATURDAY)
INSIDE_THE_GAP = weekly("02:15-02:45", days=SUNDAY)
OPENS_IN_THE_GAP = weekly("02:30-05:00", days=SUNDAY)
CLOSES_IN_THE_GAP = weekly("00:00-02:30", days=SUNDAY)
TWO_TO_THREE = weekly("02:00-03:00", days=SUNDAY)
CHRISTMAS = replace(
    OFFICE, exceptions=(other("2026-12-24", "09:00-12:00"), other("2026-12-26", "10:00-14:00")),
    holidays=frozenset({date(2026, 12, 25), date(2026, 12, 26)}),
)  # fmt: skip
NIGHTS_AT_CHRISTMAS = replace(NIGHTS, holidays=frozenset({date(2026, 12, 25)}))
NIGHTS_WITH_A_MORNING = replace(NIGHTS, exceptions=(other("2026-12-25", "05:00-09:00"),))
NIGHTS_WITH_A_VISIT = replace(NIGHTS, exceptions=(other("2026-12-25", "02:00-04:00"),))
SAO_PAULO = weekly("00:00-24:00", zone="America/Sao_Paulo")
LORD_HOWE = weekly("01:00-03:00", zone="Australia/Lord_Howe")
SAMOA = weekly("09:00-17:00", zone="Pacific/Apia")
NEPAL = weekly("09:00-17:00", zone="Asia/Kathmandu")
TEHRAN_NIGHTS = weekly("20:00-28:00", zone="Asia/Tehran")

BETWEEN = [
    ("a day", OFFICE, "2026-11-23 09:00", "2026-11-23 17:00", "8h"),
    ("nothing outside hours", OFFICE, "2026-11-23 18:00", "2026-11-24 08:00", "0h"),
    ("over a weekend", OFFICE, "2026-11-20 16:00", "2026-11-23 10:00", "2h"),
    ("from after hours to the next close", OFFICE, "2026-11-20 19:00", "2026-11-23 17:00", "8h"),
    ("across lunch", LUNCH, "2026-11-23 11:30", "2026-11-23 13:30", "1h"),
    ("backwards is nothing", OFFICE, "2026-11-23 17:00", "2026-11-23 09:00", "0h"),
    ("a moment is nothing", OFFICE, "2026-11-23 12:00", "2026-11-23 12:00", "0h"),
    ("the eve of a holiday is short", CHRISTMAS, "2026-12-24 09:00", "2026-12-25 09:00", "3h"),
    ("a holiday is closed", CHRISTMAS, "2026-12-25 00:00", "2026-12-26 00:00", "0h"),
    ("other hours go before a holiday", CHRISTMAS, "2026-12-26 00:00", "2026-12-27 00:00", "4h"),
    ("a whole Christmas", CHRISTMAS, "2026-12-23 16:00", "2026-12-28 10:00", "9h"),
    ("a night", NIGHTS, "2026-11-23 12:00", "2026-11-24 12:00", "8h"),
    ("both ends of two nights", NIGHTS, "2026-11-24 00:00", "2026-11-25 00:00", "8h"),
    ("the tail belongs to the eve and stays", NIGHTS_AT_CHRISTMAS, "2026-12-25 00:00", "2026-12-26 00:00", "6h"),
    ("no tail after a closed evening", NIGHTS_AT_CHRISTMAS, "2026-12-26 00:00", "2026-12-26 21:00", "0h"),
    ("a tail and a morning are one", NIGHTS_WITH_A_MORNING, "2026-12-24 22:00", "2026-12-25 12:00", "11h"),
    ("hours inside a tail count once", NIGHTS_WITH_A_VISIT, "2026-12-24 22:00", "2026-12-25 12:00", "8h"),
    ("an evening into the next day, once", PUB, "2026-11-27 17:00", "2026-11-28 09:00", "7h30"),
    ("spring: an hour does not exist", ALWAYS, "2026-03-29 00:00", "2026-03-30 00:00", "23h"),
    ("autumn: an hour counts twice", ALWAYS, "2026-10-25 00:00", "2026-10-26 00:00", "25h"),
    ("spring: the night shift is short", SATURDAY_NIGHT, "2026-03-28 20:00", "2026-03-29 12:00", "7h"),
    ("autumn: the night shift is long", SATURDAY_NIGHT, "2026-10-24 20:00", "2026-10-25 12:00", "9h"),
    ("spring: a block inside the gap", INSIDE_THE_GAP, "2026-03-29 00:00", "2026-03-30 00:00", "0h"),
    ("spring: opening in the gap is the change", OPENS_IN_THE_GAP, "2026-03-29 00:00", "2026-03-30 00:00", "2h"),
    ("spring: closing in the gap is the change", CLOSES_IN_THE_GAP, "2026-03-29 00:00", "2026-03-30 00:00", "2h"),
    ("autumn: the repeated hour, whole", TWO_TO_THREE, "2026-10-25 00:00", "2026-10-26 00:00", "2h"),
    ("autumn: only the first of both", TWO_TO_THREE, "2026-10-25 00:00", "2026-10-25T03:00+02:00", "1h"),
    ("autumn: opening twice", OPENS_IN_THE_GAP, "2026-10-25 00:00", "2026-10-26 00:00", "3h"),
    ("autumn: closing twice", CLOSES_IN_THE_GAP, "2026-10-25 00:00", "2026-10-26 00:00", "3h"),
    ("autumn: closed between both", OPENS_IN_THE_GAP, "2026-10-25T03:00+02:00", "2026-10-25T02:30+01:00", "0h"),
    ("midnight does not exist in Sao Paulo", SAO_PAULO, "2018-11-03 12:00", "2018-11-04 12:00", "23h"),
    ("midnight comes twice in Sao Paulo", SAO_PAULO, "2018-02-17 12:00", "2018-02-18 12:00", "25h"),
    ("half an hour more on Lord Howe", LORD_HOWE, "2026-04-05 00:00", "2026-04-05 12:00", "2h30"),
    ("half an hour less on Lord Howe", LORD_HOWE, "2026-10-04 00:00", "2026-10-04 12:00", "1h30"),
    ("Samoa skipped a Friday", SAMOA, "2011-12-29 00:00", "2012-01-01 00:00", "16h"),
    ("a quarter past in Nepal", NEPAL, "2026-11-23T03:15+00:00", "2026-11-23T03:30+00:00", "15m"),
    ("the week after the change", OFFICE, "2026-03-30T07:00+00:00", "2026-03-30T15:00+00:00", "8h"),
    ("Tehran's change at midnight, at night", TEHRAN_NIGHTS, "2016-03-20 12:00", "2016-03-21 12:00", "7h"),
]  # fmt: skip
AFTER = [
    ("inside a day", OFFICE, "2026-11-23 09:00", "2h", "2026-11-23 11:00"),
    ("ending at closing is closing", OFFICE, "2026-11-23 13:00", "4h", "2026-11-23 17:00"),
    ("a second past closing is the next day", OFFICE, "2026-11-23 13:00", "14401s", "2026-11-24 09:00:01"),
    ("ending at lunch is lunch", LUNCH, "2026-11-23 10:00", "2h", "2026-11-23 12:00"),
    ("over a weekend", OFFICE, "2026-11-20 16:30", "1h", "2026-11-23 09:30"),
    ("from closed time", OFFICE, "2026-11-21 12:00", "1h", "2026-11-23 10:00"),
    ("from closing", OFFICE, "2026-11-23 17:00", "1m", "2026-11-24 09:01"),
    ("nothing stays where it is, closed or not", OFFICE, "2026-11-21 12:00", "0h", "2026-11-21 12:00"),
    ("the eve of a holiday", CHRISTMAS, "2026-12-24 11:00", "2h", "2026-12-26 11:00"),
    ("a whole night", NIGHTS, "2026-11-23 22:00", "8h", "2026-11-24 06:00"),
    ("past midnight", NIGHTS, "2026-11-23 23:00", "2h", "2026-11-24 01:00"),
    ("the evening that is a holiday", NIGHTS_AT_CHRISTMAS, "2026-12-25 05:00", "2h", "2026-12-26 23:00"),
    ("spring: over the gap", ALWAYS, "2026-03-29 01:30", "1h", "2026-03-29 03:30"),
    ("spring: closing in the gap", CLOSES_IN_THE_GAP, "2026-03-29 00:00", "2h", "2026-03-29 03:00"),
    ("autumn: into the second of both", TWO_TO_THREE, "2026-10-25 00:00", "90m", "2026-10-25T02:30+01:00"),
    ("a fraction of a second", OFFICE, "2026-11-23 12:00", "0.25s", "2026-11-23 12:00:00.250000"),
    ("two years", ALWAYS, "2026-01-01 00:00", "17520h", "2028-01-01 00:00"),
]  # fmt: skip
BEFORE = [
    ("an hour before a deadline after a closed night", LUNCH, "2026-11-24 09:00", "1h", "2026-11-24 08:00"),
    ("across the night", OFFICE, "2026-11-24 10:00", "2h", "2026-11-23 16:00"),
    ("ending at opening is opening", OFFICE, "2026-11-23 13:00", "4h", "2026-11-23 09:00"),
    ("a second past opening is the day before", OFFICE, "2026-11-24 13:00", "14401s", "2026-11-23 16:59:59"),
    ("over a weekend", OFFICE, "2026-11-23 09:30", "1h", "2026-11-20 16:30"),
    ("from closed time", OFFICE, "2026-11-22 12:00", "1h", "2026-11-20 16:00"),
    ("nothing stays where it is, closed or not", OFFICE, "2026-11-22 12:00", "0h", "2026-11-22 12:00"),
    ("from opening", OFFICE, "2026-11-24 09:00", "1m", "2026-11-23 16:59"),
    ("the day after the holidays", CHRISTMAS, "2026-12-28 09:00", "5h", "2026-12-24 11:00"),
    ("before midnight", NIGHTS, "2026-11-24 01:00", "2h", "2026-11-23 23:00"),
    ("over the evening that is a holiday", NIGHTS_AT_CHRISTMAS, "2026-12-26 23:00", "2h", "2026-12-25 05:00"),
    ("spring: over the gap", ALWAYS, "2026-03-29 03:30", "1h", "2026-03-29 01:30"),
    ("spring: opening in the gap", OPENS_IN_THE_GAP, "2026-03-29 05:00", "2h", "2026-03-29 03:00"),
    ("autumn: back into the first of both", TWO_TO_THREE, "2026-10-25 12:00", "90m", "2026-10-25T02:30+02:00"),
    ("Samoa's Thursday", SAMOA, "2011-12-31 10:00", "2h", "2011-12-29 16:00"),
]  # fmt: skip


@pytest.mark.parametrize(("story", "calendar", "start", "end", "right"), BETWEEN, ids=[row[0] for row in BETWEEN])
def test_between(story: str, calendar: Calendar, start: str, end: str, right: str) -> None:
    first, last = at(start, calendar.zone), at(end, calendar.zone)
    assert calendar.between(first, last) == length(right), story
    assert counted(calendar, first, last) == length(right), "the oracle says so too"
    assert calendar.between_all(seconds(first), seconds(last)).tolist() == [length(right).total_seconds()]


@pytest.mark.parametrize(("story", "calendar", "start", "amount", "right"), AFTER, ids=[row[0] for row in AFTER])
def test_after(story: str, calendar: Calendar, start: str, amount: str, right: str) -> None:
    first, last = at(start, calendar.zone), at(right, calendar.zone)
    assert calendar.after(first, length(amount)) == last, story
    assert calendar.after(first, length(amount).total_seconds()) == last
    assert calendar.after_all(seconds(first), np.array([length(amount).total_seconds()])).tolist() == [last.timestamp()]
    assert calendar.between(first, last) == length(amount)


@pytest.mark.parametrize(("story", "calendar", "end", "amount", "right"), BEFORE, ids=[row[0] for row in BEFORE])
def test_before(story: str, calendar: Calendar, end: str, amount: str, right: str) -> None:
    last, first = at(end, calendar.zone), at(right, calendar.zone)
    assert calendar.before(last, length(amount)) == first, story
    assert calendar.before_all(seconds(last), np.array([length(amount).total_seconds()])).tolist() == [
        first.timestamp()
    ]
    assert calendar.between(first, last) == length(amount)


def seconds(moment: datetime) -> np.ndarray:
    return np.array([moment.timestamp()])


def test_an_hour_before_a_deadline_of_four_hours() -> None:
    """glpi-project/glpi PR#22678: raised on Monday at 17:00, hours 08 to 18; it fired on Tuesday at 00:00."""
    hours = weekly("08:00-18:00", days=WEEKDAYS)
    due = hours.after(at("2026-11-23 17:00"), length("4h"))
    assert due == at("2026-11-24 11:00")
    assert hours.before(due, length("1h")) == at("2026-11-24 10:00")


@pytest.mark.parametrize(
    ("calendar", "moment", "opening"),
    [
        (OFFICE, "2026-11-23 08:00", "2026-11-23 09:00"),
        (OFFICE, "2026-11-23 09:00", "2026-11-23 09:00"),
        (OFFICE, "2026-11-23 12:34:56.789", "2026-11-23 12:34:56.789"),
        (OFFICE, "2026-11-23 17:00", "2026-11-24 09:00"),
        (CHRISTMAS, "2026-12-24 12:00", "2026-12-26 10:00"),
        (NIGHTS_AT_CHRISTMAS, "2026-12-25 06:00", "2026-12-26 22:00"),
        (INSIDE_THE_GAP, "2026-03-22 03:00", "2026-04-05 02:15"),
        (OPENS_IN_THE_GAP, "2026-03-28 12:00", "2026-03-29 03:00"),
        (OPENS_IN_THE_GAP, "2026-10-25T03:00+02:00", "2026-10-25T02:30+01:00"),
    ],
)
def test_the_next_opening(calendar: Calendar, moment: str, opening: str) -> None:
    assert calendar.next_opening(at(moment)) == at(opening)
    assert calendar.is_open(at(opening))
    assert calendar.is_open(at(moment)) is (at(moment) == at(opening))


def test_open_from_opening_to_just_before_closing() -> None:
    walls = ("08:59:59.999999", "09:00", "16:59:59.999999", "17:00")
    assert [OFFICE.is_open(at(f"2026-11-23 {wall}")) for wall in walls] == [False, True, True, False]


@pytest.mark.parametrize(("ticks", "lacks"), [(-1, 1), (0, 0), (1, 0), (2, 0)])
def test_not_a_microsecond_past_closing_is_counted(ticks: int, lacks: int) -> None:
    opening, closing = at("2026-11-23 09:00"), at("2026-11-23 17:00")
    tick = timedelta(microseconds=1)
    assert OFFICE.between(opening, closing + ticks * tick) == timedelta(hours=8) - lacks * tick
    assert OFFICE.between(opening - ticks * tick, closing) == timedelta(hours=8) - lacks * tick


def test_spans_to_draw_are_cut_off_at_both_ends() -> None:
    found = LUNCH.spans(at("2026-11-23 10:00"), at("2026-11-24 09:00"))
    assert [(one.from_at, one.to_at) for one in found] == [
        (at("2026-11-23 10:00"), at("2026-11-23 12:00")),
        (at("2026-11-23 13:00"), at("2026-11-23 17:00")),
        (at("2026-11-24 08:00"), at("2026-11-24 09:00")),
    ]
    assert LUNCH.spans(at("2026-11-24 09:00"), at("2026-11-23 10:00")) == ()
    assert LUNCH.spans(at("2026-11-23 12:00"), at("2026-11-23 13:00")) == ()
    assert LUNCH.spans(at("2026-11-23 10:00"), at("2026-11-23 10:00")) == ()
    assert all(one.from_at.tzinfo is UTC for one in found)


def test_what_is_open_without_a_break_is_one_span() -> None:
    (only,) = ALWAYS.spans(at("2026-03-01 00:00"), at("2026-12-01 00:00"))
    assert only.to_at - only.from_at == at("2026-12-01 00:00") - at("2026-03-01 00:00").astimezone(UTC)


def test_which_blocks_begin_on_a_date() -> None:
    begins = {day: [str(one) for one in CHRISTMAS.blocks_on(date(2026, 12, day))] for day in (23, 24, 25, 26, 27)}
    assert begins == {23: ["09:00-17:00"], 24: ["09:00-12:00"], 25: [], 26: ["10:00-14:00"], 27: []}
    assert [str(one) for one in NIGHTS.blocks_on(date(2026, 12, 24))] == ["22:00-30:00"]


def test_a_moment_of_any_zone_is_the_same_moment() -> None:
    here = at("2026-11-23 10:00")
    for zone in ("UTC", "Asia/Kathmandu", "Pacific/Apia"):
        assert OFFICE.after(here.astimezone(at("2026-01-01", zone).tzinfo), 3600) == at("2026-11-23 11:00")
