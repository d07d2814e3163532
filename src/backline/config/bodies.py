"""Takes the body of a request in before a page begins with it: whole and within bounds of size and time, or not at all.

A page works in one of a few threads, and may keep nobody waiting for a line that is slow, silent or cut.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import partial
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from django.conf import settings

from backline.config import room
from backline.evidence.words import MOST_BYTES, MOST_IN_A_DRAFT
from backline.look.live.stream import Receive, Scope

IN_MEMORY = 16 * 1024
"""What is larger lies in a file without a name, and is read from there."""
MOST_AT_ONCE = 1000
"""For so many bodies a process waits at once; one that comes in one piece is never one of them."""
PAUSE = 30.0
"""Seconds within which the next piece must come."""
BEGINNING, SLOWEST, LONGEST = 60.0, 2000, 3600.0
"""Seconds that every body has, the bytes that must come in each second more, and the seconds that none may exceed."""
_FLAW = "backline.flaw"


def most() -> int:
    """The bytes of the largest form there is: one with all the photos that it keeps."""
    return MOST_BYTES * MOST_IN_A_DRAFT + most_of_words()


def most_of_words() -> int:
    """The bytes of the largest form without files; more is taken only from somebody who has signed in."""
    return int(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)


def most_at_once() -> int:
    """The bytes that a process holds of all bodies together."""
    return 2 * most()


class Flaw(Enum):
    """Why a body was not taken."""

    TOO_BIG = auto()
    STRANGER = auto()
    SLOW = auto()
    CUT = auto()
    BUSY = auto()
    NO_ROOM = auto()


class NotTaken(Exception):
    """The body is not taken; nothing of it reaches a page."""

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(flaw.name)
        self.flaw = flaw


def told(scope: Scope, flaw: Flaw) -> Scope:
    """The request as a page gets it whose body was not taken."""
    return {**scope, _FLAW: flaw}


def flaw_of(environ: dict[str, Any]) -> Flaw | None:
    """Why the body of this request was not taken; None where it was."""
    found: Flaw | None = environ.get("asgi.scope", {}).get(_FLAW)
    return found


@dataclass(slots=True)
class Body:
    """A body that arrived whole."""

    size: int = 0
    file: IO[bytes] = field(default_factory=partial(SpooledTemporaryFile, IN_MEMORY))

    async def add(self, piece: bytes) -> None:
        """One piece more; the disk holds up nobody else."""
        self.size += len(piece)
        await self._do(self.file.write, piece)

    async def begin(self) -> None:
        """It is whole; from here on it is read."""
        await self._do(self.file.seek, 0)

    async def _do[What](self, act: Callable[[What], object], what: What) -> None:
        if self.size > IN_MEMORY:
            await asyncio.to_thread(act, what)
        else:
            act(what)

    def scope(self, scope: Scope) -> Scope:
        """The request with the size of its body, which one that came in chunks did not name."""
        others = [(name, value) for name, value in scope["headers"] if name != b"content-length"]
        return {**scope, "headers": [*others, (b"content-length", b"%d" % self.size)]} if self.size else scope

    def close(self) -> None:
        """Forget it."""
        self.file.close()


@dataclass(slots=True)
class Bodies:
    """The bodies that this process holds; `known` says whether a large one comes from somebody who has signed in."""

    known: Callable[[Scope], Awaitable[bool]]
    held: int = 0
    awaited: set[asyncio.Timeout] = field(default_factory=set)

    def end(self) -> None:
        """Wait no longer for those that are on their way, for the process ends."""
        for limit in self.awaited:
            limit.reschedule(0)

    @asynccontextmanager
    async def taken(self, scope: Scope, receive: Receive) -> AsyncIterator[Body]:
        """The body of this request for as long as the block lasts; `NotTaken` before it begins."""
        body, limit = Body(), asyncio.timeout(PAUSE)
        try:
            try:
                async with limit:
                    await self._take(body, scope, receive, limit)
                await body.begin()
            except OSError as error:
                # Said right here: a context manager's frame would hold the error that holds the frame, and with it
                # `receive`, and until Python collects its garbage the line would not be hung up.
                raise _said_plainly(error) from error
            yield body
        finally:
            self.held -= body.size
            body.close()

    async def _take(self, body: Body, scope: Scope, receive: Receive, limit: asyncio.Timeout) -> None:
        named = next((int(value) for name, value in scope["headers"] if name == b"content-length"), None)
        bound = await self._bound(named or 0, scope)
        now = asyncio.get_running_loop().time
        begun, more = now(), True
        try:
            while more:
                piece, more = await _piece(receive)
                if body.size + len(piece) > bound:
                    bound = await self._bound(body.size + len(piece), scope)
                await self._keep(body, piece)
                more = more and body.size != named
                if more:
                    self._wait(limit)
                    limit.reschedule(min(now() + PAUSE, begun + min(BEGINNING + body.size / SLOWEST, LONGEST)))
        finally:
            self.awaited.discard(limit)
        if named not in (None, body.size):
            raise NotTaken(Flaw.CUT)

    def _wait(self, limit: asyncio.Timeout) -> None:
        self.awaited.add(limit)
        if len(self.awaited) > MOST_AT_ONCE:
            raise NotTaken(Flaw.BUSY)

    async def _keep(self, body: Body, piece: bytes) -> None:
        if self.held + len(piece) > most_at_once():
            raise NotTaken(Flaw.BUSY)
        self.held += len(piece)
        await body.add(piece)

    async def _bound(self, size: int, scope: Scope) -> int:
        """Up to how many bytes this body may grow, now that it is known to have so many; `NotTaken` if not so far."""
        if size > most():
            raise NotTaken(Flaw.TOO_BIG)
        if self.held + size > most_at_once():
            raise NotTaken(Flaw.BUSY)
        if size <= most_of_words():
            return most_of_words()
        if not await self.known(scope):
            raise NotTaken(Flaw.STRANGER)
        return most()


def _said_plainly(error: OSError) -> NotTaken:
    if isinstance(error, TimeoutError):
        return NotTaken(Flaw.SLOW)
    return NotTaken(Flaw.NO_ROOM if room.is_full(error) else Flaw.BUSY)


async def _piece(receive: Receive) -> tuple[bytes, bool]:
    """The next piece, and whether more will come."""
    message = await receive()
    if message["type"] != "http.request":
        raise NotTaken(Flaw.CUT)
    return message.get("body", b""), message.get("more_body", False)
