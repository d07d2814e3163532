"""What is worth a look about working hours: nothing chosen, holidays that end soon, old rules of time zones."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from backline.calendars import choices, queries
from backline.calendars.queries import Saved
from backline.desk.administration.calendars import hours
from backline.desk.administration.missing import Missing

SOON = timedelta(days=365)


def hints(at: datetime) -> list[Missing]:
    """Each in a sentence; nothing of it is missing, and nothing where all is well."""
    chosen = {one.calendar for one in choices.in_force()}
    if not chosen:
        said = _("No working hours were chosen for anybody, so all time counts: nights, weekends and holidays too.")
        return [Missing(said, "calendars")]
    counting = sorted((queries.in_force(one, at) for one in chosen), key=lambda one: one.name.casefold())
    found = [(one, sentence) for one in counting for sentence in (_ends_soon(one, at), _is_old(one)) if sentence]
    return [Missing(sentence, "calendars", one.calendar) for one, sentence in found]


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
    return said % {"name": saved.name, "day": hours.day_in_words(last)}


def _is_old(saved: Saved) -> str:
    if queries.is_current(saved):
        return ""
    said = _(
        "The calendar %(name)s was saved with release %(release)s of the time zones, and there is a newer one here: "
        "save it again, so that it counts by that."
    )
    return said % {"name": saved.name, "release": saved.zone_data}
