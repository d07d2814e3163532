"""What is plugged into the ports: the clock of the pages, the gates of a case, what managers read of the audit."""

from __future__ import annotations

from backline.cases import gates
from backline.config import audit
from backline.config.clock import Clock, SystemClock
from backline.core.case import Case
from backline.core.words import Gate
from backline.desk import watched
from backline.jobs import queries as jobs


class Wired:
    """The ports in use by this process; tests plug in others."""

    clock: Clock = SystemClock()


def job_outcome(case: Case) -> str:
    """A resolved case ends only when its job says what became of it."""
    return "" if jobs.outcome_recorded(case.job) else "JOB_OUTCOME"


def wire() -> None:
    """Plug everything in; run once a process, when all rooms are loaded."""
    gates.register(Gate.JOB_RECORDED, job_outcome)
    watched.fill(audit.in_short)
