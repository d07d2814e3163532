"""Closed days and their names: what a feed that is read again makes of them, how two lists differ, what they closed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import pairwise

from backline.calendars.words import ClosedDay, Feed
from backline.core.calendar import Calendar


def names_of(days: Iterable[ClosedDay]) -> dict[date, str]:
    """What each day is called; all its names where it has several."""
    names: dict[date, dict[str, None]] = {}
    for one in days:
        names.setdefault(one.day, {})[one.name] = None
    return {day: " · ".join(filter(None, several)) for day, several in names.items()}


def speaks_from(feed: Feed, counts_from: date) -> date | None:
    """The first day about which a feed says everything; None where it closes none.

    It speaks of whole years from its first day on, and of nothing before the calendar counts: what has passed stays.
    """
    first = min((one.day for one in feed.closed), default=None)
    return max(counts_from, date(first.year, 1, 1)) if first else None


def read_again(kept: Iterable[ClosedDay], feed: Feed, counts_from: date) -> set[ClosedDay]:
    """The closed days when a feed was read: of those that it closed before, it takes the place from a day on.

    What somebody wrote there by hand stays, but is the feed's where it says just the same.
    """
    kept, begins = list(kept), speaks_from(feed, counts_from)
    if begins is None:
        return set(kept)
    stays = {one for one in kept if one.feed != feed.name or one.day < begins}
    known = {one.day for one in stays if one.feed == feed.name}
    new = {replace(one, feed=feed.name) for one in feed.closed if one.day >= begins or one.day not in known}
    return {one for one in stays if one.feed or replace(one, feed=feed.name) not in new} | new


@dataclass(frozen=True, slots=True)
class Difference:
    """How the closed days of two versions differ; of what is called otherwise the name before stands beside it."""

    added: tuple[ClosedDay, ...]
    removed: tuple[ClosedDay, ...]
    renamed: tuple[tuple[ClosedDay, str], ...]


def difference(before: Iterable[ClosedDay], after: Iterable[ClosedDay], first: date) -> Difference:
    """What of the closed days is other than before, from a day on."""
    old, new = ({day: name for day, name in names_of(days).items() if day >= first} for days in (before, after))
    return Difference(
        added=tuple(ClosedDay(day, new[day]) for day in sorted(new.keys() - old)),
        removed=tuple(ClosedDay(day, old[day]) for day in sorted(old.keys() - new)),
        renamed=tuple((ClosedDay(day, new[day]), old[day]) for day in sorted(new.keys() & old) if new[day] != old[day]),
    )


@dataclass(frozen=True, slots=True)
class Named:
    """From when on a version of a calendar counts, and what it calls its days; the first also counts before."""

    from_at: datetime
    calendar: Calendar
    names: Mapping[date, str]


def closed_by(log: Sequence[Named], start: datetime, end: datetime) -> tuple[ClosedDay, ...]:
    """The days that take hours of the week out of a span in which a calendar is closed, by what counted then."""
    begins = [start, *(min(max(one.from_at, start), end) for one in log[1:]), end]
    found = (
        ClosedDay(day, one.names.get(day, ""))
        for one, (from_at, to_at) in zip(log, pairwise(begins), strict=False)
        for day in one.calendar.fallen_away(from_at, to_at)
    )
    return tuple(dict.fromkeys(found))
