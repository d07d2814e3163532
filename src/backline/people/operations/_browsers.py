"""The browsers in which somebody is shown what is due: added by himself, proved by what they showed, gone."""

from __future__ import annotations

from datetime import datetime
from itertools import count

from django.db import connection, transaction

from backline.core.words import Actor
from backline.people import wording
from backline.people.models import Address, AddressKind, Browser, Person
from backline.people.operations._addresses import hold, room_for_one
from backline.people.queries import ids

_ALONE = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"
"""Nobody else says of the same browser that it is his before this transaction ends."""


def add_browser(given: tuple[str, str, str], name: str, *, by: Actor, at: datetime) -> Address:
    """One more browser, the last in order: where messages for it go, its public key, and what it shares with us.

    One that is there already stays what it is, with the keys that it gives now. One that was somebody else's is so no
    more: whoever sits before it would read what is meant for another. Raises `Invalid`, nothing changed.
    """
    endpoint, key, secret = given
    with transaction.atomic():
        person = hold(by)
        with connection.cursor() as cursor:
            cursor.execute(_ALONE, [endpoint])
        known = Browser.objects.filter(endpoint=endpoint).select_related("address").first()
        if known and known.address.person_id == person.id:
            address = known.address
            _lives_again(address)
        else:
            if known:
                _gone(known.address, why=wording.browser_was_taken(), at=at)
            address = _added(person, name)
        Browser.objects.filter(address=address).exclude(endpoint=endpoint).delete()
        keys = {"address": address, "key": key, "secret": secret}
        Browser.objects.update_or_create(endpoint=endpoint, defaults=keys)
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


def _gone(address: Address, *, why: str, at: datetime) -> None:
    Address.objects.filter(id=address.id, dead_at=None).update(dead_at=at, why_dead=why)


def browser_showed(person: str, value: str, *, at: datetime) -> None:
    """It showed what it alone can read, which proves that its owner is reached there; what is dead stays so."""
    mine = Address.objects.filter(person__in=ids([person]), value=value, kind=AddressKind.PUSH)
    mine.filter(proved_at=None, dead_at=None).update(proved_at=at)


def browsers_are_gone(*, why: str, at: datetime) -> None:
    """No browser takes anything from us any more."""
    Address.objects.filter(kind=AddressKind.PUSH, dead_at=None).update(dead_at=at, why_dead=why)
    Browser.objects.all().delete()
