"""The address that an answer goes to: it names the letter that is answered, and is signed: nobody can make one up."""

from __future__ import annotations

import base64
import hmac
import uuid

from django.conf import settings
from django.utils.crypto import salted_hmac

LONGEST_LOCAL = 64 - len("+") - 42
"""Characters that are left before the sign where 26 name a letter and 16 sign it, of the 64 that mail allows."""
_NAME, _SIGNED = 26, 42


def reply_address(notice: uuid.UUID) -> str:
    """Where an answer to this letter goes; empty where no box of ours takes answers."""
    local, _, domain = str(settings.BACKLINE_MAIL_REPLY_TO).rpartition("@")
    if not local:
        return ""
    name = _small(notice.bytes)
    return f"{local}+{name}{_sign(name)}@{domain}"


def notice_of(address: str) -> uuid.UUID | None:
    """Which letter is answered at this address; None where the address is not one that we wrote."""
    token = address.rpartition("@")[0].rpartition("+")[2].lower()
    if len(token) != _SIGNED or not token.isascii() or not token.isalnum():
        return None
    name, sign = token[:_NAME], token[_NAME:]
    if not hmac.compare_digest(sign, _sign(name)):
        return None
    return uuid.UUID(bytes=base64.b32decode(name.upper() + "======"))


def _sign(name: str) -> str:
    return _small(salted_hmac("backline.reply-address", name, algorithm="sha256").digest()[:10])


def _small(found: bytes) -> str:
    """In small letters and digits, for some servers change the letters of an address."""
    return base64.b32encode(found).decode().rstrip("=").lower()
