"""Sign-in by e-mail address and password, which tells nobody who exists."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, check_password
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from backline.people import queries as people
from backline.people.queries import Person

_NOBODYS_PASSWORD = UNUSABLE_PASSWORD_PREFIX
"""No password is right for it, and Django spends the time of a wrong one to say so."""


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


def signed_in(keys: Collection[str], *, at: datetime) -> dict[str, Person]:
    """Those of the sessions in which somebody is signed in who may still act, with the password as it is now."""
    found = Session.objects.filter(session_key__in=keys, expire_date__gt=at)
    said = {session.session_key: session.get_decoded() for session in found}
    persons = people.persons_by_id(str(one.get(SESSION_KEY, "")) for one in said.values())
    of = {key: persons.get(str(one.get(SESSION_KEY, ""))) for key, one in said.items()}
    return {key: person for key, person in of.items() if person and _is_of(person, said[key])}


def was_signed_in(key: str) -> bool:
    """Whether somebody has signed in with this session, be it over by now; enough to take a form in, not to act."""
    found = Session.objects.filter(session_key=key).first()
    return found is not None and SESSION_KEY in found.get_decoded()


def _is_of(person: Person, session: dict[str, Any]) -> bool:
    if not person.is_active:
        return False
    return constant_time_compare(session.get(HASH_SESSION_KEY, ""), person.get_session_auth_hash())
