"""How much a process grows while something runs, as the kernel counts it: nothing runs slower for being watched."""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

STATUS, RESET = Path("/proc/self/status"), Path("/proc/self/clear_refs")


@dataclass(slots=True)
class Growth:
    """By how many bytes the process was larger at its largest than before."""

    peak: int = 0


@contextmanager
def grown() -> Iterator[Growth]:
    """Watch this process inside the block."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)  # what is free goes back to the system: nothing may grow into it unseen
    RESET.write_text("5")  # forgets the largest size so far
    growth, before = Growth(), _kept("VmRSS")
    yield growth
    growth.peak = _kept("VmHWM") - before


def _kept(line: str) -> int:
    (found,) = (row.split() for row in STATUS.read_text().splitlines() if row.startswith(f"{line}:"))
    return int(found[1]) * 1024
