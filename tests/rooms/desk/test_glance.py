"""The top of a case is true: who has it, what is next, what if not; and what is offered can be done."""

from __future__ import annotations

import re
from datetime import timedelta

from backline.cases import operations as cases
from backline.cases.operations import NewDecision, NewVisit
from backline.core.words import Danger, Impact, ReviewOutcome, Role, Urgency
from backline.people import operations as people
from backline.people.operations import PersonForm, TeamForm
from tests.fakes.browser import link_of, send, signed_in, words
from tests.fakes.forms import whole
from tests.fakes.house import House

STOP = NewDecision(ReviewOutcome.STOP_WORK, "Keep the doors locked", "Max, once the brake was tested")


def glance(house: House, case: str, name: str = "carl") -> dict[str, str]:
    """The answers at the top of the page, by their questions."""
    page = words(signed_in(name).get(f"/cases/{case}"))
    found = re.findall(r"<dt>(.*?)</dt>(.*?)</div>", page.partition('class="glance')[2].partition("</dl>")[0], re.S)
    return {name: " ".join(re.sub(r"<[^>]*>", " ", said).split()) for name, said in found}


def buttons(house: House, case: str, name: str = "carl") -> list[str]:
    page = words(signed_in(name).get(f"/cases/{case}"))
    return re.findall(rf'href="/cases/{case}/([a-z-]+)"', page)


def test_ones_own_and_what_is_offered_stand_as_they_are_due(house: House) -> None:
    calm = house.raised(summary="Later", impact=Impact.LOW, urgency=Urgency.LOW)
    house.offer(calm)
    house.accept(calm, minutes=60 * 8)
    house.clock.advance(timedelta(minutes=1))
    pressing = house.raised(summary="At once", impact=Impact.HIGH, urgency=Urgency.HIGH)
    house.offer(pressing, person="")
    page = words(signed_in("sana").get("/mine"))
    assert "2 open" in page
    assert re.findall(r'<th class="col-due">(.*?)</th>', page) == ["Due"]
    assert re.findall(r'<tr data-id="(.*?)"', page) == [pressing, calm]


def test_a_stop_that_holds_a_resolved_case_is_what_is_next_and_who_can_lift_it_hears(house: House) -> None:
    case = house.working(danger=Danger.RISK)
    house.resolve(case)
    cases.decide_review([case], decision=STOP, **house.once("max"))
    house.clock.advance(timedelta(minutes=1))
    cases.confirm([case], **house.once("cleo"))
    house.tick()
    top = glance(house, case)
    assert top["What next"] == "The next word to the customer"
    assert "The case closes" not in top["And if not"]
    assert "Max will be told that it is due: Lift the stop" in [one.what for one in house.view(case).coming]
    assert "confirm" not in buttons(house, case), "no button that can only be refused"
    before = len(house.letters("Max"))
    house.until(house.clock.now() + timedelta(hours=9), step=timedelta(minutes=10))
    assert any("Lift the stop" in subject for subject in house.subjects("Max")[before:])
    assert not [subject for subject in house.subjects("Carl") if "The customer's answer" in subject]
    cases.lift_stop([case], why="The brake was tested", **house.once("max"))
    house.tick()
    assert house.view(case).case.closed_how == "CONFIRMED"


def test_the_customer_is_told_of_no_close_while_a_gate_of_ours_holds_it(house: House) -> None:
    case = house.working(danger=Danger.RISK)
    house.resolve(case)
    page = words(signed_in("carl").get(link_of(house, "cleo", case).removeprefix("http://testserver")))
    assert "we will close this" not in page
    cases.decide_review([case], decision=NewDecision(ReviewOutcome.ALLOW), **house.once("max"))
    page = words(signed_in("carl").get(link_of(house, "cleo", case).removeprefix("http://testserver")))
    assert ", we will close this." in page


def test_what_comes_if_not_is_of_the_thing_that_is_next(house: House) -> None:
    case = house.raised("carl", steps=())
    house.offer(case)
    house.accept(case)
    house.clock.advance(timedelta(minutes=5))
    top = glance(house, case)
    assert top["What next"] == "Show progress"
    assert "Show progress" in top["And if not"]


def test_a_returned_report_is_next_before_the_word_that_is_due_at_the_same_moment(house: House) -> None:
    case = house.raised(impact=Impact.HIGH, urgency=Urgency.MEDIUM)
    cases.return_case([case], missing="Which door?", **house.once("carl"))
    assert glance(house, case)["What next"] == "Complete the report"
    assert glance(house, case)["Who has it"] == "Tess"


def test_who_has_it_after_the_work_is_done(house: House) -> None:
    case = house.working()
    assert glance(house, case)["Who has it"] == "Sana Lift specialists"
    house.resolve(case)
    assert glance(house, case)["Who has it"] == "Coordinators"
    cases.confirm([case], **house.once("cleo"))
    assert glance(house, case)["Who has it"] == "Nobody any more"


def test_a_lower_tier_is_offered_where_there_is_one_and_lists_only_those(house: House) -> None:
    case = house.raised()
    cases.offer([case], cases.NewOffer(str(house.support.id)), **house.once("carl"))
    assert "lower" not in buttons(house, case), "support is the lowest"
    people.keep_team(TeamForm("Helpdesk", 1, "", (str(house.persons["dora"].id),)))
    assert "lower" in buttons(house, case)
    page = words(signed_in("carl").get(f"/cases/{case}/lower"))
    assert "Helpdesk" in page
    assert "Lift specialists (tier 3)" not in page


def test_the_key_for_offer_hands_over_what_one_has(house: House) -> None:
    case = house.working()
    page = signed_in("sana").get(f"/cases/{case}/offer")
    assert page.status_code == 302
    assert page.headers["Location"] == f"/cases/{case}/hand-over"


def test_under_a_stop_no_step_is_asked_for_nor_taken(house: House) -> None:
    case = house.working(danger=Danger.RISK)
    form = whole(house, case, "step")
    cases.decide_review([case], decision=STOP, **house.once("max"))
    assert "step" not in buttons(house, case, "sana")
    page = signed_in("sana").post(f"/cases/{case}/step", form)
    assert page.status_code == 409
    assert "a manager who lifts the stop" in words(page)
    told = " ".join(one.what for one in house.view(case).coming)
    assert "Show progress" not in told


def test_who_had_a_case_hears_that_it_was_taken_away(house: House) -> None:
    case = house.working()
    cases.offer([case], cases.NewOffer(str(house.support.id), str(house.persons["dora"].id)), **house.once("carl"))
    assert "Offered to Dora, Lift support" in house.subjects("Sana")[-1]
    cases.accept([case], lease=timedelta(hours=1), **house.once("dora"))
    house.clock.advance(timedelta(minutes=1))
    cases.withdraw([case], why="Raised by mistake", **house.once("carl"))
    assert "Withdrew the case" in house.subjects("Dora")[-1]
    assert "Withdrew the case" in house.subjects("Tess")[-1]
    assert not [subject for subject in house.subjects("Carl") if "Withdrew" in subject], "he did it himself"
    other = house.working(summary="Another one")
    sana = len(house.letters("Sana"))
    cases.offer([other], cases.NewOffer(str(house.support.id)), **house.once("sana"))
    assert len(house.letters("Sana")) == sana, "who hands over knows it"


def test_a_visit_that_nobody_makes_is_called_off_and_both_hear_of_it(house: House) -> None:
    case = house.working()
    start = house.clock.now() + timedelta(days=2)
    window = (start, start + timedelta(hours=1))
    cases.book_visit([case], visit=NewVisit(*window, str(house.persons["tom"].id)), **house.once("sana"))
    house.clock.advance(timedelta(minutes=1))
    assert "end-visit" not in buttons(house, case), "it cannot be over before it began"
    page = send(signed_in("carl"), f"/cases/{case}/call-off", **whole(house, case, "call-off"))
    assert page.status_code == 302
    assert "Your visit is called off" in house.subjects("Tom")[-1]
    letter = house.letters("Cleo")[-1]
    assert "is called off" in letter.subject
    assert "You will hear from us again by" in letter.body
    assert letter.body.count("is called off") == 0, "said once, in the subject"
    text = words(signed_in("carl").get(link_of(house, "cleo", case).removeprefix("http://testserver")))
    assert "We called off the visit on Sun 22 Nov 2026" in text
    assert "will come" not in text
    again = whole(house, case, "call-off") | {"record": house.view(case).case.visitors[0]}
    assert signed_in("carl").post(f"/cases/{case}/call-off", again).status_code == 409


def test_a_visit_is_moved_and_called_off_whoever_has_the_case_just_now(house: House) -> None:
    case = house.working()
    start = house.clock.now() + timedelta(days=2)
    cases.book_visit([case], visit=NewVisit(start, start + timedelta(hours=1)), **house.once("sana"))
    cases.offer([case], cases.NewOffer(str(house.support.id)), **house.once("sana"))
    assert {"move-visit", "call-off"} <= set(buttons(house, case))
    page = send(signed_in("carl"), f"/cases/{case}/move-visit", **whole(house, case, "move-visit"))
    assert page.status_code == 302
    assert "visit" not in buttons(house, case), "a new one is for whoever takes it"


def test_who_is_no_technician_any_more_owes_no_report_and_the_case_goes_on(house: House) -> None:
    case = house.raised()
    cases.return_case([case], missing="Which door?", **house.once("carl"))
    tess = house.persons["tess"]
    form = PersonForm("Tess", "tess@example.org", (Role.SPECIALIST,), "UTC")
    by = house.actor("ada")
    cases.keep_person(form, person_id=str(tess.id), by=by, at=house.clock.now())
    view = house.view(case)
    assert view.case.state == "RAISED"
    assert "Tess is no technician any more." in view.timeline[-1].why
    page = signed_in("carl").post(f"/cases/{case}/return", {"key": "a" * 32, "missing": "And now?"})
    assert page.status_code == 409
    assert "no active technician" in words(page)


def test_the_last_resort_keeps_a_role_that_sees_every_case(house: House) -> None:
    max_ = house.persons["max"]
    people.keep_organisation(name="Lift Service", zone="Europe/Berlin", last_resort=str(max_.id))
    entry = {"name": "Max", "email": "max@example.org", "roles": ["TECHNICIAN"], "zone": "UTC", "active": "on"}
    answer = send(signed_in("ada"), f"/administration/persons/{max_.id}", **entry)
    assert answer.status_code == 422
    assert "This is the last-resort contact" in words(answer)
    assert (
        send(signed_in("ada"), f"/administration/persons/{max_.id}", **(entry | {"roles": ["COORDINATOR"]})).status_code
        == 302
    )
