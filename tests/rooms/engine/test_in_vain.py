"""An alarm at which there is nothing to do: it is named and set aside, and keeps nobody else waiting."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from backline.cases import operations as cases
from backline.core.impact import Said
from backline.core.policy import Policy, Recipients, Rung, shipped
from backline.core.values import encode
from backline.core.words import ClockName, Danger
from backline.engine import health
from backline.engine.auditor import passes
from backline.engine.auditor.found import What
from backline.engine.duties.look import BATCH, Look
from backline.engine.models import Finding
from backline.jobs.operations import JobForm, keep_job
from backline.policies.models import PolicyVersion
from tests.fakes.browser import signed_in, text
from tests.fakes.house import House

HOUR = 3600


def from_before(house: House, **ladders: tuple[Rung, ...]) -> Policy:
    """A version that was saved before such ladders were refused; it counts from now on."""
    policy = replace(shipped(), ladders=shipped().ladders | {ClockName[name]: rungs for name, rungs in ladders.items()})
    PolicyVersion.objects.create(number=2, document=encode(policy), effective_at=house.clock.now())
    house.clock.advance(timedelta(seconds=1))
    return policy


def looked(house: House) -> int:
    """The engine looks until nothing is left to look at; how often it found something."""
    for turn in range(200):
        if not Look().run(house.clock.now()):
            return turn
    raise AssertionError("it looks for ever")


@pytest.mark.parametrize("hours", [3, 20])
def test_a_loss_that_is_told_late_is_looked_at_when_something_is_to_be_told(house: House, hours: int) -> None:
    from_before(house, IMPACT=(Rung(Recipients.MANAGERS, wait=hours * HOUR),))
    case = house.raised()
    cases.correct_impact([case], losses=Said(cost_an_hour=1200), why="As agreed", **house.once("tess"))
    for _quarter_of_an_hour in range(4 * 40):
        house.clock.advance(timedelta(minutes=15))
        looked(house)
        assert health.all_sick() == []
    assert any("IMPACT" in letter.effect_key for letter in house.letters("Max"))
    assert passes.run(house.clock.now(), whole=True)
    assert not Finding.objects.exclude(what=What.LATE).exclude(effect__startswith="letter:")


def test_what_cannot_end_and_tells_nobody_yet_keeps_nobody_else_waiting(house: House) -> None:
    late = (Rung(Recipients.COORDINATORS, share=1.0, wait=4 * HOUR), Rung(Recipients.MANAGERS, wait=24 * HOUR))
    from_before(house, CONFIRM=late)
    held = []
    for number in range(BATCH):
        form = JobForm(f"J-{number}", "Stands still", house.clock.now(), None, house.actor("tess").id)
        held.append(house.working(danger=Danger.RISK, job=str(keep_job(form, house.job.asset).id)))
        house.resolve(held[-1])
    house.clock.advance(timedelta(days=5, minutes=1))
    looked(house)
    assert {one.case_id for one in health.all_sick()} == {house.view(case).row.id for case in held}
    assert "An alarm has come, and there is nothing to do." in text(signed_in("ada").get("/health"))
    new = house.raised()
    house.clock.advance(timedelta(seconds=5))
    looked(house)
    assert any(str(one.case_id) == new for one in house.letters("Carl")), "a new one is told at once"
    house.clock.advance(timedelta(hours=5))
    looked(house)
    told = [str(one.case_id) for one in house.letters("Carl") if "CONFIRM" in one.effect_key]
    assert set(told) == set(held), "and they are told when their moment comes"
