"""Shifts drawn: the days of the reader's clock, each as long as it is, with who is on call and where nobody is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _

from backline.core.oncall import Interval, Schedule, Shift, uncovered
from backline.desk.oncall import said
from backline.look import moments

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
LANE = 28
"""How high a shift is drawn, in pixels."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks, by which clock, and when."""

    me: str
    zone: str
    at: datetime

    @property
    def today(self) -> date:
        """Which day it is there."""
        return self.day(self.at)

    def day(self, moment: datetime) -> date:
        """On which day a moment is there."""
        return moment.astimezone(moments.zone_of(self.zone)).date()

    def midnight(self, day: date, hours: int = 0) -> datetime:
        """The moment at which the clock there shows an hour of a day first; where it skips it, that of the change."""
        return datetime.combine(day, time(hours), moments.zone_of(self.zone)).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Entry:
    """What of a shift, or of a gap, lies in one day: in words, and as a bar in hundredths of the longest day."""

    start: datetime
    end: datetime
    hours: str
    name: str = ""
    reason: str = ""
    mine: bool = False
    gap: bool = False
    ahead: bool = False
    lane: int = 0
    x: str = ""
    width: str = ""

    @property
    def y(self) -> int:
        """Where its lane begins."""
        return self.lane * LANE


@dataclass(frozen=True, slots=True)
class Day:
    """One day, how many hours it has, and what is in it; `x` are its quarters."""

    day: date
    hours: int
    entries: tuple[Entry, ...]
    today: bool
    width: str
    quarters: tuple[str, ...]
    other: bool = False

    @property
    def height(self) -> int:
        """How high it is drawn."""
        return LANE * (1 + max((one.lane for one in self.entries), default=0))

    @property
    def change(self) -> str:
        """What the clocks do on this day."""
        return {23: _("23 h: the clocks go forward"), 25: _("25 h: the clocks go back")}.get(self.hours, "")


@dataclass(frozen=True, slots=True)
class Drawing:
    """So many days in a row, and the spans in which nobody is on call."""

    days: tuple[Day, ...]
    gaps: tuple[Interval, ...]
    weekdays: tuple[str, ...] = tuple(str(WEEKDAYS_ABBR[day]) for day in range(7))


def draw(
    schedule: Schedule | None, days: Sequence[date], reader: Reader, *, mine: bool = False, month: int = 0
) -> Drawing:
    """The shifts of these days, or the reader's alone; where a month is asked for, the other days are its edges."""
    start, end = reader.midnight(days[0]), reader.midnight(days[-1] + DAY)
    shifts = schedule.shifts(start, end) if schedule else ()
    shown = [one for one in shifts if not mine or one.person == reader.me]
    gaps = uncovered(shifts, *schedule.stands(start, end)) if schedule and not mine else ()
    names = said.names_of(shown)
    spans = sorted([*_entries(shown, names, reader), *(_gap(*one) for one in gaps)], key=lambda one: one.start)
    longest = max(reader.midnight(day + DAY) - reader.midnight(day) for day in days)
    drawn = tuple(_day(day, spans, longest, reader) for day in days)
    return Drawing(tuple(replace(one, other=bool(month) and one.day.month != month) for one in drawn), gaps)


def _entries(shifts: Sequence[Shift], names: Mapping[str, str], reader: Reader) -> Iterator[Entry]:
    for shift in shifts:
        name, why = names.get(shift.person, ""), said.reason(shift, names)
        yield Entry(shift.start, shift.end, "", name, why, shift.person == reader.me, ahead=shift.end > reader.at)


def _gap(start: datetime, end: datetime) -> Entry:
    return Entry(start, end, "", _("Nobody"), gap=True)


def _day(day: date, spans: Sequence[Entry], longest: timedelta, reader: Reader) -> Day:
    start, end = reader.midnight(day), reader.midnight(day + DAY)
    found: list[Entry] = []
    for one in spans:
        if one.start < end and start < one.end:
            cut = replace(one, start=max(one.start, start), end=min(one.end, end))
            taken = {other.lane for other in found if other.end > cut.start}
            lane = next(number for number in range(len(found) + 1) if number not in taken)
            x, width = _percent(cut.start - start, longest), _percent(cut.end - cut.start, longest)
            found.append(replace(cut, lane=lane, hours=_hours(cut, start, end, reader.zone), x=x, width=width))
    return Day(
        day, round((end - start) / HOUR), tuple(found), day == reader.today, _percent(end - start, longest),
        tuple(_percent(reader.midnight(day, hour) - start, longest) for hour in (6, 12, 18)),
    )  # fmt: skip


def _percent(part: timedelta, whole: timedelta) -> str:
    return f"{part / whole * 100:.2f}%"


def _hours(entry: Entry, start: datetime, end: datetime, zone: str) -> str:
    """From when to when in its day."""
    begins, ends = said.clock(entry.start, zone), said.clock(entry.end, zone)
    if entry.start == start:
        return _("all day") if entry.end == end else _("until %(end)s") % {"end": ends}
    if entry.end == end:
        return _("from %(start)s") % {"start": begins}
    return f"{begins}\N{EN DASH}{ends}"


def week_of(day: date) -> list[date]:
    """The seven days of the week in which a day lies, from Monday."""
    return days_from(day - timedelta(days=day.weekday()), 7)


def month_of(day: date) -> list[date]:
    """The whole weeks that touch the month in which a day lies."""
    first = day.replace(day=1)
    begins = first - timedelta(days=first.weekday())
    following = (first + timedelta(days=31)).replace(day=1)
    return days_from(begins, -(-(following - begins).days // 7) * 7)


def four_weeks_from(day: date) -> list[date]:
    """The week in which a day lies, and four more."""
    return days_from(day - timedelta(days=day.weekday()), 5 * 7)


def days_from(day: date, count: int) -> list[date]:
    """So many days in a row."""
    return [day + timedelta(days=number) for number in range(count)]
