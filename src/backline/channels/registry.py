"""The channels that there are: each folder registers its own, and nobody else names them one by one."""

from __future__ import annotations

import importlib.util
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from backline import channels
from backline.channels.notices import Channel
from backline.channels.port import Place, Sender


@dataclass(frozen=True, slots=True)
class Kind:
    """A channel: how its sender is made, None where it is not set up, and how long word of an arrival may take.

    Where an address is no matter of `people`, `reads` makes one of what somebody typed, or raises `Invalid`.
    """

    channel: Channel
    sender: Callable[[], Sender | None]
    receipt_within: timedelta
    reads: Callable[[str], Place] | None = None


_KINDS: dict[Channel, Kind] = {}


def register(kind: Kind) -> None:
    """There is this channel."""
    _KINDS[kind.channel] = kind


def load() -> None:
    """Have every folder beside this file that is a channel register what it holds; done once a process."""
    for folder in pkgutil.iter_modules(channels.__path__):
        wired = f"{channels.__name__}.{folder.name}.wired"
        if folder.ispkg and importlib.util.find_spec(wired):
            importlib.import_module(wired)


def senders() -> dict[Channel, Sender]:
    """The senders of all channels that are set up."""
    made = {channel: kind.sender() for channel, kind in _KINDS.items()}
    return {channel: sender for channel, sender in made.items() if sender}


def reader(channel: Channel) -> Callable[[str], Place] | None:
    """What reads an address of this channel, where the channel itself does."""
    kind = _KINDS.get(channel)
    return kind.reads if kind else None


def receipt_within(channel: str) -> timedelta:
    """How long what is urgent waits at most for word that it arrived, before it goes the next way as well."""
    return _KINDS[Channel(channel)].receipt_within
