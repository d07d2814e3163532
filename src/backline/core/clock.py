"""The clocks of a case: which run now, since when, and when each is due; derived, never edited."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

from backline.core.case import Case, Mark, apply
from backline.core.events import Event
from backline.core.policy import Policy
from backline.core.words import OPEN_STATES, ClockName, State


@dataclass(frozen=True, slots=True)
class Clock:
    """One measured interval that runs.

    `generation` is the number of the event that began it; `subject` the id of the record it watches, else empty.
    """

    name: ClockName
    subject: str
    generation: int
    started_at: datetime
    due_at: datetime

    @property
    def climb(self) -> str:
        """The name of its climb within the case."""
        return f"{self.name}:{self.subject}:{self.generation}"


def running(case: Case, policy: Policy) -> tuple[Clock, ...]:
    """All clocks that run now, the earliest due first."""
    if case.state not in OPEN_STATES:
        return ()
    clocks = [*_of_state(case, policy), *_of_records(case, policy), *_of_every_open_case(case, policy)]
    order = list(ClockName)
    return tuple(sorted(clocks, key=lambda clock: (clock.due_at, order.index(clock.name), clock.subject)))


def _targeted(case: Case, policy: Policy, name: ClockName, since: Mark, subject: str = "") -> Clock:
    generation = max(since.seq, case.prioritised)
    return Clock(name, subject, generation, since.at, since.at + policy.target(name, case.priority))


def _of_state(case: Case, policy: Policy) -> list[Clock]:
    match case.state:
        case State.RAISED:
            return [_targeted(case, policy, ClockName.TRIAGE, case.entered)]
        case State.OFFERED:
            return [_targeted(case, policy, ClockName.ACCEPT, case.entered)]
        case State.RESOLVED if case.said_to_work and case.gates:
            return []  # nothing more is asked of the customer: the clock of the gate runs
        case State.RESOLVED if case.said_to_work:
            return [Clock(ClockName.CONFIRM, "", case.said_to_work.seq, case.entered.at, case.said_to_work.at)]
        case State.RESOLVED:
            return [_targeted(case, policy, ClockName.CONFIRM, case.entered)]
        case State.ACCEPTED if case.lease and case.lease_until and not _rests(case):
            return [
                Clock(ClockName.PROGRESS, "", case.lease.seq, case.lease.at, case.lease_until),
            ]
    return []


def _rests(case: Case) -> bool:
    """Whether no progress can be asked for: something is waited for, a visit is booked, or work is stopped."""
    return case.stop is not None or bool(case.running(ClockName.WAIT, ClockName.VISIT))


def _of_records(case: Case, policy: Policy) -> list[Clock]:
    clocks = [
        Clock(record.clock, record.id, record.begun.seq, record.begun.at, record.until)
        for record in case.running(ClockName.WAIT, ClockName.VISIT)
        if record.until
    ]
    clocks += [
        _targeted(case, policy, ClockName.REVIEW, record.begun, record.id) for record in case.running(ClockName.REVIEW)
    ]
    if case.stop:
        clocks.append(_targeted(case, policy, ClockName.STOP, case.stop))
    if case.debt and (case.debt_of or case.state is State.RETURNED):
        clocks.append(_targeted(case, policy, ClockName.DOCUMENT, case.debt))
    return clocks


def _of_every_open_case(case: Case, policy: Policy) -> list[Clock]:
    clocks = []
    asked = case.state is State.RESOLVED and case.promise == case.entered  # there CONFIRM holds the promise
    if case.promise and case.promise_by and not asked:
        clocks.append(Clock(ClockName.CUSTOMER_UPDATE, "", case.promise.seq, case.promise.at, case.promise_by))
    if case.state is not State.RESOLVED:
        start = case.opened.occurred_at
        due = start + policy.target(ClockName.RESOLVE, case.priority) + timedelta(seconds=case.resolved_seconds)
        clocks.append(Clock(ClockName.RESOLVE, "", max(case.opened.seq, case.prioritised), start, due))
    return clocks


@dataclass(frozen=True, slots=True)
class Interval:
    """A stretch of one clock: from one event to another (or still running), due when, counted or not, and why not."""

    clock: ClockName
    subject: str
    generation: int
    from_at: datetime
    to_at: datetime | None
    due_at: datetime
    counted: bool = True
    reason: str = ""


def explain(events: Iterable[Event], policy: Policy, known_at: datetime) -> tuple[Interval, ...]:
    """Every stretch of every clock, by what was recorded up to `known_at`.

    A stretch whose clock runs on under a new due moment (another priority, a moved visit) ends where it changed.
    """
    case: Case | None = None
    going: dict[tuple[ClockName, str, int], Interval] = {}
    done: list[Interval] = []
    for event in events:
        if event.recorded_at > known_at:
            break
        case = apply(case, event)
        now = {(clock.name, clock.subject, clock.generation): clock for clock in running(case, policy)}
        over = [name for name in going if name not in now or now[name].due_at != going[name].due_at]
        done.extend(_stopped(going.pop(name), event) for name in over)
        for name, clock in now.items():
            if name not in going:
                start = clock.started_at if not _seen(done, name) else event.recorded_at
                going[name] = Interval(*name, from_at=start, to_at=None, due_at=clock.due_at)
    stretches = [*done, *going.values()]
    return tuple(sorted([*stretches, *_pauses(stretches, case)], key=lambda stretch: (stretch.from_at, stretch.clock)))


def _pauses(stretches: list[Interval], case: Case | None) -> list[Interval]:
    """The spans in which RESOLVE stood still because the case was resolved and the customer had not answered."""
    mine = sorted((one for one in stretches if one.clock is ClockName.RESOLVE), key=lambda one: one.from_at)
    found = [
        replace(before, from_at=before.to_at, to_at=after.from_at, counted=False, reason=State.RESOLVED)
        for before, after in pairwise(mine)
        if before.generation == after.generation and before.to_at and before.to_at < after.from_at
    ]
    if mine and mine[-1].to_at and case and case.resolved_at:
        last = replace(mine[-1], from_at=mine[-1].to_at, to_at=case.closed_at, counted=False, reason=State.RESOLVED)
        return [*found, last]
    return found


def _stopped(stretch: Interval, event: Event) -> Interval:
    return replace(stretch, to_at=event.recorded_at)


def _seen(done: list[Interval], name: tuple[ClockName, str, int]) -> bool:
    return any((stretch.clock, stretch.subject, stretch.generation) == name for stretch in done)
