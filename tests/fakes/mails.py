"""Mails that come in: answers to letters of ours, letters that come back, absence notes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from itertools import count
from typing import Any

from django.test import Client

from backline.channels.email.entrance import sign
from backline.channels.email.message import compose
from backline.channels.port import Handed, Letter
from tests.fakes.post import deliver

OURS = Address("Backline", "backline", "localhost")
_NUMBERS = count(1)


@dataclass
class Kept:
    """Takes letters as a mail server does, and keeps the mails that they become."""

    mails: list[EmailMessage] = field(default_factory=list)

    def send(self, letter: Letter) -> Handed:
        """Take it."""
        message = compose(letter, OURS)
        self.mails.append(message)
        return Handed("250 2.0.0 taken", message["Message-ID"])

    def sent(self, *, at: datetime) -> Kept:
        """All that is due is sent."""
        while deliver(at=at, sender=self, limit=50):
            pass
        return self

    def to(self, address: str, holding: str = "") -> EmailMessage:
        """The last mail that went to an address."""
        return [one for one in self.mails if address in str(one["To"]) and holding in str(one["Subject"])][-1]


def answer(to: EmailMessage | None, sender: str, text: str, **headers: str) -> EmailMessage:
    """Somebody answers a letter, as a mail program does it: with what it quotes."""
    mail = EmailMessage()
    mail["From"], mail["Message-ID"] = sender, f"<{next(_NUMBERS)}@mail.example>"
    mail["Subject"] = f"Re: {to['Subject']}" if to else "A question"
    mail["To"] = str(to["Reply-To"] or to["From"]) if to else str(OURS)
    if to:
        mail["In-Reply-To"] = to["Message-ID"]
    quoted = "\n".join(f"> {line}" for line in to.get_content().splitlines()) if to else ""
    mail.set_content(f"{text}\n\nOn Fri, 20 Nov 2026 at 18:00, Backline wrote:\n{quoted}\n" if to else text)
    for name, said in headers.items():
        del mail[name.replace("_", "-")]
        mail[name.replace("_", "-")] = said
    return mail


def bounce(of: EmailMessage, status: str = "5.1.1", action: str = "failed", recipient: str = "") -> bytes:
    """A server's report about a letter, by the standard."""
    who, number = recipient or str(of["To"]).rpartition("<")[2].strip(">"), next(_NUMBERS)
    return (
        f"Return-Path: <>\r\nFrom: Mail Delivery System <mailer-daemon@mx.example>\r\nTo: {of['From']}\r\n"
        f"Subject: Undelivered Mail Returned to Sender\r\nMessage-ID: <bounce-{number}@mx.example>\r\n"
        f'MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        f"--b\r\nContent-Type: text/plain\r\n\r\nI am sorry.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        f"Reporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; {who}\r\nAction: {action}\r\n"
        f"Status: {status}\r\nDiagnostic-Code: smtp; 550 {status} no such mailbox\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {of['Message-ID']}\r\n"
        f"To: {of['To']}\r\n\r\n--b--\r\n"
    ).encode()


def arrives(mail: EmailMessage | bytes) -> Any:
    """A provider hands the mail over at the door."""
    raw = mail if isinstance(mail, bytes) else mail.as_bytes()
    return Client(raise_request_exception=False).post(f"/mail/in/{sign()}", raw, content_type="message/rfc822")
