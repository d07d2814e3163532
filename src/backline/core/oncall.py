"""On-call: who has the shift of a team at a moment, from its rotations and from what was agreed beside them.

A shift begins with the first occurrence of the time that the wall clock shows and ends with the last one; a time that
the clock skips is the moment of the change. So two shifts may overlap in the night in which an hour is repeated, and
there is never a gap that the schedule does not have. Spans are half-open.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from backline.core.calendar import Block, changes, zone_of

_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)
Interval = tuple[datetime, datetime]
_AROUND = timedelta(hours=27)
"""No zone is further from UTC, and none is put back further, than this together."""


class Why(StrEnum):
    """Why somebody has a shift."""

    TURN = "TURN"
    OVERRIDE = "OVERRIDE"
    SWAP = "SWAP"
    STANDS_IN = "STANDS_IN"


class Shift(NamedTuple):
    """Somebody has it from one moment to another; `instead_of` is who would have had it."""

    start: datetime
    end: datetime
    person: str
    why: Why
    instead_of: str = ""


class _Piece(NamedTuple):
    """A turn, or what of it lies in the hours of its layer."""

    start: datetime
    end: datetime
    turn: int


@dataclass(frozen=True, slots=True)
class Layer:
    """A rotation: persons take turns of so many hours of the wall clock, the first of them on a day at a minute of it.

    `week` are the hours in which the layer is on, seven days from Monday; without any it always is. Layers with other
    zones and hours follow the sun. Nobody is on before the first turn, `since`, or from `until` on.
    """

    zone: str
    first_day: date
    hand_over: int
    turn: int
    persons: tuple[str, ...]
    week: tuple[tuple[Block, ...], ...] = ()
    since: datetime | None = None
    until: datetime | None = None

    @property
    def first(self) -> datetime:
        """What the wall clock shows when the first turn begins."""
        return datetime.combine(self.first_day, time()) + timedelta(minutes=self.hand_over)

    def pieces(self, start: datetime, end: datetime) -> Iterator[_Piece]:
        """What of the turns touches a span, in moments, in the order in which it begins."""
        start, end = max(start, self.since or start), min(end, self.until or end)
        if start >= end:
            return
        for begins, ends, turn in self._on_the_wall(*_walls(self.zone, start, end)):
            begin, finish = _moments(self.zone, begins)[0], _moments(self.zone, ends)[1]
            if begin < end and start < finish:
                yield _Piece(max(begin, self.since or begin), min(finish, self.until or finish), turn)

    def in_turn(self, turn: int) -> Iterator[str]:
        """Whose turn it is, and then everybody else in order."""
        return (self.persons[(turn + number) % len(self.persons)] for number in range(len(self.persons)))

    def _on_the_wall(self, lo: datetime, hi: datetime) -> Iterator[_Piece]:
        first, turn = self.first, self.turn * _HOUR
        for begins, ends in self._open(lo, hi) if self.week else ((lo, hi),):
            for number in range((max(begins, first) - first) // turn, (ends - first) // turn + 1):
                begin = first + number * turn
                piece = _Piece(max(begins, begin), min(ends, begin + turn), number)
                if piece.start < piece.end:
                    yield piece

    def _open(self, lo: datetime, hi: datetime) -> Iterator[Interval]:
        day = lo.date() - _DAY  # none of its hours reaches into the day after the next one
        while day <= hi.date():
            midnight = datetime.combine(day, time())
            for block in self.week[day.weekday()]:
                begins, ends = (midnight + timedelta(minutes=one) for one in (block.start, block.end))
                if lo < ends and begins < hi:
                    yield begins, ends
            day += _DAY


class Span(NamedTuple):
    """Somebody has it from one moment to another, as a list says."""

    start: datetime
    end: datetime
    person: str


@dataclass(frozen=True)
class Listed:
    """Shifts as they stand in a list that is planned elsewhere; of several at once all count."""

    spans: tuple[Span, ...]
    _longest: timedelta = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "spans", tuple(sorted(self.spans)))
        object.__setattr__(self, "_longest", max((one.end - one.start for one in self.spans), default=timedelta()))

    @property
    def persons(self) -> tuple[str, ...]:
        """Everybody in the list, once."""
        return tuple(dict.fromkeys(one.person for one in self.spans))

    def pieces(self, start: datetime, end: datetime) -> Iterator[_Piece]:
        """What of the list touches a span, in the order in which it begins; the turn is the place in the list."""
        first = bisect_left(self.spans, start - self._longest, key=lambda one: one.start)
        for number in range(first, len(self.spans)):
            one = self.spans[number]
            if one.start >= end:
                return
            if start < one.end:
                yield _Piece(one.start, one.end, number)

    def in_turn(self, turn: int) -> Iterator[str]:
        """Who is named there; a list knows nobody else."""
        return iter((self.spans[turn].person,))


@dataclass(frozen=True, slots=True)
class Agreed:
    """That somebody has what there is in a span: all of it, or only what another one has by then (a swap)."""

    person: str
    start: datetime
    end: datetime
    instead_of: str = ""


@dataclass(frozen=True, slots=True)
class Away:
    """Somebody is not there; without an end for good."""

    person: str
    start: datetime
    end: datetime | None = None

    def covers(self, at: datetime) -> bool:
        """Whether it is so at a moment."""
        return self.start <= at and (self.end is None or at < self.end)


@dataclass(frozen=True)
class Schedule:
    """Who has the shift of a team: the first of its layers that has somebody counts, and what was agreed goes before.

    Of several agreements over one span each goes by who has it after those made before, so that what was handed on can
    be handed on again. Where somebody is away, the next one in turn who is there stands in; who gave his shift away
    comes last. Nobody who is away is ever on call. Where a list names only whoever is away, the next layer counts.
    """

    layers: tuple[Layer | Listed, ...]
    agreed: tuple[Agreed, ...] = ()
    away: tuple[Away, ...] = ()
    _away: Mapping[str, Sequence[Away]] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        away: dict[str, list[Away]] = {}
        for one in self.away:
            away.setdefault(one.person, []).append(one)
        object.__setattr__(self, "_away", away)

    @property
    def persons(self) -> tuple[str, ...]:
        """Everybody who takes a turn or was agreed upon, each once."""
        turns = (person for layer in self.layers for person in layer.persons)
        return tuple(dict.fromkeys((*turns, *(one.person for one in self.agreed))))

    def at(self, moment: datetime) -> tuple[Shift, ...]:
        """Who is on call at a moment, as one instant long; two where shifts overlap, nobody where there is a gap."""
        return self._on(moment, moment + timedelta(microseconds=1))

    def shifts(self, start: datetime, end: datetime) -> tuple[Shift, ...]:
        """Who is on call between two moments, cut off there, in order; neighbours that say the same are one."""
        found: list[Shift] = []
        going: dict[tuple[str, Why, str], int] = {}
        edges = self._edges(start, end)
        for lo, hi in pairwise(edges):
            now: dict[tuple[str, Why, str], int] = {}
            for shift in self._on(lo, hi):
                known = going.get(shift[2:])
                if known is None:
                    known = len(found)
                    found.append(shift)
                found[known] = found[known]._replace(end=hi)
                now[shift[2:]] = known
            going = now
        return tuple(found)

    def gaps(self, start: datetime, end: datetime) -> tuple[Interval, ...]:
        """The spans between two moments in which nobody is on call."""
        if any(self._is_always_there(layer, start, end) for layer in self.layers):
            return ()
        return uncovered(self.shifts(start, end), start, end)

    def stands(self, start: datetime, end: datetime) -> Interval:
        """The part of a span in which there is a schedule at all: outside it nobody was to be there.

        A list has no first and no last.
        """
        since = [one.since if isinstance(one, Layer) and one.since else start for one in self.layers]
        until = [one.until if isinstance(one, Layer) and one.until else end for one in self.layers]
        first = min(max(start, min(since, default=start)), end)
        return first, max(min(end, max(until, default=end)), first)

    def unmanned(self, start: datetime, end: datetime) -> tuple[list[Interval], list[Interval]]:
        """The gaps between two moments: of shifts that somebody would have if all were there, and by plan."""
        empty, left_open, gaps = list[Interval](), list[Interval](), self.gaps(start, end)
        planned = Schedule(self.layers).shifts(start, end) if gaps else ()
        for lo, hi in gaps:
            within = (Span(max(one.start, lo), min(one.end, hi), "") for one in planned)
            by_plan = uncovered((one for one in within if one.start < one.end), lo, hi)
            left_open += by_plan
            empty += uncovered((Span(*one, "") for one in by_plan), lo, hi)
        return empty, left_open

    def next_after(self, moment: datetime, within: timedelta = timedelta(days=60)) -> Shift | None:
        """The first shift that begins after a moment and that somebody has who is not on call then."""
        now = {shift.person for shift in self.at(moment)}
        first = next((one for one in self._coming(moment, within) if one.person not in now), None)
        return self._whole(first, 2 * within) if first else None

    def next_there(self, moment: datetime, without: Container[str], within: timedelta = timedelta(days=60)) -> str:
        """Who of those who are there now, but for these, has a shift first; nobody where there is none."""
        coming = (shift.person for shift in self._coming(moment, within))
        return next((one for one in coming if one not in without and not self._is_away(one, moment)), "")

    def _coming(self, moment: datetime, within: timedelta) -> Iterator[Shift]:
        """Who is on call from a moment on, in growing steps at which shifts are cut: mostly the first will do."""
        step, lo = timedelta(days=2), moment
        while lo < moment + within:
            yield from self.shifts(lo, hi := min(lo + step, moment + within))
            lo, step = hi, min(step * 2, timedelta(days=30))

    def _whole(self, begun: Shift, within: timedelta) -> Shift:
        for one in self._coming(begun.start, within):
            if one.start > begun.end:
                break
            if one[2:] == begun[2:]:
                begun = begun._replace(end=max(begun.end, one.end))
        return begun

    def _edges(self, start: datetime, end: datetime) -> list[datetime]:
        """Every moment between these two at which something may change."""
        edges = {piece_end for layer in self.layers for piece in layer.pieces(start, end) for piece_end in piece[:2]}
        spans: tuple[Agreed | Away, ...] = (*self.agreed, *self.away)
        edges |= {edge for one in spans for edge in (one.start, one.end or end)}
        return sorted({start, end, *(edge for edge in edges if start < edge < end)}) if start < end else []

    def _on(self, start: datetime, end: datetime) -> tuple[Shift, ...]:
        """Who is on call in a span in which nothing changes."""
        then = [one for one in self.agreed if one.start <= start < one.end]
        for number, one in reversed(list(enumerate(then, 1))):
            if not one.instead_of:
                named = self._has([one.person], Why.OVERRIDE, (start, end), then[number:])
                if named:
                    return (named,)
        for layer in self.layers:
            found = [
                shift
                for piece in layer.pieces(start, start + timedelta(microseconds=1))
                if (shift := self._has(layer.in_turn(piece.turn), Why.TURN, (start, end), then))
            ]
            if found:
                return tuple({shift.person: shift for shift in reversed(found)}.values())[::-1]
        return ()

    def _has(self, asked: Iterable[str], why: Why, span: Interval, then: Sequence[Agreed]) -> Shift | None:
        """Who has what is the first one's of those asked in order, once these agreements, made later, were made."""
        start, end = span
        first, *others = asked
        taker = _handed_on(first, then)
        if not self._is_away(taker, start):
            return Shift(start, end, taker, *((why, "") if taker == first else (Why.SWAP, first)))
        for other in (*(_handed_on(one, then) for one in others), *others, first):
            if not self._is_away(other, start):
                return Shift(start, end, other, Why.STANDS_IN, taker)
        return None

    def _is_always_there(self, layer: Layer | Listed, start: datetime, end: datetime) -> bool:
        """Whether a layer is on all the time between two moments and one of its persons never away: he stands in."""
        if isinstance(layer, Listed) or layer.week or _moments(layer.zone, layer.first)[0] > start:
            return False
        away = {one.person for one in self.away if one.start < end and (one.end is None or start < one.end)}
        stands = (layer.since or start) <= start and end <= (layer.until or end)
        return stands and not away.issuperset(layer.persons)

    def _is_away(self, person: str, at: datetime) -> bool:
        return any(one.covers(at) for one in self._away.get(person, ()))


def _handed_on(person: str, then: Iterable[Agreed]) -> str:
    """Who has in the end what was somebody's, after the swaps among these in the order in which they were made."""
    for one in then:
        if one.instead_of == person:
            person = one.person
    return person


def whole_day(zone: str, day: date) -> Interval:
    """When a day begins and ends at a place."""
    midnight = datetime.combine(day, time())
    return _moments(zone, midnight)[0], _moments(zone, midnight + _DAY)[1]


def uncovered(shifts: Iterable[Shift | Span], start: datetime, end: datetime) -> tuple[Interval, ...]:
    """The spans between two moments that none of these shifts covers; they all lie between the two."""
    found, reached = [], start
    for shift in sorted(shifts, key=lambda one: one.start):
        if shift.start > reached:
            found.append((reached, shift.start))
        reached = max(reached, shift.end)
    return (*found, (reached, end)) if reached < end else tuple(found)


def _walls(zone: str, start: datetime, end: datetime) -> Interval:
    """From when to when on the wall clock lies what touches a span: what it shows then, where it is not changed around.

    No two changes lie so near each other that the one would hide the other.
    """
    place = zone_of(zone)
    lo, hi = (one.astimezone(place) for one in (start - _AROUND, end + _AROUND))
    around = _AROUND if lo.utcoffset() == hi.utcoffset() and end - start < _DAY else timedelta(0)
    return lo.replace(tzinfo=None) + around, hi.replace(tzinfo=None) - around


@lru_cache(maxsize=65536)
def _moments(zone: str, wall: datetime) -> Interval:
    """The first and the last moment at which the wall clock shows this; the change that skips it is both."""
    place = zone_of(zone)
    first, last = (wall.replace(tzinfo=place, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first <= last:
        return first, last
    skipped = next(one.at for one in changes(zone, last - _HOUR, first + _HOUR) if one.after > one.before)
    return skipped, skipped
