"""What a customer says of a case without answering anything that it asks: words, photos, haste, a wish to be called."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from backline.core.case import Called, Case, Mark, mark
from backline.core.events import Event, moment
from backline.core.facts import answer_owed, endangered, need
from backline.core.leasing import progressed
from backline.core.lifecycle import Capacity, MoveRefused, Refusal
from backline.core.moves import Ask, Draft, future
from backline.core.policy import Policy
from backline.core.sight import capacities
from backline.core.triggers import Finding
from backline.core.words import OPEN_STATES, ClockName, Danger, State, ToldBy, Trigger

IN_DANGER = Finding(Trigger.UNSAFE)
"""What a customer says who says that somebody is in danger."""


def customer_says(case: Case, ask: Ask, *, text: str, evidence: dict[str, str], doubtful: bool = False) -> Draft:
    """The customer's word, in every state: whoever writes of a case that has ended is heard as well.

    It moves nothing: what confirms, disputes or reopens is said where it is asked. But whoever writes of a resolved
    case is not silent: it does not lapse before somebody has answered, who hears of it by the rhythm of the policy.
    What is `doubtful` may be a program's: it is read, and nothing else.
    """
    _is_hers(case, ask, "customer.said")
    need("customer.said", text=text or evidence)
    data: dict[str, Any] = {"text": text} | ({"evidence": evidence} if evidence else {})
    return Draft("customer.said", data | ({"doubtful": True} if doubtful else answer_owed(case, ask)))


def customer_urges(case: Case, ask: Ask, *, text: str, danger: bool, review: str) -> Draft:
    """The customer says that it is urgent: a word to her is due at once, so that silence climbs.

    Said again before that word, or before the rhythm of the policy would have brought the next one, it is written down
    and does nothing more; that somebody is in danger always counts, unless it is reviewed already (`review` is the
    record's id).
    """
    _is_hers(case, ask, "customer.urged")
    if case.state not in OPEN_STATES:
        raise MoveRefused(Refusal.NOT_IN_THIS_STATE, "customer.urged", (case.state,))
    need("customer.urged", text=text)
    data: dict[str, Any] = {"text": text, "in_danger": danger} | answer_owed(case, ask)
    more = endangered(case, ask, IN_DANGER, review=review) if danger else {}
    new = danger and (case.danger is Danger.NONE or bool(more["review"]))
    if urged_lately(case, ask.policy, ask.at) and not new:
        return Draft("urge.repeated", data)
    return Draft("customer.urged", data | more)


def urged_lately(case: Case, policy: Policy, at: datetime) -> bool:
    """Whether the customer has said that it is urgent, and that is being climbed yet or was within the usual rhythm."""
    if case.urged is None:
        return False
    return is_urged(case) or at - case.urged.at < policy.target(ClockName.CUSTOMER_UPDATE, case.priority)


def is_urged(case: Case) -> bool:
    """Whether the word is owed yet that the customer called urgent."""
    return bool(case.urged and case.owed and case.owed.seq >= case.urged.seq)


def ask_call(case: Case, ask: Ask, *, number: str, by: datetime | None) -> Draft:
    """The customer asks to be called, at a moment of her own choice or by the rhythm of the policy.

    Asked again without a moment it is no later than before: nobody is put off by asking twice.
    """
    _is_hers(case, ask, "call.asked")
    if case.state not in OPEN_STATES:
        raise MoveRefused(Refusal.NOT_IN_THIS_STATE, "call.asked", (case.state,))
    need("call.asked", number=number)
    usual = ask.policy.next_word(ask.at, case.priority, case.danger)
    until = future(by, ask, "call.asked") if by else min(case.call.until, usual) if case.call else usual
    return Draft("call.asked", {"what": number, "until": until.isoformat()} | answer_owed(case, ask))


def rate(case: Case, ask: Ask, *, rating: int, text: str) -> Draft:
    """How the customer was content with a case that is closed, in figures and words; within the policy's window."""
    _is_hers(case, ask, "customer.rated")
    if not may_rate(case, ask.policy, ask.at):
        raise MoveRefused(Refusal.NOT_IN_THIS_STATE, "customer.rated", (case.state,))
    need("customer.rated", rating=rating)
    return Draft("customer.rated", {"rating": rating, "text": text})


def may_rate(case: Case, policy: Policy, at: datetime) -> bool:
    """Whether the customer may say yet how content she was, or say it otherwise: as long as she may reopen it."""
    closed = case.closed_at if case.state is State.CLOSED else None
    return closed is not None and (at - closed).total_seconds() <= policy.reopen_within


def _is_hers(case: Case, ask: Ask, what: str) -> None:
    if Capacity.CUSTOMER not in capacities(ask.actor, case):
        raise MoveRefused(Refusal.NOT_YOURS, what, (Capacity.CUSTOMER,))


def told(case: Case, event: Event) -> Case:
    """A word to the customer; where it answers what he wrote of a resolved case, he has his time anew.

    A call is what was asked for by whoever asked to be called.
    """
    after = progressed(case, event)
    after = replace(after, call=None) if event.data.get("told_by") == ToldBy.CALL else after
    return replace(after, wrote=None, answer_by=None, answered=mark(event)) if case.wrote else after


def wrote(case: Case, event: Event) -> Case:
    """What the customer wrote: of a resolved case it is to be answered, of one that has ended it is to be judged."""
    if case.state not in OPEN_STATES:
        return case if "doubtful" in event.data else replace(case, wrote=mark(event))
    owes = "answer_by" in event.data and not case.wrote
    return replace(case, wrote=mark(event), answer_by=moment(event.data, "answer_by")) if owes else case


def urged(case: Case, event: Event) -> Case:
    """A word that became due at once, because the customer says that it is urgent."""
    return replace(wrote(case, event), owed=mark(event), urged=mark(event))


def call_asked(case: Case, event: Event) -> Case:
    """A call that is owed; asked for again for the same moment it goes on as it does."""
    until, before = moment(event.data, "until"), case.call
    since: Mark = before.since if before and before.until == until else mark(event)
    return replace(wrote(case, event), call=Called(since, until, event.data["what"]))


def rated(case: Case, event: Event) -> Case:
    """How content the customer was, as she says now."""
    return replace(case, rating=event.data["rating"])
