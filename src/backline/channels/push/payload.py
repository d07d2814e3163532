"""What is pushed: as little as shows what it is about, with the links by which it is opened, answered and confirmed."""

from __future__ import annotations

import json
import re

from django.conf import settings
from django.urls import reverse

from backline.channels.port import Letter
from backline.channels.push.shown import token

LONGEST_TITLE, LONGEST_TEXT, LONGEST_LABEL, MOST_ANSWERS = 120, 300, 40, 2
"""More is not shown; with four bytes for every sign it fits into what every service takes."""
_LINK = re.compile(r"https?://\S+")
_ANSWER = re.compile(r"^(?P<label>[^\n]+):\n(?P<link>https?://\S+)$", re.MULTILINE)


def payload(letter: Letter, message_id: str) -> bytes:
    """What the service worker reads: it shows it, tells us so, and opens the link that is pressed."""
    base = settings.BACKLINE_URL.rstrip("/")
    links = _LINK.findall(letter.short)
    answers = [
        {"label": found["label"][:LONGEST_LABEL], "link": found["link"]} for found in _ANSWER.finditer(letter.answers)
    ]
    said = {
        "id": str(letter.id),
        "title": letter.subject[:LONGEST_TITLE],
        "text": (letter.about or _LINK.sub("", letter.short).strip())[:LONGEST_TEXT],
        "language": letter.language,
        "urgent": letter.urgent,
        "link": links[-1] if links else base,
        "answers": answers[:MOST_ANSWERS],
        "shown": base + reverse("intake:push_shown", args=[token(letter.id, message_id)]),
    }
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
