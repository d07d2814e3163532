"""The table of moves, held against the table of the domain's rules, written out once more by hand."""

from __future__ import annotations

import pytest

from backline.core.lifecycle import MOVES, Capacity, Move, MoveRefused, Refusal, allowed, judge
from backline.core.words import State

# move: sources → target, who
RULES = {
    "RAISE": ("", "RAISED", "TECHNICIAN TRIGGER COORDINATOR CUSTOMER"),
    "RETURN": ("RAISED", "RETURNED", "COORDINATOR"),
    "COMPLETE": ("RETURNED", "RAISED", "TECHNICIAN POLICY"),  # the policy, when the technician leaves
    "OFFER": ("RAISED OFFERED ACCEPTED", "OFFERED", "COORDINATOR POLICY OWNER LEAD"),
    "ACCEPT": ("OFFERED", "ACCEPTED", "OFFERED TEAM"),
    "BOUNCE": ("OFFERED", "RAISED", "OFFERED"),
    "RESOLVE": ("ACCEPTED", "RESOLVED", "OWNER"),
    "CONFIRM": ("RESOLVED", "CLOSED", "CUSTOMER COORDINATOR"),
    "LAPSE": ("RESOLVED", "CLOSED", "CLOCK"),
    "DISPUTE": ("RESOLVED", "ACCEPTED", "CUSTOMER COORDINATOR"),  # in the customer's words
    "REOPEN": ("CLOSED", "RAISED", "COORDINATOR CUSTOMER"),
    "DEESCALATE": ("OFFERED ACCEPTED", "OFFERED", "COORDINATOR MANAGER"),
    "WITHDRAW": ("RAISED RETURNED OFFERED ACCEPTED", "WITHDRAWN", "COORDINATOR"),
}


def test_the_table_is_the_one_of_the_rules() -> None:
    written = {
        rule.move.value: (
            " ".join(state for state in State if state in rule.sources),
            rule.target.value,
            set(rule.who),
        )
        for rule in MOVES.values()
    }
    assert written == {move: (sources, target, set(who.split())) for move, (sources, target, who) in RULES.items()}


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("capacity", Capacity)
@pytest.mark.parametrize("move", Move)
def test_every_move_from_every_state_in_every_capacity(move: Move, state: State, capacity: Capacity) -> None:
    sources, _, who = RULES[move]
    legal = state in sources.split() and capacity in who.split()
    assert (move in allowed(state, frozenset({capacity}))) is legal
    if legal:
        assert judge(move, state, frozenset({capacity})).move is move
        return
    with pytest.raises(MoveRefused) as refused:
        judge(move, state, frozenset({capacity}))
    wrong_state = state not in sources.split()
    assert refused.value.refusal is (Refusal.NOT_IN_THIS_STATE if wrong_state else Refusal.NOT_YOURS)


def test_every_terminal_move_passes_the_gates() -> None:
    terminal = {rule.move for rule in MOVES.values() if rule.target in (State.CLOSED, State.WITHDRAWN)}
    assert terminal == {rule.move for rule in MOVES.values() if rule.gated}
