"""The soak at full size, which `make soak` runs: a durable database that is killed with -9 as well.

SOAK_CASES, SOAK_SECONDS and SOAK_SEED change how much, how fast and which night; the seed is printed.
"""

from __future__ import annotations

import os
import secrets
import signal
from pathlib import Path

from pytest_django import DjangoDbBlocker

from backline.config.postgres import EmbeddedPostgres
from backline.engine.auditor.found import What
from backline.engine.models import Finding
from tests import databases
from tests.environment import HOME
from tests.soak.chaos import Size, Soak

CASES = int(os.environ.get("SOAK_CASES") or 10_000)
SECONDS = float(os.environ.get("SOAK_SECONDS") or CASES / 12)
SEED = int(os.environ.get("SOAK_SEED") or secrets.randbelow(10**6))


def test_a_night_of_chaos(django_db_blocker: DjangoDbBlocker) -> None:
    """Nothing is lost, told twice or too early."""
    server = EmbeddedPostgres(HOME / "durable")
    server.start()
    try:
        with django_db_blocker.unblock():
            databases.migrate(server)
            with databases.clone(server) as url, databases.using(url):
                _night(server, url)
    finally:
        server.stop()


def _night(server: EmbeddedPostgres, url: str) -> None:
    def killed() -> None:
        """`kill -9` of the database and all its processes, and up again."""
        assert server.process
        for process in [server.process.pid, *_children(server.process.pid)]:
            os.kill(process, signal.SIGKILL)
        server.process.wait()
        server.mend()

    print(f"\nseed {SEED}, {CASES} cases, a night of 6 h in {SECONDS:.0f} s", flush=True)
    size = Size(cases=CASES, workers=2, kills=max(CASES // 50, 10), seconds=SECONDS, patience=SECONDS * 10 + 600)
    outcome = Soak(size, SEED, url, killed).run()
    print(outcome, flush=True)
    for one in Finding.objects.exclude(what=What.LATE)[:20]:
        print(one, one.case_id, one.at, flush=True)
    assert outcome.kept.well
    assert outcome.kept.cases == CASES
    assert outcome.killed >= 5


def _children(process: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
