"""Open spans compiled for looking up: a prefix sum, found by bisection for one moment and by buckets for an array."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

SECOND = 1_000_000
CHUNK = 1 << 15
"""So many values of an array at a time stay in the processor's cache."""
MANY = 6
"""With more edges than so in one bucket, bisection is faster."""

Ints = NDArray[np.int64]
Numbers = NDArray[np.int64] | NDArray[np.float64]


def merged(starts: Ints, ends: Ints) -> tuple[Ints, Ints]:
    """The same open time as spans in order, of which no two touch."""
    order = np.argsort(starts, kind="stable")
    starts, ends = starts[order], np.maximum.accumulate(ends[order])
    first = np.ones(len(starts), dtype=bool)
    first[1:] = starts[1:] > ends[:-1]
    return starts[first], ends[np.roll(first, -1)]


class Finder:
    """Finds the last of ascending edges that is not past a value, or with `strict` the last that is before it."""

    def __init__(self, edges: Ints, *, strict: bool = False) -> None:
        self._edges = edges
        self._side = np.less if strict else np.less_equal
        self._where: Literal["left", "right"] = "left" if strict else "right"
        width = int(edges[-1] - edges[0]) // (4 * len(edges)) + 1
        self._shift = width.bit_length() - 1
        grid = np.arange(edges[0], edges[-1] + (2 << self._shift), 1 << self._shift)
        found = np.searchsorted(edges, grid, side=self._where)
        self._first = np.maximum(found - 1, 0).astype(np.int32)
        self._steps = int(np.diff(found).max())
        self._next = np.append(edges[1:], np.iinfo(np.int64).max)

    def __call__(self, values: Numbers) -> NDArray[np.intp]:
        """The index of the edge for each value; 0 for those before all edges."""
        if self._steps > MANY:
            return np.maximum(np.searchsorted(self._edges, values, side=self._where) - 1, 0)
        bucket = (values - self._edges[0]).astype(np.int64) >> self._shift
        found: NDArray[np.intp] = self._first.take(bucket, mode="clip").astype(np.intp)
        for _ in range(self._steps):
            found += self._side(self._next.take(found), values)
        return found


@dataclass(frozen=True)
class Table:
    """The open spans from `lo` to `hi`, in epoch seconds.

    Arrays are asked in seconds, single moments in microseconds.
    """

    lo: int
    hi: int
    starts: Ints
    ends: Ints

    @cached_property
    def fine(self) -> Table:
        """The same in microseconds, for arrays that must be exact to one."""
        return Table(self.lo * SECOND, self.hi * SECOND, self.starts * SECOND, self.ends * SECOND)

    @cached_property
    def total(self) -> int:
        """All working seconds in it."""
        return int((self.ends - self.starts).sum())

    @cached_property
    def _lists(self) -> tuple[list[int], list[int], list[int]]:
        sums = np.append(0, np.cumsum(self.ends - self.starts))
        starts, ends, befores = ((one * SECOND).tolist() for one in (self.starts, self.ends, sums))
        return starts, ends, befores

    def worked(self, moment: int) -> int:
        """The working time from `lo` to the moment."""
        starts, ends, sums = self._lists
        at = bisect_right(starts, moment) - 1
        if at < 0:
            return 0
        end = ends[at]
        return sums[at + 1] if moment >= end else sums[at] + moment - starts[at]

    def reached(self, worked: int) -> int:
        """The first moment at which so much is worked; a closing rather than the next opening."""
        starts, _, sums = self._lists
        at = bisect_left(sums, worked) - 1
        return starts[at] + worked - sums[at]

    def left(self, worked: int) -> int:
        """The last moment at which so much is worked; an opening rather than the closing before."""
        starts, _, sums = self._lists
        at = bisect_right(sums, worked) - 1
        return starts[at] + worked - sums[at]

    def span_at(self, moment: int) -> tuple[int, int] | None:
        """The first span that ends after the moment."""
        starts, ends, _ = self._lists
        at = bisect_right(ends, moment)
        return (starts[at], ends[at]) if at < len(starts) else None

    def spans(self, lo: int, hi: int) -> list[tuple[int, int]]:
        """The spans between two moments, cut off there."""
        starts, ends, _ = self._lists
        first, last = bisect_right(ends, lo), bisect_left(starts, hi)
        return [(max(starts[at], lo), min(ends[at], hi)) for at in range(first, last)]

    @cached_property
    def _padded(self) -> tuple[Ints, Ints, Ints]:
        """Starts, ends and what was worked before, behind a first span without length at `lo`."""
        starts, ends = np.append(self.lo, self.starts), np.append(self.lo, self.ends)
        return starts, ends, np.append(0, np.cumsum(ends - starts)[:-1])

    @cached_property
    def _by_start(self) -> Finder:
        return Finder(self._padded[0])

    @cached_property
    def _by_work(self) -> tuple[Finder, Finder]:
        sums = self._padded[2]
        return Finder(sums, strict=True), Finder(sums)

    @cached_property
    def _shifts(self) -> Ints:
        starts, _, sums = self._padded
        return starts - sums

    def worked_all(self, moments: Numbers) -> Numbers:
        """`worked` for each."""
        at = self._by_start(moments)
        return np.minimum(moments, self._padded[1].take(at)) - self._shifts.take(at)

    def reached_all(self, worked: Numbers) -> Numbers:
        """`reached` for each."""
        return worked + self._shifts.take(self._by_work[0](worked))

    def left_all(self, worked: Numbers) -> Numbers:
        """`left` for each."""
        return worked + self._shifts.take(self._by_work[1](worked))
