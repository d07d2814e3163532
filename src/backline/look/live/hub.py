"""Who has a stream in this process, and what each of them has still to be told."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field

from django.db import DatabaseError

from backline.core.words import Actor
from backline.ledger.news import ALL

MOST_WAITING = 200


@dataclass(frozen=True, slots=True)
class Sight:
    """What a stream may tell: the one topic that is named, or what the actor may know; else all."""

    only: str = ""
    actor: Actor | None = None


Sort = Callable[[Collection[str], Collection[Actor]], Awaitable[Mapping[Actor, Collection[str]]]]
"""Which of the topics each of the actors may know now."""


@dataclass(eq=False, slots=True)
class Stream:
    """One open stream; `known` are the topics that its actor knew of so far; of those that leave him he hears once.

    What a slow reader has not taken yet is kept once each, and as `ALL` where it would become too much.
    """

    sight: Sight = Sight()
    known: set[str] = field(default_factory=set)
    ended: bool = False
    _waiting: set[str] = field(default_factory=set)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def tell(self, topics: Iterable[str]) -> None:
        """Have these told, those of them that this stream may tell."""
        only = self.sight.only
        wanted = {topic for topic in topics if not only or topic in (only, ALL)}
        self._waiting |= wanted
        if ALL in self._waiting or len(self._waiting) > MOST_WAITING:
            self._waiting = {ALL}
        if wanted:
            self._news.set()

    def tell_some(self, topics: set[str], may: set[str]) -> None:
        """Have told what the actor may know, and what he knew of until now."""
        self.tell(topics & (may | self.known))
        self.known = (self.known - topics) | may

    def end(self) -> None:
        """Have no more told."""
        self.ended = True
        self._news.set()

    async def next(self, patience: float) -> list[str]:
        """What there is to tell as soon as there is something; nothing when patience or the stream ends."""
        try:
            await asyncio.wait_for(self._news.wait(), patience)
        except TimeoutError:
            return []
        self._news.clear()
        found, self._waiting = sorted(self._waiting), set()
        return found


@dataclass(slots=True)
class Hub:
    """All streams of this process; news for those who may not know all of them are sorted first, many at once."""

    sort: Sort
    streams: set[Stream] = field(default_factory=set)
    _unsorted: set[str] = field(default_factory=set)
    _sorting: asyncio.Task[None] | None = None

    def tell(self, topics: Iterable[str]) -> None:
        """Have every stream tell these, of which it may tell any."""
        news = set(topics)
        some = {stream for stream in self.streams if stream.sight.actor and ALL not in news}
        for stream in self.streams - some:
            stream.tell(news)
        if some:
            self._unsorted |= news
            if self._sorting is None or self._sorting.done():
                self._sorting = asyncio.ensure_future(self._sort())

    async def _sort(self) -> None:
        while self._unsorted:
            topics, self._unsorted = self._unsorted, set()
            some = {stream: stream.sight.actor for stream in self.streams if stream.sight.actor}
            try:
                may = await self.sort(topics, set(some.values()))
            except DatabaseError:
                self._unsorted.clear()
                for stream in some:
                    stream.tell([ALL])
                return
            for stream, actor in some.items():
                stream.tell_some(topics, set(may.get(actor, ())))
