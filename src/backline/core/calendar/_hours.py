"""What can be asked of working hours, whichever way their open spans come about."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from backline.core.calendar._fault import CalendarRefused
from backline.core.calendar._table import CHUNK, SECOND, Ints, Numbers, Table
from backline.core.calendar._zone import DAY, EPOCH, FIRST_YEAR, LAST_YEAR, REACH
from backline.core.words import CalendarFault

SLACK = 4 * 366 * DAY
MOST = REACH[1] - REACH[0]


class Span(NamedTuple):
    """A stretch of time, half-open."""

    from_at: datetime
    to_at: datetime


class Hours(ABC):
    """Working hours as a value: hashable, and equal ones share what was compiled for them."""

    @abstractmethod
    def compiled(self, lo: int, hi: int) -> tuple[Ints, Ints]:
        """Starts and ends of the open spans between two epoch seconds within reach, in order, none touching another."""

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The working time between two moments; none where they are reversed."""
        first, last = _micros(start), _micros(end)
        table = self._keeper.covering(first, last)
        return timedelta(microseconds=table.worked(last) - table.worked(first) if first < last else 0)

    def after(self, moment: datetime, amount: timedelta | float) -> datetime:
        """The first moment by which so much working time (or so many seconds) has passed since the given one."""
        start, wanted = _micros(moment), _amount(amount)
        table = self._keeper.covering(start, start)
        if not wanted:
            return _moment(start)
        while (worked := table.worked(start) + wanted) > table.total * SECOND:
            table = self._keeper.further(table)
        return _moment(table.reached(worked))

    def before(self, moment: datetime, amount: timedelta | float) -> datetime:
        """The last moment from which so much working time (or so many seconds) passes until the given one."""
        end, wanted = _micros(moment), _amount(amount)
        table = self._keeper.covering(end, end)
        if not wanted:
            return _moment(end)
        while (worked := table.worked(end) - wanted) < 0:
            table = self._keeper.earlier(table)
        return _moment(table.left(worked))

    def is_open(self, moment: datetime) -> bool:
        """Whether the moment is working time."""
        at = _micros(moment)
        span = self._keeper.covering(at, at).span_at(at)
        return span is not None and span[0] <= at

    def next_opening(self, moment: datetime) -> datetime:
        """The first open moment from this one on: itself where it is open."""
        at = _micros(moment)
        table = self._keeper.covering(at, at)
        while (span := table.span_at(at)) is None:
            table = self._keeper.further(table)
        return _moment(max(at, span[0]))

    def spans(self, start: datetime, end: datetime) -> tuple[Span, ...]:
        """The open spans between two moments, cut off there; none where they are reversed."""
        first, last = _micros(start), _micros(end)
        found = self._keeper.covering(first, last).spans(first, last)
        return tuple(Span(_moment(from_at), _moment(to_at)) for from_at, to_at in found if from_at < to_at)

    def between_all(self, starts: Numbers, ends: Numbers) -> Numbers:
        """`between` for arrays of epoch seconds; the seconds are whole where all that was given is."""
        starts, ends = _numbers(starts), _numbers(ends)
        _within_reach(starts, ends)
        if not starts.size or not ends.size:
            return _chunked(np.subtract, starts, ends)
        table = self._keeper.covering(*_range(starts, ends))
        return _chunked(
            lambda first, last: table.worked_all(np.maximum(first, last)) - table.worked_all(first), starts, ends
        )

    def after_all(self, moments: Numbers, amounts: Numbers) -> Numbers:
        """`after` for arrays: epoch seconds and seconds; one amount serves all."""
        return self._moved(moments, amounts, +1)

    def before_all(self, moments: Numbers, amounts: Numbers) -> Numbers:
        """`before` for arrays: epoch seconds and seconds; one amount serves all."""
        return self._moved(moments, amounts, -1)

    def reached_all(self, starts: Sequence[int], amounts: Sequence[int], pauses: Sequence[Sequence[int]]) -> list[int]:
        """The first moments by which so much has passed without the pauses; everything in whole microseconds.

        The pauses of each are from and to in turn, one after another and none before the start.
        """
        at, left = np.array(starts, dtype=np.int64), np.array(amounts, dtype=np.int64)
        goes_on = np.ones(len(at), dtype=bool)
        for number in range(0, max(map(len, pauses), default=0), 2):
            rows = np.array([row for row, one in enumerate(pauses) if goes_on[row] and one[number:]], dtype=np.int64)
            begin, end = np.array([pauses[row][number : number + 2] for row in rows], dtype=np.int64).reshape(-1, 2).T
            counted = self._between_fine(at[rows], begin)
            goes_on[rows] = passed = counted < left[rows]
            at[rows[passed]] = end[passed]
            left[rows] -= np.where(passed, counted, 0)
        return self._after_fine(at, left)

    def _between_fine(self, starts: Ints, ends: Ints) -> Ints:
        if not starts.size:
            return starts
        table = self._keeper.covering(int(starts.min()), int(ends.max())).fine
        return np.asarray(table.worked_all(ends) - table.worked_all(starts), dtype=np.int64)

    def _after_fine(self, moments: Ints, amounts: Ints) -> list[int]:
        if not moments.size:
            return []
        table = self._keeper.covering(int(moments.min()), int(moments.max()))
        while (wanted := table.fine.worked_all(moments) + amounts).max() > table.fine.total:
            table = self._keeper.further(table)
        found: list[int] = np.maximum(table.fine.reached_all(wanted), moments).tolist()
        return found

    def _moved(self, moments: Numbers, amounts: Numbers, way: int) -> Numbers:
        moments, amounts = _numbers(moments), _numbers(amounts)
        _within_reach(moments)
        if not _all(amounts >= 0, amounts <= MOST):
            raise CalendarRefused(CalendarFault.BAD_AMOUNT)
        if not moments.size or not amounts.size:
            return _chunked(np.add, moments, amounts)
        table = self._keeper.covering(*_range(moments))
        wanted = _goals(table, moments, way * amounts)
        while (beyond := wanted.max() > table.total) or wanted.min() < 0:
            table = self._keeper.further(table) if beyond else self._keeper.earlier(table)
            wanted = _goals(table, moments, way * amounts)
        if way > 0:
            return _chunked(lambda goal, at: np.maximum(table.reached_all(goal), at), wanted, moments)
        return _chunked(lambda goal, at: np.minimum(table.left_all(goal), at), wanted, moments)

    @cached_property
    def _keeper(self) -> Keeper:
        return _keeper_of(self)


class Keeper:
    """Keeps the table of one calendar, and makes a larger one when a question goes past it."""

    def __init__(self, hours: Hours) -> None:
        self._hours = hours
        self._table: Table | None = None

    def covering(self, first: int, last: int) -> Table:
        """A table in which both moments lie."""
        lo, hi = (first, last) if first <= last else (last, first)
        table = self._table
        if table and table.lo * SECOND <= lo and hi <= table.hi * SECOND:
            return table
        if lo < REACH[0] * SECOND or hi > REACH[1] * SECOND:
            raise CalendarRefused(CalendarFault.OUT_OF_REACH, FIRST_YEAR, LAST_YEAR)
        return self._made(table, lo // SECOND, hi // SECOND + 1)

    def further(self, table: Table) -> Table:
        """One that reaches further into the future; raises `CalendarRefused` at the end of time."""
        if table.hi == REACH[1]:
            raise CalendarRefused(CalendarFault.NO_WORKING_TIME, LAST_YEAR)
        return self._made(table, table.lo, table.hi + (table.hi - table.lo))

    def earlier(self, table: Table) -> Table:
        """One that reaches further into the past; raises `CalendarRefused` at the beginning of time."""
        if table.lo == REACH[0]:
            raise CalendarRefused(CalendarFault.NO_WORKING_TIME, FIRST_YEAR)
        return self._made(table, table.lo - (table.hi - table.lo), table.hi)

    def _made(self, table: Table | None, lo: int, hi: int) -> Table:
        """A table at least so large; tables never change, so that threads may share them."""
        if table is None or lo < table.lo:
            lo = max(lo - SLACK, REACH[0])
        if table is None or hi > table.hi:
            hi = min(hi + SLACK, REACH[1])
        if table:
            lo, hi = min(lo, table.lo), max(hi, table.hi)
        self._table = made = Table(lo, hi, *self._hours.compiled(lo, hi))
        return made


@lru_cache(maxsize=512)
def _keeper_of(hours: Hours) -> Keeper:
    return Keeper(hours)


def _micros(moment: datetime) -> int:
    """The moment as microseconds since 1970."""
    try:
        since = moment - EPOCH
    except TypeError as error:
        raise CalendarRefused(CalendarFault.MOMENT_WITHOUT_ZONE, moment) from error
    return (since.days * DAY + since.seconds) * SECOND + since.microseconds


def _moment(micros: int) -> datetime:
    return EPOCH + timedelta(microseconds=micros)


def _amount(amount: timedelta | float) -> int:
    """An amount as microseconds."""
    seconds = amount.total_seconds() if isinstance(amount, timedelta) else amount
    if not 0 <= seconds <= MOST:
        raise CalendarRefused(CalendarFault.BAD_AMOUNT, amount)
    if isinstance(amount, timedelta):
        return (amount.days * DAY + amount.seconds) * SECOND + amount.microseconds
    return round(amount * SECOND)


def _numbers(values: Any) -> Numbers:
    """The values as an array of whole or broken seconds."""
    found = np.asarray(values)
    if found.dtype.kind in "iu" or not found.size:
        return found.astype(np.int64, copy=False)
    if found.dtype.kind != "f":
        raise CalendarRefused(CalendarFault.BAD_AMOUNT, found.dtype)
    return found.astype(np.float64, copy=False)


def _within_reach(*arrays: Numbers) -> None:
    for values in arrays:
        if not _all(REACH[0] <= values, values <= REACH[1]):
            raise CalendarRefused(CalendarFault.OUT_OF_REACH, FIRST_YEAR, LAST_YEAR)


def _all(*conditions: Any) -> bool:
    return all(bool(np.all(condition)) for condition in conditions)


def _range(*arrays: Numbers) -> tuple[int, int]:
    """The earliest and the latest of all, in microseconds, rounded outwards to seconds."""
    first, last = min(float(one.min()) for one in arrays), max(float(one.max()) for one in arrays)
    return int(first // 1) * SECOND, int(-(-last // 1)) * SECOND


def _goals(table: Table, moments: Numbers, amounts: Numbers) -> NDArray[Any]:
    """What will be worked, counted from the table's beginning, when the amounts are over."""
    return _chunked(lambda at, amount: table.worked_all(at) + amount, moments, amounts)


def _chunked(work: Callable[[Any, Any], Any], one: Numbers, other: Numbers) -> NDArray[Any]:
    """The work done on both arrays piece by piece, so that what lies between stays in the cache."""
    one, other = np.broadcast_arrays(one, other)
    if one.size <= CHUNK:
        return np.asarray(work(one, other))
    flat, beside = one.reshape(-1), other.reshape(-1)
    found = np.empty(flat.shape, dtype=np.result_type(one, other))
    for at in range(0, len(flat), CHUNK):
        found[at : at + CHUNK] = work(flat[at : at + CHUNK], beside[at : at + CHUNK])
    return found.reshape(one.shape)
