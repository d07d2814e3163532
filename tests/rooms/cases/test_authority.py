"""What is handed to an authority: it answers by a moment, and until then nobody is asked, and nobody forgets it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from backline.cases import operations as cases
from backline.cases.operations import NewDecision
from backline.core.impact import Said
from backline.core.words import ClockName, Danger, Reason, ReviewOutcome
from backline.engine.auditor import passes
from backline.engine.auditor.found import What
from backline.engine.models import Finding
from backline.ledger import queries as ledger
from tests.fakes.browser import send, signed_in, text
from tests.fakes.house import House
from tests.fakes.post import deliver
from tests.fakes.punctual import Punctual
from tests.fakes.rules import other_rules
from tests.fakes.tampered import histories

ANSWERS = datetime(2026, 11, 25, 10, tzinfo=UTC)
HANDED = NewDecision(ReviewOutcome.AUTHORITY, "The inspectorate at Altona, by fax", until=ANSWERS)
AN_HOUR = timedelta(hours=1)


def reviewed(house: House, case: str) -> list[datetime]:
    """When Max was asked to decide the review."""
    asked = [one for one in house.letters("Max") if "Decide the review" in one.subject and one.case_id]
    return [one.queued_at for one in asked if str(one.case_id) == case]


def test_it_is_handed_on_with_a_moment_and_a_manager_decides_by_the_answer(house: House) -> None:
    house.clock = Punctual(house)
    case, max_ = house.working(danger=Danger.RISK), signed_in("max")
    place, before = f"/cases/{case}/review", len(reviewed(house, case))
    asked = {"outcome": "AUTHORITY", "conditions": "The inspectorate at Altona, by fax"}
    for until, said in (("", "until when"), ("2026-11-20T18:00", "lies ahead")):
        refused = text(send(max_, place, **asked, until=until))
        assert said in refused, refused
        assert house.view(case).reviews[0].until is None
    assert signed_in("sana").post(place, asked | {"until": "2026-11-25T10:00"}).status_code == 409, "she may not"
    assert send(max_, place, **asked, until="2026-11-25T10:00").status_code == 302
    [review] = house.view(case).reviews
    assert review.until == ANSWERS
    assert "The inspectorate at Altona" in house.letters("Sana")[-1].body
    page = text(max_.get(f"/cases/{case}"))
    assert "It answers by Wed 25 Nov" in page
    assert "A manager decides how work may go on" in page, "nobody has allowed it"
    house.clock.advance(ANSWERS - house.clock.now() - AN_HOUR)
    assert len(reviewed(house, case)) == before, "nobody is asked before it was to answer"
    house.clock.advance(AN_HOUR)
    house.tick()
    assert reviewed(house, case)[before:] == [ANSWERS]
    house.clock.advance(AN_HOUR)
    assert any("Decide the review" in one for one in house.subjects("Ada")), "and whoever is the last resort after that"
    assert send(max_, place, **asked, until="2026-11-27T10:00").status_code == 302
    assert reviewed(house, case)[-1] == ANSWERS
    known = len(reviewed(house, case))
    house.clock.advance(24 * AN_HOUR)
    assert len(reviewed(house, case)) == known, "it has time again"
    assert send(max_, place, outcome="ALLOW", conditions="Doors locked").status_code == 302
    assert house.view(case).reviews == ()
    assert house.letters("Otto") == []
    lawful(house)


def test_what_an_authority_has_not_answered_holds_the_case(house: House) -> None:
    house.clock = Punctual(house)
    case = house.working(danger=Danger.RISK)
    cases.decide_review([case], decision=HANDED, **house.once("max"))
    house.resolve(case)
    cases.confirm([case], **house.once("cleo"))
    assert house.view(case).case.state == "RESOLVED"
    house.clock.advance(timedelta(days=6))
    assert house.view(case).case.state == "RESOLVED", "no answer has come"
    assert reviewed(house, case)[-1] == ANSWERS
    cases.decide_review([case], decision=NewDecision(ReviewOutcome.ALLOW), **house.once("max"))
    house.clock.advance(timedelta(days=6))
    assert house.view(case).case.state == "CLOSED"
    lawful(house)


def test_the_auditor_asks_for_who_is_to_decide_by_the_answer(house: House) -> None:
    house.clock = Punctual(house)
    case = house.working(danger=Danger.RISK)
    cases.decide_review([case], decision=HANDED, **house.once("max"))
    house.clock.advance(ANSWERS - house.clock.now() + AN_HOUR)
    lawful(house)
    [history] = [one for one in histories(house.clock.now()) if one.facts.case == case]
    [review] = [clock for clock in house.view(case).clocks if clock.name is ClockName.REVIEW]
    told = [one for one in history.rungs() if one.data["climb"] == review.climb]
    assert told
    for rung in told:
        assert What.LOST in {one.what for one in history.judged(history.without(rung)).found}
        assert What.EARLY in {one.what for one in history.judged(history.early(rung)).found}


@pytest.mark.parametrize("graver", ["report", "correction"])
def test_what_an_authority_has_hides_no_graver_danger(house: House, graver: str) -> None:
    house.clock = Punctual(house)
    case = house.working(danger=Danger.RISK)
    cases.decide_review([case], decision=HANDED, **house.once("max"))
    known = len(reviewed(house, case))
    if graver == "report":
        said = house.report(danger=Danger.PERSON_TRAPPED_OR_HURT, reasons=frozenset({Reason.SAFETY_RISK}))
        cases.add_report(said, **house.once("tess"))
    else:
        cases.correct_impact([case], losses=Said(trapped=1), why="She is in there", **house.once("tess"))
    handed, asked = house.view(case).reviews
    assert (handed.until, asked.until) == (ANSWERS, None)
    house.clock.advance(timedelta(minutes=1))
    assert len(reviewed(house, case)) == known + 1, "a manager is asked at once"
    lawful(house)


def test_of_two_reviews_the_one_is_decided_that_is_meant(house: House) -> None:
    house.clock = Punctual(house)
    case, max_ = house.working(danger=Danger.RISK), signed_in("max")
    place = f"/cases/{case}/review"
    assert "Which review" not in text(max_.get(place))
    cases.decide_review([case], decision=HANDED, **house.once("max"))
    cases.correct_impact([case], losses=Said(trapped=1), why="She is in there", **house.once("tess"))
    page = text(max_.get(place))
    assert "Which review" in page
    assert "Decided the review: Hand to an authority" in page
    handed, asked = house.view(case).reviews
    assert send(max_, place, outcome="ALLOW").status_code == 422, "which one, he says himself"
    assert send(max_, place, record=asked.id, outcome="ALLOW").status_code == 302
    assert [one.id for one in house.view(case).reviews] == [handed.id]
    cases.correct_impact([case], losses=Said(trapped=2), why="Two of them", **house.once("tess"))
    lawful(house)


def test_whoever_names_no_review_decides_the_one_that_is_his_to_decide(house: House) -> None:
    case = house.working(danger=Danger.RISK)
    cases.decide_review([case], decision=HANDED, **house.once("max"))
    cases.correct_impact([case], losses=Said(trapped=1), why="She is in there", **house.once("tess"))
    [handed, _asked] = house.view(case).reviews
    cases.decide_review([case], decision=NewDecision(ReviewOutcome.ALLOW), **house.once("max"))
    assert [one.id for one in house.view(case).reviews] == [handed.id]


def test_how_long_a_review_may_take_by_other_rules_is_nothing_to_what_an_authority_has(house: House) -> None:
    house.clock = Punctual(house)
    case = house.working(danger=Danger.RISK)
    cases.decide_review([case], decision=HANDED, **house.once("max"))
    house.clock.advance(ANSWERS - house.clock.now() + timedelta(minutes=1))
    asked = reviewed(house, case)
    longer = other_rules(house, 'REVIEW = { P1 = "15 min", P2 = "15 min"', 'REVIEW = { P1 = "15 min", P2 = "16 min"')
    cases.move_policy([case], policy=longer.id, why="The contract", **house.once("max"))
    house.clock.advance(timedelta(minutes=5))
    assert reviewed(house, case) == asked, "the moment is as it was, and he was asked at it"
    other_ladder = other_rules(house, '"LAST_RESORT", wait = "15 min"', '"LAST_RESORT", wait = "20 min"')
    cases.move_policy([case], policy=other_ladder.id, why="The contract", **house.once("max"))
    house.clock.advance(timedelta(hours=1))
    assert len(reviewed(house, case)) > len(asked), "another ladder tells anew"
    lawful(house)


def test_of_two_reviews_other_rules_begin_the_one_anew_that_no_authority_has(house: House) -> None:
    house.clock = Punctual(house)
    case = house.working(danger=Danger.RISK)
    cases.decide_review([case], decision=replace(HANDED, until=house.clock.now() + 2 * AN_HOUR), **house.once("max"))
    cases.correct_impact([case], losses=Said(trapped=1), why="She is in there", **house.once("tess"))
    house.clock.advance(3 * AN_HOUR)
    before = house.view(case).case.seq
    longer = other_rules(house, 'REVIEW = { P1 = "15 min"', 'REVIEW = { P1 = "16 min"')
    cases.move_policy([case], policy=longer.id, why="The contract", **house.once("max"))
    house.clock.advance(timedelta(minutes=1))
    handed, asked = sorted(house.view(case).reviews, key=lambda one: one.until is None)
    told = [one for one in ledger.events(case) if one.seq > before and one.data.get("clock") == ClockName.REVIEW]
    assert {one.data["subject"] for one in told} == {asked.id}, "of the other everybody knows"
    assert {one.data["late_seconds"] for one in told} == {0}
    house.clock.advance(AN_HOUR)
    known = {one.data["subject"] for one in ledger.events(case) if one.data.get("clock") == ClockName.REVIEW}
    assert known == {asked.id, handed.id}
    lawful(house)


@pytest.mark.parametrize("outcome", [ReviewOutcome.ALLOW, ReviewOutcome.STOP_WORK])
def test_a_moment_that_no_authority_was_asked_for_is_none(house: House, outcome: ReviewOutcome) -> None:
    case = house.working(danger=Danger.RISK)
    decision = NewDecision(outcome, lifted_on="A test", until=ANSWERS)
    cases.decide_review([case], decision=decision, **house.once("max"))
    assert house.view(case).reviews == ()


def lawful(house: House) -> None:
    """Rows and alarms are what the events give, and the auditor finds nothing."""
    assert cases.rebuild(check=True).flaws == ()
    while deliver(at=house.clock.now(), sender=None, limit=500):
        pass
    passes.run(house.clock.now(), whole=True)
    assert not list(Finding.objects.exclude(what__in=[What.LATE, What.OVERDUE]).values_list("what", "effect"))
