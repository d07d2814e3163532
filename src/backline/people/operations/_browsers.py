"""The browsers in which somebody is shown what is due: added by himself, proved by what they showed, gone."""

from __future__ import annotations

from datetime import datetime
from itertools import count

from django.db import connection, transaction
from django.db.models import Case, QuerySet, TextField, Value, When
from django.db.models.functions import Coalesce

from backline.core.words import Actor
from backline.people import wording
from backline.people.models import Address, AddressKind, Browser, Person
from backline.people.operations._addresses import hold, room_for_one
from backline.people.queries import ids

_ALONE = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"
"""Nobody else says of the same browser that it is his before this transaction ends."""


def add_browser(mark: str, sealed: str, name: str, *, replaces: str = "", by: Actor, at: datetime) -> Address:
    """One more browser, the last in order: told from others by a mark, and what it gave is sealed.

    One that is there already stays what it is, with what it gives now; so does one that registered anew and says by
    which mark it was known. One that was somebody else's is so no more: whoever sits before it would read what is meant
    for another. Raises `Invalid`, nothing changed.
    """
    with transaction.atomic():
        person = hold(by)
        with connection.cursor() as cursor:
            cursor.execute(_ALONE, [mark])
        mine = Address.objects.filter(person=person)
        _gone(Address.objects.filter(browser__mark=mark).exclude(person=person), why=wording.browser_was_taken(), at=at)
        address = mine.filter(browser__mark=mark).first() or mine.filter(browser__mark=replaces).first()
        if address:
            _lives_again(address)
        else:
            address = _added(person, name)
        Browser.objects.filter(address=address).exclude(mark=mark).delete()
        Browser.objects.update_or_create(mark=mark, defaults={"address": address})
        Address.objects.filter(id=address.id).update(sealed=sealed)
    return address


def _added(person: Person, name: str) -> Address:
    """The address that stands for it, under a name that no other one of his has; one of that name that died is it."""
    died = Address.objects.filter(person=person, kind=AddressKind.PUSH, value__startswith=name, dead_at__isnull=False)
    if again := died.order_by("place", "id").first():
        _lives_again(again)
        return again
    mine = room_for_one(person)
    taken = {one.value for one in mine}
    names = (name if number == 1 else f"{name} {number}" for number in count(1))
    value = next(one for one in names if one not in taken)
    place = mine[-1].place + 1 if mine else 0
    return Address.objects.create(person=person, kind=AddressKind.PUSH, value=value, place=place)


def _lives_again(address: Address) -> None:
    """What was dead is to be proved anew."""
    found = Address.objects.filter(id=address.id, dead_at__isnull=False)
    found.update(proved_at=None, dead_at=None, why_dead="")


def _gone(found: QuerySet[Address], *, why: str, at: datetime) -> None:
    """Nothing reaches them any more; what was dead stays so for its own reason.

    By one statement: a second one would wait for their owners, who may wait for us.
    """
    found.update(
        sealed="",
        why_dead=Case(When(dead_at=None, then=Value(why, TextField())), default="why_dead"),
        dead_at=Coalesce("dead_at", Value(at)),
    )


def browser_showed(person: str, value: str, *, at: datetime) -> None:
    """It showed what it alone can read, which proves that its owner is reached there; what is dead stays so."""
    mine = Address.objects.filter(person__in=ids([person]), value=value, kind=AddressKind.PUSH)
    mine.filter(proved_at=None, dead_at=None).update(proved_at=at)


def browsers_are_gone(*, why: str, at: datetime) -> None:
    """No browser takes anything from us any more."""
    _gone(Address.objects.filter(kind=AddressKind.PUSH), why=why, at=at)
    Browser.objects.all().delete()
