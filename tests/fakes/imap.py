"""A real IMAP server on loopback with one box, which a test fills as mail does, and can take away."""

from __future__ import annotations

import asyncio
import imaplib
import socket
import threading
from argparse import Namespace
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass, field
from typing import Any

from pymap.backend.dict import DictBackend
from pymap.imap import IMAPService

USER, PASSWORD, FOLDER = "answers", "pass word", "Answers"


@dataclass
class Box:
    """`with Box() as box:` serves a folder at `box.url`; `box.put(raw)` has a mail arrive."""

    port: int = 0
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    _up: threading.Event = field(default_factory=threading.Event)
    _end: Any = None
    _tasks: set[Any] = field(default_factory=set)

    @property
    def url(self) -> str:
        """Where the box is, as a setting names it."""
        return f"imap://{USER}:{PASSWORD.replace(' ', '%20')}@127.0.0.1:{self.port}/{FOLDER}?starttls=no"

    def __enter__(self) -> Box:
        with closing(socket.socket()) as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._serve(),), daemon=True)
        self._thread.start()
        assert self._up.wait(20)
        self._ask(lambda imap: imap.create(FOLDER))
        return self

    def __exit__(self, *_how: object) -> None:
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(20)
        self._loop.close()

    async def _serve(self) -> None:
        said = Namespace(
            host="127.0.0.1", port=self.port, debug=False, cert=None, key=None, tls=False, inherited_sockets=None,
            proxy_protocol="noop", passlib_cfg=None, demo_data=False, demo_user=USER, demo_password=PASSWORD,
        )  # fmt: skip
        self._end = asyncio.Event()
        self._loop.set_task_factory(self._held)
        backend, config = await DictBackend.init(said, secure_auth=False)
        config.apply_context()
        async with AsyncExitStack() as stack:
            await backend.start(stack)
            await IMAPService(backend, config).start(stack)
            self._up.set()
            await self._end.wait()

    def _held(self, loop: asyncio.AbstractEventLoop, work: Any, **more: Any) -> asyncio.Task[Any]:
        """The loop itself forgets what nobody holds, and with it a connection in the middle of an answer."""
        task = asyncio.Task(work, loop=loop, **more)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def put(self, *mails: bytes) -> None:
        """These mails arrive, one after the other."""
        self._ask(lambda imap: [imap.append(FOLDER, "", "", raw) for raw in mails])

    def begin_anew(self) -> None:
        """The folder is made again: its mails count from 1 under another validity."""
        self._ask(lambda imap: (imap.delete(FOLDER), imap.create(FOLDER)))

    def unseen(self) -> int:
        """How many mails nobody has marked as seen."""

        def ask(imap: imaplib.IMAP4) -> int:
            imap.select(FOLDER, readonly=True)
            return len(imap.search(None, "UNSEEN")[1][0].split())

        return int(self._ask(ask))

    def _ask(self, what: Any) -> Any:
        with imaplib.IMAP4("127.0.0.1", self.port, timeout=20) as imap:
            imap.login(USER, PASSWORD)
            return what(imap)
