"""The verbs that change a case's state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from backline.cases import gates
from backline.cases.contact import subject_of
from backline.cases.operations._raise import NewStep, codes, photos
from backline.cases.operations._write import Done, Held, Wish, change
from backline.core import moves
from backline.core.lifecycle import Move, MoveRefused, Refusal
from backline.core.moves import Addition, Ask, Draft, Target
from backline.core.words import Actor, ActorKind, JobOutcome, Role, State
from backline.evidence import queries as evidence
from backline.jobs import operations as jobs
from backline.people import operations as people_operations
from backline.people import queries as people


def return_case(cases: Sequence[str], *, missing: str, by: Actor, at: datetime, key: str) -> list[Done]:
    """Return to the technician what is not documented well enough; `missing` says what, in words."""

    def decide(held: Held, ask: Ask) -> list[Draft]:
        draft = moves.return_case(held.case, ask, missing=held.texts.add(missing, subject=by.id))
        if not people_operations.hold(held.case.technician, Role.TECHNICIAN):
            raise MoveRefused(Refusal.NOBODY_THERE, Move.RETURN)
        return [draft]

    return change(cases, Wish("return", {"missing": missing}), decide, by=by, at=at, key=key)


@dataclass(frozen=True, slots=True)
class More:
    """What a technician adds: an answer in words, steps, fault codes, and photos kept under `draft`."""

    answer: str
    steps: tuple[NewStep, ...] = ()
    fault_codes: tuple[str, ...] = ()
    evidence: tuple[str, ...] = field(default=())
    draft: str = ""


def complete(
    cases: Sequence[str], *, more: More, by: Actor, at: datetime, key: str, occurred_at: datetime | None = None
) -> list[Done]:
    """Complete a returned case, or pay the documentation debt of one that goes its way."""

    def decide(held: Held, ask: Ask) -> list[Draft]:
        addition = Addition(
            answer=held.texts.add(more.answer, subject=by.id),
            steps=tuple(step.kept(held.texts, by) for step in more.steps),
            fault_codes=codes(more.fault_codes, held.texts, by),
            evidence=photos(more.evidence, draft=more.draft, case_id=held.case.id, by=by, at=ask.at),
        )
        return [moves.complete(held.case, ask, addition)]

    body = _body(more=replace(more, evidence=evidence.hashes(more.evidence)))
    return change(cases, Wish("complete", body, occurred_at), decide, by=by, at=at, key=key)


@dataclass(frozen=True, slots=True)
class NewOffer:
    """A team, or one person of it, and why; `because` is what was said of him where candidates were ranked."""

    team: str
    person: str = ""
    why: str = ""
    because: Mapping[str, Any] = field(default_factory=dict)


def offer(cases: Sequence[str], new: NewOffer, *, by: Actor, at: datetime, key: str, seen: int = 0) -> list[Done]:
    """Offer to a team, or to one person of it."""

    def decide(held: Held, ask: Ask) -> list[Draft]:
        target = replace(_target(held, new.team, new.person, new.why, by), because=new.because)
        return [moves.offer(held.case, ask, target)]

    body = {"team": new.team, "person": new.person, "why": new.why}
    return change(cases, Wish("offer", body, seen=seen), decide, by=by, at=at, key=key)


def deescalate(
    cases: Sequence[str], *, team: str, why: str, by: Actor, at: datetime, key: str, person: str = "", seen: int = 0
) -> list[Done]:
    """Offer to a team of a lower tier, with a justification."""

    def decide(held: Held, ask: Ask) -> list[Draft]:
        return [moves.deescalate(held.case, ask, _target(held, team, person, why, by))]

    body = {"team": team, "person": person, "why": why}
    return change(cases, Wish("de-escalate", body, seen=seen), decide, by=by, at=at, key=key)


def _target(held: Held, team_id: str, person: str, why: str, by: Actor) -> Target:
    team = people.team(team_id)
    known = people.members([team_id]).get(team_id, ())
    lead = (str(team.lead_id),) if team and team.lead and team.lead.is_active else ()
    there = not person or (person in (*known, *lead) and people_operations.hold(person))
    if team is None or not there:
        raise MoveRefused(Refusal.NO_SUCH_TARGET, Move.OFFER, ("target",))
    return Target(str(team.id), team.tier, person, held.texts.add(why, subject=by.id))


def accept(cases: Sequence[str], *, lease: timedelta | None, by: Actor, at: datetime, key: str) -> list[Done]:
    """Take an offered case, for so much time (of the hours that count) as may pass until it must have moved."""

    def decide(held: Held, ask: Ask) -> list[Draft]:
        draft = moves.accept(held.case, ask, lease=lease)
        if not people_operations.hold(by.id):
            raise MoveRefused(Refusal.NOT_YOURS, Move.ACCEPT)
        return [draft]

    body = _body(lease=lease.total_seconds() if lease else 0)
    return change(cases, Wish("accept", body), decide, by=by, at=at, key=key)


def bounce(cases: Sequence[str], *, why: str, by: Actor, at: datetime, key: str) -> list[Done]:
    """Give an offer back to the coordinators, with a reason."""

    def decide(held: Held, ask: Ask) -> list[Draft]:
        return [moves.bounce(held.case, ask, why=held.texts.add(why, subject=by.id))]

    return change(cases, Wish("bounce", {"why": why}), decide, by=by, at=at, key=key)


def resolve(
    cases: Sequence[str], *, cause: str, fix: str, outcome: JobOutcome | None, by: Actor, at: datetime, key: str
) -> list[Done]:
    """Say what it was and what mended it, and what became of the job; the customer is asked."""

    def decide(held: Held, ask: Ask) -> list[Draft]:
        said = {name: held.texts.add(text, subject=by.id) for name, text in (("cause", cause), ("fix", fix))}
        draft = moves.resolve(held.case, ask, outcome=outcome, cause=said["cause"], fix=said["fix"])
        if outcome:
            jobs.record_outcome(job_id=held.case.job, outcome=outcome, at=ask.at)
        return [draft]

    body = _body(cause=cause, fix=fix, outcome=outcome)
    return change(cases, Wish("resolve", body), decide, by=by, at=at, key=key)


def confirm(cases: Sequence[str], *, by: Actor, at: datetime, key: str, words: str = "") -> list[Done]:
    """Close on the customer's word; a coordinator writes down how it was given.

    Where a gate of ours holds the case, a customer's own word is kept as a fact, and nothing more is asked of him.
    """

    def decide(held: Held, ask: Ask) -> list[Draft]:
        said = held.texts.add(words, subject=_speaker(held, by))
        try:
            return [moves.confirm(held.case, ask, gates.closed(held.case, ask.policy), words=said)]
        except MoveRefused as refused:
            if refused.refusal is not Refusal.GATE or by.kind is not ActorKind.CONTACT:
                raise
            return [moves.said_to_work(held.case, ask)]

    return change(cases, Wish("confirm", {"words": words}), decide, by=by, at=at, key=key)


def dispute(cases: Sequence[str], *, why: str, by: Actor, at: datetime, key: str) -> list[Done]:
    """The customer says what is not right, or a coordinator in his words; the case goes back, the job is open again.

    A closed one is opened again.
    """

    def decide(held: Held, ask: Ask) -> list[Draft]:
        said = held.texts.add(why, subject=_speaker(held, by))
        if held.case.state is State.CLOSED:
            draft = moves.reopen(held.case, ask, why=said)
        else:
            draft = moves.dispute(held.case, ask, why=said, owner_there=people_operations.hold(held.case.person))
        jobs.clear_outcome(job_id=held.case.job)
        return [draft]

    return change(cases, Wish("dispute", {"why": why}), decide, by=by, at=at, key=key)


def reopen(cases: Sequence[str], *, why: str, by: Actor, at: datetime, key: str) -> list[Done]:
    """Open a closed case again."""

    def decide(held: Held, ask: Ask) -> list[Draft]:
        draft = moves.reopen(held.case, ask, why=held.texts.add(why, subject=by.id))
        jobs.clear_outcome(job_id=held.case.job)
        return [draft]

    return change(cases, Wish("reopen", {"why": why}), decide, by=by, at=at, key=key)


def withdraw(cases: Sequence[str], *, why: str, by: Actor, at: datetime, key: str, seen: int = 0) -> list[Done]:
    """Take back a case that needs no escalation."""

    def decide(held: Held, ask: Ask) -> list[Draft]:
        said = held.texts.add(why, subject=by.id)
        return [moves.withdraw(held.case, ask, gates.closed(held.case, ask.policy), why=said)]

    return change(cases, Wish("withdraw", {"why": why}, seen=seen), decide, by=by, at=at, key=key)


def _speaker(held: Held, by: Actor) -> str:
    """Whose words these are: the contact who speaks, or the one for whom somebody of ours writes them down."""
    return by.id if by.kind is ActorKind.CONTACT else subject_of(held.case)


def _body(**content: Any) -> dict[str, Any]:
    return content
