"""What somebody can do, in words: his own page; the administrator's pages say the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from backline.cases.wording import LEVELS, short_day
from backline.core.candidates import Holds
from backline.look import moments
from backline.look.access import signed_in
from backline.look.http import StaffRequest
from backline.people import expertise as known
from backline.people.expertise import Ability
from backline.people.languages import languages_in_words
from backline.people.queries import Person, persons_by_id, team_names


@dataclass(frozen=True, slots=True)
class Said:
    """One skill of somebody: how well, and how its certificate stands; with an icon where somebody should see to it."""

    one: Ability
    level: str
    certificate: str
    number: str
    icon: str


def today(request: StaffRequest) -> date:
    """Which day it is where the reader is."""
    return request.at.astimezone(moments.zone_of(request.zone)).date()


def said(found: Iterable[Ability], day: date) -> list[Said]:
    """Skills in words, as they stand on a day."""
    return [_said(one, day) for one in found]


def _said(one: Ability, day: date) -> Said:
    holds = known.ability_of(one).holds(day)
    icon = {Holds.ENDING: "clock", Holds.ENDED: "triangle-alert"}.get(holds, "")
    words = _HOLDS[holds](one, day)
    number = _("no. %(number)s") % {"number": one.certificate} if one.certificate else ""
    return Said(one, LEVELS[one.level](), words, number, icon)


def _ending(one: Ability, day: date) -> str:
    left = ((one.certified_until or day) - day).days
    if not left:
        return _("ends today")
    in_words = ngettext("ends on %(day)s, in %(n)d day", "ends on %(day)s, in %(n)d days", left)
    return in_words % {"day": short_day(one.certified_until), "n": left}


def _valid(one: Ability, _day_of_asking: date) -> str:
    if one.certified_until is None:
        return _("valid, without an end")
    return _("valid until %(day)s") % {"day": short_day(one.certified_until)}


_HOLDS: dict[Holds, Callable[[Ability, date], str]] = {
    Holds.NONE: lambda _one, _on: _("not certified"),
    Holds.COMING: lambda one, _on: _("holds from %(day)s on") % {"day": short_day(one.certified_from)},
    Holds.VALID: _valid,
    Holds.ENDING: _ending,
    Holds.ENDED: lambda one, _on: _("ended on %(day)s") % {"day": short_day(one.certified_until)},
}


def enough(person: Person) -> str:
    """How many open cases at once are enough for somebody, and who says so."""
    cap = known.caps([str(person.id)]).get(str(person.id), 0)
    if not cap:
        return _("no limit")
    own = ngettext("%(n)d open case at most", "%(n)d open cases at most", cap) % {"n": cap}
    return own if person.cap else _("%(own)s, as for everybody in the team") % {"own": own}


@signed_in()
@require_safe
def mine(request: StaffRequest) -> HttpResponse:
    """What is known of my own skills."""
    me = persons_by_id([request.actor.id])[request.actor.id]
    context = {
        "person": me, "skills": said(known.abilities(request.actor.id), today(request)), "enough": enough(me),
        "languages": languages_in_words(dict.fromkeys((me.language, *me.languages))),
        "teams": [name for team, name in team_names().items() if team in request.actor.teams],
    }  # fmt: skip
    return render(request, "desk/expertise.html", context)
