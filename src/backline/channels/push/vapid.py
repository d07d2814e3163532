"""The pair of keys by which a push service knows whose message it is, as RFC 8292 wants it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Self
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from backline.channels.push.encoded import decoded, encoded

COUNTS = timedelta(hours=12)
"""A signature counts for so long; a service takes none that counts for more than a day."""
_CURVE, _SIZE = ec.SECP256R1(), 32


def point(key: ec.EllipticCurvePrivateKey) -> bytes:
    """The public key of it, as it travels."""
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


@dataclass(frozen=True, slots=True)
class Pair:
    """The pair, by its private key as it is sealed."""

    private: str = field(repr=False)

    @classmethod
    def new(cls) -> Self:
        """One that there never was."""
        number = ec.generate_private_key(_CURVE).private_numbers().private_value
        return cls(encoded(number.to_bytes(_SIZE)))

    @property
    def public(self) -> str:
        """What a browser is told when it is added: it takes only what this pair signs."""
        return encoded(point(self._key))

    @property
    def _key(self) -> ec.EllipticCurvePrivateKey:
        return ec.derive_private_key(int.from_bytes(decoded(self.private)), _CURVE)

    def authorization(self, endpoint: str, us: str, *, at: datetime) -> str:
        """What goes with a message to this endpoint: for its service alone, until then, and where to ask about us."""
        parts = urlsplit(endpoint)
        claims = {"aud": f"{parts.scheme}://{parts.netloc}", "exp": int((at + COUNTS).timestamp()), "sub": us}
        said = ".".join(encoded(json.dumps(part).encode()) for part in ({"typ": "JWT", "alg": "ES256"}, claims))
        signed = decode_dss_signature(self._key.sign(said.encode(), ec.ECDSA(hashes.SHA256())))
        signature = b"".join(part.to_bytes(_SIZE) for part in signed)
        return f"vapid t={said}.{encoded(signature)}, k={self.public}"
