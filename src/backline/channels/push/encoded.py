"""Bytes as they stand in keys, signatures and subscriptions: base64 for addresses, without what fills it up."""

from __future__ import annotations

from base64 import b64decode, urlsafe_b64encode


def encoded(read: bytes) -> str:
    """As text."""
    return urlsafe_b64encode(read).rstrip(b"=").decode()


def decoded(written: str) -> bytes:
    """The bytes again; raises `ValueError`."""
    return b64decode(written + "=" * (-len(written) % 4), altchars=b"-_", validate=True)
