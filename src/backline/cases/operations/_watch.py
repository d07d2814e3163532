"""What time itself does: the engine has cases looked at, and what came due is recorded and told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from backline.cases import gates
from backline.cases.operations._write import Decided, Held, held_now, locked, record, restate
from backline.cases.roster import casts_of
from backline.core.events import By
from backline.core.ladder import Cast
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
        held = held_now(list(locked(skip=True).filter(id__in=cases, closed_at=None).order_by("id")))
        casts = casts_of([one.case for one in held])
        decided = [_looked(one, casts[one.case.id], at=at) for one in held]
        restate([one.held for one in decided if not one.drafts])  # their alarms were set by other hours than count now
        return record(decided)


def _looked(held: Held, cast: Cast, *, at: datetime) -> Decided:
    moment = max(at, held.case.recorded_at)
    drafts = core_look(held.now, Ask(ENGINE, moment, held.policy), cast, gates.closed(held.case))
    return Decided(held, drafts, Recording(By(ENGINE.kind, ENGINE.id), moment, moment))
