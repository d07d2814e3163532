"""Reads rosters from elsewhere: where they come from, who is meant by which name in them, and what cannot be read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef

from backline.people.models import Roster, RosterShift
from backline.people.queries import ids

__all__ = ["Called", "Roster", "names_in", "roster_of", "standing", "unknown_names"]


@dataclass(frozen=True, slots=True)
class Called:
    """A name in a roster, who is meant by it, and how many shifts it has ahead; without a person these are nobody's."""

    name: str
    person: str
    shifts: int


def roster_of(team: str) -> Roster | None:
    """The roster of a team; None where its shifts come from nowhere else."""
    return Roster.objects.filter(team__in=ids([team])).first()


def names_in(team: str, *, at: datetime) -> list[Called]:
    """The names in a team's roster from now on, first those that mean nobody."""
    rows = RosterShift.objects.filter(team__in=ids([team]), to_at__gt=at).values("called", "person_id")
    found = [
        Called(one["called"], str(one["person_id"] or ""), one["shifts"])
        for one in rows.annotate(shifts=Count("id")).order_by("called")
    ]
    return sorted(found, key=lambda one: bool(one.person))


def unknown_names(*, at: datetime) -> dict[str, list[str]]:
    """The names in rosters from now on that mean nobody, by team."""
    rows = RosterShift.objects.filter(person=None, to_at__gt=at).values_list("team_id", "called").distinct()
    found: dict[str, list[str]] = {}
    for team, called in rows.order_by("called"):
        found.setdefault(str(team), []).append(called)
    return found


def standing(*, at: datetime) -> list[tuple[Roster, bool]]:
    """The rosters by the name of their team, each with whether it holds a shift from now on."""
    ahead = RosterShift.objects.filter(team=OuterRef("team"), to_at__gt=at)
    found = Roster.objects.select_related("team").annotate(ahead=Exists(ahead)).order_by("team__name")
    return [(one, one.ahead) for one in found]
