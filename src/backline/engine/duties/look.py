"""Has every case looked at whose alarm has come; one case that cannot be looked at never stops the others."""

from __future__ import annotations

import logging
from datetime import datetime

from django.utils.translation import gettext as _

from backline.cases import operations as cases
from backline.cases import queries
from backline.cases.operations import Unlooked
from backline.engine import health
from backline.engine.gone import database_is_gone

log = logging.getLogger(__name__)
BATCH = 50
"""So many cases are held at once: whoever wants to change one of them waits that long."""
HANDS = 2
"""So many look at once in one worker: while one waits for the database, the other goes on."""


class Look:
    """The heartbeat's first duty."""

    NAME = "look"
    EVERY = 1.0

    def run(self, at: datetime) -> int:
        """Look at up to a batch of due cases, those that no other worker has; the number of cases tried."""
        sick = health.sick(at)
        if not queries.alarms_due(at, 1, without=sick):  # most turns find nothing, and begin no transaction for it
            return 0
        try:
            due = cases.look_due(at=at, most=BATCH, without=sick)
        except Unlooked as error:
            self._halves(error.cases, error.__cause__, at)
            return len(error.cases)
        health.recovered([case for case in due.cases if case not in due.in_vain])
        for case in due.in_vain:
            log.error("an alarm of case %s has come, and there is nothing to do", case)
            health.set_aside(case, reason=_("An alarm has come, and there is nothing to do."), at=at)
        return len(due.cases)

    def _look(self, due: list[str], at: datetime) -> None:
        """Look at all at once; where that fails, at each half, down to the case that fails."""
        try:
            cases.look(due, at=at)
        except Exception as error:
            self._halves(due, error, at)
        else:
            health.recovered(due)

    def _halves(self, due: list[str], error: BaseException | None, at: datetime) -> None:
        """Each half of those that failed together; one that fails alone is set aside.

        Where the database is gone that is no fault of theirs: the duty stumbles, and comes back to them.
        """
        if error and database_is_gone(error):
            raise error
        if len(due) > 1:
            middle = len(due) // 2
            self._look(due[:middle], at)
            self._look(due[middle:], at)
            return
        log.error("case %s could not be looked at", due[0], exc_info=error)
        health.set_aside(due[0], reason=f"{type(error).__name__}: {error}", at=at)
