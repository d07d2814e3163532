"""What is refused for good is asked once, whatever day and night go by: over the sockets of every channel."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from backline.channels import operations, queries, registry
from backline.channels.chat.address import read as chat
from backline.channels.delivery import Post
from backline.channels.notices import Audience, Channel, NewNotice
from backline.channels.push.subscription import read as push
from backline.channels.push.vapid import Pair
from backline.channels.twilio.account import Account
from backline.channels.webhook.address import read as webhook
from backline.people.models import Address, AddressKind
from backline.people.operations import add_address
from tests.fakes import postmark, receiver
from tests.fakes.gateway import ACCOUNT, TOKEN, Gateway
from tests.fakes.house import House
from tests.fakes.letters import CASE
from tests.fakes.postmark import Postmark
from tests.fakes.pushes import PushService
from tests.fakes.receiver import Receiver
from tests.fakes.smtp import MailServer, Mode

MOBILE, MAIL = "+4915112345678", "sana@example.org"
HOURS = 26
"""Hours after which nothing is tried any more, whatever was answered."""


@dataclass
class Other:
    """The other side: how to reach Sana there, and how often it was asked."""

    kind: AddressKind
    value: str
    asked: Callable[[], int]
    sealed: str = ""


def by_server(house: House, settings: Any, on: ExitStack) -> Other:
    server = on.enter_context(MailServer(now=house.clock.now, mode=Mode.REFUSE_TEXT))
    settings.BACKLINE_SMTP_URL = server.url
    return Other(AddressKind.EMAIL, MAIL, lambda: len(server.refused))


def by_provider(house: House, settings: Any, on: ExitStack) -> Other:
    answers = {"ErrorCode": 300, "Message": "Invalid metadata content."}
    provider = on.enter_context(Postmark(postmark.Mode.INVALID, answers))
    settings.BACKLINE_SMTP_URL = provider.url
    return Other(AddressKind.EMAIL, MAIL, lambda: provider.asks)


def by_text(house: House, settings: Any, on: ExitStack) -> Other:
    return by_gateway(house, on, Channel.SMS, "Messages")


def by_call(house: House, settings: Any, on: ExitStack) -> Other:
    return by_gateway(house, on, Channel.VOICE, "Calls")


def by_gateway(house: House, on: ExitStack, channel: Channel, what: str) -> Other:
    gateway = on.enter_context(Gateway(refuses={f"{what} {MOBILE}": 21215}))
    account = Account(ACCOUNT, "+4930901820", gateway.base)
    operations.keep_setup(channel, account, TOKEN, is_on=True, by=house.actor("ada"), at=house.clock.now())
    return Other(AddressKind.MOBILE, MOBILE, lambda: gateway.asks)


def by_webhook(house: House, settings: Any, on: ExitStack) -> Other:
    operations.switch(Channel.WEBHOOK, is_on=True, by=house.actor("ada"), at=house.clock.now())
    program = on.enter_context(Receiver(receiver.Mode.REFUSE))
    place = webhook(f"{program.base}/in")
    return Other(AddressKind.WEBHOOK, place.shown, lambda: len(program.taken), place.sealed)


def by_chat(house: House, settings: Any, on: ExitStack) -> Other:
    operations.switch(Channel.CHAT, is_on=True, by=house.actor("ada"), at=house.clock.now())
    service = on.enter_context(Receiver(receiver.Mode.REFUSE))
    place = chat(f"mmost://127.0.0.1:{service.port}/3ccdd113474722377935511fc85d3dd4")
    return Other(AddressKind.CHAT, place.shown, lambda: len(service.taken), place.sealed)


def by_push(house: House, settings: Any, on: ExitStack) -> Other:
    operations.keep_push(is_on=True, by=house.actor("ada"), at=house.clock.now())
    service = on.enter_context(PushService(house.clock.now))
    browser = service.registered(Pair.new().public)
    return Other(AddressKind.PUSH, "Chrome", lambda: len(service.refused), push(browser.gives).sealed)


@pytest.mark.parametrize("way", [by_server, by_provider, by_text, by_call, by_webhook, by_chat, by_push])
def test_what_is_refused_for_good_is_asked_once(
    house: House, settings: Any, way: Callable[[House, Any, ExitStack], Other]
) -> None:
    settings.BACKLINE_GATEWAYS, settings.BACKLINE_MAIL_FROM = frozenset({"127.0.0.1"}), "Lifts <lifts@example.org>"
    sana = house.persons["sana"]
    with ExitStack() as on:
        other = way(house, settings, on)
        added = add_address(other.kind, other.value, by=house.actor("sana"), sealed=other.sealed)
        Address.objects.filter(person=sana).exclude(id=added.id).delete()
        Address.objects.filter(id=added.id).update(proved_at=house.clock.now())
        new = NewNotice("rung", "rung.1.", Audience.PERSON, str(sana.id), "Sana", "Nobody has it", "All of it", MAIL,
                        case_id=CASE, urgent=True)  # fmt: skip
        operations.queue([new], at=house.clock.now())
        for _hour in range(HOURS):
            post = Post(registry.senders, patience=20)
            while post.run(at=house.clock.now()):
                pass
            post.end(at=house.clock.now())
            house.clock.advance(timedelta(hours=1))
        asked = other.asked()
    notice = queries.told(effect_keys=["rung"])["rung"]
    assert (asked, notice.state, [one.what for one in notice.receipts]) == (1, "FAILED", ["FAILED_FOR_GOOD"])
    assert notice.id in {one.id for one in queries.unreported_failures(limit=9)}, "its case hears of it"
