"""`backline routing`: all rules out as a file, looked at, and in again where that is asked for."""

from __future__ import annotations

from pathlib import Path
from threading import Thread

import pytest
from django.db import connection, transaction

from backline.cases import routes
from backline.config import cli_policy, cli_routing
from backline.config.cli import parser
from backline.config.trouble import Trouble
from backline.core.policy import shipped
from backline.policies import file, models, operations, queries
from tests.fakes.clock import SettableClock
from tests.fakes.house import House
from tests.fakes.routed import DANGER, LIFTS, rules

NEW = "Rule 1 is new: Lift support for reason SAFETY_RISK, site LIB-1, priority P1.\n"


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """A file with one rule more than there are, before it."""
    place = tmp_path / "routing.toml"
    place.write_text(rules(DANGER, LIFTS), encoding="utf-8")
    return place


def run(*words: object) -> int:
    """The command with these words."""
    return cli_routing.run(parser().parse_args(["routing", *map(str, words)]))


def test_the_rules_go_out_and_come_in_again(house: House, written: Path, capsys: pytest.CaptureFixture[str]) -> None:
    [lifts] = queries.routing_rules()
    assert run("export") == 0
    assert capsys.readouterr().out.endswith(rules(LIFTS))
    assert run("check", written) == 0
    assert capsys.readouterr().out == f"{written} says 2 rules.\n"
    assert run("diff", written) == 0
    assert capsys.readouterr().out == NEW
    assert run("import", written) == 0
    assert capsys.readouterr().out == f"{NEW}Nothing was changed; --save keeps it.\n"
    assert queries.routing_rules() == [lifts]
    assert run("import", written, "--save", "--why", "Danger goes to support") == 0
    assert capsys.readouterr().out == f"{NEW}Kept in place of all rules there were.\n"
    danger, again = queries.routing_rules()
    assert (danger.order, danger.team, again.order) == (10, str(house.support.id), 20)
    assert again.id == lifts.id, "a rule that says the same stays the one it was"
    assert run("export") == 0
    assert capsys.readouterr().out.endswith(rules(DANGER, LIFTS))
    [kept] = queries.routing_imports()
    assert (kept.made_by, kept.why) == ("command line", "Danger goes to support")
    assert queries.routing_imported(kept.id) == written.read_text()


def test_the_same_twice_changes_nothing(house: House, written: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("import", written, "--save", "--why", "Danger goes to support") == 0
    before = queries.routing_rules()
    capsys.readouterr()
    assert run("import", written, "--save", "--why", "Once more") == 0
    assert capsys.readouterr().out == "It says the same as the rules there are.\nNothing was changed.\n"
    assert queries.routing_rules() == before
    assert len(queries.routing_imports()) == 1


def test_what_cannot_be_is_said_and_changes_nothing(
    house: House, written: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = queries.routing_rules()
    assert run("import", written, "--save") == 1
    assert capsys.readouterr().out.endswith("Say in a sentence why it changes: 300 characters at most.\n")
    written.write_text(rules(DANGER.replace("support", "suport").replace("P1", "P9"), LIFTS), encoding="utf-8")
    for act in (["check", written], ["diff", written], ["import", written, "--save", "--why", "Then"]):
        assert run(*act) == 1
        said = capsys.readouterr().out.splitlines()
        similar = "There is no team “Lift suport”. Similar: Lift support."
        assert said[0] == f"{written}: line 4, rules[1].team: {similar}"
        assert said[1].startswith(f"{written}: line 7, rules[1].priority: There is no “P9” here.")
        assert len(said) == 2
    written.write_bytes(b"\xff\xff")
    with pytest.raises(Trouble, match="is not written in UTF-8"):
        run("check", written)
    with pytest.raises(Trouble, match="Name the file: backline routing check FILE"):
        run("check")
    written.write_text("# x\n" * 1_000_000)
    assert run("check", written) == 1
    assert "The file is too long: 64 KB are the most." in capsys.readouterr().out
    assert queries.routing_rules() == before


def test_what_nothing_has_yet_is_said_and_kept(house: House, written: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written.write_text(rules(LIFTS.replace('"lift"', '"crane"\nfault_code = "E99"')), encoding="utf-8")
    assert run("check", written) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[1:] == ["No asset is of the type crane yet.", "No fault code E99 is in the register yet."]
    asks = """condition = 'asset_type in ["lift", "elefant"] || "E99" in fault_codes'"""
    written.write_text(rules(LIFTS.replace('asset_type = "lift"', asks)), encoding="utf-8")
    assert run("check", written) == 0
    assert capsys.readouterr().out.splitlines()[1:] == ["No asset is of the type elefant yet."]
    written.write_text(rules(LIFTS.replace('"lift"', '"crane"')), encoding="utf-8")
    assert run("import", written, "--save", "--why", "Cranes come on Monday") == 0
    assert [rule.asset_type for rule in queries.routing_rules()] == ["crane"]


def test_the_mark_that_some_editors_begin_a_file_with_is_no_mistake(
    house: House, written: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    marked = b"\xef\xbb\xbf"
    written.write_bytes(marked + rules(LIFTS).encode())
    assert run("diff", written) == 0
    assert capsys.readouterr().out == "It says the same as the rules there are.\n"
    written.write_bytes(marked + file.write(shipped()).encode())
    assert cli_policy.run(parser().parse_args(["policy", "check", str(written)])) == 0


def test_of_two_who_change_the_rules_at_the_same_moment_one_is_told(
    fresh_database: str, clock: SettableClock, written: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    House(clock)
    found: list[int] = []

    def save() -> None:
        found.append(run("import", written, "--save", "--why", "Danger goes to support"))
        connection.close()

    late = Thread(target=save)
    with transaction.atomic(), connection.cursor() as cursor:
        [lifts] = queries.routing_rules()
        operations.drop_rule(lifts.id)
        late.start()
        while late.is_alive():
            cursor.execute("SELECT 1 FROM pg_locks WHERE NOT granted")
            if cursor.fetchone():
                break
    late.join()
    assert found == [1]
    assert "Somebody changed the rules meanwhile." in capsys.readouterr().out
    assert not models.RoutingRule.objects.exists()
    assert "rules = []" in routes.text()
