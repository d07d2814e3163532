"""Whom a policy reaches today: which rungs nobody is on, and which ladders would tell nobody at all of their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from backline.core.policy import Policy, Recipients, Rung
from backline.core.words import ClockName
from backline.people import queries as people
from backline.people.queries import Roster, Team
from backline.policies.shapes import Flaw, Place, named_place

OF_THE_CASE = (Recipients.ASSIGNEE, Recipients.TECHNICIAN)
"""Who these are is known with a case alone; a case may have no technician, and its assignee may have left."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What a policy reaches today: ladders that reach nobody, and rungs of others that nobody is on."""

    ladders: tuple[Flaw, ...]
    rungs: tuple[Flaw, ...]


def reach(policy: Policy) -> Reach:
    """Hold every ladder against the persons of today; somebody who left is nobody."""
    today = _Today.read()
    ladders: list[Flaw] = []
    rungs: list[Flaw] = []
    for clock in ClockName:
        ladder, place = policy.ladders[clock], ("ladders", clock.value)
        if not any(today.holders(rung.tell) for rung in ladder):
            roles = ", ".join(dict.fromkeys(rung.tell.value for rung in ladder))
            said = _("Nobody is sure to hear: today nobody is one of %(roles)s. Give somebody such a role.")
            ladders.append(Flaw(place, said % {"roles": roles}))
        else:
            rungs += _empty(today, ladder, place)
    return Reach(tuple(ladders), tuple(rungs))


def by_what(flaws: Sequence[Flaw]) -> list[str]:
    """The flaws in few sentences: each thing said once, with the places of which it is true."""
    said: dict[str, list[str]] = {}
    for flaw in flaws:
        said.setdefault(flaw.said, []).append(named_place(flaw.place))
    return [f"{sentence.rstrip('.')}: {', '.join(places)}" for sentence, places in said.items()]


@dataclass(frozen=True, slots=True)
class _Today:
    teams: Sequence[Team]
    roster: Roster
    last_resort: tuple[str, ...]

    @classmethod
    def read(cls) -> _Today:
        teams = list(people.teams())
        found = people.organisation()
        last = found.last_resort if found and found.last_resort.is_active else None
        roster = people.roster([str(team.id) for team in teams], [])
        return cls(teams, roster, (str(last.id),) if last else ())

    def holders(self, role: Recipients) -> bool:
        """Whether somebody holds the role for sure, in one team at least."""
        match role:
            case Recipients.TEAM:
                return any(self.others(team) for team in self.teams)
            case Recipients.TEAM_LEAD:
                return any(self.leads(team) for team in self.teams)
            case Recipients.COORDINATORS:
                return bool(self.roster.coordinators)
            case Recipients.MANAGERS:
                return bool(self.roster.managers)
        return role is Recipients.LAST_RESORT and bool(self.last_resort)

    def leads(self, team: Team) -> tuple[str, ...]:
        """Who leads a team."""
        return self.roster.leads.get(str(team.id), ())

    def others(self, team: Team) -> tuple[str, ...]:
        """Who of a team is left when one of them has the case."""
        return self.roster.members.get(str(team.id), ())[1:]


def _empty(today: _Today, ladder: tuple[Rung, ...], at: Place) -> Iterator[Flaw]:
    """The rungs that nobody is on, everywhere or in some team; the next ones hear in their place."""
    for number, rung in enumerate(ladder, 1):
        here = (*at, "rungs", number)
        if rung.tell in OF_THE_CASE:
            continue
        if not today.holders(rung.tell):
            yield Flaw(here, _nobody(rung.tell))
        elif rung.tell in (Recipients.TEAM, Recipients.TEAM_LEAD):
            within = today.others if rung.tell is Recipients.TEAM else today.leads
            for team in today.teams:
                if not within(team):
                    yield Flaw(here, _nobody_in(rung.tell, team.name))


def _nobody(role: Recipients) -> str:
    said = {
        Recipients.TEAM: _("No team has a second active member, so the coordinators hear instead of a team."),
        Recipients.TEAM_LEAD: _("No team has an active lead, so the coordinators hear instead of the lead."),
        Recipients.COORDINATORS: _("Nobody is a coordinator, so the managers hear instead, else the last resort."),
        Recipients.MANAGERS: _("Nobody is a manager, so the coordinators hear instead, else the last resort."),
        Recipients.LAST_RESORT: _("The last-resort contact is not active, so the coordinators hear instead."),
    }
    return said[role]


def _nobody_in(role: Recipients, team: str) -> str:
    said = (
        _("Team %(name)s has no second active member, so the coordinators hear instead of the team.")
        if role is Recipients.TEAM
        else _("Team %(name)s has no active lead, so the coordinators hear instead of the lead.")
    )
    return said % {"name": team}
