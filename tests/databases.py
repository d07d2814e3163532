"""One real PostgreSQL a run; one migrated template; clones for whoever needs commits of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.db.backends.signals import connection_created
from psycopg import sql
from psycopg._preparing import PrepareManager

from backline.config import roles
from backline.config.postgres import DATABASE, OWNER, SUPERUSER, EmbeddedPostgres
from backline.config.settings import database

_NUMBERS = count(1)


class Prepared(PrepareManager):
    """What a connection has prepared, kept over a rollback, with which nearly every test ends.

    psycopg forgets it there, as a table could be another one afterwards; then each test would have PostgreSQL plan all
    its statements again, which was most of what the server did. Nothing that a statement names changes in a test.
    """

    prepare_threshold = 1
    prepared_max = 1000

    def clear(self) -> bool:
        """Forget nothing."""
        return False


def _prepares(connection: Any, **_more: Any) -> None:
    connection.connection._prepared = Prepared()


connection_created.connect(_prepares)


def migrate(server: EmbeddedPostgres) -> None:
    """Make the two roles and the template: migrated by the owner, granted to the application."""
    roles.prepare(server)
    with using(server.url(OWNER)):
        call_command("migrate", verbosity=0)
    roles.grant(server.url(OWNER))


@contextmanager
def clone(server: EmbeddedPostgres) -> Iterator[str]:
    """A copy of the template under a name of its own, dropped afterwards; its address as the application's role."""
    name = f"clone_{next(_NUMBERS)}"
    with psycopg.connect(server.url(SUPERUSER, "postgres"), autocommit=True) as connection:
        copy = sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {} STRATEGY FILE_COPY")
        connection.execute(copy.format(sql.Identifier(name), sql.Identifier(DATABASE), sql.Identifier(OWNER)))
    try:
        yield server.url(database=name)
    finally:
        with psycopg.connect(server.url(SUPERUSER, "postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def using(url: str) -> Iterator[None]:
    """Django talks to this database inside the block, in every thread that opens a connection there."""
    before = dict(settings.DATABASES["default"])
    _point_to(database(url))
    try:
        yield
    finally:
        _point_to(before)


def _point_to(values: dict[str, object]) -> None:
    connections.close_all()
    connections["default"].close()
    settings.DATABASES["default"].update(values)
    connections["default"].settings_dict.update(values)
    connections.settings["default"].update(values)
