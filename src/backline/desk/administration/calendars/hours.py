"""Working hours as people type and read them: blocks of a day, dates that differ, a week in one line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from itertools import groupby, pairwise

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _

from backline.calendars import wording
from backline.calendars.words import ClosedDay, plain_name
from backline.core.calendar import Block, CalendarRefused, OtherHours
from backline.core.words import CalendarFault

MOST_LINES = 20_000
_BLOCK = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*(?:-|–|—|to)\s*(\d{1,2})(?:[:.](\d{2}))?", re.ASCII)
_HEADING = re.compile(r"\[(.*\S.*)\]")
_ENDING = re.compile(r"\.ics$", re.IGNORECASE)
_DATED = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[\s:]+(.*))?", re.ASCII | re.DOTALL)


class Unclear(ValueError):
    """What was typed says no hours; the sentence says why."""


def blocks(text: str) -> tuple[Block, ...]:
    """The hours of one day, in their order: `08:00-12:00, 13:00-17:00`; nothing, or the word, is closed."""
    parts = [part.strip() for part in text.replace(";", ",").split(",") if part.strip()]
    if not parts or parts in (["closed"], [_("closed")]):
        return ()
    found = sorted(_block(part) for part in parts)
    for one, other in pairwise(found):
        if other.start < one.end:
            raise Unclear(str(wording.FAULTS[CalendarFault.OVERLAP]) % {"details": f"{one}, {other}"})
    return tuple(found)


def _block(text: str) -> Block:
    found = _BLOCK.fullmatch(text)
    begin, begin_minutes, end, end_minutes = (int(part or 0) for part in found.groups()) if found else (0, 60, 0, 60)
    if begin_minutes > 59 or end_minutes > 59:
        said = _("“%(text)s” says no hours. Write them as 08:00-12:00, 13:00-17:00.")
        raise Unclear(said % {"text": text[:40]})
    try:
        return Block(begin * 60 + begin_minutes, end * 60 + end_minutes)
    except CalendarRefused as error:
        raise Unclear(f"{text}: {wording.sentence(error)}") from error


def other_hours(text: str) -> tuple[OtherHours, ...]:
    """Dates with other hours, one a line: `2026-12-24 08:00-12:00`, `2026-12-31 closed`."""
    found: dict[date, OtherHours] = {}

    def add(day: date, rest: str) -> None:
        if not rest:
            raise Unclear(_("say which hours, or closed, after the date."))
        if day in found:
            raise Unclear(_("the date stands there twice; write all its hours in one line."))
        found[day] = OtherHours(day, blocks(rest))

    _each(text, lambda line: add(*_dated(line)))
    return tuple(found[day] for day in sorted(found))


def closed_days(text: str) -> tuple[ClosedDay, ...]:
    """Closed days, one a line: a date and what it is called; below the name of a feed, `[Holidays]`, those of it."""
    found: set[ClosedDay] = set()
    feed = ""

    def add(line: str) -> None:
        nonlocal feed
        heading = _HEADING.fullmatch(line)
        if heading:
            feed = plain_name(heading.group(1))
        else:
            day, rest = _dated(line)
            found.add(ClosedDay(day, plain_name(rest), feed))

    _each(text, add)
    return tuple(sorted(found, key=lambda one: (one.feed, one.day, one.name)))


def name_of_file(file: str) -> str:
    """What the days of a feed stand under that only its file names."""
    return plain_name(_ENDING.sub("", file))


def _each(text: str, add: Callable[[str], None]) -> None:
    """Hand each line over; what is wrong is said of its line."""
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if len(lines) > MOST_LINES:
        raise Unclear(_("There are more than %(most)s lines.") % {"most": f"{MOST_LINES:,}"})
    for number, line in lines:
        try:
            add(line)
        except Unclear as unclear:
            raise Unclear(_("Line %(number)d: %(why)s") % {"number": number, "why": unclear}) from unclear


def _dated(line: str) -> tuple[date, str]:
    found = _DATED.fullmatch(line)
    try:
        day = date.fromisoformat(found.group(1) if found else "")
    except ValueError as error:
        said = _("“%(text)s” begins with no date. Begin it with one such as 2026-12-24.")
        raise Unclear(said % {"text": line[:40]}) from error
    return day, (found.group(2) or "").strip() if found else ""


def said(found: Sequence[Block]) -> str:
    """The hours of one day as they can be typed again."""
    return ", ".join(map(str, found)) or _("closed")


def said_of_dates(found: Iterable[OtherHours]) -> str:
    """Dates with other hours as they can be typed again."""
    return "\n".join(f"{one.day.isoformat()} {said(one.blocks)}" for one in sorted(found, key=lambda one: one.day))


def said_of_days(found: Iterable[ClosedDay]) -> str:
    """Closed days as they can be typed again."""
    lines: list[str] = []
    for feed, days in groupby(sorted(found, key=lambda one: (one.feed, one.day, one.name)), key=lambda one: one.feed):
        lines += [f"[{feed}]"] if feed else []
        lines += [f"{one.day.isoformat()} {one.name}".strip() for one in days]
    return "\n".join(lines)


def week_in_a_line(week: Sequence[Sequence[Block]]) -> str:
    """The hours of a week: `Mon–Fri 08:00-17:00; Sat 09:00-12:00`."""
    runs = [(list(days), hours) for hours, days in groupby(range(7), key=lambda day: tuple(week[day])) if hours]
    return "; ".join(f"{_days(days)} {said(hours)}" for days, hours in runs)


def _days(days: Sequence[int]) -> str:
    first, last = str(WEEKDAYS_ABBR[days[0]]), str(WEEKDAYS_ABBR[days[-1]])
    return first if len(days) == 1 else f"{first}\N{EN DASH}{last}"
