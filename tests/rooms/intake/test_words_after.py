"""A customer who writes of a resolved or an ended case is not silent: she is answered, or somebody judges it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from backline.cases import operations as cases
from backline.cases.models import Case, Finding
from backline.cases.operations import NewDecision
from backline.core.words import ClockName, ReviewOutcome, State, ToldBy
from backline.engine.duties.triggers import Triggers
from tests.fakes.browser import link_of, signed_in, words
from tests.fakes.house import House
from tests.fakes.mails import Kept, answer, arrives
from tests.rooms.engine.test_auditor import audited, found
from tests.rooms.portal.test_after_her_word import said_to_work

pytestmark = pytest.mark.usefixtures("reply_to")

CLEO, OTTO = "Cleo <cleo@example.net>", "Otto <otto@example.net>"


def resolved(house: House, post: Kept) -> tuple[str, Any]:
    """Sana has resolved Cleo's case; the case, and the letter that asks Cleo."""
    case = house.working()
    house.resolve(case)
    post.sent(at=house.clock.now())
    return case, post.to("cleo@example.net")


def state(house: House, case: str) -> State:
    return house.view(case).case.state


def clocks(house: House, case: str) -> list[tuple[str, str]]:
    return [(one.name.value, one.subject) for one in house.view(case).clocks]


def test_what_cleo_writes_of_a_resolved_case_is_answered_before_silence_may_close_it(house: House, post: Kept) -> None:
    case, letter = resolved(house, post)
    house.clock.advance(timedelta(days=1))
    wrote_at = house.clock.now()
    arrives(answer(letter, CLEO, "It does not work."))
    assert clocks(house, case) == [("CUSTOMER_UPDATE", "answer")]
    due = house.view(case).clocks[0].due_at
    first = re.search(r'class="button button-primary"[^>]*>([^<]*)', signed_in("carl").get(f"/cases/{case}").text)
    assert first
    assert first[1] == "Tell the customer"
    page = words(Client().get(link_of(house, "cleo", case)))
    assert "You wrote to us; somebody reads it and answers." in page
    assert "we will close this" not in page
    house.clock.advance(timedelta(minutes=10))
    arrives(answer(letter, CLEO, "Is anybody there?"))  # more words put nothing off
    assert house.view(case).clocks[0].due_at == due
    house.until(due + timedelta(minutes=1))
    told = [one for one in house.letters("Carl") if one.kind.startswith("rung.CUSTOMER_UPDATE:answer")]
    assert told
    assert all("It does not work." in one.body for one in told)
    house.until(wrote_at + timedelta(days=7), timedelta(hours=1))
    assert state(house, case) is State.RESOLVED
    audited(house)
    assert found() == set()


def test_after_the_answer_she_has_her_time_anew_and_then_silence_closes_it(house: House, post: Kept) -> None:
    case, letter = resolved(house, post)
    house.clock.advance(timedelta(days=4))
    arrives(answer(letter, CLEO, "What was it?"))
    house.clock.advance(timedelta(minutes=30))
    answered_at = house.clock.now()
    told = cases.NewWord("A worn relay.", answered_at + timedelta(hours=1), ToldBy.MAIL)
    cases.tell_customer([case], word=told, **house.once("carl"))
    [confirm] = [one for one in house.view(case).clocks if one.name is ClockName.CONFIRM]
    assert confirm.due_at == answered_at + timedelta(days=5)
    house.until(confirm.due_at - timedelta(minutes=1), timedelta(minutes=30))
    assert state(house, case) is State.RESOLVED
    house.clock.advance(confirm.due_at - house.clock.now())
    house.tick()
    assert state(house, case) is State.CLOSED
    audited(house)
    assert found() == set()


def test_a_kept_yes_closes_nothing_while_what_she_wrote_after_it_is_not_answered(house: House, post: Kept) -> None:
    case = said_to_work(house)
    post.sent(at=house.clock.now())
    arrives(answer(post.to("cleo@example.net"), CLEO, "It came back."))
    cases.decide_review([case], decision=NewDecision(ReviewOutcome.ALLOW), **house.once("max"))
    house.until(house.clock.now() + timedelta(days=6), timedelta(hours=2))
    assert state(house, case) is State.RESOLVED
    told = cases.NewWord("We come.", house.clock.now() + timedelta(hours=1), ToldBy.MAIL)
    cases.tell_customer([case], word=told, **house.once("carl"))
    house.tick()
    assert state(house, case) is State.CLOSED


def test_carl_writes_down_that_it_is_not_fixed_and_sana_has_it_again(house: House, post: Kept) -> None:
    case, letter = resolved(house, post)
    arrives(answer(letter, CLEO, "It does not work."))
    page = words(signed_in("carl").get(f"/cases/{case}"))
    assert "It is not fixed" in page
    sent = {"why": "By mail: it stands again between two floors", "key": "d" * 32}
    assert signed_in("sana").post(f"/cases/{case}/dispute", sent).status_code == 409
    answered = signed_in("carl").post(f"/cases/{case}/dispute", sent)
    assert answered.status_code == 302
    assert (state(house, case), house.view(case).line.who) == (State.ACCEPTED, "Sana")
    [news] = [one for one in house.letters("Sana") if one.kind == "news.case.disputed"]
    assert "it stands again between two floors" in news.body
    assert any(one.startswith("We heard you") for one in house.subjects("Cleo"))
    shown = words(Client().get(link_of(house, "cleo", case)))
    assert "You told us that it is not fixed." in shown
    assert "By mail: it stands" not in shown  # what Carl wrote is his
    audited(house)
    assert found() == set()


def test_words_of_an_ended_case_that_join_a_resolved_one_are_answered_before_that_lapses(
    house: House, post: Kept
) -> None:
    ended, letter = resolved(house, post)
    cases.confirm([ended], **house.once("cleo"))
    other, _letter = resolved(house, post)
    arrives(answer(letter, CLEO, "It stands again."))
    assert clocks(house, other) == [("CUSTOMER_UPDATE", "answer")]
    house.until(house.clock.now() + timedelta(days=6), timedelta(hours=2))
    assert state(house, other) is State.RESOLVED
    audited(house)
    assert {what for what, _effect in found()} <= {"LATE"}  # the engine of this film sleeps for hours


def test_what_she_writes_of_a_closed_case_is_judged_or_becomes_a_case(house: House, post: Kept) -> None:
    case, letter = resolved(house, post)
    house.until(house.clock.now() + timedelta(days=5, minutes=1), timedelta(hours=1))
    assert state(house, case) is State.CLOSED
    arrives(answer(letter, OTTO, "It stands again."))
    assert not Finding.objects.exists()
    arrives(answer(letter, CLEO, "It stands again."))
    arrives(answer(letter, CLEO, "It stands again."))
    seen = Finding.objects.order_by("found_at", "id")
    assert [one.state for one in seen] == ["SUGGESTED", "SUGGESTED"]  # each mail says so anew
    page = words(signed_in("carl").get(f"/queue/suggestions/{seen[0].id}"))
    reference = house.view(case).line.reference
    assert f"The customer wrote about {reference}, which had ended" in page
    assert "It stands again." in page
    assert any("[Suggestion]" in one for one in house.subjects("Carl"))
    assert signed_in("sana").get(f"/queue/suggestions/{seen[0].id}").status_code in (403, 404)
    house.clock.advance(timedelta(hours=4))
    assert Triggers().run(house.clock.now()) == 1
    [new] = Case.objects.exclude(id=case)
    house.tick()
    assert any("It stands again." in entry for one in house.view(str(new.id)).timeline for entry in one.why)
    assert any(str(new) in one for one in house.subjects("Carl"))
    arrives(answer(letter, CLEO, "Thank you, they are here."))  # of the old one: it joins the open one
    assert [one.what for one in house.view(str(new.id)).timeline if one.kind == "fact.found"]
    assert Case.objects.count() == 2
    assert cases.rebuild(check=True).flaws == ()
