"""The only place that writes notices and receipts; nothing here touches the network."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import F

from backline.channels import retry, wording
from backline.channels.models import NOT_REACHED, Notice, Receipt
from backline.channels.notices import (
    LEASE,
    LIVE_STATES,
    SECRET_KINDS,
    Attempt,
    Audience,
    NewNotice,
    NoticeState,
    Pointless,
    What,
    without_unstorable,
)
from backline.ledger.news import announce
from backline.ledger.rows import as_parameter, filled, recordset
from backline.people import operations as addresses
from backline.people import queries as people
from backline.people.reached import REACHED_AT, reached_at

STALE_AFTER = retry.GIVE_UP_AFTER
MOST_HELD_AT_ONCE = 500
_COLUMNS = {
    "effect_key": "text", "case_id": "uuid", "kind": "text", "audience": "text", "recipient_id": "text",
    "recipient_name": "text", "channel": "text", "language": "text", "subject": "text",
    "body": "text", "queued_at": "timestamptz", "not_before": "timestamptz", "next_try_at": "timestamptz",
}  # fmt: skip
# Whoever is no person of ours has no addresses here.
_PERSON = """
CASE WHEN notices.audience = 'PERSON' AND notices.recipient_id ~ '^[0-9a-f-]{36}$'
THEN notices.recipient_id::uuid END
"""
_KEEP = filled(
    """
INSERT INTO channels_notice
  (id, <names>, address, address_stands, attempts, unknowns, unwanted, state, why, settled_at, reported_at)
SELECT gen_random_uuid(), <names>, coalesce(value, address),
  CASE WHEN stays THEN '' ELSE coalesce(stands, '') END, 0, 0, '',
  CASE WHEN stays OR why <> '' THEN 'NOT_SENT' ELSE 'QUEUED' END, CASE WHEN stays THEN %(demo)s ELSE why END,
  CASE WHEN stays OR why <> '' THEN queued_at END, CASE WHEN stays THEN queued_at END
FROM <notices> LEFT JOIN LATERAL (<reached>) AS reached ON why = '' AND notices.kind <> ALL(%(bound)s),
LATERAL (SELECT why = '' AND <demo>) AS here (stays) ON CONFLICT (effect_key) DO NOTHING
""",
    names=", ".join(_COLUMNS),
    reached=REACHED_AT.replace("<person>", _PERSON),
    notices=recordset("notices", _COLUMNS | {"address": "text", "why": "text"}),
    demo=people.IN_A_DEMO,
)
# The lock comes first and in one order, so that a claim in between cannot hide a notice from both outcomes.
_CANCEL = filled(
    """
WITH live AS (
  SELECT notice.id, notice.state, pointless.why, pointless.at FROM <pointless>
  JOIN channels_notice AS notice ON notice.case_id = pointless.case_id AND notice.state IN ('QUEUED', 'SENDING')
    AND starts_with(notice.kind, pointless.kind)
  ORDER BY notice.id FOR UPDATE OF notice
), stopped AS (
  UPDATE channels_notice AS notice SET state = 'CANCELLED', why = live.why, settled_at = live.at, held_at = NULL
  FROM live WHERE notice.id = live.id AND live.state = 'QUEUED'
), unwanted AS (
  UPDATE channels_notice AS notice SET unwanted = live.why FROM live
  WHERE notice.id = live.id AND live.state = 'SENDING'
)
SELECT count(DISTINCT id) FROM live WHERE state = 'QUEUED'
""",
    pointless=recordset("pointless", {"case_id": "uuid", "kind": "text", "why": "text", "at": "timestamptz"}),
)


def queue(notices: Sequence[NewNotice], *, at: datetime) -> None:
    """Keep notices for the workers, in the caller's transaction; an effect key that is known already adds nothing.

    What is for a person goes to the best address that he has now. Without an address a notice is kept as NOT_SENT and
    says so; so is every one of a demo, where nobody counts as left in silence by it.
    """
    if not notices:
        return
    # In the order of the keys, so that two callers with the same keys cannot lock each other out.
    rows = [_row(new, at=at) for new in sorted(notices, key=lambda new: new.effect_key)]
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, {"notices": as_parameter(rows), "demo": wording.demo(), "bound": list(SECRET_KINDS)})


def keep_from(person_id: str, *, why: str, at: datetime) -> int:
    """Send somebody nothing that has not gone yet; each counts as failed, so that its case hears of it. How many."""
    queued = Notice.objects.filter(audience=Audience.PERSON, recipient_id=person_id, state=NoticeState.QUEUED)
    return queued.update(state=NoticeState.FAILED, why=why, settled_at=at, held_at=None)


def cancel(pointless: Sequence[Pointless]) -> int:
    """Cancel these queued notices; a kind "" means every kind. How many are stopped.

    One that a worker is sending at this moment is not stopped, but it is never repeated.
    """
    rows = [
        {"case_id": one.case_id, "kind": kind, "why": one.why, "at": one.at} for one in pointless for kind in one.kinds
    ]
    if not rows:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_CANCEL, {"pointless": as_parameter(rows)})
        [stopped] = cursor.fetchone()
    return int(stopped)


def claim(limit: int, *, at: datetime) -> list[Notice]:
    """Take up to `limit` due notices for one worker until the lease ends; no two workers get the same one."""
    # Durable: nothing may be sent that another worker could still claim.
    with transaction.atomic(durable=True):
        due = list(
            Notice.objects.select_for_update(skip_locked=True)
            .filter(state__in=LIVE_STATES, held_at__isnull=True, next_try_at__lte=at)
            .order_by("next_try_at")[:limit]
        )
        mine = [notice for notice in due if notice.state == NoticeState.QUEUED or _lapsed(notice, at=at)]
        until = at + LEASE
        Notice.objects.filter(pk__in=[notice.pk for notice in mine]).update(
            state=NoticeState.SENDING, attempts=F("attempts") + 1, claimed_until=until, next_try_at=until
        )
    for notice in mine:
        notice.state, notice.claimed_until, notice.next_try_at = NoticeState.SENDING, until, until
        notice.attempts += 1
    return mine


def settle(notice: Notice, attempt: Attempt, *, at: datetime) -> Notice:
    """Write down what became of an attempt, and decide whether there is another one."""
    with transaction.atomic():
        now = Notice.objects.select_for_update().get(pk=notice.pk)
        Receipt.objects.create(
            notice=now,
            at=at,
            what=attempt.what,
            detail=without_unstorable(attempt.detail),
            message_id=attempt.message_id,
        )
        still_ours = now.state == NoticeState.SENDING and now.claimed_until == notice.claimed_until
        if attempt.what is What.HANDED_OVER and now.state != NoticeState.SENT:
            _finish(now, NoticeState.SENT, why="", at=at)
        elif still_ours and not (attempt.gone and _goes_elsewhere(now, attempt, at=at)):
            _after_failure(now, attempt, at=at)
        now.save()
        announce(f"case:{now.case_id}")
    return now


def hold(limit: int, *, at: datetime) -> int:
    """Mark the due notices as kept because no mail server is set up; they stay queued, readable and cancellable."""
    with transaction.atomic():
        due = (
            Notice.objects.select_for_update(skip_locked=True)
            .filter(state=NoticeState.QUEUED, held_at__isnull=True, next_try_at__lte=at)
            .order_by("next_try_at")
            .values_list("pk", flat=True)[:limit]
        )
        return Notice.objects.filter(pk__in=list(due)).update(held_at=at, why=wording.no_mail_server())


def release_held(*, at: datetime) -> int:
    """Let what was kept for lack of a mail server go out, but what is older than a day is not sent unasked any more."""
    with transaction.atomic():
        held = Notice.objects.select_for_update(skip_locked=True).filter(
            state=NoticeState.QUEUED, held_at__isnull=False
        )
        released = list(held.order_by("queued_at")[:MOST_HELD_AT_ONCE])
        for notice in released:
            notice.held_at, notice.why = None, ""
            if at - _due_since(notice) > STALE_AFTER:
                _finish(notice, NoticeState.NOT_SENT, why=wording.too_old(due_since=_due_since(notice)), at=at)
        Notice.objects.bulk_update(released, ["held_at", "why", "state", "settled_at"])
    return len(released)


def forget(*, recipient_id: str, at: datetime) -> int:
    """Erase what notices hold about one recipient; what was not sent yet is not sent, and the receipts stay."""
    with transaction.atomic():
        theirs = Notice.objects.filter(recipient_id=recipient_id)
        live = theirs.filter(state__in=LIVE_STATES)
        live.update(state=NoticeState.CANCELLED, why=wording.erased(), settled_at=at, claimed_until=None, held_at=None)
        return theirs.update(recipient_name="", address="", subject="", body="")


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
    begins = max(at, new.not_before or at)
    not_before = new.quiet.over(begins) if new.quiet else new.not_before
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
        "body": without_unstorable(new.body),
        "why": without_unstorable(new.why or ("" if address else wording.no_address())),
        "queued_at": at,
        "not_before": not_before,
        "next_try_at": max(at, not_before or at),
    }


def _lapsed(notice: Notice, *, at: datetime) -> bool:
    """Write down that a worker never finished with this notice; whether it may be tried again."""
    attempt = Attempt(What.UNKNOWN, wording.worker_stopped())
    Receipt.objects.create(notice=notice, at=at, what=attempt.what, detail=attempt.detail)
    _after_failure(notice, attempt, at=at)
    notice.save()
    return notice.state == NoticeState.QUEUED


def _goes_elsewhere(notice: Notice, attempt: Attempt, *, at: datetime) -> bool:
    """Nobody is at the address of somebody of ours: it is dead from now on. Whether the letter goes to another one."""
    if notice.audience != Audience.PERSON:
        return False
    addresses.address_is_dead(notice.recipient_id, notice.address, why=without_unstorable(attempt.detail), at=at)
    other = None if notice.kind in SECRET_KINDS or notice.unwanted else reached_at(notice.recipient_id)
    if other is None or other.is_dead or other.value == notice.address:
        return False
    notice.why = wording.goes_elsewhere(address=notice.address, detail=attempt.detail)
    notice.address, notice.address_stands = other.value, other.stands
    notice.state, notice.next_try_at, notice.claimed_until = NoticeState.QUEUED, at, None
    return True


def _after_failure(notice: Notice, attempt: Attempt, *, at: datetime) -> None:
    notice.unknowns += attempt.what is What.UNKNOWN
    if notice.unwanted:
        _finish(notice, NoticeState.CANCELLED, why=notice.unwanted, at=at)
        return
    tried = retry.Tried(attempt.what, Audience(notice.audience), notice.attempts, notice.unknowns, _due_since(notice))
    decision = retry.decide(tried, at=at, jitter=notice.pk.int % 1000 / 1000)
    if isinstance(decision, datetime):
        notice.state, notice.next_try_at, notice.claimed_until = NoticeState.QUEUED, decision, None
        notice.why = wording.not_yet(detail=attempt.detail)
    else:
        _finish(notice, NoticeState.FAILED, why=_reason(decision, attempt.detail), at=at)


def _due_since(notice: Notice) -> datetime:
    return max(notice.queued_at, notice.not_before or notice.queued_at)


def _reason(decision: retry.GiveUp, detail: str) -> str:
    match decision:
        case retry.GiveUp.REFUSED:
            return wording.refused(detail=detail)
        case retry.GiveUp.TOO_LONG:
            return wording.tried_too_long(detail=detail)
        case retry.GiveUp.MAYBE_ARRIVED:
            return wording.maybe_arrived()


def _finish(notice: Notice, state: NoticeState, *, why: str, at: datetime) -> None:
    notice.state, notice.why = state, without_unstorable(why)
    notice.settled_at, notice.claimed_until = at, None
