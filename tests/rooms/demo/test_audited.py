"""Of the demo's made-up past the auditor says what it should say of any: nothing lost, told twice or too early."""

from __future__ import annotations

from backline.engine.auditor import passes, queries
from tests.fakes.post import deliver
from tests.rooms.demo.conftest import AT


def test_the_auditor_finds_nothing_wrong_with_the_past_that_was_made_up(demo: str) -> None:
    while deliver(at=AT, sender=None, limit=500):
        pass
    kept = passes.run(AT, whole=True)
    assert kept
    assert queries.wrong(most=10) == []
    assert kept.well
    assert kept.expected > kept.cases > 0
