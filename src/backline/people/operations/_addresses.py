"""Where somebody is reached: addresses added, put in order, proved by a code or a link, and found dead."""

from __future__ import annotations

from datetime import datetime, timedelta
from secrets import randbelow

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from backline.core.words import Actor
from backline.people import numbers
from backline.people.models import Address, AddressCode, AddressKind, ChainHeard, ChainTest, Person
from backline.people.operations._registers import LONGEST_EMAIL, Invalid, flaw_of_address, flaws_of_texts, not_yours
from backline.people.queries import ids
from backline.people.reached import CODE_LASTS, MOST_TRIES

MOST_AN_HOUR, MOST_A_DAY = 3, 10
"""Codes to one address, and codes that one person has sent: fifty guesses of a million a day."""
AGAIN_AFTER = timedelta(minutes=1)
TEST_AGAIN_AFTER = timedelta(minutes=5)
MOST_ADDRESSES = 8


def add_address(kind: AddressKind, text: str, *, by: Actor, sealed: str = "") -> Address:
    """One more, the last in order; one that is there already stays as it is. Raises `Invalid`, nothing changed.

    Of one that is `sealed` the text is what is shown, which whoever sealed it has read.
    """
    value, flaw = (text, "") if sealed else _read(kind, text)
    if flaw:
        raise Invalid({"value": flaw})
    with transaction.atomic():
        person = hold(by)
        if known := Address.objects.filter(person=person, value=value).first():
            return known
        mine = room_for_one(person)
        added = Address(person=person, kind=kind, value=value, sealed=sealed, place=mine[-1].place + 1 if mine else 0)
        added.save(force_insert=True)
    return added


def room_for_one(person: Person) -> list[Address]:
    """The addresses of a person in his order, where one more has room; raises `Invalid`."""
    mine = list(Address.objects.filter(person=person).order_by("place"))
    if len(mine) >= MOST_ADDRESSES:
        said = _("%(n)d addresses are the most. Take one away first.")
        raise Invalid({"value": said % {"n": MOST_ADDRESSES}})
    return mine


def _read(kind: AddressKind, text: str) -> tuple[str, str]:
    """The address as it is kept, and what is wrong with it."""
    if kind is AddressKind.EMAIL:
        flaws = flaws_of_texts(value=(text, LONGEST_EMAIL))
        return text.strip().lower(), flaws.get("value", "") or flaw_of_address(text)
    found = numbers.number_of(text)
    if found is None:
        return "", _("Enter a number that can be dialled, with its country, such as +49 30 901820.")
    value, uses = found
    if kind in uses:
        return value, ""
    if not uses:
        return value, _("Nobody is reached by a number like this. Enter your own mobile or landline number.")
    if kind is AddressKind.MOBILE:
        return value, _("This is a landline, which gets no text messages. Enter it as a landline, or a mobile number.")
    return value, _("This is a mobile number. Enter it as one, so that text messages can go to it.")


def remove_address(address: str, *, by: Actor) -> None:
    """Nothing goes there any more; what one signs in with stays. Raises `Invalid`, nothing changed."""
    with transaction.atomic():
        person = hold(by)
        found = Address.objects.filter(id__in=ids([address]), person=person).first()
        if found is None:
            raise not_yours()
        if found.value == person.email.lower():
            raise Invalid({"": _("You sign in with this address. An administrator can give you another one.")})
        found.delete()


def put_first(address: str, *, by: Actor) -> None:
    """It comes before all others; these stay in their order."""
    with transaction.atomic():
        mine = list(Address.objects.filter(person=hold(by)).order_by("place", "id"))
        mine.sort(key=lambda one: str(one.id) != address)
        for place, one in enumerate(mine):
            one.place = place
        Address.objects.bulk_update(mine, ["place"])


def keep_quiet_hours(quiet_from: int | None, quiet_to: int | None, *, by: Actor) -> None:
    """From when to when letters that can wait do, in minutes of one's own clock; none where both are empty."""
    if (quiet_from is None) is not (quiet_to is None):
        raise Invalid({"quiet_to": _("Give both times, or leave both empty.")})
    if quiet_from is not None and quiet_from == quiet_to:
        raise Invalid({"quiet_to": _("This would be never, or always. Choose another time.")})
    Person.objects.filter(id__in=ids([by.id])).update(quiet_from=quiet_from, quiet_to=quiet_to)


def new_code(address: str, *, by: Actor, at: datetime) -> tuple[Address, str]:
    """A code for one of one's own addresses, for the caller to send there; empty where one has just been sent.

    Raises `Invalid` where too many were.
    """
    with transaction.atomic():
        person = hold(by)
        found = _mine(address, by)
        sent = AddressCode.objects.filter(person=person)
        sent.filter(made_at__lte=at - timedelta(days=1)).delete()
        there = sent.filter(value=found.value).order_by("-made_at")
        if there.filter(made_at__gt=at - AGAIN_AFTER).exists():
            return found, ""
        if there.filter(made_at__gt=at - timedelta(hours=1)).count() >= MOST_AN_HOUR or sent.count() >= MOST_A_DAY:
            raise Invalid({"": _("Many codes were sent already. Use the newest one, or come back in a few hours.")})
        code = f"{randbelow(10**6):06}"
        AddressCode.objects.create(person=person, value=found.value, mark=_mark(found, code), made_at=at)
    return found, code


def prove_address(address: str, code: str, *, by: Actor, at: datetime) -> Address:
    """The address is proved by the newest code that was sent there. Raises `Invalid`; a wrong one counts as a try."""
    with transaction.atomic():
        person = hold(by)
        found = _mine(address, by)
        newest = AddressCode.objects.filter(person=person, value=found.value).order_by("-made_at").first()
        flaw = _flaw(found, newest, "".join(code.split()), at)
        if newest:
            newest.tries = min(newest.tries + 1, MOST_TRIES) if flaw else MOST_TRIES
            newest.save(update_fields=["tries"])
        if not flaw:
            _proved(Address.objects.filter(id=found.id), at)
    if flaw and not (found.proved_at and found.dead_at is None):
        raise Invalid({"code": flaw})
    return found


def _flaw(address: Address, newest: AddressCode | None, code: str, at: datetime) -> str:
    if newest is None or newest.made_at + CODE_LASTS <= at:
        return _("That code has ended, or none was sent. Have another one sent.")
    if newest.tries >= MOST_TRIES:
        return _("That code does not count any more. Have another one sent.")
    right = constant_time_compare(newest.mark, _mark(address, code))
    return "" if right else _("That is not the newest code that was sent. Look at it again.")


def _mark(address: Address, code: str) -> str:
    """What stands for a code, bound to whose it is and where it went."""
    known = f"{address.person_id}:{address.value}:{code}"
    return salted_hmac("backline.address-code", known, algorithm="sha256").hexdigest()


def proved_by_letter(person: str, value: str, *, at: datetime) -> None:
    """Somebody used what had been sent to this address of his, so that it is his."""
    _proved(Address.objects.filter(person__in=ids([person]), value=value), at)


def start_test(*, by: Actor, at: datetime) -> ChainTest:
    """A test of all one's addresses, for the caller to send. Raises `Invalid` where the last one was just now."""
    with transaction.atomic():
        person = hold(by)
        if ChainTest.objects.filter(person=person, made_at__gt=at - TEST_AGAIN_AFTER).exists():
            raise Invalid({"": _("You had this tested a moment ago. See below what came of it; test again later.")})
        return ChainTest.objects.create(person=person, made_at=at)


def heard_test(test: str, address: str, value: str, *, at: datetime) -> bool:
    """What a test sent has arrived: that proves the address. False where it is not that person's any more."""
    with transaction.atomic():
        found = Address.objects.select_for_update().filter(id__in=ids([address]), value=value).first()
        asked = ChainTest.objects.filter(id__in=ids([test])).first()
        if found is None or asked is None or asked.person_id != found.person_id:
            return False
        if ChainHeard.objects.get_or_create(test=asked, address=found, defaults={"at": at})[1]:
            _proved(Address.objects.filter(id=found.id), at)
    return True


def address_is_dead(person: str, value: str, *, why: str, at: datetime) -> None:
    """Whoever takes letters for this address says that nobody is there; it stays so until it is proved again."""
    there = Address.objects.filter(person__in=ids([person]), value=value, dead_at=None)
    there.update(dead_at=at, why_dead=why)


def address_takes_no_texts(person: str, value: str) -> None:
    """Whoever takes texts for this number says that it is a landline: calls go there from now on, and texts do not."""
    Address.objects.filter(person__in=ids([person]), value=value, kind=AddressKind.MOBILE).update(
        kind=AddressKind.LANDLINE
    )


def _proved(found: QuerySet[Address], at: datetime) -> None:
    found.update(proved_at=at, dead_at=None, why_dead="")


def hold(by: Actor) -> Person:
    """Whoever asks, who does nothing else about his addresses until the caller's transaction ends."""
    found = Person.objects.select_for_update().filter(id__in=ids([by.id]), is_active=True).first()
    if found is None:
        raise PermissionDenied
    return found


def _mine(address: str, by: Actor) -> Address:
    found = Address.objects.filter(id__in=ids([address]), person__in=ids([by.id])).first()
    if found is None:
        raise PermissionDenied
    return found
