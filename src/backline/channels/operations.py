"""The only place that writes notices and receipts; nothing here touches the network."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import reduce
from operator import or_

from django.db import transaction
from django.db.models import F, Q

from backline.channels import retry, wording
from backline.channels.models import NOT_REACHED, Notice, Receipt
from backline.channels.notices import (
    LEASE,
    LIVE_STATES,
    Attempt,
    Audience,
    NewNotice,
    NoticeState,
    What,
    without_unstorable,
)
from backline.ledger.news import announce
from backline.people import queries as people

STALE_AFTER = retry.GIVE_UP_AFTER
MOST_HELD_AT_ONCE = 500


def queue(notices: Sequence[NewNotice], *, at: datetime) -> None:
    """Keep notices for the workers, in the caller's transaction; an effect key that is known already adds nothing.

    Without an address a notice is kept as NOT_SENT and says so; so is every one of a demo, where nobody counts as
    left in silence by it.
    """
    here = wording.demo() if people.is_demo() else ""
    rows = [_row(new, at=at, why=here if new.address.strip() else wording.no_address()) for new in notices]
    for row in rows:
        row.reported_at = at if here and row.why == here else None
    _keep(rows)


def record_skip(notices: Sequence[NewNotice], *, why: str, at: datetime) -> None:
    """Keep that somebody was not told, and why; once for each effect key."""
    _keep([_row(new, at=at, why=why or wording.no_address()) for new in notices])


def cancel(*, case_ids: Iterable[uuid.UUID], kinds_prefixes: tuple[str, ...], why: str, at: datetime) -> int:
    """Cancel the queued notices of these cases whose kind begins with one of the prefixes; `("",)` means every kind.

    One that a worker is sending at this moment is not stopped, but it is never repeated.
    """
    if not kinds_prefixes:
        return 0
    of_kind = reduce(or_, (Q(kind__startswith=prefix) for prefix in kinds_prefixes))
    live = Notice.objects.filter(of_kind, case_id__in=list(case_ids), state__in=LIVE_STATES)
    # The lock comes first, so that a claim in between cannot hide a notice from both updates.
    states = dict(live.select_for_update().order_by("id").values_list("id", "state"))
    queued = [pk for pk, state in states.items() if state == NoticeState.QUEUED]
    Notice.objects.filter(pk__in=states.keys() - set(queued)).update(unwanted=why)
    return Notice.objects.filter(pk__in=queued).update(
        state=NoticeState.CANCELLED, why=why, settled_at=at, held_at=None
    )


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
        elif still_ours:
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


def _row(new: NewNotice, *, at: datetime, why: str) -> Notice:
    state = NoticeState.NOT_SENT if why else NoticeState.QUEUED
    return Notice(
        effect_key=new.effect_key,
        case_id=new.case_id,
        kind=new.kind,
        audience=new.audience,
        recipient_id=new.recipient_id,
        recipient_name=without_unstorable(new.recipient_name),
        channel=new.channel,
        address=without_unstorable(new.address.strip()),
        language=new.language,
        subject=without_unstorable(new.subject),
        body=without_unstorable(new.body),
        state=state,
        why=without_unstorable(why),
        queued_at=at,
        not_before=new.not_before,
        next_try_at=max(at, new.not_before or at),
        settled_at=at if why else None,
    )


def _keep(rows: list[Notice]) -> None:
    # In the order of the keys, so that two callers with the same keys cannot lock each other out.
    Notice.objects.bulk_create(sorted(rows, key=lambda row: row.effect_key), ignore_conflicts=True)


def _lapsed(notice: Notice, *, at: datetime) -> bool:
    """Write down that a worker never finished with this notice; whether it may be tried again."""
    attempt = Attempt(What.UNKNOWN, wording.worker_stopped())
    Receipt.objects.create(notice=notice, at=at, what=attempt.what, detail=attempt.detail)
    _after_failure(notice, attempt, at=at)
    notice.save()
    return notice.state == NoticeState.QUEUED


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
