"""Whom a policy reaches today: rungs that nobody is on or whose hours hardly open, ladders that tell nobody at all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from backline.calendars import choices
from backline.calendars import queries as calendars
from backline.calendars.words import ChosenFor
from backline.core.calendar import CalendarRefused, Hours
from backline.core.policy import FALLBACK, Policy, Recipients, Rung, Whose
from backline.core.words import ClockName
from backline.people import queries as people
from backline.people.queries import Roster, Team
from backline.policies import queries, wording
from backline.policies.shapes import Flaw, Place, named_place

LONGEST = timedelta(days=365)
"""A wait that lasts longer in somebody's hours is none that anybody meant."""
SOON = timedelta(days=14)
"""So long before it comes into force a version is held against who is there every day."""
OF_THE_CASE = (Recipients.ASSIGNEE, Recipients.TECHNICIAN)
"""Who these are is known with a case alone; a case may have no technician, and its assignee may have left."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What a policy reaches today: ladders that reach nobody, and rungs of others that nobody is on.

    `waits` are those whose time does not come within a year in the hours that somebody has.
    """

    ladders: tuple[Flaw, ...]
    rungs: tuple[Flaw, ...]
    waits: tuple[Flaw, ...] = ()

    @property
    def refused(self) -> tuple[Flaw, ...]:
        """What the policy may not come into force with."""
        return (*self.ladders, *self.waits)

    @property
    def said(self) -> list[str]:
        """All of it in few sentences."""
        return by_what((*self.refused, *self.rungs))


def reach(policy: Policy, *, at: datetime) -> Reach:
    """Hold every ladder against the persons and the calendars of today; somebody who left is nobody."""
    today = _Today.read(at)
    ladders: list[Flaw] = []
    rungs: list[Flaw] = []
    for clock in ClockName:
        ladder, place = policy.ladders[clock], ("ladders", clock.value)
        # What is lost asks nothing of anybody: it is enough where somebody hears in the managers' place.
        instead = FALLBACK if clock is ClockName.IMPACT else ()
        if not any(today.holders(role) for role in (*(rung.tell for rung in ladder), *instead)):
            roles = ", ".join(dict.fromkeys(rung.tell.value for rung in ladder))
            said = _("Nobody is sure to hear: today nobody is one of %(roles)s. Give somebody such a role.")
            ladders.append(Flaw(place, said % {"roles": roles}))
        else:
            rungs += _empty(today, ladder, place)
    return Reach(tuple(ladders), tuple(rungs), tuple(_waits(policy, at)))


def gaps_of_today(*, at: datetime) -> list[str]:
    """What the version in force does not reach today, and what those that come into force soon would not besides."""
    found, house = reach(queries.version_in_force(at).policy, at=at).said, people.organisation()
    zone = house.zone if house else "UTC"
    for one in queries.coming(at):
        if one.effective_at <= at + SOON:
            new = [gap for gap in reach(one.policy, at=at).said if gap not in found]
            found += [wording.of_coming(one.number, one.effective_at, zone, gap) for gap in new]
    return found


def _waits(policy: Policy, at: datetime) -> Iterator[Flaw]:
    """The waits that count in hours which somebody has today and in which they would hardly ever end."""
    if all(rung.wait_in is Whose.ELAPSED for ladder in policy.ladders.values() for rung in ladder):
        return
    found: dict[tuple[str, str], set[Whose]] = {}
    for made in choices.in_force():
        found.setdefault((made.calendar, made.name), set()).update(_whose(made.whose[0]))
    opened = [(calendars.known(calendar, at), name, whose) for (calendar, name), whose in found.items()]
    for clock in ClockName:
        for number, rung in enumerate(policy.ladders[clock], 1):
            for hours, name, whose in opened:
                if rung.wait_in in whose and not _ends(hours, at, rung.wait):
                    said = _("In the hours of the calendar “%(name)s” this lasts longer than a year.")
                    yield Flaw(("ladders", clock.value, "rungs", number, "wait"), said % {"name": name})


def _whose(kind: ChosenFor) -> set[Whose]:
    """In whose hours a calendar may count that was chosen for somebody of a kind."""
    match kind:
        case ChosenFor.TEAM:
            return {Whose.TEAM}
        case ChosenFor.CONTRACT | ChosenFor.ASSET:
            return {Whose.CONTRACT}
        case ChosenFor.ORGANISATION:
            return set(Whose) - {Whose.ELAPSED}
    return {Whose.CONTRACT, Whose.CUSTOMER}


def _ends(hours: Hours, at: datetime, wait: int) -> bool:
    try:
        return hours.after(at, wait) <= at + LONGEST
    except CalendarRefused:
        return False


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
    def read(cls, at: datetime) -> _Today:
        teams = list(people.teams())
        found = people.organisation()
        last = found.last_resort if found and found.last_resort.is_active else None
        roster = people.roster([str(team.id) for team in teams], [], at=at)
        return cls(teams, roster, (str(last.id),) if last else ())

    def holders(self, role: Recipients) -> bool:
        """Whether somebody holds the role for sure, in one team at least."""
        match role:
            case Recipients.ON_CALL | Recipients.NEXT_ON_CALL:
                return any(self.roster.members.values())
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
        Recipients.ON_CALL: _("No team has an active member, so the coordinators hear instead of who is on call."),
        Recipients.NEXT_ON_CALL: _("No team has an active member, so the coordinators hear instead of who is next."),
        Recipients.TEAM: _("No team has a second active member, so the coordinators hear instead of a team."),
        Recipients.TEAM_LEAD: _("No team has an active lead, so the coordinators hear instead of the lead."),
        Recipients.COORDINATORS: _("Nobody is a coordinator, so the managers hear instead, else the last resort."),
        Recipients.MANAGERS: _("Nobody is a manager, so the coordinators hear instead, else the last resort."),
        Recipients.LAST_RESORT: _("The last-resort contact is not active, so the administrators hear instead."),
    }
    return said[role]


def _nobody_in(role: Recipients, team: str) -> str:
    said = (
        _("Team %(name)s has no second active member, so the coordinators hear instead of the team.")
        if role is Recipients.TEAM
        else _("Team %(name)s has no active lead, so the coordinators hear instead of the lead.")
    )
    return said % {"name": team}
