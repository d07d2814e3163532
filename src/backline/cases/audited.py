"""What the rows say of cases, for whoever holds it against the record: places, heads and alarms, and no law."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Min, QuerySet

from backline.calendars.choices import For
from backline.cases.models import Alarm, Was
from backline.cases.models import Case as Row
from backline.cases.terms import place
from backline.core.words import ClockName, State

Place = tuple[For, ...]
"""Where a case is: at an asset, its site, with its customer."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where a case is now, and where it was before, each with until when, in order."""

    now: Place
    before: tuple[tuple[datetime, Place], ...] = ()

    def between(self, first: datetime, last: datetime) -> tuple[Place, ...]:
        """Where it was within a span of time, each once."""
        ends = [until_at for until_at, _ in self.before]
        there = [*(one for _, one in self.before), self.now]
        return tuple(dict.fromkeys(there[bisect_left(ends, first) : bisect_right(ends, last) + 1]))

    @property
    def all(self) -> tuple[Place, ...]:
        """Wherever it ever was."""
        return (*(one for _, one in self.before), self.now)


@dataclass(frozen=True, slots=True)
class Standing:
    """One row: where it is, the end of its chain, its state, whether it is closed, and when it is looked at next."""

    places: Places
    head_seq: int
    head: bytes
    state: State
    closed: bool
    look_at: datetime | None


def standing(cases: Iterable[UUID]) -> dict[str, Standing]:
    """The rows of these cases, by id, with two queries."""
    rows = Row.objects.filter(id__in=list(cases)).annotate(next_look=Min("alarms__look_at"))
    columns = (
        "id", "job_id", "job__asset_id", "job__site_id", "customer_id", "head_seq", "head_hash", "state",
        "closed_at", "next_look",
    )  # fmt: skip
    known = list(rows.values_list(*columns))
    was = _was({job for _case, job, *_ in known})
    found = {}
    for case, job, asset, site, customer, seq, head, state, closed_at, look_at in known:
        before = tuple((one.until_at, place(one.asset, one.site, customer)) for one in was.get(job, ()))
        places = Places(place(asset, site, customer), before)
        found[str(case)] = Standing(places, seq, bytes(head), State(state), closed_at is not None, look_at)
    return found


def _was(jobs: Collection[UUID]) -> dict[UUID, list[Was]]:
    """Where these jobs were before, in order."""
    found: dict[UUID, list[Was]] = {}
    for one in Was.objects.filter(job__in=list(jobs)).order_by("until_at", "id"):
        found.setdefault(one.job_id, []).append(one)
    return found


@dataclass(frozen=True, slots=True)
class Overdue:
    """An alarm to which nobody came."""

    case: UUID
    clock: ClockName
    subject: str
    look_at: datetime


def overdue(before: datetime, *, most: int) -> tuple[int, list[Overdue]]:
    """How many alarms were to be looked at before a moment and were not; the longest overdue."""
    waiting: QuerySet[Alarm] = Alarm.objects.filter(look_at__lt=before)
    first = waiting.order_by("look_at").values_list("case_id", "clock", "subject", "look_at")[:most]
    return waiting.count(), [Overdue(case, ClockName(clock), subject, at) for case, clock, subject, at in first]


def references(cases: Iterable[UUID]) -> dict[UUID, str]:
    """What these cases are called."""
    return {row.id: str(row) for row in Row.objects.filter(id__in=list(cases)).only("id", "number")}
