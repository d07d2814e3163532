"""What came due by hours that nobody knew before is late since they are known: nobody was late by them earlier."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from backline.calendars import choices
from backline.cases.operations._write import Decided, Held
from backline.cases.terms import terms_of
from backline.core.events import moment
from backline.core.moves import Draft
from backline.core.watch import LATE, Watched

_INSTANT = timedelta(microseconds=1)


def late_as_known(decided: Sequence[Decided]) -> list[Decided]:
    """The same, where hours changed meanwhile with the moment since which a rung is due, or its clock."""
    counting = [
        one for one in decided if one.held.terms.chosen.made and any(_since(one, draft) for draft in one.drafts)
    ]
    learned = choices.learned() if counting else []
    return [replace(one, drafts=[_as_known(one, draft, learned) for draft in one.drafts]) for one in decided]


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
