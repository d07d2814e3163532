"""A real installation in processes of its own, in a home of its own, and somebody with a browser before it."""

from __future__ import annotations

import contextlib
import http.cookiejar
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0
ORDINARY = ("games", "www-data", "daemon")
_PAUSE = threading.Event()


def free_port() -> int:
    """A port that nobody listens on, of those that no program is given by chance, and no test's of a process beside.

    Two servers of ours could listen on one port, and each would get some of what is meant for the other.
    """
    for port in range(18100 + os.getpid() % 1000, 20000):
        with socket.socket() as trial:
            if trial.connect_ex(("127.0.0.1", port)) and _claimed(port):
                return port
    raise AssertionError("no port is free")


_CLAIMS: dict[int, socket.socket] = {}


def _claimed(port: int) -> bool:
    """Whether this process has it, until it ends; where it had it before, it has it on."""
    if port not in _CLAIMS:
        claim = socket.socket(socket.AF_UNIX)
        try:
            claim.bind(f"\0backline.tests.port.{port}")
        except OSError:
            claim.close()
            return False
        _CLAIMS[port] = claim
    return True


def until(true: Callable[[], Any], what: str = "it", patience: float = PATIENCE) -> Any:
    """Wait until it is true; what it gave."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if found := true():
            return found
        _PAUSE.wait(0.05)
    raise AssertionError(f"{what} did not come true")


def command(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run one command of Backline to its end, with nobody at the terminal."""
    return subprocess.run(
        [*BACKLINE, *arguments], env=environment(**settings), stdin=subprocess.DEVNULL, capture_output=True, text=True,
        timeout=PATIENCE, check=False,
    )  # fmt: skip


BACKLINE = [sys.executable, "-m", "backline.config.cli"]


def environment(**settings: str) -> dict[str, str]:
    """The environment of a machine of one core on which only these settings are made."""
    left = {name: value for name, value in os.environ.items() if not name.startswith(("BACKLINE_", "DJANGO_", "PG"))}
    return {**left, "PYTHONUNBUFFERED": "1", "BACKLINE_WORKERS": "1", **settings}


def as_ordinary_user(home: Path) -> list[str]:
    """What makes a command one of an ordinary user; where Python lies in the home of root, it may be read."""
    if os.geteuid():
        return []
    user = next(name for name in ORDINARY if subprocess.run(["id", name], capture_output=True).returncode == 0)
    shutil.chown(home, user)
    read = ["--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]
    return ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", *read]


@dataclass
class Installation:
    """`backline …` as a process that goes on; `said` is what it printed so far."""

    home: Path
    arguments: Sequence[str] = ("up",)
    settings: dict[str, str] = field(default_factory=dict)
    before: Sequence[str] = ()
    port: int = field(default_factory=free_port)
    said: str = ""
    process: subprocess.Popen[str] | None = None

    def start(self, ready: str = "Ctrl-C stops it", patience: float = PATIENCE) -> Installation:
        """Start it, and wait until it says that it is ready."""
        settings = {"BACKLINE_HOME": str(self.home), "BACKLINE_PORT": str(self.port), **self.settings}
        self.said = ""
        self.process = subprocess.Popen(
            [*self.before, *BACKLINE, *self.arguments], env=environment(**settings), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
        )  # fmt: skip
        threading.Thread(target=self._listen, args=(self.process,), daemon=True).start()
        if ready:
            until(lambda: ready in self.said or self._running().poll() is not None, "the start", patience)
            assert ready in self.said, self.said
        return self

    def _listen(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout
        for line in process.stdout:
            self.said += line

    def _running(self) -> subprocess.Popen[str]:
        assert self.process
        return self.process

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def processes(self, name: str = "") -> list[int]:
        """The numbers of all processes of this home, or of those whose command names something, oldest first."""
        return sorted(process for process, line in _processes_of(self.home) if name in line)

    def health(self) -> tuple[int, dict[str, Any]]:
        """What /healthz answers; status 0 where nothing does."""
        try:
            status, text = Browser(self.address).get("/healthz")
            return status, json.loads(text)
        except (OSError, ValueError):
            return 0, {}

    def well(self) -> Installation:
        """Wait until /healthz is content."""
        until(lambda: self.health()[0] == 200, "health")
        return self

    def interrupt(self) -> int:
        """Ctrl-C, which a terminal sends to the whole group; the status it ends with."""
        os.killpg(self._running().pid, signal.SIGINT)
        return self._running().wait(PATIENCE)

    def kill_alone(self) -> None:
        """`kill -9` of this process."""
        self._running().kill()
        self._running().wait(PATIENCE)

    def kill(self) -> None:
        """`kill -9` of everything that belongs to this home."""
        for process in self.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        self._running().wait(PATIENCE)
        until(lambda: not self.processes(), "the end")


def _processes_of(home: Path) -> Iterator[tuple[int, str]]:
    mark = f"BACKLINE_HOME={home}\0".encode()
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (place / "environ").read_bytes():
                yield int(place.name), (place / "cmdline").read_text().replace("\0", " ")
        except OSError:
            continue


class Browser:
    """Somebody who opens pages and sends forms, with a cookie jar."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.jar = http.cookiejar.CookieJar()
        keeps = urllib.request.HTTPCookieProcessor(self.jar)
        self._open = urllib.request.build_opener(keeps, urllib.request.ProxyHandler({})).open

    def get(self, place: str) -> tuple[int, str]:
        """Status and text of a page, after redirects."""
        return self.ask(urllib.request.Request(self.address + place))

    def bytes(self, place: str) -> bytes:
        """What an address serves, as it is."""
        with self._open(self.address + place, timeout=20) as answer:
            return bytes(answer.read())

    def send(self, place: str, **data: str) -> tuple[int, str]:
        """Open the form there and send it; status and text of where that leads."""
        page = self.get(place)[1]
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        assert token, page
        body = urllib.parse.urlencode({**data, "csrfmiddlewaretoken": token.group(1)}).encode()
        return self.ask(urllib.request.Request(self.address + place, body))

    def sign_in(self, email: str, password: str) -> Browser:
        """Sign in; the same browser."""
        status, page = self.send("/sign-in", email=email, password=password)
        assert (status, "/sign-out" in page) == (200, True), page
        return self

    def ask(self, request: urllib.request.Request) -> tuple[int, str]:
        """Status and text of what a request is answered with."""
        try:
            with self._open(request, timeout=20) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
