"""Somebody's own program on loopback that takes webhooks: it checks their signature by itself, and can be ill.

What comes into a chat with Mattermost comes in the same way, to `/hooks/` and without a signature.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import ssl
import threading
from base64 import b64decode, b64encode
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

BIG = 50 * 1024 * 1024


class Mode(StrEnum):
    """How the program treats what is posted; a number is what it answers."""

    TAKE = "204"
    OK = "200"
    REDIRECT = "307"
    REFUSE = "403"
    GONE = "410"
    BUSY = "429"
    ILL = "500"
    BIG = "BIG"
    DRIP = "DRIP"
    HANG = "HANG"
    HANG_UP = "HANG_UP"


@dataclass(frozen=True)
class Taken:
    """One post: its place, its headers in small letters, and its text."""

    place: str
    headers: dict[str, str]
    text: bytes

    @property
    def document(self) -> dict[str, Any]:
        """What it says."""
        found: dict[str, Any] = json.loads(self.text)
        return found

    def is_signed_by(self, secret: str) -> bool:
        """Whether its signature is that of whoever has the secret."""
        said = f"{self.headers['webhook-id']}.{self.headers['webhook-timestamp']}.".encode() + self.text
        key = b64decode(secret.removeprefix("whsec_"))
        wanted = "v1," + b64encode(hmac.new(key, said, hashlib.sha256).digest()).decode()
        return hmac.compare_digest(wanted, self.headers["webhook-signature"])


@dataclass
class Receiver:
    """`with Receiver() as receiver:` listens at `base`; `taken` is what came, in the order of arrival."""

    mode: Mode = Mode.TAKE
    wait: str = ""
    leads_to: str = ""
    tls: ssl.SSLContext | None = None
    taken: list[Taken] = field(default_factory=list)
    sent: int = 0
    _over: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Receiver:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        if self.tls:
            # Not when it is taken: one who shakes no hands would keep all others waiting.
            line = self._server.socket
            self._server.socket = self.tls.wrap_socket(line, server_side=True, do_handshake_on_connect=False)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._server.server_port

    @property
    def base(self) -> str:
        """The address that its owner enters, up to the place."""
        return f"http://127.0.0.1:{self.port}"

    def answer(self, to: BaseHTTPRequestHandler) -> None:
        """Treat one post as the mode says."""
        to.close_connection = True
        if self.mode is Mode.HANG:
            self._over.wait(30)
        if self.mode in (Mode.HANG, Mode.HANG_UP):
            return
        with suppress(OSError):
            self._answered(to)

    def _answered(self, to: BaseHTTPRequestHandler) -> None:
        if self.mode is Mode.DRIP:
            while not self._over.wait(0.05):
                to.wfile.write(b"H" if not self.sent else b"T")
                self.sent += 1
        status = 200 if self.mode in (Mode.BIG, Mode.DRIP) else int(self.mode)
        to.send_response(status)
        for name, value in (("Retry-After", self.wait), ("Location", self.leads_to)):
            if value:
                to.send_header(name, value)
        to.send_header("Content-Length", str(BIG if self.mode is Mode.BIG else 0))
        to.end_headers()
        while self.mode is Mode.BIG and self.sent < BIG:
            to.wfile.write(b"x" * 65536)
            self.sent += 65536


def _handler(receiver: Receiver) -> Callable[..., BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            """Take it, and answer it or not."""
            text = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            receiver.taken.append(Taken(self.path, headers, text))
            receiver.answer(self)

        def log_message(self, *_said: Any) -> None:
            """Say nothing."""

    return Handler
