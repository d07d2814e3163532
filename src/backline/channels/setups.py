"""How channels are set up: what may be read of it, and what a sender needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from backline.channels.models import Setup
from backline.channels.notices import Channel
from backline.channels.seal import BrokenSeal, unsealed
from backline.channels.twilio.account import TWILIO, Account, Named
from backline.people import reached

BY_ACCOUNT = (Channel.SMS, Channel.VOICE)
"""The channels that need an account with a provider."""
SWITCHED = (Channel.WEBHOOK, Channel.CHAT)
"""The channels that need nothing but somebody's word that they may be used: each address brings what is needed."""
SET_UP = (*BY_ACCOUNT, Channel.PUSH, *SWITCHED)
"""The channels that somebody sets up on a page; what is sealed for push messages is the key that signs them."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a channel; what is sealed is read by nobody, only whether it is there and can be unsealed.

    Where each address brings what is needed, `is_broken` says of any of them that it cannot be.
    """

    channel: Channel
    is_on: bool
    account: Account
    has_secret: bool
    is_broken: bool
    changed_at: datetime
    changed_by: str


def all_kept() -> dict[Channel, Kept]:
    """How each channel is set up that somebody did set up."""
    return {Channel(one.channel): _kept(one) for one in Setup.objects.filter(channel__in=SET_UP)}


def kept(channel: Channel) -> Kept | None:
    """How this channel is set up; None where nobody did."""
    found = Setup.objects.filter(channel=channel).first()
    return _kept(found) if found else None


def _kept(found: Setup) -> Kept:
    channel, changed = Channel(found.channel), (found.changed_at, found.changed_by)
    there = reached.sealed_for(channel) if channel in SWITCHED else [found.sealed] if found.sealed else []
    is_broken = any(_opened(one) is None for one in there)
    return Kept(channel, found.is_on, _account(found), bool(found.sealed) and not is_broken, is_broken, *changed)


def is_on(channel: Channel) -> bool:
    """Whether something can leave by this channel."""
    if channel in SWITCHED:
        return Setup.objects.filter(channel=channel, is_on=True).exists()
    return secret_in_use(channel) is not None


def secret_in_use(channel: Channel) -> str | None:
    """What is sealed of a channel that is on; None where it is off, or cannot be unsealed."""
    found = Setup.objects.filter(channel=channel, is_on=True).exclude(sealed="").first()
    return _opened(found.sealed) if found else None


def account_in_use(channel: Channel) -> Named | None:
    """The account by which this channel sends; None where it is off, or its token cannot be unsealed."""
    return _named(channel, is_on=True)


def account_of_word(channel: Channel) -> Named | None:
    """The account whose word about what went out before counts, whether the channel is on yet or not."""
    return _named(channel)


def _named(channel: Channel, **only: bool) -> Named | None:
    found = Setup.objects.filter(channel=channel, **only).exclude(sealed="").first()
    token = _opened(found.sealed) if found else None
    return _account(found).named(token) if found and token is not None else None


def _opened(sealed: str) -> str | None:
    try:
        return unsealed(sealed)
    except BrokenSeal:
        return None


def _account(found: Setup) -> Account:
    return Account(*(str(found.settings.get(name, "")) for name in ("account", "sender", "base")))


def as_first_shown() -> Account:
    """What the form says before anybody entered anything."""
    return Account("", "", TWILIO)
