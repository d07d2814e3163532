"""Hands letters to a mail server over SMTP; a connection carries one after the other, and many lie side by side."""

from __future__ import annotations

import contextlib
import smtplib
import socket
import ssl
import time
from collections import deque
from collections.abc import Iterator
from email.headerregistry import Address

from django.utils.translation import gettext as _

from backline.channels.email.message import compose, mailbox, on_the_wire
from backline.channels.email.server import Security, Server
from backline.channels.email.status import ENHANCED, nobody_there
from backline.channels.port import DeliveryError, Handed, Letter

IDLE = 20.0
"""Seconds for which a connection is kept for the next letter; servers wait for minutes."""


class SmtpSender:
    """A `Sender` over SMTP; a refusal of the sign-in or of us is not the letter's fault: that is tried again."""

    def __init__(self, server: Server, origin: Address, *, timeout: float = 20) -> None:
        self._server = server
        self._origin = origin
        self._timeout = timeout
        self._idle: deque[tuple[float, smtplib.SMTP]] = deque()

    def send(self, letter: Letter) -> Handed:
        """Hand over one letter; a connection lost once the text is on its way leaves the outcome unknown."""
        message, address = compose(letter, self._origin), mailbox("", letter.address).addr_spec
        smtp = self._begun()
        try:
            self._envelope(smtp, address)
            answer = self._text(smtp, on_the_wire(message), message_id=message["Message-ID"])
        except BaseException:
            smtp.close()
            raise
        self._idle.append((time.monotonic(), smtp))
        return Handed(answer, message["Message-ID"])

    def _begun(self) -> smtplib.SMTP:
        """A connection on which the server has heard who sends; one that it gave up meanwhile is no failure."""
        for smtp in self._kept():
            try:
                if smtp.mail(self._origin.addr_spec)[0] < 400:
                    return smtp
            except OSError:
                pass
            smtp.close()
        smtp = self._connected()
        try:
            code, answer = smtp.mail(self._origin.addr_spec)
        except OSError as error:
            smtp.close()
            raise DeliveryError(str(error)) from error
        if code >= 400:
            smtp.close()
            raise DeliveryError(_said(code, answer))
        return smtp

    def _kept(self) -> Iterator[smtplib.SMTP]:
        """Connections that others left, the latest first; what lay too long is closed."""
        with contextlib.suppress(IndexError):
            while True:
                left_at, smtp = self._idle.pop()
                if time.monotonic() - left_at < IDLE:
                    yield smtp
                else:
                    smtp.close()

    def _connected(self) -> smtplib.SMTP:
        server, me, patience = self._server, socket.gethostname(), self._timeout
        try:
            if server.security is Security.TLS:
                tls = ssl.create_default_context()
                smtp: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, me, timeout=patience, context=tls)
            else:
                smtp = smtplib.SMTP(server.host, server.port, me, patience)
        except (OSError, UnicodeError) as error:
            raise DeliveryError(_cannot_connect(server, error)) from error
        try:
            self._greet(smtp)
        except OSError as error:
            smtp.close()
            raise DeliveryError(_cannot_connect(server, error)) from error
        return smtp

    def _greet(self, smtp: smtplib.SMTP) -> None:
        smtp.ehlo_or_helo_if_needed()
        wanted = self._server.security
        if wanted is Security.STARTTLS or (wanted is Security.WHEN_OFFERED and smtp.has_extn("starttls")):
            smtp.starttls(context=ssl.create_default_context())
            smtp.ehlo_or_helo_if_needed()
        if self._server.user:
            smtp.login(self._server.user, self._server.password)

    def _envelope(self, smtp: smtplib.SMTP, address: str) -> None:
        try:
            code, answer = smtp.rcpt(address)
            if code >= 400:
                raise DeliveryError(_said(code, answer), permanent=code >= 500, gone=_nobody_there(code, answer))
            code, answer = smtp.docmd("data")
        except OSError as error:
            raise DeliveryError(str(error)) from error
        if code >= 400:
            raise DeliveryError(_said(code, answer), permanent=code >= 500)

    def _text(self, smtp: smtplib.SMTP, text: bytes, *, message_id: str) -> str:
        # By hand and not by `smtplib.data`: only from here on does a lost connection leave the outcome unknown.
        try:
            smtp.send(text)
            code, answer = smtp.getreply()
        except OSError as error:
            lost = _("the connection was lost before the answer: %(error)s") % {"error": error}
            raise DeliveryError(lost, unknown=True, message_id=message_id) from error
        if code >= 400:
            raise DeliveryError(_said(code, answer), permanent=code >= 500, message_id=message_id)
        return _said(code, answer)


def _nobody_there(code: int, answer: bytes) -> bool:
    """Whether the mailbox is refused, and not we are: RFC 3463 tells them apart; without its code 550 says so."""
    told = ENHANCED.match(answer.decode("ascii", "replace"))
    return nobody_there(told.group()) if told else code == 550


def _said(code: int, answer: bytes) -> str:
    return f"{code} {answer.decode('utf-8', 'replace')}"[:500]


def _cannot_connect(server: Server, error: Exception) -> str:
    return _("the mail server %(host)s:%(port)s: %(error)s") % {
        "host": server.host,
        "port": server.port,
        "error": str(error) or type(error).__name__,
    }
