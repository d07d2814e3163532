"""`backline up --try`, in real processes: what it prints, what it survives, and what it leaves behind."""

from __future__ import annotations

import os
import re
import signal
from pathlib import Path

from backline import __version__
from tests.fakes.installation import Browser, Installation, command, until


def sign_in(trial: Installation, name: str = "carl") -> Browser:
    """Somebody of the cast, with the password that the terminal showed."""
    password = re.search(r"password: (\S+)", trial.said)
    assert password, trial.said
    return Browser(trial.address).sign_in(f"{name}@backline.example", password.group(1))


def test_a_fresh_home_prints_where_it_is_and_who_may_sign_in(trial: Installation) -> None:
    assert f"Backline {__version__} is at {trial.address}" in trial.said
    assert trial.well().health() == (
        200,
        {"version": __version__, "pages": True, "database": True, "worker": True},
    )
    assert "Northside Library" in sign_in(trial, "tess").get("/jobs")[1]
    assert (trial.home / "secret").stat().st_mode & 0o777 == 0o600
    assert (trial.home / "trial-password").stat().st_mode & 0o777 == 0o600


def test_a_second_one_on_the_same_home_says_so(trial: Installation) -> None:
    second = command("up", BACKLINE_HOME=str(trial.home), BACKLINE_PORT=str(trial.port))
    assert (second.returncode, second.stdout) == (1, "")
    assert re.fullmatch(
        rf"Backline is running already on {trial.home} \(database process \d+\)\. Stop that one first\.\n",
        second.stderr,
    )


def test_a_taken_port_names_its_holder_and_the_next_free_one(trial: Installation) -> None:
    for arguments in (("up", "--try"), ("web",)):
        other = command(*arguments, BACKLINE_HOME=f"{trial.home}-2", BACKLINE_PORT=str(trial.port))
        assert (other.returncode, other.stdout) == (1, "")
        said = re.fullmatch(
            rf"Port {trial.port} on 127\.0\.0\.1 is in use by python\S* \(process (\d+)\)\. "
            r"Port (\d+) is free: set BACKLINE_PORT=\2\.\n",
            other.stderr,
        )
        assert said, other.stderr
        assert int(said.group(1)) in trial.processes("granian")
        assert int(said.group(2)) > trial.port


def test_commands_speak_with_the_database_that_runs(trial: Installation) -> None:
    rebuilt = command("rebuild", "--check", BACKLINE_HOME=str(trial.home))
    assert (rebuilt.returncode, rebuilt.stdout) == (0, "0 cases, 0 flaws.\n")
    greeted = command("greet", "--try", BACKLINE_HOME=str(trial.home))
    assert greeted.stdout.strip() in trial.said
    jobs = ("import", "jobs", "tests/data/jobs.csv", "--mapping", "tests/data/jobs.toml", "--dry-run")
    imported = command(*jobs, BACKLINE_HOME=str(trial.home))
    would = "Nothing was changed. It would be: 20 new, 0 changed, 0 unchanged, 0 refused.\n"
    assert (imported.returncode, imported.stdout) == (0, would)
    unknown = command("explain", "E-7", BACKLINE_HOME=str(trial.home))
    assert (unknown.returncode, unknown.stderr) == (1, "There is no case E-7.\n")


def test_what_dies_is_started_again_with_nobody_left_over(trial: Installation) -> None:
    carl = sign_in(trial)
    web, *workers = trial.processes("granian")
    worker, database = trial.processes("cli worker")[0], trial.processes("bin/postgres")[0]
    for process in (web, worker, database):
        os.kill(process, signal.SIGKILL)
    until(lambda: not set(workers) & set(trial.processes("granian")), "the end of the old web workers")
    until(lambda: trial.processes("cli worker") not in ([], [worker]), "a new worker")
    trial.well()
    assert carl.get("/queue")[0] == 200
    assert "Traceback" not in trial.said


def test_kill_9_of_everything_loses_nothing(trial: Installation) -> None:
    carl, before = sign_in(trial), trial.said
    trial.kill()
    trial.start().well()
    assert before.partition("\n\n")[0] == trial.said.partition("\n\n")[0]
    assert carl.get("/queue")[0] == 200


def test_ctrl_c_stops_all_of_it_cleanly(trial: Installation) -> None:
    assert trial.interrupt() == 0
    assert trial.said.endswith("Stopped. Everything is kept.\n")
    assert "Traceback" not in trial.said
    assert trial.processes() == []


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
