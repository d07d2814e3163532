"""`backline up --try` with the whole demo in real processes: what it prints, how much there is, and its end."""

from __future__ import annotations

import re
from pathlib import Path

import psycopg

from backline.config.backup import figures_of
from backline.config.postgres import EmbeddedPostgres
from tests.fakes.installation import Browser, Installation, command

PATIENCE = 400.0


def test_a_fresh_home_gets_the_whole_demo_and_loses_it_again(home: Path) -> None:
    trial = Installation(home, ("up", "--try")).start(patience=PATIENCE).well()
    try:
        looks_like_a_demo(trial)
        cleared = command("demo", "--clear", BACKLINE_HOME=str(home))
        assert (cleared.returncode, cleared.stderr) == (0, ""), cleared
        link = re.search(r"/set-up/\S+", command("greet", BACKLINE_HOME=str(home)).stdout)
        assert link
        status, page = Browser(trial.address).get(link.group())
        assert (status, "Set up your organisation" in page) == (200, True)
        assert "Demo organisation" not in page
        assert not (home / "evidence").exists()
        assert not (home / "demo-password").exists()
        assert trial.interrupt() == 0
        assert "Traceback" not in trial.said
    finally:
        if trial.processes():
            trial.kill()


def looks_like_a_demo(trial: Installation) -> None:
    """The sign-ins work, the pages say what it is, and there is as much as was promised."""
    assert "Loading the demo organisation: 100 %" in trial.said
    assert "backline demo --clear" in trial.said
    assert (trial.home / "demo-password").stat().st_mode & 0o777 == 0o600
    password = re.search(r"password: (\S+)", trial.said)
    assert password, trial.said
    tess = Browser(trial.address).sign_in("tess@backline.example", password.group(1))
    assert "Demo organisation: made-up people; nothing leaves it." in tess.get("/jobs")[1]
    url = EmbeddedPostgres(trial.home / "postgres").url()
    figures = re.fullmatch(r"cases: (\d+), events: ([\d,]+), .*", figures_of(url))
    assert figures
    assert int(figures.group(1)) >= 600
    assert int(figures.group(2).replace(",", "")) >= 6000
    with psycopg.connect(url) as connection:
        for table, count in (("people_person", 40), ("jobs_site", 120), ("jobs_asset", 300)):
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (count,)
    greeted = command("greet", BACKLINE_HOME=str(trial.home))
    assert greeted.stdout.strip() in trial.said
    rebuilt = command("rebuild", "--check", BACKLINE_HOME=str(trial.home))
    assert (rebuilt.returncode, rebuilt.stdout) == (0, f"{figures.group(1)} cases, 0 flaws.\n")
