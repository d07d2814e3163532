"""The law for many clocks at once: when each is due and must be looked at; moments are microseconds since 1970 here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import NamedTuple

from backline.core.calendar import CalendarRefused, Hours
from backline.core.case import Climb
from backline.core.counting import Counting, Elapsed, or_all_time
from backline.core.ladder import Anchor, anchors, anchors_from, comes_sooner, coming
from backline.core.policy import Policy, Rung, Whose
from backline.core.watch import may_lapse
from backline.core.words import ClockName

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def micros(moment: datetime) -> int:
    """The moment as microseconds since 1970."""
    return (moment - _EPOCH) // _MICROSECOND


def moment(since: int) -> datetime:
    """The moment so many microseconds after 1970 began."""
    return _EPOCH + since * _MICROSECOND


def pauses(counting: Counting) -> list[int]:
    """The pauses of a clock, one after another: from and to in turn."""
    return [micros(at) for pause in counting.apart() for at in (pause.from_at, pause.to_at)]


@dataclass(frozen=True)
class Course:
    """What the clocks of one kind have before them that have come equally far.

    How much may pass, in whose hours, what the next step waits for, and whether the case may lapse before it. Where it
    is a repeat, `last` is the rung it repeats, and `repeat` which repeat that is. Where it is the next rung, `told` is
    what the rung that told last waits for, and `from_there` what the next one does if that was ahead of its time.
    """

    target: timedelta
    whose: Whose
    waits_for: tuple[Anchor, ...]
    may_lapse: bool
    last: Rung | None = None
    repeat: int = 0
    told: tuple[Anchor, ...] = ()
    from_there: tuple[Anchor, ...] = ()

    @cached_property
    def amounts(self) -> tuple[int, ...]:
        """What must be counted to know all its moments: the target, and each share of it that is neither end."""
        return _amounts_of(self.target, self._shares)

    def look_at(self, one: Standing, reached: Sequence[int]) -> int:
        """When somebody must look at a clock of this course, where so much was reached at these moments."""
        moments, told_at = (one.start, *reached), one.told_at
        at = _latest(self._waits, moments, one.waits)
        if self.last and told_at is not None:
            at -= comes_sooner(self.last, self.repeat, _MICROSECOND * (at - told_at)) // _MICROSECOND
        if self.told and told_at is not None and told_at < _latest(self._told, moments, one.waits):
            at = min(at, self._goes_on(one, told_at))
        return min(at, reached[0]) if self.may_lapse else at

    def _goes_on(self, one: Standing, told_at: int) -> int:
        """When the next rung comes as if the one that told last had been due then; there are few such clocks."""
        shares = _shares_of(self.from_there)
        amounts, paused = _amounts_of(self.target, shares), _since(told_at, one.pauses)
        reached = or_all_time(
            one.hours,
            lambda hours: hours.reached_all([told_at] * len(amounts), amounts, [paused] * len(amounts)),
        )
        return _latest(_placed(self.from_there, shares), (told_at, *reached), one.waits)

    @cached_property
    def _shares(self) -> list[float]:
        return _shares_of((*self.waits_for, *self.told))

    @cached_property
    def _waits(self) -> list[_Placed]:
        return _placed(self.waits_for, self._shares)

    @cached_property
    def _told(self) -> list[_Placed]:
        return _placed(self.told, self._shares)


class _Placed(NamedTuple):
    """What a rung waits for: its place among the start and the shares that are reached, and its wait."""

    place: int
    wait: int
    anchor: Anchor


def _shares_of(found: Sequence[Anchor]) -> list[float]:
    return [1, *sorted({one.share for one in found} - {0, 1})]


def _amounts_of(target: timedelta, shares: Sequence[float]) -> tuple[int, ...]:
    return tuple(target * share // _MICROSECOND for share in shares)


def _placed(found: Sequence[Anchor], shares: Sequence[float]) -> list[_Placed]:
    places = [0, *shares]
    return [_Placed(places.index(one.share), one.wait // _MICROSECOND, one) for one in found]


def _latest(waits: Sequence[_Placed], moments: Sequence[int], hours: Mapping[Whose, Hours]) -> int:
    return max(
        micros(anchor.after(moment(moments[place]), hours)) if anchor.legs else moments[place] + wait
        for place, wait, anchor in waits
    )


def _since(at: int, pauses: Sequence[int]) -> list[int]:
    """What of pauses lies after a moment."""
    both = zip(pauses[::2], pauses[1::2], strict=True)
    return [edge for begin, over in both if at < over for edge in (max(begin, at), over)]


def course(policy: Policy, clock: ClockName, climb: Climb | None, *, target: timedelta, whose: Whose) -> Course:
    """What a clock has before it that runs for so long in somebody's hours."""
    ladder = policy.ladders[clock]
    rung, repeat = coming(ladder, climb)
    found = Course(target, whose, anchors(ladder, rung, repeat), may_lapse(clock, climb))
    if repeat:
        return replace(found, last=ladder[rung], repeat=repeat)
    if climb is None:
        return found
    return replace(found, told=anchors(ladder, climb.rung), from_there=anchors_from(ladder, climb.rung, rung))


class Standing(NamedTuple):
    """One clock: its course, the hours that it counts in, when it began, and its pauses, from and to in turn.

    `waits` are the hours in which rungs of its ladder may wait; `told_at` is when its ladder told last;
    `besides` is when somebody must look whatever hours count: a pause is at its limit, or what is held may be covered.
    """

    course: Course
    hours: Hours | Elapsed
    start: int
    pauses: Sequence[int]
    waits: Mapping[Whose, Hours] = {}
    besides: int | None = None
    told_at: int | None = None


class Moments(NamedTuple):
    """When a clock is due, and when somebody must look at it."""

    due_at: int
    look_at: int


def moments(clocks: Sequence[Standing]) -> list[Moments | None]:
    """What `clock.running` and `watch.look_at` say of each, all that count in the same hours at a time.

    None for each whose hours are too few to ever be due, and for it alone.
    """
    same: dict[int, list[int]] = {}
    for place, one in enumerate(clocks):
        same.setdefault(id(one.hours), []).append(place)
    found: dict[int, Moments | None] = {}
    for places in same.values():
        found |= zip(places, _in_the_same_hours([clocks[place] for place in places]), strict=True)
    return [found[place] for place in range(len(clocks))]


def _in_the_same_hours(clocks: Sequence[Standing]) -> list[Moments | None]:
    """All at once; where one of them cannot be counted, each half, down to the one."""
    asked = [(one.start, amount, one.pauses) for one in clocks for amount in one.course.amounts]
    starts, amounts, paused = (list(part) for part in zip(*asked, strict=True))
    try:
        answers = iter(clocks[0].hours.reached_all(starts, amounts, paused))
    except (CalendarRefused, OverflowError):
        if len(clocks) == 1:
            return [None]
        middle = len(clocks) // 2
        return [*_in_the_same_hours(clocks[:middle]), *_in_the_same_hours(clocks[middle:])]
    return [_moments(one, answers) for one in clocks]


def _moments(one: Standing, answers: Iterator[int]) -> Moments | None:
    reached = [next(answers) for _ in one.course.amounts]
    try:
        look_at = one.course.look_at(one, reached)
    except OverflowError:
        return None
    return Moments(reached[0], look_at if one.besides is None else min(look_at, one.besides))
