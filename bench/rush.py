"""Many clients who all do the same thing again and again, each as soon as the last time is answered."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

Sender = Callable[[], None]


@dataclass(slots=True)
class Took:
    """How long each time took, in seconds, and how long all of it."""

    each: list[float] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        """How often a second."""
        return len(self.each) / self.seconds


@dataclass(slots=True)
class Poster:
    """One client with one connection that stays open, who sends forms that lead on to another page."""

    port: int
    cookie: str
    connection: http.client.HTTPConnection | None = None

    def post(self, place: str, kind: str, content: bytes) -> str:
        """Send it; where it leads."""
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        self.connection.request("POST", place, content, {"Cookie": self.cookie, "Content-Type": kind})
        answer = self.connection.getresponse()
        said = answer.read()
        if answer.status != 302:
            raise SystemExit(f"{place} answered {answer.status}: {said.decode()[:2000]}")
        return answer.headers["Location"]


def rush(senders: Sequence[Sender], seconds: float) -> Took:
    """All of them at once for so long; one that fails ends it all."""
    found, failed = Took(), []
    begun = time.perf_counter()

    def work(send: Sender) -> None:
        try:
            while (start := time.perf_counter()) < begun + seconds and not failed:
                send()
                found.each.append(time.perf_counter() - start)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(send,)) for send in senders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    found.seconds = time.perf_counter() - begun
    return found
