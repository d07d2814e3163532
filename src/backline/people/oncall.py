"""Who is on call: the schedules of teams as values of the core, and who has them at a moment."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from backline.core.oncall import Agreed, Away, Layer, Listed, Schedule, Shift, Span
from backline.core.sight import SEES_ALL
from backline.core.values import decode
from backline.core.words import Actor
from backline.people.queries import TOOK_OVER, ids

__all__ = ["AHEAD", "may_plan", "may_read", "on_call", "schedule_of", "schedules"]

_INSTANT = timedelta(microseconds=1)
AHEAD = timedelta(days=60)
"""So far ahead whoever looks ahead knows what was agreed about shifts."""

# A version counts until the next one does; of two that count from the same moment the one that was saved last.
_VERSIONS = """
SELECT team_id::text, layers, effective_at::text, until::text FROM (
  SELECT *, lead(effective_at) OVER (PARTITION BY team_id ORDER BY effective_at, number) AS until
  FROM people_scheduleversion WHERE %(every)s OR team_id = ANY(%(teams)s)
) AS version WHERE effective_at < %(end)s AND (until IS NULL OR until > %(start)s)
ORDER BY team_id, effective_at, number
"""
# Who took a team over is there for that time without being in it.
_AGREED = """
SELECT team_id::text, person_id::text, from_at, to_at, coalesce(instead_of_id::text, ''), <took over>
FROM people_agreement AS agreement JOIN people_person AS person ON person.id = person_id
JOIN people_team AS team ON team.id = team_id
WHERE (%(every)s OR team_id = ANY(%(teams)s)) AND from_at < %(end)s AND to_at > %(start)s
ORDER BY made_at, agreement.id
""".replace("<took over>", TOOK_OVER)
# What a roster from elsewhere says of persons who are known goes before the team's own turns.
_LISTED = """
SELECT team_id::text, from_at, to_at, person_id::text FROM people_rostershift
WHERE (%(every)s OR team_id = ANY(%(teams)s)) AND person_id IS NOT NULL AND from_at < %(end)s AND to_at > %(start)s
"""
_AWAY = """
SELECT person_id::text, from_at, to_at FROM people_absence
WHERE from_at < %(end)s AND (to_at IS NULL OR to_at > %(start)s)
"""
_MEMBERS = """
SELECT team_id::text, string_agg(person_id::text, ' ')
FROM people_team_members JOIN people_person AS person ON person.id = person_id
WHERE is_active AND (%(every)s OR team_id = ANY(%(teams)s)) GROUP BY team_id
"""


def may_plan(by: Actor, team: str) -> bool:
    """Whether somebody plans the shifts of a team: its lead, and whoever sees all cases."""
    return bool(by.roles & SEES_ALL) or team in by.leads


def may_read(by: Actor, team: str) -> bool:
    """Whether somebody may know the shifts of a team: who is in it or leads it, and whoever sees all cases."""
    return may_plan(by, team) or team in by.teams


def schedules(teams: Collection[str] | None, start: datetime, end: datetime, *, at: datetime) -> dict[str, Schedule]:
    """The schedules of these teams (of all of them for None) as far as they say something about a span, by team.

    Who left a team, or is not active any more, is away from now (`at`) on: what he had before stays his.
    """
    asked = {"every": teams is None, "teams": ids(teams or ()), "start": start, "end": end}
    listed: dict[str, list[Span]] = {}
    for team, *span in _rows(_LISTED, asked):
        listed.setdefault(team, []).append(Span(*span))
    layers: dict[str, list[Layer | Listed]] = {team: [Listed(tuple(spans))] for team, spans in listed.items()}
    for team, found, since, until in _rows(_VERSIONS, asked):
        counts = {"since": since, "until": until}
        layers.setdefault(team, []).extend(decode(Layer, one | counts) for one in json.loads(found))
    if not layers:
        return {}
    agreed: dict[str, list[Agreed]] = {}
    own: dict[tuple[str, str], list[Span]] = {}
    for team, person, from_at, to_at, instead_of, plans in _rows(_AGREED, asked):
        agreed.setdefault(team, []).append(Agreed(person, from_at, to_at, instead_of))
        if plans:
            own.setdefault((team, person), []).append(Span(from_at, to_at, person))
    away: dict[str, list[Away]] = {}
    for person, from_at, to_at in _rows(_AWAY, asked):
        away.setdefault(person, []).append(Away(person, from_at, to_at))
    there = {team: frozenset(found.split()) for team, found in _rows(_MEMBERS, asked)}
    found = {}
    for team, mine in ((team, mine) for team, mine in layers.items() if mine):
        schedule = Schedule(tuple(mine), tuple(agreed.get(team, ())))
        persons, members = schedule.persons, there.get(team, frozenset())
        gone = [one for one in persons if one not in members]
        absent = [one for person in persons for one in away.get(person, ())]
        absent += [one for person in gone for one in _gone(person, own.get((team, person), ()), at)]
        found[team] = replace(schedule, away=tuple(absent))
    return found


def _gone(person: str, but: Iterable[Span], at: datetime) -> Iterator[Away]:
    """That somebody is not there from now on, but for these spans."""
    for one in sorted(but):
        if one.start > at:
            yield Away(person, at, one.start)
        at = max(at, one.end)
    yield Away(person, at)


def schedule_of(team: str, start: datetime, end: datetime, *, at: datetime) -> Schedule | None:
    """The schedule of one team; None where it has none in the span."""
    return schedules([team], start, end, at=at).get(team)


def on_call(teams: Collection[str] | None, *, at: datetime) -> dict[str, tuple[Shift, ...]]:
    """Who is on call now for each of these teams that has a schedule; nobody where there is a gap."""
    return {team: one.at(at) for team, one in schedules(teams, at, at + _INSTANT, at=at).items()}


def _rows(statement: str, asked: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, asked)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found
