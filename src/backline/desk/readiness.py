"""What is not ready, by who is to mend it: what it is, what comes of it, since when, and the way to mend it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from backline.core.sight import SEES_ALL
from backline.look.access import forbidden, signed_in
from backline.look.http import StaffRequest
from backline.people import queries as people
from backline.readiness import queries
from backline.readiness.lacks import Lack, Mender, may_look
from backline.readiness.menders import Menders
from backline.readiness.wording import named

MOST = 100


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that is not ready, since when that is known, and the way for a reader who may mend it."""

    lack: Lack
    since_at: datetime | None
    way: str


@dataclass(frozen=True, slots=True)
class Group:
    """What the same persons are to mend; as many of it as are shown, and how many there are."""

    title: str
    entries: Sequence[Entry]
    count: int


@signed_in()
@require_safe
def readiness(request: StaffRequest) -> HttpResponse:
    """Everything to whoever sees all; to a lead what he can mend of the shifts of his team."""
    by = request.actor
    if not may_look(by):
        return forbidden(request)
    found = queries.lacks(request.at)
    seen = [one for one in found if by.roles & SEES_ALL or (one.mender is Mender.PLANNERS and one.may_be_mended(by))]
    hints = [_entry(request, one, {}) for one in seen if one.is_hint and one.may_be_mended(by)]
    groups = _groups(request, [one for one in seen if not one.is_hint])
    context = {"groups": groups, "hints": hints[:MOST], "all": bool(by.roles & SEES_ALL)}
    return render(request, "desk/readiness.html", context)


def _groups(request: StaffRequest, lacks: Sequence[Lack]) -> list[Group]:
    """By who is told of it, the reader first."""
    menders, since = Menders.read(lacks, at=request.at), queries.since() if lacks else {}
    by_whom: dict[tuple[str, ...], list[Entry]] = {}
    for one in lacks:
        by_whom.setdefault(menders.of(one), []).append(_entry(request, one, since))
    persons = people.persons_by_id(person for them in by_whom for person in them)
    found = []
    for them, entries in sorted(by_whom.items(), key=lambda group: request.actor.id not in group[0]):
        who = named(persons[one].name for one in them if one in persons)
        title = _("For you to mend") if request.actor.id in them else _("For %(who)s to mend") % {"who": who}
        found.append(Group(title, entries[:MOST], len(entries)))
    return found


def _entry(request: StaffRequest, one: Lack, since: dict[str, datetime]) -> Entry:
    return Entry(one, since.get(one.key), one.way if one.may_be_mended(request.actor) else "")
