"""Runs Django's pages in a few threads: a whole request in, a whole answer out, so that no line holds up a thread."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import IO, Any, cast

from a2wsgi.wsgi import build_environ

from backline.look.live.stream import Scope, Send

Headers = list[tuple[bytes, bytes]]


@dataclass(slots=True)
class Answer:
    """What a page answered."""

    status: int = 500
    headers: Headers = field(default_factory=list)
    content: bytes = b""


@dataclass(frozen=True, slots=True)
class Pages:
    """The WSGI application behind the web server; a thread waits for nobody, and the answer is sent without one."""

    application: Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
    threads: ThreadPoolExecutor

    async def __call__(self, scope: Scope, body: IO[bytes], send: Send) -> None:
        """Answer one request, whose body has arrived."""
        environ = cast(Any, build_environ)(scope, body)
        asked = partial(contextvars.copy_context().run, self._answered, environ)
        answer: Answer = await asyncio.get_running_loop().run_in_executor(self.threads, asked)
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
        await send({"type": "http.response.body", "body": answer.content})

    def _answered(self, environ: dict[str, Any]) -> Answer:
        answer = Answer()

        def start(status: str, headers: list[tuple[str, str]], _exception: object = None) -> None:
            answer.status = int(status.split(" ", 1)[0])
            answer.headers = [(name.lower().encode("latin1"), value.encode("latin1")) for name, value in headers]

        content = self.application(environ, start)
        try:
            answer.content = b"".join(content)
        finally:
            getattr(content, "close", lambda: None)()  # a page is over for Django when its answer is closed
        return answer
