"""Says to an address outside that somebody looks: after a pass that found nobody waiting, with a digest of heads."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from backline.engine.auditor import wording
from backline.engine.models import Pass

TIMEOUT = 5.0
"""Seconds for each step of the exchange: who does not answer by then is told again after the next pass."""


def after(kept: Pass, address: str, at: datetime) -> None:
    """Send it after this pass, which is kept already, or keep with the pass why not."""
    kept.why = _withheld(kept, address) or post(address, document(kept))
    kept.sent_at = None if kept.why else at
    kept.save(update_fields=["why", "sent_at"])


def document(kept: Pass) -> dict[str, Any]:
    """What the heartbeat says: figures and the digest, and nothing of anybody."""
    return {
        "at": kept.at.isoformat(),
        "cases": kept.cases,
        "expected": kept.expected,
        "lost": kept.lost,
        "doubled": kept.doubled,
        "early": kept.early,
        "digest": kept.digest,
    }


def _withheld(kept: Pass, address: str) -> str:
    if not address:
        return wording.no_address()
    if kept.whole_at is None:
        return wording.not_all_read()
    return wording.somebody_waits(kept.silence) if kept.silence else ""


def post(address: str, said: Mapping[str, Any]) -> str:
    """Post it; why it did not arrive, empty where it did."""
    parts = urlsplit(address)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    try:
        connection = kind(parts.hostname or "", parts.port, timeout=TIMEOUT)
        try:
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("POST", path, json.dumps(said), {"Content-Type": "application/json"})
            status = connection.getresponse().status
        finally:
            connection.close()
    except (OSError, HTTPException, ValueError) as error:
        return wording.not_taken(str(error) or type(error).__name__)
    return "" if 200 <= status < 300 else wording.not_taken(str(status))
