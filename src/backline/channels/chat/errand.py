"""Sends somebody to a chat: a process that has a time in which to be back, and a few of which run at once."""

from __future__ import annotations

import json
import ssl
import subprocess
import sys
from dataclasses import dataclass
from datetime import timedelta
from threading import BoundedSemaphore
from typing import Any

from django.conf import settings

from backline.channels.patience import asked

MOST_AT_ONCE = 8
PATIENCE = 30.0
PATIENCE_OF_A_PAGE = 10.0
_ROOM = BoundedSemaphore(MOST_AT_ONCE)


class Late(Exception):
    """It did not come back in time: what it was to say may have been said."""


class Lost(Exception):
    """It came back without a word."""


def look(address: str) -> str:
    """The name of the service that the address is of; empty where it is of none. Raises `Late` and `Lost`."""
    return str(_sent({"address": address}, PATIENCE_OF_A_PAGE)["service"])


@dataclass(frozen=True, slots=True)
class Told:
    """Whether the service took it, what was heard there, and the number of its last answer: 0 where there was none.

    It is `never` asked where it lies inside our own network, or is none that may be asked.
    """

    done: bool
    said: str
    status: int
    wait: timedelta | None
    never: bool


def tell(address: str, title: str, text: str, *, seconds: float = PATIENCE) -> Told:
    """Have it said there. Raises `Late` and `Lost`."""
    found = _sent({"address": address, "title": title, "text": text}, seconds)
    never = bool(found["inside"]) or not found["service"]
    wait = asked(found["wait"])
    return Told(bool(found.get("done")), str(found.get("said", "")), int(found["status"]), wait, never)


def _sent(order: dict[str, Any], seconds: float) -> dict[str, Any]:
    command = [sys.executable, "-I", "-m", "backline.channels.chat.courier"]
    said = json.dumps({**order, "allowed": sorted(settings.BACKLINE_GATEWAYS)}).encode()
    with _ROOM:
        try:
            done = subprocess.run(
                command, input=said, capture_output=True, timeout=seconds, check=False, env=_inherited()
            )
        except subprocess.TimeoutExpired as error:
            raise Late from error
    if done.returncode:
        raise Lost
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _inherited() -> dict[str, str]:
    """Whom this machine trusts, and nothing else: no proxy that would look things up in its place, and no secret."""
    there = ssl.get_default_verify_paths()
    trusted = there.cafile or there.capath
    return {"REQUESTS_CA_BUNDLE": trusted} if trusted else {}
