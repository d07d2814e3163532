"""Who may see a case, and in which relations to it somebody stands: one rule for pages, streams and operations."""

from __future__ import annotations

from backline.core.case import Case
from backline.core.lifecycle import Capacity
from backline.core.words import Actor, ActorKind, ClockName, Role, State

SEES_ALL = frozenset({Role.COORDINATOR, Role.MANAGER, Role.ADMINISTRATOR})
_LIES = frozenset({State.OFFERED, State.ACCEPTED})
_WHILE = {
    Capacity.OFFERED: frozenset({State.OFFERED}),
    Capacity.TEAM: _LIES,
    Capacity.LEAD: _LIES,
    Capacity.OWNER: frozenset({State.ACCEPTED}),
    Capacity.RESOLVER: frozenset({State.RESOLVED}),
}
"""In which states there is such a relation to a case; the others there are in every state."""


def may_see(actor: Actor, case: Case) -> bool:
    """Whether the actor may know that the case exists.

    Coordinators, managers and administrators see all; others the cases they raised, are offered, hold or held, alone
    or as a team, those they visit for, and as a manager's deputy those with a review. A contact sees the cases of its
    customer for which it holds a link (the link is judged at the door).
    """
    if actor.kind is ActorKind.SYSTEM or actor.roles & SEES_ALL:
        return True
    if actor.kind is ActorKind.CONTACT:
        return bool(actor.customer) and actor.customer == case.customer
    mine = actor.id == case.raised_by or actor.id in worked_on(case)
    return mine or case.team in actor.teams or stands_in(actor, case)


def stands_in(actor: Actor, case: Case) -> bool:
    """Whether the case has something to decide, and the actor is the deputy of a manager who would.

    That is a review, or a workaround by which somebody could be hurt.
    """
    decided = (one.clock is ClockName.REVIEW or one.is_guarded for one in case.records.values())
    return bool(actor.stands_for) and any(decided)


def worked_on(case: Case) -> frozenset[str]:
    """Who works on the case or did: its technician, those who have or had it, and who comes or came for it."""
    return frozenset({case.technician, case.person, *case.had, *case.visitors})


def exists_in(capacity: Capacity, state: State) -> bool:
    """Whether there is such a relation to a case in this state."""
    return state in _WHILE.get(capacity, State)


def capacities(actor: Actor, case: Case) -> frozenset[Capacity]:
    """In which relations to the case somebody stands.

    A manager may do all that a coordinator may, for every climb may come to him; and what lies with one of a team lies
    with the team: whoever of it hears that one does not answer may take it. A manager's deputy decides reviews, but not
    of what he works or has worked on himself.
    """
    if actor.kind is ActorKind.SYSTEM:
        return frozenset({Capacity.CLOCK, Capacity.POLICY, Capacity.TRIGGER})
    if actor.kind is ActorKind.CONTACT:
        return frozenset({Capacity.CUSTOMER} if actor.customer == case.customer else ())
    has = case.person == actor.id
    found = {
        Capacity.COORDINATOR: actor.is_any(Role.COORDINATOR, Role.MANAGER),
        Capacity.MANAGER: actor.is_any(Role.MANAGER),
        Capacity.DEPUTY: stands_in(actor, case) and actor.id not in worked_on(case),
        Capacity.TECHNICIAN: actor.id == case.technician,
        Capacity.OFFERED: has if case.person else case.team in actor.answers_for,
        Capacity.TEAM: case.team in actor.answers_for,
        Capacity.LEAD: case.team in actor.leads,
        Capacity.OWNER: has,
        Capacity.RESOLVER: has,
    }
    return frozenset(one for one, stands in found.items() if stands and exists_in(one, case.state))
