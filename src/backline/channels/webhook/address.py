"""What a webhook's address is: where it is, and the secret that signs; of both only the host is shown."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from secrets import token_bytes
from typing import Self
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from backline.channels.outward import LONGEST, flaw_of
from backline.channels.port import Place
from backline.channels.seal import mark_of, sealed
from backline.people.operations import Invalid

_BEGINS = "whsec_"
_BYTES = 32


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address and its secret; anybody who has the address could post there, so that neither is shown."""

    address: str = field(repr=False)
    secret: str = field(repr=False)

    @classmethod
    def read(cls, opened: str) -> Self:
        """The one that was sealed."""
        return cls(*json.loads(opened))

    @property
    def key(self) -> bytes:
        """What signs."""
        return b64decode(self.secret.removeprefix(_BEGINS))


def read(text: str) -> Place:
    """The address that somebody typed, with a secret made for it. Raises `Invalid`."""
    address = text.strip()
    if len(address) > LONGEST:
        raise Invalid({"value": _("At most %(count)s characters.") % {"count": LONGEST}})
    if flaw := flaw_of(address):
        raise Invalid({"value": flaw})
    secret = _BEGINS + b64encode(token_bytes(_BYTES)).decode()
    shown = f"{(urlsplit(address).hostname or '')[:200]} ({mark_of(address)})"
    return Place(shown, sealed(json.dumps([address, secret])), secret)
