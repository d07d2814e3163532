"""Where nobody is: nothing is returned to nobody, and what somebody had goes on when he leaves."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from backline.cases import operations as cases
from backline.cases.operations import MoveRefused, NewVisit, Refusal
from backline.channels.notices import NoticeState
from backline.core.words import ClockName, Danger, Reason, Role, State
from backline.engine.duties.unheard import Unheard
from backline.jobs.models import Job, Visit
from backline.people.operations import PersonForm
from tests.fakes.browser import link_of, send, signed_in, words
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


def deactivated(house: House, name: str) -> None:
    """Ada takes somebody's "Active" away on the page."""
    ada, person = signed_in("ada"), house.persons[name]
    page = f"/administration/persons/{person.id}"
    said = {"name": person.name, "email": person.email, "roles": person.roles, "zone": person.zone}
    assert send(ada, page, **said).status_code == 302


def test_where_somebody_was_to_visit_who_left_owner_and_customer_hear_and_progress_is_asked_for(house: House) -> None:
    case = house.working()
    start = house.clock.now() + timedelta(days=1)
    tom = str(house.persons["tom"].id)
    visit = NewVisit(start, start + timedelta(hours=1), tom)
    cases.book_visit([case], visit=visit, **house.once("sana"))
    cleo = Client()
    assert "Tom will come" in words(cleo.get(link_of(house, "cleo", case)))
    house.clock.advance(timedelta(minutes=1))
    deactivated(house, "tom")
    assert house.view(case).visits == ()
    assert "Our visit on" in house.subjects("Cleo")[-1]
    assert "called off" in house.subjects("Cleo")[-1]
    assert "Called off the visit" in house.subjects("Sana")[-1]
    assert "Tom is not active any more." in house.letters("Sana")[-1].body
    page = words(cleo.get(link_of(house, "cleo", case)))
    assert "Tom will come" not in page
    assert "We called off the visit" in page
    assert Visit.objects.get(case_id=case).outcome == "Tom is not active any more."
    assert any(clock.name is ClockName.PROGRESS for clock in house.view(case).clocks), "it is Sana's turn again"
    with pytest.raises(MoveRefused) as error:
        cases.book_visit([case], visit=visit, **house.once("sana"))
    assert error.value.refusal is Refusal.NO_SUCH_TARGET


def test_who_leaves_with_cases_and_visits_of_his_own_lets_go_of_both(house: House) -> None:
    case = house.working()
    start = house.clock.now() + timedelta(days=1)
    cases.book_visit([case], visit=NewVisit(start, start + timedelta(hours=1)), **house.once("sana"))
    house.clock.advance(timedelta(minutes=1))
    deactivated(house, "sana")
    view = house.view(case)
    assert (view.case.state, view.case.person, view.visits) == (State.OFFERED, "", ())
    assert [entry.kind for entry in view.timeline[-2:]] == ["visit.called_off", "case.offered"]


def test_nobody_owes_a_report_where_nobody_could_pay(house: House) -> None:
    owed = house.raised("carl", steps=(), job=str(house.otto_job.id))
    assert house.view(owed).case.debt_of == ("STEPS",)
    Job.objects.filter(id=house.job.id).update(technician=None)
    free, carl = house.raised("carl", steps=()), signed_in("carl")
    assert ClockName.DOCUMENT not in {clock.name for clock in house.view(free).clocks}
    assert f"/cases/{free}/return" not in words(carl.get(f"/cases/{free}"))
    assert f"/cases/{owed}/return" in words(carl.get(f"/cases/{owed}"))
    house.clock.advance(timedelta(minutes=1))
    deactivated(house, "tess")
    view = house.view(owed)
    assert ClockName.DOCUMENT not in {clock.name for clock in view.clocks}
    assert view.timeline[-1].why == ("Tess is not active any more.",)
    assert f"/cases/{owed}/return" not in words(carl.get(f"/cases/{owed}"))


def test_who_is_no_technician_any_more_keeps_the_case_that_he_has(house: House) -> None:
    case = house.working()
    Job.objects.filter(id=house.job.id).update(technician=house.persons["sana"])
    own = house.raised("sana")
    house.offer(own)
    house.accept(own)
    sana = PersonForm("Sana", "sana@example.org", (Role.COORDINATOR,))
    at, person = house.clock.now(), str(house.persons["sana"].id)
    cases.keep_person(sana, person_id=person, by=house.actor("ada"), at=at)
    assert [house.view(one).case.person for one in (case, own)] == [person, person]


def test_letters_that_wait_for_who_leaves_go_to_nobody_and_others_hear_of_it(house: House) -> None:
    case = house.raised(danger=Danger.RISK, reasons=frozenset({Reason.SAFETY_RISK}))
    house.tick()
    assert NoticeState.QUEUED in {letter.state for letter in house.letters("Max")}
    deactivated(house, "max")
    assert {letter.state for letter in house.letters("Max")} == {NoticeState.FAILED}
    assert {letter.why for letter in house.letters("Max")} == {"Max is not active any more."}
    house.clock.advance(timedelta(minutes=1))
    Unheard().run(house.clock.now())
    failed = [entry for entry in house.view(case).timeline if "Max is not active any more." in str(entry)]
    assert len(failed) == 1
    assert house.letters("Otto") == []
