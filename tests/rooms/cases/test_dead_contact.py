"""A customer's address at which nobody is: marked, passed over, said where it is read, and alive again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client

from backline.cases import operations as cases
from backline.cases.operations import NewWord
from backline.channels.email.message import origin
from backline.channels.email.sender import SmtpSender
from backline.channels.email.server import parse
from backline.channels.queries import outgoing
from backline.core.words import ToldBy
from backline.engine.duties.unheard import Unheard
from backline.people.models import Contact
from tests.fakes.browser import link_of, send, signed_in, text, words
from tests.fakes.house import House
from tests.fakes.mails import Kept, answer, arrives, bounce
from tests.fakes.post import deliver
from tests.fakes.smtp import MailServer, Mode
from tests.rooms.engine.test_auditor import audited

CLEO = "cleo@example.net"
SAID = "Takes no letters"


@pytest.fixture
def post(house: House) -> Iterator[MailServer]:
    """The mail server, at which Cleo has no mailbox."""
    with MailServer(now=house.clock.now) as running:
        running.mode_of[CLEO] = Mode.REFUSE
        yield running


def sent(house: House, post: MailServer) -> None:
    sender = SmtpSender(parse(post.url), origin("Backline <backline@example.org>"), timeout=5)
    deliver(at=house.clock.now(), sender=sender, limit=50)
    Unheard().run(house.clock.now())


def tell(house: House, case: str) -> None:
    """Sana tells the customer something, a minute later."""
    house.clock.advance(timedelta(minutes=1))
    word = NewWord("The part is here", house.clock.now() + timedelta(hours=4), ToldBy.MAIL)
    cases.tell_customer([case], word=word, **house.once("sana"))


def dead(house: House) -> bool:
    return Contact.objects.get(pk=house.cleo.pk).is_dead


def tries(post: MailServer) -> int:
    """How often somebody tried to write to Cleo."""
    return post.refused.count(CLEO)


def test_where_nobody_is_is_marked_passed_over_and_shown_and_each_word_is_somebodys_turn(
    house: House, post: MailServer
) -> None:
    case = house.working()
    sent(house, post)
    assert (dead(house), dead_of(house.otto)) == (True, False)
    before = tries(post)
    tell(house, case)
    sent(house, post)
    assert tries(post) == before, "nothing goes there again"
    [letter] = [one for one in outgoing(limit=50).rows if one.kind == "customer.update"]
    assert (letter.state, letter.why) == ("NOT_SENT", "nobody is at this address any more: an earlier letter came back")
    view = house.view(case)
    assert (view.case.unheard, view.case.promise_by) == (True, house.clock.now()), "the word to her is due at once"
    house.tick()
    assert audited(house).well, "there stands why each letter was not sent"
    sent(house, post)
    assert "The next word to the customer" in post.to("carl@example.org")[-1].subject
    for who, page in (("carl", f"/cases/{case}"), ("sana", f"/cases/{case}"),
                      ("ada", f"/administration/contacts/{house.cleo.id}")):  # fmt: skip
        seen = text(signed_in(who).get(page))
        assert (SAID in seen, "550 5.1.1" in seen) == (True, True), page
    assert str(house.job.site.reference) in words(signed_in("ada").get("/administration/try/sites"))
    house.joined_by("Dora")
    assert "at which nobody is" in words(signed_in("carl").get(f"/cases/{case}/contact"))
    for page in (link_of(house, "cleo", case), f"/administration/contacts/{house.otto.id}"):
        client = Client() if "administration" not in page else signed_in("ada")
        assert SAID not in text(client.get(page)), "it is for us, and of nobody else"


def dead_of(contact: Contact) -> bool:
    return Contact.objects.get(pk=contact.pk).is_dead


def test_another_address_ends_it_and_so_does_whoever_knows_better(house: House, post: MailServer) -> None:
    case = house.working()
    sent(house, post)
    ada, page = signed_in("ada"), f"/administration/contacts/{house.cleo.id}"
    site = str(house.job.site.reference)
    form: dict[str, str] = {"name": "Cleo", "language": "en", "zone": "Europe/Berlin", "sites": site}
    send(ada, page, **form, email="CLEO@example.net")
    assert dead(house), "the same address in other letters"
    send(ada, page, **form, email="cleo@example.com")
    tell(house, case)
    sent(house, post)
    assert (dead(house), len(post.to("cleo@example.com")), house.letters("Cleo")[-1].state) == (False, 1, "HANDED")
    assert SAID not in text(ada.get(page))
    send(ada, page, **form, email=CLEO)
    assert dead(house), "there is nobody there yet"
    before = tries(post)
    assert ada.post(f"{page}/try").status_code == 302
    assert not dead(house)
    tell(house, case)
    sent(house, post)
    assert (dead(house), tries(post)) == (True, before + 1), "that is the proof"


def test_a_bounce_that_comes_back_marks_it_and_a_mail_from_there_ends_it(house: House) -> None:
    post = Kept()
    case = house.working()
    letter = post.sent(at=house.clock.now()).to(CLEO)
    arrives(bounce(letter, status="5.2.2"))
    assert not dead(house), "a full box is somebody's"
    arrives(bounce(letter, recipient="other@example.net"))
    assert not dead(house), "it is about another address"
    arrives(bounce(letter))
    Unheard().run(house.clock.now())
    assert (dead(house), house.view(case).case.unheard) == (True, True), "forged or not, our word to her is due"
    arrives(bounce(letter, status="2.0.0", action="delivered"))
    assert not dead(house), "that is what their server says"
    arrives(bounce(letter))
    assert dead(house)
    arrives(answer(None, "Otto <otto@example.net>", "Where is my lift?"))
    assert dead(house), "that is another customer's"
    arrives(answer(letter, f"Cleo <{CLEO}>", "I am here."))
    tell(house, case)
    assert (dead(house), house.letters("Cleo")[-1].state) == (False, "QUEUED")


def test_with_whoever_is_erased_goes_what_was_said_of_the_address(house: House, post: MailServer) -> None:
    case = house.raised()
    sent(house, post)
    assert dead(house)
    cases.erase_contact(str(house.cleo.id), at=house.clock.now())
    gone = Contact.objects.get(pk=house.cleo.pk)
    assert (gone.dead_email, gone.why_dead, gone.dead_at, gone.is_dead) == ("", "", None, False)
    assert SAID not in text(signed_in("carl").get(f"/cases/{case}"))


def test_who_is_kept_informed_of_a_new_case_can_be_reached_where_one_can(house: House, post: MailServer) -> None:
    house.raised()
    sent(house, post)
    dora = house.joined_by("Dora")
    assert (dead(house), house.view(house.raised()).contact) == (True, dora)
