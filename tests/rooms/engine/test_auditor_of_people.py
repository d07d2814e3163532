"""The auditor beside what people do about a climb: they have a later rung told at once, they show progress."""

from __future__ import annotations

from datetime import timedelta

from backline.calendars import choices
from backline.calendars.words import ChosenFor
from backline.cases import operations as cases
from backline.cases.models import Alarm
from backline.cases.operations import NewPart, NewWord
from backline.channels.models import Notice
from backline.core.policy import shipped
from backline.core.words import ClockName, Impact, Priority
from backline.jobs.models import Job
from backline.ledger import queries as ledger
from backline.policies import file
from tests.fakes.hours import calendar, chosen
from tests.fakes.house import House
from tests.fakes.punctual import Punctual
from tests.fakes.rules import other_rules
from tests.rooms.engine.test_auditor import audited, found


def test_whoever_had_a_later_rung_told_at_once_did_nothing_wrong_and_what_follows_is_asked_for(house: House) -> None:
    house.clock = Punctual(house)
    case = house.raised()
    house.offer(case)
    house.clock.advance(timedelta(minutes=1))
    rung = next(one for one in house.view(case).ahead if one.climb.startswith("ACCEPT") and "managers" in one.what)
    cases.jump([case], climb=rung.climb, rung=rung.rung, why="It burns", **house.once("carl"))
    house.clock.advance(timedelta(hours=1))
    kept = audited(house)
    assert (kept.lost, kept.doubled, kept.early, kept.late, kept.silence) == (0, 0, 0, 0, 0)
    Notice.objects.filter(kind=f"rung.{rung.climb}.", recipient_name="Max").delete()
    assert audited(house).lost >= 1, "the letter that he was to get is missed"


def test_a_lease_that_counts_in_working_time_is_judged_by_it(house: House) -> None:
    chosen(house, ChosenFor.ORGANISATION, choices.EVERYBODY, calendar(house))
    house.clock = Punctual(house)
    case = house.working()
    house.clock.advance(timedelta(minutes=20))
    cases.add_note([case], text="Measured", **house.once("sana"))
    house.clock.advance(timedelta(days=3))
    told = [event for event in ledger.events(case) if event.data.get("clock") == ClockName.PROGRESS]
    assert [f"{event.data['due_at'][:16]}" for event in told][:1] == ["2026-11-23T08:00"], "an hour of Monday's work"
    assert audited(house).well, found()


def test_a_part_that_comes_later_begins_its_ladder_anew_and_owes_the_customer_a_word(house: House) -> None:
    house.clock = Punctual(house)
    case = house.working()
    soon, later = (house.clock.now() + timedelta(hours=hours) for hours in (3, 40))
    cases.request_part([case], part=NewPart("Relay K7", "Vera's Relays", soon), **house.once("sana"))
    [part] = house.view(case).waits
    house.clock.advance(timedelta(minutes=30))
    cases.move_part([case], record=part.id, until=later, why="The lorry broke down", **house.once("sana"))
    house.clock.advance(timedelta(days=3))
    subjects = {event.data["subject"] for event in ledger.events(case) if event.kind == "rung.reached"}
    assert {part.id, "owed"} <= subjects, "both were told about"
    assert audited(house).well, found()
    word = NewWord("It comes on Tuesday", house.clock.now() + timedelta(hours=4))
    cases.tell_customer([case], word=word, **house.once("sana"))
    house.clock.advance(timedelta(days=1))
    assert audited(house).well, found()


def test_a_fact_that_joins_a_case_may_raise_its_priority_and_ask_for_a_review(house: House) -> None:
    house.clock = Punctual(house)
    case = house.raised(impact=Impact.LOW)
    house.offer(case)
    house.clock.advance(timedelta(minutes=5))
    Job.objects.filter(id=house.job.id).update(unsafe=True)
    assert cases.consider(str(house.job.id), at=house.clock.now()) == case
    now = house.view(case).case
    assert (now.priority, len(now.running(ClockName.REVIEW))) == (Priority.P2, 1)
    house.clock.advance(timedelta(hours=6))
    told = {event.data["clock"] for event in ledger.events(case) if event.kind == "rung.reached"}
    assert {ClockName.REVIEW, ClockName.ACCEPT} <= told
    assert audited(house).well, found()


def test_a_ladder_that_other_rules_made_shorter_is_judged_and_its_case_is_no_blind_spot(house: House) -> None:
    house.clock = Punctual(house)
    case = house.working()
    house.clock.advance(timedelta(hours=3))
    assert any(event.data.get("rung") == 5 for event in ledger.events(case) if event.data.get("clock") == "PROGRESS")
    text = file.write(shipped())
    start, end = text.index("[ladders.PROGRESS]"), text.index("[ladders.WAIT]")
    rungs = '{ tell = "ASSIGNEE", share = 1.0 }, { tell = "MANAGERS", wait = "5 min" }'
    shorter = f'[ladders.PROGRESS]\nevery = "30 min"\nrungs = [{rungs}]\n\n'
    version = other_rules(house, text[start:end], shorter)
    cases.move_policy([case], policy=version.id, why="Fewer are to hear", **house.once("max"))
    house.clock.advance(timedelta(hours=2))
    kept = audited(house)
    assert (kept.lost, kept.doubled, kept.early, kept.broken, kept.silence) == (0, 0, 0, 0, 0)
    Alarm.objects.filter(case=case).delete()
    assert audited(house).silent == 1
