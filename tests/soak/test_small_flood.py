"""A small flood with real processes and gateways that are ill: a fixed seed, and a fresh one, which is printed."""

from __future__ import annotations

import secrets

import pytest

from tests.conftest import FRIDAY
from tests.soak.flood import Flood, Flow

SMALL = Flow(notices=200, workers=2, kills=5, patience=0.3, wave=8, lasts=5)


@pytest.mark.parametrize("seed", [7, secrets.randbelow(10**6)], ids=["fixed", "fresh"])
def test_of_a_flood_nothing_is_lost_and_nothing_told_twice_but_what_nobody_knew(fresh_database: str, seed: int) -> None:
    judged = Flood(SMALL, seed, fresh_database, FRIDAY).run()
    print(f"seed {seed}: {judged}")
    assert not judged.flaws, f"seed {seed}: {judged}\n" + "\n".join(judged.flaws[:20])
    assert judged.kept.well, f"seed {seed}: {judged}"
    assert judged.book.words
    assert judged.book.forged
    assert judged.killed == SMALL.kills
    assert judged.again
