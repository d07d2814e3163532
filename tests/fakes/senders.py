"""Somebody who sends a request by hand over a real socket: whole, in pieces, cut, or never to its end."""

from __future__ import annotations

import re
import socket
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlencode

from tests.fakes.installation import Browser

BOUNDARY = "cut-here"


def parts(form: dict[str, str], *, photo: bytes = b"") -> bytes:
    """A form as a browser sends it together with files."""
    found = [f'name="{name}"\r\n\r\n{value}'.encode() for name, value in form.items()]
    if photo:
        found.append(b'name="photos"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n' + photo)
    pieces = (f"--{BOUNDARY}\r\nContent-Disposition: form-data; ".encode() + part + b"\r\n" for part in found)
    return b"".join(pieces) + f"--{BOUNDARY}--\r\n".encode()


@dataclass
class Sender:
    """One request to a port of loopback, by whoever the browser is."""

    port: int
    place: str
    browser: Browser | None = None
    kind: str = "application/x-www-form-urlencoded"
    _socket: socket.socket = field(default_factory=socket.socket)

    def begin(self, length: int | None, body: bytes = b"") -> Sender:
        """The head, which names the length of the body or that it comes in chunks, and what there is of the body."""
        self._socket = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        size = "Transfer-Encoding: chunked" if length is None else f"Content-Length: {length}"
        host = f"127.0.0.1:{self.port}"
        cookies = "; ".join(f"{one.name}={one.value}" for one in self.browser.jar) if self.browser else ""
        lines = (f"POST {self.place} HTTP/1.1", f"Host: {host}", f"Origin: http://{host}", f"Cookie: {cookies}",
                 f"Content-Type: {self.kind}", "Connection: close", size, "", "")  # fmt: skip
        self._socket.sendall("\r\n".join(lines).encode() + body)
        return self

    def more(self, body: bytes) -> Sender:
        """A piece more."""
        self._socket.sendall(body)
        return self

    def answer(self) -> tuple[int, str]:
        """What is answered, until the server hangs up; status 0 where nothing is."""
        found = b""
        with self._socket, suppress(ConnectionResetError):  # as a server hangs up that left some of ours unread
            while piece := self._socket.recv(65536):
                found += piece
        status = re.match(rb"HTTP/1.1 (\d+)", found)
        return int(status.group(1)) if status else 0, found.decode("utf-8", "replace")

    def hang_up(self, *, half: bool = False) -> Sender:
        """The line is cut, or this side says that it sends no more."""
        if half:
            self._socket.shutdown(socket.SHUT_WR)
        else:
            self._socket.close()
        return self


def form_of(page: str) -> dict[str, str]:
    """The hidden fields of the forms on a page; the last one counts."""
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))


def encoded(form: dict[str, str]) -> bytes:
    """A form as a browser sends it without files."""
    return urlencode(form).encode()
