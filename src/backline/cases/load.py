"""Load: how many open cases persons have, and which of them have as many as are enough."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from django.db import connection

from backline.core.load import is_full
from backline.core.words import State
from backline.people import expertise
from backline.people.queries import ids

_HAD = """
SELECT person_id::text, count(*) FILTER (WHERE state = 'ACCEPTED'), count(*) FILTER (WHERE state = 'OFFERED')
FROM cases_case WHERE person_id = ANY(%(persons)s) AND state = ANY(%(with_somebody)s) GROUP BY person_id
"""
WITH_SOMEBODY = (State.ACCEPTED, State.OFFERED)
"""What is resolved waits for the customer's word, and lies with the coordinators."""


class Had(NamedTuple):
    """The open cases of one person: those that he has, and those that he was offered."""

    owned: int
    offered: int

    @property
    def all(self) -> int:
        """All of them."""
        return self.owned + self.offered


NOTHING = Had(0, 0)


def had(persons: Collection[str]) -> dict[str, Had]:
    """The open cases of these persons; who has none is left out."""
    with connection.cursor() as cursor:
        cursor.execute(_HAD, {"persons": ids(persons), "with_somebody": list(WITH_SOMEBODY)})
        return {person: Had(owned, offered) for person, owned, offered in cursor.fetchall()}


def full(persons: Collection[str]) -> tuple[tuple[str, int], ...]:
    """Those of these persons who have as many open cases as are enough, with how many."""
    enough = expertise.caps(persons)
    found = had(enough) if enough else {}
    return tuple((person, one.all) for person, one in found.items() if is_full(one.all, enough[person]))
