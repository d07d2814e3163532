"""The heartbeat: only a pass that found nobody waiting sends it, and one that is not sent says why."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import connection

from backline.cases import operations as cases
from backline.cases.models import Alarm, Case
from backline.channels.email.message import origin
from backline.channels.email.sender import SmtpSender
from backline.channels.email.server import parse
from backline.config.postgres import SUPERUSER, EmbeddedPostgres
from backline.engine import loop
from backline.engine.auditor import heartbeat, passes
from backline.engine.auditor.found import What
from backline.engine.duties.audit import Audit
from backline.engine.models import Finding, Pass
from tests.fakes.clock import SettableClock
from tests.fakes.heard import Heard, listening
from tests.fakes.house import House
from tests.fakes.post import deliver
from tests.fakes.smtp import MailServer, Mode


@pytest.fixture
def heard() -> Iterator[Heard]:
    """Somebody outside."""
    with listening() as found:
        yield found


def beat(house: House, heard: Heard, *, letters: bool = True) -> Pass:
    """The auditor's turn, after the letters were looked at; the pass that it kept."""
    while letters and deliver(at=house.clock.now(), sender=None, limit=100):
        pass
    assert loop.tick(Audit(heard.address), house.clock) == 0
    kept = Pass.objects.order_by("-id").first()
    assert kept
    return kept


def by_hand() -> str:
    """The digest as the decision says that it is made, from the rows of the cases."""
    parts: dict[int, bytes] = {}
    for case in sorted(Case.objects.all(), key=lambda one: one.id):
        parts[case.id.bytes[0]] = parts.get(case.id.bytes[0], b"") + case.id.bytes + bytes(case.head_hash)
    return hashlib.sha256(b"".join(hashlib.sha256(parts[one]).digest() for one in sorted(parts))).hexdigest()


def test_a_clean_pass_is_heard_outside_with_the_digest_of_all_heads(house: House, heard: Heard) -> None:
    kept = beat(house, heard)
    for _number in range(5):
        house.raised()
    house.tick()
    again = beat(house, heard)
    assert (kept.sent_at, again.sent_at, again.why) == (house.clock.now(), house.clock.now(), "")
    [(place, first), (_place, second)] = heard.said
    assert place == "/ping/secret?from=backline"
    assert (first["cases"], first["digest"]) == (0, hashlib.sha256(b"").hexdigest())
    assert second == {
        "at": house.clock.now().isoformat(), "cases": 5, "expected": again.expected, "lost": 0, "doubled": 0,
        "early": 0, "digest": by_hand(),
    }  # fmt: skip
    cases.add_note([str(Case.objects.order_by("number")[0].id)], text="Noted", **house.once("carl"))
    assert beat(house, heard).digest == by_hand() != second["digest"]


def test_a_case_that_cannot_be_judged_holds_it_back_for_nobody_guards_it(
    fresh_database: str, postgres: EmbeddedPostgres, clock: SettableClock, heard: Heard
) -> None:
    house = House(clock)
    case = house.raised()
    house.tick()
    assert beat(house, heard).sent_at
    name = str(connection.settings_dict["NAME"])
    with psycopg.connect(postgres.url(SUPERUSER, name), autocommit=True) as owner:
        owner.execute("ALTER TABLE ledger_event DISABLE TRIGGER USER")
        owner.execute("DELETE FROM ledger_event WHERE case_id = %s AND seq = 1", [case])
    before = len(heard.said)
    kept = passes.run(house.clock.now(), whole=True)
    assert kept
    heartbeat.after(kept, heard.address, house.clock.now())
    assert (kept.broken, kept.waiting, kept.silent, kept.overdue) == (1, 0, 0, 0)
    assert (kept.sent_at, len(heard.said)) == (None, before)
    assert kept.why


def test_who_waits_for_more_than_a_minute_stops_it_until_he_is_told(house: House, heard: Heard) -> None:
    house.raised()
    house.clock.advance(timedelta(seconds=59))
    assert beat(house, heard).why == ""
    house.clock.advance(timedelta(seconds=2))
    kept = beat(house, heard)
    assert (kept.overdue, kept.sent_at, len(heard.said)) == (1, None, 1)
    assert "wait for somebody who does not come" in kept.why
    house.tick()
    assert beat(house, heard).why == ""
    assert len(heard.said) == 2


def test_an_effect_that_no_alarm_will_bring_stops_it_as_well(house: House, heard: Heard) -> None:
    case = house.raised()
    house.tick()
    house.clock.advance(timedelta(minutes=17))
    house.tick()
    Alarm.objects.filter(case_id=case).delete()
    kept = beat(house, heard)
    assert (kept.overdue, kept.silent, kept.sent_at) == (0, 1, None)
    assert heard.said == []


def test_letters_that_nobody_sends_stop_it_as_well(house: House, heard: Heard) -> None:
    house.raised()
    house.tick()
    house.clock.advance(timedelta(minutes=6))
    house.tick()
    kept = beat(house, heard, letters=False)
    assert (kept.overdue, kept.lost, kept.sent_at) == (2, 0, None)
    assert beat(house, heard).why == "", "without a mail server letters are kept, and the health page says so"


def test_letters_that_a_mail_server_does_not_take_stop_it_however_often_they_are_tried(
    house: House, heard: Heard
) -> None:
    house.raised()
    house.tick()
    with MailServer(now=house.clock.now, mode=Mode.REFUSE_FOR_NOW) as server:
        sender = SmtpSender(parse(server.url), origin("backline@lifts.example"), timeout=5)
        overdue = []
        for _minute in range(12):
            deliver(at=house.clock.now(), sender=sender, limit=100)
            kept = beat(house, heard, letters=False)
            overdue.append((kept.overdue, kept.sent_at is None))
            house.clock.advance(timedelta(minutes=1))
        assert overdue == [(0, False)] * 6 + [(2, True)] * 6, "Carl and Cleo wait"
        waiting = Finding.objects.get(what=What.OVERDUE, effect__contains=":TRIAGE")
        assert waiting.seconds == 11 * 60
        server.mode = Mode.ACCEPT
        house.clock.advance(timedelta(minutes=10))
        house.tick()
        deliver(at=house.clock.now(), sender=sender, limit=100)
    assert beat(house, heard, letters=False).why == ""


def test_what_was_lost_last_week_does_not_silence_today(house: House, heard: Heard) -> None:
    case = house.raised()
    house.clock.advance(timedelta(minutes=10))
    house.offer(case)
    house.tick()
    kept = beat(house, heard)
    assert (kept.lost, kept.waiting, kept.why) == (1, 0, "")
    assert heard.said[0][1]["lost"] == 1


@pytest.mark.parametrize("how", ["refused", "silent", "gone"])
def test_one_that_does_not_arrive_says_so_and_stops_nothing(
    house: House, heard: Heard, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setattr(heartbeat, "TIMEOUT", 0.2)
    heard.status = 503
    if how == "silent":
        heard.silent.set()
    if how == "gone":
        heard.address = "http://127.0.0.1:1/ping/secret"
    kept = beat(house, heard)
    said = {"refused": "503", "silent": "timed out", "gone": "refused"}[how]
    assert said in kept.why
    assert kept.sent_at is None
    assert "secret" not in kept.why


def test_it_waits_until_every_case_was_read_once(house: House, heard: Heard, monkeypatch: pytest.MonkeyPatch) -> None:
    for _number in range(4):
        house.raised()
    house.tick()
    monkeypatch.setattr(passes, "SLICE", 3)
    assert loop.tick(Audit(heard.address), house.clock) == 3, "it goes on at once"
    assert heard.said == []
    assert loop.tick(Audit(heard.address), house.clock) == 0
    assert heard.said[0][1]["cases"] == 4


def test_it_is_sent_when_the_pass_is_kept_and_no_transaction_is_open(
    fresh_database: str, clock: SettableClock, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = House(clock)
    house.raised()
    house.tick()
    asked: list[tuple[bool, int]] = []
    send = heartbeat.post

    def post(address: str, said: Mapping[str, Any]) -> str:
        asked.append((connection.in_atomic_block, Pass.objects.count()))
        return send(address, said)

    monkeypatch.setattr(heartbeat, "post", post)
    beat(house, heard)
    assert asked == [(False, 1)]
    assert heard.said[0][1]["cases"] == 1


def test_without_an_address_it_says_so(house: House, heard: Heard) -> None:
    heard.address = ""
    assert "BACKLINE_HEARTBEAT_URL" in beat(house, heard).why
