"""Where nobody is: nothing is returned to nobody, and what somebody had goes on when he leaves."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backline.cases import operations as cases
from backline.cases.operations import MoveRefused, Refusal
from backline.core.words import (
    Role,
    State,
)
from backline.jobs.models import Job
from backline.people.operations import PersonForm
from tests.fakes.house import House


def test_nothing_is_returned_to_nobody(house: House) -> None:
    Job.objects.filter(id=house.job.id).update(technician=None)
    case = house.raised("carl")
    with pytest.raises(MoveRefused) as error:
        cases.return_case([case], missing="Which door?", **house.once("carl"))
    assert error.value.refusal is Refusal.NOBODY_THERE
    assert house.view(case).case.state is State.RAISED


def test_a_report_whose_technician_leaves_goes_to_the_coordinators(house: House) -> None:
    case = house.raised()
    cases.return_case([case], missing="Which door?", **house.once("carl"))
    tess = PersonForm("Tess", "tess@example.org", (Role.TECHNICIAN,), active=False)
    at = house.clock.now()
    cases.keep_person(tess, person_id=str(house.persons["tess"].id), by=house.actor("ada"), at=at)
    assert house.view(case).case.state is State.RAISED
    assert house.view(case).timeline[-1].why == ("Tess is not active any more.",)
    house.clock.advance(timedelta(minutes=1))
    house.tick()
    assert "Route it" in house.subjects("Carl")[-1]
