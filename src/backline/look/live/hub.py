"""Who has a stream in this process, and what each of them has still to be told."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field

ALL = "*"
"""Told where it is not known what was missed: every page looks for itself."""
MOST_WAITING = 200


@dataclass(eq=False, slots=True)
class Stream:
    """One open stream; `only` is the one topic that it may tell, empty where it may tell all.

    What a slow reader has not taken yet is kept once each, and as `ALL` where it would become too much.
    """

    only: str = ""
    ended: bool = False
    _waiting: set[str] = field(default_factory=set)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def tell(self, topics: Iterable[str]) -> None:
        """Have these told, those of them that this stream may tell."""
        wanted = {topic for topic in topics if not self.only or topic in (self.only, ALL)}
        self._waiting |= wanted
        if ALL in self._waiting or len(self._waiting) > MOST_WAITING:
            self._waiting = {ALL}
        if wanted:
            self._news.set()

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
    """All streams of this process."""

    streams: set[Stream] = field(default_factory=set)

    def tell(self, topics: Iterable[str]) -> None:
        """Have every stream tell these."""
        known = list(topics)
        for stream in self.streams:
            stream.tell(known)
