"""Seals what nobody may read again, such as a provider's token: only whoever holds the installation's secret can."""

from __future__ import annotations

from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken
from django.utils.crypto import salted_hmac


class BrokenSeal(Exception):
    """It was sealed by another secret than the one that is set now, or altered since."""


def sealed(text: str) -> str:
    """The text as it is kept."""
    return _lock().encrypt(text.encode()).decode()


def unsealed(kept: str) -> str:
    """What was sealed, or `BrokenSeal`."""
    try:
        return _lock().decrypt(kept.encode()).decode()
    except InvalidToken as error:
        raise BrokenSeal from error


def mark_of(text: str) -> str:
    """Six signs that tell a text that nobody is shown from another one."""
    return salted_hmac("backline.mark", text, algorithm="sha256").hexdigest()[:6]


def _lock() -> Fernet:
    return Fernet(urlsafe_b64encode(salted_hmac("backline.seal", "", algorithm="sha256").digest()))
