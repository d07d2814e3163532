"""What a case is found by: the words of its texts and names, kept beside it and erased with them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection, transaction

from backline.cases.change import Change
from backline.cases.known import Known
from backline.cases.models import Case as Row
from backline.cases.models import Search
from backline.cases.words import MOST_WORDS, words
from backline.core.case import Case
from backline.core.events import Event, is_commitment
from backline.core.sight import worked_on
from backline.core.words import OPEN_STATES
from backline.ledger import queries as ledger
from backline.ledger.rows import as_parameter, filled, recordset
from backline.people import queries as people

_ADD = filled(
    """
WITH fresh AS (SELECT * FROM <fresh>), kept AS (
  INSERT INTO cases_search (case_id, open, words) SELECT case_id, open, array_to_tsvector(new || marks) FROM fresh
  ON CONFLICT (case_id) DO UPDATE SET open = excluded.open, words = CASE WHEN %(anew)s THEN excluded.words
    WHEN length(cases_search.words) < %(most)s THEN cases_search.words || excluded.words
    ELSE cases_search.words || (
      SELECT array_to_tsvector(marks) FROM fresh WHERE fresh.case_id = excluded.case_id
    ) END
)
INSERT INTO cases_word (word)
SELECT DISTINCT one FROM fresh, unnest(new) AS one WHERE NOT EXISTS (SELECT 1 FROM cases_word WHERE word = one)
""",
    fresh=recordset("fresh", {"case_id": "uuid", "open": "bool", "new": "text[]", "marks": "text[]"}),
)
# Two who bring the same new word at the same instant both write it: nobody waits for anybody, and twice is no harm.
_UNUSED = """
DELETE FROM cases_word WHERE word = ANY(%s)
AND NOT EXISTS (SELECT 1 FROM cases_search WHERE words @@ ('''' || word || '''')::tsquery)
"""


def add(changes: Iterable[Change], known: Known) -> None:
    """Find the cases also by what the events said and whom they named; the caller holds their rows."""
    fresh = []
    for change in changes:
        row, before, after = change.row, change.before, change.case
        if before and before.contact != after.contact:
            remake([row], {str(row.id): after})  # the name of one who is not informed any more goes with him
            continue
        place = _place(row) if before is None else ()
        new = words(*change.said.values(), *_codes(change.events), *_newly_named(change, known), *place)
        marks = sorted(_marks(after) - (_marks(before) if before else set()))
        if new or marks or before is None or _is_open(before) is not _is_open(after):
            fresh.append(_fresh(row, new, marks, is_open=_is_open(after)))
    _add(fresh)


def remake(rows: Iterable[Row], folds: dict[str, Case]) -> set[str]:
    """Make the words of these cases anew from their texts and names; those that they are not found by any more."""
    lost: set[str] = set()
    for row in sorted(rows, key=lambda one: one.id):
        case = folds[str(row.id)]
        with transaction.atomic():
            locked = Search.objects.select_for_update().filter(case=row.id).first()
            kept = wanted(row, case)
            _add([_fresh(row, kept, sorted(_marks(case)), is_open=_is_open(case))], anew=True)
            lost |= {*(locked.lexemes if locked else ())} - {*kept}
    return lost


def forget(lost: Iterable[str]) -> None:
    """Take out of the known words those that no case is found by any more."""
    with connection.cursor() as cursor:
        cursor.execute(_UNUSED, [[word for word in sorted(lost) if not word.startswith("=")]])


def wanted(row: Row, case: Case) -> list[str]:
    """The words by which the case should be found."""
    said = ledger.said_in(case.id)
    return words(*said, *_codes(ledger.events(case.id)), *_names(row, case), *_place(row))


def _fresh(row: Row, new: list[str], marks: list[str], *, is_open: bool) -> dict[str, Any]:
    return {"case_id": row.id, "open": is_open, "new": new, "marks": marks}


def _add(fresh: list[dict[str, Any]], *, anew: bool = False) -> None:
    if fresh:
        with connection.cursor() as cursor:
            cursor.execute(_ADD, {"fresh": as_parameter(fresh), "anew": anew, "most": MOST_WORDS})


def _is_open(case: Case) -> bool:
    return case.state in OPEN_STATES


def _persons(case: Case | None) -> set[str]:
    return {case.raised_by, *worked_on(case)} - {""} if case else set()


def _marks(case: Case) -> set[str]:
    """Whoever may see it: the search of one who does not see all looks among these, and then judges each case."""
    return {f"={one}" for one in (_persons(case) | {case.team}) - {""}}


def _newly_named(change: Change, known: Known) -> list[str]:
    """The names of those who came to it: persons, the team, the contact."""
    row, before, after = change.row, change.before, change.case
    persons = _persons(after) - _persons(before)
    technician = row.technician if before is None else None
    found = [technician.name] if technician else []
    others = persons - {str(row.technician_id)} if technician else persons
    found += [known.persons[one].name for one in sorted(others) if one in known.persons] if others else []
    if after.team and (before is None or before.team != after.team):
        found += [known.teams[after.team]] if after.team in known.teams else []
    return found + (_of_contact(row) if before is None else [])


def _of_contact(row: Row) -> list[str]:
    return [row.contact.name] if row.contact and row.contact.erased_at is None else []


def _names(row: Row, case: Case) -> list[str]:
    """The names of everybody who has to do with it."""
    persons = [one.name for one in people.persons_by_id(_persons(case)).values()]
    team = people.team(case.team) if case.team else None
    return [*persons, *([team.name] if team else []), *_of_contact(row)]


def _codes(events: Iterable[Event]) -> list[str]:
    return [code for event in events for code in event.data.get("fault_codes", ()) if not is_commitment(code)]


def _place(row: Row) -> list[str]:
    site, job, asset = row.job.site, row.job, row.job.asset
    about = [asset.name, asset.reference, asset.type] if asset else []
    return [
        *about, site.name, site.reference, site.address, site.customer.name, site.customer.reference,
        job.reference, job.title,
    ]  # fmt: skip
