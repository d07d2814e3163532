"""What is decided of safety upon an old page: nobody takes back what he has not read, and a stop waits for nothing."""

from __future__ import annotations

from datetime import timedelta

from backline.cases import operations as cases
from backline.cases.operations import NewDecision
from backline.core.impact import Said
from backline.core.lifecycle import Capacity
from backline.core.words import Danger, Impact, ReviewOutcome, Urgency
from tests.fakes.browser import hidden_in, signed_in
from tests.fakes.house import House
from tests.rooms.desk.test_stale import opened, sent
from tests.rooms.engine.test_auditor import audited, found


def stopped(house: House, case: str, lifted_on: str) -> None:
    """Max stops work; the coordinators may lift that as well."""
    lifters = frozenset({Capacity.COORDINATOR})
    stop = NewDecision(ReviewOutcome.STOP_WORK, "Keep out", lifted_on=lifted_on, lifters=lifters)
    cases.decide_review([case], decision=stop, **house.once("max"))


def test_what_an_authority_was_given_meanwhile_is_not_allowed_by_an_old_page(house: House) -> None:
    case, max_ = house.working(danger=Danger.RISK), signed_in("max")
    form = opened(max_, case, "review") | {"outcome": "ALLOW", "conditions": "Doors locked"}
    until = house.clock.now() + timedelta(days=2)
    handed = NewDecision(ReviewOutcome.AUTHORITY, "The inspectorate has it", until=until)
    cases.decide_review([case], decision=handed, **house.once("max"))
    refused = sent(max_, case, "review", form)
    assert refused.status_code == 409
    assert "Decided the review: Hand to an authority" in refused.content.decode()
    assert "Doors locked" in refused.content.decode(), "what was typed is kept"
    assert [one.until for one in house.view(case).reviews] == [until]
    assert sent(max_, case, "review", form | hidden_in(refused)).status_code == 302, "having seen it, he may"
    assert house.view(case).reviews == ()
    audited(house)
    assert found() == set()


def test_what_was_to_be_decided_of_a_risk_is_decided_anew_once_somebody_is_trapped(house: House) -> None:
    case = house.working(danger=Danger.RISK, impact=Impact.MAJOR, urgency=Urgency.HIGH)
    max_ = signed_in("max")
    form = opened(max_, case, "review") | {"outcome": "ALLOW"}
    cases.correct_impact([case], losses=Said(trapped=1), why="She is in there", **house.once("tess"))
    assert len(house.view(case).reviews) == 1, "it is P1 as it was, and under the same review"
    assert sent(max_, case, "review", form).status_code == 409
    stop = form | {"outcome": "STOP_WORK", "lifted_on": "A lock test"}
    assert sent(max_, case, "review", stop).status_code == 302, "but work is stopped whatever he has read"
    assert house.view(case).case.stop


def test_a_stop_that_came_meanwhile_is_not_lifted_by_an_old_page(house: House) -> None:
    case, carl = house.working(danger=Danger.RISK), signed_in("carl")
    stopped(house, case, "A lock test")
    form = opened(carl, case, "lift-stop") | {"why": "The lock test is done"}
    house.clock.advance(timedelta(minutes=1))
    cases.correct_impact([case], losses=Said(trapped=1), why="She is in there", **house.once("tess"))
    unread = sent(carl, case, "lift-stop", form)
    assert unread.status_code == 409, "somebody is in danger by now"
    form |= hidden_in(unread)
    stopped(house, case, "A gas test")
    refused = sent(carl, case, "lift-stop", form)
    assert refused.status_code == 409
    assert "Max: Decided the review: Stop work" in refused.content.decode()
    assert house.view(case).case.stop
    assert sent(carl, case, "lift-stop", form | hidden_in(refused)).status_code == 302
    assert house.view(case).case.stop is None
