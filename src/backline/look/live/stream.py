"""Answers `/live`: server-sent events that name what has changed and nothing else; the page asks for it itself."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, MutableMapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Protocol
from urllib.parse import parse_qs

from django.conf import settings
from django.db import DatabaseError
from django.http.cookie import parse_cookie

from backline.core.words import Actor
from backline.look.forms import unkeepable
from backline.look.live.hub import Hub, Sight, Stream

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
log = logging.getLogger(__name__)
BEAT = 15.0
"""So often a quiet stream says that it lives, and whoever has one is judged anew."""
_HEADERS = (
    (b"cache-control", b"no-cache, no-store, private"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-robots-tag", b"noindex, nofollow"),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody who asks for a stream brought along: a session, or a customer's link."""

    session: str = ""
    link: str = ""

    @classmethod
    def of(cls, scope: Scope) -> Asked:
        """Out of the request; a link goes before a session, for it shows less."""
        link = parse_qs(scope["query_string"].decode("latin-1")).get("link", [""])[0]
        cookies = "; ".join(value.decode("latin-1") for name, value in scope["headers"] if name == b"cookie")
        session = parse_cookie(cookies).get(settings.SESSION_COOKIE_NAME, "")
        return cls("" if link or unkeepable(session) else session, link)


class Rights(Protocol):
    """What is asked of whoever knows cases and sessions."""

    async def judge(self, asked: Iterable[Asked]) -> Mapping[Asked, Sight]:
        """Those who may have a stream, each with what it may tell."""
        ...

    async def sort(self, topics: Collection[str], actors: Collection[Actor]) -> Mapping[Actor, Collection[str]]:
        """Which of the topics each of the actors may know now."""
        ...

    async def known(self, actor: Actor) -> Collection[str]:
        """The topics that an actor knows of as his stream begins."""
        ...


class Streams:
    """The streams of this process, each for as long as whoever asked for it may have it."""

    def __init__(self, rights: Rights) -> None:
        self.hub = Hub(rights.sort)
        self._rights = rights
        self._asked: dict[Stream, Asked] = {}
        self._stopping = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One stream, from its request to its end."""
        if scope["method"] != "GET":
            await _refuse(send, HTTPStatus.METHOD_NOT_ALLOWED)
            return
        asked = Asked.of(scope)
        try:
            allowed = await self._rights.judge([asked])
            stream = await self._stream(allowed.get(asked))
        except DatabaseError:
            await _refuse(send, HTTPStatus.SERVICE_UNAVAILABLE)
            return
        if stream is None:
            await _refuse(send, HTTPStatus.UNAUTHORIZED)
            return
        if self._stopping:
            await _refuse(send, HTTPStatus.SERVICE_UNAVAILABLE)
            return
        # Known before its first byte leaves: what changes after the page has looked is told.
        self._asked[stream] = asked
        self.hub.streams.add(stream)
        leaving = asyncio.ensure_future(_left(stream, receive))
        try:
            await _tell(stream, send)
        finally:
            leaving.cancel()
            self.hub.streams.discard(stream)
            del self._asked[stream]

    async def _stream(self, sight: Sight | None) -> Stream | None:
        if sight is None:
            return None
        return Stream(sight, set(await self._rights.known(sight.actor)) if sight.actor else set())

    async def watch(self) -> None:
        """End the streams of those who may not have one any more; run for ever."""
        while True:
            await asyncio.sleep(BEAT)
            try:
                await self.judge_all()
            except DatabaseError as error:
                log.warning("the streams could not be judged (%s); they are judged again", error)

    async def judge_all(self) -> None:
        """Judge all of them anew, at once."""
        known = dict(self._asked)
        allowed = await self._rights.judge(set(known.values()))
        for stream, asked in known.items():
            if allowed.get(asked) != stream.sight:
                stream.end()

    def end(self) -> None:
        """End all of them and take no more, for the process ends; browsers come back to the next one by themselves."""
        self._stopping = True
        for stream in self.hub.streams:
            stream.end()


async def _tell(stream: Stream, send: Send) -> None:
    headers = [(b"content-type", b"text/event-stream; charset=utf-8"), *_HEADERS]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await _say(send, "retry: 1000\n\n")
    while not stream.ended:
        topics = await stream.next(BEAT)
        if not stream.ended:
            await _say(send, f"data: {' '.join(topics)}\n\n" if topics else "event: beat\ndata:\n\n")
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _say(send: Send, text: str) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})


async def _left(stream: Stream, receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    stream.end()


async def _refuse(send: Send, status: HTTPStatus) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), *_HEADERS]
    await send({"type": "http.response.start", "status": status.value, "headers": headers})
    await send({"type": "http.response.body", "body": status.phrase.encode()})
