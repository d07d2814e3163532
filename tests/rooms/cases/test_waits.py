"""Rungs that wait in somebody's working hours: who hears when, whatever looks, and what a change of calendars moves."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from backline.calendars import choices
from backline.calendars.operations import Plan, keep
from backline.calendars.words import ChosenFor
from backline.cases import operations as cases
from backline.cases.models import Alarm
from backline.core.calendar import same_every_day
from backline.core.policy import shipped
from backline.core.words import Impact, Urgency
from backline.engine.auditor import passes
from backline.engine.duties.recompute import Recompute
from backline.ledger import queries as ledger
from backline.policies import file, queries
from tests.core.calendars import WEEKDAYS, blocks
from tests.fakes.browser import signed_in, words
from tests.fakes.hours import calendar, chosen, looked, saved
from tests.fakes.house import House
from tests.fakes.post import deliver
from tests.fakes.punctual import Punctual
from tests.rooms.cases.test_hours import due, wall

EDIT = "/administration/policies/edit"
SHIPPED = file.write(shipped())
AFTER, BEFORE = SHIPPED.split("[ladders.ACCEPT]")[0], SHIPPED.split("[ladders.PROGRESS]")[1]
LADDER = """[ladders.ACCEPT]
every = "1 h"
rungs = [
  { tell = "ASSIGNEE" },
  { tell = "TEAM_LEAD", wait = "2 h", wait_in = "TEAM" },
  { tell = "MANAGERS", wait = "30 min" },
]

[ladders.PROGRESS]"""
WAITING = AFTER + LADDER + BEFORE
HOUR = timedelta(hours=1)


def kept(ada: Client, text: str) -> int:
    """Looked at and saved as an administrator does; what the last page answered."""
    typed = {"text": text, "why": "Nobody is there in the night", "effective_at": ""}
    return int(saved(ada, EDIT, looked(ada, EDIT, **typed), **typed).status_code)


def told(case: str) -> list[tuple[str, datetime]]:
    """Whom the ladder of ACCEPT told, and for when that was planned."""
    return [
        (event.data["role"], datetime.fromisoformat(event.data["planned_at"]))
        for event in ledger.events(case)
        if event.kind == "rung.reached" and event.data["clock"] == "ACCEPT"
    ]


def offered(house: House) -> str:
    """A case that Sana is offered on a Friday evening at 19:00 of Berlin, when her team's week is over."""
    assert kept(signed_in("ada"), WAITING) == 302
    chosen(house, ChosenFor.TEAM, house.specialists.id, calendar(house))
    house.clock.advance(timedelta(minutes=1))
    case = house.raised()
    house.offer(case)
    return case


ON_MONDAY = [("ASSIGNEE", "2026-11-20T19:01"), ("TEAM_LEAD", "2026-11-23T10:00"), ("MANAGERS", "2026-11-23T10:30")]


def audited(house: House) -> set[tuple[str, str]]:
    """What the auditor finds, after the letters were looked at."""
    while deliver(at=house.clock.now(), sender=None, limit=100):
        pass
    assert passes.run(house.clock.now(), whole=True)
    return set(passes.Finding.objects.exclude(what="LATE").values_list("what", "effect"))


def test_where_it_burns_nobody_waits_for_monday(house: House) -> None:
    case = offered(house)
    house.clock = Punctual(house)
    house.clock.advance(HOUR)
    raised = {"impact": Impact.MAJOR, "urgency": Urgency.HIGH, "why": "She is alone in there"}
    cases.change_priority([case], **raised, **house.once("carl"))
    burning = house.raised(impact=Impact.MAJOR, urgency=Urgency.HIGH)
    house.offer(burning)
    house.clock.advance(7 * HOUR)
    for one, since in ((case, "2026-11-20T19:01"), (burning, "2026-11-20T20:01")):
        heard = list(dict.fromkeys((role, at - wall(since)) for role, at in told(one)))
        assert heard[:3] == [("ASSIGNEE", timedelta(0)), ("TEAM_LEAD", 2 * HOUR), ("MANAGERS", 2.5 * HOUR)]
    assert audited(house) == set()
    assert cases.rebuild(check=True).flaws == ()


@pytest.mark.parametrize("often", [True, False])
def test_the_lead_hears_two_working_hours_later_and_a_look_at_the_end_finds_the_same(house: House, often: bool) -> None:
    case = offered(house)
    if often:
        house.clock = Punctual(house)
    else:
        house.tick()
    house.clock.advance(wall("2026-11-23T10:40") - house.clock.now())
    house.tick()
    planned = [(role, wall(at)) for role, at in ON_MONDAY]
    assert told(case) == (planned if often else [planned[0], planned[2]])
    skipped = [step["at"] for event in ledger.events(case) for step in event.data.get("skipped", ()) if not often]
    assert (planned[1][1].astimezone(UTC).isoformat() in skipped) is not often
    letters = [one for one in house.letters("Lena") if "accept" in one.body.lower()]
    assert bool(letters) is often
    assert house.letters("Max")
    assert not [one for one in house.letters("Otto") if "Library" in one.body]
    assert audited(house) == set()
    assert cases.rebuild(check=True).flaws == ()


def test_what_comes_is_foreseen_for_when_it_comes(house: House) -> None:
    case = offered(house)
    house.tick()
    page = words(signed_in("carl").get(f"/cases/{case}/climbs"))
    assert 'datetime="2026-11-23T09:00:00+00:00"' in page
    assert 'datetime="2026-11-23T09:30:00+00:00"' in page


def test_the_auditor_finds_what_is_told_as_if_the_night_counted_and_what_is_not_told_on_monday(house: House) -> None:
    case = offered(house)
    house.tick()
    version = queries.version_in_force(house.clock.now()).id
    house.clock.advance(wall("2026-11-23T10:20") - house.clock.now())
    Alarm.objects.filter(case=case, clock="ACCEPT").delete()
    [lost] = [effect for what, effect in audited(house) if what == "LOST" and effect.startswith("ACCEPT")]
    assert lost.endswith(":1:0")
    assert version == house.view(case).case.policy


def test_a_change_of_calendars_reaches_a_rung_of_a_clock_that_counts_all_time(house: House) -> None:
    assert kept(signed_in("ada"), WAITING.replace('wait_in = "TEAM"', 'wait_in = "CUSTOMER"')) == 302
    office = calendar(house)
    chosen(house, ChosenFor.CUSTOMER, house.job.site.customer_id, office)
    house.clock.advance(timedelta(minutes=1))
    case, other = house.raised(), house.raised(job=str(house.otto_job.id))
    for one in (case, other):
        house.offer(one)
    house.tick()
    before = Alarm.objects.get(case=other, clock="ACCEPT").look_at
    assert Alarm.objects.get(case=case, clock="ACCEPT").look_at == wall("2026-11-23T10:00")
    assert before == house.clock.now() + 2 * HOUR, "Otto's customer chose no hours, so that all time counts"
    late = Plan("Office", "Europe/Berlin", same_every_day(*blocks("10:00-18:00"), days=WEEKDAYS), date(2026, 1, 1))
    keep(late, calendar_id=office, seen=1, by=house.actor("ada"), at=house.clock.now())
    while Recompute().run(house.clock.now()):
        pass
    assert Alarm.objects.get(case=case, clock="ACCEPT").look_at == wall("2026-11-23T12:00")
    assert Alarm.objects.get(case=other, clock="ACCEPT").look_at == before
    assert due(case, due_clock := Alarm.objects.get(case=case, clock="ACCEPT").clock) == due(other, due_clock)
    assert list(cases.recompute_check()) == []
    assert cases.rebuild(check=True).flaws == ()


def test_a_wait_that_hardly_ends_in_somebodys_hours_is_refused_when_saved_and_said_later(house: House) -> None:
    ada = signed_in("ada")
    seldom = calendar(house, "Seldom", same_every_day(*blocks("08:00-09:10"), days=[0]))
    chosen(house, ChosenFor.TEAM, house.specialists.id, seldom)
    long = WAITING.replace('"2 h", wait_in', '"8 h", wait_in')
    refused = looked(ada, EDIT, text=long, why="Why", effective_at="")
    assert refused.status_code == 422
    said = "ladders.ACCEPT.rungs[2].wait: In the hours of the calendar “Seldom” this lasts longer than 31 d."
    assert said in words(refused)
    assert len(queries.versions()) == 1
    assert kept(ada, long.replace('wait_in = "TEAM"', 'wait_in = "CUSTOMER"')) == 302, "nobody there has those hours"
    chosen(house, ChosenFor.ORGANISATION, choices.EVERYBODY, seldom)
    house.clock.advance(timedelta(minutes=1))
    assert "In the hours of the calendar “Seldom” this lasts longer than 31 d" in words(ada.get("/readiness"))


def test_the_edit_page_draws_it_and_says_in_whose_hours_it_waits(house: House) -> None:
    ada = signed_in("ada")
    chosen(house, ChosenFor.TEAM, house.specialists.id, calendar(house))
    typed = {"text": WAITING, "why": "Why", "effective_at": "", "moment": "2026-11-20T20:00", "priority": "P2"}
    page = words(looked(ada, EDIT, **typed, team=str(house.specialists.id)))
    assert "its wait counts in the hours of the team" in page
    assert 'datetime="2026-11-23T09:00:00+00:00"' in page
    assert "rung 2: TEAM_LEAD 2 h later in the hours of TEAM instead of" in page
