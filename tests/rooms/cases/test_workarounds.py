"""What a customer may do until it is repaired: told with its limits and its end, and nobody forgets that end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from backline.cases import operations as cases
from backline.cases import queries
from backline.cases.operations import KeyReused, MoveRefused, NewDecision, NewWorkaround, NoSuchCase, Refusal
from backline.core.words import ClockName, Danger, Reason, ReviewOutcome, WaitReason, WorkaroundEnd
from backline.engine.auditor import passes
from backline.engine.auditor.found import What
from backline.engine.models import Finding
from tests.fakes.house import House
from tests.fakes.punctual import Punctual
from tests.fakes.tampered import histories
from tests.rooms.cases.test_deputies import named

ENDS = datetime(2026, 11, 22, 10, tzinfo=UTC)
STAIRS = NewWorkaround("Use the left lift; call 112 for a stretcher", "Four persons at most, no goods", ENDS)
UNSAFE = NewWorkaround("Open the door by hand", "Only the caretaker, with the key", ENDS, unsafe=True)
AN_HOUR = timedelta(hours=1)


def once(house: House, name: str) -> dict[str, Any]:
    """Somebody does something a minute later, and the engine has looked until then."""
    house.tick()
    house.clock.advance(timedelta(minutes=1))
    house.tick()
    return house.once(name)


def offer(house: House, case: str, new: NewWorkaround = STAIRS, by: str = "sana", **more: Any) -> None:
    """Somebody offers a workaround."""
    cases.offer_workaround([case], workaround=new, **once(house, by), **more)


def counts(house: House, case: str) -> Any:
    """The workaround that counts."""
    return house.view(case).case.workaround


def proposed(house: House, case: str) -> str:
    """The id of the one that waits for a manager."""
    found = house.view(case).case.proposed
    return found.id if found else ""


def approve(house: House, case: str, by: str = "max", **more: Any) -> None:
    """Somebody approves what is proposed."""
    wanted = {"record": proposed(house, case), "until": ENDS, "limits": ""} | more
    cases.approve_workaround([case], **wanted, **once(house, by))


def told(house: House, name: str, clock: str) -> list[datetime]:
    """When somebody was told of a clock."""
    return [one.queued_at for one in house.letters(name) if clock in one.subject]


def lawful(house: House) -> None:
    """The auditor finds nothing, and every case is what its events make of it."""
    house.clock.advance(timedelta(minutes=1))
    house.tick()
    assert passes.run(house.clock.now(), whole=True)
    wrong = Finding.objects.exclude(what__in=("LATE", "OVERDUE"))
    assert not wrong.exists(), list(wrong.values())
    assert cases.rebuild(check=True).flaws == ()


def refused(error: Any) -> tuple[Refusal, tuple[str, ...]]:
    """Why it was refused."""
    return error.value.refusal, error.value.details


def test_the_customer_is_told_what_within_which_limits_and_until_when(house: House) -> None:
    case = house.working()
    offer(house, case)
    letter = house.letters("Cleo")[-1]
    assert "What you can do meanwhile with Lift 7" in letter.subject
    assert "Use the left lift; call 112 for a stretcher" in letter.body
    assert "Four persons at most, no goods" in letter.body
    assert "This counts until Sun 22 Nov 2026, 11:00" in letter.body
    assert "You will hear from us again by" in letter.body
    assert house.letters("Otto") == []
    assert "Offered a workaround until" in house.subjects("Tess")[-1], "who works there knows what is allowed"
    lawful(house)


def test_its_end_is_told_before_at_and_past_it_and_the_auditor_misses_each_rung(house: House) -> None:
    house.clock = Punctual(house)
    case = house.working()
    begun = house.clock.now() + timedelta(minutes=1)
    offer(house, case)
    cases.begin_wait([case], reason=WaitReason.PART, until=ENDS + 9 * AN_HOUR, what="K7", **once(house, "sana"))
    house.clock.advance(ENDS - house.clock.now() + 2 * AN_HOUR)
    assert told(house, "Sana", "The workaround ends") == [begun + 0.75 * (ENDS - begun)]
    assert told(house, "Carl", "The workaround ends") == [ENDS]
    assert told(house, "Max", "The workaround ends") == [ENDS + AN_HOUR]
    assert "have the workaround count for longer, or end it" in house.letters("Carl")[-1].body
    lawful(house)
    [history] = [one for one in histories(house.clock.now()) if one.facts.case == case]
    [clock] = [one for one in house.view(case).clocks if one.name is ClockName.WORKAROUND]
    rungs = [one for one in history.rungs() if one.data["climb"] == clock.climb]
    assert len(rungs) == 3
    for rung in rungs:
        assert What.LOST in {one.what for one in history.judged(history.without(rung)).found}
        assert What.EARLY in {one.what for one in history.judged(history.early(rung)).found}


@pytest.mark.parametrize(
    ("raised", "new"),
    [
        ({}, UNSAFE),
        ({"danger": Danger.RISK}, STAIRS),
        ({"reasons": frozenset({Reason.COMPLIANCE_CONCERN})}, STAIRS),
    ],
)
def test_a_dangerous_one_is_only_proposed_until_a_manager_approves_it(
    house: House, raised: dict[str, Any], new: NewWorkaround
) -> None:
    case = house.raised("carl", **raised)
    house.offer(case)
    house.accept(case)
    before = len(house.letters("Cleo"))
    offer(house, case, new)
    house.tick()
    assert counts(house, case) is None
    assert len(house.letters("Cleo")) == before, "nothing says that it may be used"
    [letter] = [one for one in house.letters("Max") if "Proposes a workaround" in one.body]
    assert "Decide the review" in letter.subject
    assert new.limits in letter.body
    assert "Approve the workaround, with other limits" in letter.body
    for name in ("sana", "carl", "tess", "lena", "ada", "cleo", "otto"):
        with pytest.raises((MoveRefused, NoSuchCase)):
            approve(house, case, name)
    approve(house, case, limits="Two persons at most", until=ENDS - AN_HOUR)
    letter = house.letters("Cleo")[-1]
    assert new.meanwhile in letter.body
    assert "Two persons at most" in letter.body
    assert new.limits not in letter.body
    assert "until Sun 22 Nov 2026, 10:00" in letter.body
    assert counts(house, case).until == ENDS - AN_HOUR
    assert "Approved the workaround" in house.subjects("Sana")[-1]
    with pytest.raises(MoveRefused) as error:
        approve(house, case, record=counts(house, case).id)
    assert refused(error)[0] is Refusal.NO_SUCH_RECORD, "the second of two approvals"
    lawful(house)


def test_nobody_approves_it_upon_what_was_known_before_a_danger_came(house: House) -> None:
    case = house.working()
    offer(house, case, UNSAFE)
    seen = house.view(case).case.seq
    said = house.report(danger=Danger.RISK, reasons=frozenset({Reason.SAFETY_RISK}))
    cases.add_report(said, **once(house, "tess"))
    with pytest.raises(MoveRefused) as error:
        approve(house, case, seen=seen)
    assert refused(error)[0] is Refusal.MOVED_ON
    approve(house, case, seen=house.view(case).case.seq)
    assert counts(house, case)


def test_a_manager_is_asked_for_it_again_and_what_he_refuses_the_customer_never_hears_of(house: House) -> None:
    house.clock = Punctual(house)
    case = house.working()
    offer(house, case, UNSAFE, by="tess")
    before, asked = len(house.letters("Cleo")), house.clock.now()
    house.clock.advance(timedelta(minutes=16))
    assert told(house, "Max", "Decide the review")[-2:] == [asked, asked + timedelta(minutes=15)]
    cases.refuse_workaround([case], record=proposed(house, case), why="The brake is unknown", **once(house, "max"))
    for name in ("Sana", "Tess"):
        assert "Refused the workaround" in house.subjects(name)[-1]
        assert "The brake is unknown" in house.letters(name)[-1].body
    house.clock.advance(AN_HOUR)
    assert len(told(house, "Max", "Decide the review")) == 2, "it is decided"
    assert not any("brake" in one.body or UNSAFE.meanwhile in one.body for one in house.letters("Cleo")[before:])
    lawful(house)


def test_another_end_is_told_and_of_a_dangerous_one_a_manager_alone_decides_it(house: House) -> None:
    case, guarded = house.working(), house.working()
    offer(house, case)
    offer(house, guarded, UNSAFE, by="max")
    assert counts(house, guarded), "what a manager offers he has approved"
    for one in (case, guarded):
        later = {"record": counts(house, one).id, "until": ENDS + 24 * AN_HOUR, "why": "The part comes on Monday"}
        for name in ("tess", "lena") if one == case else ("sana", "carl", "tess"):
            with pytest.raises(MoveRefused):
                cases.extend_workaround([one], **later, **once(house, name))
        with pytest.raises(MoveRefused) as error:
            cases.extend_workaround([one], **later | {"until": ENDS}, **once(house, "max"))
        assert refused(error) == (Refusal.NOTHING_NEW, ("until",))
        cases.extend_workaround([one], **later, **once(house, "sana" if one == case else "max"))
        assert counts(house, one).until == ENDS + 24 * AN_HOUR
        letter = house.letters("Cleo")[-1]
        assert "now until Mon 23 Nov 2026, 11:00" in letter.subject
        assert "The part comes on Monday" not in letter.body, "that is for us"
        cases.end_workaround(
            [one], record=later["record"], how=WorkaroundEnd.NOT_NEEDED, why="Done", **once(house, "max")
        )
        with pytest.raises(MoveRefused) as error:
            cases.extend_workaround([one], **later, **once(house, "max"))
        assert refused(error)[0] is Refusal.NO_SUCH_RECORD
    lawful(house)


def test_one_that_does_not_hold_is_withdrawn_and_the_next_takes_the_place_of_the_last(house: House) -> None:
    case = house.working()
    offer(house, case)
    first = counts(house, case).id
    offer(house, case, NewWorkaround("Use the stairs", "Not for wheelchairs", ENDS), by="carl")
    assert counts(house, case).id != first
    assert "This takes the place of what we told you before." in house.letters("Cleo")[-1].body
    assert [clock.name for clock in house.view(case).clocks].count(ClockName.WORKAROUND) == 1
    ended = {"record": counts(house, case).id, "how": WorkaroundEnd.DOES_NOT_HOLD, "why": "They are wet"}
    cases.end_workaround([case], **ended, **once(house, "tess"))
    letter = house.letters("Cleo")[-1]
    assert "Please do not do any more" in letter.subject
    assert "They are wet" not in letter.body
    assert "Withdrew the workaround" in house.subjects("Sana")[-1]
    assert counts(house, case) is None
    lawful(house)


def test_a_stop_ends_it_and_says_so_and_none_comes_while_it_stands(house: House) -> None:
    case = house.working(danger=Danger.RISK)
    offer(house, case, by="max")
    offer(house, case, NewWorkaround("Use the stairs", "Not for wheelchairs", ENDS))
    assert counts(house, case)
    assert proposed(house, case)
    stop = NewDecision(ReviewOutcome.STOP_WORK, "Keep out", "The protocol")
    cases.decide_review([case], decision=stop, **once(house, "max"))
    assert (counts(house, case), proposed(house, case)) == (None, "")
    letter = house.letters("Cleo")[-1]
    assert "Please do not do any more" in letter.subject
    assert "For safety, work rests" in letter.body
    assert "Keep out" not in letter.body
    for name in ("sana", "max"):
        with pytest.raises(MoveRefused) as error:
            offer(house, case, by=name)
        assert refused(error) == (Refusal.GATE, ("STOP",))
    house.clock.advance(timedelta(minutes=1))
    cases.lift_stop([case], why="The brake holds", **once(house, "max"))
    assert counts(house, case) is None, "nothing comes back of itself"
    lawful(house)


def test_a_stop_of_a_case_without_one_writes_the_customer_nothing(house: House) -> None:
    case = house.working(danger=Danger.RISK)
    before = len(house.letters("Cleo"))
    stop = NewDecision(ReviewOutcome.STOP_WORK, "Keep out", "The protocol")
    cases.decide_review([case], decision=stop, **once(house, "max"))
    assert len(house.letters("Cleo")) == before


def test_what_is_repaired_needs_none_and_a_dispute_brings_none_back(house: House) -> None:
    case, waits = house.working(), house.working()
    offer(house, case)
    offer(house, waits, UNSAFE)
    once(house, "sana")
    house.resolve(case)
    assert "What we told you to do meanwhile is not needed any more" in house.letters("Cleo")[-1].body
    once(house, "sana")
    house.resolve(waits)
    assert "not needed any more" not in house.letters("Cleo")[-1].body, "of that one she never heard"
    house.clock.advance(timedelta(minutes=1))
    for one in (case, waits):
        with pytest.raises(MoveRefused) as error:
            offer(house, one, by="carl")
        assert refused(error)[0] is Refusal.NOT_IN_THIS_STATE
        cases.dispute([one], why="It stopped", **once(house, "cleo"))
        assert (counts(house, one), proposed(house, one)) == (None, "")
    offer(house, case)
    cases.withdraw([case], why="A mistake", **once(house, "carl"))
    assert "not needed any more" in house.letters("Cleo")[-1].body
    lawful(house)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"until": ENDS - timedelta(days=30)}, Refusal.NOT_IN_THE_FUTURE),
        ({"until": ENDS + timedelta(days=365)}, Refusal.TOO_FAR),
        ({"until": None}, Refusal.NEEDS),
        ({"limits": ""}, Refusal.NEEDS),
        ({"meanwhile": ""}, Refusal.NEEDS),
    ],
)
def test_what_has_no_limits_or_no_end_is_refused(house: House, wrong: dict[str, Any], why: Refusal) -> None:
    case = house.working()
    whole = {"meanwhile": "Use the stairs", "limits": "By day", "until": ENDS}
    with pytest.raises(MoveRefused) as error:
        offer(house, case, NewWorkaround(**whole | wrong))
    assert refused(error)[0] is why
    assert counts(house, case) is None


def test_it_is_offered_once_by_who_may_and_upon_what_was_on_view(house: House) -> None:
    case = house.working()
    seen = house.view(case).case.seq
    for name in ("lena", "dora", "ada", "cleo", "otto", "tom"):
        with pytest.raises((MoveRefused, NoSuchCase)):
            offer(house, case, by=name)
    once_ = once(house, "sana")
    first = cases.offer_workaround([case], workaround=STAIRS, **once_)
    again = cases.offer_workaround([case], workaround=STAIRS, **once_)
    assert (again[0].seq, again[0].repeated) == (first[0].seq, True)
    with pytest.raises(KeyReused):
        cases.offer_workaround([case], workaround=UNSAFE, **once_)
    with pytest.raises(MoveRefused) as error:
        offer(house, case, by="carl", seen=seen)
    assert refused(error)[0] is Refusal.MOVED_ON, "she offered one while he was typing"
    assert len([one for one in house.letters("Cleo") if "What you can do meanwhile" in one.subject]) == 1
    lawful(house)


def test_a_deputy_sees_and_decides_it_unless_he_works_on_it(house: House) -> None:
    case = house.working()
    offer(house, case, UNSAFE)
    plain = house.working(job=str(house.otto_job.id))
    offer(house, plain)
    named(house, "sana", days=1)
    named(house, "dora", after=1)
    house.until(house.clock.now() + timedelta(minutes=1))
    with pytest.raises(MoveRefused):
        approve(house, case, "sana")
    house.clock.advance(timedelta(days=1))
    assert {str(row.id) for row in queries.visible(house.actor("dora"))} == {case}
    assert any("Proposes a workaround" in entry.what for entry in house.view(case, "dora").timeline)
    approve(house, case, "dora", until=ENDS + 24 * AN_HOUR)
    assert counts(house, case)
    assert "Approved the workaround for Max" in house.view(case, "dora").timeline[-1].what
    lawful(house)
