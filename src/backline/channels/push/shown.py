"""The address at which a browser says that it showed a message: signed, and in nobody's hands but its own."""

from __future__ import annotations

from uuid import UUID

from django.core import signing

from backline.channels.notices import Attempt, What

_SALT = "backline.push"


def token(notice: UUID, message_id: str) -> str:
    """What stands in the address."""
    return signing.dumps([notice.hex, message_id], salt=_SALT)


def read(token: str) -> tuple[UUID, Attempt] | None:
    """The notice and the word that the message arrived; None for what we did not sign."""
    try:
        notice, message_id = signing.loads(token, salt=_SALT)
        return UUID(notice), Attempt(What.DELIVERED, "", message_id)
    except (signing.BadSignature, TypeError, ValueError, UnicodeError):
        return None
