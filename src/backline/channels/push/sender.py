"""Hands sealed messages to the push service of a browser, and reads from its answer what became of them."""

from __future__ import annotations

import logging
from contextlib import closing, suppress
from datetime import timedelta
from os import urandom
from urllib.parse import SplitResult

import httpx
from django.conf import settings
from django.utils.translation import gettext as _

from backline.channels import wording
from backline.channels.port import DeliveryError, Handed, Letter
from backline.channels.push.encoded import decoded, encoded
from backline.channels.push.encryption import sealed_for
from backline.channels.push.payload import payload
from backline.channels.push.subscription import NoSubscription, Subscription, numbers_of, port_of
from backline.channels.push.vapid import Pair

log = logging.getLogger(__name__)

PATIENCE = 20.0
WAITS, WAITS_CALM = timedelta(days=1), timedelta(minutes=15)
"""So long a service keeps a message for a browser that is not there: what is older than a day is not sent unasked."""
_GONE, _NOT_US, _NOT_NOW = (404, 410), (401, 403), (408, 429)
_NEVER_BEGUN = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
"""Nothing was written, so that nothing can have been taken."""


class PushSender:
    """A `Sender` of push messages."""

    def __init__(self, pair: Pair, *, patience: float = PATIENCE) -> None:
        self._pair = pair
        # Each message goes to the very number that was judged, so that no connection is kept under a name.
        limits = httpx.Limits(max_keepalive_connections=0)
        self._http = httpx.Client(limits=limits, timeout=patience, follow_redirects=False, trust_env=False)

    def send(self, letter: Letter) -> Handed:
        """Hand over one message under a name of its own, by which the browser says that it was shown."""
        if not letter.address:
            raise DeliveryError(wording.taken_away(), gone=True)
        to, message_id = Subscription(*letter.address.split(" ")), encoded(urandom(12))
        body = sealed_for(payload(letter, message_id), decoded(to.key), decoded(to.secret), salt=urandom(16))
        headers = self._headers(letter, to.endpoint)
        try:
            with closing(self._asked(to.endpoint, headers, body)) as answer:
                return _taken(answer, message_id)
        except _NEVER_BEGUN as error:
            raise DeliveryError(_said(error)) from error
        except httpx.HTTPError as error:
            lost = _("the connection was lost before the answer: %(error)s") % {"error": _said(error)}
            raise DeliveryError(lost, unknown=True, message_id=message_id) from error

    def _headers(self, letter: Letter, endpoint: str) -> dict[str, str]:
        return {
            "Authorization": self._pair.authorization(endpoint, settings.BACKLINE_URL, at=letter.sent_at),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(int((WAITS if letter.urgent else WAITS_CALM).total_seconds())),
            "Urgency": "high" if letter.urgent else "normal",
            "User-Agent": "Backline",
        }

    def _asked(self, endpoint: str, headers: dict[str, str], body: bytes) -> httpx.Response:
        """The answer of the first of its machines that takes a connection."""
        try:
            parts, numbers = numbers_of(endpoint)
        except NoSubscription as error:
            raise DeliveryError(str(error), permanent=True) from error
        except (OSError, UnicodeError) as error:
            raise DeliveryError(_said(error)) from error
        requests = [self._request(parts, number, headers, body) for number in numbers]
        for request in requests[:-1]:
            with suppress(httpx.ConnectError, httpx.ConnectTimeout):
                return self._http.send(request, stream=True)
        return self._http.send(requests[-1], stream=True)

    def _request(self, parts: SplitResult, number: str, headers: dict[str, str], body: bytes) -> httpx.Request:
        """To the number that was judged a moment ago, as the host that it is asked for: names can move meanwhile."""
        host = f"[{number}]" if ":" in number else number
        place = f"{parts.scheme}://{host}:{port_of(parts)}{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
        named = {"Host": parts.netloc, **headers}
        as_host = {"sni_hostname": parts.hostname}
        return self._http.build_request("POST", place, headers=named, content=body, extensions=as_host)


def _taken(answer: httpx.Response, message_id: str) -> Handed:
    """What its status says; of what else it says no more is read than comes at once."""
    if answer.is_success:
        return Handed(str(answer.status_code), message_id)
    first = b""
    with suppress(httpx.HTTPError):
        first = next(answer.iter_raw(), b"")[:200]
    said = " ".join(f"{answer.status_code} {first.decode(errors='replace')}".split())
    if answer.status_code in _NOT_US:
        # The other browsers of that service will not be served either: the pages say so, and so does the log.
        log.error("the push service does not take what we sign: %s", said)
    if wait := answer.headers.get("Retry-After", "")[:40]:
        said = _("%(said)s; it asks for another try after %(wait)s") % {"said": said, "wait": wait}
    later = answer.is_server_error or answer.status_code in _NOT_NOW
    raise DeliveryError(said, permanent=not later, gone=answer.status_code in _GONE)


def _said(error: Exception) -> str:
    return str(error) or type(error).__name__
