"""Reads working calendars, as the values that the core takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from tzdata import IANA_VERSION

from backline.calendars import models
from backline.calendars.words import ClosedDay
from backline.core.calendar import Calendar, History, Pieced, Version
from backline.core.values import decode


class NoCalendar(LookupError):
    """There is no calendar of this name or id."""


@dataclass(frozen=True, slots=True)
class Saved:
    """One version as it was saved; `version` is what the core counts with.

    `repeated` where what was sent had been sent before, and was kept then.
    """

    id: str
    calendar: str
    number: int
    name: str
    version: Version
    country: str
    region: str
    public_days: tuple[ClosedDay, ...]
    feed_days: tuple[ClosedDay, ...]
    zone_data: str
    made_by: str
    repeated: bool = False

    @property
    def closed_days(self) -> tuple[ClosedDay, ...]:
        """All days on which the place is closed, wherever they come from."""
        return (*self.public_days, *self.feed_days)


@dataclass(frozen=True, slots=True)
class Turn:
    """From when until when a version counts, by its number, and the number of the one that does then."""

    number: int
    from_at: datetime
    to_at: datetime | None
    then: int


def calendars() -> list[Saved]:
    """The last version of every calendar, by name."""
    rows = models.CalendarVersion.objects.order_by("calendar_id", "-number").distinct("calendar_id")
    return sorted((_saved(row) for row in rows), key=lambda one: one.name.casefold())


def versions(calendar: str) -> list[Saved]:
    """All versions of a calendar, by its id or its name of today, in the order of saving."""
    rows = models.CalendarVersion.objects.filter(calendar_id=_id_of(calendar)).order_by("number")
    return [_saved(row) for row in rows]


def history(calendar: str) -> History:
    """The log of a calendar, by its id or its name of today."""
    return History(tuple(one.version for one in versions(calendar)))


def known(calendar: str, at: datetime) -> Pieced:
    """The hours of a calendar, by its id or its name of today, as they were known at a moment.

    Raises `NoCalendar` where there is none, `CalendarRefused` where nothing was saved by then.
    """
    return history(calendar).known_at(at)


def in_force(calendar: str, at: datetime) -> Saved:
    """The version that counts at a moment, as known then."""
    found = versions(calendar)
    return counting(found, turns(found, at), at)[0]


def counting(saved: Sequence[Saved], turns: Sequence[Turn], at: datetime) -> list[Saved]:
    """Of a calendar's versions the one that counts at a moment, then those that take over, one after another.

    `turns` are theirs as known then; the earliest counts where none does yet.
    """
    begun = sum(one.from_at <= at for one in turns) or 1
    return [saved[one.number - 1] for one in turns[begun - 1 :]]


def turns(saved: Sequence[Saved], at: datetime, supposed: Version | None = None) -> list[Turn]:
    """When each of a calendar's versions counts, in order, as known at a moment; none of one that does at no time.

    As if `supposed` had been saved as well, after all others.
    """
    versions = [*(one.version for one in saved), *filter(None, [supposed])]
    numbers = {id(one): number for number, one in enumerate(versions, 1)}
    begun = [(from_at, numbers[id(one)]) for from_at, one in History(tuple(versions)).begun(at)]
    ended = [*begun[1:], (None, 0)]
    return [Turn(number, from_at, to_at, then) for (from_at, number), (to_at, then) in zip(begun, ended, strict=True)]


def is_current(saved: Saved) -> bool:
    """Whether a version was saved with the zone data that is here."""
    return saved.zone_data == str(IANA_VERSION)


def _id_of(calendar: str) -> UUID:
    try:
        wanted = models.WorkingCalendar.objects.filter(id=UUID(calendar))
    except ValueError:
        wanted = models.WorkingCalendar.objects.filter(name__iexact=calendar)
    found = wanted.values_list("id", flat=True).first()
    if found is None:
        raise NoCalendar(calendar)
    return found


def _saved(row: models.CalendarVersion) -> Saved:
    return Saved(
        id=str(row.id),
        calendar=str(row.calendar_id),
        number=row.number,
        name=row.name,
        version=Version(decode(Calendar, row.document), row.effective_on, row.saved_at, row.correction),
        country=row.country,
        region=row.region,
        public_days=_days(row.public_days),
        feed_days=_days(row.feed_days),
        zone_data=row.zone_data,
        made_by=row.made_by,
    )


def _days(kept: list[list[str]]) -> tuple[ClosedDay, ...]:
    return tuple(ClosedDay(date.fromisoformat(day), *said) for day, *said in kept)
