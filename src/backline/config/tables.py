"""Whether the database is as our processes need it: its tables, and its clock beside that of this host."""

from __future__ import annotations

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from backline.config.clock import SystemClock
from backline.config.trouble import Trouble
from backline.engine.clock import ClockSkew, DatabaseClock


def refuse_old_ones() -> None:
    """Raise `Trouble` where a migration is still to be run."""
    try:
        known = MigrationExecutor(connection)
        if known.migration_plan(known.loader.graph.leaf_nodes()):
            raise Trouble("The tables of the database at DATABASE_URL are not up to date; run `backline migrate` once.")
    finally:
        connection.close()


def refuse_another_time() -> None:
    """Raise `Trouble` where this host's clock is off: pages record by it what people do."""
    try:
        DatabaseClock(SystemClock()).now()
    except ClockSkew as skew:
        raise Trouble(str(skew).partition(";")[0].capitalize() + ". Set it (NTP), then start again.") from skew
