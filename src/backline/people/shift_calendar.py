"""Writes shifts as iCalendar, with the zone in which its reader lives.

A shift that begins or ends when the wall clock shows a time again is written in UTC: beside a zone that time would be
the first one alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from backline.core.calendar import changes, zone_of

_WALL = "%Y%m%dT%H%M%S"
_LONGEST = 75
"""No line of a calendar is longer in bytes; what is goes on in the next, after a space."""


class Entry(NamedTuple):
    """One shift, in words."""

    start: datetime
    end: datetime
    uid: str
    title: str
    note: str


def written(name: str, zone: str, entries: Sequence[Entry], *, changed_at: datetime) -> bytes:
    """The calendar; the same entries make the same bytes."""
    place, first = zone_of(zone), min((one.start for one in entries), default=changed_at)
    last = max((one.end for one in entries), default=changed_at)
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Backline//On call//EN",
        f"X-WR-CALNAME:{_text(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        *_zone(zone, first, last),
        *(line for entry in entries if _lasts(entry) for line in _event(entry, place, changed_at)),
        "END:VCALENDAR",
    ]
    return b"".join(piece for line in lines for piece in _folded(line.encode()))


def _lasts(entry: Entry) -> bool:
    """Whether it lasts in a calendar, which knows no parts of a second."""
    return _utc(entry.start) != _utc(entry.end)


def _event(entry: Entry, place: ZoneInfo, changed_at: datetime) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{entry.uid}"
    yield f"DTSTAMP:{_utc(changed_at)}"
    edges = {"DTSTART": entry.start.astimezone(place), "DTEND": entry.end.astimezone(place)}
    again = any(edge.fold for edge in edges.values())
    for name, edge in edges.items():
        yield f"{name}:{_utc(edge)}" if again else f"{name};TZID={place.key}:{edge:{_WALL}}"
    yield f"SUMMARY:{_text(entry.title)}"
    if entry.note:
        yield f"DESCRIPTION:{_text(entry.note)}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _zone(zone: str, start: datetime, end: datetime) -> Iterator[str]:
    """How far the wall clock is from UTC from one moment to another; each change by what it showed just before."""
    begins = start.astimezone(zone_of(zone))
    offset = begins.utcoffset() or timedelta()
    yield from ("BEGIN:VTIMEZONE", f"TZID:{zone}")
    yield from _observed(begins, offset, offset)
    for one in changes(zone, start, end):
        yield from _observed(one.at + one.before, one.before, one.after)
    yield "END:VTIMEZONE"


def _observed(wall: datetime, before: timedelta, after: timedelta) -> Iterator[str]:
    kind = "DAYLIGHT" if after > before else "STANDARD"
    yield from (f"BEGIN:{kind}", f"DTSTART:{wall:{_WALL}}")
    yield from (f"TZOFFSETFROM:{_offset(before)}", f"TZOFFSETTO:{_offset(after)}", f"END:{kind}")


def _offset(offset: timedelta) -> str:
    hours, minutes = divmod(abs(offset) // timedelta(minutes=1), 60)
    return f"{'-' if offset < timedelta() else '+'}{hours:02}{minutes:02}"


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):{_WALL}}Z"


def _text(text: str) -> str:
    """On one line, without what only machines read, and with the signs escaped that mean something there."""
    plain = " ".join("".join(one if one.isprintable() else " " for one in text).split())
    return plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")


def _folded(line: bytes) -> Iterator[bytes]:
    """The line in pieces that are short enough and each whole in UTF-8."""
    space = b""
    while len(line) > _LONGEST - len(space):
        cut = _LONGEST - len(space)
        while line[cut] & 0xC0 == 0x80:
            cut -= 1
        yield space + line[:cut] + b"\r\n"
        line, space = line[cut:], b" "
    yield space + line + b"\r\n"
