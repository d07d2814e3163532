"""The auditor finds who was not told though the clock stopped, went on or counted otherwise soon afterwards."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from backline.cases import operations as cases
from backline.cases.models import Case
from backline.core.words import ClockName, WaitReason
from backline.engine.auditor import passes
from backline.engine.auditor.found import What
from backline.engine.auditor.judge import Facts
from backline.engine.auditor.wording import about
from backline.ledger import queries as ledger
from tests.fakes.house import House
from tests.fakes.post import deliver
from tests.fakes.punctual import Punctual
from tests.fakes.tampered import History, histories


def later(house: House, **span: float) -> None:
    house.clock.advance(timedelta(**span))


def audited(house: House) -> set[tuple[str, str]]:
    """What a pass over everything says is wrong, once the letters were looked at."""
    while deliver(at=house.clock.now(), sender=None, limit=100):
        pass
    assert passes.run(house.clock.now(), whole=True)
    return set(passes.Finding.objects.values_list("what", "effect"))


def resolved_disputed_resolved(house: House, case: str) -> None:
    """It stops for good half a minute after it went on: nobody had the time to make anything good."""
    later(house, minutes=10)
    house.resolve(case)
    later(house, minutes=10)
    cases.dispute([case], why="It stands again", **house.once("cleo"))
    later(house, seconds=30)
    house.resolve(case)


def waited_and_resolved(house: House, case: str) -> None:
    """It counts otherwise from less than a minute on, and stops less than a minute after that."""
    later(house, seconds=50)
    until = house.clock.now() + timedelta(days=1)
    cases.begin_wait([case], reason=WaitReason.CUSTOMER, until=until, what="The key", **house.once("sana"))
    later(house, seconds=50)
    house.resolve(case)


@pytest.mark.parametrize("then", [resolved_disputed_resolved, waited_and_resolved])
def test_what_a_clock_owed_is_owed_whatever_became_of_it(house: House, then: Callable[[House, str], None]) -> None:
    house.clock = Punctual(house)
    case = house.working()
    [due_at] = [clock.due_at for clock in house.view(case).clocks if clock.name is ClockName.RESOLVE]
    house.clock.advance(due_at - house.clock.now())
    house.tick()
    then(house, case)
    later(house, minutes=5)
    history = whole(house, case)
    [rung] = [one for one in history.rungs() if (one.data["clock"], one.data["rung"]) == ("RESOLVE", 2)]
    effect = f"{rung.data['climb']}:2:0"
    lost = {one.effect for one in history.judged(history.without(rung)).found if one.what is What.LOST}
    assert effect in lost, lost


def test_after_a_jump_the_next_is_asked_for_by_its_own_wait_from_then_on(house: House) -> None:
    house.clock = Punctual(house)
    case = house.working()
    later(house, hours=1)
    climb = next(one.climb for one in house.view(case).ahead if one.climb.startswith("RESOLVE"))
    cases.jump([case], climb=climb, rung=1, why="She is alone in there", **house.once("max"))
    jumped_at = house.clock.now()
    later(house, days=2)
    history = whole(house, case)
    [rung] = [one for one in history.rungs() if (one.data["climb"], one.data["rung"]) == (climb, 2)][:1]
    tenth = timedelta(hours=24) / 10
    assert rung.recorded_at == jumped_at + tenth, "the lead hears at 90 % of a day, the manager when it is due"
    effect = f"{climb}:2:0"
    assert (What.EARLY, effect) in said(history, history.early(rung))
    assert (What.LOST, effect) in said(history, history.without(rung))


def whole(house: House, case: str) -> History:
    """The case as the auditor reads it, in which nothing is wrong, once its letters were looked at."""
    while deliver(at=house.clock.now(), sender=None, limit=500):
        pass
    [history] = [one for one in histories(house.clock.now()) if one.facts.case == case]
    assert history.judged().found == []
    return history


def said(history: History, facts: Facts) -> set[tuple[What, str]]:
    return {(one.what, one.effect) for one in history.judged(facts).found}


def test_a_row_that_shows_another_state_than_the_record_is_found(house: House) -> None:
    case, other = house.raised(), house.raised()
    cases.withdraw([other], why="Cleared up", **house.once("carl"))
    house.tick()
    assert audited(house) == set()
    Case.objects.filter(id=case).update(state="RESOLVED")
    Case.objects.filter(id=other).update(closed_at=None)
    shown = {f"shown:{ledger.events(one)[-1].seq}" for one in (case, other)}
    assert audited(house) == {("BROKEN", one) for one in shown}
    assert {about(one) for one in shown} == {"Its row shows another state than its record"}
    cases.rebuild(check=False)
    assert audited(house) == set()
