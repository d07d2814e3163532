"""Hands texts to a provider that speaks as Twilio does."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from backline.channels.port import Handed, Letter
from backline.channels.sms.segments import as_text
from backline.channels.twilio.account import SERVICE, Named
from backline.channels.twilio.client import PATIENCE, Client


class TextSender:
    """A `Sender` of texts."""

    def __init__(self, account: Named, *, patience: float = PATIENCE) -> None:
        self._from = {"MessagingServiceSid" if SERVICE.fullmatch(account.sender) else "From": account.sender}
        self._client = Client(account, patience=patience)

    def send(self, letter: Letter) -> Handed:
        """Hand over what is short of it; what becomes of it comes back to us."""
        back = settings.BACKLINE_URL.rstrip("/") + reverse("intake:sms_status", args=[letter.id])
        said = {"To": letter.address, "Body": as_text(letter.short), "StatusCallback": back}
        return self._client.ask("Messages", said | self._from)
