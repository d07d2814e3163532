"""How fast a change shows on every open page, and what a thousand streams cost beside the pages."""

from __future__ import annotations

import argparse
import asyncio
import importlib
import os
import resource
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import django
from playwright.sync_api import sync_playwright

from tests.fakes.installation import Browser, Installation

FLAGS = ("--no-sandbox", "--disable-quic", "--disable-background-networking", "--no-first-run")
WATCH = """(number) => {
  window.seen = {};
  new MutationObserver(() => {
    for (const [, n] of document.body.innerText.matchAll(/Change number (\\d+)\\./g)) window.seen[n] ??= Date.now();
  }).observe(document.body, { childList: true, subtree: true, characterData: true });
}"""


@dataclass
class Desk:
    """A running installation with the cast and one case, which Carl changes."""

    running: Installation
    house: Any
    case: str

    def signed_in(self, name: str) -> str:
        """A session of somebody of the cast, as a cookie."""
        browser = Browser(self.running.address).sign_in(f"{name}@example.org", "correct horse battery")
        return "; ".join(f"{one.name}={one.value}" for one in browser.jar)

    def change(self, text: str) -> float:
        """A note on the case; the moment right after its commit."""
        importlib.import_module("backline.cases.operations").add_note([self.case], text=text, **self.house.once("carl"))
        return time.monotonic()

    def memory(self) -> tuple[int, int]:
        """How many web processes there are, and how many MB they hold in all."""
        found = self.running.processes("granian")
        pages = sum(int(Path(f"/proc/{one}/statm").read_text().split()[1]) for one in found)
        return len(found), pages * resource.getpagesize() >> 20


@contextmanager
def desk() -> Iterator[Desk]:
    """`backline up` in a home that goes with it."""
    place = Path(tempfile.mkdtemp(prefix="bl-bench-", dir="/tmp"))
    place.chmod(0o711)
    running = Installation(place / "home")
    try:
        running.start()
        os.environ |= {"BACKLINE_HOME": str(running.home), "DJANGO_SETTINGS_MODULE": "backline.config.settings"}
        django.setup()
        clock = importlib.import_module("backline.config.clock").SystemClock()
        house = importlib.import_module("tests.fakes.house").House(clock)
        yield Desk(running, house, house.raised())
    finally:
        running.interrupt()
        shutil.rmtree(place, ignore_errors=True)


@dataclass
class Crowd:
    """Many open streams, and pages asked for beside them."""

    port: int
    cookie: str
    heard: list[float] = field(default_factory=list)
    took: list[float] = field(default_factory=list)
    failures: int = 0
    open: int = 0
    writers: list[Any] = field(default_factory=list)

    async def stream(self) -> None:
        """One stream until it ends, which is a failure."""
        try:
            reader = await self._ask("/live")
            self.open += 1
            while line := await reader.readline():
                if line.startswith(b"data: case:"):
                    self.heard.append(time.monotonic())
        except OSError:
            pass
        self.failures += 1

    async def page(self, place: str) -> None:
        """One page; anything but 200 is a failure."""
        begun = time.perf_counter()
        try:
            reader = await self._ask(place)
            await asyncio.wait_for(reader.read(), 30)
            self.took.append(time.perf_counter() - begun)
        except (OSError, TimeoutError, ValueError):
            self.failures += 1

    async def _ask(self, place: str) -> asyncio.StreamReader:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        ask = f"GET {place} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {self.cookie}\r\nConnection: close\r\n\r\n"
        writer.write(ask.encode())
        self.writers.append(writer)  # who is forgotten hangs up
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 30)
        if b" 200 " not in head.split(b"\r\n")[0] + b" ":
            raise ValueError(head)
        return reader


def arrival(desk: Desk, changes: int) -> list[float]:
    """Milliseconds from commit to two streams."""
    crowd, took = Crowd(desk.running.port, desk.signed_in("carl")), []

    async def run() -> None:
        streams = [asyncio.ensure_future(crowd.stream()) for _ in range(2)]
        await _until(lambda: crowd.open == 2)
        await asyncio.sleep(1)
        for number in range(changes):
            crowd.heard.clear()
            committed = await asyncio.to_thread(desk.change, f"Told {number}.")
            await _until(lambda: len(crowd.heard) >= 2)
            took.extend((moment - committed) * 1000 for moment in crowd.heard[:2])
            await asyncio.sleep(0.05)
        for stream in streams:
            stream.cancel()

    asyncio.run(run())
    return took


def screens(desk: Desk, changes: int) -> list[float]:
    """Milliseconds from commit to the screens of two browsers; a change that does not come is an error."""
    committed: dict[int, float] = {}
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        pages = []
        for name in ("max", "ada"):
            page = browser.new_page(base_url=desk.running.address)
            cookies = [part.split("=", 1) for part in desk.signed_in(name).split("; ")]
            page.context.add_cookies([{"name": n, "value": v, "url": desk.running.address} for n, v in cookies])
            with page.expect_response(lambda answer: "x-live" in answer.request.headers):
                page.goto(f"/cases/{desk.case}")
            page.evaluate(WATCH)
            pages.append(page)

        def change() -> None:
            for number in range(changes):
                committed[number] = desk.change(f"Change number {number}.")
                time.sleep(0.2)

        work = threading.Thread(target=change)
        work.start()
        for page in pages:
            page.get_by_text(f"Change number {changes - 1}.").wait_for(timeout=120_000)
        work.join()
        pages[0].wait_for_timeout(1000)
        seen = [page.evaluate("window.seen") for page in pages]
        ahead = pages[0].evaluate("Date.now()") - time.monotonic() * 1000
        browser.close()
    assert all(len(one) == changes for one in seen), f"{[len(one) for one in seen]} of {changes} arrived"
    return [one[str(number)] - committed[number] * 1000 - ahead for one in seen for number in committed]


def crowded(desk: Desk, streams: int, rate: int, seconds: int) -> list[str]:
    """What so many streams cost beside so many pages a second, with a change each second."""
    crowd = Crowd(desk.running.port, desk.signed_in("carl"))
    told: list[float] = []

    async def run() -> list[str]:
        count, alone = desk.memory()
        waiting = [asyncio.ensure_future(crowd.stream()) for _ in range(streams)]
        await _until(lambda: crowd.open + crowd.failures == streams)
        begun, asked = desk.memory()[1], []
        for second in range(seconds):
            crowd.heard.clear()
            committed = await asyncio.to_thread(desk.change, f"Second {second}.")
            for _ in range(rate):
                place = "/queue" if len(asked) % 2 else f"/cases/{desk.case}"
                asked.append(asyncio.ensure_future(crowd.page(place)))
                await asyncio.sleep(1 / rate)
            if len(crowd.heard) >= streams:
                told.append((sorted(crowd.heard)[streams - 1] - committed) * 1000)
        await asyncio.gather(*asked)
        ended = desk.memory()[1]
        open_now = sum(not one.done() for one in waiting)
        for one in waiting:
            one.cancel()
        return [
            f"streams open at the end      {open_now} of {streams}",
            f"pages                        {len(crowd.took)} of {len(asked)}, {_said([t * 1000 for t in crowd.took])}",
            f"failures                     {crowd.failures}",
            f"commit to the last stream    {_said(told)} ({len(told)} of {seconds} changes within a second)",
            f"memory of {count} web processes    {alone} MB alone, {begun} MB with the streams, {ended} MB after",
        ]

    return asyncio.run(run())


async def _until(true: Any) -> None:
    end = time.monotonic() + 60
    while not true():
        if time.monotonic() > end:
            raise SystemExit("it did not come")
        await asyncio.sleep(0.002)


def _said(took: Sequence[float]) -> str:
    known = sorted(took) or [0.0]
    return f"p50 {known[len(known) // 2]:.0f} ms, p99 {known[int(len(known) * 0.99)]:.0f} ms"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, usual in (("changes", 50), ("streams", 1000), ("pages", 20), ("seconds", 30)):
        parser.add_argument(f"--{name}", type=int, default=usual)
    asked = parser.parse_args()
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 65536), most))
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with desk() as found:
        print(
            f"commit to two streams        {_said(arrival(found, asked.changes))} ({asked.changes} changes, all heard)"
        )
        print(
            f"commit to two screens        {_said(screens(found, asked.changes))} ({asked.changes} changes, all seen)"
        )
        print("\n".join(crowded(found, asked.streams, asked.pages, asked.seconds)), file=sys.stdout)


if __name__ == "__main__":
    main()
