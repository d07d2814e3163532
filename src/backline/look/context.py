"""What every staff page shows: the ways that the person's roles open, which address of his is dead, what is paused."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import DatabaseError
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from backline.channels import queries
from backline.core.words import Role


@dataclass(frozen=True, slots=True)
class Way:
    """One entry of the navigation."""

    label: Any
    href: str
    current: bool


_WAYS = (
    (_("My jobs"), "intake:jobs", {Role.TECHNICIAN}),
    (_("My cases"), "intake:cases", {Role.TECHNICIAN}),
    (_("Queue"), "desk:queue", {Role.COORDINATOR, Role.MANAGER, Role.ADMINISTRATOR}),
    (_("Mine"), "desk:mine", {Role.SPECIALIST, Role.COORDINATOR}),
    (_("On call"), "desk:on_call", {Role.SPECIALIST, Role.COORDINATOR, Role.MANAGER, Role.ADMINISTRATOR}),
    (_("Late and reviews"), "desk:manager", {Role.MANAGER}),
    (_("Audit"), "audit", {Role.MANAGER, Role.ADMINISTRATOR}),
    (_("Load"), "desk:load", {Role.COORDINATOR, Role.MANAGER}),
    (_("Hand-over"), "desk:hand_over", {Role.COORDINATOR, Role.MANAGER}),
    (_("Outgoing"), "desk:outgoing", {Role.COORDINATOR, Role.MANAGER, Role.ADMINISTRATOR}),
    (_("Incoming"), "desk:incoming", {Role.COORDINATOR, Role.MANAGER, Role.ADMINISTRATOR}),
    (_("Administration"), "desk:administration", {Role.ADMINISTRATOR}),
)


def shell(request: HttpRequest) -> dict[str, Any]:
    """The navigation and the person, for the base template."""
    actor = getattr(request, "actor", None)
    if actor is None:
        return {"ways": (), "me": None, "everywhere": None, "held_back": SimpleLazyObject(held_back)}
    more = ({"desk:mine"} if actor.stands_for else set()) | ({"desk:on_call"} if actor.teams else set())
    found = [(label, reverse(name)) for label, name, roles in _WAYS if actor.roles & roles or name in more]
    ways = [Way(label, href, request.path == href) for label, href in found]
    everywhere = SimpleLazyObject(partial(queries.everywhere, actor.id))
    return {"ways": ways, "me": actor, "everywhere": everywhere, "held_back": SimpleLazyObject(held_back)}


def held_back() -> bool:
    """Whether nothing leaves at present; said in words for anybody, where no more is said to one of ours."""
    try:
        return queries.paused() is not None
    except DatabaseError:
        return False  # a page that says what happened is shown all the same
