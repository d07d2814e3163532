"""Which clocks a record has running, and when each rung of their ladders is due: rules.md, sections 1 to 3."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from backline.core.calendar import CalendarRefused, Hours
from backline.core.events import Event
from backline.core.policy import Policy, Rung, Whose
from backline.core.words import ClockName, Measure, Priority, State
from backline.engine.auditor.beside import PROPOSED, Since
from backline.engine.auditor.kept import OVER, Record
from backline.engine.auditor.record import begin_anew, read

NONE = timedelta()
_OF_STATE = {
    State.RAISED: ClockName.TRIAGE,
    State.OFFERED: ClockName.ACCEPT,
    State.RESOLVED: ClockName.CONFIRM,
}
_TARGETED = (
    ClockName.TRIAGE, ClockName.ACCEPT, ClockName.CONFIRM, ClockName.REVIEW, ClockName.STOP, ClockName.DOCUMENT,
    ClockName.RESOLVE,
)  # fmt: skip


Open = Mapping[Whose, Hours]
"""The open hours of those who have any; of everybody else all time counts."""


class Running(NamedTuple):
    """One clock that runs: since when, until when or for how long, in whose hours, and what is taken out of it.

    `climb` is what one run of its ladder is called in the record, `asks` in whose hours it or a rung of it counts. Its
    steps come before it `ends`, where it does; where it is `urgent`, they wait in nobody's hours.
    """

    climb: str
    name: ClockName
    start: datetime
    until: datetime | None
    target: timedelta
    whose: Whose
    team: str
    opened_at: datetime
    pauses: tuple[tuple[datetime, datetime], ...]
    ladder: tuple[Rung, ...]
    asks: tuple[Whose, ...]
    ends: datetime | None = None
    urgent: bool = False


def running(record: Record, policy: Policy) -> list[Running]:
    """Every clock that runs now, by what goes on."""
    if record.state in OVER:
        return []
    found = [*_of_state(record, policy), *_of_records(record, policy), *_of_all(record, policy)]
    found += _of_workarounds(record, policy)
    found += _of_impact(record, policy) if record.state is not State.RESOLVED else ()
    found = [one._replace(urgent=record.priority is Priority.P1) for one in found]
    return [one._replace(team=record.team) if Whose.TEAM in one.asks else one for one in found]


def _asks(whose: Whose, ladder: tuple[Rung, ...]) -> tuple[Whose, ...]:
    found = dict.fromkeys((whose, *(rung.wait_in for rung in ladder)))
    return tuple(one for one in found if one is not Whose.ELAPSED)


def _agreed(record: Record, policy: Policy, what: tuple[ClockName, str], since: Since, until: datetime) -> Running:
    """A clock that ends at a moment that somebody named; all time counts. Other rules begin its ladder anew."""
    (name, subject), ladder = what, policy.ladders[what[0]]
    span = max(until - since.at, NONE)
    climb, asks = f"{name}:{subject}:{max(since.seq, record.ruled.get(name, 0))}", _asks(Whose.ELAPSED, ladder)
    opened_at = record.opened.on_site
    return Running(climb, name, since.at, until, span, Whose.ELAPSED, "", opened_at, (), ladder, asks)


def _targeted(
    record: Record, policy: Policy, what: tuple[ClockName, str], since: Since, start: datetime | None = None
) -> Running:
    """A clock that ends when the policy's time has passed; each change of the priority begins its ladder anew."""
    name, subject = what
    climb = f"{name}:{subject}:{max(since.seq, record.turned, record.ruled.get(name, 0))}"
    target = timedelta(seconds=policy.targets[name][record.priority])
    whose = policy.counts_in.get(name, {}).get(record.priority, Whose.ELAPSED)
    pauses = _pauses(record, policy) if name is ClockName.RESOLVE else ()
    opened_at = record.opened.on_site  # under the contracts of that moment it counts
    ladder = policy.ladders[name]
    asks = _asks(whose, ladder)
    return Running(climb, name, start or since.at, None, target, whose, "", opened_at, pauses, ladder, asks)


def _of_state(record: Record, policy: Policy) -> Iterator[Running]:
    said = record.said if record.state is State.RESOLVED else None
    if record.wrote:
        return  # he is not silent: an answer of ours comes first
    if said:
        if not record.going_on(ClockName.REVIEW) and not record.stop:
            now = Since(max(said.seq, record.gate_opened), record.entered.at, said.on_site)
            yield _agreed(record, policy, (ClockName.CONFIRM, ""), now, said.at)
    elif record.state in _OF_STATE:
        since = record.entered
        if record.state is State.RESOLVED:  # a gate that opens begins the ladder of what waits for the customer anew
            since = record.answered or since
            since = since._replace(seq=max(since.seq, record.gate_opened))
        yield _targeted(record, policy, (_OF_STATE[record.state], ""), since)
    elif record.state is State.ACCEPTED and record.lease and record.lease_until and not _rests(record):
        yield _agreed(record, policy, (ClockName.PROGRESS, ""), record.lease, record.lease_until)


def _rests(record: Record) -> bool:
    """Nobody asks for progress while something is waited for, a visit is booked, or work is stopped."""
    return record.stop is not None or bool(record.going_on(ClockName.WAIT, ClockName.VISIT))


def _of_records(record: Record, policy: Policy) -> Iterator[Running]:
    for name, one in record.going_on(ClockName.WAIT, ClockName.VISIT):
        if one.until:
            yield _agreed(record, policy, (one.clock, name), one.since, one.until)
    for name, one in record.going_on(ClockName.REVIEW):
        if one.until:
            yield _agreed(record, policy, (one.clock, name), one.since._replace(at=one.until), one.until)
        else:
            yield _targeted(record, policy, (one.clock, name), one.since)
    if record.stop:
        yield _targeted(record, policy, (ClockName.STOP, ""), record.stop)
    if record.debt and (record.owes or record.state is State.RETURNED):
        yield _targeted(record, policy, (ClockName.DOCUMENT, ""), record.debt)


def _of_workarounds(record: Record, policy: Policy) -> Iterator[Running]:
    """What may be done meanwhile has an end; of what is only proposed a manager is asked whether it may be done."""
    for name, one in record.going_on(ClockName.WORKAROUND):
        if one.reason == PROPOSED:
            yield _targeted(record, policy, (ClockName.REVIEW, name), one.since)
        elif one.until:
            yield _agreed(record, policy, (one.clock, name), one.since, one.until)


def _of_all(record: Record, policy: Policy) -> Iterator[Running]:
    resolved = record.state is State.RESOLVED
    asked = resolved and record.promise == record.entered and not record.said  # the word that comes next is his own
    if record.promise and record.promise_by and not asked:
        yield _agreed(record, policy, (ClockName.CUSTOMER_UPDATE, ""), record.promise, record.promise_by)
    if record.owed:
        yield _agreed(record, policy, (ClockName.CUSTOMER_UPDATE, "owed"), record.owed, record.owed.at)
    if record.wrote and record.answer_by:
        yield _agreed(record, policy, (ClockName.CUSTOMER_UPDATE, "answer"), record.wrote, record.answer_by)
    if record.call and record.call_by:
        yield _agreed(record, policy, (ClockName.CUSTOMER_UPDATE, "call"), record.call, record.call_by)
    if not resolved:
        yield _targeted(record, policy, (ClockName.RESOLVE, ""), record.opened, record.opened.on_site)


def _of_impact(record: Record, policy: Policy) -> Iterator[Running]:
    """One climb from each moment on at which a threshold more is passed: until the next moment, or the next word."""
    begins: dict[datetime, tuple[int, str]] = {}
    for (_measure, amount), (at, since) in _thresholds(record, policy).items():
        begins[at] = max(begins.get(at, (0, "")), (since.seq, "" if at == since.at else str(amount)))
    moments_of_it = sorted(begins)
    spoken = [at for at in moments_of_it if not begins[at][1]]
    going_on = [at for at in moments_of_it if not spoken or at >= spoken[-1]]
    for at, ends in zip(going_on, [*going_on, None][1:], strict=True):
        seq, subject = begins[at]
        climb = f"{ClockName.IMPACT}:{subject}:{seq}"
        ladder = policy.ladders[ClockName.IMPACT]
        yield Running(
            climb, ClockName.IMPACT, at, at, NONE, Whose.ELAPSED, "", record.opened.on_site, (), ladder, (), ends
        )


def _thresholds(record: Record, policy: Policy) -> dict[tuple[Measure, int], tuple[datetime, Since]]:
    """Each threshold that is passed or will be, word by word: since when, and by which word."""
    held: dict[tuple[Measure, int], tuple[datetime, Since]] = {}
    nexts = [since.at for since, _ in record.lost[1:]]
    for (since, losses), until in zip(record.lost, [*nexts, None], strict=True):
        for threshold in ((measure, amount) for measure, all_of in policy.thresholds.items() for amount in all_of):
            at = _comes_to(threshold, losses, record.opened.on_site)
            if at is not None and at <= since.at:
                held.setdefault(threshold, (since.at, since))
            elif at is not None and (until is None or at < until):
                held[threshold] = (at, since)
            else:
                held.pop(threshold, None)
    return held


def _comes_to(threshold: tuple[Measure, int], losses: Mapping[str, Any], begun: datetime) -> datetime | None:
    """When so much is lost: from the beginning, or once an hourly cost has come to it; in ten years at most."""
    measure, amount = threshold
    if measure is not Measure.COST_SO_FAR:
        return begun if int(losses.get(measure.lower(), 0)) >= amount else None
    hourly = int(losses.get("cost_an_hour", 0))
    if not hourly:
        return None
    whole, rest = divmod(3_600_000_000 * amount, hourly)
    lasts = timedelta(microseconds=whole + (rest > 0))
    return begun + lasts if lasts <= timedelta(days=3650) else None


def _pauses(record: Record, policy: Policy) -> tuple[tuple[datetime, datetime], ...]:
    """What is taken out of the resolution's time, in order."""
    found, since, used = list(record.asked), record.opened.on_site, dict[str, timedelta]()
    for until, limits in (*record.limits, (None, policy.pauses)):
        for reason, longest in limits.items():
            left = timedelta(seconds=longest) - used.get(reason, NONE)
            waited = list(_waits(record, reason, left, (since, until)))
            used[reason] = used.get(reason, NONE) + sum((end - begin for begin, end in waited), NONE)
            found += waited
        since = until or since
    return tuple(sorted(pause for pause in found if pause[0] < pause[1]))


def _waits(
    record: Record, reason: str, left: timedelta, during: tuple[datetime, datetime | None]
) -> Iterator[tuple[datetime, datetime]]:
    """The spans in which something was waited for while some rules counted, no longer in all than they let it."""
    since, until = during
    waits = [one for one in record.beside.values() if one.clock is ClockName.WAIT and one.reason == reason]
    for one in sorted(waits, key=lambda wait: wait.since.on_site):
        begins = max(one.since.on_site, since)
        ends = min(moment for moment in (one.over, until, begins + left) if moment)
        if begins < ends:
            yield begins, ends
            since, left = ends, left - (ends - begins)


def read_on(record: Record, event: Event, policy: Callable[[str], Policy]) -> None:
    """Go on with the record; what other rules say otherwise is asked here, where the record names that at all."""
    before = policy(record.policy)
    read(record, event)
    if event.kind == "policy.moved":
        other = _otherwise(record, before, policy(record.policy)) if "anew" in event.data else list(ClockName)
        begin_anew(record, event, other)
        if ClockName.REVIEW not in other and _takes(before, record) != _takes(policy(record.policy), record):
            for _name, review in record.going_on(ClockName.REVIEW):  # one that waits for an authority goes on
                review.since = review.since if review.until else review.since._replace(seq=event.seq)
            for _name, one in record.going_on(ClockName.WORKAROUND):
                one.since = one.since._replace(seq=event.seq) if one.reason == PROPOSED else one.since


def _takes(policy: Policy, record: Record) -> tuple[int, Whose]:
    """How long a review may take, and in whose hours."""
    name, priority = ClockName.REVIEW, record.priority
    return policy.targets[name][priority], policy.counts_in.get(name, {}).get(priority, Whose.ELAPSED)


def _otherwise(record: Record, before: Policy, now: Policy) -> list[ClockName]:
    """The clocks that another policy has run otherwise than the one before did, at the priority of the case."""

    answered_by_then = any(review.until for _name, review in record.going_on(ClockName.REVIEW))

    def ladder(policy: Policy, name: ClockName) -> tuple[Rung, ...]:
        steps = policy.ladders[name]  # those of a P1 wait in all time, whatever hours they name
        return tuple(replace(one, wait_in=Whose.ELAPSED) for one in steps) if record.priority is Priority.P1 else steps

    def said(policy: Policy, name: ClockName) -> list[object]:
        found: list[object] = [ladder(policy, name)]
        if name in _TARGETED and not (name is ClockName.REVIEW and answered_by_then):
            hours = policy.counts_in.get(name, {}).get(record.priority, Whose.ELAPSED)
            found += [policy.targets[name][record.priority], hours]
        match name:
            case ClockName.RESOLVE:
                found.append(policy.pauses)
            case ClockName.CONFIRM:
                found.append(policy.gates)
            case ClockName.IMPACT:
                found.append(policy.thresholds)
        return found

    return [name for name in ClockName if said(before, name) != said(now, name)]


class Jump(NamedTuple):
    """A rung that somebody had told ahead of its time, and when."""

    rung: int
    at: datetime


def moments(clock: Running, opened: Open, jumps: Sequence[Jump] = ()) -> list[datetime]:
    """When each rung of its ladder is due: none before the one below it, and after a jump none later than from there.

    Who was told ahead of time and does nothing is followed as soon as if he had been told in time. What holds a case
    that might end is told by then: nobody may be waiting for the first rung.
    """
    opened = _that_suffice(clock, opened)
    found = list(_upwards(clock, clock.ladder, opened))
    if clock.name is ClockName.CONFIRM and found[0] > (ends := _passed(clock, 1, opened.get(clock.whose))):
        jumps = (Jump(0, ends), *jumps)
    for jump in (one for one in jumps if one.rung < len(found)):
        from_there = clock._replace(start=jump.at, until=None)
        sooner = _upwards(from_there, _above(clock.ladder, jump.rung), _that_suffice(from_there, opened))
        found[jump.rung :] = map(min, found[jump.rung :], [jump.at, *sooner])
    return found


def _above(ladder: Sequence[Rung], told: int) -> Iterator[Rung]:
    """The rungs above one that was told: of the way to each, what lies above the last that is a share of the way."""
    passed = next((rung for rung in ladder[told::-1] if rung.share is not None), None)
    for rung in ladder[told + 1 :]:
        if passed is None or rung.share is None:
            yield rung
        else:
            wait = max(rung.wait - passed.wait, min(rung.wait, 0))
            yield replace(rung, share=max(rung.share - (passed.share or 0), 0), wait=wait)


def _upwards(clock: Running, ladder: Iterable[Rung], opened: Open) -> Iterator[datetime]:
    at = clock.start
    for rung in ladder:
        since = at if rung.share is None else _passed(clock, rung.share, opened.get(clock.whose))
        at = max(at, _waited(rung, since, {} if clock.urgent else opened))
        yield at


def _waited(rung: Rung, since: datetime, opened: Open) -> datetime:
    """The end of its wait, which may begin before a moment that is a share of the whole."""
    wait, hours = timedelta(seconds=rung.wait), opened.get(rung.wait_in)
    try:
        return hours.after(since, wait) if hours and wait > NONE else since + wait
    except CalendarRefused:  # what can never be over is over when so much time has passed
        return since + wait


def due(clock: Running, opened: Open) -> datetime:
    """When the clock itself is due."""
    return _passed(clock, 1, _that_suffice(clock, opened).get(clock.whose))


def _that_suffice(clock: Running, opened: Open) -> Open:
    """The hours without those in which the clock could never be due: there all time counts."""
    try:
        _passed(clock, 1, opened.get(clock.whose))
    except CalendarRefused:
        return {whose: hours for whose, hours in opened.items() if whose is not clock.whose}
    return opened


def _passed(clock: Running, share: float, hours: Hours | None) -> datetime:
    """The moment by which this share of its time has passed."""
    if share == 1 and clock.until:
        return clock.until
    if not share:
        return clock.start
    at, left = clock.start, clock.target * share
    for begins, ends in clock.pauses:
        if ends <= at:
            continue
        counted = _between(at, begins, hours)
        if left <= counted:
            break
        at, left = ends, left - counted
    return hours.after(at, left) if hours else at + left


def _between(start: datetime, end: datetime, hours: Hours | None) -> timedelta:
    if end <= start:
        return NONE
    return hours.between(start, end) if hours else end - start


def repeated(clock: Running, last: datetime, repeat: int) -> datetime:
    """When the last rung is due for the so-many-th time after its first."""
    return last + timedelta(seconds=clock.ladder[-1].every) * repeat
