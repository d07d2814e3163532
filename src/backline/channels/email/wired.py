"""The sender that the settings ask for."""

from __future__ import annotations

from django.conf import settings

from backline.channels.email.message import origin
from backline.channels.email.sender import SmtpSender
from backline.channels.email.server import parse
from backline.channels.port import Sender

FALLBACK_FROM = "Backline <backline@localhost>"


def sender_from_settings() -> Sender | None:
    """A sender over SMTP; None where BACKLINE_SMTP_URL is empty; an error with one clear sentence where it is wrong."""
    url = str(getattr(settings, "BACKLINE_SMTP_URL", ""))
    if not url:
        return None
    return SmtpSender(parse(url), origin(str(getattr(settings, "BACKLINE_MAIL_FROM", "")) or FALLBACK_FROM))
