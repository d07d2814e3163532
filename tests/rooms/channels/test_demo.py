"""What a demo organisation writes stays in it: through the real delivery, to a real mail server that hears nothing."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import timedelta

import pytest

from backline.channels import operations, queries
from backline.channels.email.message import origin
from backline.channels.email.sender import SmtpSender
from backline.channels.email.server import parse
from backline.channels.notices import Audience
from backline.core.words import Role
from backline.people import operations as people
from backline.people.operations import Founding, PersonForm
from tests.fakes.letters import NOON, TO_CLEO
from tests.fakes.post import deliver
from tests.fakes.smtp import MailServer


def found(*, demo: bool) -> None:
    ada = PersonForm("Ada", "ada@backline.example", (Role.ADMINISTRATOR,), password="long enough")
    people.found(Founding("Northside", "UTC", ada, demo=demo))


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer(now=lambda: NOON) as running:
        yield running


def sent_to(server: MailServer) -> list[str]:
    sender = SmtpSender(parse(server.url), origin("backline@lifts.example"), timeout=5)
    while deliver(at=NOON + timedelta(minutes=1), sender=sender, limit=50):
        pass
    return [mail.to for mail in server.mails]


def test_nothing_leaves_a_demo_and_each_notice_says_so(fresh_database: str, server: MailServer) -> None:
    found(demo=True)
    staff = dataclasses.replace(TO_CLEO, effect_key="rung", audience=Audience.PERSON, address="sana@real-mail.org")
    operations.queue([TO_CLEO, staff], at=NOON)
    assert sent_to(server) == []
    for row in queries.outgoing().rows:
        assert (row.state, row.why) == ("NOT_SENT", "demo: nothing leaves a demo organisation")
        assert row.body == "We are on it."


def test_a_demo_customer_is_not_left_in_silence_but_one_without_an_address_is(fresh_database: str) -> None:
    found(demo=True)
    nowhere = dataclasses.replace(TO_CLEO, effect_key="nowhere", address=" ")
    case = dataclasses.replace(TO_CLEO, case_id="00000000-0000-0000-0000-000000000007")
    operations.queue([case, dataclasses.replace(nowhere, case_id=case.case_id)], at=NOON)
    assert [row.why for row in queries.unreported_failures(limit=9)] == ["no address"]


def test_everywhere_else_it_leaves(fresh_database: str, server: MailServer) -> None:
    found(demo=False)
    operations.queue([TO_CLEO], at=NOON)
    assert sent_to(server) == ["cleo@example.org"]
