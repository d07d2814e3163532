"""Sign-in by e-mail address and password, which tells nobody who exists."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import check_password, make_password
from django.http import HttpRequest

from backline.people import queries as people
from backline.people.queries import Person

_NOBODYS_PASSWORD = make_password("nobody's")


class Backend(BaseBackend):
    """Finds an active person by e-mail address, whatever its letters' case."""

    def authenticate(
        self, request: HttpRequest | None, email: str = "", password: str = "", **_more: Any
    ) -> Person | None:
        """The person; for an unknown one as much time is spent as for a wrong password."""
        person = people.person_by_email(email)
        right = check_password(password, person.password if person else _NOBODYS_PASSWORD)
        return person if person and right else None

    def get_user(self, user_id: Any) -> Person | None:
        """The person of a session, unless he was made inactive."""
        person = people.persons_by_id([str(user_id)]).get(str(user_id))
        return person if person and person.is_active else None
