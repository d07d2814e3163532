"""What somebody who is told of a rung can answer; and that he leaves its climb, of which others go on hearing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from backline.core.case import Case
from backline.core.cast import Cast, recipients
from backline.core.clock import running
from backline.core.events import Event
from backline.core.facts import may
from backline.core.fold import apply
from backline.core.jump import WHO
from backline.core.ladder import REACHED, next_step
from backline.core.lifecycle import Capacity, Move, MoveRefused, Refusal, allowed
from backline.core.moves import Ask, Draft
from backline.core.policy import Policy
from backline.core.sight import capacities
from backline.core.words import OPEN_STATES, Actor, Answer, ClockName, State

TOO_LATE = "TOO_LATE"
"""Why an answer was kept that something else had overtaken; else it is what the law refused."""


def open_to(case: Case, actor: Actor, policy: Policy, told: Event) -> tuple[Answer, ...]:
    """The answers that the law allows him now to the event of a rung that told him."""
    goes_on = told.data["rung"] < len(policy.ladders[ClockName(told.data["clock"])]) - 1
    held = capacities(actor, case)
    moves = allowed(case.state, held)
    comes = Move.ACCEPT in moves or (Capacity.OWNER in held and case.state is State.ACCEPTED)
    ours = bool(held & WHO) and case.state in OPEN_STATES
    found = {
        Answer.TAKE: Move.ACCEPT in moves,
        Answer.DECLINE: Move.BOUNCE in moves,
        Answer.HAND_UP: ours and goes_on,
        Answer.ARRIVE: comes and case.stop is None,
        Answer.NOTE: ours or (Capacity.DEPUTY in held and case.state in OPEN_STATES),
        Answer.STOP: ours,
    }
    return tuple(answer for answer, may_be in found.items() if may_be)


@dataclass(frozen=True, slots=True)
class Rung:
    """A rung that told somebody: the number of its event, its climb, and whom."""

    seq: int
    climb: str
    person: str


def overtaken(events: Sequence[Event], policy: Callable[[str], Policy], rung: Rung) -> Event | None:
    """What has made an answer to the rung of an event pointless: its climb ended, or it told the same person again."""
    case: Case | None = None
    for event in events:
        case = apply(case, event)
        if event.seq <= rung.seq:
            continue
        again = event.kind in REACHED and event.data["climb"] == rung.climb and rung.person in event.data["told"]
        if again or not any(clock.climb == rung.climb for clock in running(case, policy(case.policy))):
            return event
    return None


def leave_climb(case: Case, ask: Ask, cast: Cast, *, climb: str) -> Draft:
    """He hears no more of this climb; refused where nobody else would, for then it would be told to nobody."""
    may(case, ask, "climb.left", WHO)
    clock = next((one for one in running(case, ask.policy) if one.climb == climb), None)
    if clock is None:
        raise MoveRefused(Refusal.NO_SUCH_RECORD, "climb.left", ("climb",))
    step = next_step(ask.policy, clock, case.climbs.get(climb))
    without = replace(cast, left=((climb, (*case.left.get(climb, ()), ask.actor.id)),))
    told = recipients(step.tell, without.of(clock.name, max(step.at, ask.at), climb), hold=step.hold).persons
    if not told or ask.actor.id in told:
        raise MoveRefused(Refusal.NOBODY_ELSE, "climb.left")
    return Draft("climb.left", {"climb": climb, "clock": clock.name.value, "instead": list(told)})


def keep_answer(answer: Answer, *, climb: str, why: str, said: str) -> Draft:
    """An answer that came too late, or that the law refused; `why` is the refusal, `said` a commitment of the words."""
    return Draft("answer.kept", {"answer": answer.value, "climb": climb, "refused": why, "text": said})
