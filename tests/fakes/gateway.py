"""A real gateway on loopback that speaks as Twilio does: it checks what it is asked, calls back signed, and can be ill.

It knows a repeated request by nothing, as Twilio does not: what is sent twice is taken twice.
"""

from __future__ import annotations

import json
import threading
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.test import Client

from backline.channels.twilio.signature import signature
from tests.fakes.listening import Listening

ACCOUNT, TOKEN = "AC" + "1" * 32, "a token that nobody guesses"
NEEDED = {
    "Messages": ({"To", "Body", "StatusCallback"}, {"From", "MessagingServiceSid"}),
    "Calls": ({"To", "From", "StatusCallback"}, {"Url", "Twiml"}),
}
"""What a request must hold, and of what one at least."""
_CODES = {400: 21602, 401: 20003, 404: 20404}


class Mode(StrEnum):
    """How the gateway treats what it is asked."""

    TAKE = "TAKE"
    HANG_UP_AFTER_TAKING = "HANG_UP_AFTER_TAKING"
    HANG_AFTER_TAKING = "HANG_AFTER_TAKING"
    BUSY = "429"
    ILL = "500"


@dataclass
class Taken:
    """What the gateway took: a message or a call, under the name that it gave it."""

    sid: str
    what: str
    form: dict[str, str]

    @property
    def to(self) -> str:
        """The number that it goes to."""
        return self.form["To"]


@dataclass
class Gateway(Listening):
    """`with Gateway() as gateway:` listens at `base`; `taken` is what it took, in the order of arrival.

    `refuses` holds an error's number for what it does not do, such as `Messages +4915112345678`, `asks` how often it
    was asked, and `wait` how many seconds it wants to be left alone where it is busy.
    """

    mode: Mode = Mode.TAKE
    wait: str = "40"
    refuses: dict[str, int] = field(default_factory=dict)
    taken: list[Taken] = field(default_factory=list)
    sessions: int = 0
    asks: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _over: threading.Event = field(default_factory=threading.Event)

    def handler(self) -> Callable[..., BaseHTTPRequestHandler]:
        """What answers a request."""
        return _handler(self)

    def __exit__(self, *error: object) -> None:
        self._over.set()
        super().__exit__(*error)

    def treats(self) -> Mode:
        """How the next request is treated."""
        return self.mode

    def hang(self) -> None:
        """Say nothing, for longer than anybody waits."""
        self._over.wait(30)

    def asked(self, what: str, form: dict[str, str], credentials: str, mode: Mode) -> tuple[int, dict[str, Any]]:
        """The answer to a request, which is taken where it is in order."""
        self.asks += 1
        if credentials != f"{ACCOUNT}:{TOKEN}":
            return _refusal(401, _CODES[401])
        all_of, one_of = NEEDED.get(what, (set(), set()))
        if not all_of:
            return _refusal(404, _CODES[404])
        if not (all_of <= set(form) and one_of & set(form)) or len(form.get("Body", "")) > 1600:
            return _refusal(400, _CODES[400])
        if code := self.refuses.get(f"{what} {form['To']}"):
            return _refusal(400, code)
        if mode in (Mode.BUSY, Mode.ILL):
            return _refusal(int(mode), 0)
        with self._lock:
            sid = f"{'SM' if what == 'Messages' else 'CA'}{len(self.taken) + 1:032x}"
            taken = Taken(sid, what, form)
            self.taken.append(taken)
        self.took(taken)
        return 201, {"sid": sid, "status": "queued"}

    def took(self, taken: Taken) -> None:
        """It was taken; the answer that says so comes after this."""

    def says(self, taken: Taken, status: str, *, token: str = TOKEN, **more: str) -> int:
        """Call back what became of it, signed; how that was answered."""
        form = {"AccountSid": ACCOUNT, "To": taken.to, **more}
        if taken.what == "Messages":
            form |= {"MessageSid": taken.sid, "MessageStatus": status}
        else:
            form |= {"CallSid": taken.sid, "CallStatus": status}
        return _called(taken.form["StatusCallback"], form, token)

    def said(self, taken: Taken) -> str:
        """What is said in a call: the document that stands at its address."""
        place = urlsplit(taken.form["Url"]).path
        return Client().post(place, {"CallSid": taken.sid}).content.decode()


def _called(url: str, form: dict[str, str], token: str) -> int:
    headers = {"X-Twilio-Signature": signature(token, url, form.items())}
    return Client(raise_request_exception=False).post(urlsplit(url).path, form, headers=headers).status_code


def _refusal(status: int, code: int) -> tuple[int, dict[str, Any]]:
    return status, {"status": status, "message": "no"} | ({"code": code} if code else {})


def _handler(gateway: Gateway) -> Callable[..., BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            super().setup()
            gateway.sessions += 1

        def do_POST(self) -> None:
            """Take a request apart and answer it; one that hangs up has taken it all the same."""
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body, keep_blank_values=True).items()}
            credentials = b64decode(self.headers.get("Authorization", "").removeprefix("Basic ")).decode()
            account, _, what = self.path.removeprefix("/2010-04-01/Accounts/").partition("/")
            known = account == ACCOUNT and what.endswith(".json")
            mode = gateway.treats()
            status, document = gateway.asked(what.removesuffix(".json") if known else "", form, credentials, mode)
            if mode is Mode.HANG_AFTER_TAKING:
                gateway.hang()
            if mode in (Mode.HANG_AFTER_TAKING, Mode.HANG_UP_AFTER_TAKING):
                self.close_connection = True
                return
            written = json.dumps(document).encode()
            self.send_response(status)
            if mode is Mode.BUSY:
                self.send_header("Retry-After", gateway.wait)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(written)))
            self.end_headers()
            self.wfile.write(written)

        def log_message(self, *_said: Any) -> None:
            """Say nothing."""

    return Handler
