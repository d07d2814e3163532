"""Sends what is due: claims a few notices, hands them over with no transaction open, and settles each on its own."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import datetime

from django.db import DatabaseError
from django.utils.translation import gettext as _

from backline.channels import operations
from backline.channels.models import Notice
from backline.channels.notices import LEASE, Attempt, Audience, What
from backline.channels.port import DeliveryError, Letter, Sender

log = logging.getLogger(__name__)

# A slow server must not make one notice wait for the whole batch.
LANES = 8
# What has not begun by then is left for the next claim, well before the lease of this one ends.
BUDGET = LEASE.total_seconds() / 2


def deliver(*, at: datetime, sender: Sender | None, limit: int) -> int:
    """Send up to `limit` due notices; the answer says how many were dealt with, so that the caller knows to go on.

    Without a sender (no mail server is set up) the due ones are marked as kept here.
    """
    if sender is None:
        return operations.hold(limit, at=at)
    operations.release_held(at=at)
    claimed = operations.claim(limit, at=at)
    if not claimed:
        return 0
    end = time.monotonic() + BUDGET
    with ThreadPoolExecutor(min(LANES, len(claimed)), thread_name_prefix="deliver") as lanes:
        running = {
            lanes.submit(_attempts, sender, [_letter(notice) for notice in one], end): one for one in _in_order(claimed)
        }
        for done in as_completed(running):
            for notice, attempt in zip(running[done], done.result(), strict=True):
                _settle(notice, attempt, at=at)
    return len(claimed)


def _in_order(claimed: Sequence[Notice]) -> list[list[Notice]]:
    """What goes to one customer goes one after the other, as it was written; all the rest goes side by side."""
    found: dict[object, list[Notice]] = {}
    for notice in sorted(claimed, key=lambda one: one.queued_at):
        one_by_one = notice.audience == Audience.CONTACT
        found.setdefault(notice.recipient_id if one_by_one else notice.pk, []).append(notice)
    return list(found.values())


def _letter(notice: Notice) -> Letter:
    return Letter(
        id=notice.pk,
        name=notice.recipient_name,
        address=notice.address,
        subject=notice.subject,
        body=notice.body,
        language=notice.language,
        written_at=notice.queued_at,
        case_id=notice.case_id,
    )


def _attempts(sender: Sender, letters: Sequence[Letter], end: float) -> list[Attempt]:
    return [_attempt(sender, letter, end) for letter in letters]


def _attempt(sender: Sender, letter: Letter, end: float) -> Attempt:
    if time.monotonic() > end:
        return Attempt(What.FAILED_FOR_NOW, _("the mail server is slow: there was no time left for this one"))
    try:
        handed = sender.send(letter)
    except DeliveryError as error:
        return Attempt(_what(error), error.detail, error.message_id, gone=error.gone)
    except Exception as error:
        # One letter that cannot be composed or sent never stops the others.
        log.exception("notice %s could not be sent", letter.id)
        return Attempt(What.FAILED_FOR_NOW, f"{type(error).__name__}: {error}")
    return Attempt(What.HANDED_OVER, handed.answer, handed.message_id)


def _what(error: DeliveryError) -> What:
    if error.unknown:
        return What.UNKNOWN
    return What.FAILED_FOR_GOOD if error.permanent else What.FAILED_FOR_NOW


def _settle(notice: Notice, attempt: Attempt, *, at: datetime) -> None:
    try:
        operations.settle(notice, attempt, at=at)
    except (DatabaseError, Notice.DoesNotExist):
        # The lease runs out and the notice is looked at again; the others must be settled now.
        log.exception("the outcome of notice %s could not be written down", notice.pk)
