"""Load: how many cases lie with whom, and how often ladders told them lately, at night as well."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from backline.cases import load as cases
from backline.cases.load import NOTHING, Had
from backline.channels import queries as channels
from backline.core.fairness import at_night
from backline.core.load import is_full
from backline.core.words import Role
from backline.look.access import signed_in
from backline.look.bars import Bar, bars
from backline.look.http import StaffRequest
from backline.people import expertise, queries
from backline.people.queries import Person

LATELY = timedelta(days=7)
MOST = 200
COLUMNS = (
    gettext_lazy("Open cases"),
    gettext_lazy("Of these offered"),
    gettext_lazy("Told in 7 days"),
    gettext_lazy("Told at night"),
)


@dataclass(frozen=True, slots=True)
class Laden:
    """What lies with one person, and how often he was told lately; a cap of 0 is none."""

    person: Person
    had: Had
    told: int
    at_night: int
    cap: int

    @property
    def full(self) -> bool:
        """Whether he has enough: what is offered to him counts as well."""
        return is_full(self.had.all, self.cap)

    @property
    def order(self) -> tuple[bool, int, int, str]:
        """Who has enough comes first, then who has most, then who was told most."""
        return not self.full, -self.had.all, -self.told, self.person.name


@dataclass(frozen=True, slots=True)
class Row:
    """One person as the table shows him."""

    person: Person
    full: bool
    columns: tuple[tuple[Any, Bar], ...]


@signed_in(Role.COORDINATOR, Role.MANAGER)
@require_safe
def load(request: StaffRequest) -> HttpResponse:
    """Everybody who takes cases, those who have most first; or the people of one team."""
    teams = queries.team_names()
    team = request.GET.get("team", "")
    members = queries.members([team] if team in teams else teams)
    wanted = {person for those in members.values() for person in those}
    laden = sorted(_laden(wanted, request.at), key=lambda one: one.order)
    context = {
        "rows": _rows(laden[:MOST]), "columns": COLUMNS, "teams": sorted(teams.items(), key=lambda one: one[1]),
        "team": team, "more": len(laden) > MOST, "most": MOST,
    }  # fmt: skip
    return render(request, "desk/load.html", context)


def _laden(wanted: set[str], at: datetime) -> list[Laden]:
    persons, had, caps = queries.persons_by_id(wanted), cases.had(wanted), expertise.caps(wanted)
    told, nights = Counter[str](), Counter[str]()
    for person, when in channels.rung_times(at - LATELY, at, wanted):
        told[person] += 1
        nights[person] += at_night(when, persons[person].zone)
    return [
        Laden(person, had.get(one, NOTHING), told[one], nights[one], caps.get(one, 0))
        for one, person in persons.items()
    ]


def _rows(laden: Sequence[Laden]) -> list[Row]:
    columns = (
        bars([(one.had.all, _of_cap(one)) for one in laden], [one.cap for one in laden], [one.full for one in laden]),
        bars([(one.had.offered, str(one.had.offered)) for one in laden]),
        bars([(one.told, str(one.told)) for one in laden]),
        bars([(one.at_night, str(one.at_night)) for one in laden]),
    )
    return [
        Row(one.person, one.full, tuple((name, column[place]) for name, column in zip(COLUMNS, columns, strict=True)))
        for place, one in enumerate(laden)
    ]


def _of_cap(one: Laden) -> str:
    count = one.had.all
    return _("%(count)d of %(cap)d") % {"count": count, "cap": one.cap} if one.cap else str(count)
