"""What somebody hears of shifts that move, as it was when they moved: found by looking before and after."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Q

from backline.core.oncall import Interval, Schedule, Shift, uncovered
from backline.people.among import among_ids
from backline.people.models import Absence, Agreement, SwapAsked, Team
from backline.people.oncall import schedules
from backline.people.planned import planners
from backline.people.queries import ids, members

type Spans = dict[str, tuple[Interval, ...]]
"""From when to when, by person."""
_NOBODYS = Schedule(())


class What(StrEnum):
    """What somebody hears."""

    ASKED = "asked"
    TAKEN = "taken"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    GONE = "gone"
    GIVEN = "given"
    STANDS_IN = "stands_in"
    AWAY = "away"
    BACK = "back"
    CHANGED = "changed"
    LEFT_OPEN = "left_open"


@dataclass(frozen=True, slots=True)
class News:
    """What one person hears, about which shifts of which team.

    `other` is whom it is about, `by` who did it, nobody where a list from elsewhere did. `back` is what was offered in
    return, `gained` what is the reader's from now on, `gaps` when nobody is on call, `others` who stands in.
    """

    to: str
    what: What
    team: str
    other: str = ""
    spans: tuple[Interval, ...] = ()
    by: str = ""
    back: tuple[Interval, ...] = ()
    gained: tuple[Interval, ...] = ()
    gaps: tuple[Interval, ...] = ()
    others: tuple[str, ...] = ()

    @property
    def moments(self) -> list[Interval]:
        """The times it is about, in order."""
        return sorted((*self.spans, *self.gained))


@dataclass(frozen=True, slots=True)
class Moved:
    """What each had in one team before and has not after, what each has instead, and what is planned now."""

    team: str
    lost: Spans
    gained: Spans
    now: Schedule


@dataclass(frozen=True, slots=True)
class Before:
    """Who has the shifts of some teams in a span, before something is done to them."""

    teams: tuple[str, ...]
    start: datetime
    end: datetime
    at: datetime
    stood: dict[str, Schedule]

    @classmethod
    def of(cls, teams: Collection[str], start: datetime, end: datetime, *, at: datetime) -> Before:
        """As it is now."""
        return cls(tuple(teams), start, end, at, schedules(teams, start, end, at=at) if teams else {})

    def moved(self) -> list[Moved]:
        """What is otherwise by now, in the teams in which something is."""
        now = schedules(self.teams, self.start, self.end, at=self.at) if self.teams else {}
        found = [self._moved(team, now.get(team, _NOBODYS)) for team in self.teams]
        return [one for one in found if one.lost or one.gained]

    def _moved(self, team: str, after: Schedule) -> Moved:
        was = self.stood.get(team, _NOBODYS).shifts(self.start, self.end)
        now = after.shifts(self.start, self.end)
        return Moved(team, _missing(was, now), _missing(now, was), after)


def concerned(persons: Collection[str], start: datetime, end: datetime) -> list[str]:
    """The teams in which these persons have shifts in a span, or may: who took one over need not be in the team."""
    those = among_ids(ids(persons))
    agreed = Agreement.objects.filter(person__in=those, from_at__lt=end, to_at__gt=start)
    found = Team.objects.filter(Q(members__in=those) | Q(id__in=agreed.values("team"))).distinct()
    return sorted(map(str, found.values_list("id", flat=True)))


def of_swap(swap: SwapAsked, *, at: datetime) -> Iterator[News]:
    """Of a swap that was asked for, or answered."""
    asker, asked, by = str(swap.asker_id), str(swap.asked_id or ""), str(swap.answered_by_id or "")
    what = What(swap.answer.lower()) if swap.answer else What.ASKED
    hear = {
        What.ASKED: [asked] if asked else _others_there(swap, at),
        What.WITHDRAWN: [to for to in (asker, asked) if to != by],
    }.get(what, [asker])
    back = ((swap.back_from, swap.back_to),) if swap.back_from and swap.back_to else ()
    for to in filter(None, hear):
        yield News(to, what, swap.team.name, by or asker, ((swap.from_at, swap.to_at),), back=back)


def _others_there(swap: SwapAsked, at: datetime) -> list[str]:
    """Everybody of the team who could take it."""
    team, asker = str(swap.team_id), str(swap.asker_id)
    others = [person for person in members([team]).get(team, ()) if person != asker]
    away = Absence.objects.filter(person__in=ids(others), from_at__lt=swap.to_at)
    away = away.exclude(to_at__lte=max(swap.from_at, at))
    absent = {str(person) for person in away.values_list("person_id", flat=True)}
    return [person for person in others if person not in absent]


def of_agreement(kept: Agreement, moved: Iterable[Moved]) -> Iterator[News]:
    """Of who was named or took over: whose it was hears who has it, and who has it that he does."""
    person, by = str(kept.person_id), kept.made_by
    for one in moved:
        for to, spans in one.lost.items():
            if to not in (person, by):
                yield News(to, What.GONE, kept.team.name, person, spans, by)
        if person in one.gained and person != by:
            yield News(person, What.GIVEN, kept.team.name, person, one.gained[person], by)


def of_absence(kept: Absence, moved: Iterable[Moved], *, at: datetime) -> Iterator[News]:
    """Of who is away from his shifts: who stands in hears it, and who plans the team."""
    person, by = str(kept.person_id), kept.made_by
    for one in moved:
        team, lost = _named(one.team), one.lost.get(person, ())
        for to, spans in one.gained.items():
            if to != by:
                yield News(to, What.STANDS_IN, team, person, spans)
        gaps, others = tuple(gap for start, end in lost for gap in one.now.gaps(start, end)), tuple(one.gained)
        for to in _planners(one.team, by, at, without=person) if lost else ():
            yield News(to, What.AWAY, team, person, lost, gaps=gaps, others=others)


def of_return(person: str, moved: Iterable[Moved], *, by: str, at: datetime) -> Iterator[News]:
    """Of who is there after all: each whose shifts are others hears it, and who plans the team."""
    for one in moved:
        yield from of_change([one], by=by, at=at)
        hear = {by, *one.lost, *one.gained}
        for to in _planners(one.team, by, at, without=person):
            if to not in hear:
                yield News(to, What.BACK, _named(one.team), person, one.gained.get(person, ()))


def of_change(moved: Iterable[Moved], *, by: str, at: datetime) -> Iterator[News]:
    """Of what was planned otherwise: each whose shifts are others hears which, but for whoever did it.

    Where that leaves nobody, who plans the team hears when.
    """
    for one in moved:
        gaps = tuple(sorted({gap for spans in one.lost.values() for span in spans for gap in one.now.gaps(*span)}))
        for to in _planners(one.team, by, at) if gaps else ():
            yield News(to, What.LEFT_OPEN, _named(one.team), spans=gaps, by=by)
        for to in dict.fromkeys((*one.lost, *one.gained)):
            if to != by:
                lost, gained = one.lost.get(to, ()), one.gained.get(to, ())
                yield News(to, What.CHANGED, _named(one.team), spans=lost, by=by, gained=gained)


def _planners(team: str, by: str, at: datetime, *, without: str = "") -> list[str]:
    return [to for to in planners([team], at=at, without=without)[team] if to != by]


def _named(team: str) -> str:
    return Team.objects.get(id=team).name


def _missing(here: Iterable[Shift], there: tuple[Shift, ...]) -> Spans:
    found: Spans = {}
    for one in here:
        same = [other for other in there if other.person == one.person]
        spans = uncovered(_within(same, one.start, one.end), one.start, one.end)
        if spans:
            found[one.person] = (*found.get(one.person, ()), *spans)
    return found


def _within(shifts: Iterable[Shift], start: datetime, end: datetime) -> list[Shift]:
    return [one for one in shifts if one.start < end and start < one.end]
