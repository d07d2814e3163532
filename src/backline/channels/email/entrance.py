"""The address at which a provider hands mails over by HTTP: whoever knows its sign may."""

from __future__ import annotations

import hmac

from django.utils.crypto import salted_hmac

PLACE = "/mail/in/"


def sign() -> str:
    """What the address holds; another BACKLINE_SECRET makes another one."""
    return salted_hmac("backline.mail-in", "entrance", algorithm="sha256").hexdigest()[:40]


def is_signed(said: str) -> bool:
    """Whether this is our sign."""
    return hmac.compare_digest(said.encode("utf-8", "replace"), sign().encode())


def is_entrance(path: str) -> bool:
    """Whether this is the path of the address, with our sign: more is taken there than from strangers elsewhere."""
    return path.startswith(PLACE) and is_signed(path.removeprefix(PLACE))
