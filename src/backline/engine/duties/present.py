"""Says that this process is there, and on which host: whoever looks after many of them sees which one fell silent."""

from __future__ import annotations

import os
import platform
from datetime import datetime
from uuid import uuid4

from backline.engine import health


class Present:
    """A duty of every process; `what` is what it does: `worker` or `auditor`."""

    NAME = "present"
    EVERY = 10.0

    def __init__(self, what: str) -> None:
        self._me = uuid4()
        self._is = {"what": what, "host": platform.node(), "number": os.getpid()}

    def run(self, at: datetime) -> int:
        """Be heard."""
        health.present(self._me, self._is, at=at)
        return 0
