"""Says moments as people say them: `in 20 min`, `by 14:30 today`, and the exact one on demand."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils import dateformat
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from backline.people.languages import to_customer

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
    said = {"time": _time(local), "date": _day(local.date(), today)}
    days = (local.date() - today).days
    if days == 0:
        return to_customer("%(time)s today") % said
    if days == 1:
        return to_customer("%(time)s tomorrow") % said
    if days == -1:
        return to_customer("yesterday %(time)s") % said
    return to_customer("%(date)s, %(time)s") % said


def window(start: datetime, end: datetime, at: datetime, zone: str) -> str:
    """A stretch of time by that clock: `today between 14:30 and 15:30`, or from one day to another."""
    local, last = start.astimezone(zone_of(zone)), end.astimezone(zone_of(zone))
    if local.date() != last.date():
        times = {"from": clock(start, at, zone), "until": clock(end, at, zone)}
        return to_customer("from %(from)s to %(until)s") % times
    today = at.astimezone(zone_of(zone)).date()
    day = {0: to_customer("today"), 1: to_customer("tomorrow")}.get((local.date() - today).days)
    return to_customer("%(day)s between %(from)s and %(until)s") % {
        "day": day or to_customer("%(date)s") % {"date": _written(local.date(), to_customer("D j M"))},
        "from": _time(local),
        "until": _time(last),
    }


def day_in_words(day: date) -> str:
    """A date as people say it."""
    return _written(day, to_customer("D j M Y"))


def _day(day: date, today: date) -> str:
    """A day, with its year where that is another one."""
    return _written(day, to_customer("D j M") if day.year == today.year else to_customer("D j M Y"))


def _time(local: datetime) -> str:
    return _hour(local.hour, local.minute, get_language())


@lru_cache(maxsize=1440)
def _hour(hour: int, minute: int, _language: str | None) -> str:
    return dateformat.time_format(time(hour, minute), to_customer("H:i"))


def exact(moment: datetime, zone: str) -> str:
    """A moment in full, with its zone and how far that is from UTC then, so that a repeated hour is told apart."""
    local = moment.astimezone(zone_of(zone))
    clock_there, offset = f"{local:%H:%M:%S %:z}".split()
    day = _written(local.date(), to_customer("l j F Y"))
    return f"{day}, {clock_there} ({local.tzinfo}, UTC{offset})"


def _written(day: date, form: str) -> str:
    return _kept(day, form, get_language())


@lru_cache(maxsize=1000)
def _kept(day: date, form: str, _language: str | None) -> str:
    """A day as people write it who speak this language; lists name the same ones on each of their lines."""
    return dateformat.format(day, form)
