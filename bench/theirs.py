"""django-helpdesk beside the product: an environment and a database of its own, the same PostgreSQL and web server."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import psycopg

from backline.config.postgres import OWNER, SUPERUSER, EmbeddedPostgres
from bench import stage
from bench.rush import Poster, Sender

PACKAGES = ("django-helpdesk==2.6.1", "granian==2.8.7", "psycopg[binary]==3.3.9")
PORT, DATABASE, TOKEN = 18732, "helpdesk", "b" * 32
KIND = "multipart/form-data; boundary=ticket"
NUMBERS = count(1)


@contextmanager
def installed(server: EmbeddedPostgres) -> Iterator[Helpdesk]:
    """Install it under a folder that goes with it, with its tables."""
    with psycopg.connect(server.url(SUPERUSER), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")
    with tempfile.TemporaryDirectory(prefix="bl-bench-", dir="/tmp") as place:
        found = Helpdesk(Path(place), server.url(OWNER, DATABASE))
        subprocess.run([sys.executable, "-m", "venv", place], check=True)
        found.run("-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PACKAGES)
        found.run("-m", "bench.helpdesk")
        yield found


@contextmanager
def serving(server: EmbeddedPostgres, asked: argparse.Namespace) -> Iterator[Helpdesk]:
    """Serve it by as many workers, each of as many threads."""
    with installed(server) as found:
        # WSGI is what suits it best; the product's own threads are as many.
        command = [
            f"{found.place}/bin/granian", "bench.helpdesk:application", "--interface", "wsgi", "--port", str(PORT),
            "--workers", str(asked.workers), "--blocking-threads", "4", "--backpressure", "10000",
            "--log-level", "warning",
        ]  # fmt: skip
        with stage.running(command, PORT, **found.environ):
            yield found


@dataclass(frozen=True, slots=True)
class Helpdesk:
    """Where it is installed, and its database."""

    place: Path
    url: str

    @property
    def environ(self) -> dict[str, str]:
        """What its processes are told: where the one file of its site is, and its database."""
        return {"PYTHONPATH": str(Path.cwd()), "HELPDESK_DATABASE": self.url}

    def run(self, *arguments: str, given: bytes = b"") -> bytes:
        """What its Python prints."""
        command, environ = [f"{self.place}/bin/python", *arguments], {**os.environ, **self.environ}
        return subprocess.run(command, env=environ, input=given, stdout=subprocess.PIPE, check=True).stdout

    def queries(self) -> int:
        """How many queries a ticket costs."""
        return int(self.run("-m", "bench.helpdesk", KIND, given=ticket()))

    def escalate(self, due: int, among: int) -> float:
        """How many seconds its command takes where so many tickets are due among so many open ones."""
        return float(self.run("-m", "bench.helpdesk", "escalate", str(due), str(among)))

    def senders(self, clients: int) -> list[Sender]:
        """So many who send ticket after ticket."""
        posters = [Poster(PORT, f"csrftoken={TOKEN}") for _client in range(clients)]
        return [partial(_send, poster) for poster in posters]


def _send(poster: Poster) -> Any:
    return poster.post("/tickets/submit/", KIND, ticket())


def ticket() -> bytes:
    """A ticket as a browser sends it, with the texts that a report has."""
    number = next(NUMBERS)
    tried = "\n".join(f"{one}, try {number}: Meter, {number % 50} V" for one in ("Reset", "Cleaned", "Measured"))
    said = {
        "csrfmiddlewaretoken": TOKEN,
        "queue": "1",
        "title": f"Lift {number} stands still: the coupling of the door slips",
        "body": f"It shook before it stopped, said caller {number}\n{tried}",
        "priority": "3",
        "submitter_email": f"mara{number % 8}@example.net",
    }
    parts = (
        f'--ticket\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n' for name, text in said.items()
    )
    return ("".join(parts) + "--ticket--\r\n").encode()
