"""Mail: what a message looks like, what can never get into it, and what each answer of a server means."""

from __future__ import annotations

import dataclasses
import email
import email.policy
import socket
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from backline.channels.email.message import compose, origin
from backline.channels.email.sender import SmtpSender
from backline.channels.email.server import BadServerUrlError, Security, Server, parse
from backline.channels.port import DeliveryError, Letter
from tests.fakes.smtp import MailServer, Mode

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
US = origin("Backline <backline@lifts.example>")
LETTER = Letter(
    uuid.UUID(int=5), "Cleo", "cleo@example.org", "Your lift", "We are on it.", "en", NOON, NOON, uuid.UUID(int=7)
)


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer(now=lambda: NOON) as running:
        yield running


def send(server: MailServer, **changes: Any) -> str:
    handed = SmtpSender(parse(server.url), US, timeout=5).send(dataclasses.replace(LETTER, **changes))
    return handed.message_id


def refusal(server: MailServer, **changes: Any) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        send(server, **changes)
    return caught.value


def test_a_message_says_who_it_is_from_and_that_a_robot_wrote_it(server: MailServer) -> None:
    send(
        server, language="de", name="Cléo 克莱奥", subject="Ihr Aufzug – wir kümmern uns", body="Grüße\n\n.\n..end 🛗\n"
    )
    [mail] = server.mails
    assert (mail.sender, mail.to) == ("backline@lifts.example", "cleo@example.org")
    assert mail.subject == "Ihr Aufzug – wir kümmern uns"
    assert mail.text == "Grüße\n\n.\n..end 🛗\n"
    assert mail.message["To"].addresses[0].display_name == "Cléo 克莱奥"
    assert mail.message["Auto-Submitted"] == "auto-generated"
    assert mail.message["Content-Language"] == "de"
    assert mail.message["X-Backline-Case"] == str(uuid.UUID(int=7))
    assert mail.message["Date"].datetime == NOON


WORDS = ("[P1 E-1002] ", "word ", "wörd ", "x" * 30, "🛗", "Ü" * 20, "“ ")
P, WORD, WÖRD, LONG, LIFT, UES, QUOTE = WORDS
CUT_IN_TWO = [P, WORD, WORD, LONG, WORD, QUOTE, LONG, WÖRD, UES, LONG, WÖRD, WORD, QUOTE, WORD, WORD, WÖRD, LIFT]
"""Python's own way to fold it cuts it in the middle of a letter."""


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=40))
@example(CUT_IN_TWO)
def test_a_header_begins_on_its_first_line(words: list[str]) -> None:
    said = "".join(words).strip()[:240].strip()
    name = said[:80].strip()
    wire = compose(dataclasses.replace(LETTER, subject=said, name=name), US).as_bytes()
    lines = wire.partition(b"\r\n\r\n")[0].split(b"\r\n")
    assert all(line[-1:] != b":" for line in lines), lines
    assert max(map(len, lines)) <= 100
    back = email.message_from_bytes(wire, policy=email.policy.default)
    assert "".join(str(back["Subject"]).split()) == "".join(said.split())


def test_an_address_that_stands_for_another_one_is_sent_to_neither(server: MailServer) -> None:
    for address in ("tess@ⓧ.test", "tess@ｘ.test", "tess@straße.test", "tess@x．test"):
        assert refusal(server, address=address).permanent
    assert server.mails == []
    send(server, address="tess@Müller.test")
    assert server.mails[0].to == "tess@xn--mller-kva.test"


@pytest.mark.parametrize("body", [".", "..", "a\n.\nb\n..\n.c", "a\r.\rb", "", "\n", "\n\n.\n"])
def test_periods_and_line_ends_arrive_as_they_were_written(server: MailServer, body: str) -> None:
    send(server, body=body)
    written = body.replace("\r", "\n")
    assert [mail.text for mail in server.mails] == [written if written.endswith("\n") else written + "\n"]


def test_a_repetition_carries_the_same_message_id_and_another_notice_another(server: MailServer) -> None:
    first, again, other = send(server), send(server), send(server, id=uuid.UUID(int=6))
    assert first == again == "<00000000000000000000000000000005@lifts.example>"
    assert other != first
    assert [mail.message["Message-ID"] for mail in server.mails] == [first, first, other]


def test_no_text_can_become_a_header(server: MailServer) -> None:
    trick = "Hi\r\nBcc: otto@example.org\n\nbody\u2028X: y\x85Z: w\x0bV: u"
    send(server, name=trick, subject=trick, language=trick)
    [mail] = server.mails
    assert mail.to == "cleo@example.org"
    assert set(mail.message.keys()) >= {"Subject", "To"}
    assert not {"Bcc", "X", "Z", "V"} & set(mail.message.keys())
    assert mail.subject == "Hi Bcc: otto@example.org body X: y Z: w V: u"


def test_a_name_or_a_subject_that_turns_letters_round_names_the_marks(server: MailServer) -> None:
    send(server, name="Cleo\u202e", subject="Your \u2066lift\u2069 \u202dup", body="\u202ekept")
    [mail] = server.mails
    assert mail.subject == "Your [U+2066]lift[U+2069] [U+202D]up"
    assert mail.message["To"].addresses[0].display_name == "Cleo[U+202E]"
    assert mail.text.rstrip("\n") == "\u202ekept", "a line of its own turns nothing else"


@given(st.text(), st.text(), st.text())
def test_any_text_gives_a_message_of_seven_bits_that_can_be_read(name: str, subject: str, body: str) -> None:
    letter = dataclasses.replace(LETTER, name=name, subject=subject, body=body)
    raw = compose(letter, US).as_bytes()
    raw.decode("ascii")
    read = email.message_from_bytes(raw, policy=email.policy.default)
    assert [key for key in read if key in {"To", "Subject", "From"}] == ["From", "To", "Subject"]
    assert read["To"].addresses[0].addr_spec == "cleo@example.org"
    assert not read.defects


@pytest.mark.shared_data
def test_naughty_strings_arrive(server: MailServer, naughty: list[str]) -> None:
    for number, text in enumerate([*naughty, "nul \x00 in it", "lone \ud800 surrogate"]):
        send(server, id=uuid.UUID(int=number), name=text, subject=text, body=text)
    arrived = [mail.text.rstrip("\n") for mail in server.mails]
    plain = [text for text in naughty if "\r" not in text]
    assert len(arrived) == len(naughty) + 2
    assert set(arrived) >= {text.rstrip("\n") for text in plain}


@pytest.mark.parametrize(
    "address",
    ["", "cleo", "cleo@", "@example.org", "a b@example.org", "a@b\r\nRCPT TO:<otto@x.org>", "a,b@c.org", "<a@b.org>",
     "ü@example.org", "a@exa mple.org", "a@" + "x" * 300, "\x00@example.org", "a@b@c.org>"],
)  # fmt: skip
def test_what_is_no_address_is_refused_for_good_before_any_connection(address: str) -> None:
    nowhere = SmtpSender(Server("127.0.0.1", 1, "", "", Security.NONE), US, timeout=5)
    with pytest.raises(DeliveryError, match="not an address") as caught:
        nowhere.send(dataclasses.replace(LETTER, address=address))
    assert caught.value.permanent


def test_a_domain_in_another_script_is_reached(server: MailServer) -> None:
    send(server, address="cleo@bücher.example")
    assert server.mails[0].to == "cleo@xn--bcher-kva.example"


def test_each_answer_of_the_server_has_its_meaning(server: MailServer) -> None:
    seen = {}
    for mode in (Mode.REFUSE, Mode.REFUSE_TEXT, Mode.REFUSE_FOR_NOW, Mode.HANG_UP_BEFORE_TEXT, Mode.HANG_UP_AFTER_TEXT):
        server.mode = mode
        error = refusal(server)
        seen[mode] = (error.permanent, error.unknown, error.detail[:3])
    assert seen == {
        Mode.REFUSE: (True, False, "550"),
        Mode.REFUSE_TEXT: (True, False, "554"),
        Mode.REFUSE_FOR_NOW: (False, False, "451"),
        Mode.HANG_UP_BEFORE_TEXT: (False, False, "Con"),
        Mode.HANG_UP_AFTER_TEXT: (False, True, "the"),
    }


def test_a_server_that_is_not_there_may_come_back() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        with pytest.raises(DeliveryError, match=f"127.0.0.1:{port}") as caught:
            SmtpSender(Server("127.0.0.1", port, "", "", Security.NONE), US, timeout=5).send(LETTER)
    assert not caught.value.permanent
    assert not caught.value.unknown


def test_a_password_is_never_sent_where_tls_was_asked_for_and_is_not_offered(server: MailServer) -> None:
    url = server.url.replace("smtp://", "smtp://us:secret@")
    with pytest.raises(DeliveryError, match="STARTTLS") as caught:
        SmtpSender(parse(url), US, timeout=5).send(LETTER)
    assert not caught.value.permanent
    assert server.mails == []


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
def test_only_the_right_password_opens_and_a_wrong_one_is_not_the_fault_of_the_letter() -> None:
    with MailServer(now=lambda: NOON, password="p@ss word") as server:
        url = server.url.replace("smtp://", "smtp://us:{}@") + "?starttls=no"
        with pytest.raises(DeliveryError, match="535") as caught:
            SmtpSender(parse(url.format("wrong-one")), US, timeout=5).send(LETTER)
        assert not caught.value.permanent
        assert "wrong-one" not in caught.value.detail
        refused = refusal(server)
        assert (refused.permanent, refused.detail[:3]) == (False, "530")
        SmtpSender(parse(url.format("p%40ss%20word")), US, timeout=5).send(LETTER)
        assert len(server.mails) == 1


def test_tls_towards_a_server_without_it_is_a_clear_failure_for_now(server: MailServer) -> None:
    with pytest.raises(DeliveryError, match=r"the mail server 127\.0\.0\.1") as caught:
        SmtpSender(parse(server.url.replace("smtp://", "smtps://")), US, timeout=5).send(LETTER)
    assert not caught.value.permanent


def test_addresses_of_servers_are_read() -> None:
    assert parse("smtp://mail.example.org") == Server("mail.example.org", 25, "", "", Security.WHEN_OFFERED)
    assert parse("smtp://a%40b:p%3Aw@h:587") == Server("h", 587, "a@b", "p:w", Security.STARTTLS)
    assert parse("smtp://a:b@h?starttls=no").security is Security.NONE
    assert parse("smtp://h?starttls=yes").security is Security.STARTTLS
    assert parse("smtps://h") == Server("h", 465, "", "", Security.TLS)


@pytest.mark.parametrize("url", ["mail.example.org", "http://h", "smtp://", "smtp://h:port", "smtp://h?starttls=maybe"])
def test_an_address_of_a_server_that_cannot_be_read_says_how_to_write_it(url: str) -> None:
    with pytest.raises(BadServerUrlError, match=r"smtp://user:password@"):
        parse(url)
