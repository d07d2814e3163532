"""What time itself does: the engine has cases looked at, and what came due is recorded and told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import connection, transaction

from backline.cases import gates
from backline.cases.models import Case as Row
from backline.cases.operations._late import late_as_known
from backline.cases.operations._write import Decided, Held, held_now, locked, record, restate
from backline.cases.roster import casts_of
from backline.core.cast import Cast
from backline.core.events import By
from backline.core.moves import Ask
from backline.core.watch import look as core_look
from backline.core.words import Actor, ActorKind
from backline.ledger.operations import Recording
from backline.ledger.together import together

ENGINE = Actor(ActorKind.SYSTEM, "engine", name="Backline")
# Only the rows of cases are locked; those that another worker has are passed over, and the next ones taken instead.
_CLAIM = """
SELECT held.id::text, held.head_seq FROM cases_alarm AS alarm JOIN cases_case AS held ON held.id = alarm.case_id
WHERE alarm.look_at <= %(at)s AND alarm.case_id <> ALL(%(without)s::uuid[]) AND held.closed_at IS NULL
ORDER BY alarm.look_at LIMIT %(most)s FOR UPDATE OF held SKIP LOCKED
"""
_OF_ITS_PLACE = ("job__site", "job__asset__name", "site__name", "site__address")
_READ = (*(column.name for column in Row._meta.concrete_fields), *_OF_ITS_PLACE)
"""All of a case, and of its place what its hours and its letters are about."""


class Unlooked(Exception):
    """A batch could not be looked at, and nothing of it was recorded: these are its cases, with their last events."""

    def __init__(self, cases: dict[str, int]) -> None:
        super().__init__(f"{len(cases)} cases")
        self.cases = cases


class Looked(NamedTuple):
    """The cases that were looked at, with their last events before that; of them those at which there was nothing to do
    though an alarm had come.

    That is a fault of ours. Whoever looks at them again and again has no time for others.
    """

    cases: dict[str, int]
    in_vain: list[str]


def look_due(*, at: datetime, most: int, without: Sequence[str] = ()) -> Looked:
    """Look at cases whose alarm has come, the longest overdue first; those that were looked at.

    Any number of workers share them: what one has claimed, no other waits for. Raises `Unlooked` where one of them
    cannot be looked at.
    """
    with transaction.atomic():
        with together(), connection.cursor() as cursor:  # the beginning of the transaction goes with it
            cursor.execute(_CLAIM, {"at": at, "without": list(without), "most": most})
            due = dict(cursor.fetchall())
        try:
            _events, in_vain = _look(list(due), at=at)
        except Exception as error:
            raise Unlooked(due) from error
    return Looked(due, in_vain)


def look(cases: Sequence[str], *, at: datetime) -> int:
    """Look at these cases: record and tell what has come due by `at`; the number of events written.

    Looking again finds nothing: what was dealt with is part of the case. Cases another worker holds are passed over.
    """
    with transaction.atomic():
        return _look(cases, at=at)[0]


def _look(cases: Sequence[str], *, at: datetime) -> tuple[int, list[str]]:
    found = locked(skip=True).filter(id__in=cases, closed_at=None).only(*_READ).order_by("id")
    held = held_now(list(found))
    casts = casts_of([one.case for one in held], [one.policy for one in held], at=at)
    decided = late_as_known([_looked(one, casts[one.case.id], at=at) for one in held])
    idle = [one.held for one in decided if not one.drafts]
    restate(idle)  # their alarms were set by other hours than count now
    in_vain = [one.case.id for one in idle if any(alarm.look_at <= at for alarm in one.now.alarms)]
    return record(decided), in_vain


def _looked(held: Held, cast: Cast, *, at: datetime) -> Decided:
    moment = max(at, held.case.recorded_at)
    drafts = core_look(held.now, Ask(ENGINE, moment, held.policy), cast, gates.closed(held.case, held.policy))
    return Decided(held, drafts, Recording(By(ENGINE.kind, ENGINE.id), moment, moment))
