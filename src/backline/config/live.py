"""One address for all: the live stream is answered here, every other request by Django in a thread of its own."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import threading
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any

from django.conf import settings
from django.db import DatabaseError, close_old_connections
from psycopg.conninfo import make_conninfo

from backline.cases import links, queries
from backline.cases.links import LinkRefused
from backline.cases.queries import NoSuchCase
from backline.channels.email.entrance import is_entrance
from backline.config import bodies
from backline.config.bodies import Bodies, Flaw, NotTaken
from backline.config.pages import Pages
from backline.config.wiring import Wired
from backline.core.sight import SEES_ALL
from backline.core.words import Actor
from backline.look import signing
from backline.look.live.hub import Sight
from backline.look.live.listener import listen
from backline.look.live.stream import Asked, Receive, Scope, Send, Streams
from backline.people import queries as people
from backline.portal.opened import token_of_upload

PLACE = "/live"
PAGE_THREADS = 4


def judged(asked: Iterable[Asked]) -> dict[Asked, Sight]:
    """Those who may have a stream: somebody signed in, of what he may see; a customer's link, of its case alone."""
    at, found = Wired.clock.now(), {}
    known = list(asked)
    persons = signing.signed_in({one.session for one in known if one.session}, at=at)
    actors = people.actors_of([person for person in persons.values() if not SEES_ALL & set(person.roles)], at=at)
    for session, person in persons.items():
        found[Asked(session=session)] = Sight(actor=actors.get(str(person.id)))
    for one in known:
        if one.link:
            with contextlib.suppress(LinkRefused, NoSuchCase):
                linked = links.read(one.link, at=at)
                found[one] = Sight(only=_topic(str(queries.find(linked.case_id, linked.actor).id)))
    return found


def _topic(case: str) -> str:
    return f"case:{case}"


class Judging:
    """Judges streams by the database, in a thread of its own."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="live")

    async def judge(self, asked: Iterable[Asked]) -> dict[Asked, Sight]:
        """Those who may have a stream, each with what it may tell."""
        return await self._do(lambda: judged(asked))

    async def sort(self, topics: Collection[str], actors: Collection[Actor]) -> dict[Actor, set[str]]:
        """Which of the topics each of the actors may know now: those of the cases in his sight."""
        cases = {topic: topic.rpartition(":")[2] for topic in topics}
        seen = await self._do(lambda: queries.in_sight(cases.values(), actors))
        return {actor: {topic for topic, case in cases.items() if case in seen[actor]} for actor in actors}

    async def known(self, actor: Actor) -> set[str]:
        """The open cases that an actor may see."""
        return {_topic(case) for case in await self._do(lambda: queries.open_in_sight(actor))}

    async def may_send_much(self, scope: Scope) -> bool:
        """Whether a large body is taken: from somebody signed in, a provider who brings mails, or a customer's link."""
        token = token_of_upload(scope["path"])
        if token:
            return await self._opens(token)
        return is_entrance(scope["path"]) or await self.was_signed_in(scope)

    async def _opens(self, token: str) -> bool:
        """Whether the link opens its case now: only who holds a good one may bring photos."""
        try:
            return await self._do(lambda: Asked(link=token) in judged([Asked(link=token)]))
        except DatabaseError as error:
            raise NotTaken(Flaw.BUSY) from error

    async def was_signed_in(self, scope: Scope) -> bool:
        """Whether somebody signed in with the session of this request, be it over by now."""
        session = Asked.of(scope).session
        try:
            return bool(session) and await self._do(lambda: signing.was_signed_in(session))
        except DatabaseError as error:
            raise NotTaken(Flaw.BUSY) from error

    async def _do[Out](self, find: Callable[[], Out]) -> Out:
        return await asyncio.get_running_loop().run_in_executor(self._thread, _closing, find)


class Application:
    """What the web server calls: `/live` and the pages, and the tasks that a process with streams needs."""

    def __init__(self, pages: Any) -> None:
        judging = Judging()
        self.streams, self.bodies = Streams(judging), Bodies(judging.may_send_much)
        self._pages = Pages(pages, ThreadPoolExecutor(PAGE_THREADS, thread_name_prefix="page"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or the life of the process."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] != "http":
            return  # nothing else is spoken here
        elif scope["path"] == PLACE:
            await self.streams(scope, receive, send)
        else:
            await self._page(scope, receive, send)

    def end(self) -> None:
        """Keep nobody waiting, nor wait for anybody, for the process ends."""
        self.streams.end()
        self.bodies.end()

    async def _page(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A page takes a thread when all of its request has arrived, and not before."""
        try:
            async with self.bodies.taken(scope, receive) as body:
                await self._pages(body.scope(scope), body.file, send)
        except NotTaken as refused:
            await self._pages(bodies.told(scope, refused.flaw), BytesIO(), send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        tasks = [asyncio.ensure_future(one) for one in (listen(self.streams.hub, _database()), self.streams.watch())]
        _when_asked_to_stop(self.end)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        for task in tasks:
            task.cancel()
        await send({"type": "lifespan.shutdown.complete"})


def _when_asked_to_stop(act: Callable[[], None]) -> None:
    """Act at SIGTERM: the server waits for open answers before it stops, and a stream is never done by itself.

    The server's own way to hear the signal, by asyncio's pipe, stays as it is.
    """
    if threading.current_thread() is threading.main_thread():
        loop = asyncio.get_running_loop()
        signal.signal(signal.SIGTERM, lambda *_: loop.call_soon_threadsafe(act))


def _closing[Out](find: Callable[[], Out]) -> Out:
    close_old_connections()
    try:
        return find()
    finally:
        close_old_connections()


def _database() -> str:
    """The address of the database that the pages use."""
    known = settings.DATABASES["default"]
    named = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    options = {name: value for name, value in known["OPTIONS"].items() if name not in settings.PLANNED_ONCE}
    return make_conninfo(**{name: known[key] for name, key in named.items()}, **options)
