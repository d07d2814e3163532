"""What was sent and reached nobody: the case hears of it, and a customer's silence is somebody's turn at once."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from backline.cases.models import Case as Row
from backline.cases.operations._watch import ENGINE
from backline.cases.operations._write import Decided, Held, held_now, record
from backline.channels import operations as channels
from backline.channels.notices import Audience
from backline.channels.queries import OutgoingRow
from backline.core import facts
from backline.core.events import By
from backline.core.facts import Unheard
from backline.core.moves import Ask
from backline.ledger.operations import Recording


def not_reached(notice: OutgoingRow, *, at: datetime) -> None:
    """Write on its case that this notice reached nobody; done once a notice, in one transaction."""
    with transaction.atomic():
        row = Row.objects.select_for_update().filter(id__in=[notice.case_id]).first()
        if channels.mark_reported(ids=[notice.id], at=at) and row is not None:
            [held] = held_now([row])
            _record(held, notice, at=max(at, held.case.recorded_at))


def _record(held: Held, notice: OutgoingRow, *, at: datetime) -> None:
    promise = held.case.promise
    newest = promise is None or notice.queued_at >= promise.at  # older letters have been overtaken by a newer word
    customer = notice.audience == Audience.CONTACT and newest
    why = held.texts.add(notice.why, subject=notice.recipient_id)
    unheard = Unheard(str(notice.id), notice.recipient_id, why, customer)
    draft = facts.not_reached(held.case, Ask(ENGINE, at, held.policy), unheard)
    record([Decided(held, [draft], Recording(By(ENGINE.kind, ENGINE.id), at, at))])
