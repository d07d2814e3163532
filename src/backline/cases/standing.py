"""The clocks that count in somebody's hours, as alarms keep them: whom a change concerns, and when each is due."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from backline.calendars import choices
from backline.calendars.choices import Choices, For
from backline.calendars.words import ChosenFor
from backline.cases.models import Case as Row
from backline.cases.terms import EVER, Terms, place
from backline.core.calendar import CalendarRefused, Hours
from backline.core.case import Case, Climb
from backline.core.counting import ELAPSED, Elapsed
from backline.core.many import Course, Moments, Standing, course, micros, moment, moments
from backline.core.policy import Policy, Whose
from backline.core.values import decode
from backline.core.watch import Watched
from backline.core.words import ClockName, Priority
from backline.policies import queries as policies

_COUNTING = """
FROM cases_alarm AS alarm JOIN cases_case AS held ON held.id = alarm.case_id
JOIN jobs_job AS job ON job.id = held.job_id WHERE (alarm.whose IS DISTINCT FROM 'ELAPSED' OR alarm.in_hours)
"""
CONCERNED = f"""{_COUNTING} AND (
  %(all)s OR job.asset_id = ANY(%(ASSET)s) OR job.site_id = ANY(%(SITE)s) OR held.customer_id = ANY(%(CUSTOMER)s)
  OR held.team_id = ANY(%(TEAM)s) OR job.id = ANY(%(JOB)s)
)"""
"""The alarms of the open cases that a change concerns; its parameters are a `concern`."""
_FIRST_DUE = f"SELECT held.id {CONCERNED} GROUP BY held.id, held.due_at ORDER BY held.due_at, held.id LIMIT %(most)s"
_KEPT = f"""
SELECT alarm.id, alarm.case_id::text, clock, subject, whose, rung, repeat, in_hours, <started_at>, pauses,
  <alarm.due_at>, <alarm.look_at>, held.policy_id::text, held.priority, job.asset_id::text, job.site_id::text,
  held.customer_id::text, held.team_id::text, <held.opened_at>, <least(alarm.resumes_at, alarm.held_until)>, <told_at>
{_COUNTING} AND alarm.case_id = ANY(%s) ORDER BY alarm.case_id, alarm.id
""".replace("<", "(1000000 * extract(epoch FROM ").replace(">", "))::bigint")

Suppose = Callable[[Choices], Choices]
"""What would have been chosen or saved, or would not, other than what was."""


class Kept(NamedTuple):
    """One alarm as it was read, with what its moments follow from."""

    alarm: int
    case: str
    clock: str
    subject: str
    whose: str | None
    rung: int | None
    repeat: int
    in_hours: bool
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
    opened_at: int
    besides: int | None
    told_at: int | None

    @property
    def moments(self) -> Moments:
        """When it is due and is looked at, as it stands."""
        return Moments(self.due_at, self.look_at)


class Shift(NamedTuple):
    """A clock whose moments are others, and they before and after; none after where it cannot be counted."""

    row: Kept
    before: Moments
    after: Moments | None


def concern(whose: Iterable[For], jobs: Iterable[str] = ()) -> dict[str, Any]:
    """Whose clocks a change concerns, as `CONCERNED` asks for them: of contracts all that they cover or ever did."""
    chosen = set(whose)
    chosen.update(choices.ever_covered([subject for kind, subject in chosen if kind is ChosenFor.CONTRACT]))
    subjects = {kind.value: [UUID(subject) for of, subject in chosen if of is kind and subject] for kind in ChosenFor}
    everybody = any(of is ChosenFor.ORGANISATION for of, _ in chosen)
    return subjects | {"all": everybody, "JOB": [UUID(job) for job in jobs]}


def due_first(concerned: dict[str, Any], *, most: int) -> list[UUID]:
    """The cases with clocks that a change concerns, those that are due first before the others."""
    with connection.cursor() as cursor:
        cursor.execute(_FIRST_DUE, concerned | {"most": most})
        return [case for (case,) in cursor.fetchall()]


def kept(cases: Collection[UUID]) -> list[Kept]:
    """Their alarms that count in anybody's hours, and those from before, which do not say whether they do."""
    with connection.cursor() as cursor:
        cursor.execute(_KEPT, [list(cases)])
        return [Kept(*row) for row in cursor.fetchall()]


@lru_cache(maxsize=4096)
def _course(policy: str, clock: str, climb: Climb | None, target: timedelta, whose: Whose) -> Course:
    return course(policies.policy(policy), ClockName(clock), climb, target=target, whose=whose)


def course_of(row: Kept) -> Course:
    """What it has before it; one whose due moment was agreed upon runs until then, and never pauses."""
    clock, whose = ClockName(row.clock), Whose(row.whose or "")
    if whose is Whose.ELAPSED and not row.pauses:
        target = moment(row.due_at) - moment(row.started_at)
    else:
        target = policies.policy(row.policy).target(clock, Priority(row.priority))
    climb = None if row.rung is None else Climb(row.rung, row.repeat)
    return _course(row.policy, row.clock, climb, target, whose)


def as_it_is(known: Choices) -> Choices:
    """Nothing is supposed."""
    return known


def reckoned(rows: Sequence[Kept], *supposed: Suppose) -> list[list[Moments | None]]:
    """When each is due and must be looked at, for each thing that is supposed; None where hours are too few for it.

    What an alarm does not say, its case does.
    """
    places = {row.case: place(row.asset, row.site, row.customer) for row in rows}
    known = choices.known({subject for mine in places.values() for _, subject in mine}, at=EVER)
    alone = [decode(Case, one.fold) for one in Row.objects.filter(id__in={row.case for row in rows if not row.whose})]

    def standing(row: Kept, terms: Terms) -> Standing:
        whose, opened_at = Whose(row.whose or ""), moment(row.opened_at)
        if whose is Whose.ELAPSED:
            hours: Hours | Elapsed = ELAPSED
        else:
            chain = terms.chain(whose, row.team or "", opened_at)
            hours = terms.chosen.hours_since(chain, moment(row.started_at)) or ELAPSED
        waits = terms.hours(opened_at, row.team or "") if row.in_hours else {}
        return Standing(course_of(row), hours, row.started_at, row.pauses, waits, row.besides, row.told_at)

    def each(chosen: Choices) -> list[Moments | None]:
        said = iter(moments([standing(row, Terms(chosen, places[row.case])) for row in rows if row.whose]))
        own = {case.id: _of_its_case(case, Terms(chosen, places[case.id]).of(case)) for case in alone}
        return [next(said) if row.whose else own[row.case].get((row.clock, row.subject)) for row in rows]

    return [each(suppose(known)) for suppose in supposed]


def _of_its_case(case: Case, policy: Policy) -> dict[tuple[str, str], Moments]:
    """The moments of its clocks, by clock and subject; of none of them where one cannot be counted."""
    try:
        alarms = Watched.of(case, policy).alarms
    except CalendarRefused:
        return {}
    return {
        (one.clock.name, one.clock.subject): Moments(micros(one.clock.due_at), micros(one.look_at)) for one in alarms
    }


def shifts(rows: Sequence[Kept], before: Sequence[Moments | None], after: Sequence[Moments | None]) -> list[Shift]:
    """The clocks that move: those due at another moment, and those of which somebody is told at another moment."""
    found = zip(rows, before, after, strict=True)
    return [Shift(row, old, new) for row, old, new in found if old and new and old != new]
