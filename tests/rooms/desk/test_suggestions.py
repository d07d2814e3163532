"""Suggestions: Carl raises or dismisses each once; what nobody judges becomes a case by itself."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from backline.cases import operations as cases
from backline.cases import suggestions
from backline.cases.models import Case, Finding
from backline.cases.operations import Judged, MoveRefused, NoSuchCase
from backline.channels.models import Notice
from backline.core.words import Priority, Reason
from backline.engine.duties.triggers import Triggers
from backline.jobs.models import Job
from backline.people.models import Person
from tests.fakes.browser import keys_in, send, signed_in, words
from tests.fakes.clock import SettableClock
from tests.fakes.house import House

RAISED = {"do": "raise", "summary": "Cleo is unhappy", "danger": "NONE", "impact": "HIGH", "urgency": "MEDIUM"}


def suggested(house: House, rating: int = 1, remark: str = "Nobody called", **job: Any) -> str:
    """Cleo rates her job, and the engine looks at it; the id of what it suggests."""
    said = {"rating": rating, "remark": remark, "look_at": house.clock.now(), **job}
    Job.objects.filter(id=house.job.id).update(**said)
    assert Triggers().run(house.clock.now()) == 1
    return suggestions.waiting(house.actor("carl"), zone="UTC")[-1].id


def test_the_queue_leads_to_what_is_suggested_with_its_facts_and_only_for_those_who_judge(house: House) -> None:
    carl = signed_in("carl")
    assert "Suggestions that wait" not in words(carl.get("/queue?show=open"))
    finding = suggested(house)
    assert "Suggestions that wait for you: 1" in words(carl.get("/queue?show=open"))
    page = words(carl.get("/queue/suggestions"))
    for said in ("The customer is unhappy", "The customer rated the work 1 of 5", "Nobody called", "LIB-J1"):
        assert said in page
    page = words(carl.get(f"/queue/suggestions/{finding}"))
    assert "Lift stands still: The customer rated the work 1 of 5." in page
    assert "Suggestions that wait for you: 1" in words(signed_in("max").get("/queue?show=open"))
    assert "Suggestions that wait" not in words(signed_in("ada").get("/queue?show=open"))
    assert signed_in("ada").get(f"/queue/suggestions/{finding}").status_code == 403
    assert carl.get("/queue/suggestions/00000000-0000-0000-0000-000000000001").status_code == 404
    assert Case.objects.count() == 0


def test_who_judges_hears_of_it_once_by_a_letter_that_can_wait(house: House) -> None:
    suggested(house)
    [letter] = house.letters("Carl")
    assert letter.subject == "[Suggestion] LIB-J1: The customer rated the work 1 of 5"
    assert "If nobody judges it by Fri 20 Nov 2026, 22:00, it becomes a case." in letter.body
    assert "/queue/suggestions" in letter.body
    assert "Nobody called" not in letter.body, "what a customer says stays where it can be erased"
    assert Notice.objects.get(kind="news.suggested").can_wait
    Job.objects.filter(id=house.job.id).update(look_at=house.clock.now())
    assert Triggers().run(house.clock.now()) == 1
    assert len(house.letters("Carl")) == 1
    assert [house.letters(name) for name in ("Max", "Sana", "Tess", "Cleo", "Otto")] == [[]] * 5


def test_where_nobody_coordinates_the_managers_hear_what_is_suggested(house: House) -> None:
    Person.objects.filter(id=house.persons["carl"].id).update(is_active=False)
    said = {"rating": 1, "look_at": house.clock.now()}
    Job.objects.filter(id=house.job.id).update(**said)
    assert Triggers().run(house.clock.now()) == 1
    assert [one.subject[:12] for one in house.letters("Max")] == ["[Suggestion]"]


def test_carl_raises_it_as_he_judges_it_and_sending_it_twice_makes_one_case(house: House) -> None:
    finding = suggested(house)
    carl, address = signed_in("carl"), f"/queue/suggestions/{finding}"
    key = keys_in(carl.get(address))[0]
    answers = [carl.post(address, RAISED | {"key": key}) for _ in range(2)]
    [row] = Case.objects.all()
    assert [answer.url for answer in answers] == [f"/cases/{row.id}"] * 2
    view = house.view(str(row.id))
    assert (view.line.summary, view.case.priority) == ("Cleo is unhappy", Priority.P2)
    assert (view.case.reasons, view.case.raised_by) == ({Reason.CUSTOMER_DISSATISFACTION}, house.actor("carl").id)
    assert view.texts[view.raised["words"]] == "Nobody called"
    assert carl.post(address, RAISED | {"key": key, "summary": "Other"}).status_code == 409
    again = carl.post(address, RAISED | {"key": "b" * 32})
    assert again.status_code == 409
    assert "Somebody has judged this suggestion already." in words(again)
    assert "No suggestion waits" in words(carl.get("/queue/suggestions"))
    assert f'href="/cases/{row.id}"' in words(carl.get(address))


@pytest.mark.parametrize("name", ["tess", "sana", "ada", "cleo", "otto"])
def test_nobody_else_judges_it_by_whatever_door(house: House, name: str) -> None:
    finding = suggested(house)
    with pytest.raises(NoSuchCase):
        cases.raise_suggested(finding, judged=Judged("Mine"), **house.once(name))
    with pytest.raises(NoSuchCase):
        cases.dismiss(finding, why="No", **house.once(name))
    assert (Finding.objects.get().state, Case.objects.count()) == ("SUGGESTED", 0)
    assert suggestions.waiting(house.actor(name), zone="UTC") == []


def test_max_raises_or_dismisses_as_carl_does_and_what_carl_judged_is_not_judged_again(house: House) -> None:
    finding = suggested(house)
    max_, carl = signed_in("max"), signed_in("carl")
    address = f"/queue/suggestions/{finding}"
    raised = send(max_, address, **RAISED)
    [row] = Case.objects.all()
    assert raised["Location"] == f"/cases/{row.id}"
    assert max_.get(f"/cases/{row.id}").status_code == 200
    assert house.view(str(row.id)).case.raised_by == house.actor("max").id
    late = carl.post(address, {"do": "dismiss", "why": "No", "key": "c" * 32})
    assert late.status_code == 409
    cases.withdraw([str(row.id)], why="Mended", **house.once("carl"))
    other = suggested(house, rating=2)
    assert send(max_, f"/queue/suggestions/{other}", do="dismiss", why="She meant the cafeteria").status_code == 302
    judged = Finding.objects.get(id=other)
    assert (judged.state, judged.by) == ("DISMISSED", house.actor("max").id)


def test_what_is_wrong_in_the_form_is_said_and_what_was_typed_stays(house: House) -> None:
    carl, address = signed_in("carl"), f"/queue/suggestions/{suggested(house)}"
    for wrong in ({"impact": "HUGE"}, {"summary": " "}, {"summary": "x" * 2001}, {"danger": ""}):
        page = carl.post(address, RAISED | {"key": "a" * 32} | wrong)
        assert page.status_code == 422
    assert "Cleo is unhappy" in words(page)
    assert carl.post(address, {"do": "dismiss", "key": "a" * 32, "why": "​"}).status_code == 422
    assert carl.post(address, {"do": "drop", "key": "a" * 32}).status_code == 422
    assert Case.objects.count() == 0
    assert Finding.objects.get().state == "SUGGESTED"


def test_what_is_dismissed_with_a_reason_is_remembered_and_a_new_fact_is_suggested(house: House) -> None:
    finding = suggested(house, rating=2)
    carl, address = signed_in("carl"), f"/queue/suggestions/{finding}"
    assert carl.post(address, {"do": "dismiss", "key": "a" * 32, "why": "She meant the cafeteria"}).url
    kept = Finding.objects.get()
    assert (kept.state, kept.why, kept.by) == ("DISMISSED", "She meant the cafeteria", house.actor("carl").id)
    house.clock.advance(timedelta(days=2))
    Job.objects.filter(id=house.job.id).update(look_at=house.clock.now())
    Triggers().run(house.clock.now())
    assert suggestions.count(house.actor("carl")) == 0
    suggested(house, rating=1)
    assert suggestions.count(house.actor("carl")) == 1
    assert Case.objects.count() == 0


def test_what_nobody_judges_becomes_a_case_at_its_due_moment_and_not_a_second_before(house: House) -> None:
    suggested(house)
    due = Finding.objects.get().due_at
    assert due == house.clock.now() + timedelta(hours=4)
    house.clock.advance(timedelta(hours=4) - timedelta(seconds=1))
    assert Triggers().run(house.clock.now()) == 0
    house.clock.advance(timedelta(seconds=1))
    assert Triggers().run(house.clock.now()) == 1
    assert Triggers().run(house.clock.now()) == 0
    [row] = Case.objects.all()
    house.tick()
    assert [letter for letter in house.subjects("Carl") if f"{row}" in letter]
    assert suggestions.count(house.actor("carl")) == 0


def test_a_case_that_is_opened_meanwhile_takes_the_suggestion_as_a_fact(house: House) -> None:
    finding = suggested(house)
    case = house.raised()
    page = words(signed_in("carl").get(f"/queue/suggestions/{finding}"))
    assert f"{house.view(case).line.reference} is open for this already" in page
    signed_in("carl").post(f"/queue/suggestions/{finding}", RAISED | {"key": "a" * 32})
    assert Case.objects.count() == 1
    [entry] = [entry for entry in house.view(case).timeline if entry.kind == "fact.found"]
    assert (entry.who, entry.what) == ("Carl", "The customer rated the work 1 of 5")
    assert "The customer said: “Nobody called”" in entry.why
    assert cases.rebuild(check=True).flaws == ()


def test_what_a_case_was_about_that_began_and_ended_meanwhile_makes_no_other_one(house: House) -> None:
    suggested(house)
    house.clock.advance(timedelta(minutes=5))
    case = house.raised()
    cases.withdraw([case], why="Cleo spoke of the cafeteria", **house.once("carl"))
    house.clock.advance(timedelta(hours=4))
    assert Triggers().run(house.clock.now()) == 1
    kept = Finding.objects.get()
    assert (Case.objects.count(), kept.state, str(kept.case_id)) == (1, "ADDED", case)


def test_carl_raises_it_while_it_becomes_due_and_there_is_one_case(fresh_database: str, clock: SettableClock) -> None:
    house = House(clock)
    for number in range(1, 8):
        for row in Case.objects.filter(closed_at=None):
            cases.withdraw([str(row.id)], why="It came", **house.once("carl"))
        Job.objects.filter(id=house.job.id).update(part=f"Relay {number}", look_at=clock.now())
        Triggers().run(clock.now())
        [found] = suggestions.waiting(house.actor("carl"), zone="UTC")
        clock.advance(timedelta(hours=5))
        start = Barrier(2)
        threads = [Thread(target=one, args=(house, found.id, start)) for one in (raises, comes_due)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert Case.objects.count() == number


def raises(house: House, finding: str, start: Barrier) -> None:
    once = house.once("carl")
    start.wait()
    try:
        cases.raise_suggested(finding, judged=Judged("A relay is missing"), **once)
    except MoveRefused:
        pass
    finally:
        connection.close()


def comes_due(house: House, _finding: str, start: Barrier) -> None:
    start.wait()
    try:
        Triggers().run(house.clock.now())
    finally:
        connection.close()
