"""Ends a process that is asked to: by Ctrl-C, by whoever started it, once or ten times."""

from __future__ import annotations

import _thread
import signal
import threading


def on_signal(stop: threading.Event) -> None:
    """Set `stop` on SIGINT and SIGTERM.

    A handler runs in the midst of whatever the main thread does, perhaps while that holds the lock of this very event;
    it would wait for itself for ever. So another thread sets it.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: _thread.start_new_thread(stop.set, ()))
