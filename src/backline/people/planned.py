"""What was planned and agreed about on-call, as people read it: versions of schedules, agreements, absences, swaps."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from backline.core.oncall import Layer
from backline.core.values import decode
from backline.core.words import Actor, Role
from backline.people.models import Absence, Agreement, Roster, ScheduleVersion, SwapAnswer, SwapAsked, Team
from backline.people.oncall import may_plan
from backline.people.queries import ids, organisation, with_role

__all__ = ["Absence", "Agreement", "ScheduleVersion", "SwapAsked"]

_TAKEN = Q(asker=OuterRef("instead_of"), answered_by=OuterRef("person"), to_at=OuterRef("to_at"))
_GIVEN_IN_RETURN = Q(asker=OuterRef("person"), answered_by=OuterRef("instead_of"), back_to=OuterRef("to_at"))
SWAPPED = Exists(
    SwapAsked.objects.filter(
        _TAKEN | _GIVEN_IN_RETURN, team=OuterRef("team"), answer=SwapAnswer.TAKEN, answered_at=OuterRef("made_at")
    )
)
"""Of an agreement: that it is half of a swap, which one asked for and another took."""


def last_version(team: str) -> ScheduleVersion | None:
    """The version of a team's schedule that was saved last."""
    return ScheduleVersion.objects.filter(team__in=ids([team])).order_by("-number").first()


def layers_of(version: ScheduleVersion | None) -> tuple[Layer, ...]:
    """The layers of a version; none where there is no version."""
    return tuple(decode(Layer, one) for one in version.layers) if version else ()


def agreed_ahead(team: str, *, at: datetime) -> list[Agreement]:
    """What is agreed about a team's shifts and not over yet, in order."""
    found = Agreement.objects.filter(team__in=ids([team]), to_at__gt=at).order_by("from_at", "id")
    return list(found.select_related("person", "instead_of"))


def may_end(team: str, by: Actor, *, at: datetime) -> QuerySet[Agreement]:
    """What of that somebody may end: who plans the team all of it, others what they made, no swap: two made that."""
    ahead = Agreement.objects.filter(team__in=ids([team]), to_at__gt=at)
    return ahead if may_plan(by, team) else ahead.filter(~SWAPPED, made_by=by.id)


def away_ahead(persons: Collection[str], *, at: datetime) -> list[Absence]:
    """When these persons are away, as far as it is not over yet, in order."""
    found = Absence.objects.filter(person__in=ids(persons)).exclude(to_at__lte=at).order_by("from_at", "id")
    return list(found.select_related("person"))


def swaps_open(by: Actor, *, at: datetime) -> list[SwapAsked]:
    """The swaps that somebody asked for, or is asked for by name or with his team, and that nobody has answered."""
    me = ids([by.id])
    concerned = Q(asker__in=me) | Q(asked__in=me) | Q(asked=None, team__in=ids(by.teams))
    found = SwapAsked.objects.filter(concerned, answer="", to_at__gt=at).order_by("from_at", "id")
    return list(found.select_related("team", "asker", "asked"))


def zone_of_team(team: str) -> str:
    """By which clock a team's shifts are planned: that of its first layer, of its roster, else of the organisation."""
    first = next(iter(layers_of(last_version(team))), None)
    if first:
        return first.zone
    roster = Roster.objects.filter(team__in=ids([team])).first()
    known = organisation()
    return roster.zone if roster else known.zone if known else "UTC"


def planners(teams: Collection[str], *, at: datetime, without: str = "") -> dict[str, tuple[str, ...]]:
    """Who hears what is to be planned of each team: its lead, unless away or left out now, else the managers.

    In the end the administrators.
    """
    found = Team.objects.filter(id__in=ids(teams), lead__is_active=True).values_list("id", "lead")
    leads = {str(team): str(lead) for team, lead in found}
    gone = {str(one.person_id) for one in away_ahead(leads.values(), at=at) if one.from_at <= at} | {without}
    by_role = (with_role(role) for role in (Role.MANAGER, Role.ADMINISTRATOR))
    others = next(filter(None, (tuple(one for one in those if one != without) for those in by_role)), ())
    return {team: (lead,) if (lead := leads.get(team)) and lead not in gone else others for team in teams}
