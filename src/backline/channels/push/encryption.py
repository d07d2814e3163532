"""Seals a message for one browser, as RFC 8291 and RFC 8188 want it: the services on the way cannot read it."""

from __future__ import annotations

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from backline.channels.push.vapid import point

MOST = 4096
"""So many bytes of body every service takes."""
_CURVE = ec.SECP256R1()
_LAST = b"\x02"
"""Ends the last record; there is no other one."""


def sealed_for(
    text: bytes, key: bytes, secret: bytes, *, salt: bytes, once: ec.EllipticCurvePrivateKey | None = None
) -> bytes:
    """The body: what the browser needs to open it, then the text; `once` is a key that is used for nothing else."""
    once = once or ec.generate_private_key(_CURVE)
    shared = once.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, key))
    ours = point(once)
    first = _derived(shared, secret, b"WebPush: info\0" + key + ours, 32)
    cipher = AESGCM(_derived(first, salt, b"Content-Encoding: aes128gcm\0", 16))
    nonce = _derived(first, salt, b"Content-Encoding: nonce\0", 12)
    head = salt + MOST.to_bytes(4) + len(ours).to_bytes(1) + ours
    return head + cipher.encrypt(nonce, text + _LAST, None)


def _derived(known: bytes, salt: bytes, use: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, use).derive(known)
