"""`backline up`, in real processes: what it prints, what it survives, and what it leaves behind."""

from __future__ import annotations

import os
import re
import signal
from pathlib import Path

from backline import __version__
from tests.fakes.installation import Browser, Installation, command, until
from tests.rooms.config.conftest import FOUNDING


def sign_in(running: Installation) -> Browser:
    """The administrator."""
    return Browser(running.address).sign_in(FOUNDING["email"], FOUNDING["password"])


def test_a_fresh_home_prints_where_it_is_and_loads_nothing(set_up: Installation) -> None:
    assert f"Backline {__version__} is at {set_up.address}" in set_up.said
    assert "demo" not in set_up.said
    ready = dict.fromkeys(("pages", "database", "worker", "auditor", "clock", "mailbox", "disk"), True)
    assert set_up.well().health() == (200, {"version": __version__} | ready)
    assert len(set_up.processes("cli worker")) == 2  # as many as were asked for
    assert (set_up.home / "secret").stat().st_mode & 0o777 == 0o600
    assert not (set_up.home / "demo-password").exists()


def test_a_second_one_on_the_same_home_says_so(set_up: Installation) -> None:
    second = command("up", BACKLINE_HOME=str(set_up.home), BACKLINE_PORT=str(set_up.port))
    assert (second.returncode, second.stdout) == (1, "")
    assert re.fullmatch(
        rf"Backline is running already on {set_up.home} \(database process \d+\)\. Stop that one first\.\n",
        second.stderr,
    )


def test_a_taken_port_names_its_holder_and_the_next_free_one(set_up: Installation) -> None:
    for arguments in (("up", "--try"), ("web",)):
        other = command(*arguments, BACKLINE_HOME=f"{set_up.home}-2", BACKLINE_PORT=str(set_up.port))
        assert (other.returncode, other.stdout) == (1, "")
        said = re.fullmatch(
            rf"Port {set_up.port} on 127\.0\.0\.1 is in use by python\S* \(process (\d+)\)\. "
            r"Port (\d+) is free: set BACKLINE_PORT=\2\.\n",
            other.stderr,
        )
        assert said, other.stderr
        assert int(said.group(1)) in set_up.processes("granian")
        assert int(said.group(2)) > set_up.port


def test_commands_speak_with_the_database_that_runs(set_up: Installation) -> None:
    rebuilt = command("rebuild", "--check", BACKLINE_HOME=str(set_up.home))
    assert (rebuilt.returncode, rebuilt.stdout) == (0, "0 cases, 0 flaws.\n")
    audited = command("audit", BACKLINE_HOME=str(set_up.home))
    assert (audited.returncode, audited.stdout) == (0, "lost: 0 of 0, doubled 0, early 0\n")
    greeted = command("greet", "--try", BACKLINE_HOME=str(set_up.home))
    assert greeted.stdout == "There is an organisation here already, so no demo was loaded.\n"
    for arguments in (("demo",), ("demo", "--clear")):
        refused = command(*arguments, BACKLINE_HOME=str(set_up.home))
        assert (refused.returncode, refused.stdout) == (1, "")
        assert refused.stderr.count("\n") == 1
        assert "something in the database already" in refused.stderr or "This is no demo" in refused.stderr
    jobs = ("import", "jobs", "tests/data/jobs.csv", "--mapping", "tests/data/jobs.toml", "--dry-run")
    imported = command(*jobs, BACKLINE_HOME=str(set_up.home))
    would = "Nothing was changed. It would be: 20 new, 0 changed, 0 unchanged, 0 refused.\n"
    assert (imported.returncode, imported.stdout) == (0, would)
    unknown = command("explain", "E-7", BACKLINE_HOME=str(set_up.home))
    assert (unknown.returncode, unknown.stderr) == (1, "There is no case E-7.\n")


def test_what_dies_is_started_again_with_nobody_left_over(set_up: Installation) -> None:
    ada = sign_in(set_up)
    web, *workers = set_up.processes("granian")
    worker, database = set_up.processes("cli worker")[0], set_up.processes("bin/postgres")[0]
    auditor = set_up.processes("cli auditor")[0]
    for process in (web, worker, auditor, database):
        os.kill(process, signal.SIGKILL)
    until(lambda: not set(workers) & set(set_up.processes("granian")), "the end of the old web workers")
    until(lambda: len({*set_up.processes("cli worker")} - {worker}) == 2, "a new worker beside the other one")
    until(lambda: set_up.processes("cli auditor") not in ([], [auditor]), "a new auditor")
    set_up.well()
    assert ada.get("/queue")[0] == 200
    assert "Traceback" not in set_up.said


def test_kill_9_of_everything_loses_nothing(set_up: Installation) -> None:
    ada = sign_in(set_up)
    set_up.kill()
    set_up.start().well()
    assert "/set-up/" not in set_up.said
    assert ada.get("/queue")[0] == 200


def test_ctrl_c_stops_all_of_it_cleanly(set_up: Installation) -> None:
    assert set_up.interrupt() == 0
    assert set_up.said.endswith("Stopped. Everything is kept.\n")
    assert "Traceback" not in set_up.said
    assert set_up.processes() == []


def test_two_that_start_at_the_same_instant_are_one(home: Path) -> None:
    pair = [Installation(home, ("up",)) for _ in range(2)]
    for one in pair:
        one.start(ready="")
    ended = until(lambda: [one for one in pair if one.process and one.process.poll() is not None], "one gives way")
    [loser] = ended
    assert "Traceback" not in loser.said
    assert "Another Backline is just starting" in loser.said or "is running already" in loser.said
    [winner] = [one for one in pair if one is not loser]
    try:
        until(lambda: "Ctrl-C stops it" in winner.said, "the other one starts")
    finally:
        winner.interrupt()
