"""Has every case looked at whose alarm has come; one case that cannot be looked at never stops the others."""

from __future__ import annotations

import logging
from datetime import datetime
from itertools import batched

from django.utils.translation import gettext as _

from backline.cases import aside, queries
from backline.cases import operations as cases
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
        alone = self._left_alone(at)
        if not queries.alarms_due(at, 1, without=alone):  # most turns find nothing, and begin no transaction for it
            return 0
        try:
            due = cases.look_due(at=at, most=BATCH, without=alone)
        except Unlooked as error:
            self._halves(error.cases, error.__cause__, at)
            return len(error.cases)
        health.recovered([case for case in due.cases if case not in due.in_vain])
        for case in due.in_vain:
            log.error("an alarm of case %s has come, and there is nothing to do", case)
            reason = _("An alarm has come, and there is nothing to do.")
            health.set_aside(case, seq=due.cases[case], reason=reason, at=at)
        return len(due.cases)

    def _left_alone(self, at: datetime) -> list[str]:
        """The cases set aside of which nothing is new: no event since, and no alarm but those that they failed at."""
        sick = {str(one.case_id): one for one in health.all_sick()}
        if not sick:
            return []
        others = aside.gone_on({case: one.seq for case, one in sick.items()})
        health.recovered(list(others))
        waiting = {case: one.tried_at for case, one in sick.items() if case not in others and one.retry_at > at}
        return list(waiting.keys() - aside.rung_since(waiting, at))

    def _look(self, due: dict[str, int], at: datetime) -> None:
        """Look at all at once; where that fails, at each half, down to the case that fails."""
        try:
            cases.look(list(due), at=at)
        except Exception as error:
            self._halves(due, error, at)
        else:
            health.recovered(list(due))

    def _halves(self, due: dict[str, int], error: BaseException | None, at: datetime) -> None:
        """Each half of those that failed together; one that fails alone is set aside.

        Where the database is gone that is no fault of theirs: the duty stumbles, and comes back to them.
        """
        if error and database_is_gone(error):
            raise error
        if len(due) > 1:
            for half in batched(due.items(), -(-len(due) // 2)):
                self._look(dict(half), at)
            return
        [(case, seq)] = due.items()
        log.error("case %s could not be looked at", case, exc_info=error)
        health.set_aside(case, seq=seq, reason=f"{type(error).__name__}: {error}", at=at)
