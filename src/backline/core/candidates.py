"""Candidates: who could take a case, in order, with what speaks for each of them and what against."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from backline.core.load import is_full

MOST_LEVEL = 4
"""Levels of a skill: 1 learns it, 2 works alone, 3 is asked by others, 4 teaches it."""
MOST_COUNTED = 5
"""What was solved more often than this says no more."""
SOON = timedelta(days=30)
"""A certificate that ends within this time is said to."""


class For(StrEnum):
    """What speaks for somebody; `wording` makes the words."""

    SKILL = "SKILL"
    CERTIFIED = "CERTIFIED"
    SAME_ASSET = "SAME_ASSET"
    SAME_FAULT = "SAME_FAULT"
    SAME_SITE = "SAME_SITE"
    TERRITORY = "TERRITORY"
    LANGUAGE = "LANGUAGE"
    ON_CALL = "ON_CALL"
    SUGGESTED_TEAM = "SUGGESTED_TEAM"


class Against(StrEnum):
    """What speaks against somebody: the first ones are why not, the others make him come later."""

    AWAY = "AWAY"
    LACKS = "LACKS"
    NOT_CERTIFIED = "NOT_CERTIFIED"
    CERTIFICATE_ENDED = "CERTIFICATE_ENDED"
    CERTIFICATE_COMING = "CERTIFICATE_COMING"
    FULL = "FULL"
    HAD_IT = "HAD_IT"
    LEFT = "LEFT"
    OPEN_CASES = "OPEN_CASES"


WHY_NOT = frozenset(
    {
        Against.AWAY,
        Against.LACKS,
        Against.NOT_CERTIFIED,
        Against.CERTIFICATE_ENDED,
        Against.CERTIFICATE_COMING,
        Against.FULL,
    }
)


class Holds(StrEnum):
    """How a certificate stands on a day."""

    NONE = "NONE"
    COMING = "COMING"
    VALID = "VALID"
    ENDING = "ENDING"
    ENDED = "ENDED"


class Point(NamedTuple):
    """One thing that counts, and how much: what it is about (a skill, a language), a number or day beside it."""

    what: For | Against
    about: str = ""
    value: str = ""
    counts: float = 0


@dataclass(frozen=True, slots=True)
class Ability:
    """How well somebody can do something, and from which day until which that is certified; without a day always."""

    level: int
    certified: bool = False
    until: date | None = None
    since: date | None = None

    def holds(self, day: date) -> Holds:
        """How its certificate stands; on its last day it still counts."""
        if not self.certified:
            return Holds.NONE
        if self.since and day < self.since:
            return Holds.COMING
        if self.until is None or day + SOON < self.until:
            return Holds.VALID
        return Holds.ENDED if self.until < day else Holds.ENDING


@dataclass(frozen=True, slots=True)
class Solved:
    """How many cases somebody solved that were like this one."""

    asset: int = 0
    fault: int = 0
    site: int = 0


@dataclass(frozen=True, slots=True)
class Able:
    """Somebody who might take it: what he can, where he works, and what he has already; a cap of 0 is none."""

    person: str
    teams: frozenset[str] = frozenset()
    abilities: Mapping[str, Ability] = field(default_factory=dict)
    languages: frozenset[str] = frozenset()
    territories: frozenset[str] = frozenset()
    solved: Solved = Solved()
    open_cases: int = 0
    cap: int = 0
    away: bool = False
    on_call: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a case asks for: levels of skills, those among them that must be certified on the day, and where it is.

    `urgent` says that somebody is in danger: then nobody's cap counts.
    """

    day: date
    levels: Mapping[str, int] = field(default_factory=dict)
    certified: frozenset[str] = frozenset()
    language: str = ""
    territory: str = ""
    team: str = ""
    had: frozenset[str] = frozenset()
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody with what speaks for and against him; whoever has a `why_not` comes after all who have none."""

    person: str
    points: tuple[Point, ...]

    @property
    def score(self) -> float:
        """How much all of it counts."""
        return sum(point.counts for point in self.points)

    @property
    def why_not(self) -> tuple[Point, ...]:
        """What speaks against choosing him at all."""
        return tuple(point for point in self.points if point.what in WHY_NOT)


def ranked(wanted: Wanted, able: Iterable[Able]) -> tuple[Candidate, ...]:
    """Everybody, the best first; equals in the order of their ids, so that the same facts give the same order."""
    found = [Candidate(one.person, tuple(_points(wanted, one))) for one in able]
    return tuple(sorted(found, key=lambda one: (bool(one.why_not), -one.score, one.person)))


@dataclass(frozen=True, slots=True)
class Pool:
    """Those from whom a rung tells the best: what the case asks for, who might take it, and who was told already."""

    wanted: Wanted
    able: tuple[Able, ...]
    told: frozenset[str] = frozenset()

    def best(
        self, away: Collection[str], on_call: Collection[str]
    ) -> tuple[Candidate | None, tuple[tuple[str, Against, str], ...]]:
        """The best of those who could take it and may be told, if any; and who would be before, with why not."""
        left = {one.person: one for one in self.able if one.person not in self.told}
        there = [replace(one, away=False, on_call=one.person in on_call) for one in left.values()]
        passed: list[tuple[str, Against, str]] = []
        for one in ranked(replace(self.wanted, urgent=True), there):
            its = left[one.person]
            if one.why_not:
                break  # and so it is with all after him
            if one.person in away:
                passed.append((one.person, Against.AWAY, ""))
            elif is_full(its.open_cases, its.cap) and not self.wanted.urgent:
                passed.append((one.person, Against.FULL, str(its.open_cases)))
            else:
                return one, tuple(passed)
        return None, tuple(passed)


def _points(wanted: Wanted, one: Able) -> Iterator[Point]:
    if one.away:
        yield Point(Against.AWAY)
    yield from _skills(wanted, one)
    yield from _history(one.solved)
    yield from _place(wanted, one)
    yield from _load(wanted, one)


def _skills(wanted: Wanted, one: Able) -> Iterator[Point]:
    for skill, level in sorted(wanted.levels.items()):
        known = one.abilities.get(skill, Ability(0))
        if known.level < level:
            yield Point(Against.LACKS, skill, str(level))
        else:
            yield Point(For.SKILL, skill, str(known.level), 3 + known.level - level)
        if skill not in wanted.certified:
            continue
        yield _certificate(skill, known, known.holds(wanted.day))


def _certificate(skill: str, known: Ability, holds: Holds) -> Point:
    since, until = (day.isoformat() if day else "" for day in (known.since, known.until))
    match holds:
        case Holds.NONE:
            return Point(Against.NOT_CERTIFIED, skill)
        case Holds.COMING:
            return Point(Against.CERTIFICATE_COMING, skill, since)
        case Holds.ENDED:
            return Point(Against.CERTIFICATE_ENDED, skill, until)
    return Point(For.CERTIFIED, skill, until, 1)


def _history(solved: Solved) -> Iterator[Point]:
    kinds = (
        (For.SAME_ASSET, solved.asset, 3.0), (For.SAME_FAULT, solved.fault, 2.0), (For.SAME_SITE, solved.site, 1.0),
    )  # fmt: skip
    for kind, times, each in kinds:
        if times:
            yield Point(kind, "", str(times), each * min(times, MOST_COUNTED) / MOST_COUNTED + each)


def _place(wanted: Wanted, one: Able) -> Iterator[Point]:
    if wanted.territory and wanted.territory in one.territories:
        yield Point(For.TERRITORY, wanted.territory, "", 2)
    if wanted.language and wanted.language in one.languages:
        yield Point(For.LANGUAGE, wanted.language, "", 1)
    if one.on_call:
        yield Point(For.ON_CALL, "", "", 4)
    if wanted.team and wanted.team in one.teams:
        yield Point(For.SUGGESTED_TEAM, wanted.team, "", 2)


def _load(wanted: Wanted, one: Able) -> Iterator[Point]:
    if is_full(one.open_cases, one.cap) and not wanted.urgent:
        yield Point(Against.FULL, "", str(one.open_cases))
    elif one.open_cases:
        yield Point(Against.OPEN_CASES, "", str(one.open_cases), -0.5 * one.open_cases)
    if one.person in wanted.had:
        yield Point(Against.HAD_IT, "", "", -3)
