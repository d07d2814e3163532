"""A process that is asked to end does so whatever it was doing; one that died is started again, and when."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from backline.config.children import FIRST_WAIT, HEALTHY_AFTER, LONGEST_WAIT, Child, Children

ASKED = """
import signal, threading
from backline.config import ending

stop = threading.Event()
ending.on_signal(stop)
with stop._cond:  # as a main thread that is just looking whether it should end
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGTERM):
        signal.raise_signal(number)
print(stop.wait(20))
"""


def test_signals_in_the_midst_of_looking_for_one_hang_nobody() -> None:
    asked = subprocess.run([sys.executable, "-c", ASKED], capture_output=True, text=True, timeout=60)
    assert asked.stdout == "True\n", asked.stderr


@pytest.mark.parametrize(("ran", "waits"), [(1.0, LONGEST_WAIT), (HEALTHY_AFTER + 1, FIRST_WAIT)])
def test_a_child_that_had_run_well_is_started_again_at_once(ran: float, waits: float) -> None:
    """However often it died before: what is an accident once in months leaves nobody without the engine."""
    child = Child("idle", ["true"])
    children = Children(dict(os.environ), [child])
    child.start(children.environ)
    assert child.process
    child.process.wait()
    child.wait, child.started = LONGEST_WAIT, time.monotonic() - ran
    children._watch(child)
    assert waits - 1 < child.next_start - time.monotonic() <= waits
