"""Whom a case keeps informed: another contact, one that is erased, nobody at all; and whose text a word is."""

from __future__ import annotations

from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection, transaction

from backline.cases import operations as cases
from backline.cases.operations import MoveRefused, NewStep, NewWord
from backline.config.checks import problems
from backline.core.words import StepResult, ToldBy
from backline.jobs import queries as jobs
from backline.ledger.models import Event, Text
from backline.people.models import Contact
from backline.readiness.queries import lacks
from tests.fakes.browser import send, signed_in, words
from tests.fakes.clock import SettableClock
from tests.fakes.house import House

SOON = timedelta(hours=1)


def tell(house: House, case: str, text: str = "The part is on its way", told_by: ToldBy = ToldBy.MAIL) -> None:
    word = NewWord(text, house.clock.now() + SOON, told_by)
    cases.tell_customer([case], word=word, **house.once("carl"))


def test_another_contact_is_told_with_a_link_of_their_own_and_hears_on(house: House) -> None:
    case, cora = house.raised(), house.joined_by("Cora")
    promised = house.view(case).case.promise_by
    page = send(signed_in("carl"), f"/cases/{case}/contact", contact=str(cora.id))
    assert page.status_code == 302
    letter = house.letters("Cora")[-1]
    assert "We keep you informed about Lift 7" in letter.subject
    assert "/c/" in letter.body
    assert house.view(case).case.promise_by == promised, "what was promised to the one holds for the other"
    house.clock.advance(timedelta(minutes=1))
    before = len(house.letters("Cleo"))
    tell(house, case)
    assert "The part is on its way" in house.letters("Cora")[-1].body
    assert len(house.letters("Cleo")) == before
    assert "Keeps Cora informed from now on" in words(signed_in("carl").get(f"/cases/{case}"))
    assert not house.letters("Otto")


def test_only_a_contact_of_the_site_may_be_chosen_and_not_the_one_it_is(house: House) -> None:
    case = house.raised()
    house.joined_by("Cora")
    for contact in (house.otto, house.cleo):
        with pytest.raises(MoveRefused):
            cases.change_contact([case], contact=str(contact.id), **house.once("carl"))
    page = send(signed_in("carl"), f"/cases/{case}/contact", contact=str(house.otto.id))
    assert page.status_code == 422
    assert "Otto" not in words(page)
    assert house.view(case).case.seq == 1


def test_whoever_erases_a_contact_reads_which_open_cases_lose_it(house: House) -> None:
    case, ada = house.raised(), signed_in("ada")
    other = house.raised(job=str(house.otto_job.id), summary="Otto's lift hums")
    page = words(ada.get(f"/administration/contacts/{house.cleo.id}/erase"))
    assert house.view(case).line.reference in page
    assert house.view(other).line.reference not in page


def test_a_case_that_nobody_can_be_told_of_is_named_and_mail_is_refused(house: House) -> None:
    case, ada = house.raised(), signed_in("ada")
    assert not [one for one in problems(lacks(house.clock.now())) if "contact" in one]
    ada.post(f"/administration/contacts/{house.cleo.id}/erase")
    reference = house.view(case).line.reference
    assert [one for one in problems(lacks(house.clock.now())) if reference in one]
    assert reference in words(ada.get("/administration/"))
    page = send(signed_in("carl"), f"/cases/{case}/tell", text="It comes", told_by="MAIL", next_by="2026-11-20T22:00")
    assert page.status_code == 422
    assert "No contact with an address is known" in words(page)
    assert "It comes" in words(page)
    page = send(signed_in("carl"), f"/cases/{case}/tell", text="It comes", told_by="CALL", next_by="2026-11-20T22:00")
    assert page.status_code == 302, "by phone it can be said"
    house.joined_by("Cora")
    assert not [one for one in problems(lacks(house.clock.now())) if reference in one], (
        "the next contact of the site hears"
    )


def test_what_the_erased_one_said_is_gone_from_the_letters_of_others_too(house: House) -> None:
    case = house.working()
    house.resolve(case)
    cases.dispute([case], why="It smells of smoke\n\nand hums", **house.once("cleo"))
    assert "It smells of smoke" in house.letters("Sana")[-1].body
    cases.erase_contact(str(house.cleo.id), at=house.clock.now())
    assert "smoke" not in " ".join(letter.body for letter in house.letters("Sana"))
    assert "[erased]" in house.letters("Sana")[-1].body
    assert house.view(case).line.summary in house.letters("Sana")[-1].body, "the rest of the letter stands"


def test_a_case_raised_after_somebody_was_erased_informs_the_next_of_its_site(house: House) -> None:
    first = house.joined_by("Abe")
    assert [house.view(house.raised()).case.contact, house.letters("Abe") != []] == [str(first.id), True]
    cases.erase_contact(str(first.id), at=house.clock.now())
    assert house.view(house.raised()).case.contact == str(house.cleo.id)


def test_words_belong_to_whoever_said_them_though_another_is_kept_informed(house: House) -> None:
    case, cora = house.working(), house.joined_by("Cora")
    cases.change_contact([case], contact=str(cora.id), **house.once("carl"))
    house.resolve(case)
    cases.dispute([case], why="Said by Cleo with her old link", **house.once("cleo"))
    cases.erase_contact(str(house.cleo.id), at=house.clock.now())
    assert "Said by Cleo" not in words(signed_in("carl").get(f"/cases/{case}"))
    assert not Text.objects.filter(text__contains="Said by Cleo").exists()
    house.resolve(case)
    cases.confirm([case], words="Cora rang", **house.once("carl"))
    assert Text.objects.get(text="Cora rang").subject == str(cora.id), "what we write down for her is hers"


def test_tags_and_unknown_fault_codes_can_be_erased_and_known_ones_route(house: House) -> None:
    case = house.raised(tags=("Mrs Smith, flat 3",), fault_codes=("E42", "Smith's code"))
    [event] = Event.objects.filter(case_id=case)
    assert b"Smith" not in bytes(event.body)
    assert b"E42" in bytes(event.body)
    page = words(signed_in("carl").get(f"/cases/{case}"))
    assert "Tags: Mrs Smith, flat 3" in page
    assert "Fault codes: E42, Smith's code" in page
    Text.objects.filter(text__contains="Smith").update(text=None, salt=None, erased_at=house.clock.now())
    page = words(signed_in("carl").get(f"/cases/{case}"))
    assert "Smith" not in page
    assert "Fault codes: E42, [erased]" in page


def test_more_codes_of_a_completed_report_are_texts_too(house: House) -> None:
    case = house.raised()
    cases.return_case([case], missing="Which code?", **house.once("carl"))
    steps = (NewStep("Read it again", StepResult.NO_EFFECT),)
    cases.complete([case], more=cases.More("Here", steps, ("E42", "Mr Jones")), **house.once("tess"))
    assert not [event for event in Event.objects.filter(case_id=case) if b"Jones" in bytes(event.body)]
    assert "Fault codes: E42, Mr Jones" in words(signed_in("carl").get(f"/cases/{case}"))


def test_a_word_that_races_an_erasure_is_never_kept_for_the_erased(fresh_database: str, clock: SettableClock) -> None:
    house = House(clock)
    case, cleo = house.raised(), str(house.cleo.id)
    house.joined_by("Cora")
    waited: list[str] = []

    def says() -> None:
        tell(house, case, "Cleo, the part is on its way")
        waited.append("said")
        connection.close()

    thread = Thread(target=says)
    with transaction.atomic():
        cases.erase_contact(cleo, at=house.clock.now())
        thread.start()
        thread.join(0.5)
        assert not waited, "whoever speaks waits for whoever erases"
    thread.join(10)
    assert waited
    assert not Text.objects.filter(subject=cleo).exclude(text=None).exists()
    assert Text.objects.get(text="Cleo, the part is on its way").subject == str(
        jobs.contacts_of_site(house.view(case).case.site)[0].id
    )
    assert house.letters("Cora")
    assert Contact.objects.get(id=cleo).email == ""
