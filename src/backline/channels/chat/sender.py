"""Tells somebody in a chat; of what went wrong a service says no more than a sentence."""

from __future__ import annotations

from django.utils.translation import gettext as _

from backline.channels.chat.errand import PATIENCE, Late, Lost, tell
from backline.channels.opened import opened
from backline.channels.outward import GONE, is_not_now
from backline.channels.port import DeliveryError, Handed, Letter, NotNow


class ChatSender:
    """A `Sender` to chats."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self._patience = patience

    def send(self, letter: Letter) -> Handed:
        """Have it said there; that a service took it says not that anybody has read it."""
        address = opened(letter)
        try:
            told = tell(address, letter.subject, letter.body, seconds=self._patience)
        except Late as error:
            raise DeliveryError(_("the service did not answer in time"), unknown=True) from error
        except Lost as error:
            raise DeliveryError(_("what speaks with the service ended without a word")) from error
        if told.done:
            return Handed(_("taken"))
        said = told.said or _("the service did not take it")
        if told.never or not is_not_now(told.status):
            raise DeliveryError(said, permanent=True, gone=told.status == GONE)
        raise NotNow(said, told.wait)
