"""What whoever was told answers beside the moves: the next in line at once, no more of it, or what comes too late."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from backline.cases.ahead import later
from backline.cases.operations._write import Done, Held, Wish, change
from backline.cases.roster import casts_of
from backline.core import answers
from backline.core.jump import Jump, jump
from backline.core.lifecycle import MoveRefused, Refusal
from backline.core.moves import Ask, Draft
from backline.core.words import Actor, Answer


def hand_up(cases: Sequence[str], *, climb: str, why: str, by: Actor, at: datetime, key: str) -> list[Done]:
    """Have the next rung of a climb told at once that tells anybody but whoever asks, with a reason."""

    def decide(held: Held, ask: Ask) -> list[Draft]:
        cast = casts_of([held.case], [held.policy], at=ask.at)[held.case.id]
        above = [one for one in later(held.case, ask.policy, cast, ask.at) if one.clock.climb == climb]
        rungs = [one.step.rung for one in above if set(one.told.persons) - {by.id}]
        if not rungs:
            raise MoveRefused(Refusal.NOBODY_ELSE, "rung.jumped")
        return [jump(held.case, ask, cast, Jump(climb, rungs[0], held.texts.add(why, subject=by.id)))]

    return change(cases, Wish("hand-up", {"climb": climb, "why": why}), decide, by=by, at=at, key=key)


def leave_climb(cases: Sequence[str], *, climb: str, by: Actor, at: datetime, key: str) -> list[Done]:
    """Hear no more of a climb, of which somebody else hears."""

    def decide(held: Held, ask: Ask) -> list[Draft]:
        cast = casts_of([held.case], [held.policy], at=ask.at)[held.case.id]
        return [answers.leave_climb(held.case, ask, cast, climb=climb)]

    return change(cases, Wish("leave-climb", {"climb": climb}), decide, by=by, at=at, key=key)


def keep_answer(
    cases: Sequence[str], *, answer: Answer, climb: str, refused: str, text: str, by: Actor, at: datetime, key: str
) -> list[Done]:
    """Write down an answer that could not be carried out, and its words; the case may be out of sight by now."""

    def decide(held: Held, _ask: Ask) -> list[Draft]:
        said = held.texts.add(text, subject=by.id)
        return [answers.keep_answer(answer, climb=climb, why=refused, said=said)]

    body = {"answer": answer, "climb": climb, "text": text}
    return change(cases, Wish("answer", body, unseen=True), decide, by=by, at=at, key=key)
