"""Asks a provider that speaks as Twilio does for a text or a call; connections are kept and lie side by side."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import httpx
from django.utils.translation import gettext as _

from backline.channels.patience import asked
from backline.channels.port import DeliveryError, Handed, NotNow, NotUs, TakesNoTexts
from backline.channels.twilio.account import Named, flaw_of_base
from backline.channels.twilio.codes import Fault

log = logging.getLogger(__name__)

MOST_AT_ONCE = 64
IDLE = 20.0
"""Seconds for which a connection is kept for the next one."""
PATIENCE = 20.0
_NEVER_BEGUN = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
"""Nothing was written, so that nothing can have been taken."""
_NOT_US, _NOT_NOW = (401, 403, 404), (408, 425, 429)


class Client:
    """The provider, as one account speaks with it; may be asked from several threads at once."""

    def __init__(self, account: Named, *, patience: float = PATIENCE) -> None:
        self._account = account
        self._may_be_asked = False
        limits = httpx.Limits(
            max_connections=MOST_AT_ONCE, max_keepalive_connections=MOST_AT_ONCE, keepalive_expiry=IDLE
        )
        # A redirection is not followed: it could lead to where the address itself may not.
        self._http = httpx.Client(
            auth=(account.account, account.token), limits=limits, timeout=patience, follow_redirects=False,
            trust_env=False, headers={"User-Agent": "Backline", "Accept": "application/json"},
        )  # fmt: skip

    def ask(self, what: str, form: Mapping[str, str]) -> Handed:
        """Have it send or call; a connection lost once that was asked leaves the outcome unknown."""
        self._judge_address()
        place = f"{self._account.base.rstrip('/')}/2010-04-01/Accounts/{self._account.account}/{what}.json"
        try:
            answer = self._http.post(place, data=dict(form))
        except _NEVER_BEGUN as error:
            raise DeliveryError(_said(error)) from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            lost = _("the connection was lost before the answer: %(error)s") % {"error": _said(error)}
            raise DeliveryError(lost, unknown=True) from error
        return _taken(answer)

    def _judge_address(self) -> None:
        """It is good once it was found good; a name that is not found may be found a moment later."""
        if not self._may_be_asked and (flaw := flaw_of_base(self._account.base)):
            raise DeliveryError(flaw)
        self._may_be_asked = True


@dataclass(frozen=True, slots=True)
class _Answer:
    """What the provider says of it, as far as it can be read."""

    status: int
    document: dict[str, Any]

    @property
    def fault(self) -> Fault:
        """What is wrong."""
        code, text = self.document.get("code"), str(self.document.get("message", ""))[:300]
        return Fault(code if isinstance(code, int) else 0, f"{self.status} {text}".strip())


def _taken(answer: httpx.Response) -> Handed:
    read = _Answer(answer.status_code, _document(answer))
    if answer.is_success:
        return Handed(str(read.document.get("status", read.status))[:100], str(read.document.get("sid", ""))[:200])
    fault = read.fault
    if fault.is_ours or read.status in _NOT_US:
        # Nothing goes out until somebody mends it: the pages say so, and so does the log.
        log.error("the provider does not serve this account: %s", fault.said)
        raise NotUs(fault.said)
    if not 400 <= read.status < 500 or read.status in _NOT_NOW:
        raise NotNow(fault.said, asked(answer.headers))
    kind = TakesNoTexts if fault.takes_no_texts else DeliveryError
    raise kind(fault.said, permanent=True, gone=fault.is_nobody)


def _document(answer: httpx.Response) -> dict[str, Any]:
    try:
        read = answer.json()
    except ValueError:
        return {}
    return cast(dict[str, Any], read) if isinstance(read, dict) else {}


def _said(error: Exception) -> str:
    return str(error) or type(error).__name__
