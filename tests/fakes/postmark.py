"""A mail provider on loopback that speaks as Postmark does: it checks what it is asked, can be ill, and tells later."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import quote

from django.test import Client

from backline.channels.email.entrance import sign
from tests.fakes.listening import Listening

TOKEN = "a token+that nobody/guesses"


class Mode(StrEnum):
    """How the provider treats what it is asked."""

    TAKE = "TAKE"
    HANG_UP_AFTER_TAKING = "HANG_UP_AFTER_TAKING"
    BUSY = "429"
    ILL = "500"
    TOO_LARGE = "413"
    INVALID = "422"


@dataclass
class Postmark(Listening):
    """`with Postmark() as provider:` listens; `taken` is what it took, `refuses` its error's number by address.

    `answers` is what it says in place of what it should, `wait` how long it asks to be left alone, `asks` how often it
    was asked.
    """

    mode: Mode = Mode.TAKE
    answers: dict[str, Any] = field(default_factory=dict)
    refuses: dict[str, int] = field(default_factory=dict)
    taken: list[dict[str, Any]] = field(default_factory=list)
    wait: str = ""
    asks: int = 0

    def handler(self) -> Callable[..., BaseHTTPRequestHandler]:
        """What answers a request."""
        return _handler(self)

    @property
    def url(self) -> str:
        """What BACKLINE_SMTP_URL would be."""
        return f"postmark?server_token={quote(TOKEN)}&api_url={self.base}/"

    def asked(self, path: str, token: str, letter: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """The answer to a request, which is taken where it is in order."""
        if path != "/email" or token != TOKEN:
            return 401, {"ErrorCode": 10, "Message": "No account with that token."}
        self.asks += 1
        if self.mode in (Mode.BUSY, Mode.ILL, Mode.TOO_LARGE, Mode.INVALID):
            return int(self.mode), self.answers or {"ErrorCode": 100, "Message": "Try again."}
        to = letter["To"].rpartition("<")[2].rstrip(">")
        if code := self.refuses.get(to):
            said = {
                300: f"Error parsing 'To': Illegal address '{to}'.",
                406: f"Found inactive addresses: {to}. Inactive recipients are refused.",
            }
            return 422, {"ErrorCode": code, "Message": said[code]}
        sid = str(uuid.UUID(int=len(self.taken) + 1))
        self.taken.append(letter | {"MessageID": sid, "at": to})
        return 200, self.answers or {"To": letter["To"], "MessageID": sid, "ErrorCode": 0, "Message": "OK"}

    def says(self, taken: dict[str, Any], record: str, *, secret: str = "", **more: Any) -> int:
        """Tell what became of a letter, at the address that was entered there; how that was answered."""
        word = {"RecordType": record, "MessageID": taken["MessageID"], "Metadata": taken["Metadata"]}
        told = word | {"Recipient": taken["at"]} | more
        return told_of(json.dumps(told), secret=secret)


def told_of(body: str, *, secret: str = "") -> int:
    """Send something to the address for words about letters."""
    client = Client(raise_request_exception=False)
    return client.post(f"/mail/events/{secret or sign()}", body, content_type="application/json").status_code


def _handler(provider: Postmark) -> Callable[..., BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            """Take a request apart and answer it; one that hangs up has taken it all the same."""
            letter = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            token = self.headers.get("X-Postmark-Server-Token", "")
            status, document = provider.asked(self.path, token, letter)
            if provider.mode is Mode.HANG_UP_AFTER_TAKING:
                self.close_connection = True
                return
            written = json.dumps(document).encode()
            self.send_response(status)
            if provider.wait:
                self.send_header("Retry-After", provider.wait)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(written)))
            self.end_headers()
            self.wfile.write(written)

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    return Handler
