"""Under what a case goes on: its contact, its priority, its losses, its policy."""

from __future__ import annotations

from dataclasses import replace

from backline.core.case import Case
from backline.core.facts._asking import may, need, sooner
from backline.core.impact import Said, graver
from backline.core.lifecycle import Capacity, MoveRefused, Refusal
from backline.core.moves import Ask, Draft, promised
from backline.core.other_terms import other_terms, reviews_by_other_terms
from backline.core.policy import Policy, priority_of
from backline.core.values import encode
from backline.core.words import Impact, Urgency

CORRECT = frozenset({Capacity.TECHNICIAN, Capacity.OWNER, Capacity.COORDINATOR, Capacity.MANAGER})
"""Who may say that what is lost is other than was known: who saw it, and who answers for it."""


def change_contact(case: Case, ask: Ask, *, contact: str) -> Draft:
    """Another contact of the customer's is kept informed from now on; the word promised to the one holds for both."""
    may(case, ask, "contact.changed", frozenset({Capacity.OWNER, Capacity.COORDINATOR}))
    need("contact.changed", contact=contact)
    if contact == case.contact:
        raise MoveRefused(Refusal.NOTHING_NEW, "contact.changed", ("contact",))
    kept = case.promise_by if case.promise_by and case.promise_by > ask.at else None
    return Draft("contact.changed", {"contact": contact} | promised(case, ask, kept))


def change_priority(case: Case, ask: Ask, *, impact: Impact, urgency: Urgency, why: str) -> Draft:
    """Another impact or urgency; clocks keep their start and take the new target.

    A lease longer than the new priority allows ends earlier, and so does a promise that its rhythm would not have made.
    """
    may(case, ask, "priority.changed", frozenset({Capacity.COORDINATOR, Capacity.MANAGER}))
    need("priority.changed", why=why)
    if (impact, urgency) == (case.impact, case.urgency):
        raise MoveRefused(Refusal.NOTHING_NEW, "priority.changed", ("impact",))
    priority = priority_of(ask.policy, impact, urgency, case.danger)
    data = {"impact": impact.value, "urgency": urgency.value, "priority": priority.value, "why": why}
    return Draft("priority.changed", data | sooner(case, ask, priority))


def correct_impact(case: Case, ask: Ask, *, said: Said, review: str, why: str) -> Draft:
    """Other losses than were known, with a reason; a person who is in danger by them lifts danger and priority.

    A danger that nobody reviews is reviewed (`review` is the record's id); one that is over stays what it was.
    """
    may(case, ask, "impact.corrected", CORRECT)
    if ask.seen and case.known and case.known[-1].since.seq > ask.seen:
        raise MoveRefused(Refusal.MOVED_ON, "impact.corrected")  # nobody undoes another's figures without a word
    need("impact.corrected", why=why)
    said.must_be_plausible("impact.corrected")
    losses = said.over(case.losses)
    if losses == case.losses:
        raise MoveRefused(Refusal.NOTHING_NEW, "impact.corrected", ("trapped",))
    risen = replace(case, danger=graver(case.danger, losses.danger))
    priority = min(case.priority, priority_of(ask.policy, case.impact, case.urgency, risen.danger))
    unseen = risen.danger is not case.danger and not case.is_reviewed
    data = {"known": encode(case.losses), "said": encode(losses), "why": why, "review": review if unseen else ""}
    data |= {"danger": risen.danger.value, "priority": priority.value}
    return Draft("impact.corrected", data | sooner(risen, ask, priority))


def move_policy(case: Case, ask: Ask, *, policy: str, rules: Policy, why: str) -> Draft:
    """Another version of the policy, by its `rules`; clocks keep their start and what was paused, and take new targets.

    Only those of which it says something else begin their ladders anew: nobody is told again of what goes on. POLICY is
    whoever keeps versions by the command line: it has no person to name.
    """
    may(case, ask, "policy.moved", frozenset({Capacity.MANAGER, Capacity.POLICY}))
    need("policy.moved", policy=policy, why=why)
    if policy == case.policy:
        raise MoveRefused(Refusal.NOTHING_NEW, "policy.moved", ("policy",))
    pauses = {str(reason): longest for reason, longest in ask.policy.pauses.items()}
    anew = [name.value for name in other_terms(ask.policy, rules, case)]
    reviews = list(reviews_by_other_terms(ask.policy, rules, case))
    data = {"policy": policy, "why": why, "pauses": pauses, "anew": anew}
    return Draft("policy.moved", data | ({"reviews": reviews} if reviews else {}))
