"""`backline policy`: out as a file, looked at, and in again as a version where that is asked for."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from backline.calendars.words import ChosenFor
from backline.config import cli_policy
from backline.config.cli import parser
from backline.config.trouble import Trouble
from backline.core.calendar import same_every_day
from backline.core.policy import shipped
from backline.policies import file, queries
from tests.core.calendars import blocks
from tests.fakes.browser import signed_in, words
from tests.fakes.hours import calendar, chosen, looked
from tests.fakes.house import House

SHIPPED = file.write(shipped())
SOONER = SHIPPED.replace('P3 = "2 h"', 'P3 = "1 h"')


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """A file with a change in it."""
    place = tmp_path / "policy.toml"
    place.write_text(SOONER, encoding="utf-8")
    return place


def run(*words: object) -> int:
    """The command with these words."""
    return cli_policy.run(parser().parse_args(["policy", *map(str, words)]))


def test_a_policy_goes_out_and_comes_in_again(house: House, written: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("export") == 0
    assert capsys.readouterr().out == SHIPPED
    assert run("check", written) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == f"{written} says a policy."
    assert said[1].startswith("Team Lift support has no second active member, so the coordinators hear instead of")
    assert run("diff", written) == 0
    assert capsys.readouterr().out == "targets.ACCEPT.P3: 1 h instead of 2 h.\n"
    assert run("import", written) == 0
    said = capsys.readouterr().out.splitlines()
    assert (said[0], said[-1]) == ("targets.ACCEPT.P3: 1 h instead of 2 h.", "Nothing was changed; --save keeps it.")
    assert len(queries.versions()) == 1
    assert run("import", written, "--save", "--why", "Two hours are too long") == 0
    assert "\nKept as version 2; it counts from " in capsys.readouterr().out
    assert run("export") == 0
    assert capsys.readouterr().out == SOONER
    assert run("export", "--version", 1) == 0
    assert capsys.readouterr().out == SHIPPED
    assert run("diff", written, "--version", 1) == 0
    assert capsys.readouterr().out == "targets.ACCEPT.P3: 1 h instead of 2 h.\n"
    assert run("diff", written) == 0
    assert capsys.readouterr().out == "It says the same as version 2.\n"


def test_a_version_of_a_later_moment(house: House, written: Path) -> None:
    later = ("--save", "--why", "Winter", "--from", "2027-12-01T08:00+01:00")
    assert run("import", written, *later) == 0
    assert queries.versions()[0].effective_at == datetime.fromisoformat(later[-1])
    assert queries.version_in_force(house.clock.now()).number == 1


def test_what_cannot_be_is_said_and_changes_nothing(
    house: House, written: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("import", written, "--save") == 1
    assert capsys.readouterr().out.endswith("Say in a sentence why it changes: 300 characters at most.\n")
    assert run("import", written, "--save", "--why", "Then", "--from", "2020-01-01T08:00+01:00") == 1
    assert "That has passed." in capsys.readouterr().out
    for more, said in ((["--from", "soon"], "soon is no moment"), (["--from", "2027-01-01"], "names no zone")):
        with pytest.raises(Trouble, match=said):
            run("import", written, "--save", "--why", "Then", *more)
    for number in (0, 7, 2**40):
        with pytest.raises(Trouble, match=f"There is no version {number} of the policy"):
            run("export", "--version", number)
    with pytest.raises(Trouble, match="Name the file: backline policy check FILE"):
        run("check")
    capsys.readouterr()
    written.write_text(SHIPPED.replace('"5 min"', '"5"', 1), encoding="utf-8")
    assert run("import", written, "--save", "--why", "Then") == 1
    line = SHIPPED[: SHIPPED.index('"5 min"')].count("\n") + 1
    assert capsys.readouterr().out.startswith(f"{written}: line {line}, ladders.ACCEPT.rungs[2].wait: Write how long")
    written.write_bytes(b"\xff\xff")
    with pytest.raises(Trouble, match="is not written in UTF-8"):
        run("check", written)
    assert len(queries.versions()) == 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["move", "E-1001", "--to", 1, "--why", "So", "--from", 7], "policy move takes no --from; nothing was done."),
        (["move", "E-1001", "--to", 1, "--why", "So", "--version", 1], "policy move takes no --version; nothing was"),
        (["export", "--from", "2027-12-01T08:00+01:00"], "policy export takes no --from; nothing was done."),
        (["export", "--save"], "policy export takes no --save; nothing was done."),
        (["check", "policy.toml", "--version", 0], "policy check takes no --version; nothing was done."),
        (["diff", "policy.toml", "--why", "So"], "policy diff takes no --why; nothing was done."),
        (["import", "policy.toml", "--to", 0], "policy import takes no --to; nothing was done."),
    ],
)
def test_an_option_that_would_be_passed_over_is_refused(house: House, typed: list[object], said: str) -> None:
    case = house.raised()
    with pytest.raises(Trouble) as trouble:
        run(*typed)
    assert str(trouble.value).startswith(said)
    assert house.view(case).case.policy == queries.versions()[0].id
    assert len(queries.versions()) == 1


ACCEPT = SHIPPED[SHIPPED.index("[ladders.ACCEPT]") : SHIPPED.index("[ladders.PROGRESS]")]
BAD = [
    ('wait = "5 min"', 'wait = "0 min"', "Say how long after the rung before it comes: more than nothing."),
    ('wait = "5 min"', 'wait = "365 d"', "That is too long: it must be less than a year."),
    ('wait = "5 min"', 'wait = "5 min", wait_in = "NIGHT"', "There is no “NIGHT” here."),
    (
        'wait = "5 min"',
        'wait = "8 h", wait_in = "TEAM"',
        "In the hours of the calendar “Seldom” this lasts longer than",
    ),
    ('"TEAM_LEAD"', '"ASSIGNEE"', "The ladder goes in a circle: rung 2 told the same already."),
]


@pytest.mark.parametrize(("old", "new", "said"), BAD, ids=[new for _, new, _ in BAD])
def test_a_ladder_that_cannot_be_is_refused_at_every_door(
    house: House, written: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, said: str
) -> None:
    seldom = calendar(house, "Seldom", same_every_day(*blocks("08:00-09:10"), days=[0]))
    chosen(house, ChosenFor.TEAM, house.specialists.id, seldom)
    text = SHIPPED.replace(ACCEPT, ACCEPT.replace(old, new, 1))
    written.write_text(text, encoding="utf-8")
    for act in (["check", written], ["import", written, "--save", "--why", "Then"]):
        assert run(*act) == 1
        out = capsys.readouterr().out
        assert said in out
        assert "ladders.ACCEPT.rungs[" in out
    page = looked(signed_in("ada"), "/administration/policies/edit", text=text, why="Then", effective_at="")
    assert page.status_code == 422
    assert said in words(page)
    assert len(queries.versions()) == 1


def test_a_ladder_that_reaches_nobody_is_refused(
    house: House, written: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    begin, _, review = SHIPPED.partition("[ladders.REVIEW]")
    written.write_text(begin + "[ladders.REVIEW]" + review.replace('{ tell = "LAST_RESORT", wait = "15 min" },', "", 1))
    assert run("check", written) == 0
    house.persons["max"].is_active = False
    house.persons["max"].save()
    for act in (["check", written], ["import", written, "--save", "--why", "Then"]):
        assert run(*act) == 1
        assert "ladders.REVIEW: Nobody is sure to hear: today nobody is one of MANAGERS." in capsys.readouterr().out
    assert len(queries.versions()) == 1
