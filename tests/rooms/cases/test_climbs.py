"""Which climb begins when: a late acceptance, another priority, a case that was opened again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from backline.cases import operations as cases
from backline.core.clock import running
from backline.core.policy import shipped
from backline.core.words import (
    ClockName,
    Impact,
    Priority,
    Urgency,
)
from tests.fakes.house import House


def clock_of(house: House, case: str, name: ClockName) -> Any:
    return next(clock for clock in running(house.view(case).case, shipped()) if clock.name is name)


def test_who_took_it_late_is_still_the_first_to_hear_that_the_time_is_over(house: House) -> None:
    case = house.raised()
    house.offer(case)
    house.until(house.clock.now() + timedelta(minutes=6))
    house.accept(case)
    before = len(house.subjects("Sana"))
    house.until(house.clock.now() + timedelta(minutes=61))
    assert "Show progress" in house.subjects("Sana")[before]
    assert not any("Show progress" in subject for subject in house.subjects("Lena"))


def test_another_priority_begins_its_own_climb(house: House) -> None:
    case = house.raised(impact=Impact.MAJOR, urgency=Urgency.HIGH)
    assert house.view(case).case.priority is Priority.P1
    house.until(house.clock.now() + timedelta(hours=28), step=timedelta(hours=1))
    why = {"impact": Impact.LOW, "urgency": Urgency.LOW, "why": "It runs on one door"}
    cases.change_priority([case], **why, **house.once("carl"))
    before, due = len(house.subjects("Carl")), clock_of(house, case, ClockName.RESOLVE).due_at
    start = due - timedelta(hours=240)
    house.until(start + timedelta(hours=181), step=timedelta(hours=1))
    assert any("The resolution" in subject for subject in house.subjects("Carl")[before:]), "told at 75 %"
    same = {"impact": Impact.LOW, "urgency": Urgency.MEDIUM, "why": "Said again"}
    generation = clock_of(house, case, ClockName.RESOLVE).generation
    cases.change_priority([case], **same, **house.once("carl"))
    assert clock_of(house, case, ClockName.RESOLVE).generation == generation, "the same one begins nothing"


def test_a_debt_of_a_case_opened_again_is_due_from_then_on(house: House) -> None:
    case = house.raised("carl", steps=())
    house.offer(case)
    house.accept(case)
    house.resolve(case)
    cases.confirm([case], **house.once("cleo"))
    house.clock.advance(timedelta(days=10))
    cases.reopen([case], why="It came back", **house.once("carl"))
    assert clock_of(house, case, ClockName.DOCUMENT).due_at == house.clock.now() + timedelta(hours=4)
