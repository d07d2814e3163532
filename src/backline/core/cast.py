"""The cast of a case: who is who at a moment, and whom a rung tells of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from backline.core.candidates import Against, Point, Pool
from backline.core.oncall import Away, Schedule, Shift
from backline.core.policy import FALLBACK, Recipients
from backline.core.words import ClockName

_DECIDED = (ClockName.REVIEW, ClockName.STOP)
_BY_SHIFT = (Recipients.ON_CALL, Recipients.NEXT_ON_CALL)
_OF_A_TEAM = frozenset({Recipients.ASSIGNEE, Recipients.ON_CALL, Recipients.TEAM})


@dataclass(frozen=True, slots=True)
class Cast:
    """Who is who for a case: ids of active persons by role, and whose the shifts of its team are.

    `offered_to_team` says that the team was offered the case and nobody of it: then who is on call is its assignee, and
    the whole team where nobody is. `away` says when who of the team is not there, `full` who has as many open cases as
    are enough, with how many, `left` by climb who asked to hear no more of it. `at` is the moment of acting; without
    one nobody is on call, and nobody is away. Of the `pool` a rung tells who is suited best; `heard` says whom each
    climb has told, where there is such a rung.
    """

    assignee: tuple[str, ...] = ()
    team: tuple[str, ...] = ()
    team_lead: tuple[str, ...] = ()
    coordinators: tuple[str, ...] = ()
    managers: tuple[str, ...] = ()
    technician: tuple[str, ...] = ()
    last_resort: tuple[str, ...] = ()
    deputies: tuple[str, ...] = ()
    lifters: tuple[str, ...] = ()
    schedule: Schedule | None = None
    full: tuple[tuple[str, int], ...] = ()
    away: tuple[Away, ...] = ()
    left: tuple[tuple[str, tuple[str, ...]], ...] = ()
    offered_to_team: bool = False
    in_danger: bool = False
    at: datetime | None = None
    pool: Pool | None = None
    heard: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def of(self, clock: ClockName, at: datetime, climb: str = "") -> Cast:
        """The same for one clock at a moment, and for one climb of it.

        Of what managers decide about a review their deputies hear as well, and of a stop those who may lift it.
        """
        cast = replace(self, at=at) if self.schedule or self.away else self
        cast = replace(cast, left=tuple(one for one in self.left if one[0] == climb)) if self.left else cast
        if self.pool:
            told = self.heard.get(climb, frozenset()) | cast.gone
            cast = replace(cast, pool=replace(self.pool, told=told))
        deputies = self.deputies if clock in _DECIDED else ()
        lifters = self.lifters if clock is ClockName.STOP else ()
        if not deputies and not lifters:
            return cast
        return replace(cast, managers=tuple(dict.fromkeys((*self.managers, *deputies, *lifters))))

    def having_told(self, climb: str, persons: tuple[str, ...]) -> Cast:
        """The same after a climb told these."""
        if self.pool is None:
            return self
        return replace(self, heard={**self.heard, climb: self.heard.get(climb, frozenset()).union(persons)})

    @property
    def everybody(self) -> frozenset[str]:
        """Whoever may hear, at any moment."""
        by_role = (
            self.assignee, self.team, self.team_lead, self.coordinators, self.managers, self.technician,
            self.last_resort, self.deputies, self.schedule.persons if self.schedule else (),
        )  # fmt: skip
        return frozenset(person for persons in by_role for person in persons)

    @property
    def on_call(self) -> tuple[str, ...]:
        """Who is on call for the team; all of it where it has no schedule."""
        if self.schedule is None:
            return self.team
        return tuple(shift.person for shift in self.schedule.at(self.at)) if self.at else ()

    @property
    def next_on_call(self) -> tuple[str, ...]:
        """Who is on call after those who are now."""
        coming = self.next_shift
        return (coming.person,) if coming else ()

    @property
    def absent(self) -> frozenset[str]:
        """Who of the team is away."""
        return frozenset(one.person for one in self.away if self.at and one.covers(self.at))

    @property
    def gone(self) -> frozenset[str]:
        """Who asked to hear no more."""
        return frozenset(person for _climb, persons in self.left for person in persons)

    @property
    def next_shift(self) -> Shift | None:
        """The next shift of somebody who has none now."""
        return self.schedule.next_after(self.at) if self.schedule and self.at else None


class Passed(NamedTuple):
    """Somebody who would have heard and does not, why, and a number beside it."""

    person: str
    why: Against
    value: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """Whom a rung tells: the persons, the role that gave them, and the role asked for where that was empty.

    `held_until` is when the shift begins for which it waits: nobody is told before, and by then it may be somebody
    else's; `passed` are those who were passed over for these, and
    `suited` is what speaks for who is suited best.
    """

    persons: tuple[str, ...]
    role: Recipients
    instead_of: Recipients | None = None
    held_until: datetime | None = None
    passed: tuple[Passed, ...] = ()
    suited: tuple[Point, ...] = ()


def recipients(tell: Recipients, cast: Cast, *, hold: bool = False) -> Chosen:
    """The persons behind a role; an empty role falls to the coordinators, the managers, then the last resort.

    Of a team those who are away are passed over, as long as somebody of it is there.
    With `hold`, where nobody is on call it is for whoever is next, from then on; danger does not wait. Who is on call
    and has enough is passed over for somebody who has not, if there is one, and never where somebody is in danger.
    Whoever asked to hear no more is passed over too, but where nobody else would hear at all.
    """
    chosen = _by_role(tell, cast, hold=hold)
    left = cast.gone
    if left.isdisjoint(chosen.persons):
        return chosen
    passed = (*chosen.passed, *(Passed(one, Against.LEFT, "") for one in chosen.persons if one in left))
    instead = (Chosen(getattr(cast, role.lower()), role, tell) for role in FALLBACK)
    for one in (chosen, *instead):
        if there := tuple(person for person in one.persons if person not in left):
            return replace(one, persons=there, passed=passed)
    return chosen


def _by_role(tell: Recipients, cast: Cast, *, hold: bool) -> Chosen:
    """Those who hold the role now, or the next one that somebody holds."""
    if tell is Recipients.CANDIDATE:
        return _best(cast)
    waits = hold and tell is Recipients.ON_CALL and not cast.in_danger and not cast.on_call
    if waits and (coming := cast.next_shift):
        return Chosen((coming.person,), tell, held_until=coming.start)
    if tell is Recipients.ASSIGNEE and cast.offered_to_team and cast.schedule and cast.on_call:
        return _spread(Chosen(cast.on_call, Recipients.ON_CALL), cast)
    for role in (tell, *FALLBACK):
        if found := getattr(cast, role.lower()):
            absent = cast.absent if role in _OF_A_TEAM else frozenset[str]()
            there = tuple(one for one in found if one not in absent)
            away = tuple(Passed(one, Against.AWAY, "") for one in found if one in absent) if there else ()
            chosen = Chosen(there or found, role, None if role is tell else tell, passed=away)
            return _spread(chosen, cast) if role in _BY_SHIFT else chosen
    return Chosen((), tell, None)


def _best(cast: Cast) -> Chosen:
    """Who is suited best; where that is nobody, those hear who can choose somebody all the same."""
    best, passed = cast.pool.best(cast.absent, cast.on_call if cast.schedule else ()) if cast.pool else (None, ())
    over = tuple(Passed(*one) for one in passed)
    if best:
        return Chosen((best.person,), Recipients.CANDIDATE, passed=over, suited=best.points)
    instead = _by_role(Recipients.COORDINATORS, cast, hold=False)
    over = tuple(one for one in over if one.person not in instead.persons)
    return replace(instead, instead_of=Recipients.CANDIDATE, passed=over)


def _spread(chosen: Chosen, cast: Cast) -> Chosen:
    """Others of the shifts in the place of those who have enough; where all have, nobody is passed over."""
    full = {} if cast.in_danger else dict(cast.full)
    passed = tuple(Passed(one, Against.FULL, str(full[one])) for one in chosen.persons if one in full)
    if not passed or cast.schedule is None or cast.at is None:
        return chosen
    free = tuple(one for one in chosen.persons if one not in full)
    if not free and (next_one := cast.schedule.next_there(cast.at, {*full, *cast.on_call, *cast.gone})):
        free = (next_one,)
    return replace(chosen, persons=free, passed=(*chosen.passed, *passed)) if free else chosen
