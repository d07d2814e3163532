"""What somebody signs in with is an address of his, from when it is entered until it is another one."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db import connection

_GONE = """
DELETE FROM people_address AS address USING people_person AS person
WHERE person.id = person_id AND person_id = ANY(%s) AND value = %s AND value <> lower(email)
"""
_OWN = """
INSERT INTO people_address (id, person_id, kind, value, sealed, place, why_dead)
SELECT gen_random_uuid(), id, 'EMAIL', lower(email), '', 0, '' FROM people_person WHERE id = ANY(%s)
ON CONFLICT (person_id, value) DO NOTHING
"""


def own_addresses(persons: Collection[UUID], *, before: str = "") -> None:
    """Each of them has the one that he signs in with, in place of the one that it was before; another is unproved."""
    with connection.cursor() as cursor:
        if before:
            cursor.execute(_GONE, [list(persons), before.lower()])
        cursor.execute(_OWN, [list(persons)])
