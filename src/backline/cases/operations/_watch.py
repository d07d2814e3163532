"""What time itself does: the engine has cases looked at, and what came due is recorded and told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from backline.cases import gates
from backline.cases.operations._write import held_now, locked, record, restate
from backline.cases.roster import casts_of
from backline.core.events import By
from backline.core.moves import Ask
from backline.core.watch import look as core_look
from backline.core.words import Actor, ActorKind
from backline.ledger.operations import Recording

ENGINE = Actor(ActorKind.SYSTEM, "engine", name="Backline")


def look(cases: Sequence[str], *, at: datetime) -> int:
    """Look at these cases: record and tell what has come due by `at`; the number of events written.

    Looking again finds nothing: what was dealt with is part of the case. Cases another worker holds are passed over.
    """
    with transaction.atomic():
        rows = list(locked(skip=True).filter(id__in=cases, closed_at=None).order_by("id"))
        held = held_now(rows)
        casts = casts_of([one.case for one in held])
        written = 0
        for one in held:
            moment = max(at, one.case.recorded_at)
            ask = Ask(ENGINE, moment, one.policy)
            drafts = core_look(one.case, ask, casts[one.case.id], gates.closed(one.case))
            if not drafts:
                restate(one)  # its alarm was set by other hours than count now
            written += len(record(one, drafts, Recording(By(ENGINE.kind, ENGINE.id), moment, moment)))
    return written
