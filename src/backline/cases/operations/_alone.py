"""One trouble makes one case: whoever looks at a job, or raises a case about it, waits for whoever does so already."""

from __future__ import annotations

from django.db import connection

from backline.jobs.queries import Job

_ALONE = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"
_NUMBERED = f"{_ALONE}, nextval('case_number')"


def hold_trouble(job: Job) -> None:
    """Let nobody else raise a case about the job, or another one of its asset, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(_ALONE, [_trouble(job)])


def numbered(job: Job) -> int:
    """The same, and the number of the case that is raised about it."""
    with connection.cursor() as cursor:
        cursor.execute(_NUMBERED, [_trouble(job)])
        return int(cursor.fetchone()[1])


def _trouble(job: Job) -> str:
    return f"consider {job.asset_id or job.id}"
