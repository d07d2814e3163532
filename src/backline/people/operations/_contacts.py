"""Whether a customer's contact is reached: his address is found dead, and lives again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F, QuerySet
from django.db.models.functions import Lower

from backline.ledger.news import ALL, announce
from backline.people.models import Contact
from backline.people.queries import ids


def contact_is_dead(contact: str, email: str, *, why: str, at: datetime) -> None:
    """Whoever takes letters for this address of his says that nobody is there; nothing goes there from then on.

    It is kept of the address and not of him: with another one, whoever enters it, he is reached.
    """
    there = _at(email).filter(id__in=ids([contact])).exclude(dead_email=Lower("email"))
    if there.update(dead_email=email.lower(), dead_at=at, why_dead=why):
        announce(ALL)


def contact_lives(emails: Iterable[str]) -> None:
    """Something arrived at these addresses, or came from them: somebody is there."""
    _live(Contact.objects.filter(dead_email__in={one.lower() for one in emails} - {""}))


def try_contact(contact: str) -> None:
    """Somebody says that letters arrive there again: the next one is the proof."""
    _live(Contact.objects.filter(id__in=ids([contact])).exclude(dead_email=""))


def _live(found: QuerySet[Contact]) -> None:
    if found.update(dead_email="", dead_at=None, why_dead=""):
        announce(ALL)


def _at(email: str) -> QuerySet[Contact]:
    return Contact.objects.annotate(small=Lower(F("email"))).filter(small=email.lower(), erased_at=None)
