"""What the workers write: who sends which notice, what became of each attempt, and whether there is another one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from backline.channels import retry, wording
from backline.channels.models import Notice, Receipt, Setup
from backline.channels.notices import (
    LIVE_STATES,
    SECRET_KINDS,
    TAKEN_STATES,
    Attempt,
    Audience,
    Channel,
    NoticeState,
    What,
    without_unstorable,
)
from backline.channels.operations._together import sent_together
from backline.channels.registry import receipt_within
from backline.ledger.news import announce
from backline.ledger.rows import as_parameter, filled, recordset
from backline.people import operations as addresses
from backline.people.reached import LETTERS, reached_at

STALE_AFTER = retry.GIVE_UP_AFTER
MOST_HELD = 500
_CHANGES = {
    "channel": "text", "address": "text", "address_stands": "text", "way": "integer", "state": "text", "why": "text",
    "attempts": "integer", "unknowns": "integer", "receipt_by": "timestamptz", "next_try_at": "timestamptz",
    "claimed_until": "timestamptz", "held_at": "timestamptz", "settled_at": "timestamptz", "can_wait": "boolean",
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


def claim(limit: int, *, at: datetime, channel: Channel = Channel.EMAIL, but: Iterable[str] = ()) -> list[Notice]:
    """Take up to `limit` due notices of a channel for one worker until the lease ends; no two get the same one.

    What is urgent comes first. Nothing is taken that goes to one of the recipients `but`: what he gets comes one after
    the other. With what can wait comes more of it that goes in the same letter.
    """
    due = Notice.objects.select_for_update(skip_locked=True).order_by("-urgent", "next_try_at")
    due = due.filter(state__in=LIVE_STATES, held_at__isnull=True, next_try_at__lte=at, channel=channel)
    due = due.exclude(recipient_id__in=list(but))[:limit]
    while True:
        # Durable: nothing may be sent that another worker could still claim.
        with transaction.atomic(durable=True):
            taken = list(due.all())
            # One whose worker died may go another way by now: then its own lanes take it.
            left = [one for one in taken if one.state == NoticeState.QUEUED or _lapsed(one, at=at)]
            found = sent_together([notice for notice in left if notice.channel == channel], at=at)
        if found or len(taken) < limit:  # where all of it waits for more, what is due after it has its turn
            return found


def settle(done: Sequence[Done], *, at: datetime) -> list[Notice]:
    """Write down what became of these attempts, and decide for each notice whether there is another one."""
    with transaction.atomic():
        asked = [one.notice.pk for one in done]
        # In one order, so that two workers cannot lock each other out.
        rows = {row.pk: row for row in Notice.objects.select_for_update().filter(pk__in=asked).order_by("pk")}
        there = [one for one in done if one.notice.pk in rows]
        receipts = [_receipt(one.notice, one.attempt, at=at) for one in there]
        for receipt in receipts:
            if not rows[receipt.notice_id].recipient_name:
                receipt.address = ""  # whoever it was for was erased while it was on its way
        Receipt.objects.bulk_create(receipts)
        for one in there:
            _settled(rows[one.notice.pk], one, at=at)
        _heard_before(rows, [one for one in receipts if one.what == What.HANDED_OVER and one.message_id], at=at)
        _write(rows.values())
        announce(*sorted({f"case:{row.case_id}" for row in rows.values()}))
    return list(rows.values())


def _heard_before(rows: Mapping[UUID, Notice], taken: Sequence[Receipt], *, at: datetime) -> None:
    """What a provider said of a message before his taking it was written down here: that it did not arrive."""
    named = {(one.notice_id, one.message_id) for one in taken}
    said = Receipt.objects.filter(notice__in={one for one, _id in named}, what=What.UNDELIVERED) if named else ()
    for receipt in said:
        if (receipt.notice_id, receipt.message_id) in named:
            _learned(rows[receipt.notice_id], Attempt(What.UNDELIVERED, receipt.detail), receipt, at=at)


def hold(*, at: datetime, channels: Collection[Channel] = (Channel.EMAIL,), why: str = "") -> int:
    """Mark the due notices as kept because nothing can leave; they stay queued, readable and cancellable."""
    with transaction.atomic():
        due = (
            Notice.objects.select_for_update(skip_locked=True)
            .filter(state=NoticeState.QUEUED, held_at__isnull=True, next_try_at__lte=at, channel__in=channels)
            .order_by("next_try_at")
            .values_list("pk", flat=True)[:MOST_HELD]
        )
        return Notice.objects.filter(pk__in=list(due)).update(held_at=at, why=why or wording.no_mail_server())


def release_held(*, at: datetime, channels: Collection[Channel] = (Channel.EMAIL,)) -> int:
    """Let what was kept go out, now that it can; but what is older than a day is not sent unasked any more."""
    with transaction.atomic():
        held = Notice.objects.select_for_update(skip_locked=True).filter(
            state=NoticeState.QUEUED, held_at__isnull=False, channel__in=channels
        )
        released = list(held.order_by("queued_at")[:MOST_HELD])
        for notice in released:
            notice.held_at, notice.why = None, ""
            if at - _due_since(notice) > STALE_AFTER:
                # Of ours too somebody was meant to hear and did not, which no event says yet: its case is told.
                state = NoticeState.NOT_SENT if notice.audience == Audience.CONTACT else NoticeState.FAILED
                _finish(notice, state, why=wording.too_old(due_since=_due_since(notice)), at=at)
        _write(released)
    return len(released)


def put_elsewhere(*, at: datetime, channels: Collection[Channel]) -> int:
    """Send another way what was to go by a channel that is not set up any more; where there is none, it failed."""
    with transaction.atomic():
        due = Notice.objects.select_for_update(skip_locked=True).filter(
            state=NoticeState.QUEUED, held_at__isnull=True, next_try_at__lte=at, channel__in=channels
        )
        found = list(due.order_by("next_try_at")[:MOST_HELD])
        untaken = Attempt(What.FAILED_FOR_GOOD, wording.not_set_up())
        # By their receipts two channels that are both off do not hand it to and fro.
        Receipt.objects.bulk_create(_receipt(notice, untaken, at=at) for notice in found)
        for notice in found:
            _after_failure(notice, untaken, at=at)
        _write(found)
    return len(found)


def _receipt(notice: Notice, attempt: Attempt, *, at: datetime) -> Receipt:
    detail = without_unstorable(attempt.detail)
    there = {"way": notice.way, "channel": notice.channel, "address": notice.address, "gone": attempt.gone}
    return Receipt(notice=notice, at=at, what=attempt.what, detail=detail, message_id=attempt.message_id, **there)


def _settled(now: Notice, done: Done, *, at: datetime) -> None:
    """What an attempt makes of its notice; one that is not ours any more only learns of a success."""
    attempt = done.attempt
    still_ours = now.state == NoticeState.SENDING and now.claimed_until == done.notice.claimed_until
    if attempt.what is What.HANDED_OVER:
        if now.state not in TAKEN_STATES:
            if now.way != done.notice.way and now.recipient_name:  # whoever was erased meanwhile has no address
                _goes_by(now, done.notice)
            _finish(now, NoticeState.HANDED, why="", at=at)
            waits = now.urgent and not now.unwanted
            now.receipt_by = at + receipt_within(done.notice.channel) if waits else None
    elif still_ours:
        _after_failure(now, attempt, at=at)


def _goes_by(now: Notice, way: Notice | Receipt) -> None:
    """This is the way that it goes, in place of the one that it was to go: what is said of it later is about that.

    The other one, which nobody may have begun, is there yet as the next.
    """
    now.way, now.channel, now.address = way.way, way.channel, way.address
    now.address_stands = way.address_stands if isinstance(way, Notice) else ""


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


def _after_failure(notice: Notice, attempt: Attempt, *, at: datetime) -> None:
    notice.unknowns += attempt.what is What.UNKNOWN
    _learn_of_address(notice, attempt, at=at)
    if notice.unwanted:
        _finish(notice, NoticeState.CANCELLED, why=notice.unwanted, at=at)
        return
    if notice.within and attempt.what is What.FAILED_FOR_GOOD and not attempt.gone:
        # It may be about any of those in that letter: from now on each goes by itself.
        notice.can_wait, attempt = False, replace(attempt, what=What.FAILED_FOR_NOW)
    counts = notice.attempts, notice.unknowns, _due_since(notice), attempt.wait or timedelta()
    tried = retry.Tried(attempt.what, Audience(notice.audience), *counts)
    decision = retry.decide(tried, at=at, jitter=notice.pk.int % 1000 / 1000)
    # Our own fault is not mended by then, and is none of the next way.
    leaves = attempt.gone or (notice.urgent and (attempt.ours or retry.leaves(tried, decision)))
    if leaves and _goes_elsewhere(notice, wording.not_taken(address=notice.address, detail=attempt.detail), at=at):
        return
    if not isinstance(decision, datetime):
        _finish(notice, NoticeState.FAILED, why=_reason(decision, attempt.detail), at=at)
    elif not _stays_handed(notice, attempt, until=decision):
        notice.state, notice.next_try_at, notice.claimed_until = NoticeState.QUEUED, decision, None
        notice.why = wording.not_yet(detail=attempt.detail)


def _stays_handed(notice: Notice, attempt: Attempt, *, until: datetime) -> bool:
    """Whether an earlier way took it: it stays what it is, and this one, which failed for now, is tried again then."""
    said = Receipt.objects.filter(notice=notice)
    came_back = said.filter(what=What.UNDELIVERED).values("way")
    took = said.filter(what=What.HANDED_OVER, way__lt=notice.way).exclude(way__in=came_back).order_by("way").last()
    if took is None:
        return False
    why = wording.tried_as_well(address=notice.address, detail=attempt.detail)
    _goes_by(notice, took)
    _finish(notice, NoticeState.HANDED, why=why, at=took.at)
    notice.receipt_by = until
    return True


def _tries_again(notice: Notice, *, at: datetime) -> bool:
    """Whether a later way than the one that took it failed for now: that one is tried again."""
    again = (What.FAILED_FOR_NOW, What.UNKNOWN)
    failed = Receipt.objects.filter(notice=notice, way__gt=notice.way, what__in=again).order_by("way").last()
    if failed is None:
        return False
    _goes_by(notice, failed)
    _queues(notice, at=at)
    return True


def _learn_of_address(notice: Notice, attempt: Attempt, *, at: datetime) -> None:
    """What an attempt says of the address itself, for all that will go there."""
    if notice.audience == Audience.CONTACT:
        if attempt.gone:
            why = without_unstorable(attempt.detail)
            addresses.contact_is_dead(notice.recipient_id, notice.address, why=why, at=at)
    elif attempt.gone:
        addresses.address_is_dead(notice.recipient_id, notice.address, why=without_unstorable(attempt.detail), at=at)
    elif attempt.no_texts:
        addresses.address_takes_no_texts(notice.recipient_id, notice.address)


def _goes_elsewhere(notice: Notice, why: str, *, at: datetime) -> bool:
    """Whether there is another way to somebody of ours, by which the notice goes at once; what went before is over."""
    if notice.audience != Audience.PERSON or notice.kind in SECRET_KINDS:
        return False
    written = Receipt.objects.filter(notice=notice).exclude(address="").values_list("channel", "address", "way")
    ways = (*written, (notice.channel, notice.address, notice.way))
    tried = {f"{channel} {address}" for channel, address, _way in ways}
    on = Setup.objects.filter(is_on=True).values_list("channel", flat=True) if notice.urgent else ()
    other = reached_at(notice.recipient_id, channels=(*LETTERS, *on), tried=tried)
    if other is None or other.is_dead:
        return False
    notice.channel, notice.address, notice.address_stands = other.channel, other.value, other.stands
    notice.way = max(way for _channel, _address, way in ways) + 1
    notice.attempts, notice.unknowns, notice.why = 0, 0, why
    _queues(notice, at=at)
    return True


def _queues(notice: Notice, *, at: datetime) -> None:
    notice.state, notice.next_try_at, notice.claimed_until = NoticeState.QUEUED, at, None
    notice.settled_at = notice.receipt_by = None


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


def unanswered(limit: int, *, at: datetime) -> int:
    """Send another way what nobody said in time had arrived; where there is none, its hand-over stays the last word."""
    with transaction.atomic():
        waited = Notice.objects.select_for_update(skip_locked=True).filter(receipt_by__lte=at)
        found = list(waited.order_by("receipt_by")[:limit])
        for notice in found:
            silent, why = _receipt(notice, Attempt(What.NO_WORD), at=at), wording.no_receipt(address=notice.address)
            if notice.unwanted:
                notice.receipt_by = None
            elif _tries_again(notice, at=at):
                continue
            elif _goes_elsewhere(notice, why, at=at):
                silent.save()  # why it went on is read long after it arrived by another way
            else:
                notice.receipt_by = None
        _write(found)
    return len(found)


def heard(notice_id: UUID, attempt: Attempt, *, address: str = "", at: datetime) -> bool:
    """What a provider says later of what it took: that it arrived, or did not. False where we know nothing of it.

    It may come twice, in any order, and before the answer by which it was handed over is written down. A mail carries
    the same id to whichever `address` it goes; no report of one comes twice, so that each says something of its own.
    """
    with transaction.atomic():
        now = Notice.objects.select_for_update().filter(pk=notice_id).first()
        if now is None:
            return False
        said, under_way = _said_of(now, attempt, address), now.state == NoticeState.SENDING
        if not said and not under_way:
            return False
        news = attempt.heard and now.receipt_by is not None
        if not address and not news and attempt.what in {one.what for one in said}:
            return True
        about = said[0] if said else now
        receipt = _receipt(now, attempt, at=at)
        receipt.way, receipt.channel, receipt.address = about.way, about.channel, about.address
        receipt.save()
        if about.channel == Channel.PUSH and attempt.what is What.DELIVERED:
            addresses.browser_showed(now.recipient_id, about.address, at=at)
        if now.audience == Audience.CONTACT and attempt.what is What.DELIVERED:
            addresses.contact_lives([about.address])
        another = _receipt(now, Attempt(What.UNKNOWN, wording.arrived_meanwhile()), at=at)
        _learned(now, attempt, about, at=at)
        if said and under_way and now.state == NoticeState.DELIVERED:
            another.save()  # nobody repeats it now, so that this is known of another message that may have been taken
        _write([now])
        announce(f"case:{now.case_id}")
    return True


def _said_of(notice: Notice, attempt: Attempt, address: str) -> list[Receipt]:
    """What is known of the message that a provider speaks of; else the attempt whose answer was lost, with its name."""
    known = Receipt.objects.filter(notice=notice, **({"address": address} if address else {}))
    said = list(known.filter(message_id=attempt.message_id).exclude(message_id=""))
    return said or list(known.filter(what=What.UNKNOWN, message_id="").order_by("-id")[:1])


def _learned(now: Notice, attempt: Attempt, about: Notice | Receipt, *, at: datetime) -> None:
    """What a provider's word makes of a notice: the way that it is `about` may be another one than it went last."""
    here = about.way == now.way
    if attempt.what is What.DELIVERED and now.state != NoticeState.CANCELLED and (here or attempt.heard):
        if not here and now.state != NoticeState.DELIVERED:
            _goes_by(now, about)
        _finish(now, NoticeState.DELIVERED, why="", at=at)
        waits = now.urgent and not attempt.heard and not now.unwanted
        now.receipt_by = (now.receipt_by or at + receipt_within(now.channel)) if waits else None
    elif attempt.what is What.UNDELIVERED and here:
        _learn_of_address(now, attempt, at=at)
        # What nobody knew of a customer's letter is known by this; of ours it is repeated anyhow.
        known = now.audience == Audience.CONTACT and now.state == NoticeState.QUEUED and now.unknowns
        if now.state != NoticeState.HANDED and not known:
            return  # the answer by which it is handed over comes yet
        now.receipt_by = None
        why = wording.not_taken(address=now.address, detail=attempt.detail)
        if now.unwanted:
            _finish(now, NoticeState.CANCELLED, why=now.unwanted, at=at)
        elif not (_goes_elsewhere(now, why, at=at) or _tries_again(now, at=at)):
            _finish(now, NoticeState.FAILED, why=wording.undelivered(detail=attempt.detail), at=at)
