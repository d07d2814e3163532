"""The box over real IMAP: in batches, once each, whatever the server does and whatever lies in it."""

from __future__ import annotations

import errno
import imaplib
import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError

from backline.channels import received
from backline.channels.email.server import IMAP, BadServerUrlError, parse
from backline.channels.models import Received
from backline.intake.mail import box as boxes
from backline.intake.mail import operations
from backline.intake.mail.box import Mailbox
from backline.readiness import set_up
from tests.fakes.browser import signed_in, words
from tests.fakes.house import House
from tests.fakes.imap import PASSWORD, Box
from tests.fakes.mails import answer


@pytest.fixture(scope="module")
def server() -> Iterator[Box]:
    with Box() as found:
        yield found


@pytest.fixture
def box(server: Box, settings: Any) -> Box:
    """An empty box."""
    server.begin_anew()
    settings.BACKLINE_IMAP_URL = server.url
    return server


def mails(number: int) -> list[bytes]:
    return [answer(None, "Cleo <cleo@example.net>", f"Mail {one}").as_bytes() for one in range(number)]


def read(house: House) -> list[int]:
    """What each run of the duty finds until there is nothing."""
    duty, found = Mailbox(patience=5), []
    while done := duty.run(house.clock.now()):
        found.append(done)
    return found


@pytest.mark.parametrize(
    "sender", [b"<m\xfcller@example.org>", b"cle\x00o@example.net", b"a@\xff\xfe.org", b"\xed\xa0\x80@x"]
)
def test_a_sender_whom_no_address_names_stops_nobody_behind_him(house: House, box: Box, sender: bytes) -> None:
    odd = b"From: %s\r\nSubject: Odd one out\r\nMessage-ID: <1@x>\r\n\r\nhello" % sender
    box.put(odd, *mails(1))
    assert sum(read(house)) == 2
    assert list(Received.objects.order_by("sender_id").values_list("sender_id", flat=True)) == ["", str(house.cleo.id)]
    assert (box.unseen(), read(house)) == (0, [])
    assert "Odd one out" in words(signed_in("max").get("/incoming"))


def test_a_full_box_goes_on_in_batches_and_each_mail_is_kept_once_and_marked(
    house: House, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(boxes, "BATCH", 4)
    monkeypatch.setattr(boxes, "SPAN", 3)
    box.put(*mails(7), b"\x00\xfe not a mail", *mails(2))
    found = read(house)
    assert (sum(found), max(found), len(found) >= 3) == (10, 3, True)
    assert Received.objects.count() == 10
    assert (box.unseen(), Received.objects.filter(kind="UNREADABLE").count()) == (0, 1)
    assert read(house) == []
    # The numbers begin anew: what is read again does nothing.
    [known] = [Received.objects.filter(kind="WORD").count()]
    again = mails(1)
    box.begin_anew()
    box.put(*again)
    read(house)
    box.begin_anew()
    box.put(*again)
    assert read(house) == [1]
    assert Received.objects.filter(kind="WORD").count() == known + 1


def test_a_worker_that_dies_between_a_mail_and_its_mark_does_nothing_twice(
    house: House, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    box.put(*mails(2))

    def dies(*_said: object, **_more: object) -> None:
        raise OperationalError("the worker was killed")

    with monkeypatch.context() as patch:
        patch.setattr("backline.channels.operations.mailbox_read", dies)
        with pytest.raises(OperationalError):
            Mailbox(patience=5).run(house.clock.now())
    assert (Received.objects.count(), box.unseen()) == (1, 2)
    assert read(house) == [2]
    assert (Received.objects.count(), box.unseen()) == (2, 0)


def test_a_poisoned_mail_is_kept_as_unreadable_and_stops_no_other(
    house: House, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    def poisoned(mail: Any, *_more: object, **_said: object) -> Any:
        if mail.text == "Mail 1":
            raise RecursionError("nobody foresaw this")
        return real(mail, *_more, **_said)

    real = operations.spoken
    monkeypatch.setattr(operations, "spoken", poisoned)
    box.put(*mails(3))
    read(house)
    assert sorted(Received.objects.values_list("kind", flat=True)) == ["UNREADABLE", "WORD", "WORD"]
    poison = Received.objects.get(kind="UNREADABLE")
    assert ("nobody foresaw" in poison.said, poison.text) == (True, "Mail 1")


def test_a_mail_on_which_texts_break_is_its_own_fault_and_no_trouble_of_the_server(
    house: House, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(address: str) -> str:
        if address:
            address.encode("ascii")
        return real(address)

    real = operations.known
    monkeypatch.setattr(operations, "known", broken)
    odd = "From: Müller <müller@example.org>\r\nMessage-ID: <1@x>\r\n\r\nIt burns".encode()
    box.put(odd, *mails(1))
    assert sum(read(house)) == 2
    assert (set_up.box(), box.unseen()) == ([], 0)
    [poison] = Received.objects.filter(kind="UNREADABLE")
    assert poison.text == "It burns"
    assert poison.said == "Nothing could be made of it, for a reason that nobody foresaw."
    assert Received.objects.get(kind="WORD").sender == "cleo@example.net"


def test_a_disk_that_is_full_is_no_trouble_of_the_server_either_and_the_mail_waits(
    house: House, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_said: object, **_more: object) -> Any:
        raise OSError(errno.ENOSPC, "No space left on device")

    box.put(*mails(1))
    with monkeypatch.context() as patch:
        patch.setattr(operations, "spoken", full)
        with pytest.raises(OSError, match="No space left"):
            Mailbox(patience=5).run(house.clock.now())
    assert (set_up.box(), box.unseen(), Received.objects.count()) == ([], 1, 0)
    assert read(house) == [1]


def test_a_mail_that_the_server_refuses_for_a_moment_is_read_at_the_next_look(
    house: House, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(self: imaplib.IMAP4, command: str, *args: str) -> tuple[str, list[Any]]:
        if command == "FETCH" and next(refusals):
            return "NO", [b"[UNAVAILABLE] come back later"]
        return real(self, command, *args)

    real, refusals = imaplib.IMAP4.uid, iter([False, True, *[False] * 20])
    monkeypatch.setattr(imaplib.IMAP4, "uid", refused)
    box.put(*mails(2))
    assert Mailbox().run(house.clock.now()) == 0
    assert "come back later" in set_up.box()[0].said
    house.clock.advance(timedelta(minutes=1))
    read(house)
    assert Received.objects.count() == 2


def test_what_is_too_large_is_kept_by_its_head_alone(house: House, box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boxes, "MOST_BYTES", 2000)
    box.put(answer(None, "Cleo <cleo@example.net>", "long " * 1000).as_bytes(), *mails(1))
    assert read(house) == [2]
    found = {row.kind: row for row in Received.objects.all()}
    assert (found["UNREADABLE"].sender, found["UNREADABLE"].said) == ("cleo@example.net", "It is larger than 50 MB.")


def test_a_server_that_refuses_or_hangs_or_is_away_is_said_where_it_is_mended_and_no_password_with_it(
    house: House, box: Box, settings: Any
) -> None:
    read(house)
    assert set_up.box() == []
    with closing(socket.socket()) as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        port = silent.getsockname()[1]
        for url, said in (
            (box.url.replace("pass", "wrong"), "cannot be read"),
            (f"imap://answers:{PASSWORD}@127.0.0.1:{port}/Answers?starttls=no".replace(" ", "%20"), "timed out"),
            (box.url.replace(f":{box.port}", ":1"), "refused"),
            (box.url.replace("/Answers", "/Nowhere"), "cannot be read"),
            (box.url.replace("?starttls=no", ""), "TLS"),
        ):
            settings.BACKLINE_IMAP_URL = url
            house.clock.advance(timedelta(minutes=1))
            assert Mailbox(patience=0.5).run(house.clock.now()) == 0
            [lack] = set_up.box()
            assert said in lack.said
            assert PASSWORD not in lack.said
    assert "cannot be read" in words(signed_in("ada").get("/health"))
    house.clock.advance(timedelta(minutes=6))
    assert signed_in("ada").get("/healthz").json()["mailbox"] is True, "a server may be away for a while"
    house.clock.advance(timedelta(minutes=5))
    answered = signed_in("ada").get("/healthz")
    assert (answered.status_code, answered.json()["mailbox"]) == (503, False)
    settings.BACKLINE_IMAP_URL = box.url
    house.clock.advance(timedelta(minutes=1))
    read(house)
    assert set_up.box() == []
    assert signed_in("ada").get("/healthz").json()["mailbox"] is True
    assert "last read" in words(signed_in("ada").get("/health"))
    assert "last read" in words(signed_in("ada").get("/administration/mail"))


def test_a_box_that_nobody_could_ever_read_is_no_health(house: House, box: Box, settings: Any) -> None:
    settings.BACKLINE_IMAP_URL = box.url.replace("pass", "wrong").replace("127.0.0.1", "localhost")
    assert signed_in("ada").get("/healthz").json()["mailbox"] is True, "nobody has tried"
    Mailbox(patience=0.5).run(house.clock.now())
    assert signed_in("ada").get("/healthz").json()["mailbox"] is False
    settings.BACKLINE_IMAP_URL = ""
    assert signed_in("ada").get("/healthz").json()["mailbox"] is True


def test_without_a_box_the_duty_rests_and_a_setting_that_cannot_be_is_refused(house: House, settings: Any) -> None:
    settings.BACKLINE_IMAP_URL = ""
    assert Mailbox().run(house.clock.now()) == 0
    assert received.mailbox("nowhere") is None
    for url in ("http://x", "imaps://", "imaps://h:99999/INBOX", "imap://h/INBOX?starttls=maybe"):
        with pytest.raises(BadServerUrlError, match="BACKLINE_IMAP_URL cannot be understood"):
            parse(url, IMAP)
    assert parse("imaps://a%40b:c@mail.example.org/In%20box", IMAP).folder == "In box"


def test_two_workers_read_one_box(fresh_database: str, clock: Any, server: Box, settings: Any) -> None:
    house = House(clock)
    server.begin_anew()
    settings.BACKLINE_IMAP_URL = server.url
    server.put(*mails(5))
    workers = [threading.Thread(target=read, args=(house,)) for _one in range(2)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    assert Received.objects.count() == 5
