"""The values of the outbox: what a caller hands in, and the words for where a notice and an attempt stand."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from backline.people.quiet import Quiet


class Audience(StrEnum):
    """Whom a notice speaks to: somebody of the organisation, or a customer's contact."""

    PERSON = "PERSON"
    CONTACT = "CONTACT"


class Channel(StrEnum):
    """How a notice travels."""

    EMAIL = "EMAIL"
    SMS = "SMS"
    VOICE = "VOICE"
    WEBHOOK = "WEBHOOK"
    CHAT = "CHAT"
    PUSH = "PUSH"


class NoticeState(StrEnum):
    """Where a notice stands; QUEUED and SENDING are live.

    HANDED says that a provider took it, DELIVERED that it arrived: few providers say that. What was handed over may
    yet go another way, where nobody says in time that it arrived.
    """

    QUEUED = "QUEUED"
    SENDING = "SENDING"
    HANDED = "HANDED"
    DELIVERED = "DELIVERED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"
    NOT_SENT = "NOT_SENT"


LIVE_STATES = (NoticeState.QUEUED, NoticeState.SENDING)
TAKEN_STATES = (NoticeState.HANDED, NoticeState.DELIVERED)
EXPLAINED_STATES = (NoticeState.FAILED, NoticeState.CANCELLED, NoticeState.NOT_SENT)


AS_WRITTEN = ("queued_at", "effect_key")
"""In what order notices were written; those of one moment go by their effects."""

SECRET_KINDS = ("person.link", "address.code", "address.test")
"""Notices whose text opens an account, or proves an address: they are shown to nobody but whom they are for.

They are about the address that they go to, and go to no other.
"""


class What(StrEnum):
    """What became of one attempt to send, and what a provider said of it later, or did not say in time."""

    HANDED_OVER = "HANDED_OVER"
    DELIVERED = "DELIVERED"
    UNDELIVERED = "UNDELIVERED"
    FAILED_FOR_NOW = "FAILED_FOR_NOW"
    FAILED_FOR_GOOD = "FAILED_FOR_GOOD"
    UNKNOWN = "UNKNOWN"
    NO_WORD = "NO_WORD"


# A worker owns what it claimed for this long; after it somebody else may claim it again.
LEASE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class NewNotice:
    """One notice to be queued; `effect_key` names the effect, and an effect happens once.

    With a reason `why`, it is kept that somebody was not told. What is `quiet` waits until that is over. To a person
    it goes where he is reached by then: `address` counts where nothing else is known of him. What is `urgent` takes
    every way by which he is reached, in his order, until one of them says that it arrived; `short` is what it says
    where there is no room for a letter, and `about` in one line what and where it is, and whether somebody is in
    danger. What `can_wait` goes in one letter with more of that. `answers` stand below the letter, for its reader
    alone: whoever has them can answer in his name.
    """

    effect_key: str
    kind: str
    audience: Audience
    recipient_id: str
    recipient_name: str
    subject: str = ""
    body: str = ""
    address: str = ""
    language: str = "en"
    case_id: uuid.UUID | None = None
    quiet: Quiet | None = None
    channel: Channel = Channel.EMAIL
    why: str = ""
    urgent: bool = False
    can_wait: bool = False
    short: str = ""
    about: str = ""
    answers: str = ""


@dataclass(frozen=True, slots=True)
class Pointless:
    """Queued notices of a case that nobody needs any more: those whose kind begins with one of these, and why.

    With a `recipient` it is he alone who needs them no more.
    """

    case_id: uuid.UUID
    kinds: tuple[str, ...]
    why: str
    at: datetime
    recipient: str = ""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What became of one attempt, in the words of the other side; `message_id` is what the message carried.

    `gone` says that nobody is at the address, `no_texts` that it is a number at which calls alone arrive, and `ours`
    that our own setup is at fault; `heard` is False where something arrived in a mailbox, which says nothing of whoever
    it is for; `wait` is how long we are asked to wait.
    """

    what: What
    detail: str = ""
    message_id: str = ""
    gone: bool = False
    no_texts: bool = False
    ours: bool = False
    heard: bool = True
    wait: timedelta | None = None


def without_unstorable(text: str) -> str:
    """The text without NUL and lone surrogates, which neither the database nor a mail can hold."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8")


_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_BEGINS, _APART, _END = "\u2066\u2067\u2068", "\u2068", "\u2069"


def turning_nothing(text: str) -> str:
    """The text with the marks named that turn what stands around it: for lines where no text can be set apart."""
    return _TURNS.sub(lambda mark: f"[U+{ord(mark[0]):04X}]", text)


def set_apart(text: str) -> str:
    """The text as it is, inside marks by which it turns nothing around it: for a sentence that goes on after it.

    Each end too many in it gets a beginning before it, and each beginning an end.
    """
    if not _TURNS.search(text):
        return text
    inside, ends = 0, 0
    for mark in text:
        if mark in _BEGINS:
            inside += 1
        elif mark == _END:
            inside, ends = max(inside - 1, 0), ends + (not inside)
    return f"{_APART * (ends + 1)}{text}{_END * (inside + 1)}"
