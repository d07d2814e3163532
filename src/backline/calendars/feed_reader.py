"""The process that reads one feed: its bytes come in, JSON goes out; its time and its memory are bounded."""

from __future__ import annotations

import json
import re
import resource
import sys
import zoneinfo
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from math import prod
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events

from backline.calendars.words import MOST_A_DAY, MOST_ENTRIES, MOST_MEMORY, FeedFault, plain_name

DAY = timedelta(days=1)
MIDNIGHT = time(0)
LONGEST_MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
ONE_LINE_END = re.compile(r"\r\n|\r|\n")
LINE_ENDS = re.compile(r"(\r\n|\r|\n)+")
LONGEST_REPEATED = timedelta(days=366)
"""What lasts longer and yet comes again says nothing of single days; it would only take long to follow."""


class Unreadable(Exception):
    """Not a feed, or more of one than is taken; `detail` is what of it cannot be read."""

    def __init__(self, fault: FeedFault, detail: str = "") -> None:
        super().__init__(fault)
        self.fault = fault
        self.detail = detail


@dataclass
class Reading:
    """What was found from the first to the last date at the place."""

    place: ZoneInfo
    first: date
    last: date
    closed: set[tuple[str, str]] = field(default_factory=set)
    timed: set[tuple[str, str, str]] = field(default_factory=set)
    unread: list[str] = field(default_factory=list)
    name: str = ""
    entries: int = 0
    tasks: int = 0

    def add(self, entry: icalendar.Event) -> None:
        """One occurrence of an entry."""
        name = _name(entry)
        start, end = self._at_the_place(entry.start), self._at_the_place(entry.end)
        if isinstance(start, datetime) and not (start.time() == end.time() == MIDNIGHT and start < end):
            if self.first <= start.date() <= self.last:
                self.timed.add((_utc(start, self.place), _utc(end, self.place), name))
        else:
            begin, until = _date(start), max(_date(end), _date(start) + DAY)
            for day in range(max(begin, self.first).toordinal(), min(until, self.last + DAY).toordinal()):
                self.closed.add((date.fromordinal(day).isoformat(), name))
        if len(self.closed) + len(self.timed) > MOST_ENTRIES:
            raise Unreadable(FeedFault.TOO_MANY)

    def _at_the_place(self, moment: date | datetime) -> Any:
        """A date as it is, a moment as the wall clock of the place shows it; without a zone it is that already."""
        if isinstance(moment, datetime) and moment.tzinfo:
            return moment.astimezone(self.place).replace(tzinfo=None)
        return moment


def read(content: bytes, reading: Reading) -> Reading:
    """Every entry of the feed, expanded."""
    typed = content.decode("utf-8-sig", errors="replace")
    text = LINE_ENDS.sub("\r\n", typed)
    try:
        found: list[Any] = icalendar.Calendar.from_ical(text, multiple=True)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        line = _line_of(typed, error)
        raise Unreadable(FeedFault.BAD_LINE if line else FeedFault.NOT_A_FEED, line) from error
    if not any(one.name == "VCALENDAR" for one in found):
        raise Unreadable(FeedFault.NOT_A_FEED)
    entries = [entry for calendar in found for entry in calendar.walk("VEVENT")]
    reading.entries = len(entries)
    reading.tasks = sum(len(calendar.walk("VTODO")) for calendar in found)
    for entry in entries:
        _refuse_unknown_zones(entry)
        _refuse_endless(entry)
    reading.name = next(filter(None, map(_calendar_name, found)), "")
    for calendar in found:
        zones = list(calendar.walk("VTIMEZONE"))
        for series in _series(calendar.walk("VEVENT")):
            _expand(zones, series, reading)
    return reading


def _line_of(typed: str, error: Exception) -> str:
    """The number and the text of the line that made nonsense of a feed; nothing where it is not one line of a feed."""
    if not typed.lstrip().upper().startswith("BEGIN:VCALENDAR"):
        return ""
    for number, line in enumerate(ONE_LINE_END.split(typed), 1):
        if line.strip() and line[0] not in " \t" and repr(line)[1:-1] in str(error) and _says_nothing(line):
            return f"{number} (“{plain_name(line)[:40]}”)"
    return ""


def _says_nothing(line: str) -> bool:
    """Whether a line has no name and no value."""
    content_line: Any = icalendar.parser.Contentline
    try:
        content_line(line).parts()
    except ValueError:
        return True
    return False


def _refuse_unknown_zones(entry: Any) -> None:
    """Refuse moments by a clock that nobody knows: read as the clock at the place, they would be others."""
    said = [one for name in ("DTSTART", "DTEND", "RECURRENCE-ID", "RDATE", "EXDATE") for one in _all(entry.get(name))]
    for one in said:
        if not isinstance(one, icalendar.vDDDTypes | icalendar.vDDDLists):
            continue  # broken, and named as that later
        zone = str(one.params.get("TZID", ""))
        moments = [part.dt for part in getattr(one, "dts", [one]) if isinstance(part.dt, datetime)]
        if zone and any(moment.tzinfo is None for moment in moments):
            raise Unreadable(FeedFault.UNKNOWN_ZONE, plain_name(zone))


def _refuse_endless(entry: Any) -> None:
    """Refuse rules that nobody can follow, before anybody tries."""
    for rule in (one for name in ("RRULE", "EXRULE") for one in _all(entry.get(name)) if isinstance(one, dict)):
        if _comes_never(rule, _moment(entry, "DTSTART")):
            raise Unreadable(FeedFault.NEVER, _name(entry))
        if _is_a_crowd(rule) or _lasts(entry) > LONGEST_REPEATED:
            raise Unreadable(FeedFault.TOO_OFTEN, _name(entry))


def _comes_never(rule: Any, start: Any) -> bool:
    """Whether it goes on by no step, or through months of which none has any of its days."""
    step = int(rule.get("INTERVAL", [1])[0])
    if step < 1:
        return True
    months = set(map(int, rule.get("BYMONTH", range(1, 13))))
    if _often(rule) == "MONTHLY" and start:
        months &= {(start.month - 1 + step * number) % 12 + 1 for number in range(12)}
    days = [abs(int(day)) for day in rule.get("BYMONTHDAY", [1])]
    return not any(min(days) <= most for month, most in enumerate(LONGEST_MONTHS, 1) if month in months)


def _is_a_crowd(rule: Any) -> bool:
    """Whether it makes an entry an hour and more, and does not end soon."""
    units = (("BYHOUR", 24, 1), ("BYMINUTE", 60, 2), ("BYSECOND", 60, 3))
    finer = {"HOURLY": 1, "MINUTELY": 2, "SECONDLY": 3}.get(_often(rule), 0)
    a_day = prod(len(rule[by]) if by in rule else most if finer >= unit else 1 for by, most, unit in units)
    return a_day > MOST_A_DAY and not 0 < int(rule.get("COUNT", [0])[0]) <= MOST_ENTRIES


def _often(rule: Any) -> str:
    return str(rule.get("FREQ", [""])[0]).upper()


def _lasts(entry: Any) -> timedelta:
    """How long an entry lasts, as its dates or its duration say."""
    start, end, lasts = (_moment(entry, name) for name in ("DTSTART", "DTEND", "DURATION"))
    return _date(end) - _date(start) if start and end else lasts or timedelta(0)


def _all(said: Any) -> list[Any]:
    """What an entry says under a name, be it once, several times, or not at all."""
    return said if isinstance(said, list) else [] if said is None else [said]


def _keep_dates(entry: Any) -> None:
    """What begins with a date is all dates: a zone written beside one, or an end with a time, would shift them."""
    if not _begins_with_a_date(entry):
        return
    for name in ("DTSTART", "DTEND", "RECURRENCE-ID"):
        if isinstance(_moment(entry, name), date):
            entry[name] = _as_date(entry[name])
    end = _moment(entry, "DTEND")
    if end and end <= entry["DTSTART"].dt:
        del entry["DTEND"]
    if _runs_backwards(entry):
        del entry["DURATION"]


def _runs_backwards(entry: Any) -> bool:
    """Whether it lasts less than nothing: followed, it would close what lies before it."""
    lasts = _moment(entry, "DURATION")
    return lasts is not None and lasts < timedelta(0)


def _begins_with_a_date(entry: Any) -> bool:
    start = _moment(entry, "DTSTART")
    return start is not None and (entry["DTSTART"].params.get("VALUE") == "DATE" or type(start) is date)


def _moment(entry: Any, name: str) -> Any:
    """What an entry says there; None where it says nothing that can be read."""
    return getattr(entry.get(name), "dt", None)


def _as_date(said: Any) -> Any:
    """The same as a date; that a change is of all that follow stays with it."""
    found = icalendar.vDDDTypes(_date(said.dt))
    found.params.update({key: value for key, value in said.params.items() if key == "RANGE"})
    return found


def _series(entries: list[Any]) -> Iterator[list[Any]]:
    """Each entry with the changes of its single occurrences, which name it by its UID.

    Some feeds give all their entries one UID, or none: each is then one of its own, and a change belongs to the one
    that has what it changes, else to the first. A change of nothing is one of its own as well.
    """
    beginnings = {str(entry.get("UID", "")) for entry in entries if "RECURRENCE-ID" not in entry}
    found: dict[str, list[list[Any]]] = {}
    changes: list[tuple[str, Any]] = []
    for number, entry in enumerate(entries):
        uid = str(entry.get("UID", ""))
        if "RECURRENCE-ID" in entry and uid in beginnings:
            changes.append((uid, entry))
        else:
            entry["UID"] = icalendar.vText(f"{uid}#{number}")
            found.setdefault(uid, []).append([entry])
    for uid, change in changes:
        series = _changed(found[uid], change)
        change["UID"] = icalendar.vText(str(series[0]["UID"]))
        series.append(change)
    return (series for mine in found.values() for series in mine)


def _changed(several: list[list[Any]], change: Any) -> list[Any]:
    """Of several series of one UID the one that has what is changed; the first where none has, or none can be read."""
    if len(several) == 1:
        return several[0]
    return next((series for series in several if _has(series[0], change)), several[0])


def _has(entry: Any, change: Any) -> bool:
    alone = icalendar.Calendar()
    alone.add_component(entry)
    try:
        day = _date(change["RECURRENCE-ID"].dt)
        there = recurring_ical_events.of(alone).between(day, day + DAY)
        return any(_date(one.start) == day for one in there)
    except Exception:  # as below: whatever is broken in one belongs to no other
        return False


def _expand(zones: list[Any], series: list[Any], reading: Reading) -> None:
    alone = icalendar.Calendar()
    alone.subcomponents.extend([*zones, *series])
    try:
        for entry in series:
            _keep_dates(entry)
        if any(map(_runs_backwards, series)):
            reading.unread.append(_name(series[0]))
            return
        if len(series) == 1 and not _cut_off(series[0], reading):
            return
        for entry in recurring_ical_events.of(alone).between(reading.first - DAY, reading.last + 2 * DAY):
            if str(entry.get("STATUS", "")).upper() != "CANCELLED":
                reading.add(entry)
    except Unreadable:
        raise
    except Exception:  # whatever two libraries make of a broken entry, the others are read and this one is named
        reading.unread.append(_name(series[0]))


def _cut_off(entry: Any, reading: Reading) -> bool:
    """Cut what comes once off where nobody asks any more: it may last for ever. False where nothing of it is asked."""
    start, end = _moment(entry, "DTSTART"), _moment(entry, "DTEND")
    if type(start) is not date or {"RRULE", "RDATE", "RECURRENCE-ID"} & set(entry):
        return True
    if start > reading.last:
        return False
    if end and end > reading.first:
        entry["DTSTART"] = icalendar.vDDDTypes(max(start, reading.first))
        entry["DTEND"] = icalendar.vDDDTypes(min(end, reading.last + DAY))
    return True


def _calendar_name(calendar: Any) -> str:
    """What a feed calls itself, in the old way or the new."""
    said = next((one for name in ("X-WR-CALNAME", "NAME") for one in _all(calendar.get(name))), "")
    return plain_name(str(said))


def _name(entry: Any) -> str:
    return plain_name(str(entry.get("SUMMARY", "")))


def _date(moment: date | datetime) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _utc(wall: datetime, place: ZoneInfo) -> str:
    return wall.replace(tzinfo=place).astimezone(UTC).isoformat()


def main() -> None:
    """Zone, first and last date are named; the feed comes from the input."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    zoneinfo.reset_tzpath(to=())
    zone, first, last = sys.argv[1:]
    reading = Reading(ZoneInfo(zone), date.fromisoformat(first), date.fromisoformat(last))
    try:
        read(sys.stdin.buffer.read(), reading)
    except (Unreadable, MemoryError) as error:
        known = error if isinstance(error, Unreadable) else Unreadable(FeedFault.TOO_MANY)
        json.dump({"fault": known.fault, "detail": known.detail}, sys.stdout)
    else:
        found = {
            "closed": sorted(reading.closed), "timed": sorted(reading.timed), "unread": reading.unread,
            "name": reading.name, "entries": reading.entries, "tasks": reading.tasks,
        }  # fmt: skip
        json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
