"""What `backline recompute` does and tells: which changes it followed, what moved, and whom it waits for."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from backline.cases import operations, recomputed
from backline.cases.operations import Writer
from backline.cases.recomputed import MovedClock
from backline.config.clock import SystemClock
from backline.config.progress import Progress

MOST_NAMED, MOST_TOLD = 100, 20
AGAIN = 0.2


def would_move() -> int:
    """Say which clocks are not what the calendars of today give; 1 where one is not."""
    moved = 0
    for moved, one in enumerate(operations.recompute_check(), 1):
        if moved <= MOST_NAMED:
            by_them = one.due_at or "it cannot be counted: they have too little working time"
            print(f"{recomputed.reference(one.case)}, {one.clock}: due {one.due_before}, by the calendars {by_them}")
    said = f"Clocks that are not what the calendars give: {moved:,}." if moved else "All is as the calendars give it."
    print(said)
    return 1 if moved else 0


def follow() -> int:
    """Recompute every clock, after the changes that wait; tell what each moved, and the last change before them."""
    last = recomputed.changes(most=1)
    before = {one.id for one in last if one.ended_at}
    followed = {*(one.id for one in last), operations.recompute_all()}
    progress, met = Progress("Recomputing", sys.stderr), _Met()
    while work := recomputed.waiting():
        progress(work.share)
        followed.add(work.id)
        if not operations.recompute(at=SystemClock().now()):
            met.say(operations.recompute_waits_for())
            time.sleep(AGAIN)  # somebody else is at it, or still writes
    progress(1)
    progress.end()
    for number in sorted(followed):
        _tell(number, SystemClock().now(), was_done=number in before)
    return 0


@dataclass(slots=True)
class _Met:
    """Whom the work waited for when it last looked, and of whom that was said already."""

    last: Writer | None = None
    said: set[Writer] = field(default_factory=set)

    def say(self, writer: Writer | None) -> None:
        """Say it once of each who is still there at the second look: most writes are over by then."""
        if writer and writer == self.last and writer not in self.said:
            self.said.add(writer)
            print(_waits(writer), file=sys.stderr, flush=True)
        self.last = writer


def _waits(writer: Writer) -> str:
    program = f" ({writer.program})" if writer.program else ""
    session = f"session {writer.session} of the database{program}" if writer.session else "a session of the database"
    since = f" since {_time(writer.since)}" if writer.since else ""
    if writer.case:
        return (
            f"Waiting for case {writer.case}, which is held by {session}{since}. "
            "The others are recomputed; it follows once that session has ended its transaction."
        )
    return (
        f"Waiting for {session}, which has been writing{since}. "
        "What was recomputed is kept; the rest follows once that session has ended its transaction."
    )


def _tell(number: int, at: datetime, *, was_done: bool) -> None:
    """A change and what it moved; of one that others had followed before, when they were done."""
    found = recomputed.change(number, at=at, zone="UTC")
    if found is None:
        return  # it concerned no case
    change, clocks = found
    if was_done and change.ended_at:
        print(f"The change before, done by {_time(change.ended_at)} and not by this command:")
    made = [change.what, f"by {change.who}" if change.who else "", _time(change.made_at) if change.made_at else ""]
    print(", ".join(filter(None, made)))
    print(f"Cases looked at: {change.looked:,}. Clocks moved: {change.moved:,}.")
    for one in clocks[:MOST_TOLD]:
        coming = f"next {_time(one.next_at)}: {one.next_is}" if one.next_at else "it runs no more"
        print(f"  {one.reference}, {one.clock}: {_was_and_is(one)}; {coming}")
    print(f"All of it: {settings.BACKLINE_URL.rstrip('/')}{reverse('desk:recompute', args=[number])}")


def _was_and_is(one: MovedClock) -> str:
    was = _time(one.due_before)
    if one.due_at is None or one.reminder_at is None:
        return f"due {was} as before, for it cannot be counted: too little working time"
    if one.only_its_reminder:
        return f"due {was} as before, its reminder was {_time(one.reminder_before)}, is {_time(one.reminder_at)}"
    return f"was due {was}, is due {_time(one.due_at)}"


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M %Z}"
