"""What would happen: the law that a real case obeys, gone through with the real roster, and nothing written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from backline.cases import wording
from backline.cases.queries import Coming
from backline.cases.roster import casts_of
from backline.cases.terms import terms_at
from backline.core import moves
from backline.core.case import Case
from backline.core.events import By, Event
from backline.core.fold import fold
from backline.core.foresight import Outlook, foresee
from backline.core.moves import Ask, Draft, Place, Report, StepTried, Target
from backline.core.policy import Policy
from backline.core.routing import Facts, Suggestion
from backline.core.words import Actor, ActorKind, ClockName, Danger, Impact, Reason, Role, StepResult, Urgency
from backline.jobs import queries as jobs
from backline.jobs.queries import Asset, Job
from backline.people import queries as people
from backline.people.queries import Contact, Team
from backline.policies import queries as policies

MOST, MOST_RUNGS, LOOK_AHEAD = 10, 5, 40
NOWHERE = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True, slots=True)
class Supposed:
    """A report as one imagines it, about a job or else about an asset."""

    job: Job | None
    asset: Asset | None
    reason: Reason = Reason.UNRESOLVED_ON_SITE
    danger: Danger = Danger.NONE
    impact: Impact = Impact.MEDIUM
    urgency: Urgency = Urgency.MEDIUM


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What would become of it: its priority, who is told at once, which team is suggested, and what comes next."""

    case: Case
    contact: Contact | None
    suggestion: Suggestion | None
    coming: tuple[Coming, ...]


def rehearse(supposed: Supposed, *, by: Actor, at: datetime, zone: str) -> Rehearsed:
    """Raise a case in thought, documented as it must be, and look ahead: the next ten things if nobody acts."""
    _id, shipped = policies.in_force(at)
    place = _place(supposed)
    terms = terms_at(place.asset, place.site, place.customer)
    policy = terms.counting(shipped, at)
    known = terms.losses((supposed.job.asset if supposed.job else None) or supposed.asset, at)
    case = _raised(replace(_report(supposed, place, policy), known=known), Ask(by, at, policy))
    contacts = jobs.contacts_of_site(place.site)
    facts = Facts(case.reasons, case.priority, place.asset_type, frozenset(), place.site)
    coming = _coming(case, policy, at, zone)[:MOST]
    return Rehearsed(case, contacts[0] if contacts else None, policies.suggestion(facts), coming)


def who_hears(teams: Sequence[Team], *, at: datetime, zone: str) -> list[tuple[Team, tuple[Coming, ...]]]:
    """For each team, who would hear of a case that was offered to it now and that nobody accepts."""
    _id, shipped = policies.in_force(at)
    terms = terms_at("", "", "")
    by = Actor(ActorKind.PERSON, "supposed", frozenset({Role.COORDINATOR}))
    found = []
    for team in teams:
        policy = terms.counting(shipped, at, str(team.id))
        report = _report(Supposed(None, None), Place("", "", "", ""), policy)
        case = _raised(report, Ask(by, at, policy))
        offered = moves.offer(case, Ask(by, at, policy), Target(str(team.id), team.tier))
        case = fold([_event(offered, 2, by, at)], case)
        coming = _coming(case, policy, at, zone, clocks=frozenset({ClockName.ACCEPT}))
        found.append((team, coming[:MOST_RUNGS]))
    return found


def _place(supposed: Supposed) -> Place:
    job, asset = supposed.job, supposed.asset
    site = job.site if job else asset.site if asset else None
    asset = (job.asset if job else None) or asset
    return Place(
        job=str(job.id) if job else NOWHERE,
        site=str(site.id) if site else "",
        customer=str(site.customer_id) if site else "",
        technician=str(job.technician_id or "") if job else "",
        asset=str(asset.id) if asset else "",
        asset_type=asset.type if asset else "",
    )


def _report(supposed: Supposed, place: Place, policy: Policy) -> Report:
    """The report with all that the policy wants documented, as a technician's would have it."""
    duty = policy.duties.get(supposed.reason)
    steps, photos = (duty.steps, duty.evidence) if duty else (0, 0)
    return Report(
        place,
        "supposed",
        frozenset({supposed.reason}),
        supposed.danger,
        supposed.impact,
        supposed.urgency,
        steps=tuple(StepTried("supposed", StepResult.FAILED) for _number in range(steps)),
        fault_codes=("supposed",),
        evidence={str(number): "" for number in range(photos)},
    )


def _event(draft: Draft, seq: int, by: Actor, at: datetime) -> Event:
    return Event(NOWHERE, seq, draft.kind, at, at, By(by.kind, by.id), draft.data)


def _raised(report: Report, ask: Ask) -> Case:
    draft = moves.raise_case(report, ask, policy_id=NOWHERE, review_id="supposed")
    return fold([_event(draft, 1, ask.actor, ask.at)])


def _coming(
    case: Case, policy: Policy, at: datetime, zone: str, *, clocks: frozenset[ClockName] = frozenset(ClockName)
) -> tuple[Coming, ...]:
    outlook = Outlook(policy, casts_of([case], [policy], at=at)[case.id], at)
    ahead = [one for one in foresee(case, outlook, LOOK_AHEAD) if one.clock in clocks]
    told = {person for one in ahead if one.told for person in one.told.persons}
    names = {found: person.name for found, person in people.persons_by_id(told).items()}
    return tuple(Coming(one.at, wording.foreseen(one, wording.Told(names, {}, zone)), one.clock) for one in ahead)
