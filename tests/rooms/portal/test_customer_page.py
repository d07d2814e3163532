"""Cleo's page by signed link: what is happening, what is next, by when; her answer, and nothing internal."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from backline.cases import operations as cases
from backline.cases.links import token
from backline.cases.operations import NewDecision, NewStep, NewVisit, NewWord
from backline.core.words import Danger, Reason, ReviewOutcome, State, StepResult, ToldBy, WaitReason
from backline.people import operations as people
from tests.fakes.house import House


def link(house: House, case: str, contact: Any = None) -> str:
    """The address in the letter."""
    return f"/c/{token(case_id=case, contact=contact or house.cleo, at=house.clock.now())}"


def page(house: House, case: str) -> str:
    """What Cleo reads."""
    answer = Client().get(link(house, case))
    assert answer.status_code == 200
    return answer.content.decode()


def headline(text: str) -> str:
    found = re.search(r"<h1>(.*?)</h1>", text, re.S)
    assert found
    return found.group(1).strip()


def keys(text: str) -> list[str]:
    return re.findall(r'name="key" value="([0-9a-f]{32})"', text)


def answered(house: House, case: str, **data: str) -> Any:
    """Cleo opens her page and presses a button."""
    address = link(house, case)
    found = keys(Client().get(address).content.decode())
    house.clock.advance(timedelta(minutes=1))
    return Client().post(address, {"key": found[-1] if data["answer"] == "not-fixed" else found[0], **data})


def accepted(house: House) -> str:
    case = house.raised()
    house.offer(case)
    house.accept(case)
    return case


def resolved(house: House) -> str:
    case = accepted(house)
    house.resolve(case)
    return case


def test_each_state_is_said_in_her_words(house: House) -> None:
    case = house.raised()
    assert headline(page(house, case)) == "We have called in more help and are choosing the right specialists."
    house.offer(case)
    assert headline(page(house, case)) == "We have asked Sana to take this on."
    house.accept(case)
    assert headline(page(house, case)) == "Sana is working on it."
    until = house.clock.now() + timedelta(hours=6)
    cases.begin_wait([case], reason=WaitReason.PART, until=until, what="Relay K7", **house.once("sana"))
    assert "is waiting for a part" in headline(page(house, case))
    house.resolve(case)
    assert headline(page(house, case)) == "We believe that it is working again."


def test_the_next_word_and_the_visit_have_moments_by_her_clock(house: House) -> None:
    case = accepted(house)
    start = house.clock.now() + timedelta(days=1)
    visit = NewVisit(start, start + timedelta(hours=2))
    cases.book_visit([case], visit=visit, **house.once("sana"))
    text = page(house, case)
    assert "tomorrow between 19:00 and 21:00" in text
    assert "Europe/Berlin" in text
    assert "23:00 today" in text, "the next word: four hours at P2, by the wall clock in Berlin"


def test_her_history_says_what_and_when_and_how_she_was_told(house: House) -> None:
    case, hour = accepted(house), timedelta(hours=1)
    start = house.clock.now() + timedelta(days=1)
    until = house.clock.now() + 6 * hour
    cases.begin_wait([case], reason=WaitReason.PART, until=until, what="Relay K7", **house.once("sana"))
    cases.book_visit([case], visit=NewVisit(start, start + hour), **house.once("sana"))
    record = house.view(case).visits[0].id
    cases.book_visit([case], visit=NewVisit(start + hour, start + 2 * hour, record=record), **house.once("sana"))
    for told_by in (ToldBy.CALL, ToldBy.MAIL):
        word = NewWord("The relay is on its way", until, told_by)
        cases.tell_customer([case], word=word, **house.once("sana"))
    text = page(house, case)
    assert "We are waiting for a part, expected by Sat 21 Nov 2026, 01:00." in text
    assert "We planned a visit on Sat 21 Nov 2026 between 19:00 and 20:00." in text
    assert "We moved the visit to Sat 21 Nov 2026 between 20:00 and 21:00." in text
    assert "We told you by phone:" in text
    assert "We wrote to you:" in text
    assert "Relay K7" not in text


def test_a_word_that_did_not_come_in_time_is_owned_not_promised_again(house: House) -> None:
    case = accepted(house)
    house.clock.advance(timedelta(hours=5))
    text = page(house, case)
    assert "We promised you a word by Fri 20 Nov 2026, 23:00 and we are late." in text
    assert "You will hear from us again by" not in text
    word = NewWord("Sorry, here we are", house.clock.now() + timedelta(hours=1))
    cases.tell_customer([case], word=word, **house.once("sana"))
    assert "we are late" not in page(house, case)


def test_she_is_spoken_to_when_it_is_she_who_is_waited_for(house: House) -> None:
    case = accepted(house)
    until = house.clock.now() + timedelta(hours=6)
    cases.begin_wait([case], reason=WaitReason.CUSTOMER, until=until, what="The key", **house.once("sana"))
    text = page(house, case).replace("&#x27;", "'")
    assert "waiting for you: an answer or a decision" in headline(text)
    assert "the customer" not in text.lower()


def test_that_it_came_back_stands_in_her_words_on_page_and_letter(house: House) -> None:
    case = resolved(house)
    answered(house, case, answer="works")
    house.clock.advance(timedelta(hours=1))
    assert answered(house, case, answer="not-fixed", why="It stands again").status_code == 302
    text = page(house, case)
    assert "You told us that it has come back." in text
    assert "It stands again" in text
    assert "We heard you: the fault on Lift 7" in house.subjects("Cleo")[-1]
    case = resolved(house)
    answered(house, case, answer="works")
    cases.reopen([case], why="INTERNAL", **house.once("carl"))
    assert "We opened it again." in page(house, case)
    assert "INTERNAL" not in page(house, case)


def test_nothing_internal_is_on_her_page_or_in_her_letters(house: House) -> None:
    ours = ("INTERNAL-note", "INTERNAL-step", "INTERNAL-why", "INTERNAL-notes", "INTERNAL-cause", "INTERNAL-part")
    case = house.raised(notes=ours[3])
    cases.add_note([case], text=ours[0], **house.once("carl"))
    cases.offer([case], cases.NewOffer(str(house.specialists.id), why=ours[2]), **house.once("carl"))
    house.accept(case)
    cases.try_step([case], step=NewStep(ours[1], StepResult.FAILED), **house.once("sana"))
    until = house.clock.now() + timedelta(hours=6)
    cases.begin_wait([case], reason=WaitReason.PART, until=until, what=ours[5], **house.once("sana"))
    house.resolve(case, cause=ours[4])
    letters = "".join(row.body for row in house.letters("Cleo"))
    for text in (page(house, case), letters):
        assert "INTERNAL" not in text
        assert "FAILED" not in text


def test_what_we_told_her_stands_there_as_it_was_said(house: House) -> None:
    case = accepted(house)
    word = NewWord("The relay <b>K7</b> comes tomorrow & not today", house.clock.now() + timedelta(hours=3))
    cases.tell_customer([case], word=word, **house.once("sana"))
    assert "The relay &lt;b&gt;K7&lt;/b&gt; comes tomorrow &amp; not today" in page(house, case)


def test_she_confirms_and_it_closes_once(house: House) -> None:
    case = resolved(house)
    answer = answered(house, case, answer="works")
    assert answer.status_code == 302
    assert house.view(case).case.state is State.CLOSED
    assert house.view(case).timeline[-1].who == "Cleo"
    assert headline(page(house, case)) == "This is closed."


def test_the_same_answer_sent_twice_acts_once(house: House) -> None:
    case = resolved(house)
    address = link(house, case)
    key = keys(Client().get(address).content.decode())[0]
    statuses = [Client().post(address, {"key": key, "answer": "works"}).status_code for _ in range(2)]
    assert statuses == [302, 302]
    assert [entry.kind for entry in house.view(case).timeline].count("case.confirmed") == 1


def test_a_dispute_goes_back_to_whoever_had_it_and_needs_words(house: House) -> None:
    case = resolved(house)
    refused = answered(house, case, answer="not-fixed", why="  ")
    assert refused.status_code == 422
    assert "Fill this in." in refused.content.decode()
    assert house.view(case).case.state is State.RESOLVED
    assert answered(house, case, answer="not-fixed", why="It stopped again").status_code == 302
    assert house.view(case).case.state is State.ACCEPTED
    assert house.view(case).line.who == "Sana"
    assert "It stopped again" in page(house, case)


def test_she_cannot_answer_what_was_not_asked(house: House) -> None:
    case = accepted(house)
    assert "It works" not in page(house, case)
    answer = Client().post(link(house, case), {"key": "0" * 32, "answer": "works"})
    assert answer.status_code == 409
    assert house.view(case).case.state is State.ACCEPTED


def test_an_undecided_review_keeps_it_open_and_she_is_told_so(house: House) -> None:
    case = house.raised(reasons=frozenset({Reason.SAFETY_RISK}), danger=Danger.RISK)
    house.offer(case)
    house.accept(case)
    house.resolve(case)
    assert answered(house, case, answer="works").status_code == 302
    assert house.view(case).case.state is State.RESOLVED
    assert "We finish a check of our own" in page(house, case)
    assert "It works</button>" not in page(house, case)
    assert house.view(case).timeline[-1].what == "Said that it works; kept until we may close"
    cases.decide_review([case], decision=NewDecision(ReviewOutcome.ALLOW), **house.once("max"))
    cases.confirm([case], words="She said so on her page", **house.once("carl"))
    assert house.view(case).case.closed_how == "CONFIRMED"


def test_within_two_weeks_she_opens_it_again_and_afterwards_she_is_told_what_to_do(house: House) -> None:
    case = resolved(house)
    answered(house, case, answer="works")
    assert "It has come back" in page(house, case)
    assert answered(house, case, answer="not-fixed", why="Again").status_code == 302
    assert house.view(case).case.state is State.RAISED
    other = resolved_again(house, case)
    house.clock.advance(timedelta(days=15))
    assert "It has come back" not in page(house, other)
    late = Client().post(link(house, other), {"key": "1" * 32, "answer": "not-fixed", "why": "Again"})
    assert late.status_code == 409
    assert "report it as a new fault" in late.content.decode()


def resolved_again(house: House, case: str) -> str:
    house.offer(case)
    house.accept(case)
    house.resolve(case)
    answered(house, case, answer="works")
    return case


@pytest.mark.parametrize("moment", [timedelta(days=89), timedelta(days=90), timedelta(days=91)])
def test_a_link_ends_after_its_time(house: House, moment: timedelta) -> None:
    address = link(house, house.raised())
    house.clock.advance(moment)
    answer = Client().get(address)
    assert answer.status_code == (200 if moment < timedelta(days=90) else 410)


def test_a_revoked_link_opens_nothing_and_says_what_to_do(house: House) -> None:
    case = house.raised()
    address = link(house, case)
    people.revoke_links(contact_id=str(house.cleo.id))
    answer = Client().get(address)
    assert answer.status_code == 410
    assert "no longer valid" in answer.content.decode()
    assert house.view(case).line.reference not in answer.content.decode()


def test_otto_cannot_use_his_own_name_for_her_case(house: House) -> None:
    case = resolved(house)
    address = link(house, case, house.otto)
    assert Client().get(address).status_code == 404
    answer = Client().post(address, {"key": "0" * 32, "answer": "works"})
    assert answer.status_code == 404
    assert house.view(case).case.state is State.RESOLVED
