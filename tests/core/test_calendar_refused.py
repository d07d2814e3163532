"""Calendars that cannot be and questions without an answer: one named error each, and never a hang."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from backline.core.calendar import Block, Calendar, CalendarRefused, OtherHours, Pieced, Stretch, same_every_day
from backline.core.values import decode, encode
from backline.core.words import CalendarFault
from tests.core.calendars import WEEKDAYS, at, block, blocks, other, weekly

OFFICE = weekly("09:00-17:00", days=WEEKDAYS)
CLOSED = same_every_day()
ONE_DAY = Calendar("UTC", CLOSED, (other("2026-05-05", "09:00-17:00"),))
NOON = at("2026-11-23 12:00")
SECONDS = np.array([NOON.timestamp()])


def week(monday: str = "", tuesday: str = "", sunday: str = "") -> tuple[tuple[Block, ...], ...]:
    return (*(blocks(*day.split()) for day in (monday, tuesday)), (), (), (), (), blocks(*sunday.split()))


def but(*others: OtherHours) -> Calendar:
    return replace(OFFICE, exceptions=others)


@pytest.mark.parametrize(
    ("fault", "make"),
    [
        (CalendarFault.UNKNOWN_ZONE, lambda: replace(OFFICE, zone="Europe/Atlantis")),
        (CalendarFault.UNKNOWN_ZONE, lambda: replace(OFFICE, zone="Europe")),
        (CalendarFault.UNKNOWN_ZONE, lambda: replace(OFFICE, zone="")),
        (CalendarFault.UNKNOWN_ZONE, lambda: replace(OFFICE, zone="../../etc/passwd")),
        (CalendarFault.UNKNOWN_ZONE, lambda: replace(OFFICE, zone="UTC\0")),
        (CalendarFault.UNKNOWN_ZONE, lambda: replace(OFFICE, zone="\ud800")),
        (CalendarFault.UNKNOWN_ZONE, lambda: replace(OFFICE, zone="Z" * 5000)),
        (CalendarFault.BAD_HOURS, lambda: block("17:00-09:00")),
        (CalendarFault.BAD_HOURS, lambda: block("09:00-09:00")),
        (CalendarFault.BAD_HOURS, lambda: block("24:00-26:00")),
        (CalendarFault.BAD_HOURS, lambda: block("08:00-32:01")),
        (CalendarFault.BAD_HOURS, lambda: Block(-1, 60)),
        (CalendarFault.BAD_HOURS, lambda: replace(OFFICE, week=OFFICE.week[:6])),
        (CalendarFault.OVERLAP, lambda: replace(OFFICE, week=week("09:00-13:00 12:59-17:00"))),
        (CalendarFault.OVERLAP, lambda: replace(OFFICE, week=week("09:00-13:00 09:00-10:00"))),
        (CalendarFault.OVERLAP, lambda: replace(OFFICE, week=week("22:00-30:00", "05:59-12:00"))),
        (CalendarFault.OVERLAP, lambda: replace(OFFICE, week=week("05:59-12:00", sunday="22:00-30:00"))),
        (CalendarFault.OVERLAP, lambda: but(other("2026-12-24"), other("2026-12-24", "09:00-10:00"))),
        (CalendarFault.OVERLAP, lambda: but(other("2026-12-24", "09:00-11:00", "10:00-12:00"))),
        (CalendarFault.NO_WORKING_TIME, lambda: replace(OFFICE, week=CLOSED)),
        (CalendarFault.NO_WORKING_TIME, lambda: replace(OFFICE, week=CLOSED, exceptions=(other("2026-12-24"),))),
        (CalendarFault.BAD_HOURS, lambda: Pieced(())),
        (CalendarFault.BAD_HOURS, lambda: Pieced((Stretch(NOON, OFFICE), Stretch(NOON, OFFICE)))),
    ],
)  # fmt: skip
def test_a_calendar_that_cannot_be(fault: CalendarFault, make: Callable[[], object]) -> None:
    with pytest.raises(CalendarRefused) as refused:
        make()
    assert refused.value.fault is fault


@pytest.mark.parametrize(
    "fine",
    [
        week("09:00-13:00 13:00-17:00"),
        week("22:00-30:00", "06:00-12:00"),
        week("06:00-12:00", sunday="22:00-30:00"),
        week("00:00-24:00", "00:00-24:00"),
        week("08:00-32:00"),
    ],
)
def test_blocks_may_touch(fine: tuple[tuple[Block, ...], ...]) -> None:
    assert replace(OFFICE, week=fine).week == fine


NUMBERS = [-1, -0.001, float("nan"), float("inf"), 1e300, 10**400, timedelta(seconds=-1), timedelta.max]


@pytest.mark.parametrize("amount", NUMBERS, ids=str)
def test_an_amount_that_cannot_be(amount: Any) -> None:
    for ask in (OFFICE.after, OFFICE.before):
        with pytest.raises(CalendarRefused) as refused:
            ask(NOON, amount)
        assert refused.value.fault is CalendarFault.BAD_AMOUNT
    if not isinstance(amount, timedelta):
        for ask_all in (OFFICE.after_all, OFFICE.before_all):
            with pytest.raises(CalendarRefused) as refused:
                ask_all(SECONDS, np.array([60, amount]))
            assert refused.value.fault is CalendarFault.BAD_AMOUNT


@pytest.mark.parametrize("amounts", [["1"], [None], [1 + 1j], [True]])
def test_an_array_of_something_else(amounts: list[Any]) -> None:
    with pytest.raises(CalendarRefused) as refused:
        OFFICE.after_all(SECONDS, np.array(amounts))
    assert refused.value.fault is CalendarFault.BAD_AMOUNT


ASKS: list[Callable[[Calendar, Any], object]] = [
    lambda calendar, moment: calendar.is_open(moment),
    lambda calendar, moment: calendar.next_opening(moment),
    lambda calendar, moment: calendar.after(moment, 60),
    lambda calendar, moment: calendar.before(moment, 60),
    lambda calendar, moment: calendar.between(moment, NOON),
    lambda calendar, moment: calendar.between(NOON, moment),
    lambda calendar, moment: calendar.spans(moment, NOON),
]


@pytest.mark.parametrize("ask", ASKS)
@pytest.mark.parametrize("moment", [datetime(2026, 11, 23, 12), date(2026, 11, 23)])
def test_a_moment_without_a_zone(ask: Callable[[Calendar, Any], object], moment: object) -> None:
    with pytest.raises(CalendarRefused) as refused:
        ask(OFFICE, moment)
    assert refused.value.fault is CalendarFault.MOMENT_WITHOUT_ZONE


@pytest.mark.parametrize("ask", ASKS)
@pytest.mark.parametrize(
    "moment",
    [
        datetime.min.replace(tzinfo=UTC),
        datetime.max.replace(tzinfo=UTC),
        at("0001-01-01 00:00", "Asia/Tokyo"),
        at("9999-12-31 23:59", "America/Anchorage"),
        datetime(1899, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
        datetime(2200, 1, 1, 0, 0, 0, 1, tzinfo=UTC),
    ],
    ids=str,
)
def test_a_moment_out_of_reach(ask: Callable[[Calendar, Any], object], moment: datetime) -> None:
    with pytest.raises(CalendarRefused) as refused:
        ask(OFFICE, moment)
    assert refused.value.fault is CalendarFault.OUT_OF_REACH


@pytest.mark.parametrize("second", [-62_135_596_800, 253_402_300_799, float("nan"), float("-inf"), 2**63 - 1])
def test_an_array_with_a_moment_out_of_reach(second: float) -> None:
    moments = np.array([NOON.timestamp(), second])
    for ask in (
        lambda: OFFICE.after_all(moments, np.array([60])),
        lambda: OFFICE.before_all(moments, np.array([60])),
        lambda: OFFICE.between_all(moments, SECONDS),
        lambda: OFFICE.between_all(SECONDS, moments),
    ):
        with pytest.raises(CalendarRefused) as refused:
            ask()
        assert refused.value.fault is CalendarFault.OUT_OF_REACH


def test_the_edges_of_reach_answer() -> None:
    first, last = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
    always = weekly("00:00-24:00")
    assert always.between(first, last) == last - first
    assert always.after(first, last - first) == last
    assert always.before(last, last - first) == first
    assert (
        always.between_all(np.array([first.timestamp()]), np.array([last.timestamp()]))
        == (last - first).total_seconds()
    )


@pytest.mark.parametrize(
    "ask",
    [
        lambda: ONE_DAY.next_opening(NOON),
        lambda: ONE_DAY.after(NOON, 1),
        lambda: ONE_DAY.after(at("2026-05-01 12:00"), 8 * 3600 + 1),
        lambda: ONE_DAY.before(at("2026-05-01 12:00"), 1),
        lambda: ONE_DAY.after_all(SECONDS, np.array([0, 1])),
        lambda: ONE_DAY.before_all(SECONDS, np.array([8 * 3600 + 1])),
        lambda: OFFICE.after(NOON, timedelta(days=365 * 170)),
        lambda: OFFICE.before(NOON, timedelta(days=365 * 120)),
    ],
)
def test_not_so_much_working_time_to_be_had(ask: Callable[[], object]) -> None:
    """OCA/project#73: it hangs where there is no working calendar."""
    with pytest.raises(CalendarRefused) as refused:
        ask()
    assert refused.value.fault is CalendarFault.NO_WORKING_TIME


def test_one_open_day_in_the_whole_time() -> None:
    assert ONE_DAY.next_opening(at("1950-01-01 00:00")) == at("2026-05-05 09:00", "UTC")
    assert ONE_DAY.after(at("1950-01-01 00:00"), 8 * 3600) == at("2026-05-05 17:00", "UTC")
    assert ONE_DAY.before(at("2190-01-01 00:00"), 8 * 3600) == at("2026-05-05 09:00", "UTC")
    assert ONE_DAY.after(NOON, 0) == NOON
    assert ONE_DAY.after_all(SECONDS, np.array([0])).tolist() == SECONDS.tolist()


def test_no_moments_are_no_answers() -> None:
    nothing: Any = np.array([])
    assert OFFICE.between_all(nothing, nothing).tolist() == []
    assert OFFICE.after_all(nothing, np.array([60])).tolist() == []
    assert OFFICE.before_all(nothing, nothing).tolist() == []


def test_the_error_says_what_was_refused() -> None:
    with pytest.raises(CalendarRefused, match="OVERLAP 09:00-13:00, 12:00-17:00"):
        replace(OFFICE, week=week("09:00-13:00 12:00-17:00"))


def test_a_calendar_survives_being_kept() -> None:
    calendar = replace(
        OFFICE,
        exceptions=(OtherHours(date(2026, 12, 24), blocks("22:00-30:00")), other("2026-12-31")),
        holidays=frozenset({date(2026, 12, 25), date(2027, 1, 1)}),
    )
    assert decode(Calendar, encode(calendar)) == calendar
    assert encode(calendar)["holidays"] == ["2026-12-25", "2027-01-01"]
    assert encode(calendar)["exceptions"][1] == {"day": "2026-12-31", "blocks": []}
