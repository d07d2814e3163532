"""A letter that reaches nobody: the case hears of it, and the customer's silence is somebody's turn at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from backline.cases import operations as cases
from backline.cases.operations import NewWord
from backline.channels import operations as channel_operations
from backline.channels import queries as channels
from backline.channels.email.message import origin
from backline.channels.email.sender import SmtpSender
from backline.channels.email.server import parse
from backline.channels.models import Notice
from backline.core.words import State, ToldBy
from backline.engine.duties.unheard import Unheard
from backline.people import operations as people
from tests.fakes.house import House
from tests.fakes.post import deliver
from tests.fakes.smtp import MailServer, Mode


@pytest.fixture
def post(house: House) -> Iterator[MailServer]:
    """The mail server, at which Cleo has no mailbox."""
    with MailServer(now=house.clock.now) as running:
        running.mode_of["cleo@example.net"] = Mode.REFUSE
        yield running


def sent(house: House, post: MailServer) -> None:
    """The worker sends what is due, and carries back what reached nobody."""
    sender = SmtpSender(parse(post.url), origin("Backline <backline@example.org>"), timeout=5)
    deliver(at=house.clock.now(), sender=sender, limit=50)
    Unheard().run(house.clock.now())


def word(house: House, told_by: ToldBy = ToldBy.CALL) -> NewWord:
    return NewWord("The part comes tomorrow", house.clock.now() + timedelta(hours=4), told_by)


def test_a_customer_who_cannot_be_reached_is_the_coordinators_turn_at_once(house: House, post: MailServer) -> None:
    case = house.raised()
    house.tick()
    sent(house, post)
    entry = next(entry for entry in house.view(case).timeline if entry.kind == "notice.failed")
    assert entry.what == "Cleo could not be reached"
    assert "550 5.1.1" in entry.why[0]
    house.tick()
    sent(house, post)
    assert "The next word to the customer" in post.to("carl@example.org")[-1].subject
    house.until(house.clock.now() + timedelta(minutes=65))
    sent(house, post)
    assert any("The next word to the customer" in mail.subject for mail in post.to("max@example.org"))
    assert post.to("otto@example.net") == []


def test_a_word_on_the_phone_ends_the_silence_and_mails_nothing(house: House, post: MailServer) -> None:
    case = house.raised()
    sent(house, post)
    assert house.view(case).case.unheard
    house.clock.advance(timedelta(minutes=5))
    before = channels.outgoing(case_id=house.view(case).row.id, limit=50).count
    cases.tell_customer([case], word=word(house), **house.once("carl"))
    assert not house.view(case).case.unheard
    assert house.view(case).timeline[-1].what.startswith("Told the customer by phone; next word by")
    assert channels.outgoing(case_id=house.view(case).row.id, limit=50).count == before
    assert house.view(case).case.promise_by == house.clock.now() + timedelta(hours=4)


def test_a_failure_is_carried_once(house: House, post: MailServer) -> None:
    case = house.raised()
    sent(house, post)
    rows = channels.outgoing(case_id=house.view(case).row.id, limit=50).rows
    failed = next(row for row in rows if row.state == "FAILED")
    cases.not_reached(failed, at=house.clock.now())
    assert [entry.kind for entry in house.view(case).timeline].count("notice.failed") == 1
    assert Unheard().run(house.clock.now()) == 0


def test_a_case_does_not_lapse_while_our_question_reached_nobody(house: House, post: MailServer) -> None:
    case = house.raised()
    house.offer(case)
    house.accept(case)
    house.resolve(case)
    sent(house, post)
    house.tick()
    sent(house, post)
    assert "The next word to the customer" in post.to("carl@example.org")[-1].subject
    house.clock.advance(timedelta(days=5, minutes=1))
    house.tick()
    assert house.view(case).case.state is State.RESOLVED
    cases.tell_customer([case], word=word(house), **house.once("carl"))
    house.clock.advance(timedelta(days=1))
    house.tick()
    assert house.view(case).case.state is State.CLOSED
    assert house.view(case).case.closed_how == "LAPSED"


def test_a_site_without_a_contact_is_no_silence_either(house: House, post: MailServer) -> None:
    people.erase_contact(contact_id=str(house.cleo.id), at=house.clock.now())
    case = house.raised()
    sent(house, post)
    assert house.view(case).case.unheard
    assert house.view(case).timeline[-1].what == "The customer could not be told"
    house.tick()
    sent(house, post)
    assert any("The next word to the customer" in mail.subject for mail in post.to("carl@example.org"))


def test_staff_who_cannot_be_reached_stand_on_the_case_and_the_climb_goes_on(house: House, post: MailServer) -> None:
    post.mode_of["sana@example.org"] = Mode.REFUSE
    case = house.raised()
    house.offer(case)
    house.tick()
    sent(house, post)
    assert "Sana could not be reached" in [entry.what for entry in house.view(case).timeline]
    house.until(house.clock.now() + timedelta(minutes=31))
    sent(house, post)
    assert post.to("lena@example.org")


def test_what_was_kept_for_a_day_as_nothing_could_leave_stands_on_its_case(house: House, post: MailServer) -> None:
    channel_operations.pause("A drill", by=house.actor("ada"), at=house.clock.now())
    case = house.raised()
    house.offer(case)
    house.tick()
    sent(house, post)
    rung = Notice.objects.get(case_id=case, kind__startswith="rung.", recipient_name="Sana")
    house.clock.advance(timedelta(days=1, minutes=1))
    channel_operations.resume(by=house.actor("ada"), at=house.clock.now())
    sent(house, post)
    assert post.to("sana@example.org") == []
    failed = [entry for entry in house.view(case).timeline if entry.kind == "notice.failed"]
    assert "Sana could not be reached" in [entry.what for entry in failed]
    rung.refresh_from_db()
    assert (rung.state, rung.reported_at) == ("FAILED", house.clock.now())
    assert all(one.why[0].startswith("not sent: when it was due (") for one in failed)
    assert [one.what for one in failed if one.what.startswith("Cleo")], "and so does what was for the customer"
    before = len(failed)
    sent(house, post)
    assert len([entry for entry in house.view(case).timeline if entry.kind == "notice.failed"]) == before, "once"


def test_an_old_letter_that_failed_does_not_undo_a_newer_word(house: House) -> None:
    case = house.working()
    word = NewWord("All is planned", house.clock.now() + timedelta(hours=4), ToldBy.CALL)
    cases.tell_customer([case], word=word, **house.once("sana"))
    old = Notice.objects.filter(kind="customer.raised", case_id=case)
    old.update(state="FAILED", why="550 no such mailbox", settled_at=house.clock.now())
    assert Unheard().run(house.clock.now()) == 1
    view = house.view(case)
    assert (view.case.unheard, view.case.promise_by) == (False, word.next_by)
    assert view.timeline[-1].what == "Cleo could not be reached", "it stands on the case all the same"
