"""The policy as a value: targets, leases, ladders, duties to document, gates; and the policy that ships."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from backline.core.calendar import CalendarRefused, Hours
from backline.core.counting import ELAPSED, Elapsed, or_all_time
from backline.core.words import ClockName, Danger, Gate, Impact, Measure, Priority, Reason, Trigger, Urgency, WaitReason

MINUTE, HOUR, DAY = 60, 3600, 86400
_A_SECOND = timedelta(seconds=1)


class Whose(StrEnum):
    """In whose open hours a clock counts; elapsed time belongs to nobody."""

    ELAPSED = "ELAPSED"
    CONTRACT = "CONTRACT"
    TEAM = "TEAM"
    CUSTOMER = "CUSTOMER"


class Recipients(StrEnum):
    """Whom a rung tells, by role; a frozen policy never names a person."""

    ASSIGNEE = "ASSIGNEE"
    ON_CALL = "ON_CALL"
    NEXT_ON_CALL = "NEXT_ON_CALL"
    CANDIDATE = "CANDIDATE"
    TEAM = "TEAM"
    TEAM_LEAD = "TEAM_LEAD"
    COORDINATORS = "COORDINATORS"
    MANAGERS = "MANAGERS"
    TECHNICIAN = "TECHNICIAN"
    LAST_RESORT = "LAST_RESORT"


AGREED = frozenset(
    {ClockName.PROGRESS, ClockName.WAIT, ClockName.VISIT, ClockName.WORKAROUND, ClockName.CUSTOMER_UPDATE}
)
"""The clocks whose end was agreed upon case by case: by a lease, a date, a window, a word promised to the customer."""

FALLBACK = (Recipients.COORDINATORS, Recipients.MANAGERS, Recipients.LAST_RESORT)
"""Who hears in place of a role that nobody has, and in the end: they are there whoever has the case."""


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of a ladder.

    Its moment is `share` of the way from the clock's start to its due moment, plus `wait` seconds; without a share it
    is `wait` seconds after the rung before. `wait_in` says in whose open hours the wait counts; at P1 all time does.
    `every` is the gap in seconds at which a last rung repeats. With `hold`, where nobody is on call it tells nobody
    before somebody is, whoever that is by then, and nobody else hears instead; unless somebody is in danger.
    """

    tell: Recipients
    wait: int = 0
    share: float | None = None
    every: int = 30 * MINUTE
    wait_in: Whose = Whose.ELAPSED
    hold: bool = False


@dataclass(frozen=True, slots=True)
class Duty:
    """What a technician documents before raising for a reason: how many steps and photos, and a fault code."""

    steps: int = 0
    evidence: int = 0
    fault_code: bool = False


class Act(StrEnum):
    """What a trigger does when it sees something: open a case, suggest one to the coordinators, or nothing."""

    OPEN = "OPEN"
    SUGGEST = "SUGGEST"
    OFF = "OFF"


@dataclass(frozen=True, slots=True)
class TriggerRule:
    """What a trigger does, and the numbers from which on it sees something."""

    act: Act
    numbers: Mapping[str, int] = field(default_factory=dict)


def shipped_triggers() -> dict[Trigger, TriggerRule]:
    """What each trigger does as it ships: what is sure opens a case, what somebody should judge is suggested."""
    return {
        Trigger.UNSAFE: TriggerRule(Act.OPEN),
        Trigger.BREAKS_RULE: TriggerRule(Act.OPEN),
        Trigger.VISIT_UNRESOLVED: TriggerRule(Act.OPEN),
        Trigger.FAULT_AGAIN: TriggerRule(Act.OPEN, {"times": 3, "days": 30}),
        Trigger.REOPENED: TriggerRule(Act.OPEN, {"times": 1}),
        Trigger.PART_LATE: TriggerRule(Act.SUGGEST),
        Trigger.VISIT_LATE: TriggerRule(Act.SUGGEST, {"minutes": 30}),
        Trigger.PUT_OFF: TriggerRule(Act.SUGGEST, {"times": 2}),
        Trigger.UNHAPPY: TriggerRule(Act.SUGGEST, {"rating": 2}),
    }


def shipped_thresholds() -> dict[Measure, tuple[int, ...]]:
    """From which losses on managers are told at once, as it ships."""
    return {
        Measure.TRAPPED: (1,),
        Measure.AT_RISK: (1,),
        Measure.UNITS: (5,),
        Measure.COST_AN_HOUR: (1_000,),
        Measure.COST_SO_FAR: (5_000, 20_000),
        Measure.PENALTY: (10_000,),
        Measure.NAMED_ACCOUNT: (1,),
    }


def shipped_gates() -> dict[Gate, frozenset[Reason]]:
    """For cases with which of the reasons each gate is asked, as it ships: the job's outcome of every case."""
    return {Gate.JOB_RECORDED: frozenset(Reason)}


@dataclass(frozen=True, slots=True)
class Policy:
    """All that an administrator may decide; targets, leases and the longest pauses are seconds.

    `counts_in` says in whose hours a clock counts (for PROGRESS: a lease), elapsed time where it is silent; `words_in`
    in whose hours the word lies that is promised to the customer; `pauses` how long a wait for each reason may stop the
    clock of the resolution. A suggestion that nobody judges becomes a case after `suggested_for`. At each of
    the `thresholds` that the losses of a case pass, the ladder of IMPACT begins. A resolved case with a reason of
    one of the `gates` ends only when that is done. `hours` are nobody's decision and are not kept with it: the open
    hours of a case's contract, team and customer, as known when it was read; where somebody has none, all time counts.
    """

    targets: Mapping[ClockName, Mapping[Priority, int]]
    leases: Mapping[Priority, int]
    ladders: Mapping[ClockName, tuple[Rung, ...]]
    duties: Mapping[Reason, Duty]
    priorities: Mapping[Impact, Mapping[Urgency, Priority]]
    review_reasons: frozenset[Reason] = frozenset({Reason.SAFETY_RISK, Reason.COMPLIANCE_CONCERN})
    reopen_within: int = 14 * DAY
    longest_wait: int = 30 * DAY
    counts_in: Mapping[ClockName, Mapping[Priority, Whose]] = field(default_factory=dict)
    words_in: Whose = Whose.ELAPSED
    pauses: Mapping[str, int] = field(default_factory=dict)
    triggers: Mapping[Trigger, TriggerRule] = field(default_factory=shipped_triggers)
    suggested_for: int = 4 * HOUR
    thresholds: Mapping[Measure, tuple[int, ...]] = field(default_factory=shipped_thresholds)
    gates: Mapping[Gate, frozenset[Reason]] = field(default_factory=shipped_gates)
    hours: Mapping[Whose, Hours] = field(default_factory=dict)

    @property
    def tells_candidates(self) -> bool:
        """Whether a rung tells who is suited best: only then anybody asks how well people are."""
        return any(rung.tell is Recipients.CANDIDATE for ladder in self.ladders.values() for rung in ladder)

    def wants(self, gate: Gate, reasons: frozenset[Reason]) -> bool:
        """Whether a case with these reasons ends only when this is done."""
        return bool(self.gates.get(gate, frozenset()) & reasons)

    def target(self, clock: ClockName, priority: Priority) -> timedelta:
        """How long the clock may run at this priority."""
        return timedelta(seconds=self.targets[clock][priority])

    def hours_of(self, clock: ClockName, priority: Priority) -> Hours | Elapsed:
        """The hours in which the clock counts at this priority."""
        return self.hours.get(self.whose(clock, priority), ELAPSED)

    def whose(self, clock: ClockName, priority: Priority) -> Whose:
        """In whose hours the clock counts at this priority."""
        return self.counts_in.get(clock, {}).get(priority, Whose.ELAPSED)

    def lease(self, priority: Priority) -> timedelta:
        """The longest lease at this priority."""
        return timedelta(seconds=self.leases[priority])

    def lease_end(self, at: datetime, priority: Priority, lasts: timedelta | None = None) -> datetime:
        """Until when a lease from this moment on runs: for so long, and no longer than the priority allows."""
        longest = self.lease(priority)
        amount = min(lasts or longest, longest)
        return or_all_time(self.hours_of(ClockName.PROGRESS, priority), lambda hours: hours.after(at, amount))

    def lease_lasts(self, start: datetime, end: datetime, priority: Priority) -> timedelta:
        """For how long a lease was taken; one that lies in closed hours altogether for the time that passes."""
        return self.hours_of(ClockName.PROGRESS, priority).between(start, end) or end - start

    def next_word(self, at: datetime, priority: Priority, danger: Danger) -> datetime:
        """By when the customer hears again: in the night by the morning, unless somebody is in danger.

        The end of an open span still lies in it: what is promised by then comes while they are there.
        """
        by = at + self.target(ClockName.CUSTOMER_UPDATE, priority)
        hours = self.hours.get(self.words_in)
        if hours is None or danger is not Danger.NONE or hours.between(by - _A_SECOND, by):
            return by
        try:
            return hours.next_opening(by)
        except CalendarRefused:  # they never open again
            return by


def priority_of(policy: Policy, impact: Impact, urgency: Urgency, danger: Danger) -> Priority:
    """The priority that impact and urgency give; danger lifts it: a risk to P2 at least, a person in need to P1."""
    given = policy.priorities[impact][urgency]
    if danger is Danger.PERSON_TRAPPED_OR_HURT:
        return Priority.P1
    return min(given, Priority.P2) if danger is Danger.RISK else given


@dataclass(frozen=True, slots=True)
class Documented:
    """How much a report documents."""

    steps: int = 0
    evidence: int = 0
    fault_codes: int = 0


def missing(policy: Policy, reasons: frozenset[Reason], documented: Documented) -> tuple[str, ...]:
    """Which duties are unmet, of `STEPS`, `EVIDENCE` and `FAULT_CODE`, all reasons taken together."""
    duties = [policy.duties.get(reason, Duty()) for reason in reasons]
    unmet = []
    if documented.steps < max((duty.steps for duty in duties), default=0):
        unmet.append("STEPS")
    if documented.evidence < max((duty.evidence for duty in duties), default=0):
        unmet.append("EVIDENCE")
    if not documented.fault_codes and any(duty.fault_code for duty in duties):
        unmet.append("FAULT_CODE")
    return tuple(unmet)


def _by_priority(p1: int, p2: int, p3: int, p4: int) -> dict[Priority, int]:
    return dict(zip(Priority, (p1, p2, p3, p4), strict=True))


def _working(*first: Whose, then: Whose) -> dict[Priority, Whose]:
    """Whose hours count, from the highest priority on."""
    return dict(zip(Priority, (*first, *[then] * (len(Priority) - len(first))), strict=True))


def _always(seconds: int) -> dict[Priority, int]:
    return _by_priority(seconds, seconds, seconds, seconds)


_UPWARDS = (
    Rung(Recipients.TEAM_LEAD, wait=10 * MINUTE),
    Rung(Recipients.MANAGERS, wait=15 * MINUTE),
    Rung(Recipients.LAST_RESORT, wait=15 * MINUTE),
)
_OVERDUE = (Rung(Recipients.ASSIGNEE, share=1.0), Rung(Recipients.ASSIGNEE, wait=5 * MINUTE), *_UPWARDS)


def _shipped_ladders() -> dict[ClockName, tuple[Rung, ...]]:
    return _ladders_of_the_staff() | _ladders_of_the_customer()


def _ladders_of_the_staff() -> dict[ClockName, tuple[Rung, ...]]:
    return {
        ClockName.TRIAGE: (
            Rung(Recipients.COORDINATORS),
            Rung(Recipients.COORDINATORS, share=0.5),
            Rung(Recipients.MANAGERS, share=1.0),
            Rung(Recipients.LAST_RESORT, wait=30 * MINUTE),
        ),
        ClockName.DOCUMENT: (
            Rung(Recipients.TECHNICIAN),
            Rung(Recipients.TECHNICIAN, share=0.5),
            Rung(Recipients.COORDINATORS, share=1.0),
            Rung(Recipients.MANAGERS, wait=HOUR, every=4 * HOUR),
        ),
        ClockName.ACCEPT: (
            Rung(Recipients.ASSIGNEE),
            Rung(Recipients.ASSIGNEE, wait=5 * MINUTE),
            Rung(Recipients.TEAM, share=0.5),
            Rung(Recipients.TEAM_LEAD, share=1.0),
            *_UPWARDS[1:],
        ),
        ClockName.PROGRESS: (
            Rung(Recipients.ASSIGNEE, share=1.0),
            Rung(Recipients.ASSIGNEE, wait=5 * MINUTE),
            Rung(Recipients.TEAM, wait=5 * MINUTE),
            *_UPWARDS,
        ),
        ClockName.WAIT: _OVERDUE,
        ClockName.VISIT: _OVERDUE,
        ClockName.REVIEW: (
            Rung(Recipients.MANAGERS),
            Rung(Recipients.MANAGERS, share=1.0),
            Rung(Recipients.LAST_RESORT, wait=15 * MINUTE),
        ),
        ClockName.STOP: (
            Rung(Recipients.MANAGERS, share=1.0),
            Rung(Recipients.LAST_RESORT, wait=8 * HOUR, every=8 * HOUR),
        ),
        ClockName.IMPACT: (Rung(Recipients.MANAGERS), Rung(Recipients.MANAGERS, wait=HOUR, every=4 * HOUR)),
    }


def _ladders_of_the_customer() -> dict[ClockName, tuple[Rung, ...]]:
    return {
        ClockName.CUSTOMER_UPDATE: (
            Rung(Recipients.ASSIGNEE, share=1.0, wait=-15 * MINUTE),
            Rung(Recipients.COORDINATORS, share=1.0),
            Rung(Recipients.MANAGERS, wait=HOUR, every=4 * HOUR),
        ),
        ClockName.WORKAROUND: (
            Rung(Recipients.ASSIGNEE, share=0.75),
            Rung(Recipients.COORDINATORS, share=1.0),
            Rung(Recipients.MANAGERS, wait=HOUR, every=4 * HOUR),
        ),
        ClockName.CONFIRM: (
            Rung(Recipients.COORDINATORS, share=1.0),
            Rung(Recipients.MANAGERS, wait=DAY, every=DAY),
        ),
        ClockName.RESOLVE: (
            Rung(Recipients.ASSIGNEE, share=0.75),
            Rung(Recipients.TEAM_LEAD, share=0.9),
            Rung(Recipients.MANAGERS, share=1.0, every=4 * HOUR),
        ),
    }


def _shipped_duties() -> dict[Reason, Duty]:
    return {
        Reason.UNRESOLVED_ON_SITE: Duty(steps=1),
        Reason.RECURRING_FAULT: Duty(steps=1, fault_code=True),
        Reason.TECHNICAL_LIMIT: Duty(steps=1),
        Reason.SAFETY_RISK: Duty(evidence=1),
        Reason.COMPLIANCE_CONCERN: Duty(evidence=1),
    }


def shipped() -> Policy:
    """The policy that ships; an administrator changes it."""
    p1, p2, p3, p4 = Priority
    return Policy(
        targets={
            ClockName.TRIAGE: _by_priority(10 * MINUTE, 30 * MINUTE, HOUR, 4 * HOUR),
            ClockName.ACCEPT: _by_priority(15 * MINUTE, 30 * MINUTE, 2 * HOUR, 8 * HOUR),
            ClockName.CUSTOMER_UPDATE: _by_priority(HOUR, 4 * HOUR, 8 * HOUR, 24 * HOUR),
            ClockName.RESOLVE: _by_priority(4 * HOUR, 24 * HOUR, 72 * HOUR, 240 * HOUR),
            ClockName.REVIEW: _always(15 * MINUTE),
            ClockName.STOP: _always(8 * HOUR),
            ClockName.DOCUMENT: _always(4 * HOUR),
            ClockName.CONFIRM: _always(5 * DAY),
        },
        leases=_by_priority(HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR),
        ladders=_shipped_ladders(),
        duties=_shipped_duties(),
        priorities={
            Impact.LOW: dict(zip(Urgency, (p4, p4, p3), strict=True)),
            Impact.MEDIUM: dict(zip(Urgency, (p4, p3, p2), strict=True)),
            Impact.HIGH: dict(zip(Urgency, (p3, p2, p1), strict=True)),
            Impact.MAJOR: dict(zip(Urgency, (p2, p1, p1), strict=True)),
        },
        counts_in={
            ClockName.TRIAGE: _working(Whose.ELAPSED, then=Whose.TEAM),
            ClockName.ACCEPT: _working(Whose.ELAPSED, then=Whose.TEAM),
            ClockName.PROGRESS: _working(Whose.ELAPSED, then=Whose.TEAM),
            ClockName.DOCUMENT: _working(then=Whose.TEAM),
            ClockName.RESOLVE: _working(then=Whose.CONTRACT),
        },
        words_in=Whose.CUSTOMER,
        pauses={WaitReason.CUSTOMER: 10 * DAY, WaitReason.ACCESS: 10 * DAY},
    )
