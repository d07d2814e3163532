"""A small soak with real processes: fixed seeds, and a fresh one, which is printed."""

from __future__ import annotations

import secrets

import pytest

from backline.config.postgres import EmbeddedPostgres
from backline.engine import health
from tests.soak.chaos import Size, Soak

SMALL = Size(cases=18, workers=2, kills=5, seconds=4, patience=120)


@pytest.mark.parametrize("seed", [7, secrets.randbelow(10**6)], ids=["fixed", "fresh"])
def test_a_night_of_chaos_loses_doubles_and_hurries_nothing(
    fresh_database: str, postgres: EmbeddedPostgres, seed: int
) -> None:
    def restart() -> None:
        postgres.stop()
        postgres.start()

    outcome = Soak(SMALL, seed, fresh_database, restart).run()
    print(f"seed {seed}: {outcome}")
    assert outcome.kept.well, f"seed {seed}: {outcome}"
    assert outcome.kept.cases == SMALL.cases
    assert outcome.killed >= 1
    assert outcome.rungs > SMALL.cases
    assert "this host's clock is off by" in "".join(beat.error for beat in health.beats())
