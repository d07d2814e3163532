"""Has a provider call that speaks as Twilio does; what is said in the call it asks us for."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from backline.channels.port import Handed, Letter
from backline.channels.twilio.account import Named
from backline.channels.twilio.client import PATIENCE, Client
from backline.channels.voice.script import token

RINGS = "30"
"""Seconds; after that, mailboxes answer."""


class CallSender:
    """A `Sender` of calls."""

    def __init__(self, account: Named, *, patience: float = PATIENCE) -> None:
        self._from = account.sender
        self._client = Client(account, patience=patience)

    def send(self, letter: Letter) -> Handed:
        """Have it begun; how it ended comes back to us, and whether somebody or a machine took it."""
        base = settings.BACKLINE_URL.rstrip("/")
        asked = {
            "To": letter.address,
            "From": self._from,
            "Url": base + reverse("intake:call_script", args=[token(letter.id, letter.written_at)]),
            "StatusCallback": base + reverse("intake:call_status", args=[letter.id]),
            "StatusCallbackEvent": "completed",
            "MachineDetection": "Enable",
            "Timeout": RINGS,
        }
        return self._client.ask("Calls", asked)
