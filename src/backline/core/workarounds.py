"""What the events of workarounds make of a case: one at most counts, and one at most waits for a manager."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from backline.core.case import Case, Record, mark
from backline.core.events import Event, moment
from backline.core.leasing import progressed
from backline.core.words import ClockName, Guard

STOPPED = "STOPPED"
"""How a workaround ends that counted, or was proposed, when work was stopped."""


def stopped(case: Case, event: Event) -> Case:
    """The same without any: while work is stopped none counts, and what was proposed for before is proposed anew."""
    for record in case.running(ClockName.WORKAROUND):
        case = _over(case, record, event, STOPPED)
    return case


def _with(case: Case, record: Record) -> Case:
    return replace(case, records={**case.records, record.id: record})


def _over(case: Case, record: Record | None, event: Event, how: str) -> Case:
    return _with(case, replace(record, ended=how, over=mark(event))) if record else case


def _offered(case: Case, event: Event) -> Case:
    """It takes the place of what counted, or of what waited for a manager as it does."""
    data, proposed = event.data, event.kind == "workaround.proposed"
    guard = Guard.PROPOSED if proposed else Guard.APPROVED if data["guarded"] else ""
    record = Record(
        id=data["id"],
        clock=ClockName.WORKAROUND,
        begun=mark(event),
        from_at=event.recorded_at,
        until=moment(data, "until"),
        what=guard,
        person=event.by.id,
        meanwhile=data["what"],
        limits=data["limits"],
    )
    before = case.proposed if proposed else case.workaround
    return _with(_over(case, before, event, "REPLACED"), record)


def _approved(case: Case, event: Event) -> Case:
    data = event.data
    after = _over(case, case.workaround, event, "REPLACED")
    record = replace(case.records[data["id"]], what=Guard.APPROVED, limits=data["limits"], moved=mark(event))
    return _with(after, replace(record, from_at=event.recorded_at, until=moment(data, "until")))


def _extended(case: Case, event: Event) -> Case:
    record = case.records[event.data["id"]]
    return _with(case, replace(record, until=moment(event.data, "until"), moved=mark(event)))


def _ended(case: Case, event: Event) -> Case:
    return _over(case, case.records[event.data["id"]], event, event.data["outcome"])


def _by_owner(change: Callable[[Case, Event], Case]) -> Callable[[Case, Event], Case]:
    """The same as progress, where the owner does it."""
    return lambda case, event: progressed(change(case, event), event)


WORKAROUNDS: dict[str, Callable[[Case, Event], Case]] = {
    "workaround.offered": _by_owner(_offered),
    "workaround.proposed": _by_owner(_offered),
    "workaround.approved": _by_owner(_approved),
    "workaround.refused": _by_owner(_ended),
    "workaround.extended": _by_owner(_extended),
    "workaround.ended": _by_owner(_ended),
}
"""What each of their events does."""
