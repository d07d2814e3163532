"""The workers of a soak: real processes that run the engine's loop and kill themselves with -9 amid a tick.

`python -c START NIGHT WORKERS KILLS SEED` keeps so many workers alive, and two on hosts whose clocks are off by
an hour, until it is told to end. A worker dies at a statement that the seed chose: before it or after it, and so
before or after a commit; when all deaths are died, those that follow live on. They are forked, for starting Python
takes longest.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
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
        _die(dies_at, after=after)
    loop.run([OftenLook(), OftenDeliver(night.end)], NightClock(night, off), stop)


def _die(dies_at: int, *, after: bool) -> None:
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

    night: Night
    alive: set[int] = field(default_factory=set)
    killed: int = 0

    def start(self, off: timedelta, dies_at: int, *, after: bool) -> None:
        """One more."""
        process = os.fork()
        if not process:
            live(self.night, off, dies_at, after=after)
            os._exit(0)
        self.alive.add(process)

    def look(self) -> None:
        """Miss the dead, or wait a little."""
        process, status = os.waitpid(-1, os.WNOHANG)
        if process:
            self.alive.discard(process)
            self.killed += os.WTERMSIG(status) == signal.SIGKILL
        else:
            _PAUSE.wait(0.02)

    def end(self) -> None:
        """Tell all, and wait for them."""
        for process in self.alive:
            os.kill(process, signal.SIGTERM)
        for process in self.alive:
            os.waitpid(process, 0)


def main() -> None:
    """Herd as the arguments say; how many were killed is printed at the end."""
    herd = Herd(Night.from_text(sys.argv[1]))
    workers, kills, seed = map(int, sys.argv[2:5])
    deaths, over = _deaths(kills, Random(seed)), threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: over.set())
    for hours in (-1, 1):
        herd.start(timedelta(hours=hours), FOREVER, after=False)
    while not over.is_set():
        while len(herd.alive) < workers + 2:
            dies_at, after = next(deaths)
            herd.start(timedelta(), dies_at, after=after)
        herd.look()
    herd.end()
    print(herd.killed, flush=True)
