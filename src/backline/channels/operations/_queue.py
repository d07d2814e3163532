"""Notices are queued, called back, and forgotten; nothing here touches the network."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from backline.channels import wording
from backline.channels.models import NOT_REACHED, Notice, Receipt, Received
from backline.channels.notices import (
    LIVE_STATES,
    SECRET_KINDS,
    Audience,
    NewNotice,
    NoticeState,
    Pointless,
    without_unstorable,
)
from backline.ledger.rows import as_parameter, filled, recordset
from backline.people import queries as people
from backline.people.reached import REACHED_AT

_COLUMNS = {
    "effect_key": "text", "case_id": "uuid", "kind": "text", "audience": "text", "recipient_id": "text",
    "recipient_name": "text", "language": "text", "subject": "text", "short": "text", "about": "text",
    "answers": "text", "urgent": "boolean", "can_wait": "boolean", "body": "text", "queued_at": "timestamptz",
    "not_before": "timestamptz",
    "next_try_at": "timestamptz",
}  # fmt: skip
# Whoever is no person of ours has no addresses here.
_PERSON = """
CASE WHEN notices.audience = 'PERSON' AND notices.recipient_id ~ '^[0-9a-f-]{36}$'
THEN notices.recipient_id::uuid END
"""
# What can wait is written; what is urgent takes whatever is set up.
_BY = """
(CASE WHEN notices.urgent THEN ARRAY['EMAIL'] || ARRAY(SELECT channel FROM channels_setup WHERE is_on)
ELSE ARRAY['EMAIL'] END)
"""
# The way at which a climb began the last time that it told the same person: who is silent there is told by another.
_BEGAN = """
(SELECT coalesce(
  (SELECT channel || ' ' || address FROM channels_receipt WHERE notice_id = told.id AND way = 0 ORDER BY id LIMIT 1),
  told.channel || ' ' || told.address
) FROM channels_notice AS told
WHERE notices.urgent AND told.urgent AND told.case_id = notices.case_id AND told.kind = notices.kind
  AND told.recipient_id = notices.recipient_id AND told.queued_at < notices.queued_at
ORDER BY told.queued_at DESC, told.id DESC LIMIT 1)
"""
_KEEP = filled(
    """
INSERT INTO channels_notice
  (id, <names>, channel, address, address_stands, way, attempts, unknowns, unwanted,
   state, why, settled_at, reported_at)
SELECT gen_random_uuid(), <names>, coalesce(reached.channel, notices.channel), coalesce(value, address),
  CASE WHEN stays THEN '' ELSE coalesce(stands, '') END, 0, 0, 0, '',
  CASE WHEN stays OR why <> '' THEN 'NOT_SENT' ELSE 'QUEUED' END, CASE WHEN stays THEN %(demo)s ELSE why END,
  CASE WHEN stays OR why <> '' THEN queued_at END, CASE WHEN stays THEN queued_at END
FROM <notices> LEFT JOIN LATERAL (<reached>) AS reached ON why = '' AND notices.kind <> ALL(%(bound)s),
LATERAL (SELECT why = '' AND <demo>) AS here (stays) ON CONFLICT (effect_key) DO NOTHING
""",
    names=", ".join(_COLUMNS),
    reached=filled(REACHED_AT, person=_PERSON, channels=_BY, tried="'{}'::text[]", after=_BEGAN),
    notices=recordset("notices", _COLUMNS | {"channel": "text", "address": "text", "why": "text"}),
    demo=people.IN_A_DEMO,
)
# The lock comes first and in one order, so that a claim in between cannot hide a notice from both outcomes.
_CANCEL = filled(
    """
WITH live AS (
  SELECT notice.id, notice.state, pointless.why, pointless.at FROM <pointless>
  JOIN channels_notice AS notice ON notice.case_id = pointless.case_id
    AND (notice.state IN ('QUEUED', 'SENDING') OR notice.receipt_by IS NOT NULL)
    AND starts_with(notice.kind, pointless.kind) AND pointless.recipient IN ('', notice.recipient_id)
  ORDER BY notice.id FOR UPDATE OF notice
), stopped AS (
  UPDATE channels_notice AS notice SET state = 'CANCELLED', why = live.why, settled_at = live.at, held_at = NULL
  FROM live WHERE notice.id = live.id AND live.state = 'QUEUED'
), answered AS (
  UPDATE channels_notice AS notice SET receipt_by = NULL, unwanted = live.why FROM live
  WHERE notice.id = live.id AND live.state NOT IN ('QUEUED', 'SENDING')
), unwanted AS (
  UPDATE channels_notice AS notice SET unwanted = live.why FROM live
  WHERE notice.id = live.id AND live.state = 'SENDING'
)
SELECT count(DISTINCT id) FROM live WHERE state = 'QUEUED'
""",
    pointless=recordset(
        "pointless", {"case_id": "uuid", "kind": "text", "recipient": "text", "why": "text", "at": "timestamptz"}
    ),
)


def queue(notices: Sequence[NewNotice], *, at: datetime) -> None:
    """Keep notices for the workers, in the caller's transaction; an effect key that is known already adds nothing.

    What is for a person goes the best way by which he is reached now, and what a climb tells him again begins at the
    way after the one at which it began the last time. Without an address a notice is kept as NOT_SENT and says so; so
    is every one of a demo, where nobody counts as left in silence by it.
    """
    if not notices:
        return
    # In the order of the keys, so that two callers with the same keys cannot lock each other out.
    rows = [_row(new, at=at) for new in sorted(notices, key=lambda new: new.effect_key)]
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, {"notices": as_parameter(rows), "demo": wording.demo(), "bound": list(SECRET_KINDS)})


def keep_from(person_id: str, *, why: str, at: datetime) -> int:
    """Send somebody nothing that has not gone yet; each counts as failed, so that its case hears of it. How many."""
    theirs = Notice.objects.filter(audience=Audience.PERSON, recipient_id=person_id)
    theirs.filter(state=NoticeState.SENDING).update(unwanted=why)
    theirs.filter(receipt_by__isnull=False).update(receipt_by=None, unwanted=why)
    return theirs.filter(state=NoticeState.QUEUED).update(
        state=NoticeState.FAILED, why=why, settled_at=at, held_at=None
    )


def cancel(pointless: Sequence[Pointless]) -> int:
    """Cancel these queued notices; a kind "" means every kind. How many are stopped.

    One that a worker is sending at this moment is not stopped, but it is never repeated.
    """
    rows = [
        {"case_id": one.case_id, "kind": kind, "recipient": one.recipient, "why": one.why, "at": one.at}
        for one in pointless
        for kind in one.kinds
    ]
    if not rows:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_CANCEL, {"pointless": as_parameter(rows)})
        [stopped] = cursor.fetchone()
    return int(stopped)


_BLANK = dict.fromkeys(("sender", "sender_name", "subject", "text", "whole"), "")


def forget(*, recipient_id: str, at: datetime) -> int:
    """Erase what notices hold about one recipient, and the mails that he sent.

    What was not sent yet is not sent, and the receipts stay.
    """
    with transaction.atomic():
        theirs = Notice.objects.filter(recipient_id=recipient_id)
        live = theirs.filter(state__in=LIVE_STATES)
        why = wording.erased()
        live.filter(state=NoticeState.SENDING).update(unwanted=why)
        live.update(state=NoticeState.CANCELLED, why=why, settled_at=at, claimed_until=None, held_at=None)
        Receipt.objects.filter(notice__recipient_id=recipient_id).update(address="")
        Received.objects.filter(sender_id=recipient_id).update(**_BLANK)
        blank = dict.fromkeys(("recipient_name", "address", "subject", "body", "short", "about", "answers"), "")
        return theirs.update(**blank, receipt_by=None)


def strike(*, case_id: uuid.UUID, text: str) -> None:
    """Take a text that was erased out of the letters about its case, where it stands as a paragraph of its own."""
    gone = f"\n\n{text}\n"
    for notice in Notice.objects.select_for_update().filter(case_id=case_id, body__contains=gone):
        notice.body = notice.body.replace(gone, "\n\n[erased]\n")
        notice.save(update_fields=["body"])


def mark_reported(*, ids: Iterable[uuid.UUID], at: datetime) -> int:
    """Write down that the failure of these notices was told to their cases."""
    failed = Notice.objects.filter(NOT_REACHED, pk__in=list(ids), reported_at__isnull=True)
    return failed.update(reported_at=at)


def _row(new: NewNotice, *, at: datetime) -> dict[str, Any]:
    """The row of a new notice; without a reason `why` it is to be sent, if anything leaves this organisation."""
    address = without_unstorable(new.address.strip())
    not_before = new.quiet.over(at) if new.quiet else None
    return {
        "effect_key": new.effect_key,
        "case_id": new.case_id,
        "kind": new.kind,
        "audience": new.audience,
        "recipient_id": new.recipient_id,
        "recipient_name": without_unstorable(new.recipient_name),
        "channel": new.channel,
        "address": address,
        "language": new.language,
        "subject": without_unstorable(new.subject),
        "short": without_unstorable(new.short),
        "about": without_unstorable(new.about),
        "answers": new.answers,
        "urgent": new.urgent,
        "can_wait": new.can_wait,
        "body": without_unstorable(new.body),
        "why": without_unstorable(new.why or ("" if address else wording.no_address())),
        "queued_at": at,
        "not_before": not_before,
        "next_try_at": not_before or at,
    }
