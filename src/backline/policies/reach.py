"""Whom a policy reaches today: rungs that nobody is on or that hardly come, ladders that tell nobody at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from backline.calendars import choices
from backline.calendars import queries as calendars
from backline.calendars.words import ChosenFor
from backline.core.calendar import CalendarRefused, Hours, zone_of
from backline.core.clock import begun
from backline.core.ladder import swallowed
from backline.core.policy import FALLBACK, Policy, Recipients, Rung, Whose
from backline.core.words import ClockName, Priority
from backline.people import queries as people
from backline.people.queries import Roster, Team
from backline.policies import queries, suited, wording
from backline.policies.heard import LONGEST
from backline.policies.shapes import Flaw, Place, named_place, span_in_words

SOON = timedelta(days=14)
"""So long before it comes into force a version is held against who is there every day."""
Opened = tuple[str, Hours, set[Whose]]
"""The name of a calendar, its hours, and in whose they count."""
OF_THE_CASE = (Recipients.ASSIGNEE, Recipients.TECHNICIAN)
"""Who these are is known with a case alone; a case may have no technician, and its assignee may have left."""

OF_ONE_TEAM = (Recipients.CANDIDATE, Recipients.TEAM, Recipients.TEAM_LEAD)
"""Who these are differs from team to team."""


@dataclass(frozen=True, slots=True)
class Empty:
    """That nobody is on a rung today: in no team, or in one of them, by its id."""

    place: Place
    said: str
    role: Recipients
    team: str = ""

    @property
    def about(self) -> str:
        """What it is about, which stays the same whatever it is called."""
        return f"{self.role}:{self.team}"


@dataclass(frozen=True, slots=True)
class Reach:
    """What a policy reaches today: ladders that reach nobody, and rungs of others that nobody is on.

    `waits` are those whose time does not come within `LONGEST` in the hours that somebody has, `swallowed` those that
    never act, for the next one comes at the same moment or those before told everybody whom it could tell.
    """

    ladders: tuple[Flaw, ...]
    rungs: tuple[Empty, ...]
    waits: tuple[Flaw, ...] = ()
    swallowed: tuple[Flaw, ...] = ()

    @property
    def refused(self) -> tuple[Flaw, ...]:
        """What the policy may not come into force with."""
        return (*self.ladders, *self.waits)

    @property
    def odd(self) -> dict[str, str]:
        """What it may come into force with, in few sentences, by what each is about."""
        return _by_what((*self.rungs, *self.swallowed))

    @property
    def said(self) -> dict[str, str]:
        """All of it."""
        return _by_what(self.refused) | self.odd


def reach(policy: Policy, *, at: datetime) -> Reach:
    """Hold every ladder against the persons and the calendars of today; somebody who left is nobody."""
    [found] = _reach([policy], at)
    return found


def gaps(versions: Mapping[str, int], *, at: datetime) -> dict[str, str]:
    """What policies do not reach today, by what it is about: the one in force, and those that come into force soon.

    After them each of `versions`, which so many open cases have. What is said of one is not said of the next.
    """
    house = people.organisation()
    zone = house.zone if house else "UTC"
    soon = [one for one in queries.coming(at) if one.effective_at <= at + SOON]
    kept = queries.versions_by_id(versions)
    now, *others = _reach([one.policy for one in (queries.version_in_force(at), *soon, *kept)], at)
    found = now.said
    for one, its in zip((*soon, *kept), others, strict=True):
        for about, gap in its.said.items():
            many = versions.get(one.id)
            said = wording.of_coming(one.number, one.effective_at, zone, gap)
            found.setdefault(about, wording.of_version(one.number, many, gap) if many else said)
    return found


def gaps_of_today(*, at: datetime) -> list[str]:
    """What the version in force does not reach today, and what those that come into force soon would not besides."""
    return list(gaps({}, at=at).values())


def _reach(policies: Sequence[Policy], at: datetime) -> list[Reach]:
    """The same of several, for which those who are there are read once."""
    today = _Today.read(policies, at)
    return [_held_against(today, policy) for policy in policies]


def _held_against(today: _Today, policy: Policy) -> Reach:
    ladders: list[Flaw] = []
    rungs: list[Empty] = []
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
    return Reach(
        tuple(ladders), tuple(rungs), tuple(_waits(policy, today)), (*_swallowed(policy, today.at), *_too_late(policy))
    )


def _swallowed(policy: Policy, at: datetime) -> Iterator[Flaw]:
    """The rungs that no wait lets come; where a clock counts in somebody's hours they may lie apart on some days."""
    for clock in (*policy.targets, ClockName.PROGRESS):
        found: dict[int, list[str]] = {}
        for priority in Priority:
            if policy.whose(clock, priority) is Whose.ELAPSED:
                for rung in swallowed(policy, begun(clock, policy, priority, at)):
                    found.setdefault(rung, []).append(priority)
        for rung, priorities in found.items():
            said = _("At %(priorities)s nobody hears by it: the next rung comes at the same moment, in its place.")
            yield Flaw(("ladders", clock.value, "rungs", rung + 1), said % {"priorities": ", ".join(priorities)})


def _too_late(policy: Policy) -> Iterator[Flaw]:
    """The rungs that tell whoever of the team is suited best and was not told, after one that tells all of it."""
    for clock, ladder in policy.ladders.items():
        told_all = False
        for number, rung in enumerate(ladder, 1):
            if told_all and rung.tell is Recipients.CANDIDATE:
                said = _("An earlier rung tells the whole team, so nobody of it is left who could be told here.")
                yield Flaw(("ladders", clock.value, "rungs", number), said)
            told_all = told_all or rung.tell is Recipients.TEAM


def _waits(policy: Policy, today: _Today) -> Iterator[Flaw]:
    """The waits that count in hours which somebody has today and in which they would hardly ever end."""
    for clock in ClockName:
        for number, rung in enumerate(policy.ladders[clock], 1):
            for name, hours, whose in today.opened if rung.wait_in is not Whose.ELAPSED else ():
                if rung.wait_in in whose and not _ends(hours, today.at, rung.wait):
                    said = _("In the hours of the calendar “%(name)s” this lasts longer than %(most)s.")
                    facts = {"name": name, "most": span_in_words(LONGEST)}
                    yield Flaw(("ladders", clock.value, "rungs", number, "wait"), said % facts)


def _opened(policies: Sequence[Policy], at: datetime) -> list[Opened]:
    """The hours that count for somebody, where a wait of these policies counts in anybody's at all."""
    rungs = (rung for policy in policies for ladder in policy.ladders.values() for rung in ladder)
    if all(rung.wait_in is Whose.ELAPSED for rung in rungs):
        return []
    found: dict[tuple[str, str], set[Whose]] = {}
    for made in choices.in_force():
        found.setdefault((made.calendar, made.name), set()).update(_whose(made.whose[0]))
    return [(name, calendars.known(calendar, at), whose) for (calendar, name), whose in found.items()]


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
        return hours.after(at, wait) <= at + timedelta(seconds=LONGEST)
    except CalendarRefused:
        return False


def _by_what(flaws: Sequence[Flaw | Empty]) -> dict[str, str]:
    """The flaws in few sentences, by what each is about: each thing said once, with the places of which it is true."""
    said: dict[str, str] = {}
    places: dict[str, list[str]] = {}
    for flaw in flaws:
        about = flaw.about if isinstance(flaw, Empty) else flaw.said
        said[about] = flaw.said
        places.setdefault(about, []).append(named_place(flaw.place))
    return {about: f"{said[about].rstrip('.')}: {', '.join(found)}" for about, found in places.items()}


@dataclass(frozen=True, slots=True)
class _Today:
    at: datetime
    teams: Sequence[Team]
    roster: Roster
    last_resort: tuple[str, ...]
    opened: Sequence[Opened]
    without_suited: Mapping[str, str]

    @classmethod
    def read(cls, policies: Sequence[Policy], at: datetime) -> _Today:
        teams = list(people.teams())
        found = people.organisation()
        last = found.last_resort if found and found.last_resort.is_active else None
        roster = people.roster([str(team.id) for team in teams], [], at=at)
        members = {str(team.id): roster.members.get(str(team.id), ()) for team in teams}
        zone = zone_of(found.zone if found else "UTC")
        asked = any(policy.tells_candidates for policy in policies)
        without = suited.without_suited(members, at.astimezone(zone).date(), at=at) if asked else {}
        return cls(at, teams, roster, (str(last.id),) if last else (), _opened(policies, at), without)

    def holders(self, role: Recipients) -> bool:
        """Whether somebody holds the role for sure, in one team at least."""
        match role:
            case Recipients.ON_CALL | Recipients.NEXT_ON_CALL:
                return any(self.roster.members.values())
            case Recipients.CANDIDATE:
                return any(str(team.id) not in self.without_suited for team in self.teams)
            case Recipients.TEAM:
                return any(self.others(team) for team in self.teams)
            case Recipients.TEAM_LEAD:
                return any(self.leads(team) for team in self.teams)
            case Recipients.COORDINATORS:
                return bool(self.roster.coordinators)
            case Recipients.MANAGERS:
                return bool(self.roster.managers)
        return role is Recipients.LAST_RESORT and bool(self.last_resort)

    def on(self, role: Recipients, team: Team) -> bool:
        """Whether somebody of a team holds the role of one of its people."""
        match role:
            case Recipients.CANDIDATE:
                return str(team.id) not in self.without_suited
            case Recipients.TEAM:
                return bool(self.others(team))
        return bool(self.leads(team))

    def leads(self, team: Team) -> tuple[str, ...]:
        """Who leads a team."""
        return self.roster.leads.get(str(team.id), ())

    def others(self, team: Team) -> tuple[str, ...]:
        """Who of a team is left when one of them has the case."""
        return self.roster.members.get(str(team.id), ())[1:]


def _empty(today: _Today, ladder: tuple[Rung, ...], at: Place) -> Iterator[Empty]:
    """The rungs that nobody is on, everywhere or in some team; the next ones hear in their place."""
    for number, rung in enumerate(ladder, 1):
        here = (*at, "rungs", number)
        if rung.tell in OF_THE_CASE:
            continue
        if not today.holders(rung.tell):
            yield Empty(here, _nobody(rung.tell), rung.tell)
        elif rung.tell in OF_ONE_TEAM:
            for team in today.teams:
                if not today.on(rung.tell, team):
                    work = today.without_suited.get(str(team.id), "")
                    yield Empty(here, _nobody_in(rung.tell, team.name, work), rung.tell, str(team.id))


def _nobody(role: Recipients) -> str:
    said = {
        Recipients.ON_CALL: _("No team has an active member, so the coordinators hear instead of who is on call."),
        Recipients.NEXT_ON_CALL: _("No team has an active member, so the coordinators hear instead of who is next."),
        Recipients.CANDIDATE: _(
            "In no team anybody has all that its work takes, so the coordinators hear instead of the best suited."
        ),
        Recipients.TEAM: _("No team has a second active member, so the coordinators hear instead of a team."),
        Recipients.TEAM_LEAD: _("No team has an active lead, so the coordinators hear instead of the lead."),
        Recipients.COORDINATORS: _("Nobody is a coordinator, so the managers hear instead, else the last resort."),
        Recipients.MANAGERS: _("Nobody is a manager, so the coordinators hear instead, else the last resort."),
        Recipients.LAST_RESORT: _("The last-resort contact is not active, so the administrators hear instead."),
    }
    return said[role]


def _nobody_in(role: Recipients, team: str, work: str) -> str:
    said = {
        Recipients.CANDIDATE: _(
            "In team %(name)s nobody has all that some of its work takes (%(work)s), so the coordinators hear of it "
            "instead of the best suited."
        ),
        Recipients.TEAM: _("Team %(name)s has no second active member, so the coordinators hear instead of the team."),
        Recipients.TEAM_LEAD: _("Team %(name)s has no active lead, so the coordinators hear instead of the lead."),
    }
    return said[role] % {"name": team, "work": work}
