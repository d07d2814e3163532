"""Several thresholds are passed before anybody looks: the manager hears once, of all of it."""

from __future__ import annotations

from datetime import timedelta

from backline.cases import operations as cases
from backline.core.impact import Said
from backline.ledger import queries as ledger
from tests.fakes.browser import signed_in, words
from tests.fakes.house import House
from tests.rooms.desk.test_impact import everything_to_customers, impact_letters, registered, sent
from tests.rooms.engine.test_auditor import audited, found

HOUR = timedelta(hours=1)


def steps(case: str) -> list[tuple[str, int]]:
    """Each step of the impact, and how many it told."""
    rungs = [event.data for event in ledger.events(case) if event.data.get("clock") == "IMPACT"]
    return [(one["climb"], len(one["told"])) for one in rungs]


def test_one_look_after_a_gap_tells_once_and_names_all_that_is_lost(house: House) -> None:
    registered(house, contract=False)
    case = sent(house, units="30")
    house.clock.advance(17 * HOUR)
    house.tick()
    [subject] = impact_letters(house, "Max")
    assert subject.endswith("Impact: 30 units stand still, it costs 1,200 an hour and it has cost 20,400 so far")
    assert steps(case) == [("IMPACT::1", 0), ("IMPACT:5000:1", 0), ("IMPACT:20000:1", 1)]
    for name in ("carl", "max"):
        assert "told with the next threshold, which was passed as well" in words(signed_in(name).get(f"/cases/{case}"))
        climbs = words(signed_in(name).get(f"/cases/{case}/climbs"))
        assert climbs.count("Told with what was lost after it") == 2
        assert "Nobody could be found to tell" not in climbs
    for name in ("Carl", "Sana", "Tess", "Otto", "Ada"):
        assert impact_letters(house, name) == []
    assert "20,400" not in everything_to_customers(house, case)
    kept = audited(house)
    assert (kept.lost, kept.doubled, kept.early, kept.silence) == (0, 0, 0, 0)
    assert not {effect for _what, effect in found() if effect.startswith("IMPACT:20000:")} - {"IMPACT:20000:1:0:0"}


def test_what_was_overtaken_is_told_by_its_next_step_alone_when_the_graver_loss_is_taken_back(house: House) -> None:
    registered(house, contract=False)
    case = sent(house)
    house.clock.advance(17 * HOUR)
    house.tick()
    cases.correct_impact([case], losses=Said(cost_an_hour=300), why="The hotel said so", **house.once("carl"))
    house.tick()
    assert len(impact_letters(house, "Max")) == 1, "nothing that was overtaken is told at once"
    house.until(house.clock.now() + HOUR, step=timedelta(minutes=10))
    assert steps(case)[3:] == [("IMPACT:5000:1", 1)]
    assert len(impact_letters(house, "Max")) == 2
    assert (audited(house).lost, audited(house).doubled) == (0, 0)
    assert cases.rebuild(check=True).flaws == ()
