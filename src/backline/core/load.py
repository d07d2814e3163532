"""Load: how many open cases at once are enough for somebody, and who has as many already."""

from __future__ import annotations

from collections.abc import Iterable


def cap_of(own: int, of_teams: Iterable[int]) -> int:
    """His own cap, else the lowest that one of his teams has for everybody in it; 0 is for no limit."""
    return own or min((cap for cap in of_teams if cap), default=0)


def is_full(open_cases: int, cap: int) -> bool:
    """Whether he has as many as are enough."""
    return 0 < cap <= open_cases
