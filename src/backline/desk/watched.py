"""The port of the line on the manager's page that says whether anybody was forgotten: the fuse box fills it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Watched:
    """One figure in words, and the address behind which its cases stand; `bad` where somebody must act."""

    said: Any
    address: str
    bad: bool = False


Ask = Callable[[datetime], Sequence[Watched]]
_ASKED: list[Ask] = []


def fill(ask: Ask) -> None:
    """Ask this for the figures; what was asked before is asked no more."""
    _ASKED[:] = [ask]


def figures(at: datetime) -> list[Watched]:
    """The figures as they are now."""
    return [one for ask in _ASKED for one in ask(at)]
