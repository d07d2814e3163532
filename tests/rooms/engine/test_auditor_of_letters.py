"""The auditor over the letters of rungs: whoever was to hear did, unless what he was to hear of was over."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from backline.cases import operations as cases
from backline.cases.operations import NewDecision
from backline.channels import operations as channels
from backline.channels.models import Notice
from backline.channels.notices import Audience, NoticeState, Pointless
from backline.core.moves import Draft
from backline.core.words import Danger, Impact, ReviewOutcome, Urgency
from backline.ledger import queries as ledger
from tests.fakes.house import House
from tests.rooms.engine.test_auditor import audited, drafts, found, write


@pytest.mark.parametrize("jumps", [False, True])
def test_a_rung_that_says_it_found_nobody_has_lost_somebody(house: House, jumps: bool) -> None:
    case = house.raised()
    kind = "rung.jumped" if jumps else "rung.reached"
    write(house, case, [Draft(kind, {**one.data, "told": []}) for one in drafts(house, case)])
    assert audited(house).lost == 1
    assert found() == {("LOST", "TRIAGE::1:0:0")}


def test_a_letter_called_back_while_its_climb_goes_on_is_lost_for_good(house: House) -> None:
    case = house.raised()
    house.tick()
    letter = Notice.objects.get(kind__startswith="rung.")
    assert channels.cancel([Pointless(UUID(case), (letter.kind,), "Gone", house.clock.now())]) == 1
    assert (audited(house).lost, found()) == (1, {("LOST", letter.effect_key)})
    house.clock.advance(timedelta(minutes=5))
    house.offer(case)
    house.tick()
    assert audited(house).lost == 1, "that its climb ended later makes nothing good"


def test_a_letter_called_back_when_its_climb_stopped_is_none_that_is_missed(house: House) -> None:
    case = house.raised("carl", danger=Danger.RISK)
    house.offer(case)
    house.accept(case)
    house.tick()
    house.clock.advance(timedelta(hours=1))
    house.tick()
    stopped = NewDecision(ReviewOutcome.STOP_WORK, lifted_on="The inspector")
    cases.decide_review([case], decision=stopped, **house.once("max"))
    back = set(Notice.objects.filter(state=NoticeState.CANCELLED).values_list("kind", flat=True))
    assert "rung.PROGRESS::3." in back
    assert audited(house).lost == 0
    house.clock.advance(timedelta(minutes=5))
    cases.lift_stop([case], why="Her paper", **house.once("max"))
    house.clock.advance(timedelta(minutes=5))
    house.tick()
    assert [event.data["climb"] for event in ledger.events(case) if event.kind == "rung.reached"][-1] == "PROGRESS::3"
    assert audited(house).lost == 0, "that it goes on after the stop makes nothing bad"


def test_a_letter_to_a_stranger_is_lost_for_whom_it_should_have_reached(house: House) -> None:
    house.raised()
    house.tick()
    letter = Notice.objects.get(kind__startswith="rung.")
    assert letter.recipient_id == house.actor("carl").id
    Notice.objects.filter(pk=letter.pk).update(recipient_id=house.actor("otto").id)
    assert (audited(house).lost, found()) == (1, {("LOST", letter.effect_key)})


@pytest.mark.parametrize(
    "altered",
    [{"state": NoticeState.CANCELLED, "why": "Gone"}, {"recipient_id": "otto"}],
    ids=["called back", "to a stranger"],
)
def test_a_letter_to_the_customer_that_was_tampered_with_is_lost_for_her(house: House, altered: dict[str, str]) -> None:
    case = house.raised()
    cora = house.joined_by("Cora")
    cases.change_contact([case], contact=str(cora.id), **house.once("carl"))
    assert audited(house).well, "each letter went to the one who was kept informed then"
    if "recipient_id" in altered:
        altered = {"recipient_id": str(house.otto.id)}
    settled = {"settled_at": house.clock.now()} if "state" in altered else {}
    letters = Notice.objects.filter(case_id=case, audience=Audience.CONTACT)
    assert letters.update(**altered, **settled) == 2
    seqs = [event.seq for event in ledger.events(case) if event.kind in ("case.raised", "contact.changed")]
    assert (audited(house).lost, found()) == (2, {("LOST", f"customer:{seq}") for seq in seqs})


def test_letters_to_the_customer_are_called_back_by_the_end_of_the_case_and_by_erasing_alone(house: House) -> None:
    case, cora = house.raised(), house.joined_by("Cora")
    cases.change_contact([case], contact=str(cora.id), **house.once("carl"))
    cases.erase_contact(str(cora.id), at=house.clock.now())
    house.offer(case)
    house.accept(case)
    house.clock.advance(timedelta(minutes=1))
    cases.withdraw([case], why="All is well", **house.once("carl"))
    letters = Notice.objects.filter(case_id=case, audience=Audience.CONTACT)
    states = list(letters.order_by("queued_at").values_list("state", flat=True))
    assert states.count(NoticeState.CANCELLED) >= 3, states
    assert audited(house).well, found()
    back = letters.filter(state=NoticeState.CANCELLED, recipient_id=str(house.cleo.id))
    assert back.update(settled_at=house.clock.now() - timedelta(minutes=5))
    audited(house)
    assert {what for what, _ in found()} == {"LOST"}, "they were called back before anything ended"


@pytest.mark.parametrize("kind", ["rung.REVIEW", "customer.raised", "news."])
def test_what_has_an_address_and_was_not_sent_is_lost_whatever_reason_stands_there(house: House, kind: str) -> None:
    case = house.working(danger=Danger.RISK)
    higher = {"impact": Impact.MAJOR, "urgency": Urgency.HIGH, "why": "Somebody lives there"}
    cases.change_priority([case], **higher, **house.once("carl"))
    house.tick()
    letter = (
        Notice.objects.filter(kind__startswith=kind).exclude(address="").order_by("queued_at", "effect_key").first()
    )
    assert letter is not None
    kept = {"state": NoticeState.NOT_SENT, "why": "It seemed better", "settled_at": house.clock.now()}
    Notice.objects.filter(id=letter.id).update(**kept)
    assert not audited(house).well
    assert ("LOST", letter.effect_key) in found()
    Notice.objects.filter(id=letter.id).update(address="")
    audited(house)
    assert ("LOST", letter.effect_key) not in found(), "without an address it says so"
    too_old = letter.queued_at + timedelta(days=1, seconds=1)
    Notice.objects.filter(id=letter.id).update(address=letter.address, settled_at=too_old)
    audited(house)
    assert ("LOST", letter.effect_key) not in found(), "kept for too long, it is not sent any more"
