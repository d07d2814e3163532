"""How much of a clock's time counts: the open hours since its start, less what was paused."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from backline.core.calendar import CalendarRefused, Hours, Span

NOTHING = timedelta(0)


class Elapsed:
    """Hours in which all time counts, also where no calendar reaches."""

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The time between two moments; none where they are reversed."""
        return max(end - start, NOTHING)

    def after(self, moment: datetime, amount: timedelta) -> datetime:
        """The moment by which so much time has passed."""
        return moment + amount

    def reached_all(self, starts: Sequence[int], amounts: Sequence[int], pauses: Sequence[Sequence[int]]) -> list[int]:
        """As `Hours.reached_all`: what ends after a pause began ends as much later as the pause is long."""
        found = []
        for start, amount, those in zip(starts, amounts, pauses, strict=True):
            end = start + amount
            for begin, over in zip(those[::2], those[1::2], strict=True):
                end += over - begin if begin < end else 0
            found.append(end)
        return found

    def spans(self, start: datetime, end: datetime) -> tuple[Span, ...]:
        """All of it."""
        return (Span(start, end),) if start < end else ()


ELAPSED = Elapsed()


def or_all_time[T](hours: Hours | Elapsed, reckon: Callable[[Hours | Elapsed], T]) -> T:
    """What is reckoned in somebody's hours; by all time where they hold too little: what never comes is silence."""
    try:
        return reckon(hours)
    except CalendarRefused:
        return reckon(ELAPSED)


@dataclass(frozen=True, slots=True)
class Pause:
    """A span that is taken out of the count, and why: a wait's reason, or the state in which nothing is asked of us."""

    reason: str
    from_at: datetime
    to_at: datetime


@dataclass(frozen=True, slots=True)
class Stretch:
    """A span of a clock that counts, or does not and why: `CLOSED` hours, or the reason of a pause."""

    from_at: datetime
    to_at: datetime
    reason: str = ""

    @property
    def counted(self) -> bool:
        """Whether its time counts."""
        return not self.reason


CLOSED = "CLOSED"


@dataclass(frozen=True, slots=True)
class Counting:
    """What a clock counts from its start on: time in somebody's hours, without its pauses.

    Where pauses overlap, their union is taken out.
    """

    start: datetime
    hours: Hours | Elapsed = ELAPSED
    pauses: tuple[Pause, ...] = ()

    def reached(self, amount: timedelta) -> datetime:
        """The first moment by which so much was counted; the beginning of a pause rather than its end."""
        at, left = self.start, amount
        for pause in self.apart():
            counted = self.hours.between(at, pause.from_at)
            if counted >= left:
                break
            at, left = pause.to_at, left - counted
        return self.hours.after(at, left)

    def counted(self, at: datetime) -> timedelta:
        """How much was counted by a moment."""
        return sum((self.hours.between(one.from_at, one.to_at) for one in self._running(at)), NOTHING)

    def paused(self, at: datetime) -> str:
        """Why it does not count at a moment, closed hours apart; empty where it is not paused."""
        return next((one.reason for one in self.pauses if one.from_at <= at < one.to_at), "")

    def stretches(self, to: datetime) -> tuple[Stretch, ...]:
        """Every span from the start to a moment, in order and without a gap."""
        found: list[Stretch] = []
        for pause in self.apart():
            found.extend(self._opened(found[-1].to_at if found else self.start, min(pause.from_at, to)))
            if pause.from_at < to:
                found.append(Stretch(pause.from_at, min(pause.to_at, to), pause.reason))
        found.extend(self._opened(found[-1].to_at if found else self.start, to))
        return tuple(found)

    def apart(self) -> Iterator[Pause]:
        """The pauses since the start, one after the other: an overlapping one begins when the one before ends."""
        at = self.start
        for pause in sorted(self.pauses, key=lambda pause: (pause.from_at, pause.to_at)):
            if at < pause.to_at:
                yield Pause(pause.reason, max(pause.from_at, at), pause.to_at)
                at = pause.to_at

    def _running(self, to: datetime) -> Iterable[Span]:
        at = self.start
        for pause in self.apart():
            if at < (end := min(pause.from_at, to)):
                yield Span(at, end)
            at = pause.to_at
        if at < to:
            yield Span(at, to)

    def _opened(self, start: datetime, end: datetime) -> Iterator[Stretch]:
        """Open and closed hours between two moments."""
        at = start
        for span in self.hours.spans(start, end):
            if at < span.from_at:
                yield Stretch(at, span.from_at, CLOSED)
            yield Stretch(span.from_at, span.to_at)
            at = span.to_at
        if at < end:
            yield Stretch(at, end, CLOSED)
