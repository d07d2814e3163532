"""Reads where a mail server is from one address: `smtp://user:password@host:port?starttls=yes`, `imaps://…/INBOX`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting that names a server: its name, the schemes with their usual ports, and how one looks."""

    name: str
    ports: Mapping[str, int]
    example: str


SMTP = Setting("BACKLINE_SMTP_URL", {"smtp": 25, "smtps": 465}, "smtp://user:password@mail.example.org:587")
IMAP = Setting("BACKLINE_IMAP_URL", {"imap": 143, "imaps": 993}, "imaps://user:password@mail.example.org/INBOX")


class Security(StrEnum):
    """How the connection is protected."""

    TLS = "TLS"
    STARTTLS = "STARTTLS"
    WHEN_OFFERED = "WHEN_OFFERED"
    NONE = "NONE"


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server that takes messages from us, or keeps those to us in a folder."""

    host: str
    port: int
    user: str
    password: str
    security: Security
    folder: str = ""

    @property
    def place(self) -> str:
        """Which box it is, without its password."""
        return f"{self.user}@{self.host}:{self.port}/{self.folder or 'INBOX'}"


class BadServerUrlError(ValueError):
    """The address of the mail server cannot be understood; the text says what to write instead."""


def parse(url: str, setting: Setting = SMTP) -> Server:
    """The server that the address names; with a password STARTTLS is a must unless the address says `starttls=no`."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError as error:
        raise _bad(setting, str(error)) from error
    if parts.scheme not in setting.ports or not parts.hostname:
        raise _bad(setting, _("it needs %(schemes)s and a host") % {"schemes": _schemes(setting)})
    security = _security(parts)
    if security is None:
        raise _bad(setting, _("starttls must be yes or no"))
    user, password, folder = (unquote(part or "") for part in (parts.username, parts.password, parts.path.strip("/")))
    return Server(parts.hostname, port or setting.ports[parts.scheme], user, password, security, folder)


def _security(parts: SplitResult) -> Security | None:
    if parts.scheme.endswith("s"):
        return Security.TLS
    match parse_qs(parts.query).get("starttls", [""])[-1].lower():
        case "yes" | "true" | "1":
            return Security.STARTTLS
        case "no" | "false" | "0":
            return Security.NONE
        case "":
            return Security.STARTTLS if parts.username else Security.WHEN_OFFERED
    return None


def _schemes(setting: Setting) -> str:
    return _(" or ").join(f"{scheme}://" for scheme in setting.ports)


def _bad(setting: Setting, what: str) -> BadServerUrlError:
    # The address itself may hold a password, so that it is never repeated.
    said = {"setting": setting.name, "what": what, "example": setting.example}
    return BadServerUrlError(_("%(setting)s cannot be understood: %(what)s. Write it like %(example)s") % said)
