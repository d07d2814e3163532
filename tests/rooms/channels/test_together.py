"""What can wait goes to its reader in few letters, over a real socket; rungs and what goes to customers never wait."""

from __future__ import annotations

import re
import threading
import uuid
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from backline.cases import operations as cases
from backline.channels import operations, queries
from backline.channels.email.message import origin
from backline.channels.email.sender import SmtpSender
from backline.channels.email.server import parse
from backline.channels.models import Notice, Received
from backline.channels.notices import Audience, NewNotice
from backline.core.words import Danger
from tests.fakes.browser import signed_in, text
from tests.fakes.house import House
from tests.fakes.letters import CASE, NOON, TO_CLEO
from tests.fakes.mails import answer, arrives, bounce
from tests.fakes.post import deliver
from tests.fakes.smtp import MailServer, Mode

MINUTE = timedelta(minutes=1)
SANA, CLEO = "sana@example.org", "cleo@example.org"
NEWS = NewNotice("", "news.priority.changed", Audience.PERSON, "sana", "Sana", address=SANA, case_id=CASE,
                 can_wait=True)  # fmt: skip


@dataclass
class Office:
    """A mail server, and a worker who sends what is due."""

    server: MailServer

    def news(self, *keys: str, at: datetime = NOON, **changes: Any) -> None:
        new = [replace(NEWS, effect_key=key, subject=f"News {key}", body=f"All of {key}\n", **changes) for key in keys]
        operations.queue(new, at=at)

    def run(self, at: datetime = NOON) -> None:
        sender = SmtpSender(parse(self.server.url), origin("backline@lifts.example"), timeout=5)
        while deliver(at=at, sender=sender, limit=50):
            pass

    @property
    def read(self) -> list[list[str]]:
        """The letters that Sana got, by the keys that each of them holds."""
        return [re.findall(r"All of (\S+)", mail.text) for mail in self.server.to(SANA)]


@pytest.fixture
def office() -> Iterator[Office]:
    with MailServer(now=lambda: NOON) as server:
        yield Office(server)


def states() -> Counter[tuple[str, bool]]:
    return Counter((one.state, one.within is not None) for one in Notice.objects.filter(can_wait=True))


@pytest.mark.django_db
def test_a_flood_of_what_can_wait_becomes_few_letters_and_holds_up_neither_rung_nor_customer(office: Office) -> None:
    for minute in range(60):
        at = NOON + minute * MINUTE
        office.news(*(f"{minute}-{n}" for n in range(4)), at=at)
        if minute % 10 == 5:
            rung = replace(
                NEWS, effect_key=f"rung {minute}", kind="rung.1.", urgent=True, can_wait=False, subject="Rung"
            )
            operations.queue([rung, replace(TO_CLEO, effect_key=f"cleo {minute}", subject="Visit moved")], at=at)
        office.run(at)
        sent = Counter(mail.subject for mail in office.server.mails)
        assert (sent["Rung"], sent["Visit moved"]) == ((minute + 5) // 10, (minute + 5) // 10), minute
    office.run(NOON + 60 * MINUTE)
    letters = [one for one in office.read if one]
    assert [len(one) for one in letters] == [4, 40, 40, 40, 40, 40, 36]
    assert sorted(key for one in letters for key in one) == sorted(f"{m}-{n}" for m in range(60) for n in range(4))
    assert states() == {("HANDED", True): 240}
    assert office.server.to(SANA)[0].subject == "4 messages: News 0-0"


@pytest.mark.django_db
def test_a_rung_is_taken_before_all_that_was_due_long_before_it(office: Office) -> None:
    office.news("old", at=NOON - 9 * MINUTE)
    operations.queue([replace(TO_CLEO, effect_key=f"cleo {n}") for n in range(20)], at=NOON - 9 * MINUTE)
    operations.queue([replace(NEWS, effect_key="rung", kind="rung.1.", urgent=True, can_wait=False)], at=NOON)
    assert [one.kind for one in operations.claim(1, at=NOON)] == ["rung.1."]


@pytest.mark.django_db
def test_one_alone_goes_at_once_as_itself_and_the_next_say_why_they_wait(house: House, office: Office) -> None:
    office.news("1")
    office.run()
    assert (office.server.mails[0].subject, states()) == ("News 1", {("HANDED", False): 1})
    office.news("2", at=NOON + MINUTE)
    operations.queue([TO_CLEO], at=NOON + MINUTE)
    Notice.objects.filter(effect_key="2").update(next_try_at=NOON)
    assert [one.effect_key for one in operations.claim(1, at=NOON + MINUTE)] == ["raised"], "it holds up nobody"
    office.news("3", at=NOON + MINUTE)
    office.run(NOON + MINUTE)
    assert office.read == [["1"]]
    assert text(signed_in("carl").get("/outgoing")).count("waits for a few minutes, to go in one letter") == 2
    missed = [one.key for one in queries.waiting(NOON + 9 * MINUTE, most=9)[1]]
    assert missed == ["raised"], "the auditor misses only what that worker never finished with"
    office.news("other", recipient_id="max", address="max@example.org", at=NOON + MINUTE)
    office.run(NOON + MINUTE)
    assert len(office.server.to("max@example.org")) == 1, "one reader's flood is nobody else's"
    operations.forget(recipient_id="sana", at=NOON + 2 * MINUTE)
    office.run(NOON + 11 * MINUTE)
    assert office.read == [["1"]], "what waits is called back and erased like all else"


@pytest.mark.django_db
def test_a_letter_that_is_refused_for_what_it_says_goes_in_its_parts_and_one_nobody_gets_ends_them_all(
    office: Office,
) -> None:
    office.news("1", "2")
    office.server.mode = Mode.REFUSE_TEXT
    office.run()
    assert states() == {}, "each by itself from now on"
    office.server.mode = Mode.ACCEPT
    office.run(NOON + MINUTE)
    assert sorted(office.read) == [["1"], ["2"]]
    office.news("3", "4")
    office.server.mode = Mode.HANG_UP_AFTER_TEXT
    office.run(NOON + MINUTE)
    office.server.mode = Mode.ACCEPT
    for minutes in range(2, 14):
        office.run(NOON + minutes * MINUTE)
    assert set(states()) <= {("HANDED", True), ("HANDED", False)}
    office.news("5", "6", recipient_id="gone", address="gone@example.org", at=NOON)
    office.server.mode_of = {"gone@example.org": Mode.REFUSE}
    office.run(NOON + MINUTE)
    assert {one.state for one in Notice.objects.filter(recipient_id="gone")} == {"FAILED"}


@pytest.mark.django_db
def test_answers_and_reports_find_all_that_a_letter_held(house: House, office: Office, settings: Any) -> None:
    settings.BACKLINE_MAIL_REPLY_TO = "cases@localhost"
    case, other, sana = house.working(), house.working(), str(house.persons["sana"].id)
    Notice.objects.all().delete()
    office.news("1", "2", case_id=uuid.UUID(case), recipient_id=sana)
    office.run()
    [both] = office.server.to(SANA)
    assert "cases+" in both.message["Reply-To"]
    arrives(bounce(both.message, "5.2.2"))
    assert [one.state for one in Notice.objects.all()] == ["FAILED", "FAILED"]
    arrives(answer(both.message, f"Sana <{SANA}>", "Read."))
    assert [one.why for one in house.view(case).timeline if one.kind == "note.added"] == [("Read.",)]
    assert [one.state for one in Notice.objects.all()] == ["DELIVERED", "DELIVERED"], "she had both in her hands"
    office.news("3", case_id=uuid.UUID(case), recipient_id=sana, at=NOON)
    office.news("4", case_id=uuid.UUID(other), recipient_id=sana, at=NOON)
    office.run(house.clock.now() + 20 * MINUTE)
    of_two = office.server.to(SANA)[-1]
    assert (of_two.subject, of_two.message["Reply-To"]) == ("2 messages: News 3", None)
    arrives(answer(of_two.message, f"Sana <{SANA}>", "Which one?"))
    assert Received.objects.get(kind="WORD", acted=False).said.startswith(
        "Nothing: it answers no letter of ours about a case"
    )
    assert len([one for one in house.view(case).timeline if one.kind == "note.added"]) == 1
    assert "in one letter with others that could wait" in text(signed_in("max").get(f"/outgoing?case={other}"))


@pytest.mark.django_db
def test_only_news_to_ours_waits_and_none_where_somebody_is_in_danger(house: House) -> None:
    calm, danger = house.working(), house.working(danger=Danger.PERSON_TRAPPED_OR_HURT)
    for case in (calm, danger):
        cases.hear_customer([case], text="It smells.", evidence=[], **house.once("cleo"))
    house.clock.advance(timedelta(days=2))
    house.tick()
    assert {(str(one.case_id), one.kind) for one in Notice.objects.filter(can_wait=True)} == {
        (calm, "news.customer.said")
    }
    kinds = Notice.objects.filter(can_wait=False).values_list("kind", flat=True)
    assert {one.partition(".")[0] for one in kinds} == {"rung", "customer", "news"}


def test_two_workers_at_once_send_each_once_and_lock_nobody_out(committed: None, office: Office) -> None:
    office.news(*map(str, range(150)))
    begin = threading.Barrier(3)

    def work(_worker: int) -> None:
        for minute in range(0, 40, 4):
            begin.wait(timeout=60)  # all of them have the same clock
            office.run(NOON + minute * MINUTE)
        connection.close()

    with ThreadPoolExecutor(3) as workers:
        list(workers.map(work, range(3)))
    assert Counter(key for one in office.read for key in one) == Counter(map(str, range(150)))
    assert len(office.read) <= 6
