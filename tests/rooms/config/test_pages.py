"""Pages run in threads that wait for nobody: not for who reads slowly, and not for a loop that has ended."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any

import pytest

from backline.config.pages import Pages

SCOPE = {
    "type": "http", "method": "GET", "path": "/ä", "query_string": b"a=1", "http_version": "1.1",
    "headers": [(b"cookie", b"one"), (b"x-two", b"a"), (b"x-two", b"b")], "client": ("127.0.0.1", 5), "scheme": "http",
}  # fmt: skip
Start = Callable[[str, list[tuple[str, str]]], Any]


@pytest.fixture
def thread() -> Iterator[ThreadPoolExecutor]:
    """One thread for all pages."""
    with ThreadPoolExecutor(1) as pool:
        yield pool


class Content(list[bytes]):
    """An answer in pieces that knows when it was closed."""

    closed = False

    def close(self) -> None:
        self.closed = True


def test_who_does_not_read_his_answer_holds_up_nobody_else(thread: ThreadPoolExecutor) -> None:
    pages = Pages(lambda _asked, start: said(start, b"here"), thread)

    async def two() -> list[bytes]:
        never, heard = asyncio.Event(), []

        async def stuck(_message: object) -> None:
            await never.wait()

        async def hear(message: dict[str, Any]) -> None:
            heard.append(message.get("body", b""))

        slow = asyncio.ensure_future(pages(SCOPE, BytesIO(), stuck))
        await pages(SCOPE, BytesIO(), hear)
        assert not slow.done()
        slow.cancel()
        return heard

    assert asyncio.run(two()) == [b"", b"here"]


def said(start: Start, *pieces: bytes) -> Iterable[bytes]:
    start("200 OK", [("Content-Type", "text/plain"), ("Set-Cookie", "a"), ("Set-Cookie", "b")])
    return pieces


def test_an_answer_goes_whole_and_is_closed_also_where_it_breaks(thread: ThreadPoolExecutor) -> None:
    content, told = Content([b"one", b"two"]), []

    def page(asked: dict[str, Any], start: Start) -> Iterable[bytes]:
        told.append((asked["PATH_INFO"].encode("latin1").decode(), asked["HTTP_X_TWO"], asked["wsgi.input"].read()))
        said(start)
        return content

    async def hear(message: dict[str, Any]) -> None:
        told.append(message)

    asyncio.run(Pages(page, thread)(SCOPE, BytesIO(b"body"), hear))
    cookies = [(b"content-type", b"text/plain"), (b"set-cookie", b"a"), (b"set-cookie", b"b")]
    assert told == [
        ("/ä", "a,b", b"body"),
        {"type": "http.response.start", "status": 200, "headers": cookies},
        {"type": "http.response.body", "body": b"onetwo"},
    ]
    assert content.closed
    broken: Any = Content()
    broken.append(2)
    with pytest.raises(TypeError):
        asyncio.run(Pages(lambda _asked, _start: broken, thread)(SCOPE, BytesIO(), hear))
    assert broken.closed
