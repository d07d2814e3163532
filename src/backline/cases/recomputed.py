"""Reads the changes of calendars: how far the clocks they concern were recomputed, what moved, and who is told next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backline.calendars.words import ChosenFor
from backline.cases import gates, wording
from backline.cases.models import Case as Row
from backline.cases.models import Recompute
from backline.cases.operations import Moved
from backline.cases.roster import casts_of
from backline.cases.terms import EVER, terms_of
from backline.core.calendar import CalendarRefused
from backline.core.case import Case
from backline.core.clock import running
from backline.core.foresight import Foreseen, Outlook, next_of
from backline.core.values import decode
from backline.jobs import queries as jobs
from backline.people import queries as people

MOST_CHANGES, SHOWN = 50, 100


@dataclass(frozen=True, slots=True)
class Change:
    """One change of calendars: what it is, who made it and when, and how far the clocks are recomputed."""

    id: int
    what: str
    who: str
    made_at: datetime | None
    begun_at: datetime | None
    ended_at: datetime | None
    cases: int
    looked: int
    moved: int
    stuck: int

    @property
    def share(self) -> float:
        """How much of it is done, from 0 to 1."""
        return 1 if self.ended_at else min(self.looked / self.cases, 1) if self.cases else 0

    @property
    def percent(self) -> int:
        """The same in full percents."""
        return int(self.share * 100)


@dataclass(frozen=True, slots=True)
class MovedClock:
    """A clock that moved: its case and name, when it was due and is, and what is next as things stand now.

    It is due at no moment where it could not be counted.
    """

    case: str
    reference: str
    customer: str
    clock: str
    due_before: datetime
    due_at: datetime | None
    reminder_before: datetime
    reminder_at: datetime | None
    next_at: datetime | None
    next_is: str

    @property
    def only_its_reminder(self) -> bool:
        """Whether it is due as before, and somebody is told of it at another moment."""
        return self.due_at == self.due_before


def changes(*, most: int = MOST_CHANGES) -> list[Change]:
    """The last changes, the newest first."""
    return _changes(_rows().order_by("-id")[:most])


def waiting() -> Change | None:
    """The change that the engine is at or comes to next."""
    found = _changes(_rows().filter(ended_at=None).order_by("id")[:1])
    return found[0] if found else None


def done(change_id: int) -> Change:
    """One change: how much was looked at for it, and how many clocks it moved."""
    return _changes([_rows().get(id=change_id)])[0]


def change(change_id: int, *, at: datetime, zone: str) -> tuple[Change, list[MovedClock]] | None:
    """One change, with the clocks that moved first and who is told next of each."""
    row = _rows().filter(id=change_id).first()
    if row is None:
        return None
    first = [decode(Moved, one) for portion in row.portions.order_by("id") for one in portion.first][:SHOWN]
    return _changes([row])[0], _clocks(first, at=at, zone=zone)


def reference(case_id: str) -> str:
    """What a case is called."""
    return str(Row.objects.only("number").get(id=case_id))


def _rows() -> QuerySet[Recompute]:
    sums = {name: Coalesce(Sum(f"portions__{name}"), 0) for name in ("looked", "moved", "stuck")}
    return Recompute.objects.select_related("version", "choice__calendar", "cover").annotate(**sums)


def _changes(rows: Iterable[Recompute]) -> list[Change]:
    found = list(rows)
    makers = {made.made_by for row in found if (made := row.version or row.choice or row.cover)}
    names = {one: person.name for one, person in people.persons_by_id(makers).items()}
    contracts = jobs.contracts_by_id({str(row.cover.contract) for row in found if row.cover})
    numbers = {one: contract.number for one, contract in contracts.items()}
    return [_change(row, names, numbers) for row in found]


def _change(row: Recompute, names: dict[str, str], numbers: dict[str, str]) -> Change:
    made = row.version or row.choice or row.cover
    saved = row.version or row.cover
    made_at = saved.saved_at if saved else row.choice.chosen_at if row.choice else row.begun_at
    sums: Any = row
    progress = (row.begun_at, row.ended_at, row.cases, sums.looked, sums.moved, sums.stuck)
    return Change(row.id, _what(row, numbers), names.get(made.made_by, "") if made else "", made_at, *progress)


def _what(row: Recompute, numbers: dict[str, str]) -> str:
    if row.version:
        return _("%(name)s, version %(number)d") % {"name": row.version.name, "number": row.version.number}
    if row.cover:
        return _("What contract %(number)s covers") % {"number": numbers.get(str(row.cover.contract), "")}
    if row.concerns:
        places = len(row.concerns.get("JOB", ()))
        return ngettext("%(n)d job is at another place", "%(n)d jobs are at another place", places) % {"n": places}
    if row.choice is None:
        return _("All clocks, because somebody asked for it")
    name = row.choice.calendar.name if row.choice.calendar else _("No calendar")
    return _chosen_for(ChosenFor(row.choice.kind)) % {"name": name}


def _chosen_for(kind: ChosenFor) -> str:
    return {
        ChosenFor.ORGANISATION: _("%(name)s chosen for the organisation"),
        ChosenFor.CUSTOMER: _("%(name)s chosen for a customer"),
        ChosenFor.CONTRACT: _("%(name)s chosen for a contract"),
        ChosenFor.SITE: _("%(name)s chosen for a site"),
        ChosenFor.ASSET: _("%(name)s chosen for an asset"),
        ChosenFor.TEAM: _("%(name)s chosen for a team"),
    }[kind]


def _clocks(moved: Sequence[Moved], *, at: datetime, zone: str) -> list[MovedClock]:
    rows = list(Row.objects.select_related("job", "customer").filter(id__in={one.case for one in moved}))
    cases = {str(row.id): decode(Case, row.fold) for row in rows}
    terms = dict(zip(cases, terms_of(rows, known_at=EVER), strict=True))
    rules = {key: terms[key].of(case) for key, case in cases.items()}
    casts = casts_of(list(cases.values()), list(rules.values()), at=at)
    ahead = {
        key: _ahead(case, Outlook(rules[key], casts[key], at, gates.closed(case, rules[key])))
        for key, case in cases.items()
    }
    told = {person for coming in ahead.values() for one in coming if one.told for person in one.told.persons}
    words = wording.Told({one: person.name for one, person in people.persons_by_id(told).items()}, {}, zone)
    known = {str(row.id): (str(row), row.customer.name) for row in rows}
    return [_clock(one, known[one.case], ahead[one.case], words) for one in moved]


def _ahead(case: Case, outlook: Outlook) -> list[Foreseen]:
    """The next thing that each running clock brings, whatever the others do; nothing where one cannot be counted."""
    try:
        return [one for clock in running(case, outlook.policy) if (one := next_of(clock, case, outlook))]
    except CalendarRefused:
        return []


def _clock(moved: Moved, known: tuple[str, str], ahead: Sequence[Foreseen], told: wording.Told) -> MovedClock:
    found = next((one for one in ahead if one.clock is moved.clock), None)
    return MovedClock(
        moved.case,
        *known,
        str(wording.CLOCKS[moved.clock]),
        moved.due_before,
        moved.due_at,
        moved.look_before,
        moved.look_at,
        found.at if found else None,
        wording.foreseen(found, told) if found else "",
    )
