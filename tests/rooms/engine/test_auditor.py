"""The auditor: what is lost, doubled, early or silent is found by what was raised and the policy alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backline.calendars import choices
from backline.calendars.operations import Plan, keep
from backline.calendars.words import ChosenFor
from backline.cases import gates
from backline.cases import operations as cases
from backline.cases.models import Alarm, Case
from backline.cases.operations import NewDecision, NewVisit, NewWorkaround
from backline.cases.operations._write import Decided, held_now, locked, record
from backline.cases.roster import casts_of
from backline.channels.models import Notice
from backline.config.postgres import SUPERUSER, EmbeddedPostgres
from backline.core import clock as law
from backline.core import fold as folded
from backline.core.calendar import same_every_day
from backline.core.events import By
from backline.core.impact import Said
from backline.core.moves import Ask, Draft
from backline.core.values import decode
from backline.core.watch import look
from backline.core.words import (
    Actor,
    ActorKind,
    ClockName,
    Danger,
    Gate,
    Impact,
    JobOutcome,
    Reason,
    ReviewOutcome,
    RootCause,
    State,
    Urgency,
    WaitReason,
)
from backline.engine.auditor import passes
from backline.engine.auditor.clocks import due, running
from backline.engine.auditor.record import begin, read
from backline.engine.models import Audited, Finding, Pass
from backline.ledger import queries as ledger
from backline.ledger.operations import Recording
from backline.policies import queries as policies
from tests.core.calendars import blocks
from tests.fakes.clock import SettableClock
from tests.fakes.house import House
from tests.fakes.post import deliver
from tests.fakes.punctual import Punctual

ENGINE = Actor(ActorKind.SYSTEM, "engine")


def audited(house: House, *, whole: bool = True) -> Pass:
    """One pass now, after the letters were looked at."""
    while deliver(at=house.clock.now(), sender=None, limit=100):
        pass
    found = passes.run(house.clock.now(), whole=whole)
    assert found
    return found


def found() -> set[tuple[str, str]]:
    """What the auditor says is wrong."""
    return set(Finding.objects.values_list("what", "effect"))


def drafts(house: House, case: str, *, ahead: timedelta = timedelta()) -> list[Draft]:
    """What a look would record if it were later."""
    [held] = held_now(list(locked().filter(id=case)))
    ask = Ask(ENGINE, house.clock.now() + ahead, held.policy)
    cast = casts_of([held.case], [held.policy], at=ask.at)[case]
    return list(look(held.now, ask, cast, gates.closed(held.case, held.policy)))


def write(house: House, case: str, written: list[Draft]) -> None:
    """A worker gone wrong records this now."""
    [held] = held_now(list(locked().filter(id=case)))
    at = house.clock.now()
    record([Decided(held, written, Recording(By(ENGINE.kind, ENGINE.id), at, at))])


def test_a_climb_that_nobody_answers_is_whole_to_its_last_rung_and_beyond(house: House) -> None:
    house.clock = Punctual(house)
    house.raised()
    house.clock.advance(timedelta(hours=3))
    kept = audited(house)
    rungs = sum(event.kind == "rung.reached" for case in Case.objects.all() for event in ledger.events(str(case.id)))
    assert rungs > 5
    assert (kept.lost, kept.doubled, kept.early, kept.late, kept.silence) == (0, 0, 0, 0, 0)
    assert kept.expected == rungs + Notice.objects.filter(kind__startswith="rung.").count() + 1


def test_a_case_without_an_alarm_is_found_at_once_and_what_it_loses_when_it_does(house: House) -> None:
    case, other = house.raised(), house.raised()
    house.tick()
    Alarm.objects.filter(case_id=case).delete()
    kept = audited(house)
    assert (kept.lost, kept.silent, kept.well) == (0, 1, False)
    assert found() == {("SILENT", "alarm")}
    house.clock.advance(timedelta(minutes=16))
    house.tick()
    kept = audited(house, whole=False)
    assert [one.effect for one in Finding.objects.filter(what="LOST")] == ["TRIAGE::1:1:0"]
    assert (kept.lost, kept.waiting, kept.overdue) == (1, 1, 0)
    assert set(Finding.objects.values_list("case_id", flat=True)) == {Case.objects.get(id=case).id}
    assert Case.objects.filter(id=other).exists()


def test_an_alarm_set_too_late_is_found_before_it_matters(house: House) -> None:
    case = house.raised()
    house.tick()
    Alarm.objects.filter(case_id=case).update(look_at=house.clock.now() + timedelta(days=3))
    assert audited(house).silent == 1
    cases.rebuild(check=False)
    assert audited(house).well


def test_who_slept_is_said_to_be_late_and_what_nobody_was_told_stays_lost(house: House) -> None:
    slept, taken = house.raised(), house.raised()
    house.clock.advance(timedelta(minutes=10))
    kept = audited(house)
    assert (kept.lost, kept.waiting, kept.overdue) == (2, 2, 2)
    house.offer(taken)
    house.tick()
    kept = audited(house, whole=False)
    assert (kept.lost, kept.waiting, kept.overdue, kept.late) == (1, 0, 0, 1)
    assert {(str(one.case_id), one.what, one.seconds) for one in Finding.objects.all()} == {
        (slept, "LATE", 600),
        (taken, "LOST", 0),
    }


def test_a_rung_told_twice_is_found_though_the_letter_is_not(house: House) -> None:
    case = house.raised()
    written = drafts(house, case)
    write(house, case, written)
    assert audited(house).well
    letters = Notice.objects.count()
    write(house, case, written)
    kept = audited(house)
    assert (kept.doubled, kept.lost, kept.early) == (1, 0, 0)
    assert found() == {("DOUBLED", "TRIAGE::1:0:0")}
    assert Notice.objects.count() == letters


def test_a_rung_told_before_its_moment_is_found(house: House) -> None:
    case = house.raised()
    house.tick()
    write(house, case, drafts(house, case, ahead=timedelta(minutes=15)))
    kept = audited(house)
    assert (kept.early, kept.lost, kept.doubled) == (1, 0, 0)
    early = Finding.objects.get()
    assert (early.what, early.effect, early.at) == (
        "EARLY",
        "TRIAGE::1:1:0",
        house.clock.now() + timedelta(minutes=15),
    )


def test_a_rung_that_nobody_asked_for_is_early_whenever_it_comes(house: House) -> None:
    case = house.raised()
    house.tick()
    last = ledger.events(case)[-1]
    write(house, case, [Draft("rung.reached", {**last.data, "climb": "ACCEPT::1", "clock": "ACCEPT"})])
    assert ("EARLY", "ACCEPT::1:0:0") in (audited(house) and found())


def test_what_was_recorded_for_a_moment_that_has_not_come_is_early(house: House) -> None:
    case = house.raised()
    cases.look([case], at=house.clock.now() + timedelta(hours=1))
    kept = audited(house)
    assert (kept.early, kept.lost) == (1, 0)
    assert ("EARLY", f"ahead:{len(ledger.events(case))}") in found()


def test_what_lay_between_two_rungs_and_is_not_said_to_be_skipped_is_lost(house: House) -> None:
    case = house.raised()
    house.clock.advance(timedelta(minutes=31))
    written = [
        Draft(one.kind, {**one.data, "skipped": []}) if one.data["clock"] == ClockName.TRIAGE else one
        for one in drafts(house, case)
    ]
    write(house, case, written)
    audited(house)
    assert {("LOST", "TRIAGE::1:0:0"), ("LOST", "TRIAGE::1:1:0")} <= found()


@pytest.mark.parametrize("gate", ["review", "root cause"])
def test_what_waits_for_the_customer_is_looked_at_anew_when_a_gate_opens(
    house: House, monkeypatch: pytest.MonkeyPatch, gate: str
) -> None:
    monkeypatch.setitem(gates._GATES, Gate.JOB_RECORDED, lambda case: "A_PAPER")
    case = house.raised("carl", danger=Danger.RISK)
    house.offer(case)
    house.accept(case)
    house.resolve(case)
    house.tick()
    house.clock = Punctual(house)
    house.clock.advance(timedelta(days=5, seconds=1))
    if gate == "review":
        cases.decide_review([case], decision=NewDecision(ReviewOutcome.ALLOW), **house.once("max"))
    else:
        cases.record_root_cause([case], lies_in=RootCause.PART, text="A bad batch", **house.once("max"))
    house.tick()
    told = [event.data["climb"] for event in ledger.events(case) if event.data.get("clock") == ClockName.CONFIRM]
    assert len(told) == len(set(told)) == 2
    assert sum(one.kind.startswith("rung.CONFIRM") for one in house.letters("Carl")) == 2
    assert audited(house).well


def test_a_rung_is_judged_by_the_hours_that_were_known_when_it_acted(house: House) -> None:
    ada, begun = house.actor("ada"), house.clock.now()
    always, never = same_every_day(*blocks("00:00-24:00")), same_every_day(*blocks("03:00-04:00"))
    plan = Plan("Office", "Europe/Berlin", always, date(2026, 1, 1))
    office = keep(plan, by=ada, at=begun)
    choices.choose((ChosenFor.ORGANISATION, str(choices.EVERYBODY)), office.calendar, by=ada, at=begun)
    house.clock = Punctual(house)
    house.clock.advance(timedelta(days=1))
    house.raised(impact=Impact.MEDIUM)
    house.clock.advance(timedelta(hours=3))
    assert audited(house).well
    corrected = replace(plan, week=never, correction=True)
    keep(corrected, calendar_id=office.calendar, seen=1, by=ada, at=house.clock.now())
    while cases.recompute(at=house.clock.now()):
        pass
    house.clock.advance(passes.OVERLAP * 3)
    kept = audited(house)
    assert (kept.early, kept.lost, kept.silent, kept.late) == (0, 0, 0, 0)


def test_a_letter_that_is_not_there_and_one_too_many(house: House) -> None:
    case = house.raised()
    house.tick()
    to_carl = Notice.objects.get(kind__startswith="rung.")
    to_carl.pk, to_carl.effect_key = None, f"{to_carl.effect_key}:again"
    to_carl._state.adding = True
    to_carl.save()
    Notice.objects.filter(kind="customer.raised").delete()
    kept = audited(house)
    assert (kept.lost, kept.doubled) == (1, 1)
    assert found() == {("LOST", "customer:1"), ("DOUBLED", to_carl.effect_key)}
    assert case in to_carl.effect_key


def test_a_case_whose_row_was_closed_behind_its_record_is_silent(house: House) -> None:
    case = house.raised()
    house.tick()
    Case.objects.filter(id=case).update(closed_at=house.clock.now(), state=State.CLOSED)
    audited(house)
    assert found() == {("SILENT", "row"), ("BROKEN", f"shown:{ledger.events(case)[-1].seq}")}


def test_a_record_that_was_changed_says_where_and_stops_nobody(
    fresh_database: str, postgres: EmbeddedPostgres, clock: SettableClock
) -> None:
    house = House(clock)
    case, other = house.raised(), house.raised()
    house.tick()
    name = str(connection.settings_dict["NAME"])
    with psycopg.connect(postgres.url(SUPERUSER, name), autocommit=True) as owner:
        owner.execute("ALTER TABLE ledger_event DISABLE TRIGGER USER")
        body = """convert_to(replace(convert_from(body, 'UTF8'), '"rung":0', '"rung":1'), 'UTF8')"""
        owner.execute(f"UPDATE ledger_event SET body = {body} WHERE case_id = %s AND seq = 2", [case])
        owner.execute("DELETE FROM ledger_event WHERE case_id = %s AND seq = 1", [other])
    house.raised()
    house.tick()
    kept = audited(house)
    assert (kept.broken, kept.cases) == (2, 3)
    broken = Finding.objects.filter(what="BROKEN").values_list("case_id", "effect")
    assert {str(one): effect for one, effect in broken} == {case: "chain:2", other: "chain:1"}


def test_a_pass_reads_what_changed_and_what_is_due_and_the_rest_in_turn(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _number in range(7):
        house.raised()
    house.tick()
    assert (audited(house).looked, audited(house).cases) == (7, 7)
    monkeypatch.setattr(passes, "SLICE", 3)
    house.clock.advance(passes.OVERLAP + timedelta(seconds=1))
    reads = [audited(house, whole=False) for _number in range(4)]
    assert [one.looked for one in reads] == [7, 3, 1, 3]
    assert [one.whole_at == house.clock.now() for one in reads] == [False, False, True, True]
    house.raised()
    house.tick()
    assert audited(house, whole=False).looked in (3, 4), "it may be its turn"
    assert Audited.objects.count() == 8


def test_what_should_have_been_by_now_is_asked_for_though_nothing_was_written(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    forgotten = sorted(house.raised() for _number in range(3))[-1]
    house.tick()
    house.clock.advance(timedelta(minutes=14))
    assert audited(house).well
    Alarm.objects.filter(case_id=forgotten).delete()
    monkeypatch.setattr(passes, "SLICE", 1)
    house.clock.advance(timedelta(minutes=3))
    assert audited(house, whole=False).lost > 0
    assert forgotten in {str(one.case_id) for one in Finding.objects.filter(what="LOST")}


def test_a_pass_costs_the_same_queries_for_many_cases(house: House) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            audited(house)
        return len(asked)

    house.raised()
    house.tick()
    audited(house)
    few = cost()
    for _number in range(20):
        house.raised()
    house.tick()
    audited(house)
    assert cost() == few


def test_only_one_auditor_at_a_time(fresh_database: str, clock: SettableClock) -> None:
    house = House(clock)
    house.raised()
    with psycopg.connect(fresh_database, autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [passes._ALONE])
        assert passes.run(clock.now()) is None
        other.execute("SELECT pg_advisory_unlock(%s)", [passes._ALONE])
    assert audited(house).cases == 1


def test_its_clocks_are_those_of_the_law_which_it_does_not_ask(house: House) -> None:
    case = house.raised("carl", danger=Danger.RISK, reasons=frozenset({Reason.SAFETY_RISK}))
    first = "the first of its kind"
    verbs: list[tuple[str, Callable[..., Any], dict[str, Any]]] = [
        ("carl", cases.offer, {"new": cases.NewOffer(str(house.specialists.id), house.actor("sana").id)}),
        ("sana", cases.accept, {"lease": timedelta(minutes=40)}),
        ("sana", cases.begin_wait, {"reason": WaitReason.CUSTOMER, "until": first, "what": "A key"}),
        ("carl", cases.change_priority, {"impact": Impact.MAJOR, "urgency": Urgency.HIGH, "why": "Worse"}),
        ("sana", cases.book_visit, {"visit": first}),
        ("sana", cases.end_wait, {"record": ClockName.WAIT, "outcome": "Came"}),
        ("sana", cases.add_note, {"text": "On my way"}),
        ("carl", cases.correct_impact, {"losses": Said(at_risk=2, cost_an_hour=900), "why": "The guard rang"}),
        ("carl", cases.end_visit, {"record": ClockName.VISIT, "outcome": "Seen"}),
        ("max", cases.decide_review, {"decision": NewDecision(ReviewOutcome.STOP_WORK, lifted_on="The inspector")}),
        ("max", cases.lift_stop, {"why": "Her paper"}),
        ("sana", cases.offer_workaround, {"workaround": first}),
        ("max", cases.approve_workaround, {"record": ClockName.WORKAROUND, "until": first, "limits": ""}),
        ("sana", cases.add_note, {"text": "Again"}),
        ("sana", cases.resolve, {"cause": "Relay", "fix": "New", "outcome": JobOutcome.DONE}),
        ("cleo", cases.dispute, {"why": "It stopped"}),
        ("sana", cases.resolve, {"cause": "Relay", "fix": "New", "outcome": JobOutcome.DONE}),
        ("cleo", cases.confirm, {}),
        ("carl", cases.reopen, {"why": "It came back"}),
    ]
    for who, verb, said in verbs:
        at = house.clock.advance(timedelta(minutes=1))
        later = at + timedelta(hours=2)
        known: dict[str, Any] = {"until": later, "visit": NewVisit(later, later + timedelta(hours=1))}
        known |= {"workaround": NewWorkaround("The stairs", "Nobody in a wheelchair", later)}
        now = decode(folded.Case, Case.objects.values_list("fold", flat=True).get(id=case))
        asked = {name: known[name] if value == first else value for name, value in said.items()}
        if "record" in said:
            asked["record"] = now.running(said["record"])[0].id
        verb([case], **asked, **house.once(who))
    seen: set[str] = set()
    events = ledger.events(case)
    story = begin(events[0])
    for number, event in enumerate(events, 1):
        if number > 1:
            read(story, event)
        lawful = folded.fold(events[:number])
        policy = policies.policy(lawful.policy)
        mine = {clock.climb: (clock.start, due(clock, {})) for clock in running(story, policy)}
        assert mine == {clock.climb: (clock.started_at, clock.due_at) for clock in law.running(lawful, policy)}
        seen |= {climb.partition(":")[0] for climb in mine}
    assert seen == set(ClockName)
