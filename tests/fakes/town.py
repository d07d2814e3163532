"""All that somebody is reached by, over real sockets: a mail server, a gateway for texts and calls, a webhook."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from backline.channels import operations, registry
from backline.channels.delivery import Post
from backline.channels.email.message import origin
from backline.channels.email.sender import SmtpSender
from backline.channels.email.server import parse
from backline.channels.models import Notice
from backline.channels.notices import Channel
from backline.channels.port import Sender
from backline.channels.twilio.account import Account
from backline.engine.duties.unheard import Unheard
from backline.people.models import Address
from tests.fakes.browser import signed_in
from tests.fakes.gateway import ACCOUNT, TOKEN, Gateway
from tests.fakes.house import House
from tests.fakes.receiver import Receiver
from tests.fakes.smtp import MailServer

PAGE, DESK, MOBILE, HOME = "/account/addresses", "sana@example.org", "+4915112345678", "sana@home.example"
HOOK = "/in/a-place-that-nobody-guesses"


@dataclass
class Town:
    """Everybody signs in with an address of the desk; what one adds goes last unless one says otherwise."""

    house: House
    receiver: Receiver
    gateway: Gateway
    mail: MailServer

    def account(self, token: str = TOKEN) -> None:
        """Texts and calls go to the gateway, with this token."""
        for channel in (Channel.SMS, Channel.VOICE):
            account = Account(ACCOUNT, "+4930901820", self.gateway.base)
            ada, at = self.house.actor("ada"), self.house.clock.now()
            operations.keep_setup(channel, account, token, is_on=True, by=ada, at=at)

    def adds(self, kind: str, value: str = "", *, proved: bool, name: str = "sana") -> Address:
        """Somebody has one more address, which he has proved or not."""
        signed_in(name).post(PAGE, {"kind": kind, "value": value or self.receiver.base + HOOK})
        found = Address.objects.filter(person=self.house.persons[name].id, kind=kind).latest("place")
        if proved:
            Address.objects.filter(id=found.id).update(proved_at=self.house.clock.now())
        return found

    def run(self, minutes: float = 0) -> None:
        """The worker sends what is due, after so many minutes; what reached nobody is carried to its case."""
        at = self.house.clock.advance(timedelta(minutes=minutes))
        mail: dict[Channel, Sender] = {
            Channel.EMAIL: SmtpSender(parse(self.mail.url), origin("b@lifts.example"), timeout=5)
        }
        post = Post(lambda: registry.senders() | mail, patience=20)
        while post.run(at=at):
            pass
        post.end(at=at)
        Unheard().run(at)

    def offered(self) -> str:
        """A case that is offered to Sana, of which she is to hear."""
        case = self.house.raised()
        self.house.offer(case)
        self.house.tick()
        self.run()
        return case

    def told(self, case: str, rung: int = 0, name: str = "Sana") -> tuple[Notice, list[tuple[str, str]]]:
        """What the first rung of a case told somebody, or another, and each word about it, by which channel."""
        rungs = Notice.objects.filter(case_id=case, kind__startswith="rung.", recipient_name=name)
        found = rungs.order_by("queued_at")[rung]
        return found, [(one.channel, one.what) for one in found.receipts.order_by("id")]


@contextmanager
def town_of(house: House, settings: Any) -> Iterator[Town]:
    """The town while the block runs; every channel is set up."""
    settings.BACKLINE_GATEWAYS = frozenset({"127.0.0.1"})
    operations.switch(Channel.WEBHOOK, is_on=True, by=house.actor("ada"), at=house.clock.now())
    with Receiver() as receiver, Gateway() as gateway, MailServer(now=house.clock.now) as mail:
        town = Town(house, receiver, gateway, mail)
        town.account()
        yield town
