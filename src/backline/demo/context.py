"""What every page of a demo shows: that it is one, and whom one may become."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from backline.demo.cast import CAST
from backline.people import queries as people

CUSTOMER = "cleo"


@dataclass(frozen=True, slots=True)
class Role:
    """Somebody whom one may become: the value of the button, the name on it, and what he does."""

    who: str
    name: str
    what: Any


def demo(request: HttpRequest) -> dict[str, Any]:
    """Where a demo's switcher leads and its roles; nothing elsewhere. It is asked for only by whole pages."""
    return {"demo": SimpleLazyObject(lambda: _switcher(request))}


def _switcher(request: HttpRequest) -> dict[str, Any] | None:
    try:
        if not people.is_demo():
            return None
    except DatabaseError:
        return None  # the page that says so must not fail of the same
    cast = [Role(name.lower(), name, what) for name, _role, what in CAST]
    every = [*cast, Role(CUSTOMER, CUSTOMER.title(), _("customer"))]
    return {"href": reverse("demo:become"), "cast": every, "friday": _friday(request)}


def _friday(request: HttpRequest) -> str:
    """Where the Friday night is played: over the case that is on the page, else over one to be chosen."""
    match = request.resolver_match
    case_id = match.kwargs.get("case_id") if match and match.view_name == "desk:case" else None
    return reverse("demo:friday", args=[case_id]) + "?minutes=15" if case_id else reverse("demo:friday")
