"""The verbs about what a customer may do until it is repaired: offer it, decide it, move its end, end it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from backline.cases.operations._write import Done, Held, Wish, change
from backline.core import facts
from backline.core.moves import Ask, Draft
from backline.core.words import Actor, WorkaroundEnd


@dataclass(frozen=True, slots=True)
class NewWorkaround:
    """What may be done meanwhile, within which limits, until when, and whether somebody could be hurt by it."""

    meanwhile: str
    limits: str
    until: datetime | None
    unsafe: bool = False


def offer_workaround(
    cases: Sequence[str], *, workaround: NewWorkaround, by: Actor, at: datetime, key: str, seen: int = 0
) -> list[Done]:
    """Tell the customer what may be done until it is repaired; where that is dangerous, a manager is asked first."""

    def decide(held: Held, ask: Ask) -> list[Draft]:
        return [offered(held, ask, workaround)]

    return change(cases, Wish("workaround", {"workaround": workaround}, seen=seen), decide, by=by, at=at, key=key)


def offered(held: Held, ask: Ask, new: NewWorkaround) -> Draft:
    """The event of a workaround that is offered or proposed, with its texts as commitments."""
    meanwhile, limits = (held.texts.add(text, subject=ask.actor.id) for text in (new.meanwhile, new.limits))
    kept = facts.Workaround(meanwhile, limits, new.until, unsafe=new.unsafe)
    return facts.offer_workaround(held.case, ask, record=str(uuid4()), workaround=kept)


def approve_workaround(
    cases: Sequence[str], *, record: str, until: datetime | None, limits: str, by: Actor, at: datetime, key: str,
    seen: int = 0,
) -> list[Done]:  # fmt: skip
    """A manager has it count, until then and within these limits; where he says none, within those proposed."""

    def decide(held: Held, ask: Ask) -> list[Draft]:
        said = held.texts.add(limits, subject=by.id)
        return [facts.approve_workaround(held.case, ask, record=record, until=until, limits=said)]

    body = {"record": record, "until": until, "limits": limits}
    return change(cases, Wish("approve-workaround", body, seen=seen), decide, by=by, at=at, key=key)


def refuse_workaround(
    cases: Sequence[str], *, record: str, why: str, by: Actor, at: datetime, key: str, seen: int = 0
) -> list[Done]:
    """A manager refuses it, with a reason."""

    def decide(held: Held, ask: Ask) -> list[Draft]:
        return [facts.refuse_workaround(held.case, ask, record=record, why=held.texts.add(why, subject=by.id))]

    wish = Wish("refuse-workaround", {"record": record, "why": why}, seen=seen)
    return change(cases, wish, decide, by=by, at=at, key=key)


def extend_workaround(
    cases: Sequence[str], *, record: str, until: datetime | None, why: str, by: Actor, at: datetime, key: str,
    seen: int = 0,
) -> list[Done]:  # fmt: skip
    """It counts until another moment, for a reason."""

    def decide(held: Held, ask: Ask) -> list[Draft]:
        said = held.texts.add(why, subject=by.id)
        return [facts.extend_workaround(held.case, ask, record=record, until=until, why=said)]

    wish = Wish("extend-workaround", {"record": record, "until": until, "why": why}, seen=seen)
    return change(cases, wish, decide, by=by, at=at, key=key)


def end_workaround(
    cases: Sequence[str], *, record: str, how: WorkaroundEnd, why: str, by: Actor, at: datetime, key: str
) -> list[Done]:
    """It counts no longer, because it is not needed or does not hold."""

    def decide(held: Held, ask: Ask) -> list[Draft]:
        said = held.texts.add(why, subject=by.id)
        return [facts.end_workaround(held.case, ask, record=record, how=how, why=said)]

    wish = Wish("end-workaround", {"record": record, "how": how, "why": why})
    return change(cases, wish, decide, by=by, at=at, key=key)
