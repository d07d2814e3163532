"""The clocks of a case: which run now, since when, and when each is due; derived, never edited."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from backline.core.calendar import Hours
from backline.core.case import Case, Mark, Record
from backline.core.counting import NOTHING, Counting, Elapsed, Pause, or_all_time
from backline.core.impact import comes_to
from backline.core.policy import Policy, Whose
from backline.core.words import OPEN_STATES, ClockName, Measure, Priority, State

_ORDER = {name: place for place, name in enumerate(ClockName)}


class Spent(NamedTuple):
    """That the waits for a reason stop a clock no longer from a moment on, which is when they have for so long.

    `goes_on` where one of them has not ended.
    """

    reason: str
    longest: timedelta
    at: datetime
    goes_on: bool


@dataclass(frozen=True, slots=True)
class Clock:
    """One measured interval that runs: what it counts, how much of it may pass, and when that will have passed.

    `generation` is the number of the event that began it; `subject` the id of the record it watches, else empty;
    `whose` says in whose hours it counts as soon as hours are chosen for them; `spent` what stops it no longer.
    From `ends_at` on another one goes on. With `too_few` those hours hold too little to be due in: all time counts.
    Where it `waits_for_nobody`, all time counts for its rungs too, whatever hours they name: nobody sleeps over a P1.
    """

    name: ClockName
    subject: str
    generation: int
    counting: Counting
    target: timedelta
    due_at: datetime
    whose: Whose = Whose.ELAPSED
    spent: tuple[Spent, ...] = ()
    ends_at: datetime | None = None
    too_few: bool = False
    waits_for_nobody: bool = False

    @property
    def asks(self) -> bool:
        """Whether something is to be done by its due moment; what is lost is only told, and is due when it begins."""
        return self.name is not ClockName.IMPACT

    @property
    def climb(self) -> str:
        """The name of its climb within the case."""
        return f"{self.name}:{self.subject}:{self.generation}"

    @property
    def started_at(self) -> datetime:
        """When it began."""
        return self.counting.start

    def reached(self, share: float) -> datetime:
        """The moment by which this share of what may pass has passed."""
        if share == 1:
            return self.due_at
        return self.counting.reached(self.target * share) if share else self.started_at

    def counts(self, counting: Counting, target: timedelta) -> Clock:
        """The same, counted so: due when the target is reached."""

        def counted(hours: Hours | Elapsed) -> Clock:
            too_few = hours is not counting.hours
            by = replace(counting, hours=hours) if too_few else counting
            return replace(self, counting=by, target=target, due_at=by.reached(target), too_few=too_few)

        return or_all_time(counting.hours, counted)


def until(name: ClockName, generation: int, start: datetime, due_at: datetime, subject: str = "") -> Clock:
    """A clock whose due moment was agreed upon: all time until then counts."""
    return Clock(name, subject, generation, Counting(start), max(due_at - start, NOTHING), due_at)


def begun(name: ClockName, policy: Policy, priority: Priority, at: datetime) -> Clock:
    """A clock that would begin at a moment; what is agreed upon case by case is supposed to last as long as a lease."""
    if name is ClockName.IMPACT:
        return _hurried(priority, until(name, 1, at, at))
    if name not in policy.targets:
        return _hurried(priority, until(name, 1, at, at + policy.lease(priority)))
    counting = Counting(at, policy.hours_of(name, priority))
    clock = Clock(name, "", 1, counting, NOTHING, at, policy.whose(name, priority))
    return _hurried(priority, clock.counts(counting, policy.target(name, priority)))


def _hurried(priority: Priority, clock: Clock) -> Clock:
    """At P1 its rungs wait for nobody."""
    return replace(clock, waits_for_nobody=True) if priority is Priority.P1 else clock


def running(case: Case, policy: Policy) -> tuple[Clock, ...]:
    """All clocks that run now, the earliest due first; those of the impact last, for they ask nothing of anybody."""
    if case.state not in OPEN_STATES:
        return ()
    clocks = [*_of_state(case, policy), *_of_records(case, policy), *_of_every_open_case(case, policy)]
    clocks.sort(key=lambda clock: (clock.due_at, _ORDER[clock.name], clock.subject))
    return tuple(_hurried(case.priority, clock) for clock in (*clocks, *_of_impact(case, policy)))


def _targeted(case: Case, policy: Policy, name: ClockName, since: Mark, subject: str = "") -> Clock:
    counting = Counting(since.at, policy.hours_of(name, case.priority))
    return _counted(case, policy, Clock(name, subject, since.seq, counting, NOTHING, since.at))


def _counted(case: Case, policy: Policy, clock: Clock) -> Clock:
    """The clock with its target; another priority, or other terms, begin its next generation."""
    target = policy.target(clock.name, case.priority)
    generation = max(_by_rules(case, clock.name, clock.generation), case.prioritised)
    anew = replace(clock, generation=generation, whose=policy.whose(clock.name, case.priority))
    return anew.counts(clock.counting, target)


def _agreed(case: Case, name: ClockName, since: Mark, due_at: datetime, subject: str = "") -> Clock:
    """A clock whose end was agreed upon; another ladder begins its next generation."""
    return until(name, _by_rules(case, name, since.seq), since.at, due_at, subject)


def _by_rules(case: Case, name: ClockName, generation: int) -> int:
    """Its generation, which is another one where other rules came since by which it runs otherwise."""
    return max(generation, case.rules_since[name].seq) if name in case.rules_since else generation


def stands_since(case: Case, clock: Clock) -> datetime:
    """From when on it can run as it does: nobody was late by rules, a priority or a report that came after that."""
    anew = clock.generation == case.prioritised or clock.waits_for_nobody
    turned = case.prioritised_at if anew else None
    ruled = case.rules_since.get(clock.name)
    return max(one for one in (case.opened.at, turned, ruled.at if ruled else None) if one)


def _of_state(case: Case, policy: Policy) -> list[Clock]:
    match case.state:
        case State.RAISED:
            return [_targeted(case, policy, ClockName.TRIAGE, case.entered)]
        case State.OFFERED:
            return [_targeted(case, policy, ClockName.ACCEPT, case.entered)]
        case State.RESOLVED if case.wrote or (case.said_to_work and case.gates):
            return []  # nothing more is asked of the customer: the clock of our answer runs, or that of the gate
        case State.RESOLVED if case.said_to_work:
            return [_anew(case, until(ClockName.CONFIRM, case.said_to_work.seq, case.entered.at, case.said_to_work.at))]
        case State.RESOLVED:
            return [_anew(case, _targeted(case, policy, ClockName.CONFIRM, case.answered or case.entered))]
        case State.ACCEPTED if case.lease and case.lease_until and not _rests(case):
            return [_agreed(case, ClockName.PROGRESS, case.lease, case.lease_until)]
    return []


def _anew(case: Case, clock: Clock) -> Clock:
    """A gate that opens begins the next generation of what waits for the customer: it is looked at and told anew."""
    return replace(clock, generation=max(clock.generation, case.gate_opened))


def _rests(case: Case) -> bool:
    """Whether no progress can be asked for: something is waited for, a visit is booked, or work is stopped."""
    return case.stop is not None or bool(case.running(ClockName.WAIT, ClockName.VISIT))


def _of_records(case: Case, policy: Policy) -> list[Clock]:
    clocks = [
        _agreed(case, record.clock, record.since, record.until, record.id)
        for record in case.running(ClockName.WAIT, ClockName.VISIT, ClockName.WORKAROUND)
        if record.until and not record.is_proposed
    ]
    clocks += [_review(case, policy, record) for record in case.running(ClockName.REVIEW)]
    if case.proposed:  # a manager decides it as he does a review
        since = replace(case.proposed.begun, seq=case.proposed.since.seq)
        clocks.append(_targeted(case, policy, ClockName.REVIEW, since, case.proposed.id))
    if case.stop:
        clocks.append(_targeted(case, policy, ClockName.STOP, case.stop))
    if case.debt and (case.debt_of or case.state is State.RETURNED):
        clocks.append(_targeted(case, policy, ClockName.DOCUMENT, case.debt))
    return clocks


def _review(case: Case, policy: Policy, record: Record) -> Clock:
    """The clock of a review; where an authority decides, nobody is asked before it was to answer."""
    if record.until is None:
        return _targeted(case, policy, ClockName.REVIEW, replace(record.begun, seq=record.since.seq), record.id)
    answers = Mark(record.since.seq, record.until, record.until)
    return _agreed(case, ClockName.REVIEW, answers, record.until, record.id)


def _of_every_open_case(case: Case, policy: Policy) -> list[Clock]:
    clocks = []
    asked = case.state is State.RESOLVED and case.promise == case.entered and not case.said_to_work  # CONFIRM holds it
    if case.promise and case.promise_by and not asked:
        clocks.append(_agreed(case, ClockName.CUSTOMER_UPDATE, case.promise, case.promise_by))
    if case.owed:  # beside the promised word: one that became due at once
        clocks.append(_agreed(case, ClockName.CUSTOMER_UPDATE, case.owed, case.owed.at, "owed"))
    if case.wrote and case.answer_by:  # of a resolved case: silence of ours would close it over his head
        clocks.append(_agreed(case, ClockName.CUSTOMER_UPDATE, case.wrote, case.answer_by, "answer"))
    if case.call:
        clocks.append(_agreed(case, ClockName.CUSTOMER_UPDATE, case.call.since, case.call.until, "call"))
    if case.state is not State.RESOLVED:
        clocks.append(resolve(case, policy))
    return clocks


def _of_impact(case: Case, policy: Policy) -> list[Clock]:
    """A clock from each moment on at which the losses pass a threshold more, until the next such moment.

    Those to come are there as well. One is over when another has taken over from it: one that began with a word about
    the losses, or that has told somebody.
    """
    if case.state is State.RESOLVED:
        return []
    stages = sorted({one.at: one for one in sorted(passed(case, policy), key=lambda one: one.since.seq)}.items())
    clocks = [
        until(ClockName.IMPACT, one.since.seq, at, at, str(one.amount) if at > one.since.at else "")
        for at, one in stages
    ]
    taken = [place for place, one in enumerate(clocks) if not one.subject or one.climb in case.climbs]
    clocks = [replace(one, ends_at=later.started_at) for one, later in pairwise(clocks)] + clocks[-1:]
    return clocks[max(taken, default=0) :]


@dataclass(frozen=True, slots=True)
class Passed:
    """A threshold that the losses of a case pass: at which moment, and since what it is known that they do."""

    measure: Measure
    amount: int
    at: datetime
    since: Mark


def lost(case: Case, policy: Policy, at: datetime) -> dict[Measure, int]:
    """How much is lost by a moment of what passes a threshold by then; nothing where no clock of the impact runs."""
    if case.state is State.RESOLVED or case.state not in OPEN_STATES:
        return {}
    found = {one.measure for one in passed(case, policy) if one.at <= at}
    figures = case.losses.figures(at, begun=case.opened.occurred_at)
    return {measure: amount for measure, amount in figures.items() if measure in found}


def passed(case: Case, policy: Policy) -> tuple[Passed, ...]:
    """The thresholds that the losses of a case pass and do not fall below again, as they are known, some time."""
    wanted = ((measure, amount) for measure, amounts in policy.thresholds.items() for amount in amounts)
    found = (_passed(case, measure, amount) for measure, amount in wanted)
    return tuple(one for one in found if one)


def _passed(case: Case, measure: Measure, amount: int) -> Passed | None:
    """Since when without a break, back from what is known now; a correction in between may have passed it as well."""
    found, next_at = None, None
    for known in reversed(case.known):
        at = comes_to(measure, amount, known.losses, case.opened.occurred_at)
        if at is None or (next_at and known.since.at < at and next_at <= at):
            break
        found = Passed(measure, amount, max(at, known.since.at), known.since)
        if at > known.since.at:
            break
        next_at = known.since.at
    return found


def resolve(case: Case, policy: Policy) -> Clock:
    """The clock of the resolution, from the moment on site at which it was escalated."""
    hours = policy.hours_of(ClockName.RESOLVE, case.priority)
    waited = list(_waited_for(case, policy))
    pauses = (*case.asked, *(pause for found, _ in waited for pause in found))
    counting = Counting(case.opened.occurred_at, hours, tuple(one for one in pauses if one.from_at < one.to_at))
    spent = tuple(one for _, one in waited if one)
    clock = Clock(ClockName.RESOLVE, "", case.opened.seq, counting, NOTHING, counting.start, spent=spent)
    return _counted(case, policy, clock)


def resumes(case: Case, clock: Clock) -> tuple[Spent, ...]:
    """What will stop the clock no longer though it is still waited for, and that nobody has noted yet."""
    return tuple(one for one in clock.spent if one.goes_on and case.spent.get(one.reason) != one.at)


def _waited_for(case: Case, policy: Policy) -> Iterator[tuple[list[Pause], Spent | None]]:
    """What waits stop, for each reason, by the rules of each time.

    What was paused stays paused where a case takes other rules; from then on these let waits stop it for as long as
    they leave of their limit.
    """
    since, used = case.opened.occurred_at, dict[str, timedelta]()
    eras = [(one.pauses, one.until.occurred_at) for one in case.limits]
    for limits, until in (*eras, (policy.pauses, None)):
        for reason, longest in limits.items():
            limit = _Limit(reason, timedelta(seconds=longest), used.get(reason, NOTHING))
            pauses, spent = _waited(case, limit, since, until)
            used[reason] = limit.used + sum((one.to_at - one.from_at for one in pauses), NOTHING)
            yield pauses, spent
        since = until or since


class _Limit(NamedTuple):
    """For how long waits for a reason may stop a clock in all, and how much of that was used under earlier rules."""

    reason: str
    longest: timedelta
    used: timedelta


def _waited(case: Case, allowed: _Limit, since: datetime, until: datetime | None) -> tuple[list[Pause], Spent | None]:
    """When waits for a reason stop the clock of the resolution between two moments, and from when on no longer.

    All waits for one reason share its limit: whoever ends a wait and begins the next has no more of it. One that goes
    on will stop it to that end.
    """
    reason = allowed.reason
    waits = [one for one in case.records.values() if one.clock is ClockName.WAIT and one.what == reason]
    found: list[Pause] = []
    at, left = since, max(allowed.longest - allowed.used, NOTHING)
    for one in sorted(waits, key=lambda wait: wait.begun.occurred_at):
        start = max(one.begun.occurred_at, at)
        ends = [moment for moment in (one.over.occurred_at if one.over else None, until) if moment]
        ended, limit = min(ends, default=None), start + left
        if ended is not None and ended <= start:
            continue
        if ended is None or ended > limit:
            goes_on = until is None and any(wait.over is None for wait in waits)
            return [*found, Pause(reason, start, limit)], Spent(reason, allowed.longest, limit, goes_on)
        found.append(Pause(reason, start, ended))
        at, left = ended, left - (ended - start)
    return found, None
