"""How far long work is: one line that is rewritten on a terminal, a few plain lines where nobody watches."""

from __future__ import annotations

from typing import TextIO

WIDTH = 30
PLAIN_STEP = 25


class Progress:
    """Called with the share that is done, from 0 to 1; says so where that makes a difference to see."""

    def __init__(self, what: str, stream: TextIO) -> None:
        self._what, self._stream = what, stream
        self._rewrites = stream.isatty()
        self._said = -1

    def __call__(self, share: float) -> None:
        """So much is done."""
        percent = int(share * 100)
        step = percent if self._rewrites else percent // PLAIN_STEP * PLAIN_STEP
        if step > self._said:
            self._said = step
            self._say(step)

    def end(self) -> None:
        """Nothing follows; the line that was rewritten is closed."""
        if self._rewrites and self._said >= 0:
            print(file=self._stream, flush=True)

    def _say(self, percent: int) -> None:
        if not self._rewrites:
            print(f"{self._what}: {percent} %", file=self._stream, flush=True)
            return
        done = WIDTH * percent // 100
        bar = "█" * done + "░" * (WIDTH - done)
        print(f"\r{self._what} {bar} {percent:3} %", end="", file=self._stream, flush=True)
