"""What the tables hold of cases beside their events, rows and alarms: written for many at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection

from backline.cases.models import Alarm
from backline.cases.models import Case as Row
from backline.core import watch
from backline.core.many import pauses
from backline.core.policy import Whose
from backline.core.values import encode
from backline.core.watch import Watched
from backline.ledger.operations import Head
from backline.ledger.rows import as_parameter, filled, recordset

_COLUMNS = {
    "state": "text", "priority": "text", "tier": "int", "danger": "text", "reasons": "jsonb", "team_id": "uuid",
    "person_id": "uuid", "contact_id": "uuid", "policy_id": "uuid", "opened_at": "timestamptz",
    "due_at": "timestamptz", "closed_at": "timestamptz", "head_seq": "int", "head_hash": "text",
    "recorded_at": "timestamptz", "fold": "jsonb",
}  # fmt: skip
_UPDATE = filled(
    """
UPDATE cases_case SET <columns>, head_hash = decode(rows.head_hash, 'hex'), fold = cases_case.fold || rows.fold
FROM <rows> WHERE cases_case.id = rows.id
""",
    rows=recordset("rows", {"id": "uuid", **_COLUMNS}),
    columns=", ".join(f"{name} = rows.{name}" for name in _COLUMNS if name not in ("head_hash", "fold")),
)
_FIXED = {
    "id": "uuid", "number": "bigint", "summary": "text", "job_id": "uuid", "site_id": "uuid", "customer_id": "uuid",
    "technician_id": "uuid",
}  # fmt: skip
_INSERT = filled(
    """
INSERT INTO cases_case (<names>, head_hash) SELECT <names>, decode(head_hash, 'hex') FROM <rows>
""",
    rows=recordset("rows", _FIXED | _COLUMNS),
    names=", ".join(name for name in _FIXED | _COLUMNS if name != "head_hash"),
)
_ALARM = {
    "case_id": "uuid", "clock": "text", "subject": "text", "generation": "int", "due_at": "timestamptz",
    "look_at": "timestamptz", "whose": "text", "started_at": "timestamptz", "pauses": "bigint[]", "rung": "int",
    "repeat": "int", "told_at": "timestamptz", "in_hours": "boolean", "resumes_at": "timestamptz",
    "held_until": "timestamptz",
}  # fmt: skip
_ONE = ("case_id", "clock", "subject")
_MOVING = [name for name in _ALARM if name not in _ONE]
# An alarm that stays as it is costs a look, and no write: it is not even locked, for whoever writes holds its case.
_ALARMS = filled(
    """
WITH wanted AS (SELECT * FROM <alarms>), gone AS (
  DELETE FROM cases_alarm AS alarm WHERE case_id = ANY(%(cases)s::uuid[]) AND NOT EXISTS (
    SELECT FROM wanted
    WHERE wanted.case_id = alarm.case_id AND wanted.clock = alarm.clock AND wanted.subject = alarm.subject
  )
)
INSERT INTO cases_alarm (<names>) SELECT <wanted> FROM wanted LEFT JOIN cases_alarm AS kept USING (<one>)
WHERE (<kept>) IS DISTINCT FROM (<moving>)
ON CONFLICT (<one>) DO UPDATE SET <moved>
""",
    alarms=recordset("alarms", _ALARM),
    one=", ".join(_ONE),
    names=", ".join(_ALARM),
    wanted=", ".join(f"wanted.{name}" for name in _ALARM),
    kept=", ".join(f"kept.{name}" for name in _MOVING),
    moving=", ".join(f"wanted.{name}" for name in _MOVING),
    moved=", ".join(f"{name} = excluded.{name}" for name in _MOVING),
)


def whole(now: Watched, head: Head) -> dict[str, Any]:
    """The fold of a case and the columns that follow from it: what a row must hold."""
    return columns(now, head) | {"fold": encode(now.case)}


def columns(now: Watched, head: Head) -> dict[str, Any]:
    """The columns of the row that follow from the fold: the same function writes them and checks them."""
    case = now.case
    return {
        "state": case.state.value,
        "priority": case.priority.value,
        "tier": case.tier,
        "danger": case.danger.value,
        "reasons": sorted(case.reasons),
        "team_id": _id(case.team),
        "person_id": _id(case.person),
        "contact_id": _id(case.contact),
        "policy_id": _id(case.policy),
        "opened_at": case.opened.occurred_at,
        "due_at": now.due_at,
        "closed_at": case.closed_at,
        "head_seq": head.seq,
        "head_hash": head.hash,
        "recorded_at": case.recorded_at,
    }


@lru_cache(maxsize=4096)
def _id(text: str) -> UUID | None:
    return UUID(text) if text else None


def insert(row: Row) -> None:
    """Write a new row."""
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, {"rows": as_parameter([{name: getattr(row, name) for name in _FIXED | _COLUMNS}])})


def update(written: Sequence[tuple[Row, Mapping[str, Any]]]) -> None:
    """Write the columns of these rows as they are set, and of the fold the parts that are others now."""
    if not written:
        return
    document = as_parameter(
        {"id": row.id, **{name: getattr(row, name) for name in _COLUMNS}, "fold": dict(parts)} for row, parts in written
    )
    with connection.cursor() as cursor:
        cursor.execute(_UPDATE, {"rows": document})


def alarms(now: Watched) -> list[Alarm]:
    """The alarms that the running clocks need."""
    return [Alarm(**_alarm(now.case.id, alarm)) for alarm in now.alarms]


def _alarm(case: str, alarm: watch.Alarm) -> dict[str, Any]:
    clock, climb = alarm.clock, alarm.climb
    follows = not alarm.alone or (clock.whose is Whose.ELAPSED and not alarm.in_hours)
    return {
        "case_id": case,
        "clock": clock.name,
        "subject": clock.subject,
        "generation": clock.generation,
        "due_at": clock.due_at,
        "look_at": alarm.look_at,
        "whose": clock.whose.value if follows else None,  # else its case says when, and no column
        "started_at": clock.started_at,
        "pauses": pauses(clock.counting),
        "rung": climb.rung if climb else None,
        "repeat": climb.repeat if climb else 0,
        "told_at": climb.at if climb else None,
        "in_hours": alarm.in_hours,
        "resumes_at": alarm.resumes_at,
        "held_until": alarm.held_until,
    }


def set_alarms(cases: Sequence[Watched]) -> None:
    """Write the alarms that the running clocks of these cases need, and no others."""
    if not cases:
        return
    document = as_parameter(_alarm(now.case.id, alarm) for now in cases for alarm in now.alarms)
    with connection.cursor() as cursor:
        cursor.execute(_ALARMS, {"alarms": document, "cases": [now.case.id for now in cases]})
