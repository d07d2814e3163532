"""The workers of a soak: real processes that run the engine's loop and kill themselves with -9 amid a tick.

`python -c START NIGHT WORKERS KILLS SEED` keeps so many workers alive, and two on hosts whose clocks are off by
an hour, until it is told to end. A worker dies at a statement that the seed chose: before it or after it, and so
before or after a commit; when all deaths are died, those that follow live on. They are forked, for starting Python
takes longest.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

from django.db.backends.signals import connection_created

from backline.channels.delivery import Post
from backline.channels.notices import Channel
from backline.channels.port import Handed, Letter
from backline.engine import loop
from backline.engine.duties.deliver import Deliver
from backline.engine.duties.look import Look
from tests.soak.night import Night, NightClock

START = "import django; django.setup(); from tests.soak import herd; herd.main()"
ROOT = Path(__file__).resolve().parents[2]
FOREVER = 0
_PAUSE = threading.Event()


class Takes:
    """Takes every letter."""

    def send(self, letter: Letter) -> Handed:
        """It is taken."""
        return Handed("250 taken", str(letter.id))


class OftenLook(Look):
    """Looks as often as a fast night needs it."""

    EVERY = 0.05


class OftenDeliver(Deliver):
    """The same for letters, for which it is the end of the night already.

    In a fast night the lease of who sends a letter would end before he can have sent it.
    """

    EVERY = 0.05

    def __init__(self, end: datetime) -> None:
        super().__init__(Post(lambda: {Channel.EMAIL: Takes()}))
        self._end = end

    def run(self, _at: datetime) -> int:
        """Send what is there."""
        return super().run(self._end)


def live(night: Night, off: timedelta, dies_at: int, *, after: bool) -> None:
    """One worker, until a signal or its death."""
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    if dies_at:
        die(dies_at, after=after)
    loop.run([OftenLook(), OftenDeliver(night.end)], NightClock(night, off), stop)


def die(dies_at: int, *, after: bool) -> None:
    """Have this process killed at its so-many-th statement, whichever duty asks it."""
    numbers = count(1)

    def asked(execute: Callable[..., Any], *said: Any) -> Any:
        mine = next(numbers) == dies_at
        if mine and not after:
            os.kill(os.getpid(), signal.SIGKILL)
        answer = execute(*said)
        if mine:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    def connected(connection: Any, **_said: Any) -> None:
        connection.execute_wrappers.append(asked)

    connection_created.connect(connected, weak=False)


def _deaths(kills: int, random: Random) -> Iterator[tuple[int, bool]]:
    for _number in range(kills):
        yield random.randrange(3, 300), random.random() < 0.5
    while True:
        yield FOREVER, False


@dataclass
class Herd:
    """The workers that are alive, and how many were killed."""

    alive: set[int] = field(default_factory=set)
    killed: int = 0

    def start(self, live: Callable[[], None]) -> None:
        """One more, which does this until it ends."""
        process = os.fork()
        if not process:
            live()
            os._exit(0)
        self.alive.add(process)

    def keep(self, other: Callable[[], Callable[[], None]], most: int) -> None:
        """Have so many alive until this process is told to end, and others in the place of the dead."""
        over = threading.Event()
        signal.signal(signal.SIGTERM, lambda *_: over.set())
        while not over.is_set():
            while len(self.alive) < most:
                self.start(other())
            self._look()
        self._end()

    def _look(self) -> None:
        """Miss the dead, or wait a little."""
        process, status = os.waitpid(-1, os.WNOHANG)
        if process:
            self.alive.discard(process)
            self.killed += os.WTERMSIG(status) == signal.SIGKILL
        else:
            _PAUSE.wait(0.02)

    def _end(self) -> None:
        """Tell all, and wait for them."""
        for process in self.alive:
            os.kill(process, signal.SIGTERM)
        for process in self.alive:
            os.waitpid(process, 0)


@contextmanager
def herded(start: str, *said: object, **own: str) -> Iterator[subprocess.Popen[str]]:
    """A process of its own that herds: told to end, it prints how many were killed; at the latest it ends here."""
    environ = {**os.environ, **own, "DJANGO_SETTINGS_MODULE": "backline.config.settings"}
    herd = subprocess.Popen(
        [sys.executable, "-c", start, *map(str, said)], env=environ, cwd=ROOT, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True,
    )  # fmt: skip
    try:
        yield herd
    finally:
        if herd.poll() is None:
            os.killpg(herd.pid, signal.SIGKILL)
            herd.wait()


def ended(herd: subprocess.Popen[str]) -> int:
    """Tell it to end; how many were killed."""
    herd.send_signal(signal.SIGTERM)
    return int(herd.communicate(timeout=60)[0])


def main() -> None:
    """Herd as the arguments say; how many were killed is printed at the end."""
    herd, night = Herd(), Night.from_text(sys.argv[1])
    workers, kills, seed = map(int, sys.argv[2:5])
    deaths = _deaths(kills, Random(seed))
    for hours in (-1, 1):
        herd.start(partial(live, night, timedelta(hours=hours), FOREVER, after=False))

    def other() -> Callable[[], None]:
        dies_at, after = next(deaths)
        return partial(live, night, timedelta(), dies_at, after=after)

    herd.keep(other, workers + 2)
    print(herd.killed, flush=True)
