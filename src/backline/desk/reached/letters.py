"""Letters about an address of somebody's: to that address and to no other, in his language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from django.utils.translation import override

from backline.channels.letters import letter_to
from backline.channels.notices import NewNotice
from backline.people import wording
from backline.people.reached import Address


def about_an_address(
    address: Address, words: Callable[[Mapping[str, str]], wording.Letter], said: Mapping[str, str], *, key: str,
    kind: str,
) -> NewNotice:  # fmt: skip
    """The letter."""
    with override(address.person.language):
        letter = words({"name": address.person.name, "address": address.value, **said})
    return replace(letter_to(address.person, letter, key=key, kind=kind, urgent=True), address=address.value)
