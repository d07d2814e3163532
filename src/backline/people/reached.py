"""Where somebody of the organisation is reached: the addresses, which one a letter goes to, which ones are dead."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Lower

from backline.ledger.rows import filled
from backline.people.models import Address, AddressCode, AddressKind, ChainHeard, ChainTest, Person
from backline.people.queries import ids

__all__ = ["REACHED_AT", "Address", "AddressKind", "ChainTest", "Reached", "addresses", "reached_at", "unproved"]

CODE_LASTS, MOST_TRIES = timedelta(minutes=15), 5
"""A code counts so long, and for so many guesses."""
REACHED_AT = """
SELECT value, stands, channel FROM (
  SELECT value, takes.channel, takes.channel || ' ' || value AS way,
    CASE WHEN dead_at IS NOT NULL THEN 'DEAD' WHEN proved_at IS NULL THEN 'UNPROVED' ELSE '' END AS stands,
    row_number() OVER (ORDER BY place, address.id, turn) AS number
  FROM people_address AS address JOIN people_person AS person ON person.id = person_id JOIN (
    VALUES ('EMAIL', 'EMAIL', 1), ('MOBILE', 'SMS', 1), ('MOBILE', 'VOICE', 2), ('LANDLINE', 'VOICE', 1),
    ('WEBHOOK', 'WEBHOOK', 1), ('CHAT', 'CHAT', 1), ('PUSH', 'PUSH', 1)
  ) AS takes (kind, channel, turn) USING (kind)
  WHERE takes.channel = ANY(<channels>) AND person_id = <person> AND takes.channel || ' ' || value <> ALL(<tried>)
    AND (proved_at IS NOT NULL OR value = lower(email))
) AS ways
ORDER BY stands = 'DEAD', stands = 'UNPROVED',
  number <= coalesce(max(number) FILTER (WHERE way = <after>) OVER (), 0), number
LIMIT 1
"""
"""By which of some channels a person is reached, for a statement that would ask otherwise, and how that address stands.

The first in his order that is proved and not dead; a mobile number takes a text before a call. What somebody added
himself and nobody proved may be a stranger's, who could answer as he: it is none. What an administrator entered is
used unproved where there is nothing better. A dead one is the last. What was `tried` is passed over, each written as
`SMS +4930123456`; what is told again begins `after` the one at which it began, round.
"""
DEAD = "SELECT value FROM people_address WHERE person_id = <person> AND dead_at IS NOT NULL ORDER BY place, id"
"""Those of a person's addresses that are dead, for a statement that would ask otherwise."""
LETTERS = ("EMAIL",)


@dataclass(frozen=True, slots=True)
class Reached:
    """Where somebody is reached, how that address stands (`UNPROVED` or `DEAD` where none is better), and how."""

    value: str
    stands: str
    channel: str

    @property
    def is_dead(self) -> bool:
        """Whether nobody is known to be there."""
        return self.stands == "DEAD"


def reached_at(person: str, *, channels: Iterable[str] = LETTERS, tried: Iterable[str] = ()) -> Reached | None:
    """Where a person is reached now by one of these channels, letters if none are named."""
    asked = filled(REACHED_AT, channels="%s", person="ANY(%s)", tried="%s::text[]", after="NULL")
    with connection.cursor() as cursor:
        cursor.execute(asked, [list(channels), ids([person]), list(tried)])
        row = cursor.fetchone()
    return Reached(*row) if row else None


def addresses(person: str) -> list[Address]:
    """The addresses of a person in his order."""
    return list(Address.objects.filter(person__in=ids([person])).order_by("place", "id"))


def sealed_of(persons: Iterable[str]) -> dict[tuple[str, str], str]:
    """What is sealed of their addresses, by the person and by what is shown of each."""
    rows = Address.objects.filter(person__in=ids(persons)).exclude(sealed="")
    return {(str(person), value): sealed for person, value, sealed in rows.values_list("person", "value", "sealed")}


def sealed_for(kind: str) -> list[str]:
    """What is sealed of all addresses of a kind."""
    return list(Address.objects.filter(kind=kind).exclude(sealed="").values_list("sealed", flat=True))


def by_number(number: str) -> list[Person]:
    """Those who may act and have shown that texts to this number arrive at them; a family may share one."""
    found = Address.objects.filter(value=number, kind=AddressKind.MOBILE, proved_at__isnull=False)
    return [one.person for one in found.filter(person__is_active=True).select_related("person").order_by("person")]


def codes_out(person: str, *, at: datetime) -> frozenset[str]:
    """The addresses to which a code of his was sent that counts."""
    rows = AddressCode.objects.filter(person__in=ids([person]), made_at__gt=at - CODE_LASTS, tries__lt=MOST_TRIES)
    return frozenset(rows.values_list("value", flat=True))


def dead_lately(since: datetime) -> list[Address]:
    """The addresses of those who may act that died after a moment, and that had been proved or are signed in with."""
    found = Address.objects.filter(dead_at__gt=since, person__is_active=True).select_related("person").order_by("id")
    return [one for one in found if one.proved_at or one.value == one.person.email.lower()]


def unreached() -> list[Address]:
    """Of each who may act and whose addresses for letters are all dead the first, by name."""
    alive = _for_letters().filter(person=OuterRef("person"), dead_at=None)
    found = _for_letters().filter(~Exists(alive), person__is_active=True).select_related("person")
    return sorted(found.order_by("person", "place", "id").distinct("person"), key=lambda one: one.person.name)


def unproved() -> list[str]:
    """The names of those who may act and have shown of no address that lives that letters arrive there."""
    alive = _for_letters().filter(person=OuterRef("pk"), dead_at=None)
    proved = alive.filter(proved_at__isnull=False)
    found = Person.objects.filter(~Exists(proved), Exists(alive), is_active=True)
    return list(found.order_by("name", "id").values_list("name", flat=True))


def _for_letters() -> QuerySet[Address]:
    """What a letter may go to: not what somebody added himself and nobody proved."""
    may = Q(proved_at__isnull=False) | Q(value=Lower("person__email"))
    return Address.objects.filter(may, kind=AddressKind.EMAIL)


def last_test(person: str) -> ChainTest | None:
    """The last test of the chain that somebody asked for."""
    return ChainTest.objects.filter(person__in=ids([person])).order_by("-made_at").first()


def heard(test: ChainTest, of: Iterable[Address]) -> dict[str, datetime]:
    """When somebody said that what the test sent had arrived, by the id of the address."""
    rows = ChainHeard.objects.filter(test=test, address__in=[one.id for one in of])
    return {str(address): at for address, at in rows.values_list("address_id", "at")}
