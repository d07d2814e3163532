"""What the engine knows of itself: its beats and processes, and the cases set aside because a look at them fails."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import F

from backline.engine.models import Beat, Process, Sick

FRESH = timedelta(seconds=15)
AUDITED = timedelta(minutes=2)
SILENT, FORGOTTEN = timedelta(seconds=30), timedelta(hours=12)
FIRST_RETRY = timedelta(minutes=1)
LONGEST_RETRY = timedelta(hours=1)
BUDGET = timedelta(minutes=5)
"""So long a run of a duty may take; one that takes longer hangs, as far as anybody can tell."""
_BEAT = """
INSERT INTO engine_beat (duty, at, next_by, done, error) VALUES (%s, %s, %s, %s, '')
ON CONFLICT (duty) DO UPDATE SET at = excluded.at, next_by = excluded.next_by, done = excluded.done
"""


def beat(duty: str, *, done: int, every: float, at: datetime) -> None:
    """The duty ran, and runs again in so many seconds."""
    with connection.cursor() as cursor:
        cursor.execute(_BEAT, [duty, at, _next_by(every, at), done])


def stumbled(duty: str, *, error: str, every: float, at: datetime) -> None:
    """The duty failed as a whole, which is no beat; but it came back, and is tried again at its next turn."""
    said = {"error": error, "error_at": at, "next_by": _next_by(every, at)}
    Beat.objects.update_or_create(duty=duty, defaults=said)


def _next_by(every: float, at: datetime) -> datetime:
    """The moment by which it has come back from its next run, unless it hangs."""
    return at + timedelta(seconds=every) + BUDGET


def present(process: UUID, said: Mapping[str, Any], *, at: datetime) -> None:
    """A process was heard; those that were not for long are forgotten."""
    Process.objects.filter(heard_at__lt=at - FORGOTTEN).delete()
    Process.objects.update_or_create(
        id=process, defaults={"heard_at": at}, create_defaults={**said, "since": at, "heard_at": at}
    )


def processes(at: datetime) -> list[tuple[Process, bool]]:
    """The processes that were heard of late, by host, and whether each is silent now."""
    found = Process.objects.order_by("host", "what", "since")
    return [(one, one.heard_at <= at - SILENT) for one in found]


def alive(at: datetime) -> bool:
    """Whether the engine looked at cases within the last seconds."""
    return Beat.objects.filter(duty="look", at__gt=at - FRESH).exists()


def audited(at: datetime) -> bool:
    """Whether the auditor went over the cases within the last minutes."""
    return Beat.objects.filter(duty="audit", at__gt=at - AUDITED).exists()


def hanging(at: datetime) -> list[Beat]:
    """The duties that did not come back in time from a run, or are run by no process any more."""
    return list(Beat.objects.filter(next_by__lt=at).order_by("duty"))


def beats() -> list[Beat]:
    """The last run of each duty, by name."""
    return list(Beat.objects.order_by("duty"))


def all_sick() -> list[Sick]:
    """Every case set aside, the one tried next first."""
    return list(Sick.objects.order_by("retry_at"))


def set_aside(case_id: str, *, seq: int, reason: str, at: datetime) -> None:
    """Try this case again later, each time twice as late, at most an hour; unless it goes on after this event."""
    known = Sick.objects.filter(case_id=case_id).first()
    tries = known.tries if known else 0
    wait = min(FIRST_RETRY * 2 ** min(tries, 10), LONGEST_RETRY)
    said = {"reason": reason, "retry_at": at + wait, "seq": seq, "tried_at": at}
    Sick.objects.update_or_create(case_id=case_id, defaults=said)
    if known:
        Sick.objects.filter(case_id=case_id).update(tries=F("tries") + 1)


def recovered(cases: list[str]) -> None:
    """These cases were looked at well, or are others by now."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM engine_sick WHERE case_id = ANY(%s::uuid[])", [cases])
