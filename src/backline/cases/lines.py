"""Cases as lines of a list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from backline.cases import wording
from backline.cases.models import Case as Row
from backline.cases.models import reference
from backline.core.words import State
from backline.ledger import queries as ledger


@dataclass(frozen=True, slots=True)
class Line:
    """One case as a line of a list."""

    id: str
    number: int
    reference: str
    state: State
    priority: str
    reasons: tuple[str, ...]
    summary: str
    place: str
    who: str
    due_at: datetime | None
    opened_at: datetime
    changed_at: datetime
    tier: int
    danger: str

    @property
    def holder(self) -> str:
        """Who has it, in words."""
        return wording.holder(self.state, self.who)


class _Plain(NamedTuple):
    """What a line is made of, in the order in which it is asked for: whole rows would cost twice as much."""

    id: UUID
    number: int
    state: str
    priority: str
    reasons: list[str]
    summary: str
    due_at: datetime | None
    opened_at: datetime
    recorded_at: datetime
    tier: int
    danger: str
    site: str
    asset: str | None
    person: str | None
    team: str | None


_LINES = """
SELECT c.id, c.number, c.state, c.priority, ARRAY(SELECT jsonb_array_elements_text(c.reasons)), c.summary, c.due_at,
  c.opened_at, c.recorded_at, c.tier, c.danger, site.name, asset.name, person.name, team.name
FROM (SELECT id, row_number() OVER () AS place FROM (<rows>) AS rows) AS asked
JOIN cases_case AS c ON c.id = asked.id
JOIN jobs_site AS site ON site.id = c.site_id
JOIN jobs_job AS job ON job.id = c.job_id
LEFT JOIN jobs_asset AS asset ON asset.id = job.asset_id
LEFT JOIN people_person AS person ON person.id = c.person_id
LEFT JOIN people_team AS team ON team.id = c.team_id
ORDER BY place
"""
# Which rows is Django's to say, with who may see them; what stands on a line is the same for all of them.


def lines_of(rows: QuerySet[Row]) -> list[Line]:
    """The rows of a query as lines, in its order and read without the rest of them; one more query for their texts."""
    try:
        chosen, asked = rows.values("id").query.sql_with_params()
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_LINES.replace("<rows>", chosen), asked)
        return _lines([_Plain(*values) for values in cursor.fetchall()])


def lines(rows: Iterable[Row]) -> list[Line]:
    """The rows as lines, with one query for their texts."""
    return _lines([_plain(row) for row in rows])


def _lines(found: list[_Plain]) -> list[Line]:
    texts = ledger.texts(one.summary for one in found)
    return [_line(one, texts.get(one.summary, "")) for one in found]


def line_of(row: Row, summary: str) -> Line:
    """The row as a line, with its summary as it was said."""
    return _line(_plain(row), summary)


def _plain(row: Row) -> _Plain:
    asset, person, team = row.job.asset, row.person, row.team
    return _Plain(
        id=row.id,
        number=row.number,
        state=row.state,
        priority=row.priority,
        reasons=row.reasons,
        summary=row.summary,
        due_at=row.due_at,
        opened_at=row.opened_at,
        recorded_at=row.recorded_at,
        tier=row.tier,
        danger=row.danger,
        site=row.site.name,
        asset=asset.name if asset else None,
        person=person.name if person else None,
        team=team.name if team else None,
    )


def _line(one: _Plain, summary: str) -> Line:
    return Line(
        id=str(one.id),
        number=one.number,
        reference=reference(one.number),
        state=State(one.state),
        priority=one.priority,
        reasons=tuple(one.reasons),
        summary=summary,
        place=f"{one.asset}, {one.site}" if one.asset is not None else one.site,
        who=one.person or one.team or "",
        due_at=one.due_at,
        opened_at=one.opened_at,
        changed_at=one.recorded_at,
        tier=one.tier,
        danger=one.danger,
    )
