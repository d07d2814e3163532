"""What a bench runs on: a PostgreSQL of its own, the product's own web server, and somebody who is signed in."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from backline.config import roles
from backline.config.postgres import OWNER, EmbeddedPostgres

PORT = 18731


@contextmanager
def database() -> Iterator[EmbeddedPostgres]:
    """An empty database with all tables, in a folder that goes with it; this process is told where it is."""
    with tempfile.TemporaryDirectory(prefix="bl-bench-", dir="/tmp") as name:
        home = Path(name)
        home.chmod(0o711)
        server = EmbeddedPostgres(home / "postgres")
        server.start()
        try:
            roles.prepare(server)
            os.environ |= {"BACKLINE_HOME": name, "DJANGO_SETTINGS_MODULE": "bench.settings"}
            migrate = [sys.executable, "-m", "django", "migrate", "--verbosity", "0"]
            subprocess.run(migrate, env={**os.environ, "DATABASE_URL": server.url(OWNER)}, check=True)
            roles.grant(server.url(OWNER))
            os.environ["DATABASE_URL"] = server.url()
            yield server
        finally:
            server.stop()


@contextmanager
def serving(workers: int = 1) -> Iterator[None]:
    """The pages by so many workers of the product's own server."""
    command = [
        sys.executable, "-m", "granian", "backline.config.asgi:application", "--interface", "asgi", "--port", str(PORT),
        "--workers", str(workers), "--backpressure", "10000", "--log-level", "warning",
    ]  # fmt: skip
    with running(command, PORT):
        yield


@contextmanager
def running(command: Sequence[str], port: int, **environ: str) -> Iterator[None]:
    """A web server that answers on the port, until the end."""
    server = subprocess.Popen(command, env={**os.environ, **environ})
    try:
        end = time.monotonic() + 30
        while not _answers(port):
            if time.monotonic() > end or server.poll() is not None:
                raise SystemExit("The pages did not start; why stands above.")
            time.sleep(0.1)
        yield
    finally:
        server.terminate()
        server.wait()


def _answers(port: int) -> bool:
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", "/healthz")
        return connection.getresponse().status < 600
    except OSError:
        return False


@dataclass(slots=True)
class Visitor:
    """Somebody with a session, on one connection that stays open."""

    session: str
    connection: http.client.HTTPConnection | None = None

    def milliseconds(self, place: str) -> float:
        """How long one page takes to arrive whole."""
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=120)
        begun = time.perf_counter()
        self.connection.request("GET", place, headers={"Cookie": f"sessionid={self.session}"})
        answer = self.connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise SystemExit(f"{place} answered {answer.status}")
        return (time.perf_counter() - begun) * 1000

    def beside(self, place: str, other: str, times: int) -> tuple[float, float]:
        """The medians of two pages, asked for in turn, so that what else the machine does slows both."""
        for one in (place, other) * 3:
            self.milliseconds(one)
        pairs = [(self.milliseconds(place), self.milliseconds(other)) for _ in range(times)]
        return median(pair[0] for pair in pairs), median(pair[1] for pair in pairs)
