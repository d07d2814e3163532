"""What an earlier way took stays handed over, whatever becomes of those that follow it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from backline.channels import operations
from backline.engine import loop
from backline.engine.duties.audit import Audit
from backline.engine.models import Pass
from backline.people.models import Address
from tests.fakes.browser import signed_in, text
from tests.fakes.heard import listening
from tests.fakes.house import House
from tests.fakes.receiver import Mode
from tests.fakes.smtp import Mode as Refuses
from tests.fakes.town import DESK, MOBILE, PAGE, Town, town_of

TAKEN = [("SMS", "HANDED_OVER"), ("SMS", "NO_WORD"), ("VOICE", "HANDED_OVER"), ("VOICE", "NO_WORD"),
         ("EMAIL", "HANDED_OVER"), ("EMAIL", "NO_WORD")]  # fmt: skip


@pytest.fixture
def town(house: House, settings: Any) -> Iterator[Town]:
    """Sana is reached by her mobile, then by mail, at last by a program of her own, which is ill."""
    with town_of(house, settings) as found:
        signed_in("sana").post(f"{PAGE}/{found.adds('MOBILE', MOBILE, proved=True).id}/first")
        Address.objects.filter(value=DESK).update(proved_at=house.clock.now())
        found.adds("WEBHOOK", proved=True)
        found.receiver.mode = Mode.ILL
        yield found


def audited(town: Town) -> Pass:
    """The engine's turn and the auditor's; the pass that it kept, of which somebody outside heard."""
    town.house.tick()
    with listening() as heard:
        assert loop.tick(Audit(heard.address), town.house.clock) == 0
        kept = Pass.objects.latest("id")
        assert (kept.sent_at == town.house.clock.now()) is (len(heard.said) == 1)
    return kept


def test_what_others_took_stays_handed_over_while_the_last_way_is_ill_and_no_heartbeat_is_withheld(town: Town) -> None:
    case = town.offered()
    for minutes in (2, 2):
        town.run(minutes)
    at = town.house.clock.advance(timedelta(minutes=5))
    assert operations.unanswered(9, at=at) == 1
    assert (town.told(case)[0].state, audited(town).why) == ("QUEUED", ""), "by the last way, in a moment"
    town.run()
    rung, went = town.told(case)
    assert went == [*TAKEN, ("WEBHOOK", "FAILED_FOR_NOW")]
    assert (rung.state, rung.channel, rung.address) == ("HANDED", "EMAIL", DESK)
    page = text(signed_in("max").get("/outgoing?state=HANDED&channel=WEBHOOK"))
    assert "handed over; tried at 127.0.0.1" in page
    assert "which did not take it this time: 500" in page
    assert "Again at" in page
    assert "To be sent" not in text(signed_in("sana").get("/account/told")).split("Call", 1)[1]
    kept = audited(town)
    assert (kept.why, kept.overdue, kept.well) == ("", 0, True)
    town.run(1)
    town.run(2)
    rung, went = town.told(case)
    assert went[len(TAKEN) :] == [("WEBHOOK", "FAILED_FOR_NOW")] * 3, "it is tried again"
    assert (rung.state, rung.channel) == ("HANDED", "EMAIL")
    assert audited(town).why == ""
    town.receiver.mode = Mode.TAKE
    town.run(5)
    rung, went = town.told(case)
    assert (rung.state, rung.channel, went[-1]) == ("HANDED", "WEBHOOK", ("WEBHOOK", "HANDED_OVER"))
    assert "Again at" not in text(signed_in("max").get("/outgoing?state=HANDED&channel=WEBHOOK"))


def test_an_answer_ends_the_tries_and_it_stays_handed_over(town: Town) -> None:
    case = town.offered()
    for minutes in (2, 2, 5):
        town.run(minutes)
    town.house.accept(case)
    town.receiver.mode = Mode.TAKE
    town.run(30)
    assert (town.told(case)[0].state, len(town.receiver.taken)) == ("HANDED", 1)


def test_what_took_it_and_did_not_deliver_it_leaves_the_way_that_is_ill_to_be_tried_at_once(town: Town) -> None:
    town.mail.mode_of = {DESK: Refuses.REFUSE_TEXT}
    case = town.offered()
    for _way in range(2):
        town.run(2)
    rung, went = town.told(case)
    failed = [("EMAIL", "FAILED_FOR_GOOD"), ("WEBHOOK", "FAILED_FOR_NOW")]
    assert (went, rung.state, rung.channel) == ([*TAKEN[:4], *failed], "HANDED", "VOICE")
    town.receiver.mode = Mode.TAKE
    assert town.gateway.says(town.gateway.taken[-1], "busy") == 204
    town.run()
    rung, went = town.told(case)
    assert went[6:] == [("VOICE", "UNDELIVERED"), ("WEBHOOK", "HANDED_OVER")]
    assert (rung.state, rung.channel) == ("HANDED", "WEBHOOK")


def test_the_way_that_arrived_after_all_is_the_one_it_went_whatever_was_begun_since(town: Town) -> None:
    case = town.offered()
    [sent] = town.gateway.taken
    assert town.gateway.says(sent, "undelivered", ErrorCode="30003") == 204
    town.run()
    assert town.told(case)[0].channel == "VOICE"
    assert town.gateway.says(sent, "delivered") == 204
    rung, _went = town.told(case)
    assert (rung.state, rung.channel, rung.address) == ("DELIVERED", "SMS", MOBILE)
    assert f"Text message {MOBILE} ·" in text(signed_in("max").get("/outgoing?state=DELIVERED"))
    call = town.gateway.taken[-1]
    assert town.gateway.says(call, "completed", AnsweredBy="human") == 204
    assert town.told(case)[0].channel == "SMS", "what comes after that changes nothing"
