"""Whoever asks to be left alone is, for a while; what is urgent does not wait for him where there is another way."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import pytest

from backline.channels import operations, queries, registry
from backline.channels.chat.address import read as chat
from backline.channels.delivery import Post
from backline.channels.notices import Audience, Channel, NewNotice
from backline.channels.twilio.account import Account
from backline.people.models import Address, AddressKind
from backline.people.operations import add_address, put_first
from tests.fakes import gateway, postmark, receiver
from tests.fakes.house import House
from tests.fakes.letters import CASE
from tests.fakes.smtp import MailServer

MAIL, MOBILE, HOOK = "sana@example.org", "+4915112345678", "3ccdd113474722377935511fc85d3dd4"
Asked = Callable[[], int]
Way = Callable[[House, Any, ExitStack, str], tuple[AddressKind, str, str, Asked]]


def by_text(house: House, settings: Any, on: ExitStack, wait: str) -> tuple[AddressKind, str, str, Asked]:
    there = on.enter_context(gateway.Gateway(gateway.Mode.BUSY, wait))
    account, ada = Account(gateway.ACCOUNT, "+4930901820", there.base), house.actor("ada")
    operations.keep_setup(Channel.SMS, account, gateway.TOKEN, is_on=True, by=ada, at=house.clock.now())
    return AddressKind.MOBILE, MOBILE, "", lambda: there.asks


def by_chat(house: House, settings: Any, on: ExitStack, wait: str) -> tuple[AddressKind, str, str, Asked]:
    operations.switch(Channel.CHAT, is_on=True, by=house.actor("ada"), at=house.clock.now())
    there = on.enter_context(receiver.Receiver(receiver.Mode.BUSY, wait))
    place = chat(f"mmost://127.0.0.1:{there.port}/{HOOK}")
    return AddressKind.CHAT, place.shown, place.sealed, lambda: len(there.taken)


def by_provider(house: House, settings: Any, on: ExitStack, wait: str) -> tuple[AddressKind, str, str, Asked]:
    there = on.enter_context(postmark.Postmark(postmark.Mode.BUSY, wait=wait))
    settings.BACKLINE_SMTP_URL = there.url
    return AddressKind.EMAIL, MAIL, "", lambda: there.asks


def run(house: House, seconds: int = 0) -> None:
    post = Post(registry.senders, patience=20)
    while post.run(at=house.clock.advance(timedelta(seconds=seconds))):
        seconds = 0
    post.end(at=house.clock.now())


def told(house: House) -> None:
    new = NewNotice("rung", "rung.1.", Audience.PERSON, str(house.persons["sana"].id), "Sana", "Nobody has it", "All",
                    MAIL, case_id=CASE, urgent=True)  # fmt: skip
    operations.queue([new], at=house.clock.now())
    run(house)


@pytest.fixture(autouse=True)
def loopback(settings: Any) -> None:
    settings.BACKLINE_GATEWAYS, settings.BACKLINE_MAIL_FROM = frozenset({"127.0.0.1"}), "Lifts <lifts@example.org>"


@pytest.mark.parametrize("way", [by_text, by_chat, by_provider])
def test_nobody_is_asked_again_before_the_time_that_he_named(house: House, settings: Any, way: Way) -> None:
    with ExitStack() as on:
        kind, value, sealed, asked = way(house, settings, on, "600")
        added = add_address(kind, value, by=house.actor("sana"), sealed=sealed)
        Address.objects.filter(person=house.persons["sana"]).exclude(id=added.id).delete()
        Address.objects.filter(id=added.id).update(proved_at=house.clock.now())
        told(house)
        run(house, 590)
        assert asked() == 1
        run(house, 11)
        assert asked() == 2, "nor for ever"


@pytest.mark.parametrize("way", [by_text, by_chat])
@pytest.mark.parametrize(("wait", "goes"), [("50", 0), ("70", 1)])
def test_what_is_urgent_goes_another_way_than_one_that_asks_for_more_than_a_minute(
    house: House, settings: Any, way: Way, wait: str, goes: int
) -> None:
    with ExitStack() as on:
        server = on.enter_context(MailServer(now=house.clock.now))
        settings.BACKLINE_SMTP_URL = server.url
        kind, value, sealed, _asked = way(house, settings, on, wait)
        put_first(str(add_address(kind, value, by=house.actor("sana"), sealed=sealed).id), by=house.actor("sana"))
        Address.objects.filter(person=house.persons["sana"]).update(proved_at=house.clock.now())
        told(house)
        assert len(server.to(MAIL)) == goes
        found = queries.told(effect_keys=["rung"])["rung"]
        assert [one.what for one in found.receipts] == ["FAILED_FOR_NOW", *["HANDED_OVER"] * goes]
