"""What the record of one case says that goes on: rules.md, sections 1 and 2, stated anew and apart from the law."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Any

from backline.core.events import Event
from backline.core.words import ClockName, Priority, State
from backline.engine.auditor.beside import WORKAROUNDS, Beside, Since, turn_workarounds
from backline.engine.auditor.kept import Record


def begin(event: Event) -> Record:
    """The record after its first event; a ValueError where that is no raise."""
    if event.kind != "case.raised" or event.seq != 1:
        raise ValueError(f"the record begins with {event.kind} #{event.seq}")
    said, since = event.data, _since(event)
    record = Record(State.RAISED, said["policy"], Priority(said["priority"]), said["technician"], since, since)
    if said["debt"]:
        record.debt, record.owes = since, True
    if said["review"]:
        record.beside[said["review"]] = Beside(ClockName.REVIEW, since)
    record.lost = [(since, said.get("losses", {}))]
    _promise(record, event)
    return record


def read(record: Record, event: Event) -> None:
    """Go on with the next event; one of a kind that changes nothing here changes nothing."""
    change = _CHANGES.get(event.kind)
    if change:
        change(record, event)
    _promise(record, event)


_TELLS_OF_THE_DELAY = ("customer.told", "visit.booked", "visit.moved", "case.resolved", "case.reopened")
"""After which of these the customer knows more than that he must wait; any other letter leaves a broken word broken."""


def _since(event: Event) -> Since:
    return Since(event.seq, event.recorded_at, event.occurred_at)


def _moment(event: Event, name: str) -> datetime:
    return datetime.fromisoformat(event.data[name])


def _promise(record: Record, event: Event) -> None:
    """Whatever says by when the customer hears next is a promise."""
    if "promise_by" in event.data:
        record.promise, record.promise_by = _since(event), _moment(event, "promise_by")
        if event.kind in _TELLS_OF_THE_DELAY:
            record.owed = None


def _enter(record: Record, event: Event, state: State) -> None:
    """While the customer was asked, the resolution's clock stood still."""
    if record.state is State.RESOLVED:
        record.asked.append((record.entered.on_site, event.occurred_at))
    record.state, record.entered = state, _since(event)
    record.wrote = record.answer_by = record.answered = None


def _drop_lease(record: Record) -> None:
    record.lease = record.lease_until = None


def _lease(record: Record, event: Event, until: datetime) -> None:
    seconds = int((until - event.recorded_at).total_seconds())
    record.lease, record.lease_until, record.stretched = _since(event), until, False
    record.lease_span = timedelta(seconds=seconds)


def _renew(record: Record, event: Event) -> bool:
    """The lease until when the event says; the first ones did not, and meant as long again."""
    named = "lease_until" in event.data
    _lease(record, event, _moment(event, "lease_until") if named else event.recorded_at + record.lease_span)
    return True


def _progress(record: Record, event: Event) -> bool:
    """What the owner does renews his lease for as long as he took it."""
    mine = record.state is State.ACCEPTED and event.by.id == record.person
    return mine and _renew(record, event)


def _note(record: Record, event: Event) -> None:
    if not record.stretched:
        record.stretched = _progress(record, event)


def _to_nobody(record: Record, event: Event) -> None:
    _enter(record, event, State.RAISED)
    record.team = record.person = ""
    _drop_lease(record)


def _returned(record: Record, event: Event) -> None:
    _enter(record, event, State.RETURNED)
    record.debt = _since(event)


def _paid(record: Record, _event: Event) -> None:
    record.debt, record.owes = None, False


def _completed(record: Record, event: Event) -> None:
    _to_nobody(record, event)
    _paid(record, event)


def _offered(record: Record, event: Event) -> None:
    _enter(record, event, State.OFFERED)
    _drop_lease(record)
    team = event.data["team"]
    if team != record.team:
        record.returns += team in record.handed_on
        record.handed_on.add(record.team)
    record.team, record.person = team, event.data["person"]


def _bounced(record: Record, event: Event) -> None:
    record.handed_on.add(record.team)
    _to_nobody(record, event)


def _accepted(record: Record, event: Event) -> None:
    _enter(record, event, State.ACCEPTED)
    record.person = event.by.id
    _lease(record, event, _moment(event, "lease_until"))


def _resolved(record: Record, event: Event) -> None:
    _enter(record, event, State.RESOLVED)
    record.said = None
    _end_all(record, event, ClockName.WAIT, ClockName.VISIT, ClockName.WORKAROUND)


def _lost_anew(record: Record, event: Event) -> None:
    """What is lost counts as if it were heard of now."""
    record.lost = [(_since(event), record.lost[-1][1])]


def _disputed(record: Record, event: Event) -> None:
    _lost_anew(record, event)
    if event.data["owner_there"]:
        _enter(record, event, State.ACCEPTED)
        _lease(record, event, _moment(event, "lease_until"))
    else:
        _enter(record, event, State.OFFERED)
        _drop_lease(record)
        record.person = ""


def _closed(record: Record, event: Event) -> None:
    _enter(record, event, State.WITHDRAWN if event.kind == "case.withdrawn" else State.CLOSED)
    _end_all(record, event, *ClockName)


def _reopened(record: Record, event: Event) -> None:
    _to_nobody(record, event)
    _lost_anew(record, event)
    record.opened, record.said = _since(event), None
    record.asked, record.limits = [], []
    record.debt = _since(event) if record.owes else None


def _end_all(record: Record, event: Event, *clocks: ClockName) -> None:
    for _name, one in record.going_on(*clocks):
        one.over = event.occurred_at


def _begun(clock: ClockName) -> Callable[[Record, Event], None]:
    def begin_one(record: Record, event: Event) -> None:
        said: Any = event.data
        until = _moment(event, "until") if "until" in said else None
        record.beside[said["id"]] = Beside(clock, _since(event), until, said.get("reason", ""))
        _progress(record, event)

    return begin_one


def _ended(record: Record, event: Event) -> None:
    """When the last of what the owner waited for is over, he has his time again."""
    record.beside[event.data["id"]].over = event.occurred_at
    waits = record.going_on(ClockName.WAIT, ClockName.VISIT)
    if record.state is State.ACCEPTED and not waits:
        _renew(record, event)
    else:
        _progress(record, event)


def _part_moved(record: Record, event: Event) -> None:
    """Another date begins the ladder anew; one that breaks what the customer was told owes him a word at once."""
    one = record.beside[event.data["id"]]
    one.since, one.until = _since(event)._replace(on_site=one.since.on_site), _moment(event, "until")
    _progress(record, event)
    if event.data["breaks"]:
        record.owed = _since(event)


def _reviewed(record: Record, event: Event) -> None:
    """What an authority answers is decided then: who decides is asked when it was to answer."""
    one = record.beside[event.data["id"]]
    if "until" in event.data:
        one.since, one.until = _since(event), _moment(event, "until")
        return
    one.over = event.occurred_at
    if event.data["outcome"] == "STOP_WORK":
        record.stop = _since(event)
        _end_all(record, event, ClockName.WORKAROUND)
    record.gate_opened = event.seq


def _workaround(record: Record, event: Event) -> None:
    turn_workarounds(record.beside, event, _since(event))
    _progress(record, event)


def _lifted(record: Record, event: Event) -> None:
    """Whoever has the case and waits for nothing else has his time again; once that was not so."""
    record.stop, record.gate_opened = None, event.seq
    if record.state is State.ACCEPTED and "lease_until" in event.data:
        _renew(record, event)


def _root_cause(record: Record, event: Event) -> None:
    """What a resolved case may have waited for: whatever waits for the customer is told anew."""
    record.gate_opened = event.seq


def _prioritised(record: Record, event: Event) -> None:
    now = Priority(event.data["priority"])
    if now is not record.priority:
        record.priority, record.turned = now, event.seq
    if "lease_until" in event.data:
        _lease(record, event, _moment(event, "lease_until"))


def _fact_found(record: Record, event: Event) -> None:
    """A fact of the job may raise the priority and ask for a review; with words of the customer, for an answer."""
    _prioritised(record, event)
    _customer_wrote(record, event)
    if event.data["review"]:
        record.beside[event.data["review"]] = Beside(ClockName.REVIEW, _since(event))


def _report_added(record: Record, event: Event) -> None:
    """Another report may pay what the first one owed, and say of danger and of losses what nobody knew."""
    if event.data["documents"]:
        _paid(record, event)
    if event.data["said"] != event.data["known"]:
        record.lost.append((_since(event), event.data["said"]))
    _fact_found(record, event)


def _impact_corrected(record: Record, event: Event) -> None:
    """Other losses may mean danger, which is a higher priority and a review."""
    record.lost.append((_since(event), event.data["said"]))
    _fact_found(record, event)


def _other_policy(record: Record, event: Event) -> None:
    record.policy = event.data["policy"]
    if "pauses" in event.data:
        record.limits.append((event.occurred_at, event.data["pauses"]))


def begin_anew(record: Record, event: Event, clocks: Collection[ClockName]) -> None:
    """These clocks run otherwise by the other rules that came, and whoever heard by them hears anew."""
    record.ruled |= dict.fromkeys(clocks, event.seq)
    if ClockName.CONFIRM in clocks:
        record.gate_opened = event.seq
    if ClockName.IMPACT in clocks:
        _lost_anew(record, event)


def _said_to_work(record: Record, event: Event) -> None:
    record.said = _since(event)


def _customer_wrote(record: Record, event: Event) -> None:
    """Of a resolved case his first words that nobody has answered ask for an answer by a moment."""
    if "answer_by" in event.data and record.wrote is None:
        record.wrote, record.answer_by = _since(event), _moment(event, "answer_by")


def _customer_urged(record: Record, event: Event) -> None:
    """A word is due at once; that somebody is in danger is a fact like those of the job."""
    _customer_wrote(record, event)
    record.owed = _since(event)
    if "danger" in event.data:
        _fact_found(record, event)


def _call_asked(record: Record, event: Event) -> None:
    """He is to be called by a moment; another moment begins anew."""
    _customer_wrote(record, event)
    until = _moment(event, "until")
    if record.call_by != until:
        record.call, record.call_by = _since(event), until


def _customer_told(record: Record, event: Event) -> None:
    """A word answers what he wrote; only a call is the call that he asked for."""
    _progress(record, event)
    if event.data["told_by"] == "CALL":
        record.call = record.call_by = None
    if record.wrote:
        record.wrote, record.answer_by, record.answered = None, None, _since(event)


_CHANGES: dict[str, Callable[[Record, Event], object]] = {
    "case.returned": _returned,
    "case.completed": _completed,
    "case.documented": _paid,
    "case.offered": _offered,
    "case.deescalated": _offered,
    "case.accepted": _accepted,
    "case.bounced": _bounced,
    "case.resolved": _resolved,
    "case.disputed": _disputed,
    "case.confirmed": _closed,
    "case.lapsed": _closed,
    "case.withdrawn": _closed,
    "case.reopened": _reopened,
    "priority.changed": _prioritised,
    "policy.moved": _other_policy,
    "step.tried": _progress,
    "customer.told": _customer_told,
    "customer.said": _customer_wrote,
    "customer.urged": _customer_urged,
    "urge.repeated": _customer_wrote,
    "call.asked": _call_asked,
    "note.added": _note,
    "wait.begun": _begun(ClockName.WAIT),
    "wait.ended": _ended,
    "part.requested": _begun(ClockName.WAIT),
    "part.moved": _part_moved,
    "fact.found": _fact_found,
    "report.added": _report_added,
    "impact.corrected": _impact_corrected,
    "visit.booked": _begun(ClockName.VISIT),
    "visit.moved": _begun(ClockName.VISIT),
    "visit.ended": _ended,
    "visit.called_off": _ended,
    **dict.fromkeys(WORKAROUNDS, _workaround),
    "review.decided": _reviewed,
    "stop.lifted": _lifted,
    "root_cause.recorded": _root_cause,
    "customer.confirmed": _said_to_work,
}
