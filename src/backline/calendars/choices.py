"""Which calendar counts for whom: chosen for the organisation, a customer, a contract, a site, an asset or a team."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction

from backline.calendars import models, queries, wording
from backline.calendars.closed_days import Named, names_of
from backline.calendars.queries import Saved
from backline.calendars.words import ChosenFor
from backline.core.calendar import (
    FIRST_YEAR,
    Block,
    Calendar,
    History,
    Pieced,
    Stretch,
    Version,
    full_second,
    same_every_day,
)
from backline.core.words import Actor

EVERYBODY = UUID(int=0)
For = tuple[ChosenFor, str]
"""For whom: a kind and an id."""

EARLIEST, LATEST = datetime(FIRST_YEAR, 1, 1, tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
SETTLED = timedelta(seconds=1)
"""A choice counts from the next full second on."""
ALWAYS = Calendar("UTC", same_every_day(Block(0, 24 * 60)))
"""What counts before anybody chose: all time."""

_KNOWN = """
WITH covering AS (
  SELECT DISTINCT ON (contract, kind, subject) contract, kind, subject, from_at, to_at FROM calendars_cover
  WHERE subject = ANY(%(subjects)s) AND saved_at <= %(at)s ORDER BY contract, kind, subject, saved_at DESC, id DESC
), made AS (
  SELECT choice.id, kind, subject, calendar_id, chosen_at, last.name, last.number
  FROM calendars_choice AS choice LEFT JOIN LATERAL (
    SELECT name, number FROM calendars_calendarversion AS version
    WHERE version.calendar_id = choice.calendar_id AND version.saved_at <= %(at)s ORDER BY number DESC LIMIT 1
  ) AS last ON true
  WHERE chosen_at <= %(at)s AND (
    subject = ANY(%(subjects)s) OR kind = ANY(%(always)s) OR subject IN (SELECT contract FROM covering)
  )
)
SELECT made.id, made.kind, made.subject, calendar_id, chosen_at, name, number,
  contract, covering.kind, covering.subject, from_at, to_at
FROM made FULL JOIN covering ON covering.contract = made.subject ORDER BY chosen_at, made.id
"""
_LEARNED = """
SELECT chosen_at AS moment FROM calendars_choice
UNION SELECT saved_at FROM calendars_calendarversion WHERE EXISTS (SELECT FROM calendars_choice)
UNION SELECT saved_at FROM calendars_cover WHERE EXISTS (SELECT FROM calendars_choice) ORDER BY moment
"""
_ALWAYS_READ = [ChosenFor.ORGANISATION.value, ChosenFor.TEAM.value]


@dataclass(frozen=True, slots=True)
class Chosen:
    """From when on which calendar counts for somebody, as its last version known calls it; empty for none any more."""

    whose: For
    from_at: datetime
    calendar: str
    number: int
    name: str
    id: int = 0


class Era(NamedTuple):
    """From when on a choice counted for somebody; all time counted where there was none.

    `change` is the version by which its calendar had become what it was then; none where that was its first. `log` is
    what its versions call their days.
    """

    from_at: datetime
    chosen: Chosen | None
    change: Version | None = None
    log: tuple[Named, ...] = ()

    @property
    def calendar(self) -> Calendar:
        """The hours that counted."""
        return self.change.calendar if self.change else self.log[0].calendar if self.log else ALWAYS

    def goes_on_in(self, following: Era, start: datetime, end: datetime) -> bool:
        """Whether the one after it is the same choice, and open just when this would have been, between two moments."""
        one, other = self.chosen, following.chosen
        if not one or not other or (one.whose, one.calendar) != (other.whose, other.calendar):
            return False
        return self.calendar.spans(start, end) == following.calendar.spans(start, end)


@dataclass(frozen=True, slots=True)
class Covering:
    """That a contract covers somebody or something from one moment to another; no end where none is known."""

    whose: For
    from_at: datetime
    to_at: datetime | None = None

    def holds(self, moment: datetime) -> bool:
        """Whether it does at a moment."""
        return self.from_at <= moment and (self.to_at is None or moment < self.to_at)


@dataclass(frozen=True, slots=True)
class Choices:
    """The choices that were known at a moment, by for whom, in the order in which they were made.

    `covers` are the contracts that cover those who were asked about, by whom they cover.
    """

    made: Mapping[For, Sequence[Chosen]]
    supposed: tuple[tuple[str, Version], ...] = ()
    covers: Mapping[For, Sequence[tuple[str, Covering]]] = field(default_factory=dict)
    _hours: dict[tuple[For, ...], Pieced | None] = field(default_factory=dict, init=False, compare=False, repr=False)

    def contracts(self, places: Sequence[For], at: datetime) -> tuple[For, ...]:
        """The contracts that cover any of the places at a moment: those of the first place first, the latest first."""
        found = [
            (nearest, -one.from_at.timestamp(), contract)
            for nearest, place in enumerate(places)
            for contract, one in self.covers.get(place, ())
            if one.holds(at)
        ]
        return tuple(dict.fromkeys((ChosenFor.CONTRACT, contract) for *_order, contract in sorted(found)))

    def with_choice(self, choice: Chosen) -> Choices:
        """As if this had been chosen as well, after all others."""
        return replace(self, made={**self.made, choice.whose: (*self.made.get(choice.whose, ()), choice)})

    def with_version(self, calendar: str, version: Version) -> Choices:
        """As if this version of a calendar had been saved as well, after all others."""
        return replace(self, supposed=(*self.supposed, (calendar, version)))

    def without(self, choices: Collection[int], versions: Mapping[str, int]) -> Choices:
        """As if these had not been chosen, nor these versions of calendars and what follows them been saved."""
        made = {
            whose: tuple(
                replace(one, number=min(one.number, versions.get(one.calendar, one.number + 1) - 1))
                for one in mine
                if one.id not in choices
            )
            for whose, mine in self.made.items()
        }
        return replace(self, made=made)

    def hours(self, chain: Sequence[For]) -> Pieced | None:
        """The hours of the first in the chain who has any, at each moment; None where nobody ever had."""
        theirs = tuple(whose for whose in chain if whose in self.made)
        if theirs not in self._hours:  # many cases are known at once, and few chains are different
            moments = sorted({one.from_at for whose in theirs for one in self.made[whose]})
            parts = tuple((moment, *self._at(theirs, moment)) for moment in moments)
            chosen = any(calendar for _, calendar, _ in parts)
            self._hours[theirs] = _pieced(parts, self.supposed) if chosen else None
        return self._hours[theirs]

    def hours_since(self, chain: Sequence[For], start: datetime) -> Pieced | None:
        """The same from a moment on, and one value for all for whom the same calendar counted ever since."""
        if any(start < one.from_at + SETTLED for whose in chain for one in self.made.get(whose, ())):
            return self.hours(chain)
        found = self._last(chain, None)
        return _of_version(found.calendar, found.number, self.supposed) if found else None

    def eras(self, chain: Sequence[For]) -> tuple[Era, ...]:
        """Which choice counted from when on, and which change of its calendar, in order and the first since ever.

        The same one twice is one.
        """
        found = [Era(EARLIEST, None)]
        moments = sorted({one.from_at for whose in chain for one in self.made.get(whose, ())})
        for moment, until in pairwise((*moments, LATEST)):
            for era in self._changing(self._last(chain, moment), full_second(moment), until):
                if _which(era) != _which(found[-1]):
                    found.append(era)
        return tuple(found)

    def _changing(self, chosen: Chosen | None, start: datetime, until: datetime) -> Iterator[Era]:
        """A choice between two moments, with each change of its calendar that counted then."""
        changes = _changes(chosen.calendar, chosen.number, self.supposed) if chosen else ((EARLIEST, None),)
        log = _log(chosen.calendar, chosen.number) if chosen else ()
        for (begins, change), (ends, _) in pairwise((*changes, (LATEST, None))):
            if max(start, begins) < min(ends, until):
                yield Era(max(start, begins), chosen, change, log)

    def _at(self, chain: Sequence[For], moment: datetime) -> tuple[str, int]:
        found = self._last(chain, moment)
        return (found.calendar, found.number) if found else ("", 0)

    def _last(self, chain: Sequence[For], moment: datetime | None) -> Chosen | None:
        for whose in chain:
            mine = self.made.get(whose, ())
            if moment is not None:
                mine = [one for one in mine if one.from_at <= moment]
            if mine and mine[-1].calendar:
                return mine[-1]
        return None


def _which(era: Era) -> tuple[For, str, Version | None] | None:
    return (era.chosen.whose, era.chosen.calendar, era.change) if era.chosen else None


def known(subjects: Collection[str], *, at: datetime) -> Choices:
    """What was chosen, by a moment, for the organisation, for every team, and for these subjects."""
    asked: dict[str, Any] = {"subjects": list(map(UUID, filter(None, subjects))), "always": _ALWAYS_READ, "at": at}
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, asked)
        rows = cursor.fetchall()
    return Choices(_by_whom(rows), covers=_by_place(rows))


def _by_whom(rows: Sequence[tuple[Any, ...]]) -> dict[For, tuple[Chosen, ...]]:
    found: dict[For, dict[int, Chosen]] = {}
    for choice, kind, subject, calendar, chosen_at, name, number, *_covered in rows:
        if choice:
            whose, named = (ChosenFor(kind), str(subject)), (str(calendar or ""), number or 0, name or "")
            found.setdefault(whose, {})[choice] = Chosen(whose, chosen_at, *named, choice)
    return {whose: tuple(mine.values()) for whose, mine in found.items()}


def _by_place(rows: Sequence[tuple[Any, ...]]) -> dict[For, tuple[tuple[str, Covering], ...]]:
    found: dict[For, dict[tuple[str, Covering], None]] = {}
    for *_choice, contract, covered, place, from_at, to_at in rows:
        if from_at:
            one = Covering((ChosenFor(covered), str(place)), from_at, to_at)
            found.setdefault(one.whose, {})[str(contract), one] = None
    return {place: tuple(mine) for place, mine in found.items()}


def learned() -> list[datetime]:
    """Every moment at which a choice, a version or a contract's place was saved, in order; none without any choice."""
    with connection.cursor() as cursor:
        cursor.execute(_LEARNED)
        return [moment for (moment,) in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class Made:
    """One entry of the log: who chose which calendar for somebody, and when; none where `calendar` is empty."""

    whose: For
    calendar: str
    name: str
    chosen_at: datetime
    made_by: str


def log(whose: For) -> list[Made]:
    """What was ever chosen for somebody, the last first."""
    kind, subject = whose
    rows = models.Choice.objects.filter(kind=kind, subject=UUID(subject)).select_related("calendar")
    return [_made(row) for row in rows.order_by("-chosen_at", "-id")]


def in_force() -> list[Made]:
    """The choices that hold now, of everybody who has a calendar, by whom and the latest first."""
    last = models.Choice.objects.order_by("kind", "subject", "-chosen_at", "-id").distinct("kind", "subject")
    found = models.Choice.objects.filter(id__in=last.values("id"), calendar__isnull=False)
    return [_made(row) for row in found.select_related("calendar").order_by("kind", "-chosen_at", "-id")]


def ever(calendar: str) -> list[For]:
    """For whom a calendar was ever chosen: whose hours another version of it may move."""
    rows = models.Choice.objects.filter(calendar_id=UUID(calendar)).values_list("kind", "subject").distinct()
    return [(ChosenFor(kind), str(subject)) for kind, subject in rows]


def ever_chosen(kind: ChosenFor, subjects: Collection[str]) -> set[str]:
    """Those of the subjects for whom somebody ever chose a calendar, or none."""
    rows = models.Choice.objects.filter(kind=kind, subject__in=list(map(UUID, subjects)))
    return {str(subject) for subject in rows.values_list("subject", flat=True)}


def _made(row: models.Choice) -> Made:
    whose = (ChosenFor(row.kind), str(row.subject))
    name = row.calendar.name if row.calendar else ""
    return Made(whose, str(row.calendar_id or ""), name, row.chosen_at, row.made_by)


def choose(whose: For, calendar: str, *, by: Actor, at: datetime, seen: str | None = None) -> bool:
    """From now on this calendar (or none, where empty) counts for somebody; False where it does already.

    `seen` is the calendar that was on view as chosen; raises `Refused` where another was chosen meanwhile.
    """
    kind, subject = whose
    with transaction.atomic():
        with connection.cursor() as cursor:  # there may be no row yet to wait for
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{kind}:{subject}"])
        mine = models.Choice.objects.filter(kind=kind, subject=subject).order_by("chosen_at", "id").last()
        now = str(mine.calendar_id or "") if mine else ""
        if now == calendar:
            return False
        if seen not in (None, now):
            raise wording.chosen_meanwhile()
        if calendar and not models.WorkingCalendar.objects.filter(id=UUID(calendar)).exists():
            raise wording.no_such_calendar()
        row = models.Choice(kind=kind, subject=subject, calendar_id=calendar or None, chosen_at=at, made_by=by.id)
        row.save(force_insert=True)
    return True


def ever_covered(contracts: Collection[str]) -> list[For]:
    """What contracts cover, or ever did."""
    rows = models.Cover.objects.filter(contract__in=list(map(UUID, contracts))).values_list("kind", "subject")
    return [(ChosenFor(kind), str(subject)) for kind, subject in rows.distinct()]


def cover(contract: str, wanted: Collection[Covering], *, by: Actor, at: datetime) -> None:
    """From now on it is known that a contract covers these, and nothing else; what is known already is left alone.

    The caller holds the contract, so that nobody else does the same at once.
    """
    rows = models.Cover.objects.filter(contract=contract).order_by("kind", "subject", "-saved_at", "-id")
    last = {(ChosenFor(row.kind), str(row.subject)): row for row in rows.distinct("kind", "subject")}
    periods = {one.whose: (one.from_at, one.to_at) for one in wanted}
    gone = {whose: (None, None) for whose, row in last.items() if row.from_at and whose not in periods}
    new = {
        whose: period for whose, period in periods.items()
        if whose not in last or (last[whose].from_at, last[whose].to_at) != period
    }  # fmt: skip
    models.Cover.objects.bulk_create(
        models.Cover(
            contract=contract, kind=kind, subject=subject, from_at=from_at, to_at=to_at, saved_at=at, made_by=by.id
        )
        for (kind, subject), (from_at, to_at) in {**gone, **new}.items()
    )


@lru_cache(maxsize=1024)
def _pieced(parts: tuple[tuple[datetime, str, int], ...], supposed: tuple[tuple[str, Version], ...] = ()) -> Pieced:
    """One calendar after another; versions never change, so that each combination is put together once a process."""
    made = (
        Stretch(from_at, _of_version(calendar, number, supposed) if calendar else ALWAYS)
        for from_at, calendar, number in parts
    )
    return Pieced((Stretch(EARLIEST, ALWAYS), *made))


@lru_cache(maxsize=512)
def _of_version(calendar: str, number: int, supposed: tuple[tuple[str, Version], ...]) -> Pieced:
    history = _history(calendar, number, supposed)
    return history.known_at(history.versions[-1].saved_at)


@lru_cache(maxsize=512)
def _changes(
    calendar: str, number: int, supposed: tuple[tuple[str, Version], ...]
) -> tuple[tuple[datetime, Version | None], ...]:
    """From when on each change of a calendar's hours counts, the first since ever; none for what it was at first.

    A night that began under the hours before is theirs until it is over.
    """
    history = _history(calendar, number, supposed)
    begun = [one for _, one in history.begun(history.versions[-1].saved_at)]
    hours = _of_version(calendar, number, supposed)
    changed = [
        (hours.own_from(place), one)
        for place, (before, one) in enumerate(pairwise(begun), 1)
        if one.calendar != before.calendar
    ]
    first = begun[0]
    return ((EARLIEST, None if first.calendar == history.versions[0].calendar else first), *changed)


@lru_cache(maxsize=512)
def _history(calendar: str, number: int, supposed: tuple[tuple[str, Version], ...]) -> History:
    saved = (one.version for one in _saved(calendar, number))
    return History((*saved, *(version for whose, version in supposed if whose == calendar)))


@lru_cache(maxsize=512)
def _saved(calendar: str, number: int) -> tuple[Saved, ...]:
    return tuple(one for one in queries.versions(calendar) if one.number <= number)


@lru_cache(maxsize=512)
def _log(calendar: str, number: int) -> tuple[Named, ...]:
    """What each version calls its days, by when it counts."""
    saved = _saved(calendar, number)
    begun = History(tuple(one.version for one in saved)).begun(saved[-1].version.saved_at)
    names = {id(one.version): names_of(one.closed_days) for one in saved}
    return tuple(Named(begins, version.calendar, names[id(version)]) for begins, version in begun)
