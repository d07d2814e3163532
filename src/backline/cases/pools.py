"""What is known of those who might take cases: what each case asks for, and what everybody can, solved and has."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.db import connection

from backline.cases import load, wording
from backline.cases.models import Case as Row
from backline.cases.said import commitments
from backline.core.calendar import zone_of
from backline.core.candidates import Able, Pool, Solved, Wanted
from backline.core.case import Case
from backline.core.events import Event
from backline.core.ladder import REACHED
from backline.core.words import Danger, State
from backline.ledger import queries as ledger
from backline.people import expertise
from backline.people import queries as people

MOST_LIKE_IT = 500
"""Of so many jobs with the same fault code, the latest ones, it is asked who solved them."""
_SOLVED = """
SELECT asked.name, person_id::text, count(*)
FROM jsonb_to_recordset(%(asked)s::jsonb) AS asked(name text, asset uuid, site uuid, codes text[]),
LATERAL (<jobs>) AS job JOIN cases_case AS solved ON solved.job_id = job.id
WHERE solved.state = %(closed)s AND person_id = ANY(%(persons)s) GROUP BY asked.name, person_id
"""
_OF_ASSET = "SELECT id FROM jobs_job WHERE asset_id = asked.asset"
_OF_SITE = "SELECT id FROM jobs_job WHERE site_id = asked.site ORDER BY opened_at DESC LIMIT %(most)s"
_OF_FAULT = """
SELECT id FROM jobs_job WHERE fault_code = ANY(asked.codes) AND fault_code <> '' ORDER BY opened_at DESC LIMIT %(most)s
"""


@dataclass(frozen=True, slots=True)
class Work:
    """What a case is about: its row with its job, and the kind of asset and the fault codes that were reported."""

    row: Row
    asset_type: str
    codes: Sequence[str]

    @classmethod
    def of(cls, row: Row, raised: Mapping[str, Any], texts: Mapping[str, str]) -> Work:
        """That of a report."""
        return cls(row, raised["asset_type"], wording.read(raised["fault_codes"], texts))


def solved(works: Collection[Work], persons: Collection[str]) -> dict[tuple[str, str], Solved]:
    """How many cases like each of these each of the persons solved, by the ids of both; nothing where none."""
    asked = [
        {
            "name": str(one.row.id), "asset": str(one.row.job.asset_id) if one.row.job.asset_id else None,
            "site": str(one.row.job.site_id), "codes": [*one.codes, one.row.job.fault_code],
        }
        for one in works
    ]  # fmt: skip
    values = {"asked": json.dumps(asked), "persons": people.ids(persons), "closed": State.CLOSED, "most": MOST_LIKE_IT}
    asset, fault, site = (_counts(_SOLVED.replace("<jobs>", jobs), values) for jobs in (_OF_ASSET, _OF_FAULT, _OF_SITE))
    found = asset.keys() | fault.keys() | site.keys()
    return {one: Solved(asset.get(one, 0), fault.get(one, 0), site.get(one, 0)) for one in found}


def _counts(statement: str, values: Mapping[str, Any]) -> dict[tuple[str, str], int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return {(case, person): many for case, person, many in cursor.fetchall()}


class Choice(NamedTuple):
    """Of a case those from whom a rung tells the best, and whom each of its climbs told."""

    pool: Pool
    heard: Mapping[str, frozenset[str]]


def choices_of(cases: Sequence[Case], members: Mapping[str, Collection[str]], *, at: datetime) -> dict[str, Choice]:
    """Those of the team of each case, but for who has it; a fixed number of queries for any number of cases.

    Of a case that is only supposed nothing is recorded: it takes what all work of its team does.
    """
    if not cases:
        return {}
    events, known = ledger.events_of([case.id for case in cases]), _Known.read(cases, members, at)
    texts = ledger.texts(commitments([its[0] for its in events.values()]))
    rows = Row.objects.filter(id__in=events).select_related("site", "contact", "job")
    works = {str(row.id): Work.of(row, events[str(row.id)][0].data, texts) for row in rows}
    history = solved(works.values(), known.able)
    return {
        case.id: Choice(known.pool(case, works.get(case.id), history), _heard(events.get(case.id, ())))
        for case in cases
    }


def _heard(events: Sequence[Event]) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for event in events:
        if event.kind in REACHED:
            climb = event.data["climb"]
            found[climb] = found.get(climb, frozenset()).union(event.data["told"])
    return found


@dataclass(frozen=True, slots=True)
class _Known:
    """What is the same for all of these cases: what everybody of their teams can and has, and what work takes."""

    members: Mapping[str, Collection[str]]
    able: Mapping[str, Able]
    needs: Sequence[expertise.Need]
    skills: Mapping[str, str]
    at: datetime

    @classmethod
    def read(cls, cases: Sequence[Case], members: Mapping[str, Collection[str]], at: datetime) -> _Known:
        """That of the members of these teams."""
        teams = {case.team for case in cases}
        able = expertise.able({one for team in teams for one in members.get(team, ())}, at=at)
        busy = load.had(able)
        able = {one: replace(who, open_cases=busy.get(one, load.NOTHING).all) for one, who in able.items()}
        needs = expertise.needs()  # before the skills: who adds both adds the skill first
        skills = {str(skill.id): skill.name for skill in expertise.skills()}
        return cls(members, able, needs, skills, at)

    def pool(self, case: Case, work: Work | None, history: Mapping[tuple[str, str], Solved]) -> Pool:
        """Those of the team of one case but for who has it, with skills by name, as the record keeps what was said."""
        there = (one for one in self.members.get(case.team, ()) if one in self.able and one != case.person)
        able = (replace(self.able[one], solved=history.get((case.id, one), Solved())) for one in there)
        by_name = (replace(one, abilities=self._by_name(one.abilities)) for one in able)
        return Pool(self._wanted(case, work), tuple(by_name))

    def _wanted(self, case: Case, work: Work | None) -> Wanted:
        taken = expertise.takes(self.needs, work.asset_type if work else "", work.codes if work else (), case.team)
        contact, site = (work.row.contact, work.row.site) if work else (None, None)
        return Wanted(
            day=self.at.astimezone(zone_of(site.zone) if site else UTC).date(),
            levels=self._by_name(taken.levels),
            certified=frozenset(self.skills[skill] for skill in taken.certified),
            language=contact.language if contact and not contact.erased_at else "",
            territory=site.territory.casefold() if site else "",
            had=frozenset(case.had),
            urgent=case.danger is not Danger.NONE,
        )

    def _by_name[T](self, known: Mapping[str, T]) -> dict[str, T]:
        return {self.skills[skill]: what for skill, what in known.items()}
