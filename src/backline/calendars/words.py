"""The words of calendars: days that are closed, what a feed holds, and its limits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

MOST_BYTES = 1024**2
MOST_ENTRIES = 20_000
MOST_SECONDS = 15
"""How long a feed may take to read; the largest of those found in public takes half a second."""
MOST_SECONDS_AWAY = 30
"""How long a feed may take to come from its address."""
MOST_A_DAY = 23
"""A rule that makes more entries a day closes no days; it would only take long to follow."""
MOST_MEMORY = 1024**3


NAMELESS = "Feed"
"""How a feed is called that says no name of its own and has no file."""
LONGEST_NAME = 200
"""How much is kept of what a feed or one of its days is called."""


def plain_name(text: str) -> str:
    """What a feed or one of its days is called, in one line; what cannot be kept in a text is left out."""
    return " ".join(text.replace("\0", "").replace("\ufffd", "?").split())[:LONGEST_NAME]


class FeedFault(StrEnum):
    """Why a feed was not read."""

    EMPTY = "EMPTY"
    TOO_LARGE = "TOO_LARGE"
    NOT_A_FEED = "NOT_A_FEED"
    BAD_LINE = "BAD_LINE"
    TOO_MANY = "TOO_MANY"
    TOO_SLOW = "TOO_SLOW"
    TOO_OFTEN = "TOO_OFTEN"
    NEVER = "NEVER"
    UNKNOWN_ZONE = "UNKNOWN_ZONE"
    UNREACHABLE = "UNREACHABLE"
    NOT_THERE = "NOT_THERE"
    NOT_PUBLIC = "NOT_PUBLIC"
    LOOPS = "LOOPS"
    KEEPS_STILL = "KEEPS_STILL"


class ChosenFor(StrEnum):
    """Whose hours a calendar can be."""

    ORGANISATION = "ORGANISATION"
    CUSTOMER = "CUSTOMER"
    SITE = "SITE"
    CONTRACT = "CONTRACT"
    ASSET = "ASSET"
    TEAM = "TEAM"


@dataclass(frozen=True, slots=True)
class ClosedDay:
    """A date on which a place is closed, and what it is called; `feed` is the name of the feed that closes it."""

    day: date
    name: str
    feed: str = ""


@dataclass(frozen=True, slots=True)
class Timed:
    """An entry of a feed that does not fill whole days; it closes nothing."""

    from_at: datetime
    to_at: datetime
    name: str


@dataclass(frozen=True, slots=True)
class Feed:
    """What a feed holds between two dates; `unread` names the entries that nobody could make sense of.

    By its name it is known again when it is read once more; it is empty where the feed says none. `entries` are all
    that it has, of any date; `tasks` say what is to be done, and close nothing.
    """

    closed: tuple[ClosedDay, ...] = ()
    timed: tuple[Timed, ...] = ()
    unread: tuple[str, ...] = ()
    name: str = ""
    entries: int = 0
    tasks: int = 0


class Refused(Exception):
    """Something about a calendar was not taken and nothing was changed; `field` is what must be mended."""

    def __init__(self, text: str, *, field: str) -> None:
        super().__init__(text)
        self.text = text
        self.field = field
