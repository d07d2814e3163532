"""Teams as entered: who takes cases together, and how many at once are enough."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from backline.core.words import Actor
from backline.ledger.news import ALL, announce
from backline.people.models import Person, Team
from backline.people.operations._registers import NOBODY, Invalid, flaws_of_name
from backline.people.operations._shift_news import telling_of_shifts
from backline.people.operations._swaps import call_off_swaps
from backline.people.queries import members

MOST_CAP = 1_000


@dataclass(frozen=True, slots=True)
class TeamForm:
    """A team as entered: ids of lead and members; how many open cases at once are enough for each, 0 for no limit."""

    name: str
    tier: int
    lead: str = ""
    members: tuple[str, ...] = ()
    cap: int = 0


def keep_team(form: TeamForm, *, team_id: str = "") -> Team:
    """Add a team (under this id), or change the one with this id."""
    errors = flaws_of_name(form.name)
    if not 1 <= form.tier <= 4:
        errors["tier"] = _("Choose a tier from 1 to 4.")
    if not 0 <= form.cap <= MOST_CAP:
        errors["cap"] = flaw_of_cap()
    if Team.objects.filter(name=form.name.strip()).exclude(id=team_id or NOBODY):
        errors["name"] = _("There is a team of this name.")
    if errors:
        raise Invalid(errors)
    try:
        with transaction.atomic():
            team = Team.objects.filter(id=team_id or NOBODY).first() or (Team(id=team_id) if team_id else Team())
            before = team.name
            team.name, team.tier, team.lead_id = form.name.strip(), form.tier, UUID(form.lead) if form.lead else None
            team.cap = form.cap
            team.save()
            team.members.set(Person.objects.filter(id__in=form.members))
            if before != team.name:
                announce(ALL)
    except IntegrityError as error:
        raise Invalid({"name": _("There is a team of this name.")}) from error
    return team


def change_team(form: TeamForm, *, team_id: str, by: Actor, at: datetime) -> Team:
    """The same by somebody: whose shifts are others by it hears so, and who leaves is asked for no swap any more."""
    with telling_of_shifts([team_id], by=by, at=at):
        before = members([team_id]).get(team_id, ())
        team = keep_team(form, team_id=team_id)
        call_off_swaps(set(before).difference(form.members), team=team_id, by=by, at=at)
    return team


def flaw_of_cap() -> str:
    """What is said of a cap that cannot be."""
    return _("Choose a number from 1 to %(most)d, or leave it empty for no limit.") % {"most": MOST_CAP}
