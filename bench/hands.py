"""Workers as processes of their own, which begin at the same moment of a house: what one does, or what several do."""

from __future__ import annotations

import importlib
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import django


class Running:
    """A clock that stands at a moment of the house, and goes on from there as time does."""

    def __init__(self, at: datetime) -> None:
        self._at, self._begun = at, time.monotonic()

    def now(self) -> datetime:
        """The moment."""
        return self._at + timedelta(seconds=time.monotonic() - self._begun)


@contextmanager
def workers(many: int) -> Iterator[list[subprocess.Popen[str]]]:
    """So many, ready and waiting for their moment; each ends what it does at the end."""
    command = [sys.executable, "-m", "bench.hands"]
    found = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _each in range(many)
    ]
    try:
        for one in found:
            if one.stdout is None or not one.stdout.readline():
                raise SystemExit("A worker did not start; why stands above.")
        yield found
    finally:
        for one in found:
            one.terminate()
        for one in found:
            one.wait()


def begin(found: list[subprocess.Popen[str]], at: datetime) -> None:
    """Have them begin at this moment."""
    for one in found:
        if one.stdin:
            one.stdin.write(f"{at.isoformat()}\n")
            one.stdin.flush()


def main() -> None:
    """Look and deliver from the moment on that comes in, until a signal."""
    django.setup()
    loop, look, deliver, delivery, registry = map(
        importlib.import_module,
        (
            "backline.engine.loop",
            "backline.engine.duties.look",
            "backline.engine.duties.deliver",
            "backline.channels.delivery",
            "backline.channels.registry",
        ),
    )
    duties = [*(look.Look() for _hand in range(look.HANDS)), deliver.Deliver(delivery.Post(registry.senders))]
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda _signal, _frame: stop.set())
    print("ready", flush=True)
    loop.run(duties, Running(datetime.fromisoformat(sys.stdin.readline().strip())), stop)


if __name__ == "__main__":
    main()
