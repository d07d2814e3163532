"""The loop: every duty in a thread of its own, so that a sick or slow one never holds up the others."""

from __future__ import annotations

import logging
import platform
import threading
from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import DatabaseError, connection

from backline.engine import health
from backline.engine.clock import Clock, ClockSkew
from backline.engine.duties import Duty, Lasting
from backline.engine.gone import database_is_gone

log = logging.getLogger(__name__)
AFTER_STUMBLE = 3.0
"""Seconds until a duty that stumbled is tried again: what it stumbled over seldom mends itself within one."""


def run(duties: Sequence[Duty], clock: Clock, stop: threading.Event) -> None:
    """Run the duties until `stop` is set; returns when all have finished what they were doing."""
    threads = [threading.Thread(target=_turn, args=(duty, clock, stop), name=duty.NAME) for duty in duties]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _turn(duty: Duty, clock: Clock, stop: threading.Event) -> None:
    while not stop.is_set():
        done = tick(duty, clock)
        if not done:
            stop.wait(AFTER_STUMBLE if done is None else duty.EVERY)
    if isinstance(duty, Lasting):
        _guarded(duty, duty.end, clock)
    connection.close()


def tick(duty: Duty, clock: Clock) -> int | None:
    """One run of one duty; how much it did, None where it stumbled, which is written down and tried again."""

    def run(at: datetime) -> int:
        done = duty.run(at)
        health.beat(duty.NAME, done=done, every=duty.EVERY, at=at)
        return done

    return _guarded(duty, run, clock)


def _guarded[Answer](duty: Duty, act: Callable[[datetime], Answer], clock: Clock) -> Answer | None:
    try:
        return act(clock.now())
    except ClockSkew as skew:
        log.error("%s did nothing: %s", duty.NAME, skew)
        _write_down(duty, skew, clock)
    except Exception as error:
        log.error("duty %s stumbled: %s", duty.NAME, error, exc_info=not database_is_gone(error))
        _write_down(duty, error, clock)
    return None


def _write_down(duty: Duty, error: Exception, clock: Clock) -> None:
    """Note the stumble, and on which host; a lost connection is dropped, so that the next turn opens a new one."""
    if isinstance(error, DatabaseError):
        connection.close()
    try:
        at = error.at if isinstance(error, ClockSkew) else clock.now()
        said = f"{platform.node()}: {type(error).__name__}: {error}"
        health.stumbled(duty.NAME, error=said, every=duty.EVERY, at=at)
    except Exception as again:
        log.error("and the stumble of %s could not be noted: %s", duty.NAME, again)
        connection.close()
