"""What a plan does to the shifts that come: before and after beside each other, where they are not the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from backline.core.oncall import Schedule, Shift
from backline.desk.oncall import said
from backline.people.oncall import AHEAD

_Whose = tuple[tuple[object, ...], ...]
"""Whose it is, and why, without from when to when."""


@dataclass(frozen=True, slots=True)
class Change:
    """From when to when others are on call than now, in words; nobody where `who` is empty.

    `outcome` is the same without words and without what moves on with time: where it begins now, or has no end.
    """

    span: str
    who: tuple[str, ...]
    before: str
    outcome: tuple[datetime | None, datetime | None, _Whose, _Whose]


@dataclass(frozen=True, slots=True)
class Effect:
    """What a plan does to the shifts of one team."""

    team: str
    changes: tuple[Change, ...]

    @property
    def outcome(self) -> tuple[object, ...]:
        """What is compared of it where it is looked at again."""
        return (self.team, *(one.outcome for one in self.changes))

    @property
    def gaps(self) -> list[Change]:
        """Where it leaves nobody."""
        return [one for one in self.changes if not one.who]

    @property
    def moved(self) -> list[Change]:
        """Where somebody else has it."""
        return [one for one in self.changes if one.who]


def changes(
    before: Schedule | None, after: Schedule | None, start: datetime, end: datetime, *, at: datetime, zone: str
) -> tuple[Change, ...]:
    """Where between two moments somebody else would be on call, or for another reason; said as of now (`at`).

    What goes on where pages stop looking has no end.
    """
    shifts = [one.shifts(start, end) if one else () for one in (before, after)]
    names = said.names_of(*shifts)
    return tuple(
        Change(
            said.span(lo, hi if hi < start + AHEAD else None, at, zone),
            tuple(f"{names.get(one.person, '')} {said.reason(one, names)}".strip() for one in now),
            ", ".join(names.get(one.person, "") for one in was),
            (lo if lo > start else None, hi if hi < end else None, _whose(was), _whose(now)),
        )
        for lo, hi, was, now in _differing(*shifts)
    )


def _whose(shifts: Sequence[Shift]) -> _Whose:
    return tuple(one[2:] for one in shifts)


_Piece = tuple[datetime, datetime, tuple[Shift, ...], tuple[Shift, ...]]


def _differing(before: Sequence[Shift], after: Sequence[Shift]) -> Iterator[_Piece]:
    """Each span in which they differ, as long as it can be; in `shifts` who, and why, is all that is compared."""
    edges = sorted({edge for one in (*before, *after) for edge in one[:2]})
    going: _Piece | None = None
    for lo, hi in pairwise(edges):
        was, now = (tuple(one for one in shifts if one.start <= lo < one.end) for shifts in (before, after))
        same = _whose(was) == _whose(now)
        if going and (same or lo != going[1] or (was, now) != going[2:]):
            yield going
            going = None
        if not same:
            going = (going[0] if going else lo, hi, was, now)
    if going:
        yield going
