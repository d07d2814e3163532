"""Clearing: what a demo leaves behind is what the migrations leave; what is no demo is left alone."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection

from backline.cases.models import Case
from backline.config import cli_data, emptying
from backline.config.checks import problems
from backline.config.environment import Environment
from backline.config.postgres import DATABASE, OWNER, EmbeddedPostgres
from backline.config.trouble import Trouble
from backline.core.policy import shipped
from backline.core.words import Actor, ActorKind, Role
from backline.demo.operations import Wish, load
from backline.people import operations as people
from backline.people import queries
from backline.people.operations import Founding, PersonForm
from backline.policies import file
from backline.policies.operations import Plan, keep_version
from backline.readiness.queries import lacks
from tests.rooms.demo.conftest import AT, PASSWORD


def founded(*, at: datetime = AT) -> None:
    form = PersonForm("Ada", "ada@harbour.example", (Role.ADMINISTRATOR,), password=PASSWORD)
    people.found(Founding("Harbour Lifts", "Europe/Lisbon", form))


def owner_of(postgres: EmbeddedPostgres) -> str:
    """The address of the test's own database for the owner of its tables."""
    return postgres.url(OWNER, str(connection.settings_dict["NAME"]))


def content(url: str) -> dict[str, Any]:
    """How many rows each table has, where the numbers of cases stand, and which triggers guard the record."""
    with psycopg.connect(url) as found:
        tables = [name for (name,) in found.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        rows: dict[str, Any] = {name: found.execute(f"SELECT count(*) FROM {name}").fetchone() for name in tables}
        rows["numbers"] = found.execute("SELECT last_value, is_called FROM case_number").fetchone()
        guards = "SELECT tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal ORDER BY tgname"
        rows["guards"] = found.execute(guards).fetchall()
    return rows


def test_clearing_leaves_what_the_migrations_leave_and_the_first_start_works(
    postgres: EmbeddedPostgres, fresh_database: str
) -> None:
    load(Wish(PASSWORD, 8), at=AT)
    owner = owner_of(postgres)
    keep_version(Plan(file.write(shipped()), "To try it"), seen=1, by=Actor(ActorKind.SYSTEM, "test"), at=AT)
    assert emptying.state(owner) == "LOADED"
    connection.close()
    emptying.empty(owner)
    assert content(owner) == content(postgres.url(OWNER, DATABASE))
    founded()
    assert not queries.is_demo()
    with pytest.raises(Trouble, match="no demo"):
        emptying.empty(owner)
    assert queries.organisation() is not None


def test_it_can_be_loaded_again_after_it_was_cleared(postgres: EmbeddedPostgres, fresh_database: str) -> None:
    for _time in range(2):
        load(Wish(PASSWORD, 4), at=AT)
        assert list(Case.objects.order_by("number").values_list("number", flat=True)) == [1001, 1002, 1003, 1004]
        connection.close()
        emptying.empty(owner_of(postgres))


def test_what_was_interrupted_is_cleared_before_it_is_loaded_again(
    postgres: EmbeddedPostgres, fresh_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def torn(_share: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load(Wish(PASSWORD, 4), at=AT, say=torn)
    owner = owner_of(postgres)
    assert emptying.state(owner) == "LOADING"
    connection.close()
    with emptying.one_at_a_time(owner):
        emptying.clear_leftovers(owner)
        assert emptying.state(owner) is None
        with pytest.raises(Trouble, match="being loaded"), emptying.one_at_a_time(owner):
            raise AssertionError("two at a time")
        load(Wish(PASSWORD, 4), at=AT)
    assert emptying.state(owner) == "LOADED"


def test_what_was_interrupted_can_be_removed_and_is_said_to_be_there_in_part(
    postgres: EmbeddedPostgres,
    fresh_database: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def torn(_share: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load(Wish(PASSWORD, 4), at=AT, say=torn)
    assert "The demo is there only in part" in problems(lacks(AT))[0]
    connection.close()
    photo, password = tmp_path / "evidence" / "photo", tmp_path / "demo-password"
    photo.parent.mkdir()
    for kept in (photo, password):
        kept.write_text("of the demo")
    environment = Environment.read({"BACKLINE_HOME": str(tmp_path), "DATABASE_URL": owner_of(postgres)})
    assert cli_data.demo(environment, lambda _url, act: act(), clear=True) == 0
    assert "The demo is gone" in capsys.readouterr().out
    assert emptying.state(owner_of(postgres)) is None
    assert not photo.exists()
    assert not password.exists()
    assert "The organisation is not set up" in problems(lacks(AT))[0]


def test_what_is_no_demo_is_refused_and_left_as_it_is(postgres: EmbeddedPostgres, fresh_database: str) -> None:
    owner = owner_of(postgres)
    with pytest.raises(Trouble, match="no demo"):
        emptying.empty(owner)
    founded()
    before = content(owner)
    with pytest.raises(Trouble, match="no demo"):
        emptying.empty(owner)
    assert content(owner) == before


def test_only_the_owner_of_the_tables_may_clear(fresh_database: str) -> None:
    load(Wish(PASSWORD, 4), at=AT)
    connection.close()
    with pytest.raises(Trouble, match="Only the role that owns the tables"):
        emptying.empty(fresh_database)
    assert Case.objects.count() == 4
