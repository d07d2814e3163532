"""Who could take a case: everybody who was asked about, ranked by the core from what the rooms know of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from backline.cases import load, wording
from backline.cases.pools import Work, solved
from backline.cases.queries import View
from backline.core.calendar import zone_of
from backline.core.candidates import WHY_NOT, Able, Against, Candidate, Point, Solved, Wanted, ranked
from backline.core.words import Danger
from backline.people import expertise
from backline.people import queries as people
from backline.people.oncall import on_call

BESIDE = WHY_NOT | {Against.HAD_IT}
"""What stands beside the name, not among what speaks for somebody."""


@dataclass(frozen=True, slots=True)
class Line:
    """A candidate in words: what speaks for and against him, and why he should not be chosen, if so.

    `points` are the same to be recorded: codes, what each is about by name, and values.
    """

    person: str
    name: str
    said: tuple[str, ...]
    why_not: tuple[str, ...]
    points: tuple[tuple[str, str, str], ...]


def candidates(view: View, persons: Collection[str]) -> list[Line]:
    """Everybody who was asked about and is active, the best first."""
    able = expertise.able(persons, at=view.at)
    work, busy = Work.of(view.row, view.raised, view.texts), load.had(able)
    history = solved([work], able)
    there = {shift.person for shifts in on_call(_teams(able), at=view.at).values() for shift in shifts}
    known = [
        replace(
            one,
            solved=history.get((str(view.row.id), person), Solved()),
            open_cases=busy.get(person, load.NOTHING).all,
            on_call=person in there,
        )
        for person, one in able.items()
    ]
    names = {str(person.id): person.name for person in people.persons_by_id(able).values()}
    skills = {str(skill.id): skill.name for skill in expertise.skills()}
    found = ranked(_wanted(view, work), known)
    shared = frozenset.intersection(*(frozenset(one.points) for one in found)) if len(found) > 1 else frozenset()
    return [_line(one, names, skills, shared) for one in found]


def _teams(able: Mapping[str, Able]) -> list[str]:
    return sorted({team for one in able.values() for team in one.teams})


def _wanted(view: View, work: Work) -> Wanted:
    case, site = view.case, view.row.site
    team = view.suggestion.team if view.suggestion else ""
    taken = expertise.needed(work.asset_type, work.codes, team)
    return Wanted(
        day=view.at.astimezone(zone_of(site.zone)).date(),
        levels=taken.levels,
        certified=taken.certified,
        language=view.contact.language if view.contact else "",
        territory=site.territory.casefold(),
        team=team,
        had=frozenset(case.had),
        urgent=case.danger is not Danger.NONE,
    )


def _line(one: Candidate, names: Mapping[str, str], skills: Mapping[str, str], shared: frozenset[Point]) -> Line:
    """The line of one; what is `shared` by all tells nobody apart, so it is recorded and not said."""
    telling = [_named(point, skills) for point in one.points if point not in shared or point.what in WHY_NOT]
    points = [_named(point, skills) for point in one.points]
    return Line(
        person=one.person,
        name=names[one.person],
        said=tuple(wording.point(point) for point in telling if point.what not in BESIDE),
        why_not=tuple(wording.point(point) for point in telling if point.what in WHY_NOT),
        points=tuple((point.what.value, point.about, point.value) for point in points),
    )


def _named(point: Point, skills: Mapping[str, str]) -> Point:
    return point._replace(about=skills.get(point.about, point.about))
