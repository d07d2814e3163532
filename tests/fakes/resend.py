"""A mail provider on loopback that speaks as Resend does: it knows a repeated request by its key."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.fakes.listening import Listening

TOKEN = "re_nobody_guesses"


@dataclass
class Resend(Listening):
    """`with Resend() as provider:` listens; `taken` is what it took by the key of each, `asks` how often it was asked.

    One that `hangs_up` has taken it all the same.
    """

    hangs_up: bool = False
    asks: int = 0
    taken: dict[str, dict[str, Any]] = field(default_factory=dict)

    def handler(self) -> Callable[..., BaseHTTPRequestHandler]:
        """What answers a request."""
        return _handler(self)

    @property
    def url(self) -> str:
        """What BACKLINE_SMTP_URL would be."""
        return f"resend?api_key={TOKEN}&api_url={self.base}/"

    def asked(self, path: str, token: str, key: str, letter: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """The answer to a request: the same for the same key, and a refusal where something else is asked under it."""
        self.asks += 1
        if path != "/emails" or token != f"Bearer {TOKEN}":
            return 401, {"name": "restricted_api_key", "message": "no"}
        if self.taken.setdefault(key, letter) != letter:
            return 409, {"name": "invalid_idempotent_request", "message": "This key was used with another payload."}
        return 200, {"id": f"resend-{list(self.taken).index(key)}"}


def _handler(provider: Resend) -> Callable[..., BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            """Take a request apart and answer it, or hang up."""
            letter = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            token, key = self.headers.get("Authorization", ""), self.headers.get("Idempotency-Key", str(provider.asks))
            status, document = provider.asked(self.path, token, key, letter)
            if provider.hangs_up:
                self.close_connection = True
                return
            written = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(written)))
            self.end_headers()
            self.wfile.write(written)

        def log_message(self, *_said: Any) -> None:
            """Say nothing."""

    return Handler
