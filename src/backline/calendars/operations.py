"""Writes versions of working calendars; nothing that was saved is ever changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from tzdata import IANA_VERSION

from backline.calendars import models, queries, wording
from backline.calendars.public_days import public_days
from backline.calendars.words import ClosedDay
from backline.core.calendar import (
    FIRST_YEAR,
    LAST_YEAR,
    Block,
    Calendar,
    CalendarRefused,
    OtherHours,
    Version,
    zone_of,
)
from backline.core.values import encode
from backline.core.words import Actor, CalendarFault
from backline.ledger import operations as ledger

LONGEST_NAME = 80
LEAST_OPEN = timedelta(hours=52)
"""With less than this open in a year, an hour a week, a clock might never be due."""
YEARS_AHEAD = 10
"""So far ahead public holidays are made into dates; a version saved later carries them further."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What somebody wants a calendar to be from a day on; `feed_days` is what feeds close, or somebody by hand."""

    name: str
    zone: str
    week: tuple[tuple[Block, ...], ...]
    effective_on: date
    exceptions: tuple[OtherHours, ...] = ()
    country: str = ""
    region: str = ""
    feed_days: tuple[ClosedDay, ...] = ()
    correction: bool = False

    def counts_from(self, at: datetime) -> date:
        """The first day on which it counts if it is saved at a moment; the zone must be one that there is."""
        today = at.astimezone(zone_of(self.zone)).date()
        return self.effective_on if self.correction else max(self.effective_on, today)


@dataclass(frozen=True, slots=True)
class Draft:
    """A plan as it would be saved: with its public holidays made into dates."""

    name: str
    version: Version
    public_days: tuple[ClosedDay, ...]


def draft(plan: Plan, *, at: datetime) -> Draft:
    """What the plan would be if it were saved now; raises `Refused` with a sentence where it cannot be."""
    name = " ".join(plan.name.replace("\0", "").split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise wording.no_name()
    if not FIRST_YEAR <= plan.effective_on.year <= LAST_YEAR:
        raise wording.hours(CalendarRefused(CalendarFault.OUT_OF_REACH))
    if plan.region and not plan.country:
        raise wording.region_alone(plan.region)
    effective = plan.effective_on.year
    years = range(min(effective, at.year) - 1, min(max(effective, at.year) + YEARS_AHEAD, LAST_YEAR) + 1)
    public = public_days(plan.country, plan.region, years) if plan.country else ()
    try:
        closed = frozenset(one.day for one in (*public, *plan.feed_days))
        version = Version(
            Calendar(plan.zone, plan.week, plan.exceptions, closed), plan.effective_on, at, plan.correction
        )
    except CalendarRefused as error:
        raise wording.hours(error) from error
    if any(_open_in(version.calendar, year) < LEAST_OPEN for year in range(at.year, at.year + YEARS_AHEAD)):
        raise wording.too_little(LEAST_OPEN)
    return Draft(name, version, public)


def _open_in(calendar: Calendar, year: int) -> timedelta:
    return calendar.between(datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC))


def keep(plan: Plan, *, calendar_id: str = "", seen: int = 0, by: Actor, at: datetime, key: str = "") -> queries.Saved:
    """Add a version to a calendar, or make a new one with its first; `seen` is the number of the version on view.

    What is sent twice with one key is saved once. Raises `Refused` with a sentence where it cannot be, and changes
    nothing.
    """
    made = draft(plan, at=at)
    row = models.CalendarVersion(
        name=made.name, country=plan.country, region=plan.region, public_days=_days(made.public_days),
        feed_days=_days(plan.feed_days),
    )  # fmt: skip
    body = {"calendar": calendar_id, "seen": seen, "plan": encode(plan)}
    write = ledger.Write(f"{by.kind}:{by.id}", "calendar", key or uuid4().hex, body)
    try:
        with transaction.atomic():
            claimed = ledger.claim(write, at=at)
            if claimed is None:
                known = ledger.answered(write)
                return replace(queries.versions(known["calendar"])[int(known["number"]) - 1], repeated=True)
            row.calendar, row.number = _hold(calendar_id, made.name, seen)
            saved = _add(row, made.version, by=by)
            ledger.answer(claimed, {"calendar": saved.calendar, "number": saved.number})
    except IntegrityError as error:
        raise wording.name_taken(made.name) from error
    return saved


def carry_further(calendar: str, *, seen: int, by: Actor, at: datetime, key: str) -> queries.Saved:
    """Add a version that is what counts now, with the public holidays as far ahead as ever; `seen` as in `keep`.

    Raises `Refused` where it takes no holidays of a country: those of a feed must be read again.
    """
    now = queries.in_force(calendar, at)
    if not now.country:
        raise wording.no_country(now.name)
    value, name = now.version.calendar, queries.versions(calendar)[-1].name
    plan = Plan(name, value.zone, value.week, at.date(), value.exceptions, now.country, now.region, now.feed_days)
    return keep(plan, calendar_id=calendar, seen=seen, by=by, at=at, key=key)


def renew_zone_data(*, by: Actor, at: datetime) -> int:
    """Add a version to each calendar whose hours in force were saved under another release of the zone data."""
    renewed = 0
    for one in queries.calendars():
        with transaction.atomic():
            held = models.WorkingCalendar.objects.select_for_update().get(id=one.calendar)
            old = queries.in_force(one.calendar, at)
            if old.zone_data == IANA_VERSION:
                continue
            last = queries.versions(one.calendar)[-1]
            row = models.CalendarVersion(
                calendar=held, number=last.number + 1, name=last.name, country=old.country,
                region=old.region, public_days=_days(old.public_days), feed_days=_days(old.feed_days),
            )  # fmt: skip
            _add(row, Version(old.version.calendar, at.date(), at), by=by)
            renewed += 1
    return renewed


def _hold(calendar_id: str, name: str, seen: int) -> tuple[models.WorkingCalendar, int]:
    """The calendar, ours until the transaction ends and called by its new name, and the number of its next version."""
    if not calendar_id:
        return models.WorkingCalendar.objects.create(name=name), 1
    calendar = models.WorkingCalendar.objects.select_for_update().filter(id=UUID(calendar_id)).first()
    if calendar is None:
        raise queries.NoCalendar(calendar_id)
    last = max(calendar.versions.values_list("number", flat=True), default=0)
    if last != seen:
        raise wording.moved_on()
    calendar.name = name
    calendar.save(update_fields=["name"])
    return calendar, last + 1


def _add(row: models.CalendarVersion, version: Version, *, by: Actor) -> queries.Saved:
    row.document = encode(version.calendar)
    row.effective_on, row.saved_at, row.correction = version.effective_on, version.saved_at, version.correction
    row.zone_data, row.made_by = IANA_VERSION, by.id
    row.save(force_insert=True)
    return queries.versions(str(row.calendar_id))[-1]


def _days(days: Iterable[ClosedDay]) -> list[list[str]]:
    return [[one.day.isoformat(), one.name, *filter(None, [one.feed])] for one in days]
