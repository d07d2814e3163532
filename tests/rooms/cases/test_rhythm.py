"""By when the customer hears again: in the rhythm of the policy, or when what is waited for has come, and no later."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from backline.cases import operations as cases
from backline.cases.operations import MoveRefused, NewWord
from backline.core.lifecycle import Refusal
from backline.core.words import Impact, ToldBy, Urgency, WaitReason
from tests.fakes.browser import send, signed_in, words
from tests.fakes.house import House

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def urgent(house: House) -> str:
    case = house.raised(impact=Impact.MAJOR, urgency=Urgency.HIGH)
    house.offer(case)
    house.accept(case)
    return case


def tell(house: House, case: str, next_by: datetime, who: str = "sana") -> None:
    cases.tell_customer([case], word=NewWord("All goes on", next_by, ToldBy.CALL), **house.once(who))


def test_a_word_after_the_rhythm_is_refused_beside_its_field_and_names_the_latest_moment(house: House) -> None:
    type(house.persons["sana"]).objects.filter(email="sana@example.org").update(zone="Asia/Tokyo")
    case, sent = urgent(house), len(house.letters("Cleo"))
    seq, sana, tokyo = house.view(case).case.seq, signed_in("sana"), timedelta(hours=9)
    content = {"text": "We take our time", "told_by": "MAIL"}
    there = house.clock.now() + tokyo
    page = send(sana, f"/cases/{case}/tell", **content, next_by=f"{there + timedelta(days=29):%Y-%m-%dT%H:%M}")
    assert page.status_code == 422
    assert f"{there + HOUR:%H:%M} at the latest. Nothing was sent" in words(page)
    assert 'id="id_next_by_error"' in words(page)
    assert "We take our time" in words(page)
    assert (house.view(case).case.seq, len(house.letters("Cleo"))) == (seq, sent)
    page = send(sana, f"/cases/{case}/tell", **content, next_by=f"{there + HOUR:%Y-%m-%dT%H:%M}")
    assert page.status_code == 302
    assert house.view(case).case.promise_by == house.clock.now().replace(second=0, microsecond=0) + HOUR
    assert not house.letters("Otto")


def test_what_is_waited_for_makes_room_for_a_later_word_and_what_was_promised_may_be_said_again(house: House) -> None:
    case = urgent(house)
    until = house.clock.now() + 5 * HOUR
    cases.begin_wait([case], reason=WaitReason.PART, until=until, what="A relay", **house.once("sana"))
    with pytest.raises(MoveRefused) as refused:
        tell(house, case, until + HOUR + MINUTE)
    assert refused.value.refusal is Refusal.WORD_TOO_LATE
    tell(house, case, until + HOUR)
    [wait] = house.view(case).waits
    cases.end_wait([case], record=wait.id, outcome="It came", **house.once("sana"))
    tell(house, case, until + HOUR)
    with pytest.raises(MoveRefused):
        tell(house, case, until + HOUR + MINUTE)
    house.resolve(case)
    confirm_by = house.view(case).case.promise_by
    assert confirm_by
    assert confirm_by > until + HOUR
    tell(house, case, confirm_by, "carl")
    assert house.view(case).case.promise_by == confirm_by
