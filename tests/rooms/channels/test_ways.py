"""What is urgent takes every way by which somebody is reached, until one of them says that it arrived."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from backline.channels import operations, queries
from backline.channels.delivery import Post
from backline.channels.models import Notice, Receipt, Setup
from backline.channels.notices import LEASE, Attempt, Audience, Channel, NewNotice, Pointless, What
from backline.channels.port import DeliveryError, Handed, Letter, Sender
from backline.people import operations as people
from backline.people.models import Address, AddressKind
from tests.fakes.browser import signed_in, text, words
from tests.fakes.house import House
from tests.fakes.letters import CASE, NOON, TO_CLEO, quiet_for

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
MAIL, MOBILE, LANDLINE = "sana@example.org", "+4915112345678", "+493012345678"


@dataclass
class Gateway:
    """Takes what it is given, under a number of its own, unless it is told to refuse."""

    refuses: DeliveryError | None = None
    taken: list[Letter] = field(default_factory=list)

    def send(self, letter: Letter) -> Handed:
        """Take it."""
        if self.refuses:
            raise self.refuses
        self.taken.append(letter)
        return Handed("queued", f"SM{len(self.taken)}")


@dataclass
class Ways:
    """Sana, her addresses in her order, and what each channel was given."""

    house: House
    mail: Gateway = field(default_factory=Gateway)
    sms: Gateway = field(default_factory=Gateway)
    voice: Gateway = field(default_factory=Gateway)

    def post(self) -> Post:
        on = set(Setup.objects.filter(is_on=True).values_list("channel", flat=True)) | {Channel.EMAIL}
        senders: dict[Channel, Sender] = {Channel.EMAIL: self.mail, Channel.SMS: self.sms, Channel.VOICE: self.voice}
        return Post(lambda: {channel: sender for channel, sender in senders.items() if channel in on}, patience=20)

    def run(self, minutes: float = 0) -> None:
        post = self.post()
        while post.run(at=NOON + minutes * MINUTE):
            pass
        post.end(at=NOON + minutes * MINUTE)

    def told(self) -> list[int]:
        """How many letters went out by mail, by text and by call."""
        return [len(one.taken) for one in (self.mail, self.sms, self.voice)]

    def urgent(self, key: str = "rung", **changes: Any) -> uuid.UUID:
        sana = self.house.persons["sana"]
        new = NewNotice(key, "rung.1.", Audience.PERSON, str(sana.id), "Sana", "Nobody has it", "All of it", MAIL,
                        case_id=CASE, urgent=True, short="Nobody has it\nhttp://localhost/cases/7")  # fmt: skip
        operations.queue([replace(new, **changes)], at=NOON)
        return Notice.objects.get(effect_key=key).pk


@pytest.fixture
def ways(house: House) -> Ways:
    """Sana is reached by her mobile first, then by a landline, then by mail; texts and calls are set up."""
    sana = house.persons["sana"]
    for channel in (Channel.SMS, Channel.VOICE):
        Setup.objects.create(channel=channel, is_on=True, changed_at=NOON, changed_by="")
    for kind, value in ((AddressKind.LANDLINE, LANDLINE), (AddressKind.MOBILE, MOBILE)):
        added = people.add_address(kind, value, by=house.actor("sana"))
        people.put_first(str(added.id), by=house.actor("sana"))
    Address.objects.filter(person=sana.id).update(proved_at=NOON)
    return Ways(house)


def row(pk: uuid.UUID) -> queries.OutgoingRow:
    found = queries.notice(pk)
    assert found
    return found


def went(pk: uuid.UUID) -> list[tuple[str, str]]:
    """Each word about it, and by which channel."""
    return [(one.channel, one.what) for one in row(pk).receipts]


def word(pk: uuid.UUID, what: What, message_id: str, *, minutes: float, gone: bool = False) -> bool:
    return operations.heard(pk, Attempt(what, "30003", message_id, gone=gone), at=NOON + minutes * MINUTE)


def test_what_nobody_says_arrived_goes_every_way_in_his_order_and_then_no_further(ways: Ways) -> None:
    pk = ways.urgent()
    ways.run()
    assert (ways.told(), row(pk).state, row(pk).channel, row(pk).address) == ([0, 1, 0], "HANDED", "SMS", MOBILE)
    assert ways.sms.taken[0].short == "Nobody has it\nhttp://localhost/cases/7"
    ways.run(1.9)
    assert ways.told() == [0, 1, 0], "there is time yet to say that it arrived"
    ways.run(2)
    assert (ways.told(), row(pk).channel, row(pk).address) == ([0, 1, 1], "VOICE", MOBILE)
    ways.run(4)
    assert (ways.told(), row(pk).address) == ([0, 1, 2], LANDLINE)
    ways.run(6)
    assert (ways.told(), row(pk).address) == ([1, 1, 2], MAIL)
    for later in (8, 60, 600):
        ways.run(later)
    assert (ways.told(), row(pk).state) == ([1, 1, 2], "HANDED")
    ways_taken = ["SMS", "VOICE", "VOICE", "EMAIL"]
    assert [channel for channel, what in went(pk) if what == "HANDED_OVER"] == ways_taken
    assert [channel for channel, what in went(pk) if what == "NO_WORD"] == ways_taken[:3]
    sana = ways.house.persons["sana"].id
    by_each = [("max", f"/outgoing?person={sana}&channel={one}&state=HANDED") for one in ("EMAIL", "SMS", "VOICE")]
    for who, page in (*by_each, ("sana", "/account/told")):
        seen = text(signed_in(who).get(page))
        parts = (
            "Text message",
            "Call",
            "E-mail",
            MOBILE,
            LANDLINE,
            "No word in time that it arrived",
            "Sent as a text message: Nobody has it http://localhost/cases/7",
            "Said on the call: Nobody has it All",
        )
        assert all(part in seen for part in parts), (who, seen)
    for who, page in (
        ("max", f"/outgoing?person={sana}&channel=CHAT"),
        ("max", "/outgoing?person=x"),
        ("carl", "/account/told"),
    ):
        assert "Nobody has it" not in words(signed_in(who).get(page)), page


def test_after_a_mail_that_nobody_answers_the_next_way_follows_and_why_stays_readable(ways: Ways) -> None:
    people.put_first(str(Address.objects.get(value=MAIL).id), by=ways.house.actor("sana"))
    pk, heard, taken = ways.urgent(), ways.urgent("heard"), ways.urgent("taken", kind="rung.2.")
    ways.run()
    assert (ways.told(), row(pk).state) == ([3, 0, 0], "HANDED")
    Receipt.objects.filter(notice=heard).update(message_id="<1@localhost>")
    assert word(heard, What.DELIVERED, "<1@localhost>", minutes=1), "a report that it arrived"
    operations.cancel([Pointless(CASE, ("rung.2.",), "Sana has it", NOON + MINUTE)])
    ways.run(4.9)
    assert ways.told() == [3, 0, 0], "there is time yet to answer"
    ways.run(5)
    assert (ways.told(), row(taken).state) == ([3, 1, 0], "HANDED"), "who has answered is told no more"
    Receipt.objects.filter(notice=pk, channel="SMS").update(message_id="SM1")
    assert word(pk, What.DELIVERED, "SM1", minutes=5.1)
    ways.run(60)
    assert (ways.told(), row(pk).state, row(pk).why) == ([3, 1, 0], "DELIVERED", "")
    assert went(pk)[:2] == [("EMAIL", "HANDED_OVER"), ("EMAIL", "NO_WORD")]
    assert "no answer: it went the next way as well" in words(signed_in("max").get("/outgoing?state=DELIVERED"))
    assert queries.last_failure() == "", "silence is no fault of the server"


def test_where_mail_is_all_there_is_nothing_follows(ways: Ways) -> None:
    Address.objects.exclude(value=MAIL).delete()
    pk = ways.urgent()
    for minutes in (0, 5, 600):
        ways.run(minutes)
    assert (ways.told(), row(pk).state, went(pk)) == ([1, 0, 0], "HANDED", [("EMAIL", "HANDED_OVER")])


def test_what_arrived_goes_no_other_way_and_says_so(ways: Ways) -> None:
    pk = ways.urgent()
    ways.run()
    assert word(pk, What.DELIVERED, "SM1", minutes=1)
    assert word(pk, What.DELIVERED, "SM1", minutes=1), "a callback that comes twice is answered and changes nothing"
    ways.run(10)
    assert (ways.told(), row(pk).state, went(pk)) == (
        [0, 1, 0], "DELIVERED", [("SMS", "HANDED_OVER"), ("SMS", "DELIVERED")],
    )  # fmt: skip


def test_what_did_not_arrive_goes_the_next_way_at_once_and_at_the_end_of_them_it_failed(ways: Ways) -> None:
    pk = ways.urgent()
    ways.run()
    assert word(pk, What.UNDELIVERED, "SM1", minutes=0.1, gone=True)
    assert Address.objects.get(value=MOBILE).dead_at, "nobody is at that number"
    ways.run(0.1)
    assert (ways.told(), row(pk).address) == ([0, 1, 1], LANDLINE), "a dead number is not called either"
    assert word(pk, What.UNDELIVERED, "SM1", minutes=0.2)
    assert row(pk).state == "HANDED", "what comes again of a way that is over changes nothing"
    ways.mail.refuses = DeliveryError("550", permanent=True)
    Receipt.objects.filter(channel="VOICE").update(message_id="CA1")
    assert word(pk, What.UNDELIVERED, "CA1", minutes=0.3)
    ways.run(0.3)
    assert row(pk).state == "FAILED"
    assert queries.unreported_failures(limit=9)[0].id == pk, "its case hears of it"
    assert word(pk, What.DELIVERED, "CA1", minutes=5)
    assert row(pk).state == "DELIVERED", "the truth may come late"


def test_a_word_may_come_before_the_answer_and_none_is_taken_for_what_was_never_sent(ways: Ways) -> None:
    pk, other = ways.urgent(), ways.urgent("other", recipient_id="nobody")
    assert not word(pk, What.DELIVERED, "SM9", minutes=0)
    assert not word(uuid.uuid4(), What.DELIVERED, "SM1", minutes=0)
    [mine] = operations.claim(9, at=NOON, channel=Channel.SMS)
    assert word(pk, What.DELIVERED, "SM1", minutes=0.1)
    [now] = operations.settle([operations.Done(mine, Attempt(What.HANDED_OVER, "queued", "SM1"))], at=NOON + MINUTE)
    assert (now.state, now.receipt_by, row(other).state) == ("DELIVERED", None, "QUEUED")
    assert not word(pk, What.UNDELIVERED, "SM2", minutes=2)


def test_a_word_that_it_did_not_arrive_may_come_before_the_answer_too(ways: Ways) -> None:
    pk = ways.urgent()
    [mine] = operations.claim(9, at=NOON, channel=Channel.SMS)
    assert word(pk, What.UNDELIVERED, "SM1", minutes=0)
    operations.settle([operations.Done(mine, Attempt(What.HANDED_OVER, "queued", "SM1"))], at=NOON)
    assert (row(pk).state, row(pk).channel) == ("QUEUED", "VOICE"), "it goes the next way at once"
    Setup.objects.update(is_on=False)
    Address.objects.filter(kind=AddressKind.EMAIL).delete()
    last = ways.urgent("last", address=MAIL)
    [mine] = operations.claim(9, at=NOON)
    assert word(last, What.UNDELIVERED, "M1", minutes=0) is True
    operations.settle([operations.Done(mine, Attempt(What.HANDED_OVER, "250", "M1"))], at=NOON)
    assert row(last).state == "FAILED"
    assert last in {one.id for one in queries.unreported_failures(limit=9)}, "its case hears of it"


def test_what_is_under_way_as_an_earlier_message_arrives_stays_on_the_record(ways: Ways) -> None:
    pk = ways.urgent()
    ways.run()
    operations.unanswered(9, at=NOON + 2 * MINUTE)
    assert len(operations.claim(9, at=NOON + 2 * MINUTE, channel=Channel.VOICE)) == 1
    assert word(pk, What.DELIVERED, "SM1", minutes=2)
    assert word(pk, What.UNDELIVERED, "CA1", minutes=3), "the worker died, but the call was made"
    texted = [("SMS", "HANDED_OVER"), ("SMS", "NO_WORD"), ("SMS", "DELIVERED")]
    assert (row(pk).state, went(pk)) == ("DELIVERED", [*texted, ("VOICE", "UNKNOWN"), ("VOICE", "UNDELIVERED")])


def test_what_two_workers_died_over_goes_by_its_own_lanes_and_kills_no_address(ways: Ways) -> None:
    pk = ways.urgent()
    for turn in range(2):
        assert len(operations.claim(9, at=NOON + turn * LEASE, channel=Channel.SMS)) == 1
    assert operations.claim(9, at=NOON + 2 * LEASE, channel=Channel.SMS) == [], "it goes by call from now on"
    ways.run(2 * LEASE / MINUTE)
    assert (ways.told(), row(pk).channel, row(pk).address) == ([0, 0, 1], "VOICE", MOBILE)
    assert not Address.objects.filter(dead_at__isnull=False).exists()


def test_an_old_word_about_another_message_says_nothing_of_the_new_one(ways: Ways) -> None:
    pk = ways.urgent()
    [mine] = operations.claim(9, at=NOON, channel=Channel.SMS)
    operations.settle([operations.Done(mine, Attempt(What.UNKNOWN, "lost", "SM1"))], at=NOON)
    assert word(pk, What.UNDELIVERED, "SM1", minutes=0.1)
    [again] = operations.claim(9, at=NOON + MINUTE, channel=Channel.SMS)
    operations.settle([operations.Done(again, Attempt(What.HANDED_OVER, "queued", "SM2"))], at=NOON + MINUTE)
    assert (row(pk).state, row(pk).channel) == ("HANDED", "SMS")


def test_who_leaves_is_told_no_more_by_any_way(ways: Ways) -> None:
    pk = ways.urgent()
    ways.run()
    operations.keep_from(str(ways.house.persons["sana"].id), why="Sana left", at=NOON + MINUTE)
    assert word(pk, What.UNDELIVERED, "SM1", minutes=1)
    ways.run(10)
    assert (ways.told(), row(pk).state, row(pk).why) == ([0, 1, 0], "CANCELLED", "Sana left")


def test_an_answer_ends_it_on_every_way(ways: Ways) -> None:
    pk = ways.urgent()
    ways.run()
    operations.cancel([Pointless(CASE, ("rung.1.",), "Sana accepted", NOON + MINUTE)])
    ways.run(10)
    assert (ways.told(), row(pk).state) == ([0, 1, 0], "HANDED")
    again = ways.urgent("again")
    ways.run(11)
    operations.cancel([Pointless(CASE, ("rung.1.",), "Sana accepted", NOON)])
    assert word(again, What.UNDELIVERED, "SM2", minutes=12)
    ways.run(12)
    assert (ways.told(), row(again).state, row(again).why) == ([0, 2, 0], "CANCELLED", "Sana accepted")


def test_a_gateway_that_is_ill_or_was_switched_off_holds_nobody_up(ways: Ways) -> None:
    ways.sms.refuses = DeliveryError("429 slow down")
    pk = ways.urgent()
    ways.run()
    assert (ways.told(), row(pk).state, row(pk).channel) == ([0, 0, 0], "QUEUED", "SMS")
    ways.run(1)
    assert (ways.told(), row(pk).channel) == ([0, 0, 1], "VOICE"), "what is urgent is tried twice on each way"
    second = ways.urgent("second")
    Setup.objects.update(is_on=False)
    ways.run(2)
    assert (ways.told(), row(second).channel, row(second).address) == ([1, 0, 1], "EMAIL", MAIL)


def test_what_can_wait_is_written_and_a_customer_has_no_ways_of_ours(ways: Ways) -> None:
    calm = ways.urgent("calm", urgent=False)
    operations.queue([replace(TO_CLEO, urgent=True, effect_key="cleo")], at=NOON)
    ways.mail.refuses = DeliveryError("451 later")
    for minutes in (0, 1, 3, 7, 15):
        ways.run(minutes)
    assert {one.channel for one in Notice.objects.all()} == {"EMAIL"}
    assert (ways.told(), row(calm).state) == ([0, 0, 0], "QUEUED")


def test_nothing_leaves_while_it_is_paused_and_what_was_kept_goes_out_after(ways: Ways) -> None:
    ada = ways.house.actor("ada")
    operations.pause("A drill", by=ada, at=NOON)
    operations.pause("Twice", by=ada, at=NOON)
    rung, letter = ways.urgent(), ways.urgent("calm", urgent=False)
    ways.run()
    assert ways.told() == [0, 0, 0]
    assert {(row(pk).state, row(pk).why) for pk in (rung, letter)} == {("QUEUED", "kept here: sending is paused")}
    operations.resume(by=ada, at=NOON + MINUTE)
    ways.run(1)
    assert (ways.told(), row(rung).state, row(rung).why) == ([1, 1, 0], "HANDED", "")
    operations.pause("Again", by=ada, at=NOON + 2 * MINUTE)
    second = ways.urgent("second")
    ways.run(2)
    Setup.objects.update(is_on=False)
    operations.resume(by=ada, at=NOON + 3 * MINUTE)
    ways.run(3)
    assert (row(second).state, row(second).channel) == ("HANDED", "EMAIL"), "its channel went off meanwhile"


def test_whoever_is_forgotten_is_forgotten_on_every_way(ways: Ways) -> None:
    pk, late = ways.urgent(), ways.urgent("late", quiet=quiet_for(1))
    ways.run()
    [under_way] = operations.claim(9, at=NOON + MINUTE, channel=Channel.SMS)
    operations.forget(recipient_id=str(ways.house.persons["sana"].id), at=NOON + MINUTE)
    operations.settle([operations.Done(under_way, Attempt(What.HANDED_OVER, "queued", "SM9"))], at=NOON + MINUTE)
    assert {one.address for one in row(late).receipts} == {""}
    ways.run(10)
    assert (ways.told(), {one.address for one in row(pk).receipts}) == ([0, 1, 0], {""})
