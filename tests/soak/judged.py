"""What a flood comes to: the record is held against the gateways' own book, notice by notice and way by way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Prefetch

from backline.channels.models import Notice, Receipt
from backline.channels.notices import LIVE_STATES, TAKEN_STATES, Audience, Channel, NoticeState, What
from backline.channels.retry import MOST_UNKNOWN
from backline.engine.models import Pass
from tests.soak.flaky import Book

CANCELLED = NoticeState.CANCELLED
ENDS = (What.FAILED_FOR_NOW, What.FAILED_FOR_GOOD, What.UNKNOWN, What.UNDELIVERED, What.NO_WORD)
"""Why a notice goes another way."""


@dataclass(frozen=True)
class Judged:
    """What the auditor says, the figures of the flood, and what is wrong with it by the book."""

    kept: Pass
    killed: int
    book: Book
    states: Counter[str]
    again: int
    unknown: int
    flaws: list[str]

    def __str__(self) -> str:
        said, states = self.kept, ", ".join(f"{count} {state}" for state, count in sorted(self.states.items()))
        return (
            f"{self.states.total()} notices ({states}), taken {len(self.book.taken)} times, {self.killed} workers "
            f"killed: {self.unknown} outcomes unknown, told again after such a one {self.again}; words "
            f"{dict(self.book.words)}, forged {dict(self.book.forged)}; flaws {len(self.flaws)}; the auditor: {said}, "
            f"doubled {said.doubled}, early {said.early}, silent {said.silent}, overdue {said.overdue}, broken "
            f"{said.broken}, late {said.late}"
        )


def judged(kept: Pass, killed: int, book: Book, called_back: Mapping[UUID, int]) -> Judged:
    """Hold one against the other."""
    in_order = Prefetch("receipts", Receipt.objects.order_by("id"))
    notices = {one.pk: one for one in Notice.objects.prefetch_related(in_order)}
    taken = Counter((pk, channel) for _place, pk, channel in book.taken)
    flaws = [
        f"{pk}: {flaw}" for pk, notice in notices.items() for flaw in _by_itself(notice, arrived=pk in book.arrived)
    ]
    known: dict[tuple[UUID, Channel], Counter[What]] = {told: Counter() for told in taken}
    for pk, notice in notices.items():
        for one in notice.receipts.all():
            known.setdefault((pk, Channel(one.channel)), Counter())[What(one.what)] += 1
    for (pk, channel), whats in known.items():
        found = _by_book(notices.get(pk), taken[pk, channel], whats)
        flaws += [f"{pk} {channel}: {flaw}, {dict(whats)}" for flaw in found]
    flaws += [f"{pk}: called back, and {notices[pk].state}" for pk in called_back if notices[pk].state != CANCELLED]
    flaws += [
        f"{pk} {channel}: told after it was called back"
        for place, pk, channel in book.taken
        if place > called_back.get(pk, place) and not known[pk, channel][What.UNKNOWN]
    ]
    flaws += [f"a true word was answered {status}" for status in set(book.words) - {204}]
    flaws += [f"a forged word was answered {status}" for status in set(book.forged) - {403, 404}]
    states, unknown = Counter(one.state for one in notices.values()), sum(one[What.UNKNOWN] for one in known.values())
    return Judged(kept, killed, book, states, sum(taken.values()) - len(taken), unknown, flaws)


def _by_itself(notice: Notice, *, arrived: bool) -> Iterator[str]:
    """What is wrong with a notice by its own record, and by a word that it arrived."""
    receipts = list(notice.receipts.all())
    whats = {What(one.what) for one in receipts}
    if arrived and notice.state not in (NoticeState.DELIVERED, CANCELLED):
        yield f"it arrived, and is {notice.state}"
    if notice.state in LIVE_STATES or notice.receipt_by:
        yield f"it is not settled: {notice.state}"
    if notice.state in TAKEN_STATES and not whats & {What.HANDED_OVER, What.DELIVERED}:
        yield "nothing says that it was taken"
    if notice.state == NoticeState.FAILED and notice.case_id and not notice.reported_at:
        yield "its case was not told that it failed"
    for way in range(notice.way):
        if not any(one.what in ENDS for one in receipts if one.way == way):
            yield f"nothing says why it left way {way}"


def _by_book(notice: Notice | None, times: int, known: Counter[What]) -> Iterator[str]:
    """What is wrong with how often a channel told a notice: `times` by its book, `known` by ours."""
    if notice is None:
        yield "nobody knows what was told"
        return
    if times < known[What.HANDED_OVER]:
        yield f"lost: handed over, and taken {times} times"
    of_a_word = min(known[What.DELIVERED], 1) if not known[What.HANDED_OVER] else 0
    if times > known[What.HANDED_OVER] + known[What.UNKNOWN] + of_a_word:
        yield f"taken {times} times, of which the record does not know"
    if times - 1 > known[What.UNKNOWN]:
        yield f"told {times} times without an unknown outcome"
    if times > MOST_UNKNOWN[Audience(notice.audience)]:
        yield f"told {times} times, more than is tried"
