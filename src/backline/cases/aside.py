"""Whether anything is new of cases that a look could not get through: an event, or an alarm."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection

_GONE_ON = """
SELECT held.id::text FROM cases_case AS held JOIN unnest(%s::uuid[], %s::int[]) AS known (id, seq) USING (id)
WHERE held.head_seq <> known.seq
"""
_RUNG_SINCE = """
SELECT DISTINCT case_id::text FROM cases_alarm
JOIN unnest(%s::uuid[], %s::timestamptz[]) AS known (case_id, at) USING (case_id)
WHERE look_at > known.at AND look_at <= %s
"""


def gone_on(seqs: Mapping[str, int]) -> set[str]:
    """Of these cases those of which this is not the last event any more."""
    return _cases(_GONE_ON, list(seqs), list(seqs.values()))


def rung_since(moments: Mapping[str, datetime], at: datetime) -> set[str]:
    """Of these cases those of which an alarm came after this moment, and by `at`."""
    return _cases(_RUNG_SINCE, list(moments), list(moments.values()), at)


def _cases(query: str, *parameters: Any) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return {case for (case,) in cursor.fetchall()}
