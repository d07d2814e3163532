"""The processes of one machine: started together, restarted when one dies, stopped together."""

from __future__ import annotations

import contextlib
import ctypes
import logging
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from backline.config import ending

log = logging.getLogger(__name__)
GRACE_SECONDS = 15
ROUND_SECONDS = 0.2
FIRST_WAIT = 1.0
LONGEST_WAIT = 30.0
HEALTHY_AFTER = 60.0
"""Seconds after which a child has run well: when it dies then, it is started again at once as the first time."""
DEATH_OF_PARENT = 1


def end_with_parent() -> None:
    """Have this process end when its parent does, however that ends: a web worker alone would hold the port."""
    ctypes.CDLL(None).prctl(DEATH_OF_PARENT, signal.SIGKILL)


@dataclass(slots=True)
class Child:
    """One process and how to start it again; it ends when its parent does."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    wait: float = FIRST_WAIT
    next_start: float = 0.0
    started: float = 0.0

    def start(self, environ: Mapping[str, str]) -> None:
        """Start it, in a session of its own, so that Ctrl-C reaches the parent alone."""
        self.started = time.monotonic()
        command = ["setpriv", "--pdeathsig=TERM", *self.command]
        self.process = subprocess.Popen(command, env=dict(environ), stdin=subprocess.DEVNULL, start_new_session=True)

    def end(self, by: float) -> None:
        """Wait for its end until a moment of the monotonic clock, then make it end, with all that it started."""
        if self.process is None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(max(by - time.monotonic(), 0.1))
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def died(self) -> bool:
        """Whether it was started and is gone."""
        return self.process is not None and self.process.poll() is not None


@dataclass(slots=True)
class Children:
    """All of them, watched from the main thread."""

    environ: Mapping[str, str]
    children: list[Child] = field(default_factory=list)
    mend: Callable[[], None] = lambda: None
    stop: threading.Event = field(default_factory=threading.Event)

    def run(self, announce: Callable[[], bool]) -> None:
        """Start all and watch until `stop` is set, by a signal for one; then stop all.

        `announce` is asked at each round until it has; `mend` looks at each round after what the children need.
        """
        announced = False
        ending.on_signal(self.stop)
        try:
            for child in self.children:
                child.start(self.environ)
            while not self.stop.wait(ROUND_SECONDS):
                announced = announced or announce()
                self.mend()
                for child in self.children:
                    self._watch(child)
        finally:
            self.end()

    def _watch(self, child: Child) -> None:
        """Start a dead child again, each time a little later."""
        if not child.died():
            return
        now = time.monotonic()
        if not child.next_start:
            if now - child.started > HEALTHY_AFTER:
                child.wait = FIRST_WAIT
            log.warning("%s ended (status %s); it is started again", child.name, child.process and child.process.poll())
            child.next_start = now + child.wait
            child.wait = min(child.wait * 2, LONGEST_WAIT)
        elif now >= child.next_start:
            child.next_start = 0.0
            child.start(self.environ)

    def end(self) -> None:
        """Ask all to stop, and after a while make them."""
        for child in self.children:
            if child.process and not child.died():
                child.process.terminate()
        end = time.monotonic() + GRACE_SECONDS
        for child in self.children:
            child.end(end)
