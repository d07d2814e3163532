"""Posts notices to somebody's own program; the same notice has the same id however often it comes."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.urls import reverse

from backline.channels.opened import opened
from backline.channels.outward import post, taken
from backline.channels.port import Handed, Letter
from backline.channels.webhook.address import Webhook
from backline.channels.webhook.signature import signature

PATIENCE = 20.0
VERSION = 1


class WebhookSender:
    """A `Sender` of webhooks."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self._patience = patience

    def send(self, letter: Letter) -> Handed:
        """Post it; that a program took it says not that anybody has read it."""
        webhook, text = Webhook.read(opened(letter)), json.dumps(_document(letter)).encode()
        notice, timestamp = str(letter.id), str(int(letter.sent_at.timestamp()))
        headers = {
            "Content-Type": "application/json",
            "webhook-id": notice,
            "webhook-timestamp": timestamp,
            "webhook-signature": signature(webhook.key, notice, timestamp, text),
        }
        return Handed(taken(post(webhook.address, text, headers, seconds=self._patience)))


def _document(letter: Letter) -> dict[str, Any]:
    """What is said; once a program reads it, nothing in it changes its meaning without another version."""
    case = letter.case_id
    return {
        "version": VERSION,
        "id": str(letter.id),
        "kind": letter.kind.partition(".")[0],
        "urgent": letter.urgent,
        "to": letter.name,
        "language": letter.language,
        "subject": letter.subject,
        "text": letter.body,
        "case": str(case) if case else None,
        "link": settings.BACKLINE_URL.rstrip("/") + reverse("desk:case", args=[case]) if case else None,
        "written_at": letter.written_at.isoformat(),
    }
