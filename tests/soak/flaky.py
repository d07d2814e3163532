"""Gateways that are ill by a dice, and their own book of what they took: the truth that a flood is judged by."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from random import Random
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.db import connection
from django.test import Client

from backline.channels.notices import Channel
from backline.channels.queries import in_letter
from tests.fakes import gateway, pushes, receiver, smtp

ILL = 0.3
"""So many of all requests are treated badly."""
TEXTS = (("delivered",), ("sent", "delivered"), ("delivered", "sent"), ("delivered", "delivered"),
         ("undelivered",), ("undelivered", "undelivered"), ())  # fmt: skip
CALLS = (("completed",), ("completed", "ringing"), ("completed", "completed"), ("busy", "busy"), ("no-answer",), ())
"""What a provider says of one message: once, twice, in the wrong order, or never."""


@dataclass
class Dice:
    """Chance, the same for a seed but for who comes first; `well` says that nobody is ill any more."""

    random: Random
    well: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def treats[Mode](self, fine: Mode, *ill: Mode) -> Mode:
        """How a request is treated."""
        with self._lock:
            return fine if self.well or self.random.random() > ILL else self.random.choice(ill)

    def one_of[Of](self, these: Sequence[Of]) -> Of:
        """One of these; the first where everybody is well."""
        with self._lock:
            return these[0] if self.well else self.random.choice(these)


@dataclass
class Book:
    """What was taken, each at its place; of which a word said it arrived; how words were answered, and forged ones."""

    now: Callable[[], datetime]
    taken: list[tuple[int, UUID, Channel]] = field(default_factory=list)
    arrived: set[UUID] = field(default_factory=set)
    words: Counter[int] = field(default_factory=Counter)
    forged: Counter[int] = field(default_factory=Counter)

    places: Iterator[int] = field(default_factory=count)

    def took(self, notice: UUID, channel: Channel, place: int | None = None) -> None:
        """A message of this notice was taken, now or at this place before."""
        self.taken.append((next(self.places) if place is None else place, notice, channel))


class Words:
    """Says what became of messages while all else goes on: some words come before the answer that it was taken."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="words")
        self._said: list[Future[None]] = []

    def say(self, words: Callable[[], None]) -> None:
        """Somewhen soon."""
        self._said.append(self._threads.submit(_whole, words))

    @property
    def are_said(self) -> bool:
        """Whether all is said; what failed here is raised."""
        done = [one for one in self._said if one.done()]
        for one in done:
            one.result()
            self._said.remove(one)
        return not self._said


def _whole(words: Callable[[], None]) -> None:
    try:
        words()
    finally:
        connection.close()


@dataclass
class Flaky:
    """What all of them share."""

    dice: Dice
    book: Book
    words: Words

    def hears(self, notice: UUID, status: int, *, arrived: bool) -> None:
        """How a true word was answered."""
        self.book.words[status] += 1
        if arrived and status == 204:
            self.book.arrived.add(notice)

    def forges(self, forge: Callable[[], int]) -> None:
        """Now and then somebody else speaks."""
        if not self.dice.one_of(range(8)):
            self.book.forged[forge()] += 1


class FlakyGateway(gateway.Gateway):
    """Texts and calls."""

    def __init__(self, flaky: Flaky) -> None:
        super().__init__()
        self._flaky = flaky

    def treats(self) -> gateway.Mode:
        """By chance."""
        mode = gateway.Mode
        ill = (mode.HANG_AFTER_TAKING, mode.HANG_UP_AFTER_TAKING, mode.BUSY, mode.ILL)
        return self._flaky.dice.treats(mode.TAKE, *ill)

    def took(self, taken: gateway.Taken) -> None:
        """Into the book; and what is said of it."""
        notice = UUID(taken.form["StatusCallback"].rpartition("/")[2])
        is_text = taken.what == "Messages"
        self._flaky.book.took(notice, Channel.SMS if is_text else Channel.VOICE)
        words = self._flaky.dice.one_of(TEXTS if is_text else CALLS)
        self._flaky.words.say(lambda: self._said(notice, taken, words))

    def _said(self, notice: UUID, taken: gateway.Taken, words: Sequence[str]) -> None:
        self._flaky.forges(lambda: self.says(taken, "failed", token="guessed"))
        for word in words:
            status = self.says(taken, word)
            self._flaky.hears(notice, status, arrived=word in ("delivered", "completed"))


class FlakyReceiver(receiver.Receiver):
    """Programs that take webhooks."""

    def __init__(self, flaky: Flaky) -> None:
        super().__init__(wait="40")
        self._flaky = flaky

    def treats(self) -> receiver.Mode:
        """By chance."""
        mode = receiver.Mode
        return self._flaky.dice.treats(mode.TAKE, mode.HANG, mode.HANG_UP, mode.BUSY, mode.ILL)

    def took(self, taken: receiver.Taken) -> None:
        """Into the book, where it was not refused."""
        if taken.mode not in (receiver.Mode.BUSY, receiver.Mode.ILL):
            self._flaky.book.took(UUID(taken.headers["webhook-id"]), Channel.WEBHOOK)


class FlakyPushService(pushes.PushService):
    """A push service, and browsers that mostly say what they showed."""

    def __init__(self, flaky: Flaky) -> None:
        super().__init__(flaky.book.now, wait="40")
        self._flaky = flaky

    def treats(self) -> pushes.Mode:
        """By chance."""
        mode = pushes.Mode
        ill = (mode.HANG_AFTER_TAKING, mode.HANG_UP_AFTER_TAKING, mode.HANG, mode.BUSY, mode.ILL)
        return self._flaky.dice.treats(mode.TAKE, *ill)

    def shows(self, browser: pushes.Browser, message: dict[str, Any]) -> None:
        """Into the book; and what the browser says."""
        super().shows(browser, message)
        notice, place = UUID(message["id"]), urlsplit(message["shown"]).path
        self._flaky.book.took(notice, Channel.PUSH)
        times = self._flaky.dice.one_of((1, 2, 0))
        self._flaky.words.say(lambda: self._said(notice, place, times))

    def _said(self, notice: UUID, place: str, times: int) -> None:
        self._flaky.forges(lambda: Client().post(f"{place}x").status_code)
        for _time in range(times):
            self._flaky.hears(notice, Client().post(place).status_code, arrived=True)


class FlakyMailServer(smtp.MailServer):
    """Mail."""

    def __init__(self, flaky: Flaky) -> None:
        super().__init__(flaky.book.now)
        self._flaky = flaky

    def treats(self, _address: str) -> smtp.Mode:
        """By chance, at each step."""
        mode = smtp.Mode
        ill = (mode.REFUSE_FOR_NOW, mode.HANG_UP_BEFORE_TEXT, mode.HANG_UP_AFTER_TEXT, mode.HANG_AFTER_TEXT)
        return self._flaky.dice.treats(mode.ACCEPT, *ill)

    def took(self, mail: smtp.Mail) -> None:
        """Into the book: each notice that it holds, as long as those who were sending it say which these are."""
        name = UUID(hex=str(mail.message["Message-ID"]).strip("<>").partition("@")[0])
        place = next(self._flaky.book.places)
        self._flaky.words.say(lambda: self._entered(name, place))

    def _entered(self, name: UUID, place: int) -> None:
        held = [one.id for one in in_letter(name)]
        for notice in held or [name]:
            self._flaky.book.took(notice, Channel.EMAIL, place)
