"""Answers `/live`: server-sent events that name what has changed and nothing else; the page asks for it itself."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings
from django.db import DatabaseError
from django.http.cookie import parse_cookie

from backline.look.forms import unkeepable
from backline.look.live.hub import Hub, Stream

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


Judge = Callable[[Iterable[Asked]], Awaitable[dict[Asked, str]]]
"""Those who may have a stream, each with the one topic that it may tell, empty for all."""


@dataclass(slots=True)
class Streams:
    """The streams of this process, each for as long as whoever asked for it may have it."""

    judge: Judge
    hub: Hub = field(default_factory=Hub)
    _asked: dict[Stream, Asked] = field(default_factory=dict)
    _stopping: bool = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One stream, from its request to its end."""
        if scope["method"] != "GET":
            await _refuse(send, HTTPStatus.METHOD_NOT_ALLOWED)
            return
        asked = Asked.of(scope)
        try:
            allowed = await self.judge([asked])
        except DatabaseError:
            await _refuse(send, HTTPStatus.SERVICE_UNAVAILABLE)
            return
        if asked not in allowed:
            await _refuse(send, HTTPStatus.UNAUTHORIZED)
            return
        stream = Stream(allowed[asked])
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
        allowed = await self.judge(set(known.values()))
        for stream, asked in known.items():
            if allowed.get(asked) != stream.only:
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
