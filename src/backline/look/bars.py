"""Bars: how much of something each has, beside the number that says it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bar:
    """One of them: the number in words, how long it is drawn and where a limit stands, by the longest."""

    said: str
    width: str
    limit: str = ""
    over: bool = False


def bars(values: Sequence[tuple[float, str]], limits: Sequence[float] = (), over: Sequence[bool] = ()) -> list[Bar]:
    """A bar for each value with its words; all to one scale. A limit of 0 is none; `over` is who has reached his."""
    limits, over = limits or [0] * len(values), over or [False] * len(values)
    longest = max((*(value for value, _said in values), *limits), default=0) or 1
    return [
        Bar(said, _share(value, longest), _share(limit, longest) if limit else "", reached)
        for (value, said), limit, reached in zip(values, limits, over, strict=True)
    ]


def _share(value: float, longest: float) -> str:
    return f"{value / longest * 100:.1f}%"
