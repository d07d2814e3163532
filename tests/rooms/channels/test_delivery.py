"""Delivery over a real socket: each notice once, one bad one stops no other, and nothing is lost without a server."""

from __future__ import annotations

import dataclasses
import threading
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from backline.channels import operations, queries
from backline.channels.delivery import Post
from backline.channels.email.message import origin
from backline.channels.email.sender import SmtpSender
from backline.channels.email.server import parse
from backline.channels.email.wired import sender_from_settings
from backline.channels.notices import LEASE, Channel, Pointless
from backline.channels.port import Handed, Letter, Sender
from tests.fakes.letters import NOON, TO_CLEO
from tests.fakes.post import deliver
from tests.fakes.smtp import MailServer, Mode

MINUTE = timedelta(minutes=1)


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer(now=lambda: NOON) as running:
        yield running


@pytest.fixture
def sender(server: MailServer) -> Sender:
    return SmtpSender(parse(server.url), origin("backline@lifts.example"), timeout=5)


def queued(key: str = "raised", **changes: Any) -> uuid.UUID:
    operations.queue([dataclasses.replace(TO_CLEO, effect_key=key, **changes)], at=NOON)
    return queries.told(effect_keys=[key])[key].id


def row(pk: uuid.UUID) -> queries.OutgoingRow:
    found = queries.notice(pk)
    assert found
    return found


@pytest.mark.django_db
def test_a_notice_is_sent_and_its_receipt_kept(server: MailServer, sender: Sender) -> None:
    pk = queued()
    assert deliver(at=NOON, sender=sender, limit=10) == 1
    assert [mail.text for mail in server.to("cleo@example.org")] == ["We are on it.\n"]
    [receipt] = row(pk).receipts
    assert (row(pk).state, receipt.what, receipt.detail) == ("HANDED", "HANDED_OVER", "250 2.0.0 taken")
    assert receipt.message_id == server.mails[0].message["Message-ID"]
    assert deliver(at=NOON, sender=sender, limit=10) == 0
    assert len(server.mails) == 1


@pytest.mark.django_db
def test_one_bad_recipient_never_stops_the_others(server: MailServer, sender: Sender) -> None:
    server.mode_of = {"gone@example.org": Mode.REFUSE, "busy@example.org": Mode.REFUSE_FOR_NOW}
    addresses = ["gone@example.org", "no address at all", "cleo@example.org", "busy@example.org", "max@example.org"]
    pks = [queued(address, address=address) for address in addresses]
    assert deliver(at=NOON, sender=sender, limit=10) == 5
    assert [row(pk).state for pk in pks] == ["FAILED", "FAILED", "HANDED", "QUEUED", "HANDED"]
    assert "550 5.1.1 no such mailbox here" in row(pks[0]).why
    assert {failed.id for failed in queries.unreported_failures(limit=10)} == set(pks[:2])


class Clumsy:
    """A sender with a mistake in it, for one letter."""

    def send(self, letter: Letter) -> Handed:
        """Hand over, or break."""
        if letter.subject == "break":
            raise ZeroDivisionError
        return Handed("250 ok", "<m>")


@pytest.mark.django_db
def test_a_mistake_of_ours_stops_no_other_notice_either() -> None:
    broken, fine = queued("a", subject="break"), queued("b")
    assert deliver(at=NOON, sender=Clumsy(), limit=10) == 2
    assert [row(broken).state, row(fine).state] == ["QUEUED", "HANDED"]
    assert "ZeroDivisionError" in row(broken).why


@pytest.mark.django_db
def test_a_refusal_for_now_is_sent_later(server: MailServer, sender: Sender) -> None:
    server.mode = Mode.REFUSE_FOR_NOW
    pk = queued()
    deliver(at=NOON, sender=sender, limit=10)
    server.mode = Mode.ACCEPT
    assert deliver(at=NOON + timedelta(seconds=20), sender=sender, limit=10) == 0
    assert deliver(at=NOON + MINUTE, sender=sender, limit=10) == 1
    assert [receipt.what for receipt in row(pk).receipts] == ["FAILED_FOR_NOW", "HANDED_OVER"]


@pytest.mark.django_db
def test_a_lost_answer_is_repeated_once_for_a_customer_with_the_same_message_id(
    server: MailServer, sender: Sender
) -> None:
    server.mode = Mode.HANG_UP_AFTER_TEXT
    pk = queued()
    for minute in range(0, 60, 5):
        deliver(at=NOON + minute * MINUTE, sender=sender, limit=10)
    assert len(server.mails) == 2
    assert len({mail.message["Message-ID"] for mail in server.mails}) == 1
    assert [receipt.what for receipt in row(pk).receipts] == ["UNKNOWN", "UNKNOWN"]
    assert (row(pk).state, "may have arrived" in row(pk).why) == ("FAILED", True)


@pytest.mark.django_db
def test_a_cancelled_notice_is_not_sent(server: MailServer, sender: Sender) -> None:
    pk = queued()
    operations.cancel([Pointless(uuid.UUID(int=7), ("customer.",), "Carl withdrew it", NOON)])
    assert deliver(at=NOON + MINUTE, sender=sender, limit=10) == 0
    assert (server.mails, row(pk).why) == ([], "Carl withdrew it")


@pytest.mark.django_db
def test_a_worker_that_died_after_claiming_is_followed_by_another(server: MailServer, sender: Sender) -> None:
    pk = queued()
    operations.claim(10, at=NOON)
    assert deliver(at=NOON + MINUTE, sender=sender, limit=10) == 0
    assert deliver(at=NOON + LEASE, sender=sender, limit=10) == 1
    assert (len(server.mails), row(pk).state) == (1, "HANDED")
    assert [receipt.what for receipt in row(pk).receipts] == ["UNKNOWN", "HANDED_OVER"]


@pytest.mark.django_db
def test_without_a_mail_server_everything_is_kept_and_sent_once_there_is_one(
    server: MailServer, sender: Sender
) -> None:
    pk = queued()
    assert deliver(at=NOON, sender=None, limit=10) == 1
    assert deliver(at=NOON + MINUTE, sender=None, limit=10) == 0
    assert (row(pk).state, row(pk).why) == ("QUEUED", "kept here: no mail server is set up")
    assert deliver(at=NOON + 2 * MINUTE, sender=sender, limit=10) == 1
    assert (row(pk).state, row(pk).why, len(server.mails)) == ("HANDED", "", 1)


@pytest.mark.usefixtures("committed")
def test_two_workers_at_once_send_each_notice_once(server: MailServer, sender: Sender) -> None:
    operations.queue(
        [dataclasses.replace(TO_CLEO, effect_key=str(n), address=f"c{n}@example.org") for n in range(60)], at=NOON
    )
    together = threading.Barrier(2)

    def work() -> None:
        together.wait(10)
        try:
            while deliver(at=NOON, sender=sender, limit=7):
                pass
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert sorted(mail.to for mail in server.mails) == sorted(f"c{n}@example.org" for n in range(60))
    assert {one.state for one in queries.outgoing(limit=100).rows} == {"HANDED"}


@pytest.mark.usefixtures("committed")
def test_nothing_is_sent_out_of_an_open_transaction(server: MailServer, sender: Sender) -> None:
    queued()
    with pytest.raises(RuntimeError), transaction.atomic():
        deliver(at=NOON, sender=sender, limit=1)
    assert server.mails == []


def test_the_settings_name_the_sender(server: MailServer, settings: Any) -> None:
    settings.BACKLINE_SMTP_URL = ""
    assert (sender_from_settings(), queries.mail_is_set_up()) == (None, False)
    settings.BACKLINE_SMTP_URL, settings.BACKLINE_MAIL_FROM = server.url, "Lifts <lifts@example.org>"
    wired = sender_from_settings()
    assert wired
    assert queries.mail_is_set_up()
    wired.send(Letter(uuid.UUID(int=1), "Cleo", "cleo@example.org", "s", "b", "en", NOON, NOON))
    assert (server.mails[0].sender, server.mails[0].to) == ("lifts@example.org", "cleo@example.org")


class Slowest:
    """A sender who lets every other letter overtake the first, if any can."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.overtaken = threading.Event()

    def send(self, letter: Letter) -> Handed:
        """Take it; the first only once the last has gone, or when it is clear that it waits for the first."""
        if letter.subject == "first":
            self.overtaken.wait(0.4)
        self.sent.append(letter.subject)
        if letter.subject == "third":
            self.overtaken.set()
        return Handed("250 taken")


@pytest.mark.django_db
def test_letters_to_one_customer_arrive_as_they_were_written_and_hold_up_nobody_else() -> None:
    for second, subject in enumerate(("first", "second", "third")):
        new = dataclasses.replace(TO_CLEO, effect_key=subject, subject=subject)
        operations.queue([new], at=NOON + timedelta(seconds=second))
    operations.queue([dataclasses.replace(TO_CLEO, effect_key="other", recipient_id="otto", subject="other")], at=NOON)
    slowest = Slowest()
    assert deliver(at=NOON + MINUTE, sender=slowest, limit=10) == 4
    assert slowest.sent == ["other", "first", "second", "third"]


class Gate:
    """A sender in whose hands letters to one address stay until it is opened; all others are taken at once."""

    def __init__(self, *, message_id: str = "<m>") -> None:
        self.open = threading.Event()
        self.message_id = message_id

    def send(self, letter: Letter) -> Handed:
        """Take it, those of Max when the gate is open; one that says so is taken under an id without measure."""
        if letter.address == "max@example.org":
            self.open.wait(20)
        return Handed("250 taken", "x" * 300 if letter.subject == "endless" else self.message_id)


@pytest.mark.django_db
def test_a_letter_that_hangs_holds_up_no_other_and_is_written_down_when_its_answer_comes() -> None:
    gate = Gate()
    post = Post(lambda: {Channel.EMAIL: gate}, lanes=3, patience=0.2)
    hangs, first = queued("max", address="max@example.org"), queued("first", recipient_id="a")
    assert post.run(at=NOON) == 3  # two begun, one of them on its way yet
    assert [row(hangs).state, row(first).state] == ["SENDING", "HANDED"]
    later, behind = queued("later", recipient_id="b"), queued("behind")
    post.run(at=NOON + MINUTE)
    assert [row(hangs).state, row(later).state] == ["SENDING", "HANDED"]
    assert row(behind).state == "QUEUED", "what goes to the same customer is not overtaken"
    gate.open.set()
    post.end(at=NOON + 2 * MINUTE)
    assert (row(hangs).state, row(hangs).settled_at) == ("HANDED", NOON + 2 * MINUTE)


@pytest.mark.django_db
def test_one_outcome_that_cannot_be_written_down_takes_no_other_with_it() -> None:
    fine = [queued(str(n), recipient_id=str(n)) for n in range(5)]
    bad = queued("bad", recipient_id="bad", subject="endless")
    deliver(at=NOON, sender=Gate(), limit=10)
    assert {row(pk).state for pk in fine} == {"HANDED"}
    assert row(bad).state == "SENDING", "its lease ends, and it is looked at again"


@pytest.mark.django_db
def test_one_connection_carries_many_letters_and_one_that_was_dropped_is_no_failure(
    server: MailServer, sender: Sender
) -> None:
    for turn in range(3):
        queued(str(turn), recipient_id=str(turn))
        deliver(at=NOON, sender=sender, limit=1)
    assert (len(server.mails), server.sessions) == (3, 1)
    server.drop()
    pk = queued("after")
    deliver(at=NOON, sender=sender, limit=1)
    assert (row(pk).state, len(row(pk).receipts), server.sessions) == ("HANDED", 1, 2)
