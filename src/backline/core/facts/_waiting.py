"""What somebody waits for beside a case's state, each with an end: waits, parts, visits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from backline.core.case import Case, Record
from backline.core.facts._asking import WORKING, leased, may, need, running, since_it_began
from backline.core.lifecycle import Capacity, MoveRefused, Refusal
from backline.core.moves import Ask, Draft, future, promised
from backline.core.words import OPEN_STATES, ClockName, WaitReason


@dataclass(frozen=True, slots=True)
class Wait:
    """What the owner waits for: a reason, an end and, as a commitment, the words for it."""

    reason: WaitReason
    until: datetime | None
    what: str


def begin_wait(case: Case, ask: Ask, *, record: str, wait: Wait) -> Draft:
    """The owner waits for something, with an end."""
    may(case, ask, "wait.begun", frozenset({Capacity.OWNER}), WORKING)
    need("wait.begun", until=wait.until, what=wait.what)
    end = future(wait.until, ask, "wait.begun")
    data = {"id": record, "reason": wait.reason.value, "until": end.isoformat(), "what": wait.what}
    return Draft("wait.begun", data | promised(case, ask) | leased(case, ask))


@dataclass(frozen=True, slots=True)
class Part:
    """A part that is asked for: what, from whom (both commitments), and when it is expected."""

    what: str
    supplier: str
    until: datetime | None


def request_part(case: Case, ask: Ask, *, record: str, part: Part) -> Draft:
    """A part is asked for: a wait that knows from whom the part comes, and whose date may change."""
    may(case, ask, "part.requested", frozenset({Capacity.OWNER, Capacity.COORDINATOR}), WORKING)
    need("part.requested", until=part.until, what=part.what, supplier=part.supplier)
    end = future(part.until, ask, "part.requested").isoformat()
    data = {"id": record, "reason": WaitReason.PART.value, "until": end, "what": part.what, "supplier": part.supplier}
    return Draft("part.requested", data | promised(case, ask) | leased(case, ask))


def move_part(case: Case, ask: Ask, *, record: str, until: datetime | None, why: str) -> Draft:
    """A part is expected at another moment; a later one may break what the customer was told."""
    may(case, ask, "part.moved", frozenset({Capacity.OWNER, Capacity.COORDINATOR}))
    need("part.moved", until=until, why=why)
    part = running(case, record, ClockName.WAIT, "part.moved")
    if part.what != WaitReason.PART or part.until is None:
        raise MoveRefused(Refusal.NO_SUCH_RECORD, "part.moved")
    end = future(until, ask, "part.moved")
    if end == part.until:
        raise MoveRefused(Refusal.NOTHING_NEW, "part.moved", ("until",))
    data = {"id": record, "until": end.isoformat(), "was": part.until.isoformat(), "why": why}
    return Draft("part.moved", data | {"breaks": end > part.until and _breaks(case, end)} | leased(case, ask))


def _breaks(case: Case, end: datetime) -> bool:
    """Whether a part that comes then comes after the promised next word, or after a visit that is booked."""
    visits = [visit.from_at for visit in case.running(ClockName.VISIT)]
    return any(moment < end for moment in (case.promise_by, *visits) if moment)


def end_wait(case: Case, ask: Ask, *, record: str, outcome: str) -> Draft:
    """What was waited for has come, or will not come."""
    may(case, ask, "wait.ended", frozenset({Capacity.OWNER, Capacity.COORDINATOR}))
    since_it_began(running(case, record, ClockName.WAIT, "wait.ended"), ask, "wait.ended")
    return Draft("wait.ended", {"id": record, "outcome": outcome or "ENDED"} | leased(case, ask, ends=record))


@dataclass(frozen=True, slots=True)
class Window:
    """When somebody visits: a half-open window, the visitor's id and the id of the job's visit."""

    from_at: datetime
    to_at: datetime
    person: str
    visit: str = ""


def book_visit(case: Case, ask: Ask, *, record: str, window: Window) -> Draft:
    """A follow-up visit; booking the same record again moves it."""
    before = case.records.get(record)
    kind = "visit.moved" if before else "visit.booked"
    states = OPEN_STATES if before else WORKING
    may(case, ask, kind, frozenset({Capacity.OWNER, Capacity.COORDINATOR}), states)
    if case.stop:
        raise MoveRefused(Refusal.GATE, kind, ("STOP",))
    if before:
        running(case, record, ClockName.VISIT, kind)
    end = future(window.to_at, ask, kind)
    if window.from_at >= end or window.from_at < ask.at:
        raise MoveRefused(Refusal.NOT_IN_THE_FUTURE, kind)
    if any(_clashes(visit, record, window) for visit in case.running(ClockName.VISIT)):
        raise MoveRefused(Refusal.BOOKED_THEN, kind, ("from_at",))
    data: dict[str, Any] = {
        "id": record,
        "from_at": window.from_at.isoformat(),
        "until": end.isoformat(),
        "person": window.person,
        "visit": window.visit,
    }
    return Draft(kind, data | promised(case, ask) | leased(case, ask))


def _clashes(visit: Record, record: str, window: Window) -> bool:
    """Whether the same person visits this case in a part of the window already, by another record."""
    overlap = visit.until is not None and visit.from_at < window.to_at and window.from_at < visit.until
    return overlap and visit.person == window.person and visit.id != record


def end_visit(case: Case, ask: Ask, *, record: str, outcome: str) -> Draft:
    """A visit took place, or did not."""
    may(case, ask, "visit.ended", frozenset({Capacity.OWNER, Capacity.COORDINATOR}))
    need("visit.ended", outcome=outcome)
    since_it_began(running(case, record, ClockName.VISIT, "visit.ended"), ask, "visit.ended")
    return Draft("visit.ended", {"id": record, "outcome": outcome} | leased(case, ask, ends=record))


def call_off_visit(case: Case, ask: Ask, *, record: str, why: str) -> Draft:
    """A booked visit will not take place; the customer is told, and by when the next word comes.

    The policy calls off that of somebody who has left.
    """
    may(case, ask, "visit.called_off", frozenset({Capacity.OWNER, Capacity.COORDINATOR, Capacity.POLICY}))
    need("visit.called_off", why=why)
    visit = running(case, record, ClockName.VISIT, "visit.called_off")
    until = visit.until.isoformat() if visit.until else ""
    data = {"id": record, "why": why, "from_at": visit.from_at.isoformat(), "until": until, "outcome": "CALLED_OFF"}
    return Draft("visit.called_off", data | promised(case, ask) | leased(case, ask, ends=record))
