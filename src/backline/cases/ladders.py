"""Each ladder of a policy over time: who would hear when, if a clock began at a moment and nobody did anything."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from backline.calendars import choices
from backline.cases.terms import EVER, Terms, place
from backline.core.calendar import Span
from backline.core.candidates import Able, Pool, Wanted
from backline.core.cast import Cast, Chosen, recipients
from backline.core.clock import Clock, begun
from backline.core.counting import CLOSED
from backline.core.ladder import Step, to_come
from backline.core.policy import Policy, Rung, Whose
from backline.core.words import ClockName, Priority
from backline.jobs.queries import Site
from backline.people import queries as people
from backline.people.oncall import AHEAD, schedule_of

OWNER, TECHNICIAN, CANDIDATE = "owner", "technician", "candidate"
"""Whoever has the case, the technician of its job, and who of a team is suited best: known with a case alone."""


@dataclass(frozen=True, slots=True)
class Supposed:
    """When the clocks would begin, at which priority, with which team, and at which site, if at one."""

    at: datetime
    priority: Priority
    team: str
    site: Site | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """One step of a ladder, and who would hear: names by today's roster; in whose hours it waits."""

    step: Step
    chosen: Chosen
    names: tuple[str, ...]
    wait_in: Whose


@dataclass(frozen=True, slots=True)
class Drawn:
    """One ladder from its clock's start on: its steps with the first repeat of the last, and when nothing counts.

    `agreed` says that the due moment is only supposed: it is agreed upon case by case.
    """

    clock: Clock
    agreed: bool
    heard: tuple[Heard, ...]
    closed: tuple[Span, ...]
    ends_at: datetime


def drawn(policy: Policy, supposed: Supposed) -> tuple[Drawn, ...]:
    """Every ladder, in the order of the clocks."""
    mine = place(None, supposed.site.id, supposed.site.customer_id) if supposed.site else ()
    chosen = choices.known([supposed.team, *(subject for _, subject in mine)], at=EVER)
    terms, roster = Terms(chosen, mine), people.roster([supposed.team], [], at=supposed.at)
    members = roster.members.get(supposed.team, ())
    cast = Cast(
        assignee=(OWNER,), team=members, team_lead=roster.leads.get(supposed.team, ()), managers=roster.managers,
        coordinators=roster.coordinators, technician=(TECHNICIAN,), last_resort=roster.last_resort,
        deputies=roster.deputies, schedule=schedule_of(supposed.team, supposed.at, supposed.at + AHEAD, at=supposed.at),
        pool=Pool(Wanted(supposed.at.date()), (Able(CANDIDATE),)) if members else None,
    )  # fmt: skip
    names = {one: person.name for one, person in people.persons_by_id(cast.everybody).items()}
    found = []
    for clock in ClockName:
        nobody_yet = clock is ClockName.TRIAGE
        counting = terms.counting(policy, supposed.at, "" if nobody_yet else supposed.team)
        would = begun(clock, counting, supposed.priority, supposed.at)
        found.append(_drawn(counting, would, _cast(clock, cast), names))
    return tuple(found)


def _cast(clock: ClockName, cast: Cast) -> Cast:
    """Who is who while the clock runs: what nobody accepted was offered to the team, and before that it is nobody's."""
    match clock:
        case ClockName.ACCEPT:
            return replace(cast, assignee=cast.team, offered_to_team=True)
        case ClockName.TRIAGE:
            return replace(cast, assignee=(), team=(), team_lead=(), schedule=None, pool=None)
    return cast


def _drawn(policy: Policy, clock: Clock, cast: Cast, names: dict[str, str]) -> Drawn:
    ladder = policy.ladders[clock.name]
    heard = tuple(_heard(clock, step, ladder[step.rung], cast, names) for step in to_come(policy, clock, None))
    ends_at = max(clock.due_at, heard[-1].step.at)
    closed = tuple(Span(one.from_at, one.to_at) for one in clock.counting.stretches(ends_at) if one.reason == CLOSED)
    return Drawn(clock, clock.asks and clock.name not in policy.targets, heard, closed, ends_at)


def _heard(clock: Clock, step: Step, rung: Rung, cast: Cast, names: dict[str, str]) -> Heard:
    chosen = recipients(step.tell, cast.of(clock.name, step.at), hold=step.hold)
    wait_in = Whose.ELAPSED if clock.waits_for_nobody else rung.wait_in
    return Heard(step, chosen, tuple(names.get(person, person) for person in chosen.persons), wait_in)
