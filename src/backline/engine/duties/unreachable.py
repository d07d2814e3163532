"""Tells of an address where nobody is any more: its owner by another one, and whoever can mend it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from backline.channels import operations as channels
from backline.channels.letters import letter_to
from backline.channels.notices import NewNotice
from backline.core.words import Role
from backline.people import queries as people
from backline.people import reached, wording
from backline.people.queries import Person
from backline.people.reached import Address, AddressKind

_HIS_ALONE = {
    AddressKind.PUSH: wording.browser_is_gone,
    AddressKind.CHAT: wording.place_is_gone,
    AddressKind.WEBHOOK: wording.place_is_gone,
}
"""What only its owner can mend, so that nobody else hears of it."""
FIRST = timedelta(days=7)
"""So far back a worker looks that begins; then since its last look."""
ON_THE_WAY = timedelta(minutes=2)
"""What was done at a moment can be read by then."""


class Unreachable:
    """The duty that tells who is not reached."""

    NAME = "unreachable"
    EVERY = 15.0

    def __init__(self) -> None:
        self._since: datetime | None = None

    def run(self, at: datetime) -> int:
        """Write what was not written yet; 0, for there is never more of it to do at once."""
        if found := reached.dead_lately(self._since or at - FIRST):
            who = {*people.with_role(Role.MANAGER), *people.with_role(Role.ADMINISTRATOR)}
            mend = [person for _id, person in sorted(people.persons_by_id(who).items())]
            channels.queue([letter for one in found for letter in _letters(one, mend)], at=at)
        self._since = at - ON_THE_WAY
        return 0


def _letters(address: Address, mend: Sequence[Person]) -> Iterator[NewNotice]:
    """The owner hears where another address of his takes letters; of what others can mend, those in any case."""
    owner, there = address.person, reached.reached_at(str(address.person_id))
    other = there.value if there and not there.is_dead else ""
    if other:
        yield _letter(address, owner, other)
    if address.kind not in _HIS_ALONE:
        yield from (_letter(address, person, other) for person in mend if person != owner)


def _letter(address: Address, to: Person, other: str) -> NewNotice:
    with override(to.language):
        said = {
            "name": to.name, "person": address.person.name, "address": address.value,
            "why": address.why_dead, "instead": wording.goes_instead(other), "link": _link(address, to),
        }  # fmt: skip
        words = _HIS_ALONE.get(AddressKind(address.kind), wording.address_is_dead)
        words = words if to == address.person else wording.somebodys_address_is_dead
        key = f"dead:{address.id}:{address.dead_at}:{to.id}"
        return letter_to(to, words(said), key=key, kind="address.dead", at_once=True)


def _link(address: Address, to: Person) -> str:
    """The page where he can mend it: his own addresses, or what the register says of a person; none for a manager."""
    if to == address.person:
        place = reverse("desk:addresses")
    elif Role.ADMINISTRATOR in to.roles:
        place = reverse("desk:entry", args=["persons", address.person_id])
    else:
        return ""
    return settings.BACKLINE_URL.rstrip("/") + place
