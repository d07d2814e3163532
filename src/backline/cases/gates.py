"""The port of gates: rooms register what must be done before a case may end; asked under the row lock."""

from __future__ import annotations

from collections.abc import Callable

from backline.core.case import Case

Gate = Callable[[Case], str]
"""Answers with the code of what is missing, or an empty text where nothing is."""

_GATES: list[Gate] = []


def register(gate: Gate) -> None:
    """Ask this gate at every terminal move; registering it again changes nothing."""
    if gate not in _GATES:
        _GATES.append(gate)


def closed(case: Case) -> tuple[str, ...]:
    """The codes of everything that still holds the case open."""
    return (*case.gates, *(code for gate in _GATES if (code := gate(case))))
