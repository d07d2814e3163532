"""Mails by which somebody of ours answers a rung: what they do, what they do not, and that he hears of that."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client

from backline.channels.models import Notice, Setup
from backline.channels.queries import OutgoingRow
from backline.core.words import State
from backline.people.models import Address
from tests.fakes.answered import code, mobile, state
from tests.fakes.browser import link_of, signed_in, words
from tests.fakes.house import House
from tests.fakes.mails import Kept, answer, arrives

pytestmark = pytest.mark.usefixtures("reply_to")

SANA, TO = "Sana <sana@example.org>", "backline@localhost"


@pytest.fixture
def case(house: House, post: Kept) -> str:
    """Sana was told of it by mail; else a text would follow."""
    mobile(house, "sana", "+4915112345678")
    Setup.objects.create(channel="SMS", is_on=True, changed_at=house.clock.now(), changed_by="")
    Address.objects.filter(value="sana@example.org").update(proved_at=house.clock.now())
    case = house.raised()
    house.offer(case)
    house.tick()
    post.sent(at=house.clock.now())
    return case


def refused(house: House) -> list[OutgoingRow]:
    """The letters that say that an answer did nothing."""
    return [one for one in house.letters("Sana") if one.kind == "answer.refused"]


def notes(house: House, case: str) -> list[tuple[str, str]]:
    return [(one.who, one.why[0]) for one in house.view(case).timeline if one.kind == "note.added"]


def way(house: House, post: Kept, case: str) -> str:
    """By what her rung has gone last, once there was time for a word that the letter arrived."""
    house.clock.advance(timedelta(minutes=5))
    post.sent(at=house.clock.now())
    return Notice.objects.filter(recipient_name="Sana", kind__startswith="rung.", case_id=UUID(case)).get().channel


def test_whoever_takes_it_without_the_digits_hears_that_he_has_not_and_the_text_follows(
    house: House, case: str, post: Kept
) -> None:
    letter, right = post.to("sana@example.org"), code(house)
    first = answer(letter, SANA, "OK, I take it.\n\nSana", To=TO)
    for _twice in range(2):
        arrives(first)
    assert (state(house, case), notes(house, case)) == (State.OFFERED, [("Sana", "OK, I take it.\n\nSana")])
    [told] = refused(house)
    assert "you have neither taken it nor given it back, for your mail does not hold the five digits" in told.body
    post.sent(at=house.clock.now())
    back = post.to("sana@example.org", "changed nothing")
    assert f"Reply {right} ok to take it, or {right} no to give it back" in str(back.get_content())
    assert "I take it:\nhttp://testserver/answer/" in str(back.get_content())
    for who in ("carl", "ada", "max"):
        seen = words(signed_in(who).get("/outgoing"))
        assert right not in seen, "what answers in her name is hers alone"
        assert "/answer/" not in seen
    assert way(house, post, case) == "SMS", "she is still to be told"
    # Who answers what she was told back answers the letter that it is about, and begins no conversation.
    arrives(answer(back, SANA, "So I do take it!", To=TO))
    assert (state(house, case), len(refused(house))) == (State.OFFERED, 1)
    arrives(answer(back, SANA, f"{right} ok", To=TO))
    assert (state(house, case), len(refused(house))) == (State.ACCEPTED, 1)
    arrives(answer(letter, SANA, "I take it.", To=TO))
    assert len(refused(house)) == 1, "so she has"
    assert "take" not in words(Client().get(link_of(house, "cleo", case)))
    assert house.letters("Otto") == []


@pytest.mark.parametrize(
    "said",
    ["%s No answer at the door, I wait", "%s Up there now, working", "%s bin unterwegs", "%s ok?", "ok", "15 min"],
)
def test_words_that_sound_like_an_answer_and_are_none_are_a_note_and_never_silent(
    house: House, case: str, post: Kept, said: str
) -> None:
    right = code(house)
    said = said.replace("%s", right)
    arrives(answer(post.to("sana@example.org"), SANA, said, To=TO))
    assert (state(house, case), notes(house, case)) == (State.OFFERED, [("Sana", said)])
    [told] = refused(house)
    assert ("it is not clear what you want" if right in said else "does not hold the five digits") in told.body
    assert way(house, post, case) == "SMS"


@pytest.mark.parametrize("headers", [{"X_Auto_Response_Suppress": "All"}, {"Subject": "Out of office lift"}])
def test_what_may_be_a_program_s_acts_by_the_digits_alone_and_nothing_is_sent_back_to_it(
    house: House, case: str, post: Kept, headers: dict[str, str]
) -> None:
    letter, right = post.to("sana@example.org"), code(house)
    for said in ("I am away, ask Max.", "OK, I take it.", f"{right} ok?"):
        arrives(answer(letter, SANA, said, To=TO, **headers))
    assert (state(house, case), notes(house, case), refused(house)) == (State.OFFERED, [], [])
    assert way(house, post, case) == "SMS", "a program that answers is not she"
    arrives(answer(letter, SANA, f"{right} ok", To=TO, **headers))
    assert state(house, case) is State.ACCEPTED


@pytest.mark.parametrize("said", ["Ticket 48210 … %s ok", "Re 48210, 12345:\n%s ok", "%s ok (48210)"])
def test_the_digits_are_found_among_others_wherever_they_stand(house: House, case: str, post: Kept, said: str) -> None:
    arrives(answer(post.to("sana@example.org"), SANA, said % code(house), To=TO))
    assert (state(house, case), refused(house)) == (State.ACCEPTED, [])
    assert "48210" in notes(house, case)[0][1]


def test_an_answer_from_an_address_that_is_nobody_s_does_nothing_and_she_hears_of_it_where_she_is_reached(
    house: House, case: str, post: Kept
) -> None:
    letter, right = post.to("sana@example.org"), code(house)
    arrives(answer(letter, "otto@example.net", f"{right} ok"))
    arrives(answer(letter, "Max <max@example.org>", f"{right} ok"))
    arrives(answer(letter, "who@else.example", "Is this still open"))
    assert refused(house) == []
    arrives(answer(letter, "sana@private.example", f"{right} ok"))
    [told] = refused(house)
    assert "came from an address that is not known as yours, and did nothing" in told.body
    assert (state(house, case), notes(house, case)) == (State.OFFERED, [])
    post.sent(at=house.clock.now())
    back = post.to("sana@example.org", "changed nothing")
    assert "I take it:\nhttp://testserver/answer/" in str(back.get_content())
    assert not [one for one in post.mails if "private" in str(one["To"])]
    arrives(answer(back, "sana@private.example", f"{right} ok"))
    assert (state(house, case), len(refused(house))) == (State.OFFERED, 1)
    assert way(house, post, case) == "SMS"


def test_whoever_takes_it_without_the_digits_when_another_has_it_hears_that(
    house: House, case: str, post: Kept
) -> None:
    house.offer(case, "lena")
    house.accept(case, "lena")
    arrives(answer(post.to("sana@example.org"), SANA, "ok, taking it", To=TO))
    [told] = refused(house)
    assert "not done, for something came first. Carl" in told.body
    assert notes(house, case) == [("Sana", "ok, taking it")]
    post.sent(at=house.clock.now())
    assert "/answer/" not in str(post.to("sana@example.org", "changed nothing").get_content())


def test_sana_answers_her_own_letter_and_it_is_a_note(house: House, post: Kept) -> None:
    mobile(house, "sana", "+4915112345678")
    Setup.objects.create(channel="SMS", is_on=True, changed_at=house.clock.now(), changed_by="")
    Address.objects.filter(value="sana@example.org").update(proved_at=house.clock.now())
    case, left = house.raised(), house.raised()
    for one in (case, left):
        house.offer(one)
    house.tick()
    post.sent(at=house.clock.now())
    reference = house.view(case).line.reference
    to_sana = post.to("sana@example.org", reference)
    arrives(answer(to_sana, SANA, "I am on the train until nine.", To="backline@localhost"))
    house.clock.advance(timedelta(minutes=5))
    post.sent(at=house.clock.now())
    rungs = Notice.objects.filter(recipient_name="Sana", kind__startswith="rung.")
    went = dict(rungs.values_list("case_id", "channel"))
    assert went == {UUID(case): "EMAIL", UUID(left): "SMS"}, "she has got the one that she answered"
    notes = [entry for entry in house.view(case).timeline if entry.kind == "note.added"]
    assert [(entry.who, entry.why) for entry in notes] == [("Sana", ("I am on the train until nine.",))]
    assert "train" not in words(Client().get(link_of(house, "cleo", case)))


def test_sana_takes_her_case_by_a_mail_with_the_digits_of_her_letter_and_by_no_others(house: House, post: Kept) -> None:
    case = house.raised()
    house.offer(case)
    house.tick()
    post.sent(at=house.clock.now())
    letter, right = post.to("sana@example.org"), code(house)
    assert f"Reply {right} ok to take it, or {right} no to give it back" in str(letter.get_content())
    to = "backline@localhost"
    arrives(answer(letter, "Max <max@example.org>", f"{right} ok", To=to))
    assert refused(house) == []
    arrives(answer(letter, SANA, f"{int(right) ^ 1} ok", To=to))
    [wrong] = refused(house)
    assert "does not hold the five digits of that letter" in wrong.body
    assert state(house, case) is State.OFFERED
    took = answer(letter, SANA, f"{right} ok, on my way", To=to)
    arrives(took)
    arrives(took)
    assert state(house, case) is State.ACCEPTED
    taken = [entry.what for entry in house.view(case).timeline if entry.kind == "case.accepted"]
    assert [what.endswith(", by a mail in answer") for what in taken] == [True]
    assert "is yours now" in words(signed_in("carl").get("/incoming"))
    assert [one.id for one in refused(house)] == [wrong.id], "what was done is on the page of the case"
    late = answer(letter, SANA, f"{right} no", To=to)
    arrives(late)
    assert state(house, case) is State.ACCEPTED, "too late: she has it, and it is given back on its page"
    [told] = [one for one in refused(house) if one.id != wrong.id]
    assert told.subject.startswith("Your answer changed nothing: [P")
    assert "there is an answer of yours already" in told.body
    assert f"http://testserver/cases/{case}" in told.body
    # Neither the same mail again nor an absence note, a robot or an answer to that letter has another one written.
    arrives(late)
    arrives(answer(letter, SANA, f"{right} no", To=to, Auto_Submitted="auto-replied"))
    arrives(answer(letter, SANA, f"{right} no", To=to, Precedence="bulk"))
    arrives(answer(letter, "Max <max@example.org>", f"{right} no", To=to))
    post.sent(at=house.clock.now())
    arrives(answer(post.to("sana@example.org", "changed nothing"), SANA, f"{right} no", To=to))
    assert {one.id for one in refused(house)} == {wrong.id, told.id}
    assert house.letters("Otto") == []
