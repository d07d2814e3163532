"""The law through its one door and PostgreSQL: every move, legal and not, with time, late facts and leavers between."""

from __future__ import annotations

from random import Random

import pytest

from backline.cases import operations as cases
from backline.core.lifecycle import Move
from tests.fakes.house import House
from tests.journeys.law import FACTS, Law, due_alarms

EACH = 50
MOST_STEPS = 3000


@pytest.mark.parametrize("seed", [1])
def test_everybody_tries_everything_and_no_case_is_dropped(house: House, seed: int) -> None:
    law = Law(house, Random(seed))
    law.run(MOST_STEPS, until=lambda: law.enough(moves=EACH, facts=3))
    house.tick()
    assert due_alarms(law) == 0, "after a look no alarm is due"
    assert cases.rebuild(check=True).flaws == ()
    assert {move: law.tried[move] for move in Move if law.tried[move] < EACH} == {}
    assert {move: law.legal[move] for move in Move if law.legal[move] < 10} == {}
    share = law.legal.total() / law.tried.total()
    assert share >= 0.6, (share, law.tried, law.legal)
    assert law.late >= 5, "late facts were among it"
    assert set(law.facts) == set(FACTS)
    assert min(law.facts.values()) >= 3, law.facts
