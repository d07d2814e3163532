"""Fetches and reads calendar feeds (.ics), each in a process of its own: slow, large or broken ones harm nobody.

Only what fills whole days closes a date: all-day entries, whose dates are dates and are shifted by no zone, and entries
from midnight to midnight at the place. Entries with other times are handed over beside them and close nothing: a
meeting in a list of holidays must not change working hours, and nobody can tell what "10:00 to 12:00" would mean.
"""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date, datetime
from typing import Any

from backline.calendars import wording
from backline.calendars.words import (
    MOST_BYTES,
    MOST_SECONDS,
    MOST_SECONDS_AWAY,
    ClosedDay,
    Feed,
    FeedFault,
    Timed,
)
from backline.core.calendar import FIRST_YEAR, LAST_YEAR


def read(content: bytes, zone: str, first: date, last: date, seconds: int = MOST_SECONDS) -> Feed:
    """What the feed holds from the first to the last date, as dates at the place; raises `Refused` with a sentence."""
    if not content.strip():
        raise wording.feed(FeedFault.EMPTY)
    if len(content) > MOST_BYTES:
        raise wording.feed(FeedFault.TOO_LARGE)
    if not FIRST_YEAR < first.year <= last.year < LAST_YEAR:
        raise ValueError(f"no feed is read from {first} to {last}")
    said = _ask(content, (zone, first.isoformat(), last.isoformat()), seconds)
    return Feed(
        closed=tuple(ClosedDay(date.fromisoformat(day), name) for day, name in said["closed"]),
        timed=tuple(
            Timed(datetime.fromisoformat(start), datetime.fromisoformat(end), name)
            for start, end, name in said["timed"]
        ),
        unread=tuple(said["unread"]),
        name=said["name"],
        entries=said["entries"],
        tasks=said["tasks"],
    )


def fetch(address: str, seconds: float = MOST_SECONDS_AWAY) -> bytes:
    """What is at a public address, as far as it may be read; raises `Refused` with a sentence."""
    command = [sys.executable, "-I", "-m", "backline.calendars.feed_fetcher"]
    try:
        done = subprocess.run(command, input=address.encode(), capture_output=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired as error:
        raise wording.feed(FeedFault.KEEPS_STILL) from error
    if done.returncode:
        fault, _space, detail = done.stderr.decode(errors="replace").strip().partition(" ")
        raise wording.feed(FeedFault(fault) if fault in set(FeedFault) else FeedFault.UNREACHABLE, detail)
    return done.stdout


def _ask(content: bytes, arguments: tuple[str, ...], timeout: float) -> dict[str, Any]:
    """What the reader says, or why it said nothing."""
    command = [sys.executable, "-I", "-m", "backline.calendars.feed_reader", *arguments]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=timeout, check=False)
    except subprocess.TimeoutExpired as error:
        raise wording.feed(FeedFault.TOO_SLOW) from error
    if done.returncode:
        raise wording.feed(FeedFault.NOT_A_FEED)
    said = json.loads(done.stdout)
    if "fault" in said:
        raise wording.feed(FeedFault(said["fault"]), said["detail"])
    return dict(said)
