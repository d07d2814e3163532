"""What a browser gives when it is added: where its messages go, and the keys that seal them; read with suspicion."""

from __future__ import annotations

import json
from dataclasses import astuple, dataclass, field
from hashlib import sha256
from typing import Self

from cryptography.hazmat.primitives.asymmetric import ec
from django.utils.translation import gettext as _

from backline.channels.outward import NotThere, host_of, numbers_of
from backline.channels.port import Place
from backline.channels.push.encoded import decoded
from backline.channels.seal import sealed
from backline.people.operations import Invalid

LONGEST = 1000
"""Endpoints have a few hundred characters."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """Where messages for one browser go, its public key, and what it shares with us alone: none of it is shown."""

    endpoint: str = field(repr=False)
    key: str = field(repr=False)
    secret: str = field(repr=False)

    @classmethod
    def read(cls, opened: str) -> Self:
        """The one that was sealed."""
        return cls(*json.loads(opened))


def read(said: str) -> Place:
    """What a browser wrote, told from others by the mark of its endpoint. Raises `Invalid`."""
    given = _given(said)
    if flaw := _flaw_of(given.endpoint):
        raise _refused(flaw)
    return Place(mark_of(given.endpoint), sealed(json.dumps(astuple(given))))


def mark_of(endpoint: str) -> str:
    """The same whatever secret seals it; nobody can find from it what nobody can guess."""
    return sha256(endpoint.encode()).hexdigest()


def _given(said: str) -> Subscription:
    try:
        document = json.loads(said)
        given = [document["endpoint"], document["keys"]["p256dh"], document["keys"]["auth"]]
        endpoint, key, secret = (part for part in given if isinstance(part, str))
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decoded(key))
        length = len(decoded(secret))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _refused(_("What your browser gave cannot be read.")) from error
    if len(key) > 100 or length != 16:
        raise _refused(_("What your browser gave holds keys that are none."))
    return Subscription(endpoint, key, secret)


def _flaw_of(endpoint: str) -> str:
    """Why nothing may be sent there; empty where something may."""
    try:
        host, port = host_of(endpoint[: LONGEST + 1])
    except NotThere:
        host, port = "", 0
    if not host or len(endpoint) > LONGEST:
        return _("The push service of your browser has no address that can be used.")
    try:
        numbers_of(host, port)
    except NotThere:
        return _("The push service of your browser stands inside the network of Backline.")
    except OSError:
        return _("The push service of your browser is not found. Try again in a while.")
    return ""


def _refused(flaw: str) -> Invalid:
    said = _("%(flaw)s Nothing was changed: your other addresses stay as they are.")
    return Invalid({"value": said % {"flaw": flaw}})
