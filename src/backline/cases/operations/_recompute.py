"""Recompute: after a change of calendars every open case it concerns gets its moments anew, a batch at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction

from backline.calendars import choices
from backline.calendars.choices import For
from backline.calendars.words import ChosenFor
from backline.cases.models import Portion, Recompute
from backline.cases.operations._write import held_now, locked, restate
from backline.cases.terms import EVER, Terms, place
from backline.core.case import Climb
from backline.core.counting import ELAPSED
from backline.core.many import Course, Moments, Standing, course, moment, moments
from backline.core.policy import Whose
from backline.core.values import encode
from backline.core.words import ClockName, Priority
from backline.policies import queries as policies

BATCH = 200
"""So many cases at once: whoever wants to change one of them waits that long."""
SHOWN = 100
NOBODY, LAST = UUID(int=0), UUID(int=2**128 - 1)
PORTIONS, MANY = 8, 5_000
"""So many cases and more are divided, so that several workers share them."""
ALL = [0, 2**128]

_COUNTING = """
FROM cases_alarm AS alarm JOIN cases_case AS held ON held.id = alarm.case_id
JOIN jobs_job AS job ON job.id = held.job_id WHERE alarm.whose IS DISTINCT FROM 'ELAPSED'
"""
_CONCERNED = f"""{_COUNTING} AND alarm.case_id > %(done)s AND alarm.case_id <= %(upto)s AND (
  %(all)s OR job.asset_id = ANY(%(ASSET)s) OR job.site_id = ANY(%(SITE)s) OR held.customer_id = ANY(%(CUSTOMER)s)
  OR held.team_id = ANY(%(TEAM)s)
)
"""
_HOW_MANY = f"SELECT count(DISTINCT alarm.case_id) {_CONCERNED}"
_NEXT = f"SELECT DISTINCT alarm.case_id {_CONCERNED} ORDER BY alarm.case_id LIMIT %(most)s"
_LOCK = "SELECT id FROM cases_case WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE"
_STANDING = f"""
SELECT alarm.id, alarm.case_id::text, clock, subject, whose, rung, repeat, <started_at>, pauses, <alarm.due_at>,
  <alarm.look_at>, held.policy_id::text, held.priority, job.asset_id::text, job.site_id::text, held.customer_id::text,
  held.team_id::text
{_COUNTING} AND alarm.case_id = ANY(%s) ORDER BY alarm.case_id, alarm.id
""".replace("<", "(1000000 * extract(epoch FROM ").replace(">", "))::bigint")
_MOVE = """
UPDATE cases_alarm AS alarm SET due_at = 'epoch'::timestamptz + due * interval '1 microsecond',
  look_at = 'epoch'::timestamptz + look * interval '1 microsecond'
FROM unnest(%(ids)s::bigint[], %(due)s::bigint[], %(look)s::bigint[]) AS moved (id, due, look)
WHERE alarm.id = moved.id
"""
_DUE = """
UPDATE cases_case SET due_at = earliest.due_at
FROM (SELECT case_id, min(due_at) AS due_at FROM cases_alarm WHERE case_id = ANY(%s) GROUP BY case_id) AS earliest
WHERE id = earliest.case_id AND cases_case.due_at IS DISTINCT FROM earliest.due_at
"""
_WRITERS = """
SELECT EXISTS (
  SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
  AND backend_type = 'client backend' AND age(backend_xid) > age(%s::text::xid)
)
"""
_OURSELVES = "SELECT pg_current_xact_id()::xid::text::bigint"


class _Kept(NamedTuple):
    """One alarm as it was read, with what its moments follow from."""

    alarm: int
    case: str
    clock: str
    subject: str
    whose: str | None
    rung: int | None
    repeat: int
    started_at: int
    pauses: Sequence[int]
    due_at: int
    look_at: int
    policy: str
    priority: str
    asset: str | None
    site: str
    customer: str
    team: str | None


@dataclass(frozen=True, slots=True)
class Moved:
    """A clock whose moments are others now; `look_at` is when somebody is told next."""

    case: str
    clock: ClockName
    subject: str
    due_before: datetime
    due_at: datetime
    look_before: datetime
    look_at: datetime


@dataclass(frozen=True, slots=True)
class _Found:
    """What a batch of cases holds.

    The alarms that are others now, the cases whose alarms say too little to tell, and how many clocks never come due.
    """

    moved: list[tuple[_Kept, Moments]]
    unknown: list[str]
    stuck: int


def recompute(*, at: datetime) -> int:
    """Look at the next cases that a change of calendars concerns; how many, at least 1 until nothing waits.

    A change is begun when nobody writes any more who may not have seen it. 0 where all that waits is in other hands.
    """
    with transaction.atomic():
        waiting = Portion.objects.select_for_update(skip_locked=True, of=("self",)).filter(ended_at=None)
        portion = waiting.select_related("work__version", "work__choice").order_by("id").first()
        if portion:
            return 0 if _asked(_WRITERS, [portion.work.after]) else _batch(portion, at)
        waiting_changes = Recompute.objects.select_for_update(skip_locked=True).filter(begun_at=None)
        work = waiting_changes.order_by("id").first()
        return _begun(work, at) if work else 0


def recompute_all() -> None:
    """Have every clock recomputed that counts in anybody's hours, whatever changed."""
    Recompute.objects.create()


def recompute_check() -> Iterator[Moved]:
    """The clocks whose moments are not what the hours of today give; nothing is written."""
    done = NOBODY
    while cases := _cases(_concern(None), done, LAST):
        yield from map(_moved, _found(cases).moved)
        done = cases[-1]


def _begun(work: Recompute, at: datetime) -> int:
    """Divide it, so that workers share what is much."""
    work.after, work.begun_at = _asked(_OURSELVES, []), at
    work.cases = _asked(_HOW_MANY, _concern(work) | {"done": NOBODY, "upto": LAST})
    work.save()
    bounds = [number * (LAST.int + 1) // PORTIONS for number in range(PORTIONS + 1)] if work.cases > MANY else ALL
    Portion.objects.bulk_create(
        Portion(work=work, done=UUID(int=max(low - 1, 0)), upto=UUID(int=high - 1)) for low, high in pairwise(bounds)
    )
    return 1


def _batch(portion: Portion, at: datetime) -> int:
    cases = _cases(_concern(portion.work), portion.done, portion.upto)
    if not cases:
        _end(portion, at)
        return 1
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [cases])
    found = _found(cases)
    _write(found)
    portion.done, portion.looked = cases[-1], portion.looked + len(cases)
    portion.moved, portion.stuck = portion.moved + len(found.moved), portion.stuck + found.stuck
    portion.first += [encode(_moved(one)) for one in found.moved[: SHOWN - len(portion.first)]]
    portion.save()
    return len(cases)


def _end(portion: Portion, at: datetime) -> None:
    """End it, and the whole where it is the last; those that end at once come here one after another."""
    work = Recompute.objects.select_for_update().get(id=portion.work_id)
    portion.ended_at = at
    portion.save()
    if not work.portions.filter(ended_at=None).exists():
        work.ended_at = at
        work.save()


def _concern(work: Recompute | None) -> dict[str, Any]:
    """Whose clocks a change concerns, as a query asks for them."""
    chosen: list[For] = [(ChosenFor.ORGANISATION, "")]
    if work and work.version:
        chosen = choices.ever(str(work.version.calendar_id))
    elif work and work.choice:
        chosen = [(ChosenFor(work.choice.kind), str(work.choice.subject))]
    subjects = {kind.value: [UUID(subject) for of, subject in chosen if of is kind and subject] for kind in ChosenFor}
    return subjects | {"all": any(of is ChosenFor.ORGANISATION for of, _ in chosen)}


def _cases(concern: dict[str, Any], done: UUID, upto: UUID) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, concern | {"done": done, "upto": upto, "most": BATCH})
        return [case for (case,) in cursor.fetchall()]


def _asked(query: str, parameters: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        found = cursor.fetchone()
    return found[0]


def _found(cases: list[UUID]) -> _Found:
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, [cases])
        rows = [_Kept(*row) for row in cursor.fetchall()]
    known = [row for row in rows if row.whose]
    now = list(zip(known, moments(_standing(known)), strict=True))
    moved = [(row, found) for row, found in now if found and found != (row.due_at, row.look_at)]
    unknown = sorted({row.case for row in rows if not row.whose})
    return _Found(moved, unknown, sum(found is None for _, found in now))


def _standing(rows: list[_Kept]) -> list[Standing]:
    places = {row.case: place(row.asset, row.site, row.customer) for row in rows}
    subjects = {subject for mine in places.values() for _, subject in mine}
    chosen = choices.known(subjects, at=EVER)

    @cache
    def course_of(policy: str, clock: str, priority: str, rung: int | None, repeat: int) -> Course:
        climb = None if rung is None else Climb(rung, repeat)
        return course(policies.policy(policy), ClockName(clock), Priority(priority), climb)

    found = []
    for row in rows:
        chain = Terms(chosen, places[row.case]).chain(Whose(row.whose or ""), row.team or "")
        hours = chosen.hours_since(chain, moment(row.started_at)) or ELAPSED
        mine = course_of(row.policy, row.clock, row.priority, row.rung, row.repeat)
        found.append(Standing(mine, hours, row.started_at, row.pauses))
    return found


def _write(found: _Found) -> None:
    rows = [row for row, _ in found.moved]
    after = [moments for _, moments in found.moved]
    if rows:
        moved = {
            "ids": [row.alarm for row in rows],
            "due": [one.due_at for one in after],
            "look": [one.look_at for one in after],
        }
        with connection.cursor() as cursor:
            cursor.execute(_MOVE, moved)
            cursor.execute(_DUE, [list({UUID(row.case) for row in rows})])
    if found.unknown:
        restate(held_now(list(locked().filter(id__in=found.unknown).order_by("id"))))


def _moved(one: tuple[_Kept, Moments]) -> Moved:
    row, now = one
    before, after = (moment(row.due_at), moment(row.look_at)), (moment(now.due_at), moment(now.look_at))
    return Moved(row.case, ClockName(row.clock), row.subject, before[0], after[0], before[1], after[1])
