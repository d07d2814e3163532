"""A worker that stalls past its lease: another one takes its place, and what the first still says does no harm."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from backline.channels import operations, queries
from backline.channels.delivery import Post
from backline.channels.models import Notice, Setup
from backline.channels.notices import LEASE, Attempt, Audience, Channel, NewNotice, What
from backline.channels.port import DeliveryError, Handed, Letter
from backline.people import operations as people
from backline.people.models import Address, AddressKind
from tests.fakes.house import House
from tests.fakes.letters import CASE, NOON, TO_CLEO
from tests.rooms.engine.test_auditor import audited

MINUTE = timedelta(minutes=1)
MAIL, MOBILE = "sana@example.org", "+4915112345678"


@dataclass
class Stalls:
    """Says what becomes of a letter when it is let go, and not before."""

    outcome: DeliveryError | None = None
    begun: threading.Event = field(default_factory=threading.Event)
    goes: threading.Event = field(default_factory=threading.Event)

    def send(self, letter: Letter) -> Handed:
        """Take it, or not."""
        self.begun.set()
        self.goes.wait(30)
        if self.outcome:
            raise self.outcome
        return Handed("250 late", "SM-late")


@dataclass
class Takes:
    """Takes all, at once."""

    taken: list[Letter] = field(default_factory=list)

    def send(self, letter: Letter) -> Handed:
        """Take it."""
        self.taken.append(letter)
        return Handed("250 taken", f"SM{len(self.taken)}")


def elsewhere(work: Callable[[], Any]) -> threading.Thread:
    """Work in a thread with a connection of its own."""

    def does() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=does)
    thread.start()
    return thread


@pytest.mark.usefixtures("committed")
@pytest.mark.parametrize("outcome", [None, DeliveryError("550 5.1.1", gone=True), DeliveryError("451"),
                                     DeliveryError("lost", unknown=True)])  # fmt: skip
def test_what_one_says_after_its_lease_changes_nothing_of_what_another_did(outcome: DeliveryError | None) -> None:
    stalls, takes = Stalls(outcome), Takes()
    operations.queue([dataclasses.replace(TO_CLEO, audience=Audience.PERSON)], at=NOON)
    slow, quick = (Post(lambda one=one: {Channel.EMAIL: one}, patience=0.1) for one in (stalls, takes))
    first = elsewhere(lambda: slow.run(at=NOON))
    assert stalls.begun.wait(20)
    first.join(20)
    second = elsewhere(lambda: (quick.run(at=NOON + LEASE), quick.end(at=NOON + LEASE)))
    second.join(20)
    stalls.goes.set()
    elsewhere(lambda: slow.end(at=NOON + LEASE + MINUTE)).join(20)
    found = queries.told(effect_keys=["raised"])["raised"]
    assert (len(takes.taken), found.state, found.settled_at) == (1, "HANDED", NOON + LEASE)
    assert [one.what for one in found.receipts][:2] == ["UNKNOWN", "HANDED_OVER"]
    assert len(found.receipts) == 3, "what it says is kept all the same"
    assert queries.unreported_failures(limit=9) == ()


def test_a_letter_that_two_workers_took_is_doubled_by_nothing_but_the_stall(house: House) -> None:
    house.raised()
    house.tick()
    stalls, takes = Stalls(), Takes()
    slow, quick = (Post(lambda one=one: {Channel.EMAIL: one}, patience=0.1) for one in (stalls, takes))
    slow.run(at=house.clock.now())
    quick.run(at=house.clock.advance(LEASE))
    quick.end(at=house.clock.now())
    stalls.goes.set()
    slow.end(at=house.clock.now())
    handed = [one.what for row in queries.outgoing(limit=99).rows for one in row.receipts]
    assert (handed.count("HANDED_OVER"), handed.count("UNKNOWN")) == (2 * len(takes.taken), len(takes.taken))
    assert audited(house).doubled == 0, "each was told again because nobody knew, and that is on the record"


def test_a_way_that_was_taken_after_all_is_the_one_that_it_went_and_the_next_follows(house: House) -> None:
    """Sana's text was taken by a worker that stalled, and its repetition as well: she is to be called then."""
    sana = house.persons["sana"]
    for channel in (Channel.SMS, Channel.VOICE):
        Setup.objects.create(channel=channel, is_on=True, changed_at=NOON, changed_by="")
    people.put_first(str(people.add_address(AddressKind.MOBILE, MOBILE, by=house.actor("sana")).id),
                     by=house.actor("sana"))  # fmt: skip
    Address.objects.filter(person=sana).update(proved_at=NOON)
    new = NewNotice("rung", "rung.1.", Audience.PERSON, str(sana.id), "Sana", "Nobody has it", "All of it", MAIL,
                    case_id=CASE, urgent=True)  # fmt: skip
    operations.queue([new], at=NOON)
    operations.claim(9, at=NOON, channel=Channel.SMS)
    stalls = Stalls()
    slow = Post(lambda: {Channel.SMS: stalls}, patience=0.1)
    slow.run(at=NOON + LEASE)
    operations.claim(9, at=NOON + 2 * LEASE, channel=Channel.SMS)
    assert Notice.objects.get().channel == Channel.VOICE, "two attempts of which nobody knows: it goes by call"
    stalls.goes.set()
    slow.end(at=NOON + 2 * LEASE)
    late = Notice.objects.get()
    assert (late.state, late.channel, late.address) == ("HANDED", Channel.SMS, MOBILE)
    assert operations.heard(late.pk, Attempt(What.UNDELIVERED, "30003", "SM-late"), at=NOON + 2 * LEASE + MINUTE)
    after = Notice.objects.get()
    assert (after.state, after.channel, after.address, after.way) == ("QUEUED", Channel.VOICE, MOBILE, 1)
