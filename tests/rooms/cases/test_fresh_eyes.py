"""What people found who had never seen the house: each was wrong once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from backline.cases import operations as cases
from backline.cases.operations import MoveRefused, NewDecision, NewVisit, NewWord, NoSuchCase, Refusal
from backline.channels import queries as outbox
from backline.channels.models import Notice
from backline.core.clock import running
from backline.core.policy import shipped
from backline.core.words import (
    ClockName,
    Danger,
    Impact,
    Priority,
    Reason,
    ReviewOutcome,
    Role,
    State,
    ToldBy,
    Urgency,
    WaitReason,
)
from backline.engine.duties.unheard import Unheard
from backline.jobs import operations as jobs
from backline.jobs.models import Job, Visit
from backline.people import operations as people
from backline.people.operations import ContactForm, Invalid, PersonForm
from tests.fakes.browser import keys_in, link_of, signed_in
from tests.fakes.house import House

STOP = NewDecision(ReviewOutcome.STOP_WORK, "Keep the doors locked", "Max, once the brake was tested")


def accepted(house: House, **changes: Any) -> str:
    case = house.raised(**changes)
    house.offer(case)
    house.accept(case)
    house.clock.advance(timedelta(minutes=1))
    return case


def subjects(house: House, name: str) -> list[str]:
    return [letter.subject for letter in house.letters(name)]


def clock_of(house: House, case: str, name: ClockName) -> Any:
    return next(clock for clock in running(house.view(case).case, shipped()) if clock.name is name)


def test_a_stop_is_told_at_once_to_whoever_works_on_it(house: House) -> None:
    case = accepted(house, danger=Danger.RISK)
    cases.decide_review([case], decision=STOP, **house.once("max"))
    for name in ("Sana", "Tess"):
        assert subjects(house, name)[-1] == f"[P2 {house.view(case).line.reference}] Decided the review: Stop work"
        assert "Keep the doors locked" in house.letters(name)[-1].body
    assert not any("Stop work" in subject for name in ("Cleo", "Otto", "Max") for subject in subjects(house, name))


def test_under_a_stop_nobody_is_sent_there_and_no_button_leads_to_a_refusal(house: House) -> None:
    case = accepted(house, danger=Danger.RISK)
    cases.decide_review([case], decision=STOP, **house.once("max"))
    start = house.clock.now() + timedelta(hours=2)
    with pytest.raises(MoveRefused) as error:
        cases.book_visit([case], visit=NewVisit(start, start + timedelta(hours=1)), **house.once("sana"))
    assert error.value.details == ("STOP",)
    page = signed_in("sana").get(f"/cases/{case}").content.decode()
    assert "Work is stopped" in page
    for slug in ("resolve", "visit"):
        assert f"/cases/{case}/{slug}" not in page
    assert not any("visit" in subject for subject in subjects(house, "Cleo"))
    house.clock.advance(timedelta(minutes=1))
    cases.lift_stop([case], why="The brake holds", **house.once("max"))
    assert subjects(house, "Sana")[-1].endswith("Lifted the stop; work may go on")
    assert f"/cases/{case}/resolve" in signed_in("sana").get(f"/cases/{case}").content.decode()


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
    assert "Route it" in subjects(house, "Carl")[-1]


def test_who_has_the_case_hears_of_a_dispute_at_once(house: House) -> None:
    case = accepted(house)
    house.resolve(case)
    house.clock.advance(timedelta(minutes=1))
    cases.dispute([case], why="It stopped again", **house.once("cleo"))
    assert subjects(house, "Sana")[-1].endswith("Said that it is not fixed")
    assert "It stopped again" in house.letters("Sana")[-1].body


def test_a_word_kept_behind_a_gate_closes_as_confirmed_once_the_gate_opens(house: House) -> None:
    case = accepted(house, danger=Danger.RISK)
    house.resolve(case)
    cases.confirm([case], **house.once("cleo"))
    house.clock.advance(timedelta(minutes=1))
    house.tick()
    assert house.view(case).case.state is State.RESOLVED
    assert "The customer's answer" in subjects(house, "Carl")[-1], "somebody hears that a gate still holds it"
    cases.decide_review([case], decision=NewDecision(ReviewOutcome.ALLOW), **house.once("max"))
    house.clock.advance(timedelta(seconds=1))
    house.tick()
    assert (house.view(case).case.state, house.view(case).case.closed_how) == (State.CLOSED, "CONFIRMED")


def test_one_form_of_the_customer_acts_once_however_the_case_moves_on(house: House) -> None:
    case = accepted(house)
    house.resolve(case)
    cases.confirm([case], **house.once("cleo"))
    address = link_of(house, "cleo", case)
    form = {"key": keys_in(Client().get(address))[-1], "answer": "not-fixed", "why": "It came back"}
    assert Client().post(address, form).status_code == 302
    assert house.view(case).case.state is State.RAISED
    house.offer(case)
    house.accept(case)
    house.resolve(case)
    assert Client().post(address, form).status_code == 302
    assert house.view(case).case.state is State.RESOLVED, "the same form again changes nothing"


@pytest.mark.parametrize("moment", ["9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "x", ""])
def test_a_page_of_a_list_at_the_end_of_time_is_a_page(house: House, moment: str) -> None:
    carl = signed_in("carl")
    assert carl.get("/queue", {"after": f"{moment}~x"}).status_code == 200
    assert carl.get("/outgoing", {"after": f"{moment}_{'0' * 32}"}).status_code == 200


def test_who_took_it_late_is_still_the_first_to_hear_that_the_time_is_over(house: House) -> None:
    case = house.raised()
    house.offer(case)
    house.until(house.clock.now() + timedelta(minutes=6))
    house.accept(case)
    before = len(subjects(house, "Sana"))
    house.until(house.clock.now() + timedelta(minutes=61))
    assert "Show progress" in subjects(house, "Sana")[before]
    assert not any("Show progress" in subject for subject in subjects(house, "Lena"))


def test_another_priority_begins_its_own_climb(house: House) -> None:
    case = house.raised(impact=Impact.MAJOR, urgency=Urgency.HIGH)
    assert house.view(case).case.priority is Priority.P1
    house.until(house.clock.now() + timedelta(hours=28), step=timedelta(hours=1))
    why = {"impact": Impact.LOW, "urgency": Urgency.LOW, "why": "It runs on one door"}
    cases.change_priority([case], **why, **house.once("carl"))
    before, due = len(subjects(house, "Carl")), clock_of(house, case, ClockName.RESOLVE).due_at
    start = due - timedelta(hours=240)
    house.until(start + timedelta(hours=181), step=timedelta(hours=1))
    assert any("The resolution" in subject for subject in subjects(house, "Carl")[before:]), "told at 75 %"
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


def test_a_safety_risk_passes_the_gate_and_is_at_least_p2_whoever_forgot_the_question(house: House) -> None:
    low = {"impact": Impact.LOW, "urgency": Urgency.LOW, "reasons": frozenset({Reason.SAFETY_RISK})}
    case = house.raised(**low, steps=())
    assert house.view(case).case.priority is Priority.P2
    assert house.view(case).raised["gate_passed_for_danger"] is True
    house.tick()
    assert "Decide the review" in subjects(house, "Max")[-1]


def test_who_is_to_visit_hears_of_it_and_sees_the_case_and_others_do_not(house: House) -> None:
    case = accepted(house, job=str(house.job.id))
    start = house.clock.now() + timedelta(hours=2)
    tom = str(house.persons["tom"].id)
    with pytest.raises(NoSuchCase):
        house.view(case, "tom")
    visit = NewVisit(start, start + timedelta(hours=1), tom)
    cases.book_visit([case], visit=visit, **house.once("sana"))
    assert "Booked a visit by Tom" in subjects(house, "Tom")[-1]
    assert signed_in("tom").get(f"/cases/{case}").status_code == 200
    with pytest.raises(NoSuchCase):
        house.view(case, "dora")


def test_letters_that_wait_are_not_sent_after_the_last_one(house: House) -> None:
    case = accepted(house)
    house.resolve(case)
    cases.confirm([case], words="On the phone", **house.once("carl"))
    queued = [row.kind for row in house.letters("Cleo") if row.state == "QUEUED"]
    assert queued == ["customer.closed"]
    cancelled = [row.why for row in house.letters("Cleo") if row.state == "CANCELLED"]
    assert len(cancelled) == 4
    assert set(cancelled) == {"Not needed any more, because of what came first: Confirmed that it works; closed."}


def test_an_old_letter_that_failed_does_not_undo_a_newer_word(house: House) -> None:
    case = accepted(house)
    word = NewWord("All is planned", house.clock.now() + timedelta(hours=20), ToldBy.CALL)
    cases.tell_customer([case], word=word, **house.once("sana"))
    old = Notice.objects.filter(kind="customer.raised", case_id=case)
    old.update(state="FAILED", why="550 no such mailbox", settled_at=house.clock.now())
    assert Unheard().run(house.clock.now()) == 1
    view = house.view(case)
    assert (view.case.unheard, view.case.promise_by) == (False, word.next_by)
    assert view.timeline[-1].what == "Cleo could not be reached by mail", "it stands on the case all the same"


def test_who_hears_last_of_all_can_see_what_he_hears_of(house: House) -> None:
    with pytest.raises(Invalid) as error:
        people.keep_organisation(name="Lift Service", zone="UTC", last_resort=str(house.persons["dora"].id))
    assert set(error.value.errors) == {"last_resort"}


def test_a_contact_who_came_later_is_told_from_then_on(house: House) -> None:
    people.erase_contact(contact_id=str(house.cleo.id), at=house.clock.now())
    case = house.raised()
    form = ContactForm("Abe", "abe@example.net")
    jobs.keep_contact(form, [house.job.site], contact_id="00000000-0000-4000-8000-00000000abe0")
    house.offer(case)
    house.clock.advance(timedelta(minutes=1))
    house.accept(case)
    assert [letter.kind for letter in house.letters("Abe")] == ["customer.handed_on", "customer.accepted"]


def test_moments_typed_in_another_zone_are_the_same_moments(house: House) -> None:
    case = accepted(house)
    until = datetime(2026, 11, 21, 9, 0, tzinfo=ZoneInfo("Europe/Berlin"))
    house.clock.advance(timedelta(minutes=1))
    cases.begin_wait([case], reason=WaitReason.CUSTOMER, until=until, what="The key", **house.once("sana"))
    word = NewWord("Tomorrow", datetime(2026, 11, 21, 10, 0, tzinfo=ZoneInfo("Asia/Tokyo")), ToldBy.CALL)
    cases.tell_customer([case], word=word, **house.once("sana"))
    assert cases.rebuild(check=True).flaws == ()
    assert subjects(house, "Cleo")[-1].startswith("We need something from you")


def test_a_summary_that_nobody_can_see_is_no_summary(house: House) -> None:
    tess = signed_in("tess")
    form = {"key": "0" * 32, "danger": "NONE", "summary": "\u200b\u200b", "reasons": ["MISSING_PART"], "impact": "LOW",
            "urgency": "LOW"}  # fmt: skip
    answer = tess.post(f"/jobs/{house.job.id}/raise", form)
    assert answer.status_code == 422
    assert "Fill this in." in answer.content.decode()
    assert outbox.outgoing(limit=10).rows == ()


def test_a_visit_that_the_end_of_a_case_made_pointless_is_no_plan_of_the_job_any_more(house: House) -> None:
    case = accepted(house)
    start = house.clock.now() + timedelta(days=1)
    visit = NewVisit(start, start + timedelta(hours=1))
    cases.book_visit([case], visit=visit, **house.once("sana"))
    [record] = house.view(case).visits
    moved = NewVisit(start, start + timedelta(hours=2), str(house.persons["tom"].id), record.id)
    cases.book_visit([case], visit=moved, **house.once("sana"))
    planned = Visit.objects.get(case_id=case)
    assert (planned.person, planned.to_at, planned.outcome) == (house.persons["tom"], moved.to_at, "")
    house.resolve(case)
    planned.refresh_from_db()
    assert planned.outcome == "Called off: the case ended before it."


def test_the_offer_says_who_had_it_before_and_where_nobody_is(house: House) -> None:
    case = house.raised()
    house.offer(case)
    cases.bounce([case], why="Not ours", **house.once("sana"))
    people.keep_team(people.TeamForm("Empty", 2))
    page = signed_in("carl").get(f"/cases/{case}/offer").content.decode()
    assert "Sana, Lift specialists – had it before" in page
    assert "Empty (tier 2) – nobody is active in it" in page
