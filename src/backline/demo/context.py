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


def demo(_request: HttpRequest) -> dict[str, Any]:
    """Where a demo's switcher leads and its roles; nothing elsewhere. It is asked for only by whole pages."""
    return {"demo": SimpleLazyObject(_switcher)}


def _switcher() -> dict[str, Any] | None:
    try:
        if not people.is_demo():
            return None
    except DatabaseError:
        return None  # the page that says so must not fail of the same
    cast = [Role(name.lower(), name, what) for name, _role, what in CAST]
    return {"href": reverse("demo:become"), "cast": [*cast, Role(CUSTOMER, CUSTOMER.title(), _("customer"))]}
