"""Which running clocks would move if other hours counted: looked at, and nothing written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import batched
from uuid import UUID

from backline.calendars.choices import For
from backline.cases import gates, wording
from backline.cases.lines import Line, lines
from backline.cases.models import Case as Row
from backline.cases.roster import casts_of
from backline.cases.said import person_names
from backline.cases.standing import Shift, Suppose, as_it_is, concern, due_first, kept, reckoned, shifts
from backline.cases.terms import EVER, terms_of
from backline.core.calendar import CalendarRefused
from backline.core.case import Case
from backline.core.clock import running
from backline.core.foresight import Foreseen, Outlook, next_of
from backline.core.many import moment
from backline.core.values import decode
from backline.core.words import ClockName

MOST_LOOKED, MOST_NAMED, AT_A_TIME = 2000, 50, 200


@dataclass(frozen=True, slots=True)
class Told:
    """Who is told of a clock next if nobody acts, and when."""

    at: datetime
    names: str


@dataclass(frozen=True, slots=True)
class Moved:
    """One clock that would move: of which case, when it is due now and would be, and who is told next in either.

    `reminder` is when somebody must be told next, now and then: it may move where the due moment stays.
    """

    line: Line
    customer: str
    clock: str
    due: tuple[datetime, datetime]
    reminder: tuple[datetime, datetime]
    told: tuple[Told | None, Told | None]

    @property
    def sooner(self) -> bool:
        """Whether it would come earlier than now."""
        return (self.due[1], self.reminder[1]) < (self.due[0], self.reminder[0])

    @property
    def only_its_reminder(self) -> bool:
        """Whether it would be due as now."""
        return self.due[1] == self.due[0]


@dataclass(frozen=True, slots=True)
class Movement:
    """How many open cases were looked at (and whether there are more), how many clocks would move, and the first.

    A case none of whose clocks counts in anybody's hours is not looked at, for nothing of it can move.
    """

    looked: int
    more: bool
    clocks: int
    first: tuple[Moved, ...]


def moved(concerned: Iterable[For], suppose: Suppose, *, at: datetime) -> Movement:
    """The clocks of open cases that would move, the cases that are due first before the others.

    `concerned` are those whose hours would be others; at most `MOST_LOOKED` of their cases are looked at, so that the
    answer comes soon, and `MOST_NAMED` clocks are named.
    """
    found = due_first(concern(concerned), most=MOST_LOOKED + 1)
    looked = found[:MOST_LOOKED]
    moving = [shift for some in batched(looked, AT_A_TIME) for shift in _shifts(some, suppose)]
    first = _named(moving[:MOST_NAMED], suppose, at)
    return Movement(len(looked), len(found) > MOST_LOOKED, len(moving), first)


def _shifts(cases: Sequence[UUID], suppose: Suppose) -> list[Shift]:
    order = {str(case): number for number, case in enumerate(cases)}
    rows = sorted(kept(cases), key=lambda row: (order[row.case], row.due_at))
    return shifts(rows, *reckoned(rows, as_it_is, suppose))


def _named(moving: list[Shift], suppose: Suppose, at: datetime) -> tuple[Moved, ...]:
    """The clocks in words, and who is told next of each."""
    found = Row.objects.select_related("site", "customer", "team", "person", "job__asset")
    rows = list(found.filter(id__in={shift.row.case for shift in moving}))
    cases = {line.id: (line, row.customer.name) for row, line in zip(rows, lines(rows), strict=True)}
    ahead = _ahead(rows, suppose, at)
    names = person_names(person for one in ahead.values() if one.told for person in one.told.persons)
    return tuple(
        Moved(
            *cases[row.case], str(wording.CLOCKS[ClockName(row.clock)]),
            (moment(before.due_at), moment(after.due_at)), (moment(before.look_at), moment(after.look_at)),
            (_told(ahead.get((row.case, row.clock, row.subject, 0)), names),
             _told(ahead.get((row.case, row.clock, row.subject, 1)), names)),
        )
        for row, before, after in moving if after
    )  # fmt: skip


def _ahead(rows: list[Row], suppose: Suppose, at: datetime) -> dict[tuple[str, str, str, int], Foreseen]:
    """What comes next of each running clock, as things are (0) and as they would be (1)."""
    cases = [decode(Case, row.fold) for row in rows]
    known = terms_of(rows, known_at=EVER)
    casts = casts_of(cases, [terms.of(case) for case, terms in zip(cases, known, strict=True)], at=at)
    found = {}
    for case, terms in zip(cases, known, strict=True):
        for way, chosen in enumerate((terms.chosen, suppose(terms.chosen))):
            policy = replace(terms, chosen=chosen).of(case)
            outlook = Outlook(policy, casts[case.id], at, gates.closed(case, policy))
            with suppress(CalendarRefused):  # one that cannot be counted says nothing of what comes, and stops no other
                for clock in running(case, outlook.policy):
                    if coming := next_of(clock, case, outlook):
                        found[case.id, clock.name.value, clock.subject, way] = coming
    return found


def _told(coming: Foreseen | None, names: dict[str, str]) -> Told | None:
    if coming is None or coming.told is None:
        return None
    return Told(coming.at, ", ".join(names[person] for person in coming.told.persons if person in names))
