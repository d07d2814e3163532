"""The working calendar of a place: its weekly hours, the dates that differ, its holidays and its zone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise

import numpy as np

from backline.core.calendar._fault import CalendarRefused
from backline.core.calendar._hours import Hours
from backline.core.calendar._table import Ints, merged
from backline.core.calendar._zone import DAY, EPOCH, offsets, zone_of
from backline.core.words import CalendarFault

MINUTES = 24 * 60
WEEK = 7 * MINUTES
DAY_ZERO = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True, order=True)
class Block:
    """Open hours as the wall clock shows them, in minutes from the midnight with which their day begins.

    Over midnight is written past 24 hours, so that nobody guesses: from 22:00 to 30:00 ends at six the next morning,
    and the hours after midnight belong to the day on which the block began.
    """

    start: int
    end: int

    def __post_init__(self) -> None:
        if not (0 <= self.start < MINUTES and self.start < self.end <= self.start + MINUTES):
            raise CalendarRefused(CalendarFault.BAD_HOURS, self)

    def __str__(self) -> str:
        return f"{self.start // 60:02}:{self.start % 60:02}-{self.end // 60:02}:{self.end % 60:02}"


@dataclass(frozen=True, slots=True)
class OtherHours:
    """The hours of one date in place of the week's and of a holiday; closed where there are none."""

    day: date
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True)
class Calendar(Hours):
    """The hours of a place: seven days from Monday on, dates with other hours, holidays, and the zone of its clock.

    Other hours go before holidays, holidays before the week. What is closed on a date takes nothing from a block that
    began the day before; where such a block runs into the hours of another day, the two are one.
    """

    zone: str
    week: tuple[tuple[Block, ...], ...]
    exceptions: tuple[OtherHours, ...] = ()
    holidays: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        zone_of(self.zone)
        if len(self.week) != 7:
            raise CalendarRefused(CalendarFault.BAD_HOURS, len(self.week))
        _refuse_overlaps(self.week, self.exceptions)
        if not any(self.week) and not any(other.blocks for other in self.exceptions):
            raise CalendarRefused(CalendarFault.NO_WORKING_TIME)

    def blocks_on(self, day: date) -> tuple[Block, ...]:
        """The blocks that begin on a date."""
        other = next((other for other in self.exceptions if other.day == day), None)
        if other:
            return other.blocks
        return () if day in self.holidays else self.week[day.weekday()]

    def fallen_away(self, start: datetime, end: datetime) -> tuple[date, ...]:
        """The dates whose other hours or holiday take hours of the week out of a span in which it is closed."""
        lo, hi = ((one - EPOCH) // timedelta(seconds=1) for one in (start, end))
        first, last = (one.astimezone(zone_of(self.zone)).date().toordinal() for one in (start, end))
        special = self.holidays.union(other.day for other in self.exceptions)
        days = [day for day in map(date.fromordinal, range(first - 1, last + 1)) if day in special]
        if lo >= hi or not days or not any(self.week):
            return ()
        usual = replace(self, exceptions=(), holidays=frozenset())
        return tuple(day for day in days if usual.compiled_of(lo, hi, day, day)[0].size)

    def compiled(self, lo: int, hi: int) -> tuple[Ints, Ints]:
        """The wall clock's open spans, looked at through each stretch in which it is equally far from UTC."""
        return self.compiled_of(lo, hi, date.min, date.max)

    def compiled_of(self, lo: int, hi: int, first_day: date, last_day: date) -> tuple[Ints, Ints]:
        """The same, of blocks that begin on these days alone."""
        stretches = offsets(self.zone, lo, hi)
        shifts = [shift for _, _, shift in stretches]
        first, last = ((lo + min(shifts)) // DAY - 1, (hi + max(shifts)) // DAY)
        starts, ends = self._on_the_wall(max(first, _number(first_day)), min(last, _number(last_day)))
        found = [_through(starts, ends, *stretch) for stretch in stretches]
        return merged(np.concatenate([one for one, _ in found]), np.concatenate([one for _, one in found]))

    def _on_the_wall(self, first: int, last: int) -> tuple[Ints, Ints]:
        """The open spans of these days, in seconds of the wall clock since its 1970."""
        days = np.arange(first, last + 1)
        others = {_number(other.day): other.blocks for other in self.exceptions}
        special = np.array([*others, *map(_number, self.holidays)], dtype=np.int64)
        usual = days[~np.isin(days, special)]
        pieces = [
            (usual[(usual + 3) % 7 == weekday], block)  # 1970 began on a Thursday
            for weekday, blocks in enumerate(self.week)
            for block in blocks
        ]
        there = ((day, blocks) for day, blocks in others.items() if first <= day <= last)
        pieces += [(np.array([day]), block) for day, blocks in there for block in blocks]
        nothing = [np.empty(0, dtype=np.int64)]
        starts = np.concatenate(nothing + [on * DAY + block.start * 60 for on, block in pieces])
        ends = np.concatenate(nothing + [on * DAY + block.end * 60 for on, block in pieces])
        return merged(starts, ends)


def same_every_day(*blocks: Block, days: Iterable[int] = range(7)) -> tuple[tuple[Block, ...], ...]:
    """A week with these blocks on each of the days, Monday being 0."""
    open_days = frozenset(days)
    return tuple(blocks if day in open_days else () for day in range(7))


def _number(day: date) -> int:
    """The days since 1970 began."""
    return day.toordinal() - DAY_ZERO


def _through(starts: Ints, ends: Ints, lo: int, hi: int, shift: int) -> tuple[Ints, Ints]:
    """The wall clock's spans as they pass while it is `shift` seconds ahead of UTC, from `lo` to `hi`."""
    first, last = np.searchsorted(ends, lo + shift, side="right"), np.searchsorted(starts, hi + shift)
    return np.maximum(starts[first:last] - shift, lo), np.minimum(ends[first:last] - shift, hi)


def _refuse_overlaps(week: tuple[tuple[Block, ...], ...], exceptions: tuple[OtherHours, ...]) -> None:
    laid = [
        (day * MINUTES + one.start, day * MINUTES + one.end, one) for day, blocks in enumerate(week) for one in blocks
    ]
    laid.sort()
    around = [(start + WEEK, end + WEEK, block) for start, end, block in laid[:1]]
    for (_, end, block), (start, _, other) in pairwise([*laid, *around]):
        if start < end:
            raise CalendarRefused(CalendarFault.OVERLAP, block, other)
    days = sorted(other.day for other in exceptions)
    for day, again in pairwise(days):
        if day == again:
            raise CalendarRefused(CalendarFault.OVERLAP, day)
    for one in exceptions:
        for block, other in pairwise(sorted(one.blocks)):
            if other.start < block.end:
                raise CalendarRefused(CalendarFault.OVERLAP, one.day, block, other)
