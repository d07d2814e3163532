"""How far the wall clock of a zone is from UTC, as stretches of seconds in which it does not change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from backline.core.calendar._fault import CalendarRefused
from backline.core.words import CalendarFault

FIRST_YEAR, LAST_YEAR = 1900, 2199
DAY = 86400
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def year_begins(year: int) -> int:
    """The epoch second at which a year begins in UTC."""
    return int((datetime(year, 1, 1, tzinfo=UTC) - EPOCH).total_seconds())


REACH = (year_begins(FIRST_YEAR), year_begins(LAST_YEAR + 1))


def year_of(second: int) -> int:
    """The year of an epoch second within reach."""
    return (EPOCH + timedelta(seconds=second)).year


@lru_cache(maxsize=1024)
def zone_of(name: str) -> ZoneInfo:
    """The zone of this name; raises `CalendarRefused` where there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError, TypeError) as error:
        raise CalendarRefused(CalendarFault.UNKNOWN_ZONE, name) from error


def offsets(zone: str, lo: int, hi: int) -> list[tuple[int, int, int]]:
    """Stretches (from, to, offset) that cover the epoch seconds from `lo` to `hi` without a gap."""
    found: list[tuple[int, int]] = []
    for year in range(year_of(lo), year_of(hi - 1) + 1):
        found.extend(change for change in _of_year(zone, year) if not found or change[1] != found[-1][1])
    ends = [start for start, _ in found[1:]] + [hi]
    return [
        (max(start, lo), min(end, hi), offset)
        for (start, offset), end in zip(found, ends, strict=True)
        if end > lo and start < hi
    ]


@dataclass(frozen=True, slots=True)
class Change:
    """The moment at which the clocks of a zone are put forward or back, and how far they are from UTC around it."""

    at: datetime
    before: timedelta
    after: timedelta


def changes(zone: str, start: datetime, end: datetime) -> tuple[Change, ...]:
    """When the clocks of a zone change between two moments."""
    lo, hi = (min(max(int((one - EPOCH).total_seconds()), REACH[0]), REACH[1]) for one in (start, end))
    found = offsets(zone, lo, hi) if lo < hi else []
    return tuple(
        Change(EPOCH + timedelta(seconds=at), timedelta(seconds=before), timedelta(seconds=after))
        for (_, _, before), (at, _, after) in pairwise(found)
    )


@lru_cache(maxsize=8192)
def _of_year(zone: str, year: int) -> tuple[tuple[int, int], ...]:
    """The offset with which the year begins, and each change in it.

    It is enough to look once a day: no two changes of any zone that is known lie nearer than four days.
    """
    place, begin, end = zone_of(zone), year_begins(year), year_begins(year + 1)
    found = [(begin, _offset(place, begin))]
    for day in range(begin, end, DAY):
        last = min(day + DAY, end - 1)
        if _offset(place, last) != found[-1][1]:
            change = _change(place, day, last)
            found.append((change, _offset(place, change)))
    return tuple(found)


def _change(place: ZoneInfo, before: int, after: int) -> int:
    """The first second with the offset of `after`, not of `before`."""
    old = _offset(place, before)
    while after - before > 1:
        middle = (before + after) // 2
        before, after = (middle, after) if _offset(place, middle) == old else (before, middle)
    return after


def _offset(place: ZoneInfo, second: int) -> int:
    moment = EPOCH + timedelta(seconds=second)
    return int((moment.astimezone(place).utcoffset() or timedelta(0)).total_seconds())
