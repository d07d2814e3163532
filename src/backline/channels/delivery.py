"""Sends what is due: many letters are on their way at once, and none waits for the answer to another one."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import datetime

from django.db import DatabaseError
from django.utils.translation import gettext as _

from backline.channels import operations
from backline.channels.models import Notice
from backline.channels.notices import LEASE, Attempt, Audience, What
from backline.channels.operations import Done
from backline.channels.port import DeliveryError, Letter, Sender

log = logging.getLogger(__name__)

LANES = 64
"""So many letters are on their way at once: each takes most of its time waiting for the other side."""
PATIENCE = 0.05
"""Seconds for which answers are gathered, so that many are written down at once and none late."""
BUDGET = LEASE.total_seconds() / 2
"""Seconds after which nothing more is begun of what was claimed together: well before its lease ends."""


class Post:
    """Takes due notices out of the outbox as lanes become free, and writes down what comes back.

    A server that hangs holds up its own letters alone. Without a sender (no mail server is set up) what is due is
    marked as kept here.
    """

    def __init__(self, sender: Callable[[], Sender | None], *, lanes: int = LANES, patience: float = PATIENCE) -> None:
        self._sender = sender
        self._lanes = lanes
        self._patience = patience
        self._threads = ThreadPoolExecutor(lanes, thread_name_prefix="deliver")
        self._under_way: dict[Future[list[Attempt]], Sequence[Notice]] = {}

    def run(self, *, at: datetime) -> int:
        """Write down what came back, and send more; how many were begun, or are on their way yet."""
        sender = self._sender()
        begun = operations.hold(self._lanes, at=at) if sender is None else self._begin(sender, at=at)
        wait(self._under_way, timeout=self._patience)
        self._settle(at=at)
        return begun + len(self._under_way)

    def end(self, *, at: datetime) -> None:
        """Wait for what is on its way, which a timeout bounds, and write that down."""
        self._threads.shutdown()
        self._settle(at=at)

    def _begin(self, sender: Sender, *, at: datetime) -> int:
        free = self._lanes - sum(map(len, self._under_way.values()))
        operations.release_held(at=at)
        claimed = operations.claim(free, at=at, but=self._customers()) if free > 0 else []
        end = time.monotonic() + BUDGET
        for one in _in_order(claimed):
            letters = [_letter(notice) for notice in one]
            self._under_way[self._threads.submit(_attempts, sender, letters, end)] = one
        return len(claimed)

    def _customers(self) -> set[str]:
        """To whom something is on its way that must not be overtaken."""
        on_way = (notice for one in self._under_way.values() for notice in one)
        return {notice.recipient_id for notice in on_way if notice.audience == Audience.CONTACT}

    def _settle(self, *, at: datetime) -> None:
        back = [future for future in self._under_way if future.done()]
        done = [
            Done(notice, attempt)
            for future in back
            for notice, attempt in zip(self._under_way.pop(future), future.result(), strict=True)
        ]
        if done:
            _written_down(done, at=at)


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


def _written_down(done: Sequence[Done], *, at: datetime) -> None:
    """Settle them together; where one cannot be, each half by itself, down to the one that is left to its lease."""
    try:
        operations.settle(done, at=at)
    except DatabaseError:
        if len(done) == 1:
            # The lease runs out and the notice is looked at again; the others must be settled now.
            log.exception("the outcome of notice %s could not be written down", done[0].notice.pk)
            return
        middle = len(done) // 2
        _written_down(done[:middle], at=at)
        _written_down(done[middle:], at=at)
