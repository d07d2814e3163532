"""Has every case looked at whose alarm has come; one case that cannot be looked at never stops the others."""

from __future__ import annotations

import logging
from datetime import datetime

from backline.cases import operations as cases
from backline.cases import queries
from backline.engine import health

log = logging.getLogger(__name__)
BATCH = 100


class Look:
    """The heartbeat's first duty."""

    NAME = "look"
    EVERY = 1.0

    def run(self, at: datetime) -> int:
        """Look at up to a batch of due cases; the number of cases tried."""
        due = queries.alarms_due(at, BATCH, without=health.sick(at))
        self._look(due, at)
        return len(due)

    def _look(self, due: list[str], at: datetime) -> None:
        """Look at all at once; where that fails, at each half, down to the case that fails."""
        if not due:
            return
        try:
            cases.look(due, at=at)
        except Exception as error:
            if len(due) > 1:
                middle = len(due) // 2
                self._look(due[:middle], at)
                self._look(due[middle:], at)
                return
            log.exception("case %s could not be looked at", due[0])
            health.set_aside(due[0], reason=f"{type(error).__name__}: {error}", at=at)
        else:
            health.recovered(due)
