"""The law through its one door and PostgreSQL: every move, legal and not, with time, late facts and leavers between."""

from __future__ import annotations

from random import Random

import pytest

from backline.cases import operations as cases
from backline.cases import recomputed
from tests.fakes.house import House
from tests.journeys.law import FACTS, LATE, Law, due_alarms

FACT = 3
MOST_STEPS = 3000


@pytest.mark.parametrize("seed", [1])
def test_everybody_tries_everything_and_no_case_is_dropped(house: House, seed: int) -> None:
    law = Law(house, Random(seed))
    law.run(MOST_STEPS, facts=FACT)
    house.tick()
    assert due_alarms(law) == 0, "after a look no alarm is due"
    assert cases.rebuild(check=True).flaws == ()
    assert list(cases.recompute_check()) == []
    assert sum(change.moved for change in recomputed.changes()) > 0, "calendars changed meanwhile"
    law.tally.hold()
    assert law.late >= LATE, "late facts were among it"
    assert set(law.facts) == set(FACTS)
    assert min(law.facts.values()) >= FACT, law.facts
