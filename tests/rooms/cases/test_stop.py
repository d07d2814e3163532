"""A stop: told at once to whoever works there, and nobody is sent there while it stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from backline.cases import operations as cases
from backline.cases.operations import MoveRefused, NewDecision, NewVisit, NoSuchCase
from backline.core.lifecycle import Capacity
from backline.core.words import Danger, ReviewOutcome, WaitReason
from backline.engine.auditor import passes
from backline.engine.models import Finding
from tests.fakes.browser import send, signed_in, words
from tests.fakes.house import House
from tests.fakes.punctual import Punctual
from tests.rooms.engine.test_auditor import audited, found

STOP = NewDecision(ReviewOutcome.STOP_WORK, "Keep the doors locked", "Max, once the brake was tested")


def test_a_stop_is_told_at_once_to_whoever_works_on_it(house: House) -> None:
    case = house.working(danger=Danger.RISK)
    cases.decide_review([case], decision=STOP, **house.once("max"))
    for name in ("Sana", "Tess"):
        assert house.subjects(name)[-1] == f"[P2 {house.view(case).line.reference}] Decided the review: Stop work"
        assert "Keep the doors locked" in house.letters(name)[-1].body
    assert not any("Stop work" in subject for name in ("Cleo", "Otto", "Max") for subject in house.subjects(name))


def test_while_work_is_stopped_the_customer_reads_that_it_rests_and_who_lets_it_go_on(house: House) -> None:
    rests = "For safety, work rests until our managers, or whom they leave it to, let it go on."
    case, told = house.raised(danger=Danger.RISK), len(house.letters("Cleo"))
    house.clock.advance(timedelta(minutes=1))
    cases.decide_review([case], decision=STOP, **house.once("max"))
    house.offer(case)
    house.clock.advance(timedelta(minutes=1))
    cases.accept([case], lease=timedelta(minutes=30), **house.once("sana"))
    house.clock.advance(timedelta(minutes=1))
    cases.deescalate([case], team=str(house.support.id), why="Near by", **house.once("carl"))
    offered, accepted, handed_on = house.letters("Cleo")[told:]
    assert "Sana has taken this on.\n" in accepted.body
    assert "Lift support looks after Lift 7 Library" in handed_on.subject
    for letter in (offered, accepted, handed_on):
        assert rests in letter.body
        for working in ("working on it", "will look at", "brake", "doors locked"):
            assert working not in letter.subject + letter.body
    cases.lift_stop([case], why="The brake holds", **house.once("max"))
    house.clock.advance(timedelta(minutes=1))
    cases.accept([case], lease=timedelta(minutes=30), **house.once("dora"))
    house.clock.advance(timedelta(minutes=1))
    word = cases.NewWord("We go on", house.clock.now() + timedelta(minutes=20))
    cases.tell_customer([case], word=word, **house.once("dora"))
    assert rests not in house.letters("Cleo")[-1].body
    assert house.letters("Otto") == []


def test_who_may_lift_it_is_who_was_named_and_nobody_does_without_evidence(house: House) -> None:
    case = house.working(danger=Danger.RISK)
    max_, sana = signed_in("max"), signed_in("sana")
    stop = {"outcome": "STOP_WORK", "conditions": "Keep out", "lifters": ["OWNER"], "lifted_on": "The test protocol"}
    for wrong, field in (({"lifters": ["CUSTOMER"]}, "lifters"), ({"lifted_on": ""}, "lifted_on")):
        refused = send(max_, f"/cases/{case}/review", **stop | wrong)
        assert f'id="id_{field}_error"' in words(refused)
        assert "Keep out" in words(refused), "what was typed is kept"
    assert house.view(case).case.stop is None
    assert send(max_, f"/cases/{case}/review", **stop).status_code == 302
    for name in ("sana", "carl", "tess"):
        page = words(signed_in(name).get(f"/cases/{case}"))
        assert page.count("The stop may be lifted by a manager or whoever has the case") == 2, "banner and record"
        assert "To lift it: The test protocol" in page
        assert (f"/cases/{case}/lift-stop" in page) is (name == "sana")
    for name in ("carl", "lena", "tess", "otto", "cleo"):
        with pytest.raises((MoveRefused, NoSuchCase)):
            cases.lift_stop([case], why="It looks well", **house.once(name))
    assert 'id="id_why_error"' in words(send(sana, f"/cases/{case}/lift-stop", why=" "))
    assert house.view(case).case.stop
    assert send(sana, f"/cases/{case}/lift-stop", why="Tested twice, protocol 7").status_code == 302
    assert house.view(case).case.stop is None
    assert cases.rebuild(check=True).flaws == ()


def test_who_was_named_to_lift_it_is_told_with_the_managers_when_it_stands_too_long(house: House) -> None:
    case, resolved = house.working(danger=Danger.RISK), house.working(danger=Danger.RISK)
    house.resolve(resolved)
    house.tick()
    named = replace(STOP, lifters=frozenset({Capacity.OWNER, Capacity.COORDINATOR}))
    cases.decide_review([case, resolved], decision=named, **house.once("max"))
    house.until(house.clock.now() + timedelta(hours=8, minutes=1), timedelta(hours=1))
    why = {"Max": "a manager", "Sana": "you may lift the stop", "Carl": "you may lift the stop"}
    for name, said, one in ((*whose, one) for whose in why.items() for one in (case, resolved)):
        reference = house.view(one).line.reference
        [letter] = [one for one in house.letters(name) if "Lift the stop" in one.subject and reference in one.subject]
        assert f"{said}." in letter.body
        assert "Lift the stop, on the evidence that was asked for." in letter.body
    for name in ("Lena", "Dora", "Tess", "Ada", "Otto", "Cleo"):
        assert not any("Lift the stop" in subject for subject in house.subjects(name))
    house.clock.advance(timedelta(minutes=1))
    assert passes.run(house.clock.now(), whole=True)
    assert not Finding.objects.exclude(what__in=("LATE", "OVERDUE")).exists()


def test_under_a_stop_nobody_is_sent_there_and_no_button_leads_to_a_refusal(house: House) -> None:
    case = house.working(danger=Danger.RISK)
    cases.decide_review([case], decision=STOP, **house.once("max"))
    start = house.clock.now() + timedelta(hours=2)
    with pytest.raises(MoveRefused) as error:
        cases.book_visit([case], visit=NewVisit(start, start + timedelta(hours=1)), **house.once("sana"))
    assert error.value.details == ("STOP",)
    page = signed_in("sana").get(f"/cases/{case}").content.decode()
    assert "Work is stopped" in page
    asked = signed_in("carl").get(f"/cases/{case}").content.decode()
    for slug in ("resolve", "visit", "withdraw"):
        assert f"/cases/{case}/{slug}" not in page + asked
    assert not any("visit" in subject for subject in house.subjects("Cleo"))
    house.clock.advance(timedelta(minutes=1))
    cases.lift_stop([case], why="The brake holds", **house.once("max"))
    assert house.subjects("Sana")[-1].endswith("Lifted the stop; work may go on")
    assert f"/cases/{case}/resolve" in signed_in("sana").get(f"/cases/{case}").content.decode()
    assert f"/cases/{case}/withdraw" in signed_in("carl").get(f"/cases/{case}").content.decode()


def test_whoever_could_not_work_has_his_time_anew_once_the_stop_is_lifted(house: House) -> None:
    house.clock = Punctual(house)
    case = house.working(danger=Danger.RISK)
    cases.decide_review([case], decision=STOP, **house.once("max"))
    house.clock.advance(timedelta(hours=6))
    told = {name: len(house.letters(name)) for name in ("Sana", "Lena", "Max", "Ada")}
    cases.lift_stop([case], why="The brake holds", **house.once("max"))
    assert house.view(case).case.lease_until == house.clock.now() + timedelta(hours=1), "as long as it was taken for"
    house.clock.advance(timedelta(minutes=59))
    heard = {name: house.subjects(name)[before:] for name, before in told.items()}
    assert heard.pop("Sana")[0].endswith("Lifted the stop; work may go on")
    assert not any("sign of progress" in subject for subjects in heard.values() for subject in subjects), heard
    assert not heard["Ada"], "nobody was late while work was stopped"
    house.clock.advance(timedelta(minutes=1))
    assert len(house.letters("Sana")) > told["Sana"] + 1, "and then it is over"
    audited(house)
    assert found() == set()
    assert cases.rebuild(check=True).flaws == ()


def test_a_stop_that_is_lifted_while_somebody_waits_renews_nothing_yet(house: House) -> None:
    house.clock = Punctual(house)
    case = house.working(danger=Danger.RISK)
    until = house.clock.now() + timedelta(hours=8)
    cases.begin_wait([case], reason=WaitReason.CUSTOMER, until=until, what="The key", **house.once("sana"))
    lease = house.view(case).case.lease_until
    cases.decide_review([case], decision=STOP, **house.once("max"))
    house.clock.advance(timedelta(hours=6))
    cases.lift_stop([case], why="The brake holds", **house.once("max"))
    assert house.view(case).case.lease_until == lease
    record = house.view(case).waits[0].id
    cases.end_wait([case], record=record, outcome="It came", **house.once("carl"))
    assert house.view(case).case.lease_until == house.clock.now() + timedelta(hours=1)
    audited(house)
    assert found() == set()
