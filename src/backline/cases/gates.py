"""The port of gates: rooms register what must be done before a case may end; asked under the row lock."""

from __future__ import annotations

from collections.abc import Callable

from backline.core.case import Case
from backline.core.policy import Policy
from backline.core.words import Gate, State

Ask = Callable[[Case], str]
"""Answers with the code of what is missing, or an empty text where nothing is."""

_GATES: dict[Gate, Ask] = {}


def register(gate: Gate, ask: Ask) -> None:
    """Ask this of a resolved case that is about to end, where its policy wants it."""
    _GATES[gate] = ask


def of_itself(case: Case, policy: Policy) -> tuple[str, ...]:
    """What the case itself knows to hold it open: by law, and its root cause where its policy wants that."""
    resolved = case.state is State.RESOLVED
    owed = resolved and case.root_cause is None and policy.wants(Gate.ROOT_CAUSE, case.reasons)
    return (*case.gates, "ROOT_CAUSE") if owed else case.gates


def closed(case: Case, policy: Policy) -> tuple[str, ...]:
    """The codes of everything that still holds the case open, other rooms asked as well."""
    if case.state is not State.RESOLVED:
        return case.gates
    wanted = (ask for gate, ask in _GATES.items() if policy.wants(gate, case.reasons))
    return (*of_itself(case, policy), *(code for ask in wanted if (code := ask(case))))
