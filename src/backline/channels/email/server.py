"""Reads where the mail server is from one address: `smtp://user:password@host:port?starttls=yes` or `smtps://…`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from django.utils.translation import gettext as _

PORTS = {"smtp": 25, "smtps": 465}


class Security(StrEnum):
    """How the connection is protected."""

    TLS = "TLS"
    STARTTLS = "STARTTLS"
    WHEN_OFFERED = "WHEN_OFFERED"
    NONE = "NONE"


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server that takes messages from us."""

    host: str
    port: int
    user: str
    password: str
    security: Security


class BadSmtpUrlError(ValueError):
    """The address of the mail server cannot be understood; the text says what to write instead."""


def parse(url: str) -> Server:
    """The server that the address names; with a password STARTTLS is a must unless the address says `starttls=no`."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError as error:
        raise BadSmtpUrlError(_help(str(error))) from error
    if parts.scheme not in PORTS or not parts.hostname:
        raise BadSmtpUrlError(_help(_("it needs smtp:// or smtps:// and a host")))
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return Server(parts.hostname, port or PORTS[parts.scheme], user, password, _security(parts))


def _security(parts: SplitResult) -> Security:
    if parts.scheme == "smtps":
        return Security.TLS
    match parse_qs(parts.query).get("starttls", [""])[-1].lower():
        case "yes" | "true" | "1":
            return Security.STARTTLS
        case "no" | "false" | "0":
            return Security.NONE
        case "":
            return Security.STARTTLS if parts.username else Security.WHEN_OFFERED
    raise BadSmtpUrlError(_help(_("starttls must be yes or no")))


def _help(what: str) -> str:
    # The address itself may hold a password, so that it is never repeated.
    return _(
        "BACKLINE_SMTP_URL cannot be understood: %(what)s. Write it like smtp://user:password@mail.example.org:587"
    ) % {"what": what}
