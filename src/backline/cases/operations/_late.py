"""What nobody could know is not late: what came due by other hours, or by something done to the case, is late since.

A dispute makes an old resolution overdue at a stroke, an offer lets a clock count in the hours of another team, a wait
that is entered later moves what was due: whoever looks next was not late for all that time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from backline.calendars import choices
from backline.cases.operations._write import Decided, Held
from backline.cases.terms import terms_of
from backline.core.case import Case
from backline.core.clock import running
from backline.core.events import Event, moment
from backline.core.fold import fold
from backline.core.moves import Draft
from backline.core.watch import LATE, STIRS_NO_CLOCK, Watched, look_at
from backline.ledger import queries as ledger

_INSTANT = timedelta(microseconds=1)


def late_as_known(decided: Sequence[Decided]) -> list[Decided]:
    """The same, where hours or the case changed meanwhile with the moment since which a rung is due, or its clock."""
    decided = _late_as_it_went(decided)
    counting = [
        one for one in decided if one.held.terms.chosen.made and any(_since(one, draft) for draft in one.drafts)
    ]
    learned = choices.learned() if counting else []
    return [replace(one, drafts=[_as_known(one, draft, learned) for draft in one.drafts]) for one in decided]


def _late_as_it_went(decided: Sequence[Decided]) -> list[Decided]:
    """The same, where an event of the case made a rung due that had not been so before."""
    moved = {one.held.case.id for one in decided if any(_is_older(one, draft) for draft in one.drafts)}
    events = ledger.events_of(list(moved)) if moved else {}
    return [replace(one, drafts=[_as_it_went(one, draft, events) for draft in one.drafts]) for one in decided]


def _is_older(one: Decided, draft: Draft) -> bool:
    """Whether a rung would be said to be late since before the last event of the case."""
    late = draft.data["late_seconds"] if draft.kind == "rung.reached" else 0
    return bool(late) and one.recording.at - timedelta(seconds=late) < one.held.case.recorded_at


def _as_it_went(one: Decided, draft: Draft, events: Mapping[str, Sequence[Event]]) -> Draft:
    if not _is_older(one, draft):
        return draft
    known, at = events[one.held.case.id], one.recording.at
    since = at - timedelta(seconds=draft.data["late_seconds"])
    for place, event in reversed(list(enumerate(known))):
        if event.recorded_at <= since:
            break
        if event.kind not in STIRS_NO_CLOCK and not _was_due(one.held, fold(known[:place]), draft, event.recorded_at):
            late = int((at - event.recorded_at).total_seconds())
            return replace(draft, data={**draft.data, "late_seconds": late if late > LATE else 0})
    return draft


def _was_due(held: Held, before: Case, draft: Draft, at: datetime) -> bool:
    """Whether the next rung of its climb had been due by a moment, as the case stood before."""
    policy = held.terms.of(before)
    clocks = [clock for clock in running(before, policy) if clock.climb == draft.data["climb"]]
    return any(look_at(before, policy, clock) <= at for clock in clocks)


def _since(one: Decided, draft: Draft) -> datetime | None:
    """Since when a rung would be said to be late, or its clock; None where neither is."""
    if draft.kind != "rung.reached":
        return None
    at, said = one.recording.at, draft.data
    since = min(moment(said, "due_at"), at - timedelta(seconds=said["late_seconds"]))
    return since if at - since > timedelta(seconds=LATE) else None


def _as_known(one: Decided, draft: Draft, learned: Sequence[datetime]) -> Draft:
    at, since = one.recording.at, _since(one, draft)
    said = dict(draft.data)
    for known_at in (one_at for one_at in reversed(learned) if since and since < one_at <= at):
        news = list(_news(one.held, draft, known_at))
        if not news:
            break
        if "rung" in news:
            late = (at - known_at).total_seconds()
            said["late_seconds"] = min(said["late_seconds"], int(late) if late > LATE else 0)
        if "due" in news:
            said["counts_since"] = known_at.isoformat()
    return replace(draft, data=said)


def _news(held: Held, draft: Draft, known_at: datetime) -> Iterator[str]:
    """What was still to come by all that was known just before a moment: the rung, or the end of its clock."""
    [terms] = terms_of([held.row], known_at=known_at - _INSTANT)
    for alarm in Watched.of(held.case, terms.of(held.case)).alarms:
        if alarm.clock.climb == draft.data["climb"]:
            yield from ["rung"] if alarm.look_at > known_at else []
            yield from ["due"] if alarm.clock.due_at > known_at else []
