"""Posts to an address that somebody of ours entered: over https, to what is public, at the number that was judged."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import httpcore
from django.conf import settings
from django.utils.translation import gettext as _

from backline.calendars.feed_fetcher import is_public
from backline.channels.patience import asked
from backline.channels.port import DeliveryError, NotNow

LONGEST = 2000
"""Characters of an address."""
GONE, _NOT_NOW = 410, (408, 425, 429)
_NEVER_BEGUN = (httpcore.ConnectError, httpcore.ConnectTimeout, httpcore.UnsupportedProtocol)
"""Nothing was written, so that nothing can have been taken."""


class NotThere(DeliveryError):
    """Nothing is ever sent there: it is no address, or lies inside our own network."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail, permanent=True)


@dataclass(frozen=True, slots=True)
class Answer:
    """How a post was answered; its text is not read, for nobody knows what is in it, nor how much of it there is."""

    status: int
    wait: timedelta | None = None


def flaw_of(address: str) -> str:
    """Why nothing can be sent there; empty where it can, as far as that is known now."""
    try:
        host, port = host_of(address)
        numbers_of(host, port)
    except NotThere as error:
        return error.detail
    except OSError:
        return _("No machine of that name is found. Look at the address again.")
    return ""


def host_of(address: str) -> tuple[str, int]:
    """The host and port of an address over https, or of one over http on a gateway; raises `NotThere`."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        host, port, parts = "", 0, urlsplit("")
    plain = any(sign <= " " or sign > "~" for sign in address)
    if not host or plain or parts.scheme not in ("http", "https") or parts.username is not None or parts.fragment:
        raise NotThere(_("Enter an address such as %(example)s.") % {"example": "https://pager.example.org/in/4711"})
    if parts.scheme == "http" and host not in settings.BACKLINE_GATEWAYS:
        raise NotThere(_("What is said would travel in the open. Enter an address that begins with https://."))
    return host, port


def numbers_of(host: str, port: int) -> list[str]:
    """The numbers of a host, each of which may be asked; raises `NotThere`, or `OSError` where there is no such host.

    Somebody could otherwise have a worker talk to what only this machine can reach. A host that the setting
    BACKLINE_GATEWAYS names may be anywhere.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise OSError(str(error)) from error
    numbers = list(dict.fromkeys(str(one[4][0]) for one in found))
    if host not in settings.BACKLINE_GATEWAYS and not all(is_public(one) for one in numbers):
        raise NotThere(
            _("This is inside the network that Backline stands in. Whoever runs it can allow it by BACKLINE_GATEWAYS.")
        )
    return numbers


def post(address: str, content: bytes, headers: Mapping[str, str], *, seconds: float) -> Answer:
    """Hand it over, all in so many seconds; a connection lost once that was asked leaves the outcome unknown.

    No redirection is followed, and no connection is used twice: what somebody else's machine does is over with it.
    """
    host, _port = host_of(address)
    begun = _Line(seconds)
    plain: dict[str, str] = {"Host": urlsplit(address).netloc, "User-Agent": "Backline", "Connection": "close"}
    try:
        with (
            httpcore.ConnectionPool(trusted(), network_backend=begun) as pool,
            pool.stream("POST", address, headers=[*plain.items(), *headers.items()], content=content,
                        extensions={"timeout": dict.fromkeys(("connect", "read", "write"), seconds)}) as answer,
        ):  # fmt: skip
            return Answer(answer.status, asked(_text(answer.headers)))
    except _NEVER_BEGUN as error:
        raise DeliveryError(f"{host}: {_said(error)}") from error
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException) as error:
        lost = _("the connection was lost before the answer: %(error)s") % {"error": _said(error)}
        raise DeliveryError(lost, unknown=True) from error


def is_not_now(status: int) -> bool:
    """Whether the same post may be taken later: it was answered so, or not at all (0)."""
    return status in _NOT_NOW or status >= 500 or not status


def taken(answer: Answer, *, gone: Collection[int] = (GONE,)) -> str:
    """What the answer says of what was posted, in words; raises a `DeliveryError` where it was not taken."""
    status = answer.status
    if 200 <= status < 300:
        return _("%(status)s: taken") % {"status": status}
    if status in gone:
        raise DeliveryError(_("%(status)s: it is gone") % {"status": status}, gone=True)
    if 300 <= status < 400:
        raise DeliveryError(
            _("%(status)s: it moved, and nothing is sent after it") % {"status": status}, permanent=True
        )
    if is_not_now(status):
        raise NotNow(_("%(status)s: not now") % {"status": status}, answer.wait)
    raise DeliveryError(_("%(status)s: refused") % {"status": status}, permanent=True)


@cache
def trusted() -> ssl.SSLContext:
    """Whoever this machine trusts."""
    return ssl.create_default_context()


def _text(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in headers}


def _said(error: Exception) -> str:
    return str(error) or type(error).__name__


class _Line(httpcore.NetworkBackend):
    """Connects to a number that was judged at this moment, and hangs up when the time is over."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:  # fmt: skip
        """A connection to the first number of the host that answers."""
        try:
            numbers = numbers_of(host.lower(), port)
        except OSError as error:
            raise httpcore.ConnectError(_("no machine of that name is found")) from error
        failed: Exception = httpcore.ConnectError(_("no machine of that name is found"))
        for number in numbers:
            try:
                line = httpcore.SyncBackend().connect_tcp(number, port, self._left(), None, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
            else:
                return _Bounded(line, self._end)
        raise failed

    def _left(self) -> float:
        if (left := self._end - time.monotonic()) <= 0:
            raise httpcore.ConnectTimeout(_("it took too long"))
        return left


class _Bounded(httpcore.NetworkStream):
    """A connection that ends at a moment, however busy the other side keeps it."""

    def __init__(self, line: httpcore.NetworkStream, end: float) -> None:
        self._line, self._end = line, end

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """What comes in until then."""
        if (left := self._end - time.monotonic()) <= 0:
            raise httpcore.ReadTimeout(_("it took too long"))
        return self._line.read(max_bytes, left)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send it until then."""
        self._line.write(buffer, max(self._end - time.monotonic(), 0.001))

    def close(self) -> None:
        """Hang up."""
        self._line.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """The same, closed to all others."""
        left = max(self._end - time.monotonic(), 0.001)
        return _Bounded(self._line.start_tls(ssl_context, server_hostname, left), self._end)

    def get_extra_info(self, info: str) -> Any:
        """What is known of it."""
        return self._line.get_extra_info(info)
