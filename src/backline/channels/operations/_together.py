"""What can wait goes to its reader in few letters: the first at once, and what follows within minutes as one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import NAMESPACE_OID, UUID, uuid5

from django.db.models import F, Q, QuerySet

from backline.channels import wording
from backline.channels.models import Notice
from backline.channels.notices import AS_WRITTEN, LEASE, TAKEN_STATES, NoticeState

GATHERS = timedelta(minutes=10)
"""So long after one letter that could wait the next one to the same reader does."""
MOST_TOGETHER = 100


def sent_together(due: Sequence[Notice], *, at: datetime) -> list[Notice]:
    """What is sent now of what is due, as claimed by one worker; all that can wait for one reader goes in one letter.

    Whose last one is not long ago gets all of them later. Nothing here looks at what is urgent, or at a customer's.
    """
    waits = [notice for notice in due if notice.can_wait]
    if not waits:
        return _claimed(due, None, at=at)
    until = _gathering({notice.recipient_id for notice in waits}, at=at)
    for reader, end in until.items():
        _put_off(reader, end)
    now = [notice for notice in due if not (notice.can_wait and notice.recipient_id in until)]
    alone = _claimed([notice for notice in now if not notice.can_wait], None, at=at)
    return alone + [one for letter in _letters(now, at=at) for one in _claimed(letter, _name(letter), at=at)]


def _gathering(readers: Iterable[str], *, at: datetime) -> dict[str, datetime]:
    """Until when what can wait is gathered, for each of these readers who got such a letter lately or is sent one."""
    theirs = Notice.objects.filter(can_wait=True, recipient_id__in=list(readers))
    lately = Q(settled_at__gt=at - GATHERS, state__in=TAKEN_STATES) | Q(state=NoticeState.SENDING, claimed_until__gt=at)
    found: dict[str, datetime] = {}
    for reader, settled, claimed in theirs.filter(lately).values_list("recipient_id", "settled_at", "claimed_until"):
        begun = settled or (claimed or at) - LEASE
        found[reader] = max(found.get(reader, begun), begun)
    return {reader: begun + GATHERS for reader, begun in found.items() if begun + GATHERS > at}


def _put_off(reader: str, until: datetime) -> None:
    waits = _queued(reader).filter(next_try_at__lt=until).values_list("pk", flat=True)
    Notice.objects.filter(pk__in=list(waits)).update(next_try_at=until, not_before=until, why=wording.gathers())


def _queued(reader: str) -> QuerySet[Notice]:
    """All that can wait for him and is not in another worker's hands."""
    waits = Notice.objects.select_for_update(skip_locked=True)
    return waits.filter(can_wait=True, recipient_id=reader, state=NoticeState.QUEUED, held_at=None)


def _letters(now: Sequence[Notice], *, at: datetime) -> list[list[Notice]]:
    """What can wait and is sent now by its letters, each with all else that is due to the same address."""
    found: dict[tuple[str, str], list[Notice]] = {}
    for notice in now:
        if notice.can_wait:
            found.setdefault((notice.recipient_id, notice.address), []).append(notice)
    for (reader, address), letter in found.items():
        there = _queued(reader).filter(next_try_at__lte=at, channel=letter[0].channel, address=address)
        others = there.exclude(pk__in=[one.pk for one in letter]).order_by(*AS_WRITTEN)
        letter += others[: max(MOST_TOGETHER - len(letter), 0)]
    return list(found.values())


def _name(letter: Sequence[Notice]) -> UUID | None:
    """What the letter is called that holds several: the same for the same ones, so that a repetition is recognised."""
    if len(letter) < 2:
        return None
    return uuid5(NAMESPACE_OID, " ".join(sorted(notice.pk.hex for notice in letter)))


def _claimed(notices: Sequence[Notice], within: UUID | None, *, at: datetime) -> list[Notice]:
    """Mark them as this worker's, until the lease ends."""
    until = at + LEASE
    Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(
        state=NoticeState.SENDING, attempts=F("attempts") + 1, claimed_until=until, next_try_at=until, within=within
    )
    for notice in notices:
        notice.state, notice.claimed_until, notice.next_try_at = NoticeState.SENDING, until, until
        notice.attempts, notice.within = notice.attempts + 1, within
    return list(notices)
