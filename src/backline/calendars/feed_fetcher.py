"""The process that fetches one feed: its address comes in, its bytes go out; only what is public is ever asked."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import sys
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import SplitResult, urljoin, urlsplit

from backline.calendars.words import MOST_BYTES, FeedFault

MOST_MOVES = 5
SECONDS = 10.0
"""How long one answer may keep still; how long all of it may take is watched by whoever started the process."""
TRANSLATED = ipaddress.ip_network("64:ff9b::/96")
"""Numbers of the old kind as a network of the new kind writes them: what they lead to is the old one."""
MOVED = (301, 302, 303, 307, 308)


class Unfetched(Exception):
    """Nothing that could be read came from there; `detail` is what did."""

    def __init__(self, fault: FeedFault, detail: str = "") -> None:
        super().__init__(fault)
        self.fault = fault
        self.detail = detail


def is_public(address: str) -> bool:
    """Whether it belongs to the network of all, and not to this machine or the one it stands in."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address) and found in TRANSLATED:
        found = ipaddress.ip_address(found.packed[-4:])
    return found.is_global and not found.is_multicast


def fetch(address: str, allowed: Callable[[str], bool] = is_public) -> bytes:
    """What is at an address, by way of others it moved to; not more than may be read, and a byte, so that it shows."""
    try:
        for _move in range(MOST_MOVES + 1):
            found = _ask(urlsplit(address), allowed)
            if isinstance(found, bytes):
                return found
            address = urljoin(address, found)
    except (OSError, HTTPException, ValueError) as error:
        raise Unfetched(FeedFault.UNREACHABLE) from error
    raise Unfetched(FeedFault.LOOPS)


def _ask(parts: SplitResult, allowed: Callable[[str], bool]) -> bytes | str:
    """What is there, or where it moved to."""
    connection = _connection(parts, allowed)
    try:
        path = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
        connection.request("GET", path, headers={"User-Agent": "Backline", "Accept": "text/calendar, */*;q=0.1"})
        answer = connection.getresponse()
        if answer.status in MOVED:
            return answer.headers.get("Location", "")
        if answer.status != 200:
            raise Unfetched(FeedFault.NOT_THERE, str(answer.status))
        return answer.read(MOST_BYTES + 1)
    finally:
        connection.close()


def _connection(parts: SplitResult, allowed: Callable[[str], bool]) -> HTTPConnection:
    """A connection to the very number that was judged: a name asked twice may answer otherwise."""
    host, secure = parts.hostname, parts.scheme == "https"
    if parts.scheme not in ("http", "https") or not host:
        raise Unfetched(FeedFault.UNREACHABLE)
    port = parts.port or (443 if secure else 80)
    numbers = [str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    number = next((one for one in numbers if allowed(one)), None)
    if number is None:
        raise Unfetched(FeedFault.NOT_PUBLIC)
    line = socket.create_connection((number, port), timeout=SECONDS)
    connection = HTTPSConnection(host, port) if secure else HTTPConnection(host, port)
    connection.sock = ssl.create_default_context().wrap_socket(line, server_hostname=host) if secure else line
    return connection


def main() -> None:
    """The address comes from the input, where nobody else on the machine sees it; a fault goes out as an error."""
    try:
        sys.stdout.buffer.write(fetch(sys.stdin.read()))
    except Unfetched as error:
        sys.exit(f"{error.fault} {error.detail}")


if __name__ == "__main__":
    main()
