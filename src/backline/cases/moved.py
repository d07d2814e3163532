"""Which running clocks would move if other hours counted: looked at, and nothing written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import batched

from django.db.models import Q

from backline.calendars.choices import Choices, For
from backline.calendars.words import ChosenFor
from backline.cases import gates, wording
from backline.cases.lines import Line, lines
from backline.cases.models import Case as Row
from backline.cases.roster import casts_of
from backline.cases.terms import Terms, terms_of
from backline.core.case import Case
from backline.core.clock import Clock, running
from backline.core.foresight import Foreseen, Outlook, next_of
from backline.core.policy import Policy
from backline.core.values import decode
from backline.people import queries as people
from backline.policies import queries as policies

MOST_LOOKED, MOST_NAMED, AT_A_TIME = 2000, 50, 200
_COLUMNS = {
    ChosenFor.CUSTOMER: "customer_id__in",
    ChosenFor.SITE: "site_id__in",
    ChosenFor.ASSET: "job__asset_id__in",
    ChosenFor.TEAM: "team_id__in",
}

Suppose = Callable[[Choices], Choices]
"""What would have been chosen or saved besides what was."""


@dataclass(frozen=True, slots=True)
class Told:
    """Who is told of a clock next if nobody acts, and when."""

    at: datetime
    names: str


@dataclass(frozen=True, slots=True)
class Moved:
    """One clock that would move: of which case, when it is due now and would be, and who is told next in either."""

    line: Line
    clock: str
    due: tuple[datetime, datetime]
    told: tuple[Told | None, Told | None]

    @property
    def sooner(self) -> bool:
        """Whether it would be due earlier than now."""
        return self.due[1] < self.due[0]


@dataclass(frozen=True, slots=True)
class Movement:
    """How many open cases were looked at (and whether there are more), how many clocks would move, and the first."""

    looked: int
    more: bool
    clocks: int
    first: tuple[Moved, ...]


@dataclass(frozen=True, slots=True)
class _Shift:
    """The clocks of one case that would move, under its policy with either hours."""

    row: Row
    case: Case
    policies: tuple[Policy, Policy]
    clocks: tuple[tuple[Clock, Clock], ...]


def moved(concerned: Iterable[For], suppose: Suppose, *, at: datetime) -> Movement:
    """The clocks of open cases that would move, the cases that are due first before the others.

    `concerned` are those whose hours would be others; at most `MOST_LOOKED` of their cases are looked at, so that the
    answer comes soon, and `MOST_NAMED` clocks are named.
    """
    rows = Row.objects.select_related("site", "customer", "team", "person", "job__asset").filter(_of(concerned))
    found = list(rows.filter(closed_at=None).order_by("due_at", "id")[: MOST_LOOKED + 1])
    shifts = [
        shift for some in batched(found[:MOST_LOOKED], AT_A_TIME) for shift in _shifts(list(some), suppose, at=at)
    ]
    clocks = sum(len(shift.clocks) for shift in shifts)
    return Movement(min(len(found), MOST_LOOKED), len(found) > MOST_LOOKED, clocks, _named(shifts, at))


def _of(concerned: Iterable[For]) -> Q:
    """The cases whose hours are those of any of these."""
    subjects: dict[ChosenFor, list[str]] = {}
    for kind, subject in concerned:
        subjects.setdefault(kind, []).append(subject)
    if ChosenFor.ORGANISATION in subjects:
        return Q()
    found = Q(pk__in=[])
    for kind, ids in subjects.items():
        found |= Q(**{_COLUMNS[kind]: ids})
    return found


def _shifts(rows: list[Row], suppose: Suppose, *, at: datetime) -> Iterator[_Shift]:
    known = terms_of(rows, known_at=at)
    supposed = suppose(known[0].chosen)
    for row, terms in zip(rows, known, strict=True):
        shift = _shift(row, terms, replace(terms, chosen=supposed))
        if shift and shift.clocks:
            yield shift


def _shift(row: Row, terms: Terms, other: Terms) -> _Shift | None:
    policy, team = policies.policy(str(row.policy_id)), str(row.team_id or "")
    before, after = terms.counting(policy, team), other.counting(policy, team)
    if before.hours == after.hours:
        return None
    case = decode(Case, row.fold)
    then = {clock.climb: clock for clock in running(case, after)}
    clocks = [(clock, then[clock.climb]) for clock in running(case, before)]
    return _Shift(row, case, (before, after), tuple(pair for pair in clocks if pair[0].due_at != pair[1].due_at))


def _named(shifts: list[_Shift], at: datetime) -> tuple[Moved, ...]:
    """The first of the clocks in words, and who is told next of each."""
    named = lines(shift.row for shift in shifts[:MOST_NAMED])
    casts = casts_of([shift.case for shift in shifts[:MOST_NAMED]])
    found = [
        (line, clocks, _next(shift, clocks, Outlook(shift.policies[0], casts[shift.case.id], at)))
        for shift, line in zip(shifts, named, strict=False)
        for clocks in shift.clocks
    ][:MOST_NAMED]
    ids = {person for _, _, both in found for one in both if one and one.told for person in one.told.persons}
    names = {one: person.name for one, person in people.persons_by_id(ids).items()}
    return tuple(
        Moved(
            line,
            str(wording.CLOCKS[old.name]),
            (old.due_at, new.due_at),
            (_told(before, names), _told(after, names)),
        )
        for line, (old, new), (before, after) in found
    )


def _next(shift: _Shift, clocks: tuple[Clock, Clock], outlook: Outlook) -> tuple[Foreseen | None, Foreseen | None]:
    held = gates.closed(shift.case)
    old, new = (
        next_of(clock, shift.case, replace(outlook, policy=policy, gates=held))
        for clock, policy in zip(clocks, shift.policies, strict=True)
    )
    return old, new


def _told(coming: Foreseen | None, names: dict[str, str]) -> Told | None:
    if coming is None or coming.told is None:
        return None
    return Told(coming.at, ", ".join(names[person] for person in coming.told.persons if person in names))
