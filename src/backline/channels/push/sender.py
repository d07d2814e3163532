"""Hands sealed messages to the push service of a browser, and reads from its answer what became of them."""

from __future__ import annotations

import logging
from datetime import timedelta
from os import urandom

from django.conf import settings

from backline.channels.opened import opened
from backline.channels.outward import post, taken
from backline.channels.port import DeliveryError, Handed, Letter
from backline.channels.push.encoded import decoded, encoded
from backline.channels.push.encryption import sealed_for
from backline.channels.push.payload import payload
from backline.channels.push.subscription import Subscription
from backline.channels.push.vapid import Pair

log = logging.getLogger(__name__)

PATIENCE = 20.0
WAITS, WAITS_CALM = timedelta(days=1), timedelta(minutes=15)
"""So long a service keeps a message for a browser that is not there: what is older than a day is not sent unasked."""
_GONE, _NOT_US = (404, 410), (401, 403)


class PushSender:
    """A `Sender` of push messages."""

    def __init__(self, pair: Pair, *, patience: float = PATIENCE) -> None:
        self._pair = pair
        self._patience = patience

    def send(self, letter: Letter) -> Handed:
        """Hand over one message under a name of its own, by which the browser says that it was shown."""
        to, message_id = Subscription.read(opened(letter)), encoded(urandom(12))
        body = sealed_for(payload(letter, message_id), decoded(to.key), decoded(to.secret), salt=urandom(16))
        try:
            answer = post(to.endpoint, body, self._headers(letter, to.endpoint), seconds=self._patience)
        except DeliveryError as error:
            error.message_id = message_id  # what may have been taken may yet be shown
            raise
        if answer.status in _NOT_US:
            # The other browsers of that service will not be served either: the pages say so, and so does the log.
            log.error("the push service does not take what we sign: it answered %s", answer.status)
        return Handed(taken(answer, gone=_GONE), message_id)

    def _headers(self, letter: Letter, endpoint: str) -> dict[str, str]:
        return {
            "Authorization": self._pair.authorization(endpoint, settings.BACKLINE_URL, at=letter.sent_at),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(int((WAITS if letter.urgent else WAITS_CALM).total_seconds())),
            "Urgency": "high" if letter.urgent else "normal",
        }
