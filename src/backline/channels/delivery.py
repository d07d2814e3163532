"""Sends what is due: many letters are on their way at once, and none waits for the answer to another one."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import datetime
from operator import attrgetter
from uuid import UUID

from django.db import DatabaseError
from django.utils.translation import gettext as _
from django.utils.translation import override

from backline.channels import operations, queries, wording
from backline.channels.models import Notice
from backline.channels.notices import AS_WRITTEN, LEASE, Attempt, Audience, Channel, What
from backline.channels.operations import Done
from backline.channels.port import DeliveryError, Letter, Sender
from backline.channels.registry import reader
from backline.people.reached import sealed_of

log = logging.getLogger(__name__)

LANES = 64
"""So many letters are on their way at once: each takes most of its time waiting for the other side."""
PATIENCE = 0.05
"""Seconds for which answers are gathered, so that many are written down at once and none late."""
BUDGET = LEASE.total_seconds() / 2
"""Seconds after which nothing more is begun of what was claimed together: well before its lease ends."""


class Post:
    """Takes due notices out of the outbox as lanes become free, and writes down what comes back.

    Each channel has lanes of its own, so that a provider who hangs holds up his own letters alone. Where nothing can
    leave (no mail server is set up, or somebody paused it all) what is due is marked as kept here.
    """

    def __init__(
        self, senders: Callable[[], Mapping[Channel, Sender]], *, lanes: int = LANES, patience: float = PATIENCE
    ) -> None:
        self._senders = senders
        self._patience = patience
        self._ways = {channel: _Way(channel, lanes) for channel in Channel}

    def run(self, *, at: datetime) -> int:
        """Write down what came back, and send more; how many were begun, or are on their way yet."""
        paused = queries.paused() is not None
        senders = {} if paused else self._senders()
        begun = _kept(senders, paused=paused, at=at) + operations.unanswered(LANES, at=at)
        begun += sum(self._ways[channel].begin(sender, at=at) for channel, sender in senders.items())
        wait([answer for way in self._ways.values() for answer in way.under_way], timeout=self._patience)
        return begun + self._settle(at=at)

    def end(self, *, at: datetime) -> None:
        """Wait for what is on its way, which a timeout bounds, and write that down."""
        for way in self._ways.values():
            way.threads.shutdown()
        self._settle(at=at)

    def _settle(self, *, at: datetime) -> int:
        """Write down what came back; how many are on their way yet."""
        done = [one for way in self._ways.values() for one in way.back()]
        if done:
            _written_down(done, at=at)
        return sum(len(way.under_way) for way in self._ways.values())


class _Way:
    """What is on its way by one channel."""

    def __init__(self, channel: Channel, lanes: int) -> None:
        self.channel = channel
        self.threads = ThreadPoolExecutor(lanes, thread_name_prefix=f"deliver {channel}")
        self.under_way: dict[Future[list[Attempt]], Sequence[Notice]] = {}
        self._lanes = lanes

    def begin(self, sender: Sender, *, at: datetime) -> int:
        """Send as many as there are lanes free; how many."""
        on_way = [notice for one in self.under_way.values() for notice in one]
        free = self._lanes - len(self.under_way)
        # What goes to a customer is not overtaken.
        customers = {notice.recipient_id for notice in on_way if notice.audience == Audience.CONTACT}
        claimed = operations.claim(free, at=at, channel=self.channel, but=customers) if free > 0 else []
        end = time.monotonic() + BUDGET
        hidden = _hidden(claimed) if reader(self.channel) else {}
        for one in _in_order(claimed):
            letters = _letters(one, hidden, at)
            self.under_way[self.threads.submit(_attempts, sender, letters, end)] = one
        return len(claimed)

    def back(self) -> list[Done]:
        """What came back since the last time."""
        return [
            Done(notice, attempt)
            for future in [one for one in self.under_way if one.done()]
            for notice, attempt in zip(self.under_way.pop(future), future.result(), strict=True)
        ]


def _kept(senders: Collection[Channel], *, paused: bool, at: datetime) -> int:
    """Keep what is due and cannot leave, and let out what can now; how many are kept from now on.

    What was to go by a channel that was switched off since goes another way, if there is one.
    """
    if paused:
        return operations.hold(at=at, channels=list(Channel), why=wording.paused())
    off = [channel for channel in Channel if channel not in senders and channel is not Channel.EMAIL]
    operations.release_held(at=at, channels=[*senders, *off])
    kept = operations.put_elsewhere(at=at, channels=off)
    return kept if Channel.EMAIL in senders else kept + operations.hold(at=at)


def _in_order(claimed: Sequence[Notice]) -> list[list[Notice]]:
    """What goes to one customer goes one after the other, as it was written, and so does what is in one letter.

    All the rest goes side by side.
    """
    found: dict[object, list[Notice]] = {}
    for notice in sorted(claimed, key=attrgetter(*AS_WRITTEN)):
        one_by_one = notice.audience == Audience.CONTACT
        found.setdefault(notice.recipient_id if one_by_one else notice.within or notice.pk, []).append(notice)
    return list(found.values())


def _hidden(claimed: Sequence[Notice]) -> dict[UUID, str]:
    """What nobody is shown of where each of them goes."""
    sealed = sealed_of({one.recipient_id for one in claimed})
    return {one.pk: sealed.get((one.recipient_id, one.address), "") for one in claimed}


def _letters(notices: Sequence[Notice], hidden: Mapping[UUID, str], at: datetime) -> list[tuple[Letter, int]]:
    """What is handed over, one after the other, and how many notices each of it holds."""
    if notices[0].within:
        return [(_together(notices[0].within, notices, at), len(notices))]
    return [(_letter(notice, hidden.get(notice.pk, ""), at), 1) for notice in notices]


def _together(name: UUID, notices: Sequence[Notice], at: datetime) -> Letter:
    """One letter of several; answers to it reach a case where all of it is about that one."""
    first, cases = notices[0], {notice.case_id for notice in notices}
    with override(first.language):
        subject, body = wording.together([(one.subject, one.body) for one in notices])
    about = cases.pop() if len(cases) == 1 else None
    letter = _letter(first, "", at)
    return replace(letter, id=name, subject=subject, body=body, short=subject, case_id=about)


def _letter(notice: Notice, sealed: str, at: datetime) -> Letter:
    return Letter(
        id=notice.pk,
        name=notice.recipient_name,
        address=notice.address,
        subject=notice.subject,
        body=f"{notice.body}{notice.answers}",
        short=notice.short or notice.subject,
        about=notice.about,
        answers=notice.answers,
        urgent=notice.urgent,
        language=notice.language,
        written_at=notice.queued_at,
        sent_at=at,
        case_id=notice.case_id,
        kind=notice.kind,
        sealed=sealed,
    )


def _attempts(sender: Sender, letters: Sequence[tuple[Letter, int]], end: float) -> list[Attempt]:
    """What becomes of each notice, in order: all that is in one letter has one fate."""
    return [one for letter, holds in letters for one in [_attempt(sender, letter, end)] * holds]


def _attempt(sender: Sender, letter: Letter, end: float) -> Attempt:
    if time.monotonic() > end:
        return Attempt(What.FAILED_FOR_NOW, _("the other side is slow: there was no time left for this one"))
    try:
        handed = sender.send(letter)
    except DeliveryError as error:
        known = {"gone": error.gone, "no_texts": error.no_texts, "ours": error.ours}
        return Attempt(_what(error), error.detail, error.message_id, **known, wait=error.wait)
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
