"""Other rules, another priority or other hours make a thing due at once: nobody was late, and no letter says so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from backline.calendars import choices
from backline.calendars.operations import Plan, keep
from backline.calendars.words import ChosenFor
from backline.cases import operations as cases
from backline.core.calendar import same_every_day
from backline.core.words import Impact, Urgency
from backline.ledger import queries as ledger
from tests.core.calendars import blocks
from tests.fakes.browser import signed_in, words
from tests.fakes.hours import calendar, chosen
from tests.fakes.house import House
from tests.fakes.rules import other_rules
from tests.rooms.cases.test_hours import P3
from tests.rooms.cases.test_recompute import recomputed
from tests.rooms.engine.test_auditor import audited

SLOW = 'TRIAGE = { P1 = "10 min", P2 = "30 min"'


def moved(house: House, case: str) -> None:
    """Max moves the case to a version in which ten minutes are the most."""
    version = other_rules(house, SLOW, SLOW.replace("30", "10"))
    cases.move_policy([case], policy=version.id, why="They bought more", **house.once("max"))


def lifted(house: House, case: str) -> None:
    """Carl lifts the priority to the highest."""
    judged: dict[str, Any] = {"impact": Impact.MAJOR, "urgency": Urgency.HIGH}
    cases.change_priority([case], **judged, why="The hall is full", **house.once("carl"))


def routing(house: House, name: str = "Max") -> list[Any]:
    return [one for one in house.letters(name) if "Route it" in one.subject]


def last_rung(case: str) -> Any:
    return [event.data for event in ledger.events(case) if event.data.get("clock") == "TRIAGE"][-1]


@pytest.mark.parametrize("turn", [moved, lifted])
def test_what_comes_due_by_other_terms_is_due_at_once_and_late_only_when_nobody_acts_on_it(
    house: House, turn: Callable[[House, str], None]
) -> None:
    case = house.raised()
    house.tick()
    house.clock.advance(timedelta(minutes=14))
    turn(house, case)
    house.tick()
    [letter] = routing(house)
    assert letter.subject.endswith("Due at once: Route it")
    assert "it would have been due by Fri 20 Nov 2026, 18:10 (UTC)" in letter.body
    assert "late" not in letter.body.lower()
    assert last_rung(case)["late_seconds"] == 0
    page = words(signed_in("carl").get(f"/cases/{case}"))
    assert "2 earlier steps came due with this one, which acts for all" in page
    assert "later than planned" not in page
    assert "for lateness" not in page
    assert audited(house).late == 0
    house.until(house.clock.now() + timedelta(minutes=40))
    [late] = routing(house, "Ada")
    assert "Late: Route it" in late.subject
    assert "By what counts since Fri 20 Nov 2026, 18:14 (UTC)" in late.body
    assert not [one for one in house.subjects("Otto") + house.subjects("Cleo") if "Route it" in one]


def test_what_corrected_hours_make_due_is_due_since_they_are_known(house: House) -> None:
    office = calendar(house)
    chosen(house, ChosenFor.ORGANISATION, choices.EVERYBODY, office)
    case = house.raised(**P3)
    house.tick()
    house.clock.advance(timedelta(minutes=80))
    plan = Plan("Office", "Europe/Berlin", same_every_day(*blocks("00:00-24:00")), date(2026, 1, 1), correction=True)
    keep(plan, calendar_id=office, seen=1, by=house.actor("ada"), at=house.clock.now())
    recomputed(house)
    house.clock.advance(timedelta(seconds=20))
    house.tick()
    [letter] = routing(house)
    assert letter.subject.endswith("Due at once: Route it")
    assert "it would have been due by Fri 20 Nov 2026, 19:00 (UTC)" in letter.body
    assert last_rung(case)["late_seconds"] == 0
    assert "later than planned" not in words(signed_in("carl").get(f"/cases/{case}"))


def test_what_was_late_before_the_hours_changed_stays_late(house: House) -> None:
    office = calendar(house)
    case = house.raised(**P3)
    house.tick()
    house.clock.advance(timedelta(minutes=80))
    chosen(house, ChosenFor.ORGANISATION, choices.EVERYBODY, office)
    house.clock.advance(timedelta(minutes=5))
    recomputed(house)
    house.tick()
    [letter] = routing(house)
    assert "Late: Route it" in letter.subject
    assert last_rung(case)["late_seconds"] > 3000
