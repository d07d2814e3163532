"""Empties the database of a demo, as the owner of its tables, to what the migrations leave; all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql

from backline.config.trouble import Trouble

KEPT = ("django_migrations", "django_content_type", "auth_permission", "policies_policyversion", "engine_askedsince")
"""What the migrations themselves fill."""
APPEND_ONLY = (
    "ledger_event", "ledger_text", "calendars_calendarversion", "calendars_choice", "calendars_cover",
    "policies_policyversion",
)  # fmt: skip
LOCK = 0x64656D6F
_STATE = "SELECT demo FROM people_organisation"
_TABLES = """
SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND NOT tablename = ANY(%s) ORDER BY tablename
"""


@contextmanager
def one_at_a_time(owner: str) -> Iterator[None]:
    """Nobody else loads or clears the demo inside the block."""
    with psycopg.connect(owner, autocommit=True) as connection:
        free = connection.execute("SELECT pg_try_advisory_lock(%s)", [LOCK]).fetchone()
        if not free or not free[0]:
            raise Trouble("The demo is being loaded or cleared at this moment; wait for that to end.")
        yield


def clear_leftovers(owner: str) -> None:
    """Remove what an interrupted load left behind, so that the demo can be loaded."""
    if state(owner) == "LOADING":
        empty(owner)


def state(owner: str) -> str | None:
    """How far the organisation is a demo, an empty text where it is a real one; None where there is none."""
    try:
        with psycopg.connect(owner) as connection:
            found = connection.execute(_STATE).fetchone()
    except (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn) as error:
        raise Trouble("The tables of the database are not up to date; run `backline migrate` once.") from error
    return str(found[0]) if found else None


def empty(owner: str) -> None:
    """Remove everything, in one transaction; raises `Trouble` where this is no demo, and changes nothing then."""
    try:
        with psycopg.connect(owner) as connection:
            connection.execute("SET LOCAL lock_timeout TO '20s'")
            found = connection.execute(f"{_STATE} FOR UPDATE").fetchone()
            if not found or not found[0]:
                raise Trouble("This is no demo organisation; nothing was removed.")
            _truncate(connection)
    except psycopg.errors.InsufficientPrivilege as error:
        raise Trouble("Only the role that owns the tables may clear a demo: set DATABASE_URL to that role.") from error
    except psycopg.Error as error:
        said = " ".join(str(error).split())
        raise Trouble(f"The demo could not be cleared: {said}. Nothing was removed; try again.") from error


def _truncate(connection: psycopg.Connection) -> None:
    """The triggers that keep the record are off inside this transaction alone, which nobody else can look into."""
    tables = [name for (name,) in connection.execute(_TABLES, [list(KEPT)]).fetchall()]
    for table in APPEND_ONLY:
        connection.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(sql.Identifier(table)))
    names = sql.SQL(", ").join(map(sql.Identifier, tables))
    connection.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY").format(names))
    connection.execute("DELETE FROM policies_policyversion WHERE number > 1")
    connection.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with checks that wait cannot be altered
    for table in APPEND_ONLY:
        connection.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(sql.Identifier(table)))
    connection.execute("ALTER SEQUENCE case_number RESTART")
