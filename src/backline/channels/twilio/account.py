"""An account with a provider that speaks as Twilio does, as it was entered, and whether it can be one."""

from __future__ import annotations

import ipaddress
import re
import socket
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from backline.calendars.feed_fetcher import is_public
from backline.channels.notices import Channel
from backline.people.numbers import number_of

TWILIO = "https://api.twilio.com"
ACCOUNT = re.compile(r"[A-Za-z0-9_-]{1,64}")
SERVICE = re.compile(r"MG[0-9a-zA-Z]{32}")
SHORT_NUMBER = re.compile(r"[0-9]{3,8}")


@dataclass(frozen=True, slots=True)
class Account:
    """Whose account it is, from which number or service it speaks, and where the provider is."""

    account: str
    sender: str
    base: str

    def named(self, token: str) -> Named:
        """The same with the token by which the provider knows us, and we know him."""
        return Named(self.account, self.sender, self.base, token)

    def flaws(self, channel: Channel) -> dict[str, str]:
        """What is wrong with it, by the name of its field."""
        found = {"base": flaw_of_base(self.base)}
        if not ACCOUNT.fullmatch(self.account):
            found["account"] = _("Copy the account SID as the provider shows it: letters and digits, such as AC12ab….")
        if not _speaks(self.sender, channel):
            found["sender"] = _sender_wanted(channel)
        return {name: flaw for name, flaw in found.items() if flaw}


@dataclass(frozen=True, slots=True)
class Named:
    """An account with its token."""

    account: str
    sender: str
    base: str
    token: str = field(repr=False)


def _speaks(sender: str, channel: Channel) -> bool:
    if channel is Channel.SMS and (SERVICE.fullmatch(sender) or SHORT_NUMBER.fullmatch(sender)):
        return True
    return number_of(sender) is not None


def _sender_wanted(channel: Channel) -> str:
    if channel is Channel.SMS:
        return _("Enter a number with its country, such as +49 30 901820, or a messaging service, such as MG12ab….")
    return _("Enter a number with its country, such as +49 30 901820.")


def flaw_of_base(base: str) -> str:
    """Why nothing is sent to this address: over https alone, and to nobody inside our own network unasked.

    Whoever may enter it could otherwise have the worker talk to what only this machine can reach. This machine itself
    may be named, and a host that the setting BACKLINE_GATEWAYS names.
    """
    try:
        parts = urlsplit(base)
        host, port = parts.hostname or "", parts.port or 443
    except ValueError:
        host, port = "", 443
    if not host or parts.scheme not in ("http", "https") or parts.query or parts.fragment or parts.username:
        return _("Enter an address such as %(example)s.") % {"example": TWILIO}
    if host in settings.BACKLINE_GATEWAYS:
        return ""
    try:
        numbers = {str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError):
        return _("No machine of that name is found. Look at the address again.")
    return _flaw_of_numbers(numbers, secure=parts.scheme == "https")


def _flaw_of_numbers(numbers: set[str], *, secure: bool) -> str:
    if all(ipaddress.ip_address(one.partition("%")[0]).is_loopback for one in numbers):
        return ""
    if not secure:
        return _("The token would travel in the open. Enter an address that begins with https://.")
    if not all(is_public(one) for one in numbers):
        return _("This is inside your own network. Whoever runs Backline can allow it by BACKLINE_GATEWAYS.")
    return ""
