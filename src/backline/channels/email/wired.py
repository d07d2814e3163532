"""The sender that the settings ask for."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache

from django.conf import settings

from backline.channels.email.message import origin
from backline.channels.email.provider import Provider, ProviderSender, is_provider
from backline.channels.email.provider import parse as parse_provider
from backline.channels.email.sender import SmtpSender
from backline.channels.email.server import parse
from backline.channels.notices import Channel
from backline.channels.port import Sender
from backline.channels.registry import Kind, register

FALLBACK_FROM = "Backline <backline@localhost>"
HEARD_WITHIN = timedelta(minutes=5)
"""That a server took a letter is no word that anybody read it: so long what is urgent waits for an answer."""


def sender_from_settings() -> Sender | None:
    """What BACKLINE_SMTP_URL names; None where it is empty; an error with one clear sentence where it is wrong."""
    url = str(getattr(settings, "BACKLINE_SMTP_URL", ""))
    if not url:
        return None
    return _sender(url, str(getattr(settings, "BACKLINE_MAIL_FROM", "")) or FALLBACK_FROM)


@lru_cache(maxsize=1)
def _sender(url: str, mail_from: str) -> Sender:
    """The same one as long as the settings stay, so that its connections are used again."""
    if is_provider(url):
        return ProviderSender(parse_provider(url), origin(mail_from))
    return SmtpSender(parse(url), origin(mail_from))


def provider_from_settings() -> Provider | None:
    """The provider that is named in place of a mail server."""
    url = str(settings.BACKLINE_SMTP_URL)
    return parse_provider(url) if is_provider(url) else None


register(Kind(Channel.EMAIL, sender_from_settings, HEARD_WITHIN))
