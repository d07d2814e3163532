"""The fold: what the events of a case, one after the other, make of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from backline.core import hearing
from backline.core.case import Case, Known, Limits, Record, mark
from backline.core.climbing import covered, reached
from backline.core.counting import Pause
from backline.core.events import Event, moment
from backline.core.impact import Losses
from backline.core.leasing import noted, progressed, renewed, renews, with_lease
from backline.core.lifecycle import Capacity
from backline.core.values import decode
from backline.core.words import (
    ClockName,
    Danger,
    Impact,
    Priority,
    Reason,
    ReviewOutcome,
    RootCause,
    State,
    Urgency,
)
from backline.core.workarounds import WORKAROUNDS, stopped


def fold(events: Iterable[Event], case: Case | None = None) -> Case:
    """The case that the events make, on top of one folded before; raises ValueError where they tell no story."""
    for event in events:
        case = apply(case, event)
    if case is None:
        raise ValueError("no events, no case")
    return case


def apply(case: Case | None, event: Event) -> Case:
    """The case after one more event."""
    if case is None:
        if event.kind != "case.raised" or event.seq != 1:
            raise ValueError(f"a case begins with case.raised as its first event, not with {event.kind} #{event.seq}")
        return _raised(event)
    if event.seq != case.seq + 1:
        raise ValueError(f"event #{event.seq} does not follow #{case.seq}")
    after = _EFFECTS[event.kind](case, event)
    after = replace(after, seq=event.seq, recorded_at=event.recorded_at)
    return _promised(after, event) if "promise_by" in event.data else after


def _raised(event: Event) -> Case:
    data, begun = event.data, mark(event)
    case = Case(
        id=event.case,
        policy=data["policy"],
        state=State.RAISED,
        entered=begun,
        opened=begun,
        raised_by=event.by.id,
        technician=data["technician"],
        job=data["job"],
        customer=data["customer"],
        site=data["site"],
        contact=data["contact"],
        reasons=frozenset(Reason(reason) for reason in data["reasons"]),
        danger=Danger(data["danger"]),
        impact=Impact(data["impact"]),
        urgency=Urgency(data["urgency"]),
        priority=Priority(data["priority"]),
        seq=event.seq,
        recorded_at=event.recorded_at,
        debt=begun if data["debt"] else None,
        debt_of=tuple(data["debt"]),
        known=(Known(begun, decode(Losses, data.get("losses", {}))),),
    )
    if data["review"]:
        case = replace(case, records={data["review"]: Record(data["review"], ClockName.REVIEW, begun, begun.at, None)})
    return _promised(case, event)


def _promised(case: Case, event: Event) -> Case:
    until, unheard = moment(event.data, "promise_by"), event.kind == "notice.failed"
    owed = None if event.kind in _OWNS_UP else case.owed
    return replace(case, promise=mark(event), promise_by=until, unheard=unheard, owed=owed)


_OWNS_UP = frozenset({"customer.told", "visit.booked", "visit.moved", "case.resolved", "case.reopened"})
"""What pays an owed word: somebody's own, or a letter that names when we come, that it works, or that it begins anew.

A letter that goes out of itself, such as that somebody else looks at it next, says nothing of what was broken.
"""


def _entered(case: Case, event: Event, state: State) -> Case:
    """The new state; climbs of clocks that no longer run are forgotten, for their generation is over."""
    asked = case.asked
    if case.state is State.RESOLVED:
        asked = (*asked, Pause(State.RESOLVED, case.entered.occurred_at, event.occurred_at))
    after = replace(case, state=state, entered=mark(event), asked=asked)
    return replace(after, wrote=None, answer_by=None, answered=None)


def _raised_again(case: Case, event: Event) -> Case:
    return replace(_entered(case, event, State.RAISED), team="", person="", lease=None, lease_until=None)


def _returned(case: Case, event: Event) -> Case:
    return replace(_entered(case, event, State.RETURNED), debt=mark(event))


def _completed(case: Case, event: Event) -> Case:
    return replace(_raised_again(case, event), debt=None, debt_of=(), evidence_since=True)


def _documented(case: Case, event: Event) -> Case:
    return replace(case, debt=None, debt_of=(), evidence_since=True)


def _offered(case: Case, event: Event) -> Case:
    had = (*case.had, case.person, case.team) if case.state is State.ACCEPTED else case.had
    return replace(
        _entered(case, event, State.OFFERED),
        team=event.data["team"],
        person=event.data["person"],
        tier=event.data["tier"],
        had=had,
        lease=None,
        lease_until=None,
    )


def _bounced(case: Case, event: Event) -> Case:
    return replace(_raised_again(case, event), had=(*case.had, event.by.id), evidence_since=False)


def _accepted(case: Case, event: Event) -> Case:
    return replace(
        with_lease(_entered(case, event, State.ACCEPTED), event, moment(event.data, "lease_until")),
        person=event.by.id,
        accepted_once=True,
        evidence_since=False,
    )


def _begun(clock: ClockName) -> Callable[[Case, Event], Case]:
    def begin(case: Case, event: Event) -> Case:
        data = event.data
        until = moment(data, "until") if "until" in data else None
        start = moment(data, "from_at") if "from_at" in data else event.recorded_at
        about = {name: data.get(name, "") for name in ("person", "visit")}
        if clock is ClockName.VISIT:
            case = replace(case, visitors=tuple(dict.fromkeys((*case.visitors, about["person"]))))
        record = Record(data["id"], clock, mark(event), start, until, data.get("reason", ""), **about)
        return progressed(_with(case, record), event)

    return begin


def _over(record: Record, how: str, event: Event) -> Record:
    return replace(record, ended=how, over=mark(event))


def _with(case: Case, record: Record) -> Case:
    return replace(case, records={**case.records, record.id: record})


def _ended(case: Case, event: Event) -> Case:
    record = case.records[event.data["id"]]
    after = _with(case, _over(record, event.data["outcome"], event))
    return renewed(after, event) if renews(case, event.by.id, ends=record.id) else after


def _part_moved(case: Case, event: Event) -> Case:
    """Another date of a part; one that breaks what the customer was told makes a word to him due at once."""
    data = event.data
    record = replace(case.records[data["id"]], until=moment(data, "until"), moved=mark(event))
    after = progressed(_with(case, record), event)
    return replace(after, owed=mark(event)) if data["breaks"] else after


def _reviewed(case: Case, event: Event) -> Case:
    if "until" in event.data:  # an authority answers first
        record = case.records[event.data["id"]]
        return _with(case, replace(record, until=moment(event.data, "until"), moved=mark(event)))
    reviewed = _with(case, _over(case.records[event.data["id"]], event.data["outcome"], event))
    reviewed = replace(reviewed, gate_opened=event.seq)
    return _stopped(reviewed, event) if event.data["outcome"] == ReviewOutcome.STOP_WORK else reviewed


def _stopped(case: Case, event: Event) -> Case:
    """A stop; one that comes beside another is lifted with it, and by those alone who may lift both."""
    case, lifters = stopped(case, event), frozenset(Capacity(one) for one in event.data.get("lifters", ()))
    return replace(case, stop=mark(event), lifters=case.lifters & lifters if case.stop else lifters)


def _lifted(case: Case, event: Event) -> Case:
    """Work may go on; whoever has the case has his time anew, which the first events did not give him."""
    lifted = replace(case, stop=None, lifters=frozenset(), gate_opened=event.seq)
    return renewed(lifted, event) if "lease_until" in event.data else lifted


def _root_cause(case: Case, event: Event) -> Case:
    return replace(case, root_cause=RootCause(event.data["lies_in"]), gate_opened=event.seq)


def _resolved(case: Case, event: Event) -> Case:
    records = {
        name: record if record.ended or record.clock is ClockName.REVIEW else _over(record, "RESOLVED", event)
        for name, record in case.records.items()
    }
    resolved = replace(_entered(case, event, State.RESOLVED), resolved_at=event.occurred_at, records=records)
    return replace(resolved, said_to_work=None, urged=None)


def _lasts(case: Case, event: Event) -> tuple[Known, ...]:
    """What is lost as if it were known from now on: whoever heard of it before hears again."""
    return (Known(mark(event), case.losses),)


def _disputed(case: Case, event: Event) -> Case:
    case = replace(case, known=_lasts(case, event))
    if not event.data["owner_there"]:
        return replace(_entered(case, event, State.OFFERED), person="", lease=None, lease_until=None)
    until = moment(event.data, "lease_until")
    return with_lease(_entered(case, event, State.ACCEPTED), event, until)


def _closed(how: str) -> Callable[[Case, Event], Case]:
    def close(case: Case, event: Event) -> Case:
        state = State.WITHDRAWN if how == "WITHDRAWN" else State.CLOSED
        records = {name: record if record.ended else _over(record, how, event) for name, record in case.records.items()}
        return replace(
            _entered(case, event, state), closed_at=event.recorded_at, closed_how=how, records=records, climbs={}
        )

    return close


def _reopened(case: Case, event: Event) -> Case:
    opened = replace(_raised_again(case, event), opened=mark(event), asked=(), limits=(), known=_lasts(case, event))
    debt = mark(event) if opened.debt_of else None
    opened = replace(opened, root_cause=None, debt=debt)  # what was found before was not all of it
    return replace(opened, closed_at=None, closed_how="", resolved_at=None, said_to_work=None)


def _turned(case: Case, event: Event) -> Case:
    """Other targets from now on."""
    return replace(case, prioritised=event.seq, prioritised_at=event.recorded_at)


def _prioritised(case: Case, event: Event) -> Case:
    data = event.data
    before = case.priority
    after = replace(
        case, impact=Impact(data["impact"]), urgency=Urgency(data["urgency"]), priority=Priority(data["priority"])
    )
    after = after if after.priority is before else _turned(after, event)
    return with_lease(after, event, moment(data, "lease_until")) if "lease_until" in data else after


def _found(case: Case, event: Event) -> Case:
    """A fact of the job: its reason joins the others, danger counts, and a new concern is reviewed."""
    reasons = case.reasons | {Reason(reason) for reason in event.data["reasons"]}
    return hearing.wrote(_endangered(replace(case, reasons=reasons), event), event)


def _urged(case: Case, event: Event) -> Case:
    """The customer's haste; where she says that somebody is in danger, that counts as a fact of the job does."""
    after = hearing.urged(case, event)
    return _found(after, event) if "danger" in event.data else after


def _corrected(case: Case, event: Event) -> Case:
    """Other losses: danger counts that they mean."""
    known = (*case.known, Known(mark(event), decode(Losses, event.data["said"])))
    return _endangered(replace(case, known=known), event)


def _report_added(case: Case, event: Event) -> Case:
    """Another report on the job: its reasons join the others, and what it says of danger and losses counts."""
    data = event.data
    reasons = case.reasons | {Reason(reason) for reason in data["reasons"]}
    after = replace(case, reasons=reasons, impact=Impact(data["impact"]), urgency=Urgency(data["urgency"]))
    after = _documented(after, event) if data["documents"] else replace(after, evidence_since=True)
    return _corrected(after, event) if data["said"] != data["known"] else _endangered(after, event)


def _endangered(case: Case, event: Event) -> Case:
    """Danger and priority as the event says, with the ends that they bring forward and what is reviewed for them."""
    data = event.data
    after = replace(case, danger=Danger(data["danger"]), priority=Priority(data["priority"]))
    if data["review"]:
        begun = mark(event)
        after = _with(after, Record(data["review"], ClockName.REVIEW, begun, begun.at, None))
    after = after if after.priority is case.priority else _turned(after, event)
    return with_lease(after, event, moment(data, "lease_until")) if "lease_until" in data else after


def _under_other_rules(case: Case, event: Event) -> Case:
    """What was paused before stays paused: the old limits count until then, and the new ones from then on.

    The clocks that run otherwise by the other rules begin anew: all of them, where nobody recorded which.
    """
    limits = (*case.limits, Limits(mark(event), event.data["pauses"])) if "pauses" in event.data else case.limits
    anew = [ClockName(name) for name in event.data.get("anew", ClockName)]
    since = {**case.rules_since, **dict.fromkeys(anew, mark(event))}
    reviews = {name: replace(case.records[name], moved=mark(event)) for name in event.data.get("reviews", ())}
    records = {**case.records, **reviews}
    after = replace(case, policy=event.data["policy"], limits=limits, rules_since=since, records=records)
    after = replace(after, known=_lasts(case, event)) if ClockName.IMPACT in anew else after
    return replace(after, gate_opened=event.seq) if ClockName.CONFIRM in anew else after


def _said_to_work(case: Case, event: Event) -> Case:
    return replace(case, said_to_work=mark(event))


def _spent(case: Case, event: Event) -> Case:
    return replace(case, spent={**case.spent, event.data["reason"]: moment(event.data, "at")})


def _left(case: Case, event: Event) -> Case:
    climb = event.data["climb"]
    return replace(case, left={**case.left, climb: (*case.left.get(climb, ()), event.by.id)})


def _kept(case: Case, event: Event) -> Case:
    return case


_EFFECTS: dict[str, Callable[[Case, Event], Case]] = {
    "case.returned": _returned,
    "case.completed": _completed,
    "case.offered": _offered,
    "case.deescalated": _offered,
    "case.accepted": _accepted,
    "case.bounced": _bounced,
    "case.resolved": _resolved,
    "case.confirmed": _closed("CONFIRMED"),
    "case.lapsed": _closed("LAPSED"),
    "case.disputed": _disputed,
    "case.reopened": _reopened,
    "case.withdrawn": _closed("WITHDRAWN"),
    "case.documented": _documented,
    "priority.changed": _prioritised,
    "policy.moved": _under_other_rules,
    "contact.changed": lambda case, event: replace(case, contact=event.data["contact"]),
    "step.tried": progressed,
    "customer.told": hearing.told,
    "note.added": noted,
    "evidence.added": lambda case, event: replace(case, evidence_since=True),
    "customer.said": hearing.wrote,
    "customer.urged": _urged,
    "urge.repeated": hearing.wrote,
    "call.asked": hearing.call_asked,
    "customer.rated": hearing.rated,
    "fact.found": _found,
    "report.added": _report_added,
    "impact.corrected": _corrected,
    "wait.begun": _begun(ClockName.WAIT),
    "wait.ended": _ended,
    "part.requested": _begun(ClockName.WAIT),
    "part.moved": _part_moved,
    "visit.booked": _begun(ClockName.VISIT),
    "visit.moved": _begun(ClockName.VISIT),
    "visit.ended": _ended,
    "visit.called_off": _ended,
    **WORKAROUNDS,
    "review.decided": _reviewed,
    "stop.lifted": _lifted,
    "root_cause.recorded": _root_cause,
    "rung.reached": reached,
    "rung.jumped": reached,
    "rung.covered": covered,
    "climb.left": _left,
    "customer.confirmed": _said_to_work,
    "pause.spent": _spent,
    "notice.failed": _kept,
    "move.late": _kept,
    "answer.kept": _kept,
}
EVENT_KINDS = ("case.raised", *_EFFECTS)
