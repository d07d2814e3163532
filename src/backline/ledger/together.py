"""Statements that go to the database together: nobody waits for the answer of one before the next is sent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def together() -> Iterator[None]:
    """What is written inside is sent at once: at the end, or when something inside asks for an answer.

    A statement that fails raises then. Nothing inside may ask how many rows it has changed. What stands inside another
    goes with that one.
    """
    connection.ensure_connection()
    if connection.connection.pgconn.pipeline_status:
        yield
        return
    with connection.wrap_database_errors, connection.connection.pipeline():
        yield
