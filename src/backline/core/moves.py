"""What each move and each fact of a case needs and records: commands in, event drafts out, or a refusal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from backline.core.case import Case
from backline.core.impact import Losses, Said, counted, graver
from backline.core.lifecycle import MOVES, Capacity, Move, MoveRefused, Refusal, Rule, Told, judge
from backline.core.policy import Documented, Policy, missing, priority_of
from backline.core.sight import capacities
from backline.core.values import encode
from backline.core.words import (
    OPEN_STATES,
    Actor,
    ActorKind,
    ClockName,
    Danger,
    Impact,
    JobOutcome,
    Reason,
    State,
    StepResult,
    Urgency,
)


@dataclass(frozen=True, slots=True)
class Ask:
    """Who asks, when the server heard it, under which policy of the case; `seen` is the last event that was on view.

    `seen` is 0 where nothing was: a signed link, a clock. `then` is when it was so on site, where that is known.
    """

    actor: Actor
    at: datetime
    policy: Policy
    seen: int = 0
    then: datetime | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """An event that is to be recorded: its kind and data; the ledger gives it number, moments and hash."""

    kind: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class StepTried:
    """A step tried on site; `action`, `tool` and `reading` (a value with its unit) are commitments of texts."""

    action: str
    result: StepResult
    tool: str = ""
    reading: str = ""
    minutes: int = 0

    def as_data(self) -> dict[str, Any]:
        """The step as it stands in an event."""
        return {
            "action": self.action,
            "tool": self.tool,
            "result": self.result.value,
            "reading": self.reading,
            "minutes": self.minutes,
        }


@dataclass(frozen=True, slots=True)
class Place:
    """Where the trouble is and whom it concerns: ids of job, site, customer, technician and the contact to inform."""

    job: str
    site: str
    customer: str
    technician: str
    contact: str = ""
    asset: str = ""
    asset_type: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What is raised; texts (`summary`, `words`, `notes`) are commitments, evidence maps ids to hashes.

    `known` are the losses by contract and asset, `said` what somebody on site says of them.
    """

    place: Place
    summary: str
    reasons: frozenset[Reason]
    danger: Danger = Danger.NONE
    impact: Impact = Impact.MEDIUM
    urgency: Urgency = Urgency.MEDIUM
    steps: tuple[StepTried, ...] = ()
    fault_codes: tuple[str, ...] = ()
    words: str = ""
    notes: str = ""
    tags: tuple[str, ...] = ()
    evidence: Mapping[str, str] = field(default_factory=dict)
    known: Losses = field(default_factory=Losses)
    said: Said = field(default_factory=Said)

    @property
    def losses(self) -> Losses:
        """What is lost while it lasts: somebody who is trapped or hurt counts, also where nobody counted."""
        return counted(self.said.over(self.known), self.danger)

    def as_data(self) -> dict[str, Any]:
        """What was said and shown, as it stands in an event."""
        return {
            "summary": self.summary,
            "words": self.words,
            "notes": self.notes,
            "tags": list(self.tags),
            "steps": [step.as_data() for step in self.steps],
            "fault_codes": list(self.fault_codes),
            "evidence": dict(self.evidence),
        }

    @property
    def gravest(self) -> Danger:
        """The danger by all that is reported: the answer to the safety question, the reasons, the persons counted."""
        risk = Danger.RISK if Reason.SAFETY_RISK in self.reasons else Danger.NONE
        return graver(graver(self.danger, risk), self.losses.danger)


def legal(case: Case, ask: Ask, move: Move, **needs: object) -> Rule:
    """The rule of a legal move with all it needs; raises `MoveRefused` else."""
    rule = judge(move, case.state, capacities(ask.actor, case))
    lacking = tuple(need for need in rule.needs if not needs.get(need))
    if lacking:
        raise MoveRefused(Refusal.NEEDS, move, lacking)
    up_to_date(case, ask, move)
    return rule


def up_to_date(case: Case, ask: Ask, what: str) -> None:
    """Refuse what was decided upon a case that has turned since: nobody undoes another's move without a word."""
    if ask.seen and case.turned > ask.seen:
        raise MoveRefused(Refusal.MOVED_ON, what)


def promised(case: Case, ask: Ask, until: datetime | None = None) -> dict[str, Any]:
    """The data of an event that is told to the customer: by when the next word comes."""
    by = until or ask.policy.next_word(ask.at, case.priority, case.danger)
    return {"promise_by": by.isoformat()}


def latest_word(case: Case, ask: Ask) -> datetime:
    """By when the customer hears again at the latest: in the rhythm of the policy, from now or from when a wait ends.

    Of several waits and visits the last one counts. What was promised before may be said again.
    """
    ends = [one.until for clock in (ClockName.WAIT, ClockName.VISIT) for one in case.running(clock) if one.until]
    word = ask.policy.next_word(max([ask.at, *ends]), case.priority, case.danger)
    return max(word, case.promise_by or word)


def raise_case(report: Report, ask: Ask, *, policy_id: str, review_id: str) -> Draft:
    """Raise: the documentation gate binds a technician's own raise but never one about danger, nor anybody else's."""
    needs = {"reasons": report.reasons, "summary": report.summary}
    lacking = tuple(need for need in MOVES[Move.RAISE].needs if not needs[need])
    if lacking:
        raise MoveRefused(Refusal.NEEDS, Move.RAISE, lacking)
    report.said.must_be_plausible(Move.RAISE)
    report = replace(report, danger=report.gravest)
    documented = Documented(len(report.steps), len(report.evidence), len(report.fault_codes))
    debt = missing(ask.policy, report.reasons, documented) if report.place.technician else ()  # who else could pay it
    own = ask.actor.id == report.place.technician
    if debt and own and report.danger is Danger.NONE:
        raise MoveRefused(Refusal.UNDOCUMENTED, Move.RAISE, debt)
    priority = priority_of(ask.policy, report.impact, report.urgency, report.danger)
    by = ask.policy.next_word(ask.at, priority, report.danger)
    return Draft(
        "case.raised",
        {
            "policy": policy_id,
            **encode(report.place),
            "reasons": sorted(report.reasons),
            "danger": report.danger.value,
            "impact": report.impact.value,
            "urgency": report.urgency.value,
            "priority": priority.value,
            **report.as_data(),
            "known": encode(report.known),
            "losses": encode(report.losses),
            "debt": list(debt),
            "gate_passed_for_danger": bool(debt and own),
            "review": review_id if _reviewed(report, ask.policy) else "",
            "promise_by": by.isoformat(),
        },
    )


def _reviewed(report: Report, policy: Policy) -> bool:
    return bool(report.reasons & policy.review_reasons) or report.danger is not Danger.NONE


def return_case(case: Case, ask: Ask, *, missing: str) -> Draft:
    """Return to the technician, with what is missing in words; a debt that there was stays one."""
    legal(case, ask, Move.RETURN, missing=missing)
    return Draft("case.returned", {"missing": missing})


@dataclass(frozen=True, slots=True)
class Addition:
    """What was missing: the answer in words (a commitment), and more steps, codes and evidence."""

    answer: str
    steps: tuple[StepTried, ...] = ()
    fault_codes: tuple[str, ...] = ()
    evidence: Mapping[str, str] = field(default_factory=dict)

    def lacking(self, debt: tuple[str, ...]) -> tuple[str, ...]:
        """What of a debt it leaves open: words alone do not document."""
        paid = {"STEPS": self.steps, "FAULT_CODE": self.fault_codes, "EVIDENCE": self.evidence}
        return tuple(name for name in debt if not paid[name])

    def must_pay(self, debt: tuple[str, ...]) -> None:
        """Refuse an addition that leaves a part of the debt open."""
        if lacking := self.lacking(debt):
            raise MoveRefused(Refusal.UNDOCUMENTED, Move.COMPLETE, lacking)

    def as_data(self) -> dict[str, Any]:
        """The addition as it stands in an event."""
        return {
            "answer": self.answer,
            "steps": [step.as_data() for step in self.steps],
            "fault_codes": list(self.fault_codes),
            "evidence": dict(self.evidence),
        }


def complete(case: Case, ask: Ask, addition: Addition) -> Draft:
    """Complete a returned case, or pay a documentation debt while the case goes its way."""
    if case.debt and case.state in OPEN_STATES - {State.RETURNED}:
        if Capacity.TECHNICIAN not in capacities(ask.actor, case):
            raise MoveRefused(Refusal.NOT_YOURS, Move.COMPLETE, (Capacity.TECHNICIAN,))
        addition.must_pay(case.debt_of)
        return Draft("case.documented", addition.as_data())
    legal(case, ask, Move.COMPLETE, answer=addition.answer)
    addition.must_pay(case.debt_of)
    return Draft("case.completed", addition.as_data())


@dataclass(frozen=True, slots=True)
class Target:
    """Who is offered a case: a team, and the person of it who is asked, if any; `why` is a commitment.

    `because` is what was said of the person where candidates were ranked, as codes and values.
    """

    team: str
    tier: int
    person: str = ""
    why: str = ""
    because: Mapping[str, Any] = field(default_factory=dict)


def offer(case: Case, ask: Ask, target: Target) -> Draft:
    """Offer to a team or a person of it; back to one that had it only with new evidence or by a coordinator."""
    rule = legal(case, ask, Move.OFFER, team=target.team)
    _new_target(case, target, Move.OFFER)
    away = target.team != case.team  # within the team that has it nothing goes back to it
    back = target.person in case.had or (away and target.team in case.had)
    free = {Capacity.COORDINATOR, Capacity.POLICY} & capacities(ask.actor, case)
    if back and not case.evidence_since and not free:
        raise MoveRefused(Refusal.HAD_IT_BEFORE, Move.OFFER)
    told = rule.told is Told.TIER_CHANGE and target.tier != case.tier
    return Draft("case.offered", _target_data(target) | (promised(case, ask) if told else {}))


def deescalate(case: Case, ask: Ask, target: Target) -> Draft:
    """Offer to a lower tier, with a justification."""
    legal(case, ask, Move.DEESCALATE, team=target.team, why=target.why)
    if target.tier >= case.tier:
        raise MoveRefused(Refusal.NOT_A_LOWER_TIER, Move.DEESCALATE, (str(case.tier),))
    _new_target(case, target, Move.DEESCALATE)
    return Draft("case.deescalated", _target_data(target) | promised(case, ask))


def _new_target(case: Case, target: Target, move: Move) -> None:
    """Refuse an offer to whom it is offered already, or to the person who has it: it would only wind the clock back."""
    asked = case.state is State.OFFERED and (target.team, target.person) == (case.team, case.person)
    owns = case.state is State.ACCEPTED and target.person == case.person
    if asked or owns:
        raise MoveRefused(Refusal.HAS_IT, move, ("target",))


def _target_data(target: Target) -> dict[str, Any]:
    because = {"because": dict(target.because)} if target.because else {}
    return {"team": target.team, "tier": target.tier, "person": target.person, "why": target.why, **because}


def accept(case: Case, ask: Ask, *, lease: timedelta | None) -> Draft:
    """Accept with a lease that lasts for some time, and not longer than the priority allows."""
    legal(case, ask, Move.ACCEPT, lease_until=lease is not None)
    longest = ask.policy.lease(case.priority)
    if lease is None or lease <= timedelta(0):
        raise MoveRefused(Refusal.NOT_IN_THE_FUTURE, Move.ACCEPT)
    if lease > longest:
        raise MoveRefused(Refusal.LEASE_TOO_LONG, Move.ACCEPT, (str(int(longest.total_seconds())),))
    until = ask.policy.lease_end(ask.at, case.priority, lease)
    told = {} if case.accepted_once else promised(case, ask)
    return Draft("case.accepted", {"lease_until": until.isoformat()} | told)


def bounce(case: Case, ask: Ask, *, why: str) -> Draft:
    """Give an offer back, with a reason."""
    legal(case, ask, Move.BOUNCE, why=why)
    return Draft("case.bounced", {"why": why, "team": case.team})


def resolve(case: Case, ask: Ask, *, cause: str, fix: str, outcome: JobOutcome | None) -> Draft:
    """Resolve, with cause, fix and the job's outcome, unless work is stopped; the customer is asked."""
    legal(case, ask, Move.RESOLVE, cause=cause, fix=fix, outcome=outcome)
    if case.stop:
        raise MoveRefused(Refusal.GATE, Move.RESOLVE, ("STOP",))
    until = ask.at + ask.policy.target(ClockName.CONFIRM, case.priority)
    data = {"cause": cause, "fix": fix, "outcome": outcome.value if outcome else ""}
    return Draft("case.resolved", data | promised(case, ask, until))


def confirm(case: Case, ask: Ask, gates: tuple[str, ...], *, words: str = "") -> Draft:
    """Close on the customer's word; a coordinator says in `words` how the customer gave it."""
    rule = legal(case, ask, Move.CONFIRM)
    if ask.actor.kind is not ActorKind.CONTACT and not words:
        raise MoveRefused(Refusal.NEEDS, Move.CONFIRM, ("words",))
    _pass(rule, gates)
    return Draft("case.confirmed", {"words": words})


def said_to_work(case: Case, ask: Ask) -> Draft:
    """The customer's word, kept while a gate of ours still holds the case: nobody is asked twice for it.

    Whoever gave it hears from us again by the usual rhythm, for nothing else is promised until we may close.
    """
    legal(case, ask, Move.CONFIRM)
    return Draft("customer.confirmed", promised(case, ask))


def kept_word(case: Case, gates: tuple[str, ...]) -> Draft:
    """Close on the word that the customer gave while a gate still held the case."""
    _pass(MOVES[Move.CONFIRM], gates)
    return Draft("case.confirmed", {"words": "", "kept": case.said_to_work.seq if case.said_to_work else 0})


def lapse(case: Case, ask: Ask, gates: tuple[str, ...]) -> Draft:
    """Close because the customer's time to answer is over; never where our question did not reach him."""
    _pass(legal(case, ask, Move.LAPSE), (*gates, *(("HEARD",) if case.unheard else ())))
    return Draft("case.lapsed", {})


def dispute(case: Case, ask: Ask, *, why: str, owner_there: bool) -> Draft:
    """The customer says that it is not right, or a coordinator in his words: back to the owner, or to the team."""
    legal(case, ask, Move.DISPUTE, why=why)
    until = ask.policy.lease_end(ask.at, case.priority)
    data = {"why": why, "owner_there": owner_there, "lease_until": until.isoformat()}
    return Draft("case.disputed", data | promised(case, ask))


def reopen(case: Case, ask: Ask, *, why: str) -> Draft:
    """Open a closed case again; the customer only within the policy's window."""
    legal(case, ask, Move.REOPEN, why=why)
    window = timedelta(seconds=ask.policy.reopen_within)
    late = case.closed_at is None or ask.at - case.closed_at > window
    if late and ask.actor.kind is ActorKind.CONTACT:
        raise MoveRefused(Refusal.REOPEN_TOO_LATE, Move.REOPEN, (str(ask.policy.reopen_within),))
    return Draft("case.reopened", {"why": why} | promised(case, ask))


def withdraw(case: Case, ask: Ask, gates: tuple[str, ...], *, why: str) -> Draft:
    """Take a case back that needs no escalation."""
    _pass(legal(case, ask, Move.WITHDRAW, why=why), gates)
    return Draft("case.withdrawn", {"why": why})


def _pass(rule: Rule, gates: tuple[str, ...]) -> None:
    if rule.gated and gates:
        raise MoveRefused(Refusal.GATE, rule.move, gates)


def future(moment: datetime | None, ask: Ask, what: str) -> datetime:
    if moment is None or moment <= ask.at:
        raise MoveRefused(Refusal.NOT_IN_THE_FUTURE, what)
    if moment - ask.at > timedelta(seconds=ask.policy.longest_wait):
        raise MoveRefused(Refusal.TOO_FAR, what, (str(ask.policy.longest_wait),))
    return moment
