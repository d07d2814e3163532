"""What is said of versions of the policy that do not reach everybody."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def of_version(number: int, cases: int, gap: str) -> str:
    """What is wrong with a version that is not in force any more, and how many open cases have it."""
    said = ngettext(
        "Version %(number)d, which %(cases)d open case still has: %(gap)s",
        "Version %(number)d, which %(cases)d open cases still have: %(gap)s",
        cases,
    )
    return said % {"number": number, "cases": cases, "gap": gap}


def of_coming(number: int, from_at: datetime, zone: str, gap: str) -> str:
    """What is wrong with a version that is not in force yet."""
    said = {"number": number, "day": date_format(from_at.astimezone(ZoneInfo(zone)), "j F"), "gap": gap}
    return _("Version %(number)d, which comes into force on %(day)s: %(gap)s") % said
