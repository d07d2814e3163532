"""A calendar drawn: its weeks as bars, twelve months of days, and what the next changes of the clocks do to it."""

from __future__ import annotations

import calendar as months
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.dateformat import format as date_format
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import gettext as _

from backline.calendars.closed_days import names_of
from backline.calendars.words import ClosedDay
from backline.core.calendar import Block, Calendar, Change, Version, changes
from backline.desk.administration.calendars import hours
from backline.look.moments import day_in_words

AHEAD = timedelta(days=400)
QUARTER = 6 * 60


@dataclass(frozen=True, slots=True)
class Part:
    """A version to be drawn: its number, and what its holidays are called; of several each takes over on its day."""

    number: int
    version: Version
    closed: tuple[ClosedDay, ...]


@dataclass(frozen=True, slots=True)
class Weekday:
    """One day of the week: its name, its hours in words, and where they lie, in minutes from its midnight."""

    name: str
    said: str
    bars: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days over so many minutes, 24 hours or as far as a block runs into the next day.

    `changes` says what the next changes of the clocks do to it; `planned` where it does not count yet.
    """

    number: int
    begins: date
    days: tuple[Weekday, ...]
    minutes: int
    ticks: tuple[int, ...]
    changes: tuple[str, ...]
    planned: bool

    @property
    def labels(self) -> tuple[str, ...]:
        """What stands at the ticks."""
        return tuple(f"{tick // 60}" for tick in (0, *self.ticks, self.minutes))


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a month: `kind` is `open`, `shut` (by the week), `off` (closed that day), `other` (hours of its own).

    `begins` where another version takes over on it.
    """

    number: int
    kind: str
    title: str
    begins: bool = False


@dataclass(frozen=True, slots=True)
class Month:
    """One month in rows of seven days, from Monday; None for what belongs to its neighbours."""

    name: str
    weeks: tuple[tuple[Day | None, ...], ...]


@dataclass(frozen=True, slots=True)
class Year:
    """Twelve months, and in words the dates that differ from the week; `begins` where versions take over in them."""

    months: tuple[Month, ...]
    begins: bool
    special: tuple[str, ...]
    weekdays: tuple[str, ...]


def week(part: Part, at: datetime) -> Week:
    """The week of a version, as it is from a moment on or from when it counts."""
    calendar = part.version.calendar
    last = max((block.end for blocks in calendar.week for block in blocks), default=0)
    minutes = max(24 * 60, -(-last // QUARTER) * QUARTER)
    days = tuple(
        Weekday(str(WEEKDAYS[day]), hours.said(blocks), tuple((one.start, one.end - one.start) for one in blocks))
        for day, blocks in enumerate(calendar.week)
    )
    begins = part.version.counts_from.astimezone(UTC)
    touched = _clock_changes(calendar, max(at, begins))
    ticks = tuple(range(QUARTER, minutes, QUARTER))
    return Week(part.number, part.version.effective_on, days, minutes, ticks, touched, begins > at)


def year(parts: Sequence[Part], first: date) -> Year:
    """Twelve months from the one in which a date lies; the first part also counts before its day."""
    places = _Places(tuple(map(_place, parts)))
    begins = [(first.year + (first.month - 1 + step) // 12, (first.month - 1 + step) % 12 + 1) for step in range(12)]
    last = date(*begins[-1], months.monthrange(*begins[-1])[1])
    within = [day for day in places.differ() if date(first.year, first.month, 1) <= day <= last]
    special = [(day, places.day(day)) for day in within]
    return Year(
        tuple(places.month(*one) for one in begins),
        any(one.begins for _, one in special),
        tuple(f"{day_in_words(day)}: {one.title}" for day, one in special if one.title),
        tuple(str(WEEKDAYS_ABBR[day]) for day in range(7)),
    )


@dataclass(frozen=True, slots=True)
class _Places:
    parts: tuple[_Place, ...]

    def differ(self) -> list[date]:
        """The days on which something is other than usual, or from which on it is."""
        found = {day for one in self.parts for day in (*one.names, *one.others)}
        return sorted(found | {one.first_day for one in self.parts[1:]})

    def month(self, year: int, month: int) -> Month:
        rows = months.Calendar().monthdatescalendar(year, month)
        weeks = tuple(tuple(self.day(day) if day.month == month else None for day in row) for row in rows)
        return Month(date_format(date(year, month, 1), "F Y"), weeks)

    def day(self, day: date) -> Day:
        """The day by the version that counts on it."""
        place = [self.parts[0], *(one for one in self.parts[1:] if one.first_day <= day)][-1]
        found = place.day(day)
        if place is self.parts[0] or place.first_day != day:
            return found
        said = _("from here on version %(number)d") % {"number": place.number}
        return replace(found, title=" · ".join(filter(None, (said, found.title))), begins=True)


def _place(part: Part) -> _Place:
    calendar = part.version.calendar
    others = {one.day: one.blocks for one in calendar.exceptions}
    return _Place(part.number, part.version.effective_on, calendar, names_of(part.closed), others)


@dataclass(frozen=True, slots=True)
class _Place:
    number: int
    first_day: date
    calendar: Calendar
    names: Mapping[date, str]
    others: Mapping[date, Sequence[Block]]

    def day(self, day: date) -> Day:
        name, other = self.names.get(day, ""), self.others.get(day)
        if other:
            return Day(day.day, "other", " · ".join(filter(None, (name, hours.said(other)))))
        if other is not None or day in self.calendar.holidays:
            return Day(day.day, "off", _("%(name)s, closed") % {"name": name} if name else _("closed"))
        return Day(day.day, "open" if self.calendar.week[day.weekday()] else "shut", "")


def _clock_changes(calendar: Calendar, at: datetime) -> tuple[str, ...]:
    """What the next two changes of the clocks at the place do to its hours, in sentences."""
    return tuple(_said(calendar, one) for one in changes(calendar.zone, at, at + AHEAD)[:2])


def _said(calendar: Calendar, change: Change) -> str:
    old, new = ((change.at + shift).replace(tzinfo=None) for shift in (change.before, change.after))
    said = _("%(day)s: the clocks go from %(old)s to %(new)s.")
    sentence = said % {"day": day_in_words(old.date()), "old": f"{old:%H:%M}", "new": f"{new:%H:%M}"}
    return f"{sentence} {_effect(_longer_by(calendar, old))}"


def _longer_by(calendar: Calendar, wall: datetime) -> timedelta:
    """By how much the open time around the change is longer than it would be with a clock that nobody touches."""
    place, still = ZoneInfo(calendar.zone), replace(calendar, zone="UTC")
    ends = [datetime.combine(wall.date() + timedelta(days=day), time(0)) for day in (0, 2)]
    begin, end = (one.replace(tzinfo=place).astimezone(UTC) for one in ends)
    untouched = still.between(*(one.replace(tzinfo=UTC) for one in ends))
    return calendar.between(begin, end) - untouched


def _effect(longer: timedelta) -> str:
    if not longer:
        return _("No open hours are touched.")
    minutes = {"minutes": abs(int(longer.total_seconds())) // 60}
    if longer > timedelta(0):
        return _("%(minutes)d minutes of open time come twice and count twice.") % minutes
    return _("%(minutes)d minutes of open time fall away.") % minutes
