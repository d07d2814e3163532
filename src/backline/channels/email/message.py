"""Composes the mail message of a letter; whatever the texts hold, they cannot become headers."""

from __future__ import annotations

import re
from email.header import Header
from email.headerregistry import Address, HeaderRegistry
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import parseaddr
from functools import lru_cache
from typing import Any

from backline.channels.email.reply_address import LONGEST_LOCAL, reply_address
from backline.channels.notices import turning_nothing, without_unstorable
from backline.channels.port import DeliveryError, Letter
from backline.people.addresses import stands_for

BEGINS_EMPTY = re.compile(rb"^([!-9;-~]+:)\r\n ")


class _Policy(EmailPolicy):
    """Python's way to fold a header, but that something stands on its first line: some programs read only that.

    What is not ASCII is written by the older `Header`, all of it encoded: the newer way cuts some texts in two.
    """

    def fold_binary(self, name: str, value: str) -> bytes:
        if str(value).isascii():
            return BEGINS_EMPTY.sub(rb"\1 ", super().fold_binary(name, value))
        [*whom] = getattr(value, "addresses", ())
        said = whom[0].display_name if whom else str(value)
        written = Header(said, "utf-8", header_name=name).encode(linesep=self.linesep)
        end = f"{self.linesep} <{whom[0].addr_spec}>" if whom else ""
        return f"{name}: {written}{end}{self.linesep}".encode("ascii")


class _Headers(HeaderRegistry):
    """Python's headers, of which each kind is made once: it makes a class for every header of every letter."""

    def __init__(self) -> None:
        super().__init__()
        self._kinds: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._kinds:
            self._kinds[name] = super().__getitem__(name)
        return self._kinds[name]


# Header and body in 7 bits: every server takes that.
POLICY = _Policy(linesep="\r\n", cte_type="7bit", header_factory=_Headers())
STARTS_WITH_A_PERIOD = re.compile(rb"^\.", re.MULTILINE)
BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
LOCAL_PART = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}")
DOMAIN = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")


def one_line(text: str, *, longest: int = 250) -> str:
    """The text on one line, without control characters and with those named that turn letters, as a header needs it."""
    return turning_nothing(BREAKS.sub(" ", without_unstorable(text)).strip())[:longest]


def mailbox(name: str, address: str) -> Address:
    """The mailbox, or a permanent error where no mail server could take the address."""
    local, _, domain = address.strip().rpartition("@")
    try:
        ascii_domain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        ascii_domain = ""
    if not LOCAL_PART.fullmatch(local) or not DOMAIN.fullmatch(ascii_domain) or stands_for(domain):
        raise DeliveryError(f"not an address that a mail server takes: {one_line(address)!r}", gone=True)
    return Address(one_line(name, longest=100), local, ascii_domain)


def origin(mail_from: str) -> Address:
    """Who the mails come from, as the settings say it: `Name <address>` or only the address."""
    name, address = parseaddr(mail_from)
    return mailbox(name, address)


def takes_answers(address: str) -> bool:
    """Whether answers can go to this address with the sign of a letter in it."""
    local = address.rpartition("@")[0]
    try:
        mailbox("", address)
    except DeliveryError:
        return False
    return len(local) <= LONGEST_LOCAL and "+" not in local


def _parts(one: Address) -> tuple[str, str, str]:
    return one.display_name, one.username, one.domain


@lru_cache(maxsize=1000)
def _header(name: str, *parts: str) -> Any:
    """The header of one mailbox: to read it is most of what a letter costs, and few of us are written to so often."""
    return POLICY.header_factory(name, Address(*parts))


def compose(letter: Letter, sender: Address) -> EmailMessage:
    """The message; its id follows from the notice, so that a repetition carries the same one."""
    message = EmailMessage(policy=POLICY)
    message["From"] = _header("From", *_parts(sender))
    message["To"] = _header("To", *_parts(mailbox(letter.name, letter.address)))
    message["Subject"] = one_line(letter.subject)
    message["Date"] = letter.written_at
    message["Message-ID"] = f"<{letter.id.hex}@{sender.domain}>"
    # RFC 3834: no absence note and no robot shall answer.
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    if letter.case_id:
        message["X-Backline-Case"] = str(letter.case_id)
        if answers := reply_address(letter.id):
            message["Reply-To"] = mailbox("", answers)
    message.set_content(without_unstorable(letter.body))
    # Only now: whatever says something of the content goes with the one before.
    message["Content-Language"] = one_line(letter.language, longest=20) or "en"
    return message


def on_the_wire(message: EmailMessage) -> bytes:
    """The bytes that follow DATA: lines that begin with a period doubled, and the period that ends it all."""
    return STARTS_WITH_A_PERIOD.sub(b"..", message.as_bytes().removesuffix(b"\r\n")) + b"\r\n.\r\n"
