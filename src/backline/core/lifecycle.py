"""The table of moves: which change of state is legal, for whom, and whether the customer is told.

Rules of this file: the table is data and the only place that knows it; a move that it does not hold raises
`MoveRefused` and changes nothing; the database's constraints, the buttons and the diagram are drawn from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from backline.core.words import State


class Move(StrEnum):
    """A change of a case's state that somebody asks for."""

    RAISE = "RAISE"
    RETURN = "RETURN"
    COMPLETE = "COMPLETE"
    OFFER = "OFFER"
    ACCEPT = "ACCEPT"
    BOUNCE = "BOUNCE"
    RESOLVE = "RESOLVE"
    CONFIRM = "CONFIRM"
    LAPSE = "LAPSE"
    DISPUTE = "DISPUTE"
    REOPEN = "REOPEN"
    DEESCALATE = "DEESCALATE"
    WITHDRAW = "WITHDRAW"


class Capacity(StrEnum):
    """In what relation to a case somebody asks for a move."""

    TECHNICIAN = "TECHNICIAN"
    COORDINATOR = "COORDINATOR"
    MANAGER = "MANAGER"
    DEPUTY = "DEPUTY"
    OFFERED = "OFFERED"
    TEAM = "TEAM"
    LEAD = "LEAD"
    OWNER = "OWNER"
    RESOLVER = "RESOLVER"
    CUSTOMER = "CUSTOMER"
    TRIGGER = "TRIGGER"
    POLICY = "POLICY"
    CLOCK = "CLOCK"


class Told(StrEnum):
    """Whether a move is told to the customer."""

    ALWAYS = "ALWAYS"
    FIRST_TIME = "FIRST_TIME"
    TIER_CHANGE = "TIER_CHANGE"
    NEVER = "NEVER"


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table; `gated` moves pass the gates; `sources` is empty for raise alone."""

    move: Move
    sources: frozenset[State]
    target: State
    who: frozenset[Capacity]
    needs: tuple[str, ...]
    told: Told
    gated: bool = False


type _Line = tuple[Move, str, State, str, str, Told] | tuple[Move, str, State, str, str, Told, bool]


def _rule(line: _Line) -> Rule:
    move, sources, target, who, needs, told, *gated = line
    return Rule(
        move=move,
        sources=frozenset(State(name) for name in sources.split()),
        target=target,
        who=frozenset(Capacity(name) for name in who.split()),
        needs=tuple(needs.split()),
        told=told,
        gated=any(gated),
    )


S, T = State, Told
_LINES: tuple[_Line, ...] = (
    (Move.RAISE, "", S.RAISED, "TECHNICIAN TRIGGER COORDINATOR CUSTOMER", "reasons summary", T.ALWAYS),
    (Move.RETURN, "RAISED", S.RETURNED, "COORDINATOR", "missing", T.NEVER),
    (Move.COMPLETE, "RETURNED", S.RAISED, "TECHNICIAN POLICY", "answer", T.NEVER),
    (Move.OFFER, "RAISED OFFERED ACCEPTED", S.OFFERED, "COORDINATOR POLICY OWNER LEAD", "team", T.TIER_CHANGE),
    (Move.ACCEPT, "OFFERED", S.ACCEPTED, "OFFERED TEAM", "lease_until", T.FIRST_TIME),
    (Move.BOUNCE, "OFFERED", S.RAISED, "OFFERED", "why", T.NEVER),
    (Move.RESOLVE, "ACCEPTED", S.RESOLVED, "OWNER", "cause fix outcome", T.ALWAYS),
    (Move.CONFIRM, "RESOLVED", S.CLOSED, "CUSTOMER COORDINATOR", "", T.ALWAYS, True),
    (Move.LAPSE, "RESOLVED", S.CLOSED, "CLOCK", "", T.ALWAYS, True),
    (Move.DISPUTE, "RESOLVED", S.ACCEPTED, "CUSTOMER COORDINATOR", "why", T.ALWAYS),
    (Move.REOPEN, "CLOSED", S.RAISED, "COORDINATOR CUSTOMER", "why", T.ALWAYS),
    (Move.DEESCALATE, "OFFERED ACCEPTED", S.OFFERED, "COORDINATOR MANAGER", "team why", T.ALWAYS),
    (Move.WITHDRAW, "RAISED RETURNED OFFERED ACCEPTED", S.WITHDRAWN, "COORDINATOR", "why", T.ALWAYS, True),
)
MOVES: dict[Move, Rule] = {line[0]: _rule(line) for line in _LINES}


class Refusal(StrEnum):
    """Why something was refused; `wording` makes the sentence."""

    NOT_IN_THIS_STATE = "NOT_IN_THIS_STATE"
    NOT_YOURS = "NOT_YOURS"
    NEEDS = "NEEDS"
    GATE = "GATE"
    UNDOCUMENTED = "UNDOCUMENTED"
    LEASE_TOO_LONG = "LEASE_TOO_LONG"
    NOT_IN_THE_FUTURE = "NOT_IN_THE_FUTURE"
    TOO_FAR = "TOO_FAR"
    WORD_TOO_LATE = "WORD_TOO_LATE"
    HAD_IT_BEFORE = "HAD_IT_BEFORE"
    NOT_A_LOWER_TIER = "NOT_A_LOWER_TIER"
    REOPEN_TOO_LATE = "REOPEN_TOO_LATE"
    NO_SUCH_RECORD = "NO_SUCH_RECORD"
    NOBODY_THERE = "NOBODY_THERE"
    NO_SUCH_TARGET = "NO_SUCH_TARGET"
    MOVED_ON = "MOVED_ON"
    HAS_IT = "HAS_IT"
    NOTHING_NEW = "NOTHING_NEW"
    BOOKED_THEN = "BOOKED_THEN"
    NOBODY_TO_TELL = "NOBODY_TO_TELL"
    NOT_THEN = "NOT_THEN"
    JUDGED = "JUDGED"
    JOB_DONE = "JOB_DONE"
    ABSURD = "ABSURD"
    OPEN_ALREADY = "OPEN_ALREADY"
    NOBODY_ELSE = "NOBODY_ELSE"


MENDABLE = frozenset(
    {
        Refusal.NEEDS,
        Refusal.UNDOCUMENTED,
        Refusal.LEASE_TOO_LONG,
        Refusal.NOT_IN_THE_FUTURE,
        Refusal.TOO_FAR,
        Refusal.WORD_TOO_LATE,
        Refusal.NOT_A_LOWER_TIER,
        Refusal.NO_SUCH_TARGET,
        Refusal.HAS_IT,
        Refusal.NOTHING_NEW,
        Refusal.BOOKED_THEN,
        Refusal.NOBODY_TO_TELL,
        Refusal.NOT_THEN,
        Refusal.ABSURD,
    }
)
"""What another content of the same form would mend; the rest lies with the case or with who asks."""


class MoveRefused(Exception):
    """A move that the law does not allow; nothing was changed.

    `details` names what is missing or the bound that was passed, as codes and values.
    """

    def __init__(self, refusal: Refusal, what: str, details: tuple[str, ...] = ()) -> None:
        super().__init__(f"{what}: {refusal}{' ' if details else ''}{', '.join(details)}")
        self.refusal = refusal
        self.what = what
        self.details = details

    @property
    def mendable(self) -> bool:
        """Whether the same thing can be asked again with another content."""
        return self.refusal in MENDABLE


def judge(move: Move, state: State, capacities: frozenset[Capacity]) -> Rule:
    """The rule by which this move is legal now for somebody in these capacities; raises `MoveRefused` where none is."""
    rule = MOVES[move]
    if state not in rule.sources:
        raise MoveRefused(Refusal.NOT_IN_THIS_STATE, move, (state,))
    if not rule.who & capacities:
        raise MoveRefused(Refusal.NOT_YOURS, move, tuple(sorted(rule.who)))
    return rule


def allowed(state: State, capacities: frozenset[Capacity]) -> tuple[Move, ...]:
    """The moves that somebody in these capacities may ask for now, in the order of the table: the only buttons."""
    return tuple(rule.move for rule in MOVES.values() if state in rule.sources and rule.who & capacities)
