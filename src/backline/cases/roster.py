"""Who is who for a case at this moment, by role: what a rung resolves when it acts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from backline.cases import load
from backline.cases.pools import choices_of
from backline.core.case import Case
from backline.core.cast import Cast
from backline.core.facts import DECIDES, may_lift
from backline.core.lifecycle import Capacity
from backline.core.oncall import Schedule
from backline.core.policy import Policy
from backline.core.sight import exists_in, worked_on
from backline.core.words import Danger, State
from backline.people import queries as people
from backline.people.oncall import AHEAD, schedules
from backline.people.queries import Roster


def casts_of(cases: Sequence[Case], policies: Sequence[Policy], *, at: datetime) -> dict[str, Cast]:
    """The cast of each case under its policy at a moment, by its id; a fixed number of queries for any number of cases.

    How well people are suited is asked only for cases whose policy has a rung that tells who is suited best.
    """
    teams = {case.team for case in cases if case.team}
    persons = {person for case in cases for person in (case.person, case.technician) if person}
    roster = people.roster(teams, persons, at=at)
    shifts = schedules(roster.scheduled, at, at + AHEAD, at=at) if roster.scheduled else {}
    full = load.full({person for one in shifts.values() for person in one.persons}) if shifts else ()
    casts = {case.id: _cast(case, roster, shifts.get(case.team), full) for case in cases}
    ranking = [case for case, policy in zip(cases, policies, strict=True) if case.team and policy.tells_candidates]
    for case_id, (pool, heard) in choices_of(ranking, roster.members, at=at).items():
        casts[case_id] = replace(casts[case_id], pool=pool, heard=heard)
    return casts


def _cast(case: Case, roster: Roster, schedule: Schedule | None, full: tuple[tuple[str, int], ...]) -> Cast:
    team = roster.members.get(case.team, ())
    person = (case.person,) if case.person in roster.active else ()
    whole_team = team if case.state is State.OFFERED and not case.person else ()
    return Cast(
        assignee=person or whole_team,
        team=tuple(member for member in team if member != case.person),
        team_lead=roster.leads.get(case.team, ()),
        coordinators=roster.coordinators,
        managers=roster.managers,
        technician=(case.technician,) if case.technician in roster.active else (),
        last_resort=roster.last_resort,
        deputies=tuple(one for one in roster.deputies if one not in worked_on(case)),
        lifters=_lifters(case, roster, person),
        schedule=schedule,
        full=full,
        away=roster.away.get(case.team, ()),
        left=tuple(case.left.items()),
        offered_to_team=bool(whole_team),
        in_danger=case.danger is not Danger.NONE,
    )


def _lifters(case: Case, roster: Roster, person: tuple[str, ...]) -> tuple[str, ...]:
    """Who was named to lift the stop besides those who decide reviews, and may as the case stands."""
    there = {
        Capacity.OWNER: person,
        Capacity.RESOLVER: person,
        Capacity.LEAD: roster.leads.get(case.team, ()),
        Capacity.COORDINATOR: roster.coordinators,
    }
    named = sorted(may_lift(case) - DECIDES, key=list(there).index)
    return tuple(one for who in named if exists_in(who, case.state) for one in there[who])
