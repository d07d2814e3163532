"""Mails that come in through the door: whose words reach a case, what bounces do, and what never acts."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email.mime.message import MIMEMessage
from email.mime.text import MIMEText
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from backline.cases import operations as cases
from backline.channels.email.entrance import sign
from backline.channels.models import Notice, Received
from backline.channels.notices import NoticeState
from backline.config.live import Judging
from backline.core.words import ToldBy
from backline.engine.duties.unheard import Unheard
from backline.people.models import Address
from tests.fakes.answered import code
from tests.fakes.browser import link_of, signed_in, text, words
from tests.fakes.clock import SettableClock
from tests.fakes.house import House
from tests.fakes.mails import Kept, answer, arrives, bounce
from tests.fakes.photos import encoded, quarters

pytestmark = pytest.mark.usefixtures("reply_to")

SANA, CLEO, OTTO = "Sana <sana@example.org>", "Cleo <cleo@example.net>", "Otto <otto@example.net>"


def waiting(house: House, post: Kept) -> tuple[str, Any]:
    """Sana has Cleo's case and has told her that we wait; the case, and Cleo's letter."""
    case = house.raised()
    house.offer(case)
    house.tick()
    post.sent(at=house.clock.now())
    house.accept(case)
    told = cases.NewWord("We wait for the part.", house.clock.now() + timedelta(hours=1), ToldBy.MAIL)
    cases.tell_customer([case], word=told, **house.once("sana"))
    post.sent(at=house.clock.now())
    return case, post.to("cleo@example.net")


def said(house: House, case: str) -> list[str]:
    """What the timeline holds of the customer's own words."""
    return [entry.why[0] if entry.why else "" for entry in house.view(case).timeline if entry.kind == "customer.said"]


def test_cleo_answers_with_a_photo_and_it_stands_on_the_timeline_and_sana_hears(house: House, post: Kept) -> None:
    case, letter = waiting(house, post)
    mail = answer(letter, CLEO, "It drips as well now.\n\nSent from my iPhone")
    mail.add_attachment(encoded(quarters()), "image", "jpeg", filename="drip.jpg")
    assert arrives(mail).content == b"Kept.\n"
    assert said(house, case) == ["It drips as well now."]
    [entry] = [one for one in house.view(case).timeline if one.kind == "customer.said"]
    assert (entry.who, entry.by_customer, len(entry.photos)) == ("Cleo", True, 1)
    [news] = [one for one in house.letters("Sana") if one.subject.endswith("] Wrote to us")]
    assert "It drips as well now." in news.body
    assert "It drips as well now." in words(Client().get(link_of(house, "cleo", case)))
    assert signed_in("sana").get(f"/photos/{entry.photos[0]}/full").status_code == 200
    assert signed_in("tom").get(f"/photos/{entry.photos[0]}/full").status_code == 404
    # The same mail through any door again does nothing; what moves a case is said where it is asked.
    assert b"it came before" in arrives(mail).content
    assert said(house, case) == ["It drips as well now."]
    assert house.view(case, "sana").case.state == "ACCEPTED"
    page = words(signed_in("carl").get("/incoming"))
    assert "Somebody's words" in page
    assert "It stands on the case as the customer's word." in page
    for name, status in (("max", 200), ("ada", 200), ("sana", 403), ("tess", 403)):
        assert signed_in(name).get("/incoming").status_code == status


def test_otto_and_strangers_reach_no_case_whatever_they_know_of_it(house: House, post: Kept) -> None:
    case, letter = waiting(house, post)
    to_sana = post.to("sana@example.org")
    bare = {"To": "backline@localhost"}
    for mail in (
        answer(letter, OTTO, "Close it."),  # a mail of Cleo's that she forwarded to him
        answer(letter, OTTO, "Close it.", **bare),
        answer(letter, "who@else.example", "Close it.", **bare),
        answer(to_sana, "who@else.example", "I am Sana.", **bare),
        answer(letter, SANA, "A note in Sana's name by somebody who has Cleo's letter.", **bare),
        answer(to_sana, CLEO, "I have seen a letter to Sana.", **bare),
        answer(None, CLEO, "Which case? None that I name."),
        answer(letter, CLEO, "", **bare),
        answer(letter, "who@else.example", "x", To=str(letter["Reply-To"]).replace("+", "+a")[:-20] + "aa@localhost"),
    ):
        events = len(house.view(case).timeline)
        assert arrives(mail).status_code == 200
        assert len(house.view(case).timeline) == events, mail["From"]
        kept = Received.objects.latest("at", "pk")
        assert kept.said.startswith("Nothing: "), kept.said
    assert not Received.objects.filter(acted=True).exists()
    assert "Close it." in words(signed_in("carl").get("/incoming"))
    assert "Close it." not in words(Client().get(link_of(house, "cleo", case)))


def test_what_came_with_a_mail_and_is_no_picture_is_kept_to_be_saved_as_it_came(house: House, post: Kept) -> None:
    case, letter = waiting(house, post)
    mail = answer(letter, CLEO, "The plan is with this.")
    mail.add_attachment(b"%PDF" * 700, "application", "pdf", filename="\u202eplan\r\n\x00.pdf" + "x" * 300)
    mail.add_attachment(b"OggS", "audio", "ogg", filename="it-squeaks.ogg")
    mail.add_attachment(b"PK" * 9, "image", "jpeg", filename="no-picture.jpg")
    mail.add_attachment(b"", "text", "csv", filename="nothing.csv")
    mail.add_attachment(b"-----", "application", "pgp-signature", filename="signature.asc")
    mail.attach(MIMEMessage(letter))
    arrives(mail)
    [heard] = said(house, case)
    words_, nothing = heard.split("\n\n")
    assert (words_, nothing) == (
        "The plan is with this.", "[“nothing.csv” is empty. Everything else was kept; send it again.]"
    )  # fmt: skip
    assert "“nothing.csv” is empty." in text(signed_in("carl").get("/incoming"))
    files = house.view(case).files
    assert {one.content_type for one in files} == {"application/pdf", "audio/ogg", "image/jpeg", "message/rfc822"}
    plan, squeak = (next(one for one in files if one.content_type == kind) for kind in ("application/pdf", "audio/ogg"))
    assert plan.name.startswith("[U+202E]plan .pdfxxx")
    assert len(plan.name) <= 200
    answered = signed_in("sana").get(f"/files/{squeak.id}")
    assert b"".join(answered.streaming_content) == b"OggS"
    assert answered["Content-Disposition"] == 'attachment; filename="it-squeaks.ogg"'
    assert signed_in("tom").get(f"/files/{squeak.id}").status_code == 404
    assert "it-squeaks" not in text(Client().get(link_of(house, "cleo", case)))
    to_sana = answer(post.to("sana@example.org"), SANA, f"{code(house)} hello", To="backline@localhost")
    to_sana.add_attachment(b"x", "application", "zip", filename="logs.zip")
    arrives(to_sana)
    assert "logs.zip" in {one.name for one in house.view(case).files}


def test_at_the_address_that_only_she_was_given_cleo_may_write_from_anywhere(house: House, post: Kept) -> None:
    case, letter = waiting(house, post)
    arrives(answer(letter, "cleo.private@else.example", "From my own phone.", In_Reply_To="<lost@somewhere>"))
    [heard] = said(house, case)
    assert heard.startswith("From my own phone.\n\n[It came from cleo.private@else.example, which is not")
    cora = house.joined_by("Cora")
    arrives(answer(letter, f"Cora <{cora.email}>", "I read it with her.", To="backline@localhost"))
    assert said(house, case)[-1] == "I read it with her."


def test_words_about_a_case_that_has_ended_or_lies_with_nobody_are_heard(house: House, post: Kept) -> None:
    case = house.raised()
    post.sent(at=house.clock.now())
    before = house.subjects("Carl")
    arrives(answer(post.to("cleo@example.net"), CLEO, "Two people wait here."))
    assert said(house, case) == ["Two people wait here."]
    assert len(house.subjects("Carl")) == len(before) + 1
    cases.withdraw([case], why="Mended by itself", **house.once("carl"))
    arrives(answer(post.to("cleo@example.net"), CLEO, "It is back."))
    assert said(house, case)[-1] == "It is back."
    assert len(house.subjects("Carl")) == len(before) + 3  # the case has ended: it is suggested as well
    assert any("[Suggestion]" in one for one in house.subjects("Carl"))
    house.tick()


@pytest.mark.parametrize(
    "subject", ["Re: Delivery delayed", "Undelivered spare part, please hurry", "Re: Absentee keyholder"]
)
def test_what_a_customer_writes_above_her_answer_makes_no_robot_of_her(house: House, post: Kept, subject: str) -> None:
    case, letter = waiting(house, post)
    arrives(answer(letter, CLEO, "It smokes.\x00 Again", Subject=subject))
    assert said(house, case) == ["It smokes. Again"]


@pytest.mark.parametrize("name", ["<>", "< >", ""])
def test_mails_without_a_name_are_told_apart_by_what_they_hold(house: House, post: Kept, name: str) -> None:
    case, letter = waiting(house, post)
    for text_, known in (("It smokes.", False), ("It burns.", False), ("It burns.", True)):
        raw = answer(letter, CLEO, text_, Message_ID="<x>").as_bytes().replace(b"<x>", name.encode())
        assert (b"it came before" in arrives(raw).content) is known
    assert said(house, case) == ["It smokes.", "It burns."]


def test_words_after_a_picture_are_hers_too(house: House, post: Kept) -> None:
    case, letter = waiting(house, post)
    mail = answer(letter, CLEO, "The door jams.")
    mail.add_attachment(encoded(quarters(), "JPEG"), maintype="image", subtype="jpeg", filename="door.jpg")
    mail.attach(MIMEText("And somebody is stuck inside!"))
    arrives(mail)
    assert said(house, case) == ["The door jams.\n\nAnd somebody is stuck inside!"]


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        ({"Auto_Submitted": "auto-replied"}, "ABSENCE"),
        ({"Subject": "Abwesenheitsnotiz: Ihr Aufzug", "Return_Path": "<>"}, "ABSENCE"),
        ({"X_Autoreply": "yes"}, "ABSENCE"),
        ({"Precedence": "auto_reply"}, "ABSENCE"),
        ({"Auto_Submitted": "auto-generated"}, "ROBOT"),
        ({"X_Auto_Response_Suppress": "All", "Auto_Submitted": "auto-generated"}, "ROBOT"),
        ({"From": "no-reply@example.net"}, "ROBOT"),
        ({"From": "backline@localhost"}, "OURS"),
        ({"From": "cases@localhost"}, "OURS"),
        ({"X_Backline_Case": "7"}, "OURS"),
        ({"From": "MAILER-DAEMON@example.net"}, "BOUNCE"),
        ({"Return_Path": "<>"}, "BOUNCE"),
    ],
)
def test_absence_notes_robots_and_our_own_mails_do_nothing_and_are_answered_by_nobody(
    house: House, post: Kept, headers: dict[str, str], kind: str
) -> None:
    case, letter = waiting(house, post)
    events, letters = len(house.view(case).timeline), Notice.objects.count()
    arrives(answer(letter, CLEO, "I am away until Monday.", **headers))
    assert [(one.kind, one.acted) for one in Received.objects.all()] == [(kind, False)]
    assert (len(house.view(case).timeline), Notice.objects.count()) == (events, letters)


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        ({"Subject": "Out of office lift is stuck"}, "ABSENCE"),
        ({"Subject": "Abwesend am Montag, bitte vorher kommen"}, "ABSENCE"),
        ({"Subject": "Delivery failed: the part did not come"}, "BOUNCE"),
        ({"Precedence": "bulk"}, "ROBOT"),
        ({"List_Id": "<all.example.net>", "List_Unsubscribe": "<mailto:off@example.net>"}, "ROBOT"),
        ({"X_Auto_Response_Suppress": "All"}, "ROBOT"),
    ],
)
def test_what_only_looks_as_if_nobody_had_written_it_is_hers_in_answer_to_a_letter_and_nobody_s_else(
    house: House, post: Kept, headers: dict[str, str], kind: str
) -> None:
    case, letter = waiting(house, post)
    elsewhere = {"To": "backline@localhost", **headers}
    for stray in (answer(None, CLEO, "Away.", **elsewhere), answer(letter, OTTO, "Away.", **headers),
                  answer(letter, "who@else.example", "Away.", **elsewhere)):  # fmt: skip
        arrives(stray)
        kept = Received.objects.latest("at", "pk")
        assert (kept.kind, kept.acted, kept.text) == (kind, False, "Away.")
    to_customers = Notice.objects.filter(audience="CONTACT").count()
    arrives(answer(letter, CLEO, "It came without the bolts.", **headers))
    arrives(answer(letter, CLEO, "And without the plan.", **elsewhere))
    arrives(answer(letter, "cleo.private@else.example", "Or the key.", **headers))
    first, second, third = said(house, case)
    assert (first, second) == ("It came without the bolts.", "And without the plan.")
    assert third.startswith("Or the key.\n\n[It came from cleo.private@else.example, which is not")
    assert {one.what for one in house.view(case).timeline if one.kind == "customer.said"} == {
        "Wrote to us, unless a program did"
    }
    assert Received.objects.filter(kind="WORD", acted=True).count() == 3
    post.sent(at=house.clock.now())
    assert Notice.objects.filter(audience="CONTACT").count() == to_customers, "nothing is sent back to it"


def test_programs_that_answer_each_letter_and_do_not_say_so_end_at_once(house: House, post: Kept) -> None:
    case, _letter = waiting(house, post)
    to_customers = Notice.objects.filter(audience="CONTACT").count()
    away, answered = {"Subject": "Automatic reply: away"}, 0
    for _round in range(5):
        new, answered = post.mails[answered:], len(post.mails)
        for mail in new:
            arrives(answer(mail, str(mail["To"]), "I am away until Monday.", **away))
        house.clock.advance(timedelta(minutes=1))
        post.sent(at=house.clock.now())
    assert Notice.objects.filter(audience="CONTACT").count() == to_customers
    assert len(post.mails) == answered, "no letter gave rise to another one without end"
    assert not [one for one in house.view(case).timeline if one.kind == "note.added"]


def test_two_installations_in_each_others_boxes_and_a_vacation_reply_end_at_once(house: House, post: Kept) -> None:
    waiting(house, post)
    before = Notice.objects.count()
    for _round in range(3):
        for mail in list(post.mails):
            arrives(mail)
            arrives(answer(mail, CLEO, "I am away.", Auto_Submitted="auto-replied"))
        post.sent(at=house.clock.now())
    assert Notice.objects.count() == before
    assert not Received.objects.filter(acted=True).exists()


def test_sanas_mailbox_is_gone_the_bounce_kills_her_address_and_the_letter_goes_the_next_way(
    house: House, post: Kept
) -> None:
    sana = house.persons["sana"]
    Address.objects.filter(person=sana).update(proved_at=house.clock.now())
    new = Address.objects.create(person=sana, kind="EMAIL", value="sana@home.example", place=9,
                                 proved_at=house.clock.now())  # fmt: skip
    case = house.raised()
    house.offer(case)
    house.tick()
    post.sent(at=house.clock.now())
    first = post.to("sana@example.org", "]")
    # A delay changes nothing, and neither does a report about somebody else's letter, or about a bounce.
    arrives(bounce(first, "4.4.1", "delayed"))
    arrives(bounce(answer(None, CLEO, "x"), "5.1.1"))
    assert not Address.objects.filter(person=sana, dead_at__isnull=False).exists()
    arrives(bounce(first))
    assert Address.objects.get(person=sana, value="sana@example.org").dead_at is not None
    post.sent(at=house.clock.now())
    assert str(post.to(new.value)["Message-ID"]) == str(first["Message-ID"])
    # The second way of the same letter is told apart by its address.
    arrives(bounce(post.to(new.value), recipient=new.value))
    assert Address.objects.get(pk=new.pk).dead_at is not None
    assert Received.objects.filter(kind="BOUNCE", acted=True).count() == 2


def test_cleos_letter_comes_back_and_her_case_hears_of_it_and_a_report_that_it_arrived_is_kept(
    house: House, post: Kept
) -> None:
    case, letter = waiting(house, post)
    arrives(bounce(letter, "2.0.0", "delivered"))
    assert Received.objects.get().said == "The letter is marked as delivered."
    notice = Notice.objects.get(pk=str(letter["Message-ID"])[1:33])
    assert notice.state == NoticeState.DELIVERED
    house.clock.advance(timedelta(minutes=1))
    cases.tell_customer([case], word=cases.NewWord("It has come.", house.clock.now() + timedelta(hours=1), ToldBy.MAIL),
                        **house.once("sana"))  # fmt: skip
    post.sent(at=house.clock.now())
    arrives(bounce(post.to("cleo@example.net"), "5.2.2"))
    Unheard().run(house.clock.now())
    assert [one.kind for one in house.view(case).timeline][-1] == "notice.failed"
    assert not Address.objects.filter(dead_at__isnull=False).exists()


def test_each_report_about_a_letter_stands_on_it_also_the_second_and_what_comes_late(house: House, post: Kept) -> None:
    case, letter = waiting(house, post)
    arrives(bounce(letter, "5.2.2", recipient="cleo@forwarded.example"))
    for _late in range(2):
        arrives(bounce(letter, "5.1.1"))
    end = b"\r\n--b\r\nContent-Type: text/rfc"
    second = b"\r\nFinal-Recipient: rfc822; b@else.example\r\nAction: delayed\r\nStatus: 4.4.1\r\n"
    arrives(bounce(letter, "5.2.1").replace(end, second + end))
    arrives(bounce(letter, "2.0.0", "delivered"))
    seen = text(signed_in("carl").get(f"/outgoing?case={case}"))
    assert seen.count("Not delivered: cleo@forwarded.example: smtp; 550 5.2.2") == 1
    assert seen.count("Not delivered: smtp; 550 5.1.1 no such mailbox") == 2
    assert "Not delivered: smtp; 550 5.2.1 no such mailbox; b@else.example delayed: 4.4.1" in seen
    assert Notice.objects.get(pk=str(letter["Message-ID"])[1:33]).state == NoticeState.DELIVERED


def test_the_same_mail_through_two_doors_at_once_acts_once(fresh_database: str, clock: SettableClock) -> None:
    house, post = House(clock), Kept()
    case, letter = waiting(house, post)
    mail = answer(letter, CLEO, "Only once.").as_bytes()

    def bring(_twin: int) -> int:
        status: int = arrives(mail).status_code
        connection.close()
        return status

    with ThreadPoolExecutor(4) as twins:
        assert list(twins.map(bring, range(4))) == [200] * 4
    assert said(house, case) == ["Only once."]
    assert Received.objects.count() == 1


def test_an_erased_contact_leaves_no_word_of_a_mail_behind(house: House, post: Kept) -> None:
    case, letter = waiting(house, post)
    arrives(answer(letter, CLEO, "My own words."))
    arrives(answer(None, CLEO, "And others."))
    arrives(answer(letter, CLEO, "I am away.", Auto_Submitted="auto-replied"))
    assert Received.objects.get(kind="ABSENCE").text == "I am away."
    cases.erase_contact(str(house.cleo.id), at=house.clock.now())
    kept = list(Received.objects.values_list("sender", "sender_name", "subject", "text"))
    assert kept == [("", "", "", "")] * 3
    assert "My own words." not in words(signed_in("carl").get(f"/cases/{case}"))


def test_the_door_takes_nothing_without_its_sign_and_says_what_is_wrong(house: House) -> None:
    assert (
        Client().post("/mail/in/guess", b"From: a@b.example\r\n\r\nx", content_type="message/rfc822").status_code == 404
    )
    signed = {"path": f"/mail/in/{sign()}", "headers": [], "query_string": b""}
    assert asyncio.run(Judging().may_send_much(signed)), "up to 50 MB come in without signing in"
    assert not asyncio.run(Judging().may_send_much(signed | {"path": "/mail/in/guess"}))
    assert arrives(b"").status_code == 422
    assert arrives(b"\x00\xff" * 1000).status_code == 200
    assert [one.kind for one in Received.objects.all()] == ["UNREADABLE"]
    assert not Received.objects.filter(acted=True).exists()
