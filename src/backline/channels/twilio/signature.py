"""The signature by which a provider shows that what comes back is his word: over our address and all of the form."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from hmac import digest

from django.utils.crypto import constant_time_compare


def signature(token: str, url: str, form: Iterable[tuple[str, str]]) -> str:
    """What stands in `X-Twilio-Signature`."""
    said = url + "".join(name + value for name, value in sorted(set(form)))
    return b64encode(digest(token.encode(), said.encode(), "sha1")).decode()


def is_right(given: str, token: str, url: str, form: Iterable[tuple[str, str]]) -> bool:
    """Whether it was signed by whoever has this token."""
    return bool(token) and constant_time_compare(given, signature(token, url, form))
