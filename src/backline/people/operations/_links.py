"""Whoever was sent a link chooses a password by it, once: a link names the password that it may replace."""

from __future__ import annotations

from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from backline.people.models import Person
from backline.people.operations._registers import Invalid, weak
from backline.people.queries import ids


class WrongLinkError(Exception):
    """The person has chosen another password since the link was made, or is not active any more."""


def password_mark(person: Person) -> str:
    """What stands for the password that somebody has, or for having none yet; another one or leaving changes it."""
    known = f"{person.sign_in_number}:{person.password}"
    return salted_hmac("backline.password-mark", known, algorithm="sha256").hexdigest()[:20]


def choose_password(*, person_id: str, mark: str, new: str) -> None:
    """The password, in place of the one that the mark stands for; the second to come finds it replaced."""
    if errors := weak(new, field="new"):
        raise Invalid(errors)
    with transaction.atomic():
        person = Person.objects.select_for_update().filter(id__in=ids([person_id]), is_active=True).first()
        if person is None or not constant_time_compare(password_mark(person), mark):
            raise WrongLinkError
        person.set_password(new)
        person.save(update_fields=["password"])
