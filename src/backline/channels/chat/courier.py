"""The process that speaks with one chat: what is to be said comes in, what became of it goes out, nothing else does.

It is a process of its own so that a service that hangs, or answers without end, can be ended; so that whatever the
library looks up is judged before it connects; and so that it has nothing to read, and no file to write.
"""

from __future__ import annotations

import json
import logging
import re
import resource
import socket
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from importlib import import_module
from typing import Any
from urllib.parse import unquote, urlsplit

from apprise import Apprise, AppriseAsset

from backline.calendars.feed_fetcher import is_public
from backline.channels.chat.services import AS_COPIED, CHOICES, SERVICES, Service, of_scheme

MOST_MEMORY = 1 << 30
SHORTEST_SECRET = 4
LONGEST_SAID = 300


def main() -> None:
    """The order comes from the input, where nobody else on the machine sees it."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    order = json.load(sys.stdin)
    answers = Answers()
    socket.getaddrinfo = judging(socket.getaddrinfo, frozenset(order["allowed"]), answers)
    spoken_with: Any = import_module("requests.sessions")
    spoken_with.default_hooks = answers.hooks
    json.dump(carry(order) | asdict(answers), sys.stdout)


@dataclass
class Answers:
    """How the service answered last, which the library keeps to itself: 0 where it did not; `wait` as it said it.

    `inside` says that it was not asked at all, for it lies inside our own network.
    """

    status: int = 0
    wait: dict[str, str] = field(default_factory=dict)
    inside: bool = False

    def hooks(self) -> dict[str, list[Callable[..., Any]]]:
        """What whoever asks over HTTP is to call at each answer."""
        return {"response": [self.keep]}

    def keep(self, answer: Any, *_asked: Any, **_named: Any) -> None:
        """Keep an answer."""
        self.status = answer.status_code
        self.wait = {name: answer.headers[name] for name in ("Retry-After", "Date") if name in answer.headers}


def judging(known: Callable[..., Any], allowed: frozenset[str], answers: Answers) -> Callable[..., Any]:
    """What finds the numbers of a host, but of one inside our own network: whoever asks connects to what it is told."""

    def found(host: Any, *asked: Any, **named: Any) -> Any:
        answers.status, answers.wait = 0, {}  # of this connection nobody knows anything yet
        numbers = known(host, *asked, **named)
        if str(host).lower() not in allowed and not all(is_public(str(one[4][0])) for one in numbers):
            answers.inside = True
            logging.getLogger("apprise").warning("%s is inside the network that Backline stands in.", host)
            raise OSError("not asked")
        return numbers

    return found


def carry(order: dict[str, Any]) -> dict[str, Any]:
    """Look at an address, or say something there; what is told of it holds no part of the address."""
    heard = _Heard()
    log = logging.getLogger("apprise")
    log.addHandler(heard)
    log.propagate = False
    found = _spoken_by(order["address"], frozenset(order["allowed"]))
    if found is None:
        return {"service": ""}
    service, plugin = found
    if "text" not in order:
        return {"service": service.name}
    done = plugin.notify(body=order["text"], title=order["title"], body_format="text")
    return {"service": service.name, "done": bool(done), "said": _masked(heard.said, order["address"])}


def _spoken_by(address: str, allowed: frozenset[str]) -> tuple[Service, Any] | None:
    """The service that an address is of, and what speaks with it; None where it is of none."""
    asset = AppriseAsset(
        app_id="Backline", app_desc="Backline", async_mode=False, http_redirects=False, allow_templates=False,
        secure_logging=True, storage_mode="memory", interpret_escapes=False, interpret_emojis=False,
    )  # fmt: skip
    for service, read in _readings(address):
        is_open = read.get("schema") in service.open
        if is_open and str(read.get("host", "")).lower() not in allowed:
            continue
        try:
            plugin = _plugin(service)(**{**read, **CHOICES, "asset": asset})
        except TypeError:
            continue
        spoken = Apprise(asset=asset)
        if spoken.add(plugin):
            return service, spoken
    return None


def _readings(address: str) -> Iterator[tuple[Service, dict[str, Any]]]:
    scheme = urlsplit(address).scheme
    if scheme == AS_COPIED:
        found = ((one, _plugin(one).parse_native_url(address)) for one in SERVICES)
    else:
        known = of_scheme(scheme)
        found = ((one, _plugin(one).parse_url(address)) for one in ([known] if known else ()))
    return ((one, read) for one, read in found if read and of_scheme(read["schema"]) is one)


def _plugin(service: Service) -> Any:
    return getattr(import_module(f"apprise.plugins.{service.module}"), service.plugin)


class _Heard(logging.Handler):
    """Keeps what the library says went wrong."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said = ""

    def emit(self, record: logging.LogRecord) -> None:
        """Keep it."""
        self.said = f"{self.said} {record.getMessage()}".strip()


def _masked(said: str, address: str) -> str:
    """What was said without any part of the address, which holds what nobody may read."""
    parts = {part for part in re.split(r"[^\w-]+", f"{address} {unquote(address)}") if len(part) >= SHORTEST_SECRET}
    for part in sorted(parts, key=len, reverse=True):
        said = said.replace(part, "…")
    return said[:LONGEST_SAID]


if __name__ == "__main__":
    main()
