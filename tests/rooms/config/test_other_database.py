"""Any other PostgreSQL by DATABASE_URL: `migrate`, `web` and `worker` on their own, and what its role cannot do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from backline.config.postgres import APPLICATION, DATABASE, OWNER, SUPERUSER, EmbeddedPostgres
from tests.fakes.heard import Heard, listening
from tests.fakes.installation import Installation, command, until

NAME = "elsewhere"


@contextmanager
def elsewhere(server: EmbeddedPostgres, template: str) -> Iterator[EmbeddedPostgres]:
    """A database of the owner's under that name, dropped afterwards."""
    names = {"name": sql.Identifier(NAME), "template": sql.Identifier(template), "owner": sql.Identifier(OWNER)}
    with psycopg.connect(server.url(SUPERUSER, "postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {name} TEMPLATE {template} OWNER {owner}").format(**names))
        yield server
        connection.execute(sql.SQL("DROP DATABASE {name} WITH (FORCE)").format(**names))


@pytest.fixture
def server(postgres: EmbeddedPostgres) -> Iterator[EmbeddedPostgres]:
    """Somebody's PostgreSQL with an empty database, which the owner may migrate."""
    with elsewhere(postgres, "template1") as running:
        yield running


@pytest.fixture
def heard() -> Iterator[Heard]:
    """Somebody outside who hears heartbeats."""
    with listening() as found:
        yield found


@pytest.fixture
def migrated(postgres: EmbeddedPostgres) -> Iterator[EmbeddedPostgres]:
    """Somebody's PostgreSQL with a database that the owner migrated."""
    with elsewhere(postgres, DATABASE) as running:
        yield running


def test_web_worker_and_auditor_on_their_own(server: EmbeddedPostgres, home: Path, heard: Heard) -> None:
    owner, application = server.url(OWNER, NAME), server.url(APPLICATION, NAME)
    on_it = {"BACKLINE_HOME": str(home), "DATABASE_URL": application}
    for early in (command("worker", **on_it), command("auditor", **on_it)):
        assert (early.returncode, early.stderr.count("\n")) == (1, 1)
        assert "run `backline migrate` once" in early.stderr
    assert command("migrate", BACKLINE_HOME=str(home), DATABASE_URL=owner).stdout == "The tables are up to date.\n"
    web = Installation(home, ("web",), {"DATABASE_URL": application}).start()
    worker = Installation(home, ("worker",), {"DATABASE_URL": application})
    auditor = Installation(home, ("auditor",), {"DATABASE_URL": application, "BACKLINE_HEARTBEAT_URL": heard.address})
    try:
        alone = {"pages": True, "database": True, "worker": False, "auditor": False}
        assert web.health() == (503, {**web.health()[1], **alone})
        worker.start(ready="")
        until(lambda: web.health()[1].get("worker"), "the worker's beat")
        assert web.health() == (503, {**web.health()[1], **alone, "worker": True})
        auditor.start(ready="")
        web.well()
        [(_place, said)] = until(lambda: heard.said, "the heartbeat")
        assert (said["cases"], said["lost"]) == (0, 0)
        worker.kill_alone()
        _make_beats_old(owner)
        assert web.health()[0] == 503
        worker.start(ready="")
        web.well()
        assert [web.interrupt(), worker.interrupt(), auditor.interrupt()] == [0, 0, 0]
        assert "Traceback" not in web.said + worker.said + auditor.said
    finally:
        until(lambda: not web.processes() or web.kill() is None, "the end")


def _make_beats_old(owner: str) -> None:
    """Fifteen seconds pass for the database, without anybody waiting for them."""
    with psycopg.connect(owner, autocommit=True) as connection:
        connection.execute("UPDATE engine_beat SET at = at - interval '15 seconds'")


def test_a_role_that_may_not_make_the_extension_hears_who_can(server: EmbeddedPostgres, home: Path) -> None:
    with psycopg.connect(server.url(SUPERUSER, NAME), autocommit=True) as connection:
        connection.execute(sql.SQL("GRANT ALL ON SCHEMA public TO {}").format(sql.Identifier(APPLICATION)))
        on_it = {"BACKLINE_HOME": str(home), "DATABASE_URL": server.url(APPLICATION, NAME)}
        refused = command("migrate", **on_it)
        assert (refused.returncode, refused.stdout, refused.stderr.count("\n")) == (1, "", 1)
        assert "run CREATE EXTENSION pg_trgm in it, then run this again." in refused.stderr
        connection.execute("CREATE EXTENSION pg_trgm")
    assert command("migrate", **on_it).stdout == "The tables are up to date.\n"


def test_a_backup_goes_into_an_empty_database_alone(migrated: EmbeddedPostgres, home: Path) -> None:
    owner = migrated.url(OWNER, NAME)
    path, on_it = home.parent / "all.backup", {"BACKLINE_HOME": str(home), "DATABASE_URL": owner}
    assert command("backup", str(path), **on_it).returncode == 0
    with psycopg.connect(owner, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
        connection.execute("CREATE TABLE somebodys_letters AS SELECT 'Dear Cleo' AS text")
        refused = command("restore", str(path), **on_it)
        assert (refused.returncode, refused.stdout) == (1, "")
        assert "restore into an empty one. Nothing was changed." in refused.stderr
        assert connection.execute("SELECT text FROM somebodys_letters").fetchall() == [("Dear Cleo",)]
        connection.execute("DROP TABLE somebodys_letters")
    assert command("restore", str(path), **on_it).stdout.endswith("0 cases, 0 flaws.\n")


def test_events_stay_whoever_asks_and_check_says_who_could_try(migrated: EmbeddedPostgres, home: Path) -> None:
    owner, application = migrated.url(OWNER, NAME), migrated.url(APPLICATION, NAME)
    with psycopg.connect(owner) as connection, pytest.raises(psycopg.errors.RestrictViolation):
        connection.execute("TRUNCATE ledger_event CASCADE")
    for statement in ("UPDATE ledger_event SET seq = 2", "DELETE FROM ledger_event", "DELETE FROM ledger_text"):
        with psycopg.connect(application) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement)
    could = "The application's database role may change events (triggers still refuse it)"
    as_owner = command("check", BACKLINE_HOME=str(home), DATABASE_URL=owner)
    assert (as_owner.returncode, could in as_owner.stdout) == (1, True)
    as_application = command("check", BACKLINE_HOME=str(home), DATABASE_URL=application)
    assert (as_application.returncode, could in as_application.stdout) == (1, False)
    assert "The organisation is not set up" in as_application.stdout
