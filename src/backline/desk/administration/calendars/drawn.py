"""A calendar drawn: its week as bars, twelve months of days, and what the next changes of the clocks do to it."""

from __future__ import annotations

import calendar as months
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.dateformat import format as date_format
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import gettext as _

from backline.calendars.words import ClosedDay
from backline.core.calendar import Calendar, Change, changes
from backline.desk.administration.calendars import hours

AHEAD = timedelta(days=400)
QUARTER = 6 * 60


@dataclass(frozen=True, slots=True)
class Weekday:
    """One day of the week: its name, its hours in words, and where they lie, in minutes from its midnight."""

    name: str
    said: str
    bars: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days over so many minutes, 24 hours or as far as a block runs into the next day."""

    days: tuple[Weekday, ...]
    minutes: int
    ticks: tuple[int, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """What stands at the ticks."""
        return tuple(f"{tick // 60}" for tick in (0, *self.ticks, self.minutes))


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a month: `kind` is `open`, `shut` (by the week), `off` (a holiday) or `other` (hours of its own)."""

    number: int
    kind: str
    title: str


@dataclass(frozen=True, slots=True)
class Month:
    """One month in rows of seven days, from Monday; None for what belongs to its neighbours."""

    name: str
    weeks: tuple[tuple[Day | None, ...], ...]


@dataclass(frozen=True, slots=True)
class Year:
    """Twelve months, and in words the dates that differ from the week."""

    months: tuple[Month, ...]
    special: tuple[str, ...]
    weekdays: tuple[str, ...]


def week(calendar: Calendar) -> Week:
    """The week of a calendar."""
    last = max((block.end for blocks in calendar.week for block in blocks), default=0)
    minutes = max(24 * 60, -(-last // QUARTER) * QUARTER)
    days = tuple(
        Weekday(str(WEEKDAYS[day]), hours.said(blocks), tuple((one.start, one.end - one.start) for one in blocks))
        for day, blocks in enumerate(calendar.week)
    )
    return Week(days, minutes, tuple(range(QUARTER, minutes, QUARTER)))


def year(calendar: Calendar, closed: Iterable[ClosedDay], first: date) -> Year:
    """Twelve months of a calendar, from the one in which a date lies; `closed` says what its holidays are called."""
    names: dict[date, str] = {}
    for one in closed:
        names[one.day] = " · ".join(filter(None, (names.get(one.day), one.name)))
    others = {one.day: hours.said(one.blocks) for one in calendar.exceptions}
    place = _Place(calendar, names, others)
    begins = [(first.year + (first.month - 1 + step) // 12, (first.month - 1 + step) % 12 + 1) for step in range(12)]
    last = date(*begins[-1], months.monthrange(*begins[-1])[1])
    special = sorted(day for day in {*names, *others} if date(first.year, first.month, 1) <= day <= last)
    return Year(
        tuple(place.month(*one) for one in begins),
        tuple(f"{hours.day_in_words(day)}: {place.day(day).title}" for day in special),
        tuple(str(WEEKDAYS_ABBR[day]) for day in range(7)),
    )


@dataclass(frozen=True, slots=True)
class _Place:
    calendar: Calendar
    names: Mapping[date, str]
    others: Mapping[date, str]

    def month(self, year: int, month: int) -> Month:
        rows = months.Calendar().monthdatescalendar(year, month)
        weeks = tuple(tuple(self.day(day) if day.month == month else None for day in row) for row in rows)
        return Month(date_format(date(year, month, 1), "F Y"), weeks)

    def day(self, day: date) -> Day:
        name, other = self.names.get(day, ""), self.others.get(day)
        if other is not None:
            return Day(day.day, "other", " · ".join(filter(None, (name, other))))
        if day in self.calendar.holidays:
            return Day(day.day, "off", _("%(name)s, closed") % {"name": name} if name else _("closed"))
        return Day(day.day, "open" if self.calendar.week[day.weekday()] else "shut", "")


def clock_changes(calendar: Calendar, at: datetime) -> tuple[str, ...]:
    """What the next two changes of the clocks at the place do to its hours, in sentences."""
    return tuple(_said(calendar, one) for one in changes(calendar.zone, at, at + AHEAD)[:2])


def _said(calendar: Calendar, change: Change) -> str:
    old, new = ((change.at + shift).replace(tzinfo=None) for shift in (change.before, change.after))
    said = _("%(day)s: the clocks go from %(old)s to %(new)s.")
    sentence = said % {"day": hours.day_in_words(old.date()), "old": f"{old:%H:%M}", "new": f"{new:%H:%M}"}
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
