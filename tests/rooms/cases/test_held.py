"""A rung that is held until somebody is on call: told once, as soon as somebody is, to whoever it is by then."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from threading import Barrier, Thread

import pytest
from django.db import connection

from backline.calendars import choices
from backline.calendars.words import ChosenFor
from backline.cases import operations as cases
from backline.cases.climbs import climbs
from backline.cases.models import Alarm
from backline.channels.models import Notice
from backline.channels.notices import NoticeState
from backline.core.calendar import Block
from backline.core.impact import Said
from backline.core.moves import Draft
from backline.core.words import ClockName, Impact, Urgency
from backline.engine.auditor.found import What
from backline.engine.duties.held import Held
from backline.engine.duties.look import Look
from backline.ledger import queries as ledger
from backline.people import operations as people
from backline.people.operations import PersonForm
from tests.conftest import FRIDAY
from tests.fakes.browser import signed_in, text
from tests.fakes.clock import SettableClock
from tests.fakes.hours import calendar, chosen
from tests.fakes.house import House
from tests.fakes.shifts import (
    HOUR,
    MINUTE,
    SATURDAY,
    SUNDAY,
    agreed,
    away,
    on,
    plan,
    swap,
    taking_turns,
    turns,
    who,
)
from tests.fakes.tampered import histories
from tests.rooms.cases.test_hours import P3
from tests.rooms.cases.test_on_call_hears import holding
from tests.rooms.cases.test_recompute import LONG, again, recomputed
from tests.rooms.engine.test_auditor import audited, found, write

LETTER = "^{}:ACCEPT::[0-9]+:0:0:.*:EMAIL$"
DAYS = ((Block(8 * 60, 18 * 60),),) * 7


def held(house: House, team: str) -> str:
    """A case that nobody has heard of on Friday evening: Lena has the next shift, Dora the one after hers."""
    holding(house)
    plan(house, team, turns(house, "sana", "lena", "dora", week=DAYS), seen=1)
    case = house.raised()
    house.offer(case, person="")
    house.tick()
    assert heard(case) == []
    return case


def heard(case: str) -> list[str]:
    """To whom letters of the rung that is held were written, in their order."""
    letters = Notice.objects.filter(effect_key__regex=LETTER.format(case))
    return list(letters.order_by("queued_at", "id").values_list("recipient_name", flat=True))


def rings(house: House) -> None:
    """The engine watches for somebody on call, and looks."""
    Held().run(house.clock.now())
    house.tick()


def is_away(house: House, _team: str) -> None:
    away(house, "lena", house.clock.now(), None)


def is_swapped(house: House, team: str) -> None:
    asked = swap(house, team, "lena", SATURDAY, SATURDAY + 10 * HOUR, "dora")
    people.take_swap(asked, **who(house, "dora"))


def has_left(house: House, _team: str) -> None:
    gone = PersonForm("Lena", house.persons["lena"].email, (), active=False)
    cases.keep_person(gone, person_id=str(house.persons["lena"].id), by=house.actor("ada"), at=house.clock.now())


def test_what_is_held_until_somebody_is_on_call_arrives_when_the_shift_begins(house: House, team: str) -> None:
    holding(house)
    plan(house, team, turns(house, "sana", "lena", week=DAYS), seen=1)
    case = house.raised()
    house.offer(case, person="")
    coming = house.view(case).coming[0].what
    assert coming.startswith("Nobody is on call; Lena will hear when the shift begins")
    assert "08:00" in coming
    house.tick()
    assert heard(case) == []
    [waits] = [entry for entry in house.view(case).timeline if entry.kind == "rung.reached"]
    said = "nobody is on call; told when the next shift begins, by the plan to Lena, Sat 21 Nov 2026, 08:00"
    assert said in waits.what
    assert waits.why == (), "nobody has heard yet, as whoever"
    assert foreseen(house, case, SATURDAY) == ["who is on call (Lena)"]
    page = text(signed_in("carl").get(f"/cases/{case}/climbs"))
    assert "Nobody is on call; told when the next shift begins, by the plan to Lena, " in page
    assert "Nobody could be found" not in page
    [untold] = Notice.objects.filter(effect_key__endswith=":held")
    assert (untold.state, untold.recipient_name) == (NoticeState.NOT_SENT, "Nobody")
    assert audited(house).well, found()
    house.until(SATURDAY - MINUTE)
    assert heard(case) == []
    house.until(SATURDAY)
    assert heard(case) == ["Lena"]
    house.until(SATURDAY + HOUR)
    assert heard(case) == ["Lena"]
    assert "waited for somebody on call; told Lena" in text(signed_in("carl").get(f"/cases/{case}"))
    assert audited(house).well, found()


def test_what_is_held_is_not_told_once_somebody_has_taken_the_case(house: House, team: str) -> None:
    case, other = held(house, team), house.raised()
    house.offer(other, person="")
    house.accept(case, "sana")
    house.tick()
    house.until(SATURDAY, step=HOUR)
    assert (heard(case), heard(other)) == ([], ["Lena"])
    house.accept(other, "lena")
    assert {one.state for one in Notice.objects.filter(effect_key__regex=LETTER.format(other))} == {"CANCELLED"}
    assert audited(house).well, found()


@pytest.mark.parametrize("moves", [is_away, is_swapped, has_left])
def test_who_is_told_is_whoever_has_the_shift_when_it_begins(
    house: House, team: str, moves: Callable[[House, str], None]
) -> None:
    case = held(house, team)
    house.clock.advance(HOUR)
    moves(house, team)
    [then] = on(house, team, SATURDAY)
    assert then != "lena"
    assert foreseen(house, case, SATURDAY) == [f"who is on call ({then.title()})"]
    house.until(SATURDAY - MINUTE)
    rings(house)
    assert heard(case) == []
    house.until(SATURDAY + HOUR)
    assert heard(case) == [then.title()]
    assert audited(house).well, found()
    assert case not in {str(letter.case_id) for letter in house.letters("Otto")}


def foreseen(house: House, case: str, at: datetime) -> list[str]:
    """What would happen at a moment if nobody did anything."""
    ahead = climbs(case, house.actor("carl"), at=house.clock.now(), zone="Europe/Berlin").climbs[0].rungs
    return [one.what for one in ahead if one.at == at]


def test_who_takes_over_within_the_gap_is_told_at_once_and_nobody_else_later(house: House, team: str) -> None:
    case = held(house, team)
    house.clock.advance(HOUR)
    rings(house)
    assert heard(case) == []
    people.take_over(team, **who(house, "max"))
    rings(house)
    assert heard(case) == ["Max"]
    rings(house)
    house.until(SATURDAY + HOUR)
    assert heard(case) == ["Max"]
    assert Held().run(house.clock.now()) == 0
    assert audited(house).well, found()


def test_where_the_gap_becomes_longer_it_waits_for_the_next_shift_and_says_so(house: House, team: str) -> None:
    case = held(house, team)
    for name in ("sana", "lena", "dora"):
        away(house, name, FRIDAY + HOUR, SUNDAY, by="max")
    house.until(SATURDAY + MINUTE)
    assert heard(case) == []
    told = [event for event in ledger.events(case) if event.kind == "rung.covered"]
    assert [(event.recorded_at, event.data["held_until"]) for event in told] == [(SATURDAY, SUNDAY.isoformat())]
    assert audited(house).well, found()
    house.clock.at = SUNDAY
    house.tick()
    [then] = on(house, team, SUNDAY)
    assert heard(case) == [then.title()]
    assert audited(house).well, found()


def test_where_nobody_is_on_call_any_more_at_all_it_falls_to_the_coordinators(house: House, team: str) -> None:
    case = held(house, team)
    for name in ("sana", "lena", "dora"):
        away(house, name, FRIDAY + HOUR, None, by="max")
    house.until(SATURDAY)
    assert heard(case) == ["Carl"]
    [told] = [entry for entry in house.view(case).timeline if entry.kind == "rung.covered"]
    assert told.what.endswith("waited for somebody on call; told Carl")
    assert told.why[0] == "as the coordinators"
    assert audited(house).well, found()


def test_danger_ends_the_wait_at_once_also_where_it_begins_no_climb_anew(house: House, team: str) -> None:
    holding(house)
    plan(house, team, turns(house, "sana", "lena", "dora", week=DAYS), seen=1)
    case = house.raised(impact=Impact.MAJOR, urgency=Urgency.HIGH)
    house.offer(case, person="")
    house.tick()
    house.clock.advance(MINUTE)
    generation = Alarm.objects.get(case_id=case, clock="ACCEPT").generation
    cases.correct_impact([case], losses=Said(trapped=1), why="A cleaner is inside", **house.once("carl"))
    assert Alarm.objects.get(case_id=case, clock="ACCEPT").generation == generation
    assert Alarm.objects.get(case_id=case, clock="ACCEPT").look_at <= house.clock.now()
    house.clock.advance(2 * MINUTE)
    audited(house)
    assert found() >= {("LOST", f"ACCEPT::{generation}:0:0")}, "a worker that sleeps is found out"
    house.tick()
    assert heard(case) == ["Carl"]
    audited(house)
    assert ("LOST", f"ACCEPT::{generation}:0:0") not in found()


def test_nothing_waits_for_a_shift_that_nobody_can_know_of(house: House, team: str) -> None:
    holding(house)
    plan(house, team, turns(house, "sana", "lena", "dora", week=DAYS), seen=1)
    case = house.raised()
    house.offer(case, person="")
    house.tick()
    [history] = [one for one in histories(house.clock.now()) if str(one.facts.case) == case]
    [rung] = [one for one in history.rungs() if one.data["clock"] == ClockName.ACCEPT]
    assert What.LOST not in history.found(history.facts)
    assert What.LOST in history.found(history.held_for(rung, 365 * 24 * HOUR))


def test_other_hours_do_not_put_off_the_look_at_what_is_held(house: House, team: str) -> None:
    office = calendar(house)
    chosen(house, ChosenFor.ORGANISATION, choices.EVERYBODY, office)
    recomputed(house)
    holding(house)
    plan(house, team, turns(house, "sana", "lena", week=DAYS), seen=1)
    house.clock.at = SATURDAY - 2 * MINUTE
    case = house.raised(**P3)
    house.offer(case, person="")
    house.tick()
    again(house, office, LONG)
    recomputed(house)
    assert Alarm.objects.get(case_id=case, clock="ACCEPT").look_at == SATURDAY
    house.until(SATURDAY)
    assert heard(case) == ["Lena"]
    assert audited(house).well, found()


def test_two_workers_at_once_tell_it_once(fresh_database: str, clock: SettableClock) -> None:
    house = House(clock)
    team = taking_turns(house)
    case = held(house, team)
    house.clock.advance(HOUR)
    agreed(house, team, "dora", house.clock.now(), SATURDAY)
    house.clock.advance(MINUTE)
    start, at = Barrier(4), house.clock.now()

    def works() -> None:
        start.wait()
        try:
            for duty in (Held(), Look(), Look()):
                duty.run(at)
        finally:
            connection.close()

    threads = [Thread(target=works) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rings(house)
    assert heard(case) == ["Dora"]
    assert sum(event.kind == "rung.covered" for event in ledger.events(case)) == 1
    assert cases.rebuild(check=True).flaws == ()
    assert audited(house).well, found()


def test_the_auditor_misses_what_is_held_too_long_and_finds_what_is_told_twice(house: House, team: str) -> None:
    case = held(house, team)
    house.clock.at = SATURDAY
    house.tick()
    covered = [Draft(one.kind, one.data) for one in ledger.events(case) if one.kind == "rung.covered"]
    [told] = covered
    assert audited(house).well, found()
    house.clock.advance(MINUTE)
    write(house, case, covered)
    audited(house)
    assert ("DOUBLED", f"{told.data['climb']}:0:0") in found()


def test_the_auditor_finds_what_waits_though_it_may_not_and_what_is_not_told_though_somebody_is_there(
    house: House, team: str
) -> None:
    case = held(house, team)
    climb = Alarm.objects.get(case_id=case, clock="ACCEPT")
    Alarm.objects.filter(case_id=case, clock="ACCEPT").update(look_at=SATURDAY + 3 * HOUR)
    house.clock.at = SATURDAY + 2 * MINUTE
    audited(house)
    assert ("LOST", f"ACCEPT::{climb.generation}:0:0") in found()
    house.clock.at = SATURDAY + 3 * HOUR
    house.tick()
    audited(house)
    assert ("LATE", f"ACCEPT::{climb.generation}:0:0") in found()
    assert ("LOST", f"ACCEPT::{climb.generation}:0:0") not in found()
    triage = house.raised()
    house.tick()
    [rung] = [one for one in ledger.events(triage) if one.kind == "rung.reached"]
    house.clock.advance(HOUR)
    house.tick()
    last = [one for one in ledger.events(triage) if one.kind == "rung.reached"][-1]
    waits = {**last.data, "repeat": last.data["repeat"] + 1, "told": [], "held_until": (SUNDAY + HOUR).isoformat()}
    house.clock.advance(HOUR)
    write(house, triage, [Draft("rung.reached", waits)])
    audited(house)
    assert ("LOST", f"{rung.data['climb']}:{last.data['rung']}:{waits['repeat']}") in found(), "that rung never waits"
