"""What a browser gives when it is added: where its messages go, and the keys that seal them; read with suspicion."""

from __future__ import annotations

import json
import socket
from dataclasses import dataclass
from typing import Self
from urllib.parse import SplitResult, urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.utils.translation import gettext as _

from backline.calendars.feed_fetcher import is_public
from backline.channels.push.encoded import decoded

LONGEST = 1000
"""Endpoints have a few hundred characters."""


class NoSubscription(ValueError):
    """It is none that anything could be sent to; says why."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """Where messages for one browser go, its public key, and what it shares with us alone."""

    endpoint: str
    key: str
    secret: str

    @classmethod
    def read(cls, said: str) -> Self:
        """As the browser wrote it; raises `NoSubscription`."""
        try:
            document = json.loads(said)
            found = cls(document["endpoint"], document["keys"]["p256dh"], document["keys"]["auth"])
            found.judge()
        except NoSubscription:
            raise
        except OSError as error:
            raise NoSubscription(_("The push service of your browser is not found. Try again in a while.")) from error
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise NoSubscription(_("What your browser gave cannot be read.")) from error
        return found

    def judge(self) -> None:
        """Whether it holds keys, and leads where something may be sent; raises a `ValueError` that may say why."""
        if not all(isinstance(part, str) for part in (self.endpoint, self.key, self.secret)):
            raise TypeError
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decoded(self.key))
        if len(self.key) > 100 or len(decoded(self.secret)) != 16:
            raise NoSubscription(_("What your browser gave holds keys that are none."))
        numbers_of(self.endpoint)


def numbers_of(endpoint: str) -> tuple[SplitResult, list[str]]:
    """The endpoint in its parts, and the numbers of the machines there, all of which may be asked.

    Over https alone, and to nobody inside our own network: whoever may sign in could otherwise have us knock there.
    What the setting BACKLINE_GATEWAYS names is let through. Raises `NoSubscription`, and `OSError` where no machine
    of that name is found.
    """
    parts = _parts(endpoint)
    host = parts.hostname or ""
    found = socket.getaddrinfo(host, port_of(parts), type=socket.SOCK_STREAM)
    numbers = list(dict.fromkeys(str(one[4][0]) for one in found))
    if host not in settings.BACKLINE_GATEWAYS and not all(is_public(one) for one in numbers):
        raise NoSubscription(_("The push service of your browser stands inside the network of Backline."))
    return parts, numbers


def port_of(parts: SplitResult) -> int:
    """Where the service listens."""
    return parts.port or (443 if parts.scheme == "https" else 80)


def _parts(endpoint: str) -> SplitResult:
    parts = urlsplit(endpoint)
    named = parts.hostname in settings.BACKLINE_GATEWAYS
    allowed = ("https", "http") if named else ("https",)
    plain = endpoint.isascii() and endpoint.isprintable() and " " not in endpoint and len(endpoint) <= LONGEST
    if not plain or parts.scheme not in allowed or not parts.hostname or parts.username or parts.fragment:
        raise NoSubscription(_("The push service of your browser has no address that can be used."))
    return parts
