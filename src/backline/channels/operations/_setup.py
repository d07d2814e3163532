"""How a channel is set up is kept; its token is sealed, and goes to no other account and to no other place.

Push messages need no account: a pair of keys is made when they are switched on first, and stays.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from backline.channels import wording
from backline.channels.models import Setup
from backline.channels.notices import Channel
from backline.channels.push.vapid import Pair
from backline.channels.seal import sealed
from backline.channels.setups import kept
from backline.channels.twilio.account import Account
from backline.core.words import Actor
from backline.people import operations as people
from backline.people.operations import Invalid


def switch(channel: Channel, *, is_on: bool, by: Actor, at: datetime) -> None:
    """Whether a channel may be used that needs nothing else."""
    Setup.objects.update_or_create(channel=channel, defaults={"is_on": is_on, "changed_at": at, "changed_by": by.id})


def keep_setup(channel: Channel, account: Account, token: str, *, is_on: bool, by: Actor, at: datetime) -> None:
    """The account, and the token unless that is empty: then the one that is kept stays. Raises `Invalid`, unchanged.

    The token that is kept stays for the same account at the same place alone: who enters another one knows it anyhow.
    """
    flaws = account.flaws(channel)  # outside of the lock, for it asks who the provider is
    if not is_on:
        flaws.pop("base", None)  # whoever switches it off need not find him
    with transaction.atomic():
        Setup.objects.select_for_update().filter(channel=channel).first()
        before = kept(channel)
        same = before and (before.account.account, before.account.base) == (account.account, account.base)
        if not token and is_on and not (same and before and before.has_secret):
            flaws["token"] = _("Enter the auth token: for this account at this address none is kept that can be read.")
        if flaws:
            raise Invalid(flaws)
        changed = {"is_on": is_on, "settings": asdict(account), "changed_at": at, "changed_by": by.id}
        if token or not same:
            changed["sealed"] = sealed(token) if token else ""
        Setup.objects.update_or_create(channel=channel, defaults=changed)


def keep_push(*, is_on: bool, by: Actor, at: datetime) -> None:
    """Whether messages are pushed. Where the keys cannot be read any more, others are made as it is switched on.

    Browsers take nothing that is signed by other keys than when they were added: then all of them are gone.
    """
    with transaction.atomic():
        Setup.objects.select_for_update().filter(channel=Channel.PUSH).first()
        before = kept(Channel.PUSH)
        changed = {"is_on": is_on, "changed_at": at, "changed_by": by.id}
        if is_on and not (before and before.has_secret):
            changed["sealed"] = sealed(Pair.new().private)
            people.browsers_are_gone(why=wording.other_keys(), at=at)
        Setup.objects.update_or_create(channel=Channel.PUSH, defaults=changed)
