"""Says moments as people say them: `in 20 min`, `by 14:30 today`, and the exact one on demand."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils.dates import MONTHS, MONTHS_3, WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import get_language
from django.utils.translation import gettext as _

HOUR, DAY = 60, 1440
SOON = timedelta(minutes=15)


def zone_of(name: str) -> ZoneInfo:
    """The zone of this name, else UTC."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


def relative(moment: datetime, at: datetime) -> str:
    """How far away a moment is: `in 20 min`, `5 min ago`, `now`."""
    minutes = round((moment - at).total_seconds() / 60)
    if minutes == 0:
        return _("now")
    span = _span(abs(minutes))
    return _("in %(span)s") % {"span": span} if minutes > 0 else _("%(span)s ago") % {"span": span}


def due(moment: datetime, at: datetime) -> str:
    """A due moment: `in 20 min`, or `overdue by 5 min`."""
    minutes = round((moment - at).total_seconds() / 60)
    if minutes >= 0:
        return relative(moment, at)
    return _("overdue by %(span)s") % {"span": _span(-minutes)}


def urgency(moment: datetime, at: datetime) -> str:
    """`overdue`, `soon` (within a quarter of an hour) or `ahead`."""
    if round((moment - at).total_seconds() / 60) < 0:
        return "overdue"
    return "soon" if moment - at <= SOON else "ahead"


def _span(minutes: int) -> str:
    if minutes < HOUR:
        return _("%(count)s min") % {"count": minutes}
    if minutes < 2 * DAY:
        hours, rest = divmod(minutes, HOUR)
        if hours < 10 and rest:
            return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": rest}
        return _("%(count)s h") % {"count": hours}
    return _("%(count)s days") % {"count": round(minutes / DAY)}


def clock(moment: datetime, at: datetime, zone: str) -> str:
    """A moment by the clock on the wall there: `14:30 today`, `yesterday 16:05`, `Tue 24 Nov, 14:30`."""
    local, today = moment.astimezone(zone_of(zone)), at.astimezone(zone_of(zone)).date()
    time = f"{local:%H:%M}"
    days = (local.date() - today).days
    if days == 0:
        return _("%(time)s today") % {"time": time}
    if days == 1:
        return _("%(time)s tomorrow") % {"time": time}
    if days == -1:
        return _("yesterday %(time)s") % {"time": time}
    year = "" if local.year == today.year else f" {local.year}"
    return f"{_day(local)}{year}, {time}"


def window(start: datetime, end: datetime, at: datetime, zone: str) -> str:
    """A stretch of time by that clock: `today between 14:30 and 15:30`, or from one day to another."""
    local, last = start.astimezone(zone_of(zone)), end.astimezone(zone_of(zone))
    if local.date() != last.date():
        return _("from %(from)s to %(until)s") % {"from": clock(start, at, zone), "until": clock(end, at, zone)}
    days = (local.date() - at.astimezone(zone_of(zone)).date()).days
    day = {0: _("today"), 1: _("tomorrow")}.get(days) or _day(local)
    return _("%(day)s between %(from)s and %(until)s") % {
        "day": day,
        "from": f"{local:%H:%M}",
        "until": f"{last:%H:%M}",
    }


def day_in_words(day: date) -> str:
    """A date as people say it."""
    return f"{_day(day)} {day.year}"


def _day(day: date) -> str:
    return f"{WEEKDAYS_ABBR[day.weekday()]} {day.day} {str(MONTHS_3[day.month]).title()}"


def exact(moment: datetime, zone: str) -> str:
    """A moment in full, with its zone and how far that is from UTC then, so that a repeated hour is told apart."""
    local = moment.astimezone(zone_of(zone))
    time, offset = f"{local:%H:%M:%S %:z}".split()
    return f"{_in_full(local.date(), get_language())}, {time} ({local.tzinfo}, UTC{offset})"


@lru_cache(maxsize=1000)
def _in_full(day: date, _language: str | None) -> str:
    """A day with all its words, which a list names on each of its lines."""
    return f"{WEEKDAYS[day.weekday()]} {day.day} {MONTHS[day.month]} {day.year}"
