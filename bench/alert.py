"""How long until thousands of rungs that come due at once have been handed over, by the gateways' own logs."""

from __future__ import annotations

import argparse
import importlib
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import django

from backline.config.postgres import OWNER
from bench import hands, stage

MAIL_PORT, SMS_PORT = 18741, 18742
ANSWER_AFTER = 0.05
EACH = 0.2
"""Seconds between two cases of the steady part: five a second."""


@dataclass(slots=True)
class Log:
    """What the gateways wrote down."""

    path: Path
    _read: int = 0
    _count: int = 0

    def count(self) -> int:
        """How many letters were taken so far; only what is new is read, for the worker works beside it."""
        with self.path.open("rb") as log:
            log.seek(self._read)
            new = log.read()
        self._read, self._count = self._read + len(new), self._count + new.count(b"\n")
        return self._count

    def letters(self) -> list[tuple[float, str, str]]:
        """When each letter was taken, by which gateway and under which name, the first first."""
        lines = [line.split(" ", 2) for line in self.path.read_text().splitlines()]
        return sorted((float(at), by, name) for at, by, name in lines)


@contextmanager
def gateways() -> Iterator[Log]:
    """Both of them, and what they were given."""
    with tempfile.TemporaryDirectory(prefix="bl-alert-") as folder:
        log = Path(folder) / "log"
        log.touch()
        ports = (str(MAIL_PORT), str(SMS_PORT))
        process = subprocess.Popen([sys.executable, "-m", "bench.gateways", *ports, str(log), str(ANSWER_AFTER)])
        try:
            yield Log(log)
        finally:
            process.terminate()
            process.wait()


def main(arguments: Sequence[str] | None = None) -> None:
    """Fill, let it ring, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rungs", type=int, default=6000, help="rungs due at once, by mail and then by text")
    parser.add_argument("--open", type=int, default=1_000_000, help="open cases of the steady part")
    parser.add_argument("--steady", type=int, default=300, help="cases of the steady part, five a second")
    parser.add_argument("--workers", type=int, default=1, help="processes that look and send")
    parser.add_argument("--models", type=int, default=50, help="real cases, of which the others are copies")
    asked = parser.parse_args(arguments)
    os.environ |= {"BACKLINE_SMTP_URL": f"smtp://127.0.0.1:{MAIL_PORT}"}
    with stage.database() as server, gateways() as log:
        django.setup()
        ringing = importlib.import_module("bench.ringing").Ringing.begun(asked.models, f"http://127.0.0.1:{SMS_PORT}")
        print(f"at a load of {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores, gateways answering after 50 ms")
        for texted in ((), ("max",)):
            ringing.by_text(*texted)
            _at_once(ringing, server.url(OWNER), log, asked)
        _steady(ringing, server.url(OWNER), log, asked)


def _at_once(ringing: Any, url: str, log: Log, asked: argparse.Namespace) -> None:
    ringing.grow(url, waiting=asked.rungs * 2, due=asked.rungs)
    at, before = ringing.due(), log.count()
    with hands.workers(asked.workers) as workers:
        begun = time.monotonic()
        hands.begin(workers, at)
        _until(lambda: log.count() - before >= asked.rungs, 300)
    taken = log.letters()[before:][: asked.rungs]
    by = Counter(by for _at, by, _name in taken)
    print(f"{len(taken):,} letters of rungs that were due at once ({dict(by)}):")
    print(f"  the last was taken after {taken[-1][0] - begun:.1f} s (goal for 6,000, half and half: 10 s)", flush=True)


def _steady(ringing: Any, url: str, log: Log, asked: argparse.Namespace) -> None:
    ringing.grow(url, waiting=asked.open, due=asked.rungs)
    at, due = ringing.one_by_one(asked.steady, EACH)
    before = log.count()
    with hands.workers(asked.workers) as workers:
        begun = time.monotonic()
        hands.begin(workers, at)
        time.sleep(asked.steady * EACH + 10)
    taken = log.letters()[before:]
    cases = ringing.cases_of([name for _at, _by, name in taken])
    first: dict[str, float] = {}
    for taken_at, _by, name in taken:  # one case may tell several; the first was due when its alarm was
        first.setdefault(cases.get(name, ""), taken_at)
    late = sorted(first[case] - begun - (moment - at).total_seconds() for case, moment in due.items() if case in first)
    print(f"{asked.open:,} open cases, {1 / EACH:.0f} rungs a second, {len(late)} of {len(due)} taken:")
    if not late:
        return
    usual, worst = late[len(late) // 2], late[len(late) * 99 // 100]
    print(f"  from due to taken {1000 * usual:.0f} ms as a rule, p99 {worst:.2f} s (goal: 2 s)")


def _until(true: Any, seconds: float) -> None:
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.1)


if __name__ == "__main__":
    main()
