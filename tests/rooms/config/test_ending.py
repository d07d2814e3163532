"""A process that is asked to end does so, whatever it was doing when the signal came."""

from __future__ import annotations

import subprocess
import sys

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
