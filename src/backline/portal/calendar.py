"""A visit as a calendar file: in the customer's zone, under one name for ever, so that what moved moves."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlsplit

import icalendar
from django.conf import settings
from django.utils.crypto import salted_hmac

from backline.cases.queries import View
from backline.core.calendar import zone_of
from backline.core.case import Case, Record
from backline.core.visits import OFF
from backline.core.words import ClockName
from backline.people.languages import to_customer as _


def visits_of(case: Case) -> list[Record]:
    """The visits that were ever booked, as they are now."""
    return [one for one in case.records.values() if one.clock is ClockName.VISIT and one.until]


def name_of(visit: Record) -> str:
    """What the visit is called in addresses and calendars: the same for ever, and nothing that we call it by."""
    return salted_hmac("backline.customer-visit", visit.id, algorithm="sha256").hexdigest()[:32]


def of_visit(view: View, name: str) -> bytes | None:
    """The visit of this name as a calendar file; None where there is none."""
    visit = next((one for one in visits_of(view.case) if name_of(one) == name), None)
    if visit is None:
        return None
    off = visit.ended in OFF
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Backline//Visit//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if off else "PUBLISH")
    calendar.add_component(_event(view, visit, off=off))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _event(view: View, visit: Record, *, off: bool) -> icalendar.Event:
    """The visit itself; of us it says no more than the page does, and of the case no more than its reference."""
    event, zone = icalendar.Event(), view.zone
    changed = visit.over if off and visit.over else visit.begun
    event.add("uid", f"{name_of(visit)}@{urlsplit(settings.BACKLINE_URL).hostname or 'backline'}")
    event.add("sequence", _times_changed(view, visit, off=off))
    event.add("dtstamp", changed.at.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", _edge(visit.from_at, zone))
    event.add("dtend", _edge(visit.until or visit.from_at, zone))
    event.add("summary", _("Visit: %(what)s") % {"what": view.line.place})
    event.add("location", view.row.site.address or view.row.site.name)
    event.add("description", _described(view, visit))
    event.add("status", "CANCELLED" if off else "CONFIRMED")
    return event


def _times_changed(view: View, visit: Record, *, off: bool) -> int:
    """A number that grows with each change of the visit."""
    booked = [one for one in view.timeline if one.kind in ("visit.booked", "visit.moved")]
    return sum(1 for one in booked if one.seq <= visit.begun.seq) - 1 + off


def _edge(at: datetime, zone: str) -> datetime:
    """By the clock in her zone; in UTC where that shows it a second time, for beside a zone it would be the first."""
    wall = at.astimezone(zone_of(zone))
    return at.astimezone(UTC) if wall.fold else wall


def _described(view: View, visit: Record) -> str:
    who = view.names.get(visit.person, "")
    comes = _("%(who)s will come.") % {"who": who} if who else ""
    reference = _("Reference: %(reference)s.") % {"reference": view.line.reference}
    return f"{comes} {reference}".strip()
