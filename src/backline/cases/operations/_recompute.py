"""Recompute: after a change of calendars every open case it concerns gets its moments anew, a batch at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from backline.calendars import choices
from backline.calendars.choices import Choices, For
from backline.calendars.words import ChosenFor
from backline.cases.models import Case as Row
from backline.cases.models import Portion, Recompute, Was
from backline.cases.operations._write import held_now, locked, restate
from backline.cases.standing import CONCERNED, Shift, Suppose, as_it_is, concern, kept, reckoned, shifts
from backline.core.calendar import CalendarRefused
from backline.core.many import moment
from backline.core.values import encode
from backline.core.words import ClockName

BATCH = 200
"""So many cases at once: whoever wants to change one of them waits that long."""
SHOWN = 100
NOBODY, LAST = UUID(int=0), UUID(int=2**128 - 1)
PORTIONS, MANY = 8, 5_000
"""So many cases and more are divided, so that several workers share them."""
ALL = [0, 2**128]

_HOW_MANY = f"SELECT count(DISTINCT alarm.case_id) {CONCERNED}"
_NEXT = f"""
SELECT DISTINCT alarm.case_id {CONCERNED} AND alarm.case_id > %(done)s AND alarm.case_id <= %(upto)s
ORDER BY alarm.case_id LIMIT %(most)s
"""
_LOCK = "SELECT id FROM cases_case WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED"
_MOVE = """
UPDATE cases_alarm AS alarm SET due_at = 'epoch'::timestamptz + due * interval '1 microsecond',
  look_at = 'epoch'::timestamptz + look * interval '1 microsecond'
FROM unnest(%(ids)s::bigint[], %(due)s::bigint[], %(look)s::bigint[]) AS moved (id, due, look)
WHERE alarm.id = moved.id
"""
_DUE = """
UPDATE cases_case SET due_at = earliest.due_at
FROM (
  SELECT case_id, min(due_at) AS due_at FROM cases_alarm WHERE case_id = ANY(%s) AND clock <> 'IMPACT' GROUP BY case_id
) AS earliest
WHERE id = earliest.case_id AND cases_case.due_at IS DISTINCT FROM earliest.due_at
"""
_WRITERS = """
SELECT pid, coalesce(application_name, ''), xact_start FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
AND backend_type = 'client backend' AND age(backend_xid) > age(%s::text::xid)
ORDER BY age(backend_xid) DESC LIMIT 1
"""
_HOLDER = """
SELECT pid, coalesce(application_name, ''), xact_start FROM cases_case AS held
LEFT JOIN pg_stat_activity ON backend_xid = held.xmax WHERE held.id = %s
"""
_OURSELVES = "SELECT pg_current_xact_id()::xid::text::bigint"


@dataclass(frozen=True, slots=True)
class Moved:
    """A clock whose moments are others now; `look_at` is when somebody is told next.

    Where its hours are too few to count it there are no others: it stays as it was.
    """

    case: str
    clock: ClockName
    subject: str
    due_before: datetime
    due_at: datetime | None
    look_before: datetime
    look_at: datetime | None


@dataclass(frozen=True, slots=True)
class Writer:
    """A session of the database for which a change waits: it began to write before it and may not have seen it.

    Or it holds `case`; which session that is cannot always be told. What the program calls itself may be empty, and
    since when it writes is not told to everybody.
    """

    session: int | None
    program: str
    since: datetime | None
    case: str = ""


@dataclass(frozen=True, slots=True)
class _Found:
    """What a batch of cases holds.

    The alarms that are others now, the clocks that the change itself moved, the cases whose alarms say too little by
    themselves, and the clocks that cannot be counted.
    """

    written: list[Shift]
    moved: list[Shift]
    unknown: list[str]
    stuck: list[Shift]


def recompute(*, at: datetime) -> int:
    """Look at the next cases that a change of calendars concerns; how many, at least 1 until nothing waits.

    A change is begun when nobody writes any more who may not have seen it. 0 where all that waits is in other hands.
    """
    begun = False
    for portion in list(Portion.objects.filter(ended_at=None).order_by("id").values_list("id", flat=True)):
        looked = _turn(portion, at)
        if looked:
            return looked
        begun = begun or looked is not None
    return 0 if begun else _begin_next(at)


def recompute_waits_for() -> Writer | None:
    """Who holds up what is to be recomputed next, the one that has written longest; None where nobody does."""
    for portion in Portion.objects.filter(ended_at=None).select_related("work").order_by("id"):
        found = _writer(portion) or _holder(portion)
        if found:
            return found
    return None


def recompute_all() -> int:
    """Have every clock recomputed that counts in anybody's hours, whatever changed; the number of this work."""
    return int(Recompute.objects.create().id)


def recompute_check() -> Iterator[Moved]:
    """The clocks whose moments are not what the hours of today give, or that these cannot count; nothing is written."""
    done = NOBODY
    while cases := _cases(_concern(None), done, LAST):
        found = _found(cases, None)
        yield from map(_moved, [*found.stuck, *found.moved])
        done = cases[-1]


def _turn(portion_id: int, at: datetime) -> int | None:
    """The next batch of a portion; 0 where others hold all of it, None where another worker is at it."""
    with transaction.atomic():
        waiting = Portion.objects.select_for_update(skip_locked=True, of=("self",)).filter(ended_at=None)
        portion = waiting.select_related("work__version", "work__choice").filter(id=portion_id).first()
        if portion is None:
            return None
        return 0 if _writer(portion) else _batch(portion, at)


def _begin_next(at: datetime) -> int:
    """Begin the next change; 0 where none waits, or another worker is at it."""
    with transaction.atomic():
        waiting = Recompute.objects.select_for_update(skip_locked=True).filter(begun_at=None)
        work = waiting.order_by("id").first()
        return _begun(work, at) if work else 0


def _begun(work: Recompute, at: datetime) -> int:
    """Divide it, so that workers share what is much."""
    work.after, work.begun_at = _asked(_OURSELVES, []), at
    _note_places(work, at)
    work.cases = _asked(_HOW_MANY, _concern(work))
    if work.concerns and not work.cases:
        work.delete()  # jobs and contracts change every day; only what may move a clock is worth a line
        return 1
    work.save()
    bounds = [number * (LAST.int + 1) // PORTIONS for number in range(PORTIONS + 1)] if work.cases > MANY else ALL
    Portion.objects.bulk_create(
        Portion(work=work, done=UUID(int=max(low - 1, 0)), upto=UUID(int=high - 1)) for low, high in pairwise(bounds)
    )
    return 1


def _note_places(work: Recompute, at: datetime) -> None:
    """Where jobs with cases were until now; what had happened there is judged by the hours of that place."""
    was = {UUID(job): (asset, site) for job, asset, site in (work.concerns or {}).get("WAS", ())}
    with_cases = Row.objects.filter(job__in=list(was)).values_list("job_id", flat=True).distinct() if was else ()
    Was.objects.bulk_create(Was(job_id=job, asset=was[job][0], site=was[job][1], until_at=at) for job in with_cases)


def _batch(portion: Portion, at: datetime) -> int:
    """Recompute the next cases but those that others hold, which wait for no turn of ours and we for none of theirs.

    They are left until the end, or until there are many; 0 where others still hold all that are left.
    """
    left = list(map(UUID, portion.left))
    ahead = _cases(_concern(portion.work), portion.done, portion.upto) if len(left) < BATCH else []
    cases = ahead or left[:BATCH]
    if not cases:
        _end(portion, at)
        return 1
    ours, others = _taken(cases)
    portion.left = [str(case) for case in (*(left if ahead else left[BATCH:]), *others)]
    portion.done = ahead[-1] if ahead else portion.done
    _look(portion, ours)
    portion.save()
    return len(ours) or len(ahead)


def _taken(cases: list[UUID]) -> tuple[list[UUID], list[UUID]]:
    """Those of the cases that are ours until the transaction ends, and those that are in other hands."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [cases])
        ours = [case for (case,) in cursor.fetchall()]
    others = set(cases).difference(ours)
    return ours, sorted(Row.objects.filter(id__in=others).values_list("id", flat=True)) if others else []


def _look(portion: Portion, cases: list[UUID]) -> None:
    """Recompute cases that are ours."""
    if not cases:
        return
    found = _found(cases, portion.work)
    _write(found)
    portion.looked += len(cases)
    portion.moved, portion.stuck = portion.moved + len(found.moved), portion.stuck + len(found.stuck)
    named = [*found.stuck, *found.moved][: SHOWN - len(portion.first)]
    portion.first += [encode(_moved(one)) for one in named]


def _end(portion: Portion, at: datetime) -> None:
    """End it, and the whole where it is the last; those that end at once come here one after another."""
    work = Recompute.objects.select_for_update().get(id=portion.work_id)
    portion.ended_at = at
    portion.save()
    if not work.portions.filter(ended_at=None).exists():
        work.ended_at = at
        work.save()


def _concern(work: Recompute | None) -> dict[str, Any]:
    chosen: list[For] = [(ChosenFor.ORGANISATION, "")]
    if work and work.version:
        chosen = choices.ever(str(work.version.calendar_id))
    elif work and work.choice:
        chosen = [(ChosenFor(work.choice.kind), str(work.choice.subject))]
    elif work and work.concerns:
        chosen = [(kind, subject) for kind in ChosenFor for subject in work.concerns.get(kind, ())]
    return concern(chosen, jobs=work.concerns.get("JOB", ()) if work and work.concerns else ())


def _cases(concern: dict[str, Any], done: UUID, upto: UUID) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, concern | {"done": done, "upto": upto, "most": BATCH})
        return [case for (case,) in cursor.fetchall()]


def _writer(portion: Portion) -> Writer | None:
    with connection.cursor() as cursor:
        cursor.execute(_WRITERS, [portion.work.after])
        found = cursor.fetchone()
    return Writer(*found) if found else None


@transaction.atomic
def _holder(portion: Portion) -> Writer | None:
    """Who holds the first of the cases that were left; None where nobody holds any of them any more."""
    _ours, others = _taken(list(map(UUID, portion.left[:BATCH])))
    row = Row.objects.filter(id__in=others[:1]).first()
    if row is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(_HOLDER, [row.id])
        found = cursor.fetchone()
    return replace(Writer(*found), case=str(row)) if found else None


def _asked(query: str, parameters: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        found = cursor.fetchone()
    return found[0]


def _found(cases: list[UUID], work: Recompute | None) -> _Found:
    rows = kept(cases)
    [now, *either] = reckoned(rows, as_it_is, *_either_way(work))
    written = shifts(rows, [row.moments for row in rows], now)
    moved = shifts(rows, *either) if either else written
    unknown = sorted({row.case for row in rows if not row.whose})
    stuck = [Shift(row, row.moments, None) for row, found in zip(rows, now, strict=True) if found is None]
    return _Found(written, moved, unknown, stuck)


def _either_way(work: Recompute | None) -> list[Suppose]:
    """What was known before a change and after it, where others were walked through or wait at the same time.

    Whichever walk comes first gives a clock its moments by all of them; each change shows what it moved itself.
    """
    made = work and (work.version or work.choice)
    if work is None or made is None:
        return []
    made_at = work.version.saved_at if work.version else work.choice.chosen_at if work.choice else None
    others = Recompute.objects.exclude(id=work.id)
    if not others.filter(Q(id__gt=work.id) | Q(ended_at=None) | Q(ended_at__gte=made_at)).exists():
        return []
    later = list(Recompute.objects.filter(id__gt=work.id).select_related("version"))
    return [_without([work, *later]), _without(later)]


def _without(changes: list[Recompute]) -> Suppose:
    chosen = {one.choice_id for one in changes if one.choice_id}
    versions: dict[str, int] = {}
    for version in (one.version for one in changes if one.version):
        key = str(version.calendar_id)
        versions[key] = min(version.number, versions.get(key, version.number))
    return partial(Choices.without, choices=chosen, versions=versions)


def _write(found: _Found) -> None:
    if found.written:
        moved = {
            "ids": [one.row.alarm for one in found.written],
            "due": [one.after.due_at for one in found.written if one.after],
            "look": [one.after.look_at for one in found.written if one.after],
        }
        with connection.cursor() as cursor:
            cursor.execute(_MOVE, moved)
            cursor.execute(_DUE, [list({UUID(one.row.case) for one in found.written})])
    for case in found.unknown:
        with suppress(CalendarRefused):  # it stays as it was, and the others do not
            restate(held_now(list(locked().filter(id=case))))


def _moved(one: Shift) -> Moved:
    after = (moment(one.after.due_at), moment(one.after.look_at)) if one.after else (None, None)
    (due_at, look_at), due_before, look_before = after, moment(one.before.due_at), moment(one.before.look_at)
    return Moved(one.row.case, ClockName(one.row.clock), one.row.subject, due_before, due_at, look_before, look_at)
