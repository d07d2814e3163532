"""The auditor over what people of the organisation hear of events: each whom an event concerns, once and in time."""

from __future__ import annotations

from datetime import timedelta

from backline.cases import operations as cases
from backline.cases.operations import NewDecision, NewPart, NewVisit
from backline.channels.models import Notice
from backline.channels.notices import NoticeState
from backline.core.impact import Said
from backline.core.words import ClockName, Danger, Impact, Reason, ReviewOutcome, Urgency
from backline.engine.auditor.found import What
from backline.engine.models import AskedSince
from backline.people.models import Person
from tests.fakes.house import House
from tests.fakes.post import deliver
from tests.fakes.punctual import Punctual
from tests.fakes.tampered import History, histories
from tests.rooms.cases.test_leaving import deactivated
from tests.rooms.engine.test_auditor import audited, found

AN_HOUR = timedelta(hours=1)


def history_of(house: House, case: str) -> History:
    """One case as the auditor reads it, once all that waits was sent; nothing is wrong with it."""
    while deliver(at=house.clock.now(), sender=None, limit=500):
        pass
    [history] = [one for one in histories(house.clock.now()) if one.facts.case == case]
    assert history.judged().found == []
    return history


def visit(house: House, case: str, name: str, record: str = "") -> str:
    """Sana books a visit of somebody's in two hours, or gives one to him; its record."""
    start = house.clock.now() + 2 * AN_HOUR
    booked = NewVisit(start, start + AN_HOUR, str(house.persons[name].id), record)
    cases.book_visit([case], visit=booked, **house.once("sana"))
    return house.view(case).case.running(ClockName.VISIT)[0].id


def test_each_kind_of_news_is_asked_for(house: House) -> None:
    house.clock = Punctual(house)
    case = house.working(reasons=frozenset({Reason.MISSING_PART}))
    cases.request_part([case], part=NewPart("Relay K7", "Vera", house.clock.now() + AN_HOUR), **house.once("sana"))
    [part] = house.view(case).case.running(ClockName.WAIT)
    cases.move_part([case], record=part.id, until=part.until + AN_HOUR, why="Out of stock", **house.once("carl"))
    toms = visit(house, case, "tom")
    visit(house, case, "dora", toms)
    cases.call_off_visit([case], record=toms, why="The part is late", **house.once("carl"))
    cases.hear_customer([case], text="When will you come?", **house.once("cleo"))
    cases.urge([case], text="My mother is alone", danger=False, **house.once("cleo"))
    cases.ask_call([case], number="+493012345678", until=None, **house.once("cleo"))
    cases.correct_impact([case], losses=Said(cost_an_hour=10), why="They say so", **house.once("carl"))
    house.clock.advance(timedelta(minutes=5))
    impact = {"impact": Impact.MAJOR, "urgency": Urgency.HIGH}
    cases.change_priority([case], **impact, why="Worse", **house.once("max"))
    report = house.report(danger=Danger.RISK, reasons=frozenset({Reason.SAFETY_RISK}), summary="The brake smokes")
    cases.add_report(report, **house.once("carl"))
    stopped = NewDecision(ReviewOutcome.STOP_WORK, lifted_on="The inspector")
    cases.decide_review([case], decision=stopped, **house.once("max"))
    cases.lift_stop([case], why="Her paper", **house.once("max"))
    cases.offer([case], cases.NewOffer(str(house.specialists.id), ""), **house.once("carl"))
    cases.hear_customer([case], text="And now?", **house.once("cleo"))
    house.offer(case)
    house.accept(case, "lena")
    house.resolve(case, "lena")
    cases.dispute([case], why="It stopped again", **house.once("cleo"))
    cases.withdraw([case], why="A mistake", **house.once("carl"))
    asked = history_of(house, case).asked_for()
    news = {kind.removeprefix("news.") for kind in asked if kind.startswith("news.")}
    assert news == {
        "part.moved", "visit.booked", "visit.moved", "visit.called_off", "customer.said", "impact.corrected",
        "priority.changed", "report.added", "review.decided", "stop.lifted", "case.offered", "case.accepted",
        "case.disputed", "case.withdrawn", "customer.urged", "call.asked",
    }  # fmt: skip
    assert audited(house).well


def test_who_is_gone_is_not_told_and_there_stands_why(house: House) -> None:
    case = house.working()
    house.resolve(case)
    house.clock.advance(timedelta(minutes=1))
    deactivated(house, "sana")
    cases.change_priority([case], impact=Impact.MAJOR, urgency=Urgency.HIGH, why="Worse", **house.once("max"))
    untold = Notice.objects.filter(case_id=case, kind="news.priority.changed")
    assert list(untold.values_list("state", "why")) == [(NoticeState.NOT_SENT, "Sana is not active any more.")]
    assert untold[0].reported_at is None
    history_of(house, case)
    untold.delete()
    assert (audited(house).lost, {what for what, _effect in found()}) == (1, {"LOST"})


def test_who_leaves_with_a_visit_and_a_case_is_asked_for_once(house: House) -> None:
    case = house.working()
    visit(house, case, "tom")
    house.clock.advance(timedelta(minutes=1))
    deactivated(house, "tom")
    mine = house.working()
    visit(house, mine, "sana")
    house.clock.advance(timedelta(minutes=1))
    deactivated(house, "sana")
    asked = history_of(house, case).asked_for() + history_of(house, mine).asked_for()
    assert asked["news.visit.called_off"] == 3, "Tom and Sana of his, and Sana of her own"
    assert audited(house).well


def test_news_may_wait_for_quiet_hours_and_where_somebody_is_in_danger_for_nothing(house: House) -> None:
    minute = house.clock.now().hour * 60
    Person.objects.filter(id=house.persons["sana"].id).update(zone="UTC", quiet_from=minute, quiet_to=minute - 1)
    safe, danger = house.working(), house.working(danger=Danger.RISK)
    for case in (safe, danger):
        cases.change_priority([case], impact=Impact.MAJOR, urgency=Urgency.HIGH, why="Worse", **house.once("max"))
    for case, waits in ((safe, timedelta(hours=20)), (danger, timedelta())):
        [letter] = [one for one in history_of(house, case).facts.letters if one.kind == "news.priority.changed"]
        assert waits <= letter.leaves_at - house.clock.now() <= waits + timedelta(hours=4)
        late = history_of(house, case).letter_put_off(letter.key, timedelta(minutes=2))
        assert (What.LATE in history_of(house, case).found(late)) is (case == danger)


def test_what_was_recorded_before_anybody_asked_for_news_is_not_held_against_it(house: House) -> None:
    case = house.working(danger=Danger.RISK)
    cases.decide_review([case], decision=NewDecision(ReviewOutcome.ALLOW), **house.once("max"))
    house.tick()
    assert Notice.objects.filter(kind="news.review.decided").delete()[0] == 2
    asked = AskedSince.objects.filter(what="news")
    asked.update(at=house.clock.now() + AN_HOUR)
    assert audited(house).lost == 0
    asked.update(at=house.clock.now() - AN_HOUR)
    assert audited(house).lost == 2


def test_a_customers_haste_and_a_call_that_it_waits_for_are_climbed_and_nobody_is_forgotten(house: House) -> None:
    case = house.working()
    cases.urge([case], text="My mother is alone", danger=True, **house.once("cleo"))
    cases.ask_call([case], number="+493012345678", until=None, **house.once("cleo"))
    house.until(house.clock.now() + timedelta(hours=7), step=timedelta(minutes=15))
    assert audited(house).well
    house.clock.advance(timedelta(hours=5))
    assert audited(house).lost, "nobody looks any more"
    lost = " ".join(effect for _what, effect in found())
    assert ("CUSTOMER_UPDATE:owed:" in lost, "CUSTOMER_UPDATE:call:" in lost) == (True, True)
