"""Answers from anywhere: who is reached by which number, and what stands in the letters that rungs wrote to them."""

from __future__ import annotations

import re

from backline.cases.effects import Effect
from backline.channels.models import Notice
from backline.core.words import State
from backline.people import operations as people
from backline.people.models import Address, AddressKind, Person
from tests.fakes.house import House

SANA, DORA, CARL = "+4915112345678", "+4915112345679", "+4915112345670"


def mobile(house: House, name: str, number: str, *, proved: bool = True) -> None:
    """Somebody lives in Berlin and is reached by a number, which he has proved to be his."""
    Person.objects.filter(id=house.persons[name].id).update(zone="Europe/Berlin")
    added = people.add_address(AddressKind.MOBILE, number, by=house.actor(name))
    Address.objects.filter(id=added.id).update(proved_at=house.clock.now() if proved else None)


def told(house: House, name: str, *, at: int = -1) -> Notice:
    """What a rung told somebody, the last of it."""
    found = Notice.objects.filter(kind__startswith="rung.", recipient_name=name.title(), effect_key__endswith=":EMAIL")
    return list(found.order_by("queued_at", "id"))[at]


def code(house: House, name: str = "sana", *, at: int = -1) -> str:
    effect = Effect.read(told(house, name, at=at).effect_key)
    assert effect
    return effect.code


def links(notice: Notice) -> dict[str, str]:
    """The links of a letter, by their answer."""
    return {one.rpartition("/")[2]: one for one in re.findall(r"http://testserver(/answer/\S+)", notice.answers)}


def link(house: House, what: str, name: str = "sana") -> str:
    return links(told(house, name))[what]


def state(house: House, case: str) -> State:
    return house.view(case).case.state


def last(house: House, case: str) -> tuple[str, str]:
    entry = house.view(case).timeline[-1]
    return entry.who, entry.what
