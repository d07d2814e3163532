"""What a policy says to people by letter."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def drift(name: str, gaps: Sequence[str], address: str) -> tuple[str, str]:
    """The subject and the text of the letter about rungs that do not reach whom they name."""
    said = _(
        "Hello %(name)s,\n\ntoday these rungs of the policy do not reach those whom they name:\n\n"
        "%(gaps)s\n\nMend what it says, or change the policy: %(address)s\n\n"
        "You get this letter once a day while it lasts.\n"
    )
    values = {"name": name, "gaps": "\n".join(f"- {gap}." for gap in gaps), "address": address}
    return _("The policy does not reach everybody it names"), said % values


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
