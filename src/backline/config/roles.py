"""The two roles of a database of our own: the owner migrates, the application cannot change what happened."""

from __future__ import annotations

import psycopg
from psycopg import sql

from backline.config.postgres import APPLICATION, DATABASE, OWNER, SUPERUSER, EmbeddedPostgres

_GRANTS = """
GRANT USAGE ON SCHEMA public TO {application};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {application};
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {application};
REVOKE UPDATE, DELETE, TRUNCATE ON ledger_event FROM {application};
REVOKE DELETE, TRUNCATE ON ledger_text FROM {application};
REVOKE UPDATE, DELETE, TRUNCATE ON calendars_calendarversion FROM {application};
REVOKE UPDATE, DELETE, TRUNCATE ON policies_policyversion FROM {application};
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON django_migrations FROM {application};
"""


def prepare(server: EmbeddedPostgres) -> None:
    """Make both roles and the database where they are missing."""
    with psycopg.connect(server.url(SUPERUSER, "postgres"), autocommit=True) as connection:
        known = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles")}
        for role in (OWNER, APPLICATION):
            if role not in known:
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            statement = sql.SQL("CREATE DATABASE {} OWNER {}")
            connection.execute(statement.format(sql.Identifier(DATABASE), sql.Identifier(OWNER)))


def grant(url: str, application: str = APPLICATION) -> None:
    """Give the application's role what it needs and no more; run as the owner after every migration.

    A database of somebody else may have no such role: whoever migrates there is the application too.
    """
    with psycopg.connect(url, autocommit=True) as connection:
        others = "SELECT 1 FROM pg_roles WHERE rolname = %s AND rolname <> current_user"
        if not connection.execute(others, [application]).fetchone():
            return
        connection.execute(sql.SQL(_GRANTS).format(application=sql.Identifier(application)))
