"""A real push service on loopback, and the browsers behind it: it checks whose messages it takes, they open them.

It knows a repeated message by nothing, as real ones do not: what is sent twice is shown twice.
"""

from __future__ import annotations

import json
import ssl
import threading
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from http.server import BaseHTTPRequestHandler
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.fakes.listening import Listening

CURVE = ec.SECP256R1()
MOST = 4096
DRIPS = b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"
LONGEST = timedelta(days=1)
"""No signature may count for longer."""


class Mode(StrEnum):
    """How the service treats a message that is in order."""

    TAKE = "201"
    NOT_FOUND = "404"
    GONE = "410"
    TOO_LARGE = "413"
    BUSY = "429"
    ILL = "500"
    HANG_UP_AFTER_TAKING = "HANG_UP_AFTER_TAKING"
    HANG_AFTER_TAKING = "HANG_AFTER_TAKING"
    HANG = "HANG"
    DRIP = "DRIP"


TAKING = (Mode.TAKE, Mode.HANG_UP_AFTER_TAKING, Mode.HANG_AFTER_TAKING, Mode.DRIP)


def unread(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def written(read: bytes) -> str:
    return urlsafe_b64encode(read).rstrip(b"=").decode()


def point_of(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def mac(key: bytes, text: bytes) -> bytes:
    made = hmac.HMAC(key, hashes.SHA256())
    made.update(text)
    return made.finalize()


@dataclass
class Browser:
    """One browser: `asks` is the key whose messages it takes; `seen` is what it was sent, opened."""

    endpoint: str
    asks: str
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(CURVE))
    secret: bytes = b"sixteen  secrets"
    seen: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    @property
    def gives(self) -> str:
        """What its script posts: the subscription."""
        keys = {"p256dh": written(point_of(self.key)), "auth": written(self.secret)}
        return json.dumps({"endpoint": self.endpoint, "expirationTime": None, "keys": keys})

    def opened(self, body: bytes) -> bytes:
        """A message in one record, by RFC 8188 and RFC 8291, word for word."""
        salt, size, length = body[:16], int.from_bytes(body[16:20]), body[20]
        theirs, sealed = body[21 : 21 + length], body[21 + length :]
        assert len(sealed) <= size
        shared = self.key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, theirs))
        known = mac(mac(self.secret, shared), b"WebPush: info\0" + point_of(self.key) + theirs + b"\x01")
        first = mac(salt, known)
        cipher = mac(first, b"Content-Encoding: aes128gcm\0\x01")[:16]
        nonce = mac(first, b"Content-Encoding: nonce\0\x01")[:12]
        text = AESGCM(cipher).decrypt(nonce, sealed, None).rstrip(b"\0")
        assert text[-1:] == b"\x02", "the last record"
        return text[:-1]


@dataclass
class PushService(Listening):
    """`with PushService(now) as service:` listens at `base`; `browsers` are those that registered with it."""

    now: Callable[[], datetime]
    mode: Mode = Mode.TAKE
    browsers: dict[str, Browser] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    tls: ssl.SSLContext | None = None
    wait: str = ""

    def handler(self) -> Callable[..., BaseHTTPRequestHandler]:
        """What answers a request."""
        return _handler(self)

    def __exit__(self, *error: object) -> None:
        self.over.set()
        super().__exit__(*error)

    @property
    def base(self) -> str:
        return f"https://localhost:{self.port}" if self.tls else f"http://127.0.0.1:{self.port}"

    def registered(self, asks: str) -> Browser:
        """One more browser, which takes what is signed by this key alone."""
        path = f"/push/{len(self.browsers) + 1}?of=somebody"
        self.browsers[path] = Browser(self.base + path, asks)
        return self.browsers[path]

    def treats(self) -> Mode:
        """How the next message is treated."""
        return self.mode

    def shows(self, browser: Browser, message: dict[str, Any]) -> None:
        """A browser has it; the answer that it was taken comes after this."""
        browser.seen.append(message)

    def asked(self, path: str, headers: dict[str, str], body: bytes, mode: Mode) -> int:
        """How a message is answered; what is in order reaches its browser."""
        browser = self.browsers.get(path)
        if browser is None:
            return 404
        if why := self._flaw(browser, headers, body):
            self.refused.append(why)
            return 413 if why == "size" else 403
        if mode not in TAKING:
            return int(mode)
        browser.headers.append(headers)
        self.shows(browser, json.loads(browser.opened(body)))
        return 201

    def _flaw(self, browser: Browser, headers: dict[str, str], body: bytes) -> str:
        """What RFC 8030 and RFC 8292 would have it refuse."""
        if len(body) > MOST:
            return "size"
        if headers.get("content-encoding") != "aes128gcm" or not headers.get("ttl", "").isdecimal():
            return "headers"
        if headers.get("host") != self.base.partition("://")[2]:
            return "host"
        scheme, _, said = headers.get("authorization", "").partition(" ")
        parts = dict(part.strip().split("=", 1) for part in said.split(",")) if scheme == "vapid" else {}
        if parts.get("k") != browser.asks:
            return "another key"
        return self._flaw_of_token(parts["t"], parts["k"])

    def _flaw_of_token(self, token: str, key: str) -> str:
        signed, _, signature = token.rpartition(".")
        head, claims = (json.loads(unread(part)) for part in signed.split("."))
        numbers = unread(signature)
        pair = (int.from_bytes(numbers[:32]), int.from_bytes(numbers[32:]))
        public = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, unread(key))
        try:
            public.verify(utils.encode_dss_signature(*pair), signed.encode(), ec.ECDSA(hashes.SHA256()))
        except InvalidSignature:
            return "signature"
        left = claims["exp"] - self.now().timestamp()
        if head["alg"] != "ES256" or claims["aud"] != self.base or not claims["sub"].startswith(("http", "mailto:")):
            return "claims"
        return "" if 0 < left <= LONGEST.total_seconds() else "expiry"


def _handler(service: PushService) -> Callable[..., BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            """Take a message apart and answer it; one that hangs up has taken it all the same."""
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            mode = service.treats()
            if mode is Mode.HANG:
                service.over.wait(10)
                self.close_connection = True
                return
            status = service.asked(self.path, headers, body, mode)
            if mode is Mode.HANG_AFTER_TAKING:
                service.over.wait(10)
            if mode in (Mode.HANG_AFTER_TAKING, Mode.HANG_UP_AFTER_TAKING, Mode.DRIP):
                self.close_connection = True
                with suppress(OSError):
                    for byte in DRIPS if mode is Mode.DRIP else b"":
                        service.over.wait(0.05)
                        self.wfile.write(bytes([byte]))
                return
            self.send_response(status)
            if service.wait:
                self.send_header("Retry-After", service.wait)
            said = b"" if status == 201 else b"the service says no"
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_said: Any) -> None:
            """Say nothing."""

    return Handler
