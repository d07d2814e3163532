"""Whether an error says that the database is gone: then whatever was tried is tried again, and nobody is at fault."""

from __future__ import annotations

from django.db import InterfaceError, OperationalError

_GONE = ("08", "57P")
"""How the codes begin with which PostgreSQL says that a connection, or it itself, is going; without one it is gone."""


def database_is_gone(error: BaseException) -> bool:
    """Whether it is, or its connection."""
    code = getattr(error.__cause__, "sqlstate", None)
    return isinstance(error, (OperationalError, InterfaceError)) and (code is None or code.startswith(_GONE))
