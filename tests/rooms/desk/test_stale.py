"""A form decided upon a case that has turned since: refused with what is new, kept as typed, done when sent again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from backline.cases import operations as cases
from backline.cases.operations import NewDecision, NewVisit, NewWord
from backline.core.words import ClockName, Danger, Impact, Priority, ReviewOutcome, State, Urgency
from tests.fakes.browser import hidden_in, signed_in
from tests.fakes.forms import whole
from tests.fakes.house import House


def opened(client: Client, case: str, slug: str) -> dict[str, str]:
    """What the page of a form carries unseen."""
    return hidden_in(client.get(f"/cases/{case}/{slug}"))


def sent(client: Client, case: str, slug: str, form: dict[str, Any]) -> Any:
    return client.post(f"/cases/{case}/{slug}", form)


def accepted(house: House, minutes: int = 60, **changes: Any) -> str:
    case = house.raised(**changes)
    house.offer(case)
    house.accept(case, minutes=minutes)
    house.clock.advance(timedelta(minutes=1))
    return case


def test_two_coordinators_do_not_undo_each_other_without_a_word(house: House) -> None:
    case, carl, max_ = house.raised(), signed_in("carl"), signed_in("carl")
    early = opened(max_, case, "offer")
    first = opened(carl, case, "offer") | {"target": f"{house.specialists.id}:", "why": "They know the drive"}
    assert sent(carl, case, "offer", first).status_code == 302
    late = early | {"target": f"{house.support.id}:{house.persons['dora'].id}", "why": "Dora is near"}
    answer = sent(max_, case, "offer", late)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "The case has moved on since you opened this" in page
    assert "Carl: Offered to Lift specialists" in page
    assert "Dora is near" in page, "what was typed is kept"
    assert house.view(case).case.team == str(house.specialists.id)
    again = late | hidden_in(answer)
    assert sent(max_, case, "offer", again).status_code == 302, "having seen it, he may"
    assert house.view(case).case.person == str(house.persons["dora"].id)


def test_what_the_clock_or_a_note_adds_does_not_make_a_form_stale(house: House) -> None:
    case, carl = house.raised(), signed_in("carl")
    form = opened(carl, case, "offer") | {"target": f"{house.specialists.id}:", "why": ""}
    house.until(house.clock.now() + timedelta(hours=2))
    cases.add_note([case], text="The caretaker rang", **house.once("max"))
    assert house.view(case).case.seq > 2
    assert sent(carl, case, "offer", form).status_code == 302


def test_a_case_that_somebody_took_meanwhile_is_not_withdrawn_from_under_him(house: House) -> None:
    case, carl = house.raised(), signed_in("carl")
    form = opened(carl, case, "withdraw") | {"why": "Raised by mistake"}
    house.offer(case)
    house.accept(case)
    assert sent(carl, case, "withdraw", form).status_code == 409
    assert house.view(case).case.state is State.ACCEPTED


def test_what_was_decided_before_a_stop_is_stale_and_what_is_decided_upon_it_is_not(house: House) -> None:
    case, carl = house.working(danger=Danger.RISK), signed_in("carl")
    form = opened(carl, case, "offer") | {"target": f"{house.support.id}:", "why": "Near by"}
    stop = NewDecision(ReviewOutcome.STOP_WORK, "Keep out", "Max, once the brake was tested")
    cases.decide_review([case], decision=stop, **house.once("max"))
    refused = sent(carl, case, "offer", form)
    assert refused.status_code == 409
    assert "Max: Decided the review: Stop work" in refused.content.decode()
    assert house.view(case).case.state is State.ACCEPTED
    assert sent(carl, case, "offer", form | hidden_in(refused)).status_code == 302
    assert house.view(case).case.team == str(house.support.id)


@pytest.mark.parametrize("lost", ["", "0", "-3", "x", "9" * 40, "٣"])
def test_a_form_that_lost_what_was_on_view_is_judged_as_the_oldest(house: House, lost: str) -> None:
    case, carl = house.raised(), signed_in("carl")
    form = opened(carl, case, "offer") | {"target": f"{house.support.id}:", "why": "", "seen": lost}
    house.offer(case)
    assert sent(carl, case, "offer", form).status_code == 409
    assert house.view(case).case.person == str(house.persons["sana"].id)


def test_the_same_visit_is_not_booked_twice(house: House) -> None:
    case, sana = accepted(house), signed_in("sana")
    form = whole(house, case, "visit")
    assert sent(sana, case, "visit", form).status_code == 302
    again = whole(house, case, "visit")
    answer = sent(sana, case, "visit", again)
    assert answer.status_code == 422
    assert "has a visit on this case in that time already" in answer.content.decode()
    assert len(house.view(case).visits) == 1
    assert sent(sana, case, "visit", again | {"person": str(house.persons["dora"].id)}).status_code == 302, "both go"


def test_a_visit_right_after_another_is_no_clash_and_a_visit_may_move_within_itself(house: House) -> None:
    case = accepted(house)
    start = house.clock.now() + timedelta(hours=4)
    hour = timedelta(hours=1)
    cases.book_visit([case], visit=NewVisit(start, start + hour), **house.once("sana"))
    cases.book_visit([case], visit=NewVisit(start + hour, start + 2 * hour), **house.once("sana"))
    first = house.view(case).visits[0].id
    moved = NewVisit(start + hour / 4, start + hour, record=first)
    cases.book_visit([case], visit=moved, **house.once("sana"))
    assert [visit.from_at for visit in house.view(case).visits] == [start + hour / 4, start + hour]


def test_two_visits_and_two_waits_are_told_apart_and_the_window_stands_in_the_form(house: House) -> None:
    case, sana = accepted(house), signed_in("sana")
    start = house.clock.now().replace(hour=9, minute=0) + timedelta(days=3)
    cases.book_visit([case], visit=NewVisit(start, start + timedelta(hours=1)), **house.once("sana"))
    page = sana.get(f"/cases/{case}/move-visit").content.decode()
    assert 'value="2026-11-23T09:00"' in page, "the window as it is, by her clock"
    assert 'value="2026-11-23T10:00"' in page
    cases.book_visit(
        [case], visit=NewVisit(start + timedelta(days=1), start + timedelta(days=1, hours=1)), **house.once("sana")
    )
    for slug in ("move-visit", "call-off"):
        page = sana.get(f"/cases/{case}/{slug}").content.decode()
        assert "Mon 23 Nov 2026 between 09:00 and 10:00" in page
        assert "Tue 24 Nov 2026 between 09:00 and 10:00" in page


def test_nobody_hands_a_case_to_whom_it_lies_with(house: House) -> None:
    case, sana, carl = accepted(house), signed_in("sana"), signed_in("carl")
    herself = whole(house, case, "hand-over") | {"target": f"{house.specialists.id}:{house.persons['sana'].id}"}
    answer = sent(sana, case, "hand-over", herself)
    assert answer.status_code == 422
    assert "It lies with them already" in answer.content.decode()
    assert house.view(case).case.state is State.ACCEPTED
    back = whole(house, case, "offer") | {"target": f"{house.specialists.id}:"}
    assert sent(carl, case, "offer", back).status_code == 302, "her team may be asked again by a coordinator"
    twice = whole(house, case, "offer") | {"target": f"{house.specialists.id}:"}
    due = house.view(case).clocks
    house.clock.advance(timedelta(minutes=5))
    assert sent(carl, case, "offer", twice).status_code == 422
    assert house.view(case).clocks == due, "no clock is wound back"


def test_the_same_priority_is_no_change(house: House) -> None:
    case, carl = house.raised(impact=Impact.HIGH, urgency=Urgency.MEDIUM), signed_in("carl")
    form = whole(house, case, "priority") | {"impact": "HIGH", "urgency": "MEDIUM"}
    answer = sent(carl, case, "priority", form)
    assert answer.status_code == 422
    assert "It is that already" in answer.content.decode()
    assert house.view(case).case.seq == 1


def test_a_higher_priority_ends_a_long_lease_and_a_far_promise_sooner_and_the_owner_hears(house: House) -> None:
    case = accepted(house, 240, impact=Impact.LOW, urgency=Urgency.LOW)
    before = house.view(case).case
    assert before.lease_until is not None
    cases.change_priority(
        [case], impact=Impact.MAJOR, urgency=Urgency.HIGH, why="Somebody lives there", **house.once("carl")
    )
    after, view = house.view(case).case, house.view(case)
    assert after.priority is Priority.P1
    assert after.lease_until == house.clock.now() + view.policy.lease(after.priority)
    assert after.lease_until < before.lease_until
    assert after.promise_by == house.clock.now() + view.policy.target(ClockName.CUSTOMER_UPDATE, after.priority)
    assert "Changed the priority to P1" in house.letters("Sana")[-1].subject
    heard = len(house.letters("Sana"))
    cases.change_priority(
        [case], impact=Impact.LOW, urgency=Urgency.LOW, why="It was another lift", **house.once("carl")
    )
    lower = house.view(case).case
    assert (lower.lease_until, lower.promise_by) == (after.lease_until, after.promise_by), "what was said stays said"
    assert len(house.letters("Sana")) == heard + 1


def test_who_was_to_visit_and_the_customer_hear_that_the_visit_is_called_off(house: House) -> None:
    case = accepted(house)
    start = house.clock.now() + timedelta(days=2)
    visit = NewVisit(start, start + timedelta(hours=1), str(house.persons["tom"].id))
    cases.book_visit([case], visit=visit, **house.once("sana"))
    sana = signed_in("sana")
    house.clock.advance(timedelta(minutes=1))
    assert "This ends with it" in sana.get(f"/cases/{case}/resolve").content.decode()
    house.resolve(case)
    assert "Your visit is called off: Sun 22 Nov 2026" in house.letters("Tom")[-1].subject
    assert "is called off." in house.letters("Cleo")[-1].body
    assert not [letter for letter in house.letters("Otto") if "called off" in letter.body]


def test_a_visitor_whose_visit_goes_to_somebody_else_hears_of_it(house: House) -> None:
    case = accepted(house)
    start = house.clock.now() + timedelta(days=2)
    window = (start, start + timedelta(hours=1))
    cases.book_visit([case], visit=NewVisit(*window, str(house.persons["tom"].id)), **house.once("sana"))
    house.clock.advance(timedelta(minutes=1))
    record = house.view(case).visits[0].id
    cases.book_visit([case], visit=NewVisit(*window, str(house.persons["dora"].id), record), **house.once("sana"))
    assert "Your visit is called off" in house.letters("Tom")[-1].subject
    assert "Moved the visit by Dora" in house.letters("Dora")[-1].subject
    assert [clock.name for clock in house.view(case).clocks].count(ClockName.VISIT) == 1


def test_another_priority_lengthens_no_lease_and_a_lower_one_moves_no_promise(house: House) -> None:
    case = accepted(house, 10, impact=Impact.LOW, urgency=Urgency.LOW)
    lease = house.view(case).case.lease_until
    high = {"impact": Impact.MAJOR, "urgency": Urgency.HIGH, "why": "Somebody lives there"}
    cases.change_priority([case], **high, **house.once("carl"))
    assert house.view(case).case.lease_until == lease, "it ends sooner than the priority asks"
    soon = house.clock.now() + timedelta(minutes=50)
    cases.tell_customer([case], word=NewWord("We ring you soon", soon), **house.once("sana"))
    low = {"impact": Impact.HIGH, "urgency": Urgency.MEDIUM, "why": "A goods lift"}
    cases.change_priority([case], **low, **house.once("carl"))
    assert house.view(case).case.promise_by == soon


def test_visits_come_in_the_order_of_their_windows_however_they_were_booked(house: House) -> None:
    case = accepted(house)
    start, hour = house.clock.now() + timedelta(days=1), timedelta(hours=1)
    for after in (3, 0, 5, 1, 4, 2):
        window = (start + after * hour, start + (after + 1) * hour)
        cases.book_visit([case], visit=NewVisit(*window), **house.once("sana"))
    assert [visit.from_at for visit in house.view(case).visits] == [start + hour * n for n in range(6)]
