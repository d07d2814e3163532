"""Sends somebody to a chat: a process that has a time in which to be back, and a few of which run at once."""

from __future__ import annotations

import json
import ssl
import subprocess
import sys
from threading import BoundedSemaphore
from typing import Any

from django.conf import settings

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


def tell(address: str, title: str, text: str, *, seconds: float = PATIENCE) -> tuple[bool, str]:
    """Whether the service took it, and what was heard there. Raises `Late` and `Lost`."""
    said = _sent({"address": address, "title": title, "text": text}, seconds)
    return bool(said.get("done")), str(said.get("said", ""))


def _sent(order: dict[str, Any], seconds: float) -> dict[str, Any]:
    command = [sys.executable, "-I", "-m", "backline.channels.chat.courier"]
    asked = json.dumps({**order, "allowed": sorted(settings.BACKLINE_GATEWAYS)}).encode()
    with _ROOM:
        try:
            done = subprocess.run(
                command, input=asked, capture_output=True, timeout=seconds, check=False, env=_inherited()
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
