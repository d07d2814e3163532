"""A mail provider in place of a mail server: letters go over its API, and it says later what became of them.

Each speaks its own dialect; anymail knows them all.
"""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from email.headerregistry import Address
from email.message import Message
from typing import Any, Protocol, cast
from urllib.parse import parse_qsl
from uuid import UUID, uuid5

from anymail.exceptions import AnymailAPIError, AnymailError, AnymailRecipientsRefused, AnymailRequestsAPIError
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError, SSLError

from backline.channels.email.message import compose, one_line
from backline.channels.email.server import SMTP, BadServerUrlError
from backline.channels.email.status import ENHANCED, nobody_there
from backline.channels.notices import Attempt, What
from backline.channels.patience import asked
from backline.channels.port import DeliveryError, Handed, Letter, NotNow

log = logging.getLogger(__name__)

PROVIDERS = {
    "brevo": "Brevo",
    "mailgun": "Mailgun",
    "mailjet": "Mailjet",
    "mailtrap": "Mailtrap",
    "postmark": "Postmark",
    "resend": "Resend",
    "sendgrid": "SendGrid",
    "sparkpost": "SparkPost",
}
"""Those that name our notice again when they speak of it, by what they are called in a setting."""
OUR_NAME = "notice"
PATIENCE = 20.0
"""Seconds for which a provider's answer is waited for."""
HEADERS = ("Auto-Submitted", "X-Auto-Response-Suppress", "Content-Language", "X-Backline-Case")
KEEP_OUR_ID: Mapping[str, Mapping[str, str]] = {"mailgun": {}, "sendgrid": {}, "postmark": {"X-PM-KeepID": "true"}}
"""Who lets a letter keep the Message-ID that we gave it, so that answers and bounces name it; and how one asks."""
KNOWS_AGAIN = ("resend",)
"""Who takes a letter once that is asked for again under the same key, and answers as before."""
WORD_COMES = timedelta(minutes=5)
"""So long it may take until a provider says of a letter, whose answer was lost, that it has it after all."""
_NOT_US, _NOT_NOW = (401, 402, 403, 404, 405), (408, 409, 420, 425, 429)
"""Answers about our account: once that is mended the same letter goes; and about the moment. Others are about it."""
_OF_US = re.compile(r"""['"`]from\b|\bfrom (?:address|field|email)|\bsender\b|\byour account\b""", re.IGNORECASE)
"""How a provider that refuses a letter says that it is for what stands in our setup."""
_OPTION = re.compile(r"'[A-Z]+_([A-Z_]+)'")
"""How anymail names an option that is missing."""
_TAKEN = {"sent", "queued"}
_LOST = ("bounced", "rejected", "failed")
_UNWRITTEN = (ConnectTimeoutError, NewConnectionError, SSLError)


@dataclass(frozen=True, slots=True)
class Provider:
    """Whose API it is, and the options that anymail wants of it: keys and the like, which are never shown."""

    name: str
    options: Mapping[str, str] = field(repr=False)

    @property
    def called(self) -> str:
        """Its own name."""
        return PROVIDERS[self.name]


class _Backend(Protocol):
    session: Any

    def open(self) -> bool: ...

    def send_messages(self, messages: list[EmailMessage]) -> int: ...


class _Words(Protocol):
    def run_validators(self, request: HttpRequest) -> None: ...

    def parse_events(self, request: HttpRequest) -> list[Any]: ...


def is_provider(url: str) -> bool:
    """Whether the setting names a provider, and not a mail server."""
    return url.strip().partition("?")[0] in PROVIDERS


def parse(url: str) -> Provider:
    """The provider that the setting names, as `postmark?server_token=…`; its options are tried."""
    name, _mark, said = url.strip().partition("?")
    found = Provider(name, dict(parse_qsl(said)))
    try:
        _backend(found)
        _words(found)
    except ImproperlyConfigured as error:
        named = _OPTION.search(str(error))
        option = named.group(1).lower() if named else one_line(str(error))
        wanted = {"setting": SMTP.name, "option": option, "called": found.called, "name": name}
        said = _("%(setting)s lacks what %(called)s needs: write it like %(name)s?%(option)s=… with what it gave you.")
        raise BadServerUrlError(said % wanted) from error
    return found


class ProviderSender:
    """A `Sender` over a provider's API; each thread keeps a connection of its own."""

    def __init__(self, provider: Provider, origin: Address) -> None:
        self._provider = provider
        self._origin = origin
        self._here = threading.local()

    def send(self, letter: Letter) -> Handed:
        """Hand over one letter; where the answer is lost once it was asked for, nobody knows."""
        composed = compose(letter, self._origin)
        message: Any = EmailMessage(
            subject=composed["Subject"],
            body=composed.get_content(),
            from_email=str(self._origin),
            to=[composed["To"]],
            reply_to=[composed["Reply-To"]] if composed["Reply-To"] else None,
            headers=self._headers(composed),
        )
        message.metadata = {OUR_NAME: str(letter.id)}
        backend = self._open()
        if self._provider.name in KNOWS_AGAIN:
            # Of what it says as well: the same letter may go to another address, or without what was erased.
            key = uuid5(letter.id, f"{letter.address}\n{composed['Subject']}\n{letter.body}")
            backend.session.headers["Idempotency-Key"] = str(key)
        try:
            backend.send_messages([message])
        except AnymailRecipientsRefused as error:
            raise DeliveryError(_refused(message), permanent=True, gone=_is_nobody(message)) from error
        except AnymailRequestsAPIError as error:
            raise _failed(error) from error
        except AnymailError as error:
            raise DeliveryError(_short(error), permanent=not isinstance(error, AnymailAPIError)) from error
        if not _statuses(message) & _TAKEN:
            raise _lost(_("the provider's answer says nothing of this letter"))
        return Handed(" ".join(sorted(_statuses(message))), str(message.anymail_status.message_id or "")[:200])

    def _headers(self, composed: Message) -> dict[str, str]:
        headers = {name: str(composed[name]) for name in HEADERS if composed[name]}
        kept = KEEP_OUR_ID.get(self._provider.name)
        return headers if kept is None else {**headers, "Message-ID": str(composed["Message-ID"]), **kept}

    def _open(self) -> _Backend:
        if not hasattr(self._here, "backend"):
            self._here.backend = _backend(self._provider)
            self._here.backend.open()
        return cast(_Backend, self._here.backend)


def said_later(provider: Provider, request: HttpRequest) -> Iterator[tuple[UUID, Attempt]]:
    """What a provider says of letters that it took, by their names; raises `ValueError` where it cannot be read.

    Raises `PermissionError` where it is not signed as that provider signs.
    """
    words = _words(provider)
    try:
        words.run_validators(request)
    except Exception as error:
        raise PermissionError from error
    try:
        events = words.parse_events(request)
    except Exception as error:
        raise ValueError(type(error).__name__) from error
    for event in events:
        attempt, letter = _attempt(event), _ours(event)
        if attempt and letter:
            yield letter, attempt


def _backend(provider: Provider) -> _Backend:
    made = import_string(f"anymail.backends.{provider.name}.EmailBackend")
    options = {name: value for name, value in provider.options.items() if not name.startswith("webhook_")}
    return cast(_Backend, made(timeout=PATIENCE, ignore_unsupported_features=True, **options))


def _words(provider: Provider) -> _Words:
    made = import_string(f"anymail.webhooks.{provider.name}.{provider.called}TrackingWebhookView")
    # The address at which they come is signed by us.
    signed = type(made.__name__, (made,), {"warn_if_no_basic_auth": False})
    return cast(_Words, signed(**provider.options))


def _attempt(event: Any) -> Attempt | None:
    """The word; None for what says neither that it arrived nor that it did not."""
    message_id, said = str(event.message_id or "")[:200], _said(event)
    if event.event_type == "delivered":
        return Attempt(What.DELIVERED, said, message_id, heard=False)
    if event.event_type not in _LOST:
        return None
    told = ENHANCED.search(str(event.mta_response or ""))
    gone = event.reject_reason == "invalid" or bool(told and nobody_there(told.group()))
    return Attempt(What.UNDELIVERED, said, message_id, gone)


def _said(event: Any) -> str:
    parts = (event.event_type, event.reject_reason, event.mta_response or event.description)
    return one_line(": ".join(str(part) for part in parts if part), longest=500)


def _ours(event: Any) -> UUID | None:
    try:
        return UUID(str((event.metadata or {}).get(OUR_NAME, "")))
    except (ValueError, AttributeError):
        return None


def _failed(error: AnymailRequestsAPIError) -> DeliveryError:
    if error.response is None:
        return DeliveryError(_short(error)) if _is_unwritten(error) else _lost(_short(error))
    status = int(error.status_code or 0)
    if 200 <= status < 300:
        return _lost(_short(error))  # it was taken, or it was not: that cannot be read
    if status in _NOT_NOW or not 400 <= status < 500:
        return NotNow(_short(error), asked(error.response.headers))
    if status in _NOT_US or _OF_US.search(error.response.text):
        # Nothing goes out until somebody mends it: the pages say so, and so does the log.
        log.error("the mail provider does not serve this account: it answered %s", status)
        return DeliveryError(_short(error))
    return DeliveryError(_short(error), permanent=True)


def _lost(said: str) -> DeliveryError:
    """Nobody knows; but it will say what became of a letter that it has."""
    error = DeliveryError(said, unknown=True)
    error.wait = WORD_COMES
    return error


def _is_unwritten(error: BaseException) -> bool:
    """Whether no connection came about, so that nothing can have been taken."""
    reason = error.__cause__.args[0] if error.__cause__ and error.__cause__.args else None
    return isinstance(getattr(reason, "reason", reason), _UNWRITTEN)


def _short(error: Exception) -> str:
    return one_line(str(error), longest=500)


def _refused(message: Any) -> str:
    return _("refused by the provider: %(why)s") % {"why": ", ".join(sorted(_statuses(message)))}


def _is_nobody(message: Any) -> bool:
    return _statuses(message) == {"invalid"}


def _statuses(message: Any) -> set[str]:
    return {str(one) for one in message.anymail_status.status or ()}
