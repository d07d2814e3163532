"""What speaks for and against somebody who might take a case, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backline.core.candidates import Against, For, Point
from backline.people.languages import language_in_words

LEVELS: dict[int, Callable[[], str]] = {
    1: lambda: _("learns it"),
    2: lambda: _("works alone"),
    3: lambda: _("is asked by others"),
    4: lambda: _("teaches it"),
}


def point(one: Point) -> str:
    """One thing that speaks for or against somebody; what it is about is a name."""
    return _SAID[one.what](one, one.about)


def chosen_of(because: Mapping[str, Any]) -> str:
    """Which candidate somebody chose, and what was said of him then."""
    said = suited(because["points"])
    return _("Candidate %(place)d of %(of)d: %(said)s") % {
        "place": because["place"], "of": because["of"], "said": said,
    }  # fmt: skip


def suited(points: Iterable[Sequence[str]]) -> str:
    """What was said of somebody by its codes."""
    known = (Point(_CODES[what], about, value) for what, about, value in points)
    return ", ".join(point(one) for one in known if one.what is not For.SUGGESTED_TEAM) or _("nothing known")


def short_day(day: date | None) -> str:
    """A date from or until which something holds; nothing where there is none."""
    return date_format(day, "j M Y") if day else ""


def _day(one: Point) -> str:
    return short_day(date.fromisoformat(one.value))


def _level(one: Point, skill: str) -> str:
    return _("%(skill)s: %(level)s") % {"skill": skill, "level": LEVELS[int(one.value)]()}


def _certified(one: Point, skill: str) -> str:
    if not one.value:
        return _("certified for %(skill)s") % {"skill": skill}
    return _("certified for %(skill)s until %(day)s") % {"skill": skill, "day": _day(one)}


def _times(one: Point, single: str, plural: str) -> str:
    return ngettext(single, plural, int(one.value)) % {"count": int(one.value)}


_SAID: dict[For | Against, Callable[[Point, str], str]] = {
    For.SKILL: _level,
    For.CERTIFIED: _certified,
    For.SAME_ASSET: lambda one, _skill: _times(
        one, "solved %(count)d case at this asset", "solved %(count)d cases at this asset"
    ),
    For.SAME_FAULT: lambda one, _skill: _times(
        one, "solved %(count)d case with this fault code", "solved %(count)d cases with this fault code"
    ),
    For.SAME_SITE: lambda one, _skill: _times(
        one, "solved %(count)d case at this site", "solved %(count)d cases at this site"
    ),
    For.TERRITORY: lambda one, _skill: _("works in %(territory)s") % {"territory": one.about},
    For.LANGUAGE: lambda one, _skill: _("speaks the contact's language (%(language)s)") % {
        "language": language_in_words(one.about)
    },
    For.ON_CALL: lambda _one, _skill: _("is on call"),
    For.SUGGESTED_TEAM: lambda _one, _skill: _("is in the suggested team"),
    Against.AWAY: lambda _one, _skill: _("is away"),
    Against.LACKS: lambda one, skill: _("lacks %(skill)s (%(level)s)") % {
        "skill": skill, "level": LEVELS[int(one.value)]()
    },
    Against.NOT_CERTIFIED: lambda _one, skill: _("is not certified for %(skill)s") % {"skill": skill},
    Against.CERTIFICATE_ENDED: lambda one, skill: _("certificate for %(skill)s ended on %(day)s") % {
        "skill": skill, "day": _day(one)
    },
    Against.CERTIFICATE_COMING: lambda one, skill: _("certificate for %(skill)s holds from %(day)s on") % {
        "skill": skill, "day": _day(one)
    },
    Against.FULL: lambda one, _skill: _times(
        one, "has %(count)d open case, and no more at once", "has %(count)d open cases, and no more at once"
    ),
    Against.HAD_IT: lambda _one, _skill: _("had it before"),
    Against.LEFT: lambda _one, _skill: _("asked to hear no more of this"),
    Against.OPEN_CASES: lambda one, _skill: _times(one, "has %(count)d open case", "has %(count)d open cases"),
}  # fmt: skip
_CODES: dict[str, For | Against] = {one.value: one for one in (*For, *Against)}
