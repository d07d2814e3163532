"""What the workers write: who sends which notice, what became of each attempt, and whether there is another one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import F

from backline.channels import retry, wording
from backline.channels.models import Notice, Receipt
from backline.channels.notices import (
    LEASE,
    LIVE_STATES,
    SECRET_KINDS,
    Attempt,
    Audience,
    NoticeState,
    What,
    without_unstorable,
)
from backline.ledger.news import announce
from backline.ledger.rows import as_parameter, filled, recordset
from backline.people import operations as addresses
from backline.people.reached import reached_at

STALE_AFTER = retry.GIVE_UP_AFTER
MOST_HELD_AT_ONCE = 500
_CHANGES = {
    "address": "text", "address_stands": "text", "state": "text", "why": "text", "unknowns": "integer",
    "next_try_at": "timestamptz", "claimed_until": "timestamptz", "held_at": "timestamptz", "settled_at": "timestamptz",
}  # fmt: skip
_WRITE = filled(
    "UPDATE channels_notice AS notice SET <sets> FROM <changed> WHERE notice.id = changed.id",
    sets=", ".join(f"{name} = changed.{name}" for name in _CHANGES),
    changed=recordset("changed", {"id": "uuid"} | _CHANGES),
)


@dataclass(frozen=True, slots=True)
class Done:
    """What became of an attempt at a notice, as it was claimed."""

    notice: Notice
    attempt: Attempt


def claim(limit: int, *, at: datetime, but: Iterable[str] = ()) -> list[Notice]:
    """Take up to `limit` due notices for one worker until the lease ends; no two workers get the same one.

    Nothing is taken that goes to one of the recipients `but`: what he gets comes one after the other.
    """
    # Durable: nothing may be sent that another worker could still claim.
    with transaction.atomic(durable=True):
        due = list(
            Notice.objects.select_for_update(skip_locked=True)
            .filter(state__in=LIVE_STATES, held_at__isnull=True, next_try_at__lte=at)
            .exclude(recipient_id__in=list(but))
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


def settle(done: Sequence[Done], *, at: datetime) -> list[Notice]:
    """Write down what became of these attempts, and decide for each notice whether there is another one."""
    with transaction.atomic():
        asked = [one.notice.pk for one in done]
        # In one order, so that two workers cannot lock each other out.
        rows = {row.pk: row for row in Notice.objects.select_for_update().filter(pk__in=asked).order_by("pk")}
        there = [one for one in done if one.notice.pk in rows]
        Receipt.objects.bulk_create(_receipt(one.notice, one.attempt, at=at) for one in there)
        for one in there:
            _settled(rows[one.notice.pk], one, at=at)
        _write(rows.values())
        announce(*sorted({f"case:{row.case_id}" for row in rows.values()}))
    return list(rows.values())


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
        _write(released)
    return len(released)


def _receipt(notice: Notice, attempt: Attempt, *, at: datetime) -> Receipt:
    detail = without_unstorable(attempt.detail)
    return Receipt(notice=notice, at=at, what=attempt.what, detail=detail, message_id=attempt.message_id)


def _settled(now: Notice, done: Done, *, at: datetime) -> None:
    """What an attempt makes of its notice; one that is not ours any more only learns of a success."""
    attempt = done.attempt
    still_ours = now.state == NoticeState.SENDING and now.claimed_until == done.notice.claimed_until
    if attempt.what is What.HANDED_OVER and now.state != NoticeState.SENT:
        _finish(now, NoticeState.SENT, why="", at=at)
    elif still_ours and not (attempt.gone and _goes_elsewhere(now, attempt, at=at)):
        _after_failure(now, attempt, at=at)


def _write(notices: Iterable[Notice]) -> None:
    """Save what changed of these notices, with one statement."""
    rows = [{"id": one.pk} | {name: getattr(one, name) for name in _CHANGES} for one in notices]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_WRITE, {"changed": as_parameter(rows)})


def _lapsed(notice: Notice, *, at: datetime) -> bool:
    """Write down that a worker never finished with this notice; whether it may be tried again."""
    attempt = Attempt(What.UNKNOWN, wording.worker_stopped())
    _receipt(notice, attempt, at=at).save()
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
