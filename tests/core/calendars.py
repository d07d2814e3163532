"""Calendars to test with, a short way to write moments, and an oracle that looks at the wall clock minute by minute."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from backline.core.calendar import Block, Calendar, OtherHours, same_every_day

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
BERLIN = "Europe/Berlin"
WEEKDAYS = range(5)
SATURDAY, SUNDAY = [5], [6]


def block(text: str) -> Block:
    """`22:00-30:00` as a block."""
    start, end = (int(part[:2]) * 60 + int(part[3:]) for part in text.split("-"))
    return Block(start, end)


def blocks(*texts: str) -> tuple[Block, ...]:
    """Several blocks of one day."""
    return tuple(block(text) for text in texts)


def weekly(*texts: str, days: range | list[int] = range(7), zone: str = BERLIN) -> Calendar:
    """A calendar with the same blocks on some days."""
    return Calendar(zone, same_every_day(*blocks(*texts), days=days))


def other(day: str, *texts: str) -> OtherHours:
    """Other hours on a date; closed without any."""
    return OtherHours(date.fromisoformat(day), blocks(*texts))


def at(text: str, zone: str = BERLIN) -> datetime:
    """A moment as the wall clock of the zone shows it, or with an offset of its own."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))


def length(text: str) -> timedelta:
    """`2h30`, `45m`, `10s` as an amount."""
    if text.endswith("s"):
        return timedelta(seconds=float(text[:-1]))
    if text.endswith("m"):
        return timedelta(minutes=float(text[:-1]))
    hours, _, minutes = text.partition("h")
    return timedelta(hours=float(hours), minutes=float(minutes or 0))


def open_by_the_wall_clock(calendar: Calendar, moment: datetime) -> bool:
    """The rule itself: does the wall clock at the place, at that moment, lie in an open block?"""
    wall = moment.astimezone(ZoneInfo(calendar.zone)).replace(tzinfo=None)
    minutes = wall.hour * 60 + wall.minute
    today, yesterday = wall.date(), wall.date() - timedelta(days=1)
    return any(one.start <= minutes < one.end for one in _began(calendar, today)) or any(
        one.start <= minutes + 24 * 60 < one.end for one in _began(calendar, yesterday)
    )


def _began(calendar: Calendar, day: date) -> tuple[Block, ...]:
    for one in calendar.exceptions:
        if one.day == day:
            return one.blocks
    return () if day in calendar.holidays else calendar.week[day.weekday()]


def counted(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    """The working time between two full minutes of UTC, one minute after the other.

    Where clocks are off by seconds, as before 1935 in Newfoundland, one second after the other.
    """
    start, end, found = start.astimezone(UTC), end.astimezone(UTC), timedelta(0)
    while start < end:
        offset = start.astimezone(ZoneInfo(calendar.zone)).utcoffset() or timedelta(0)
        step = SECOND if offset % MINUTE else MINUTE
        found += step * open_by_the_wall_clock(calendar, start)
        start += step
    return found
