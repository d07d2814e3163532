"""The house as it runs: pages over real HTTP, mail over real SMTP, people at a real browser, time set by the test."""

from __future__ import annotations

import asyncio
import re
import socket
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.wsgi import get_wsgi_application
from granian.constants import Interfaces
from granian.server.embed import Server
from playwright.sync_api import Browser, Page

from backline.channels.email.wired import sender_from_settings
from backline.config.live import Application
from backline.engine.duties.unheard import Unheard
from backline.look.live.stream import Streams
from tests.fakes.house import PASSWORD, House
from tests.fakes.installation import free_port, until
from tests.fakes.post import deliver
from tests.fakes.smtp import Mail, MailServer

PHONE, DESKTOP = (360, 740), (1440, 900)
BERLIN = ZoneInfo("Europe/Berlin")


@dataclass
class Served:
    """The web server as it runs, in a thread of its own on a free port of loopback; it can be stopped and started."""

    port: int = field(default_factory=free_port)
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> Served:
        """Serve the pages, the stylesheets and the live stream."""
        pages = StaticFilesHandler(get_wsgi_application())
        self._loop = asyncio.new_event_loop()
        self._server = Server(
            Application(pages), "127.0.0.1", self.port, interface=Interfaces.ASGI, log_enabled=False, backpressure=10000
        )
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        until(lambda: socket.socket().connect_ex(("127.0.0.1", self.port)) == 0, "the server")
        return self

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._server.serve())

    @property
    def streams(self) -> Streams:
        """The streams that are open now."""
        return self.application.streams

    @property
    def application(self) -> Application:
        """What the server calls."""
        found: Application = self._server.target
        return found

    def await_(self, task: Coroutine[Any, Any, Any]) -> Any:
        """Have something done in the server's own loop, and wait for it."""
        return asyncio.run_coroutine_threadsafe(task, self._loop).result(10)

    def cut(self) -> None:
        """End every open stream from this side."""
        for stream in list(self.streams.hub.streams):
            self._loop.call_soon_threadsafe(stream.end)

    def stop(self) -> None:
        """Stop as a server does that is told to."""
        self._loop.call_soon_threadsafe(self.application.end)
        self._loop.call_soon_threadsafe(self._server.stop)
        self._thread.join(10)
        assert not self._thread.is_alive()


@contextmanager
def serving() -> Iterator[Served]:
    """The pages on a free port."""
    served = Served().start()
    try:
        yield served
    finally:
        served.stop()


@dataclass
class Windows:
    """Browsers before the pages; `errors` are those that a page's scripts threw or its policy refused."""

    served: Served
    browser: Browser
    errors: list[str] = field(default_factory=list)

    @property
    def address(self) -> str:
        """Where the pages are."""
        return self.served.address

    def window(self, size: tuple[int, int] = DESKTOP, **options: Any) -> Page:
        """A browser of somebody's own, on no page yet."""
        shown = {"viewport": {"width": size[0], "height": size[1]}, "base_url": self.address, "locale": "en-GB"}
        page = self.browser.new_context(**shown | options).new_page()
        page.set_default_timeout(5000)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._heard)
        return page

    def _heard(self, message: Any) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.errors.append(message.text)

    def close(self) -> None:
        """Close them all; nothing went wrong in any."""
        for context in self.browser.contexts:
            context.close()
        assert self.errors == []


@dataclass(kw_only=True)
class Stage(Windows):
    """What a film needs."""

    house: House
    mail: MailServer

    def signed_in(self, name: str, size: tuple[int, int] = DESKTOP, **options: Any) -> Page:
        """Somebody of the cast, who signs in as everybody does."""
        page = self.window(size, **options)
        page.goto("/sign-in")
        page.get_by_label("E-mail").fill(f"{name}@example.org")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("button", name="Sign out").wait_for()
        return page

    def tick(self) -> None:
        """The engine does all that is due now."""
        self.house.tick()
        Unheard().run(self.house.clock.now())
        deliver(at=self.house.clock.now(), sender=sender_from_settings(), limit=50)

    def later(self, **span: float) -> datetime:
        """Time goes by a minute at a time, and the engine works at each; the moment then."""
        end = self.house.clock.now() + timedelta(**span)
        while self.house.clock.now() < end:
            self.house.clock.advance(min(timedelta(minutes=1), end - self.house.clock.now()))
            self.tick()
        return end

    def jump(self, **span: float) -> datetime:
        """Time goes by in one piece, and the engine works at its end."""
        end = self.house.clock.advance(timedelta(**span))
        self.tick()
        return end

    def mails(self, name: str) -> list[Mail]:
        """What arrived for somebody, the first first."""
        return self.mail.to(f"{name}@example.{'net' if name in ('cleo', 'otto') else 'org'}")

    def link(self, name: str) -> str:
        """The address of the customer's page, as the latest mail names it."""
        found = re.search(rf"{re.escape(self.address)}(/c/\S+)", self.mails(name)[-1].text)
        assert found, self.mails(name)[-1].text
        return found.group(1)


def local(moment: datetime) -> str:
    """A moment as the clock on the wall of the cast shows it, as a field for date and time takes it."""
    return f"{moment.astimezone(BERLIN):%Y-%m-%dT%H:%M}"
