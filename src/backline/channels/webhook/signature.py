"""The signature of what is posted, in the way of Standard Webhooks: over its id, the moment and all of its text."""

from __future__ import annotations

from base64 import b64encode
from hmac import digest


def signature(key: bytes, notice: str, timestamp: str, text: bytes) -> str:
    """What stands in `webhook-signature`."""
    said = f"{notice}.{timestamp}.".encode() + text
    return f"v1,{b64encode(digest(key, said, 'sha256')).decode()}"
