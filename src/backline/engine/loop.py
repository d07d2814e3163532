"""The loop: every duty in a thread of its own, so that a sick or slow one never holds up the others."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence

from django.db import DatabaseError, connection

from backline.engine import health
from backline.engine.clock import Clock
from backline.engine.duties import Duty

log = logging.getLogger(__name__)


def run(duties: Sequence[Duty], clock: Clock, stop: threading.Event) -> None:
    """Run the duties until `stop` is set; returns when all have finished what they were doing."""
    threads = [threading.Thread(target=_turn, args=(duty, clock, stop), name=duty.NAME) for duty in duties]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _turn(duty: Duty, clock: Clock, stop: threading.Event) -> None:
    while not stop.is_set():
        if not tick(duty, clock):
            stop.wait(duty.EVERY)
    connection.close()


def tick(duty: Duty, clock: Clock) -> int:
    """One run of one duty; how much it did. What goes wrong is written down and tried again at the next turn."""
    try:
        at = clock.now()
        done = duty.run(at)
        health.beat(duty.NAME, done=done, at=at)
    except Exception as error:
        log.exception("duty %s stumbled", duty.NAME)
        _write_down(duty, clock, error)
        return 0
    return done


def _write_down(duty: Duty, clock: Clock, error: Exception) -> None:
    """Note the stumble; a lost connection is dropped, so that the next turn opens a new one."""
    if isinstance(error, DatabaseError):
        connection.close()
    try:
        health.stumbled(duty.NAME, error=f"{type(error).__name__}: {error}", at=clock.now())
    except Exception:
        log.exception("and the stumble of %s could not be noted", duty.NAME)
        connection.close()
