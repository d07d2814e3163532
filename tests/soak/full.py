"""The soaks at full size, which `make soak` runs: a durable database that is killed with -9 as well, and a flood.

SOAK_CASES, SOAK_NOTICES, SOAK_SECONDS and SOAK_SEED change how much, how fast and which night; the seed is printed.
"""

from __future__ import annotations

import os
import secrets
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from backline.config.postgres import EmbeddedPostgres
from backline.engine.auditor.found import What
from backline.engine.models import Finding
from tests import databases
from tests.conftest import FRIDAY
from tests.environment import HOME
from tests.soak.chaos import Size, Soak
from tests.soak.flood import Flood, Flow

CASES = int(os.environ.get("SOAK_CASES") or 10_000)
NOTICES = int(os.environ.get("SOAK_NOTICES") or 10_000)
SECONDS = float(os.environ.get("SOAK_SECONDS") or CASES / 12)
SEED = int(os.environ.get("SOAK_SEED") or secrets.randbelow(10**6))


@pytest.fixture(scope="module")
def server(django_db_blocker: DjangoDbBlocker) -> Iterator[EmbeddedPostgres]:
    """A durable database of these alone."""
    server = EmbeddedPostgres(HOME / "durable")
    server.start()
    try:
        with django_db_blocker.unblock():
            databases.migrate(server)
        yield server
    finally:
        server.stop()


@pytest.fixture
def url(server: EmbeddedPostgres, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """A fresh copy."""
    with django_db_blocker.unblock(), databases.clone(server) as url, databases.using(url):
        yield url


def test_a_flood(url: str) -> None:
    """Nothing is lost, and nothing told twice but what nobody knew the outcome of."""
    print(f"\nseed {SEED}, {NOTICES} notices by gateways that are ill", flush=True)
    kills = max(NOTICES // 200, 5)
    flow = Flow(NOTICES, workers=2, kills=kills, patience=1, wave=max(NOTICES // 200, 5), lasts=15)
    judged = Flood(flow, SEED, url, FRIDAY).run()
    print(judged, flush=True)
    for flaw in judged.flaws[:20]:
        print(flaw, flush=True)
    assert judged.kept.well
    assert not judged.flaws
    assert judged.states.total() >= NOTICES
    assert judged.killed == kills


def test_a_night_of_chaos(server: EmbeddedPostgres, url: str) -> None:
    """Nothing is lost, told twice or too early."""
    _night(server, url)


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
