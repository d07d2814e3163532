"""The lease of an owner: how long it lasts, and which of his doings renew it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from backline.core.case import Case, mark
from backline.core.events import Event, moment
from backline.core.words import ClockName, State


def with_lease(case: Case, event: Event, until: datetime) -> Case:
    """The case with a lease from the event on, as long as that one."""
    seconds = int((until - event.recorded_at).total_seconds())
    return replace(case, lease=mark(event), lease_until=until, lease_seconds=seconds, lease_stretched=False)


STOP = "STOP"
"""What ends where a stop is lifted; no record has such an id."""


def renews(case: Case, who: str, *, note: bool = False, ends: str = "") -> bool:
    """Whether what somebody does renews the lease: progress by the owner, of his bare notes the first.

    Where it `ends` the last record that was waited for, or the stop (`STOP`) and nothing else is waited for, whoever
    does it: nobody goes on with a lease that ran out while he could not work.
    """
    if case.state is not State.ACCEPTED:
        return False
    last = bool(ends) and all(record.id == ends for record in case.running(ClockName.WAIT, ClockName.VISIT))
    return last or (who == case.person and not (note and case.lease_stretched))


def progressed(case: Case, event: Event) -> Case:
    """What counts as progress where the owner does it."""
    return renewed(case, event) if renews(case, event.by.id) else case


def renewed(case: Case, event: Event) -> Case:
    """The lease until when the event says; the first events did not, for then all time counted."""
    if "lease_until" in event.data:
        return with_lease(case, event, moment(event.data, "lease_until"))
    return with_lease(case, event, event.recorded_at + timedelta(seconds=case.lease_seconds))


def noted(case: Case, event: Event) -> Case:
    """A bare note, which stretches a lease once."""
    return replace(renewed(case, event), lease_stretched=True) if renews(case, event.by.id, note=True) else case
