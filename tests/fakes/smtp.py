"""A real SMTP server on loopback that keeps what it was given, and can be told to refuse or to hang up."""

from __future__ import annotations

import asyncio
import email
import email.policy
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from enum import StrEnum
from typing import cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


class Mode(StrEnum):
    """How the server treats a message."""

    ACCEPT = "ACCEPT"
    REFUSE = "550 5.1.1 no such mailbox here"
    REFUSE_FOR_NOW = "451 4.7.1 busy, come back later"
    REFUSE_TEXT = "554 5.6.0 this text is not wanted"
    HANG_UP_BEFORE_TEXT = "HANG_UP_BEFORE_TEXT"
    HANG_UP_AFTER_TEXT = "HANG_UP_AFTER_TEXT"
    HANG_AFTER_TEXT = "HANG_AFTER_TEXT"


@dataclass(frozen=True, slots=True)
class Mail:
    """One message as it arrived, and when."""

    at: datetime
    sender: str
    to: str
    message: EmailMessage

    @property
    def subject(self) -> str:
        """The subject as a person reads it, without the space that a folded line leaves."""
        return str(self.message["Subject"]).strip()

    @property
    def text(self) -> str:
        """The plain text of the body, with the line ends that mail needs made ours again."""
        return cast(str, self.message.get_content()).replace("\r\n", "\n")


@dataclass
class MailServer:
    """`with MailServer(now=clock) as server:` gives its `url`; `mails` are those taken, in the order of arrival.

    For which addresses it `refused` one is kept too.

    With a `password` only who signs in with it may send.
    """

    now: Callable[[], datetime]
    mode: Mode = Mode.ACCEPT
    password: str = ""
    mode_of: dict[str, Mode] = field(default_factory=dict)
    mails: list[Mail] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    sessions: int = 0
    _open: list[SMTP] = field(default_factory=list)

    def __enter__(self) -> MailServer:
        self._controller = _AnyPort(self)
        self._controller.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._controller.stop()

    @property
    def url(self) -> str:
        """What BACKLINE_SMTP_URL would be."""
        return f"smtp://127.0.0.1:{self._controller.port}"

    def to(self, address: str) -> list[Mail]:
        """The mails that arrived for one address."""
        return [mail for mail in self.mails if mail.to == address]

    def took(self, mail: Mail) -> None:
        """It was taken; the answer that says so comes after this."""
        self.mails.append(mail)

    def drop(self) -> None:
        """Give up every connection that is open, as a server does with one that was silent for long."""
        for one in self._open:
            if one.transport:
                one.loop.call_soon_threadsafe(one.transport.abort)
        self._open.clear()

    async def handle_EHLO(
        self, server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Greet whoever comes."""
        session.host_name = hostname
        self.sessions += 1
        self._open.append(server)
        return responses

    def treats(self, address: str) -> Mode:
        """How what goes to an address is treated at the next step."""
        return self.mode_of.get(address, self.mode)

    async def handle_RCPT(
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _o: list[str]
    ) -> str:
        """Answer to a recipient."""
        mode = self.treats(address)
        if mode in {Mode.REFUSE, Mode.REFUSE_FOR_NOW}:
            self.refused.append(address)
            return mode
        if mode is Mode.HANG_UP_BEFORE_TEXT and server.transport:
            server.transport.abort()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        """Answer to a text; a server that hangs up has taken it all the same."""
        mode = self.treats(envelope.rcpt_tos[0])
        if mode is Mode.REFUSE_TEXT:
            self.refused.append(envelope.rcpt_tos[0])
            return mode
        message = email.message_from_bytes(cast(bytes, envelope.content), policy=email.policy.default)
        sender = str(envelope.mail_from)
        for to in envelope.rcpt_tos:
            self.took(Mail(self.now(), sender, to, cast(EmailMessage, message)))
        if mode is Mode.HANG_AFTER_TEXT:
            await asyncio.Event().wait()  # until who sent it has enough
        if mode in {Mode.HANG_AFTER_TEXT, Mode.HANG_UP_AFTER_TEXT} and server.transport:
            server.transport.abort()
        return "250 2.0.0 taken"


class _AnyPort(Controller):
    """Listens on whichever port is free and then knows which one that is."""

    def __init__(self, handler: MailServer) -> None:
        def knows(_s: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: LoginPassword) -> AuthResult:
            return AuthResult(success=data.password == handler.password.encode(), handled=False)

        super().__init__(
            handler,
            hostname="127.0.0.1",
            port=0,
            server_hostname="mail.example.org",
            authenticator=knows,
            auth_required=bool(handler.password),
            auth_require_tls=False,
        )

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()
