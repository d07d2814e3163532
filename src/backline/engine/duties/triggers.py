"""Has the facts of every job looked at whose moment has come; one that cannot be looked at never stops the others."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from backline.cases import operations as cases
from backline.cases import suggestions
from backline.jobs import operations as jobs
from backline.jobs import queries

log = logging.getLogger(__name__)
BATCH = 100
RETRY = timedelta(minutes=10)


class Triggers:
    """The duty that hears of jobs: of new facts, of what time alone shows, of suggestions that nobody judged."""

    NAME = "triggers"
    EVERY = 2.0

    def run(self, at: datetime) -> int:
        """Look at up to a batch; the number looked at. Where one could not be, it stumbles after the others."""
        failed: Exception | None = None
        due = queries.jobs_to_look_at(at, most=BATCH)
        for job in suggestions.forgotten(at, most=BATCH):
            log.error("nobody would have looked at job %s, of which a suggestion is due", job)
            due.append(job)
        for job in due:
            try:
                cases.consider(job, at=at)
            except Exception as error:
                log.exception("the facts of job %s could not be looked at", job)
                jobs.look_later(job_id=job, at=at + RETRY)
                failed = error
        if failed:
            raise failed
        return len(due)
