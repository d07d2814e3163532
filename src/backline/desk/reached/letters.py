"""Letters about an address of somebody's: to that address alone, in his language, as each channel has room."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from django.utils.translation import override

from backline.channels import setups
from backline.channels.letters import letter_to
from backline.channels.notices import Channel, NewNotice
from backline.people import wording
from backline.people.reached import Address, AddressKind

Words = Mapping[Channel, Callable[[Mapping[str, str]], wording.Letter]]
CODE: Words = {
    Channel.EMAIL: wording.address_code,
    Channel.SMS: wording.address_code_text,
    Channel.VOICE: wording.address_code_call,
    Channel.WEBHOOK: wording.address_code_text,
    Channel.CHAT: wording.address_code_text,
}
TEST: Words = {
    Channel.EMAIL: wording.address_test,
    Channel.SMS: wording.address_test_text,
    Channel.VOICE: wording.address_test_bare,
    Channel.WEBHOOK: wording.address_test_text,
    Channel.CHAT: wording.address_test_text,
    Channel.PUSH: wording.address_test_text,
}
BARE: Words = dict.fromkeys(Channel, wording.address_test_bare)
"""A test whose arrival is seen by itself."""


GOES_TO = {
    Channel.EMAIL: (AddressKind.EMAIL,),
    Channel.VOICE: (AddressKind.MOBILE, AddressKind.LANDLINE),
    Channel.SMS: (AddressKind.MOBILE,),
    Channel.WEBHOOK: (AddressKind.WEBHOOK,),
    Channel.CHAT: (AddressKind.CHAT,),
    Channel.PUSH: (AddressKind.PUSH,),
}
"""The kinds of addresses that each channel goes to; of two channels the later one goes before."""


def ways() -> dict[str, Channel]:
    """By which channel something goes to each kind of address; a kind is left out to which nothing can go yet."""
    on = [channel for channel in GOES_TO if channel is Channel.EMAIL or setups.is_on(channel)]
    return {str(kind): channel for channel in on for kind in GOES_TO[channel]}


def about_an_address(
    address: Address, way: Channel, words: Words, said: Mapping[str, str], *, key: str, kind: str
) -> NewNotice:
    """The letter."""
    with override(address.person.language):
        subject, text = words[way]({"name": address.person.name, "address": address.value, **said})
    letter = letter_to(address.person, (subject, text), key=key, kind=kind, at_once=True)
    return replace(letter, address=address.value, channel=way, short=text)
