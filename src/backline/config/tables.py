"""Whether the tables are as the code needs them."""

from __future__ import annotations

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from backline.config.trouble import Trouble


def refuse_old_ones() -> None:
    """Raise `Trouble` where a migration is still to be run."""
    try:
        known = MigrationExecutor(connection)
        if known.migration_plan(known.loader.graph.leaf_nodes()):
            raise Trouble("The tables of the database at DATABASE_URL are not up to date; run `backline migrate` once.")
    finally:
        connection.close()
