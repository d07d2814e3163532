"""Fairness: how many hours, nights and weekends somebody had of the shifts of a team, and how often he was called.

A night is from 22:00 to 06:00, a weekend all of Saturday and Sunday, by the wall clock at a place; a moment lies in one
when the clock there says so, so that the night in which an hour is repeated is an hour longer. Who has a part of a
night has that part of it: what all together had is as many nights as there were.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from backline.core.calendar import Block, Calendar, Span, same_every_day
from backline.core.oncall import Shift

_LONGEST = timedelta(days=4)
"""No night and no weekend is longer, wherever it is."""


@dataclass(frozen=True, slots=True)
class Had:
    """What one person had in a span: the time on call, parts of nights and weekends added up, and calls in it."""

    person: str
    time: timedelta = timedelta()
    nights: float = 0
    weekends: float = 0
    calls: int = 0
    calls_at_night: int = 0


@dataclass(frozen=True, slots=True)
class Call:
    """That somebody was told by a ladder."""

    person: str
    at: datetime


@cache
def nights(zone: str) -> Calendar:
    """The nights at a place."""
    return Calendar(zone, same_every_day(Block(22 * 60, 30 * 60)))


@cache
def weekends(zone: str) -> Calendar:
    """The weekends at a place."""
    return Calendar(zone, same_every_day(Block(0, 24 * 60), days=(5, 6)))


def at_night(moment: datetime, zone: str) -> bool:
    """Whether it is night at a place."""
    return nights(zone).is_open(moment)


def had(shifts: Sequence[Shift], calls: Iterable[Call], zone: str) -> dict[str, Had]:
    """What each had of these shifts, by person; a call counts for whoever had one then."""
    if not shifts:
        return {}
    start, end = min(one.start for one in shifts), max(one.end for one in shifts)
    all_nights, all_weekends = _whole(nights(zone), start, end), _whole(weekends(zone), start, end)
    mine: dict[str, list[Shift]] = {}
    for shift in sorted(shifts):
        mine.setdefault(shift.person, []).append(shift)
    called: dict[str, list[datetime]] = {}
    for call in calls:
        if any(one.start <= call.at < one.end for one in mine.get(call.person, ())):
            called.setdefault(call.person, []).append(call.at)
    return {
        person: Had(
            person,
            sum((one.end - one.start for one in those), timedelta()),
            sum(_parts(all_nights, one) for one in those),
            sum(_parts(all_weekends, one) for one in those),
            calls=len(called.get(person, ())),
            calls_at_night=sum(at_night(at, zone) for at in called.get(person, ())),
        )
        for person, those in mine.items()
    }


def _whole(hours: Calendar, start: datetime, end: datetime) -> tuple[Span, ...]:
    """The nights, or weekends, that touch a span, none of them cut off."""
    around = hours.spans(start - _LONGEST, end + _LONGEST)
    return tuple(one for one in around if one.from_at < end and start < one.to_at)


def _parts(spans: Sequence[Span], shift: Shift) -> float:
    """How much of each of them lies in a shift, added up."""
    first = max(bisect_left(spans, shift.start, key=lambda one: one.from_at) - 1, 0)
    found = 0.0
    for one in spans[first:]:
        if one.from_at >= shift.end:
            break
        covered = min(one.to_at, shift.end) - max(one.from_at, shift.start)
        found += max(covered / (one.to_at - one.from_at), 0)
    return found
