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
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.fakes.listening import Listening

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
    mode: Mode = Mode.TAKE

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
class Receiver(Listening):
    """`with Receiver() as receiver:` listens at `base`; `taken` is what came, in the order of arrival."""

    mode: Mode = Mode.TAKE
    wait: str = ""
    leads_to: str = ""
    tls: ssl.SSLContext | None = None
    taken: list[Taken] = field(default_factory=list)
    sent: int = 0
    _over: threading.Event = field(default_factory=threading.Event)

    def handler(self) -> Callable[..., BaseHTTPRequestHandler]:
        """What answers a request."""
        return _handler(self)

    def __exit__(self, *error: object) -> None:
        self._over.set()
        super().__exit__(*error)

    def treats(self) -> Mode:
        """How the next post is treated."""
        return self.mode

    def took(self, taken: Taken) -> None:
        """Somebody posted; the answer comes after this."""
        self.taken.append(taken)

    def answer(self, to: BaseHTTPRequestHandler, mode: Mode) -> None:
        """Treat one post as the mode says."""
        to.close_connection = True
        if mode is Mode.HANG:
            self._over.wait(30)
        if mode in (Mode.HANG, Mode.HANG_UP):
            return
        with suppress(OSError):
            self._answered(to, mode)

    def _answered(self, to: BaseHTTPRequestHandler, mode: Mode) -> None:
        if mode is Mode.DRIP:
            while not self._over.wait(0.05):
                to.wfile.write(b"H" if not self.sent else b"T")
                self.sent += 1
        status = 200 if mode in (Mode.BIG, Mode.DRIP) else int(mode)
        to.send_response(status)
        for name, value in (("Retry-After", self.wait), ("Location", self.leads_to)):
            if value:
                to.send_header(name, value)
        to.send_header("Content-Length", str(BIG if mode is Mode.BIG else 0))
        to.end_headers()
        while mode is Mode.BIG and self.sent < BIG:
            to.wfile.write(b"x" * 65536)
            self.sent += 65536


def _handler(receiver: Receiver) -> Callable[..., BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            """Take it, and answer it or not."""
            text = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            mode = receiver.treats()
            receiver.took(Taken(self.path, headers, text, mode))
            receiver.answer(self, mode)

        def log_message(self, *_said: Any) -> None:
            """Say nothing."""

    return Handler
