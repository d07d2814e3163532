"""Who may see a case: one rule for pages, photos, streams and every operation."""

from __future__ import annotations

from backline.core.case import Case
from backline.core.words import Actor, ActorKind, ClockName, Role

SEES_ALL = frozenset({Role.COORDINATOR, Role.MANAGER, Role.ADMINISTRATOR})


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
    mine = {case.technician, case.raised_by, case.person, *case.had, *case.visitors}
    return actor.id in mine or case.team in actor.teams or stands_in(actor, case)


def stands_in(actor: Actor, case: Case) -> bool:
    """Whether the case has a review, and the actor is the deputy of a manager who would decide it."""
    return bool(actor.stands_for) and any(one.clock is ClockName.REVIEW for one in case.records.values())
