"""Of the engine that never sleeps nobody says that it was late, whatever makes an old moment due at a stroke."""

from __future__ import annotations

from datetime import timedelta

from backline.calendars import choices
from backline.calendars.words import ChosenFor
from backline.cases import operations as cases
from backline.core.calendar import same_every_day
from backline.core.events import Event
from backline.core.impact import Said
from backline.core.words import ClockName, Impact, Urgency, WaitReason
from backline.ledger import queries as ledger
from tests.core.calendars import blocks
from tests.fakes.browser import signed_in, text
from tests.fakes.hours import calendar, chosen
from tests.fakes.house import House
from tests.fakes.punctual import Punctual
from tests.rooms.engine.test_auditor import audited, found

HOUR = timedelta(hours=1)
P1 = {"impact": Impact.MAJOR, "urgency": Urgency.HIGH}


def rungs(case: str, clock: ClockName, after: int = 0) -> list[Event]:
    """The rungs of a clock that acted after an event."""
    return [one for one in ledger.events(case) if one.data.get("clock") == clock and one.seq > after]


def nobody_was_late(house: House, case: str) -> None:
    """No rung says so, nor a page, nor the auditor."""
    late = [one for one in ledger.events(case) if one.data.get("late_seconds")]
    assert late == []
    page = text(signed_in("max").get(f"/cases/{case}/climbs"))
    assert "later than planned" not in page
    assert "skipped for lateness" not in page
    audited(house)
    assert found() == set()
    assert cases.rebuild(check=True).flaws == ()


def disputed(house: House) -> tuple[str, int]:
    """A case that was late when it was resolved, and four days later is said not to be; and its events until then."""
    house.clock = Punctual(house)
    case = house.raised(**P1)
    house.offer(case)
    house.accept(case)
    house.clock.advance(9 * HOUR)
    house.resolve(case)
    house.clock.advance(timedelta(days=4))
    before = house.view(case).case.seq
    cases.dispute([case], why="It stopped again", **house.once("cleo"))
    return case, before


def test_a_dispute_makes_an_old_resolution_overdue_and_nobody_was_late_for_it(house: House) -> None:
    case, before = disputed(house)
    house.clock.advance(timedelta(minutes=1))
    assert len(rungs(case, ClockName.RESOLVE, before)) == 1, "the manager hears at once that it is overdue again"
    nobody_was_late(house, case)


def test_an_engine_that_slept_since_a_dispute_was_late_since_then(house: House) -> None:
    case, before = disputed(house)
    house.clock.at += timedelta(minutes=20)
    house.clock.advance(timedelta(minutes=1))
    [told] = rungs(case, ClockName.RESOLVE, before)
    assert told.data["late_seconds"] == 20 * 60


def test_other_hours_make_a_debt_overdue_and_nobody_was_late_for_it(house: House) -> None:
    house.clock = Punctual(house)
    chosen(house, ChosenFor.ORGANISATION, choices.EVERYBODY, calendar(house))
    always = calendar(house, "Always", same_every_day(*blocks("00:00-24:00")))
    chosen(house, ChosenFor.TEAM, house.specialists.id, always)
    case = house.raised("carl", steps=())
    house.clock.advance(18 * HOUR)
    before = house.view(case).case.seq
    house.offer(case)
    house.clock.advance(timedelta(minutes=1))
    assert rungs(case, ClockName.DOCUMENT, before)
    nobody_was_late(house, case)


def test_a_wait_that_is_entered_late_has_nobody_told_again_within_a_gap(house: House) -> None:
    house.clock = Punctual(house)
    case, start = house.raised(**P1), house.clock.now()
    house.offer(case)
    house.accept(case)
    house.clock.advance(5.5 * HOUR)
    waited = {"until": house.clock.now() + HOUR, "occurred_at": start + HOUR}
    cases.begin_wait([case], reason=WaitReason.CUSTOMER, what="The key", **waited, **house.once("sana"))
    [wait] = house.view(case).waits
    cases.end_wait([case], record=wait.id, outcome="It came", occurred_at=start + 2 * HOUR, **house.once("sana"))
    house.clock.advance(9 * HOUR)
    told = [one.recorded_at - start for one in rungs(case, ClockName.RESOLVE) if one.data["role"] == "MANAGERS"]
    assert told == [4 * HOUR, 8 * HOUR, 12 * HOUR], "every four hours, though it was due after five"
    nobody_was_late(house, case)


def test_a_loss_that_is_taken_back_has_what_lasts_told_once_and_nobody_was_late_for_it(house: House) -> None:
    house.clock = Punctual(house)
    low = {"impact": Impact.LOW, "urgency": Urgency.LOW}
    case, start = house.raised("carl", losses=Said(cost_an_hour=2000), **low), house.clock.now()
    house.clock.advance(18 * HOUR)
    graver = rungs(case, ClockName.IMPACT)[-1]
    assert (graver.data["climb"], graver.recorded_at - start) == ("IMPACT:20000:1", 15 * HOUR)
    cases.correct_impact([case], losses=Said(cost_an_hour=1000), why="As agreed", **house.once("carl"))
    house.clock.advance(1.9 * HOUR)
    told = [(one.data["climb"], one.recorded_at - start) for one in rungs(case, ClockName.IMPACT, graver.seq)]
    assert told == [("IMPACT:5000:1", 18 * HOUR), ("IMPACT:5000:1", 19.5 * HOUR)], "and then as planned"
    nobody_was_late(house, case)


def test_a_step_that_another_climb_came_before_is_told_when_its_own_is_given_back(house: House) -> None:
    house.clock = Punctual(house)
    low = {"impact": Impact.LOW, "urgency": Urgency.LOW}
    case, start = house.raised("carl", losses=Said(cost_an_hour=6000), **low), house.clock.now()
    house.clock.advance(2 * HOUR)
    cases.correct_impact([case], losses=Said(cost_an_hour=1000), why="As agreed", **house.once("carl"))
    house.clock.advance(HOUR / 60)
    last = rungs(case, ClockName.IMPACT)[-1]
    assert (last.data["climb"], last.data["rung"], last.recorded_at - start) == ("IMPACT::1", 1, 2 * HOUR)
    nobody_was_late(house, case)
