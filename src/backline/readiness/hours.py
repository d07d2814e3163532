"""What is worth a look about working hours: nothing chosen, holidays that end soon, old rules of time zones."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from backline.calendars import choices, queries
from backline.calendars.queries import Saved
from backline.look.moments import day_in_words
from backline.readiness.lacks import Kind, Lack

SOON = timedelta(days=365)


def hours(at: datetime) -> list[Lack]:
    """Each in a sentence; nothing of it is missing, and nothing where all is well."""
    chosen = {one.calendar for one in choices.in_force()}
    if not chosen:
        said = _("No working hours were chosen for anybody, so all time counts: nights, weekends and holidays too.")
        return [Lack(Kind.NO_HOURS, said)]
    counting = sorted((queries.in_force(one, at) for one in chosen), key=lambda one: one.name.casefold())
    found = [(one, {"holidays": _ends_soon(one, at), "zones": _is_old(one)}) for one in counting]
    return [
        Lack(Kind.CALENDAR, said, f"{one.calendar}:{what}") for one, its in found for what, said in its.items() if said
    ]


def last_holiday(saved: Saved, at: datetime) -> date | None:
    """The last holiday that it knows, from a country or a feed, where that is within a year."""
    last = max((one.day for one in saved.closed_days), default=None)
    return last if last and last <= (at + SOON).date() else None


def _ends_soon(saved: Saved, at: datetime) -> str:
    last = last_holiday(saved, at)
    if last is None:
        return ""
    said = _("The last holiday that the calendar %(name)s knows is %(day)s: open it, and carry its holidays further.")
    if not saved.country:
        said = _("The last holiday that the calendar %(name)s knows is %(day)s: read its feed again, and save it.")
    return said % {"name": saved.name, "day": day_in_words(last)}


def _is_old(saved: Saved) -> str:
    if queries.is_current(saved):
        return ""
    said = _(
        "The calendar %(name)s was saved with release %(release)s of the time zones, and there is a newer one here: "
        "save it again, so that it counts by that."
    )
    return said % {"name": saved.name, "release": saved.zone_data}
