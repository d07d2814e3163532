"""A ladder that is derived anew, by other rules or by what came late, goes on by its own waits: nobody is forgotten."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise

import pytest

from backline.calendars.operations import Plan, keep
from backline.calendars.words import ChosenFor
from backline.cases import operations as cases
from backline.cases.models import Alarm
from backline.core.calendar import same_every_day
from backline.core.events import Event
from backline.core.foresight import Outlook, next_of
from backline.core.ladder import Cast
from backline.core.policy import shipped
from backline.core.words import ClockName, WaitReason
from backline.engine.auditor import passes
from backline.engine.auditor.found import What
from backline.engine.duties.recompute import Recompute
from backline.engine.models import Finding
from backline.ledger import queries as ledger
from tests.core.calendars import blocks
from tests.fakes.hours import calendar, chosen
from tests.fakes.house import House
from tests.fakes.punctual import Punctual
from tests.fakes.rules import other_rules
from tests.fakes.tampered import histories

HOUR = timedelta(hours=1)
OFTEN, RARELY = 'every = "30 min"', 'every = "12 h"'


def rungs(case: str, clock: ClockName) -> list[Event]:
    return [one for one in ledger.events(case) if one.kind == "rung.reached" and one.data["clock"] == clock]


def lawful(house: House) -> None:
    """Rows and alarms are what the events give, and the auditor, in its own words, finds nobody left in silence."""
    assert cases.rebuild(check=True).flaws == ()
    assert list(cases.recompute_check()) == []
    passes.run(house.clock.now(), whole=True)
    silent = Finding.objects.exclude(what__in=[What.LATE, What.OVERDUE])
    assert not list(silent.values_list("what", "effect"))


def missed(house: House, rung: Event) -> set[str]:
    """What the auditor says is lost of its clock, had it told nobody."""
    [history] = [one for one in histories(house.clock.now()) if str(one.facts.case) == rung.case]
    [told] = [one for one in history.rungs() if one.seq == rung.seq]
    found = history.judged(history.without(told)).found
    return {one.effect for one in found if one.what is What.LOST and one.effect.startswith(rung.data["climb"])}


def test_other_rules_begin_the_ladder_of_what_was_agreed_anew_as_well(house: House) -> None:
    house.clock = Punctual(house)
    mine, waits = house.working(), house.raised(job=str(house.otto_job.id))
    house.offer(waits)
    house.accept(waits)
    until = house.clock.now() + HOUR
    cases.begin_wait([waits], reason=WaitReason.CUSTOMER, until=until, what="The key", **house.once("sana"))
    house.clock.advance(48 * HOUR)
    rules, agreed = other_rules(house, OFTEN, RARELY), {mine: ClockName.PROGRESS, waits: ClockName.WAIT}
    before = {case: len(rungs(case, clock)) for case, clock in agreed.items()}
    cases.move_policy([mine, waits], policy=rules.id, why="Fewer words", **house.once("max"))
    moved_at = house.clock.now()
    house.clock.advance(25 * HOUR)
    for case, clock in agreed.items():
        told = rungs(case, clock)[before[case] :]
        heard_at = [moved_at, *(one.recorded_at for one in told)]
        assert max(b - a for a, b in pairwise(heard_at)) <= 12 * HOUR, clock
        said = told[0].data
        dealt = [*(one["rung"] for one in said["skipped"]), *([] if said["repeat"] else [said["rung"]])]
        assert dealt == list(range(said["rung"] + 1)), "each rung of the other ladder is told or said to be skipped"
        assert said["late_seconds"] == 0, "nobody was late by rules that came now"
        assert all(missed(house, one) for one in (told[0], told[-1])), "and the auditor asks for it by them"
    lawful(house)


def waited_since_long(house: House, case: str, _office: str) -> None:
    """The wait was so on site before the case was due; it reaches us a day after."""
    then, until = house.clock.now() - 40 * HOUR, house.clock.now() + 500 * HOUR
    said = {"reason": WaitReason.CUSTOMER, "until": until, "what": "The key", "occurred_at": then}
    cases.begin_wait([case], **said, **house.once("sana"))


def fewer_hours(house: House, _case: str, office: str) -> None:
    """The hours of the customer were fewer in truth."""
    plan = Plan("Office", "Europe/Berlin", same_every_day(*blocks("08:00-10:00")), date(2026, 1, 1), correction=True)
    keep(plan, calendar_id=office, seen=1, by=house.actor("ada"), at=house.clock.now())
    while Recompute().run(house.clock.now()):
        pass


@pytest.mark.parametrize("later", [waited_since_long, fewer_hours])
def test_a_case_that_is_due_later_than_was_known_is_told_of_when_it_is_due_and_from_then_on(
    house: House, later: Callable[[House, str, str], None]
) -> None:
    house.clock = Punctual(house)
    office = calendar(house, week=same_every_day(*blocks("00:00-24:00")))
    chosen(house, ChosenFor.CUSTOMER, house.job.site.customer_id, office)
    case = house.working()
    house.clock.advance(48 * HOUR)
    before = len(rungs(case, ClockName.RESOLVE))
    later(house, case, office)
    alarm = Alarm.objects.get(case=case, clock=ClockName.RESOLVE)
    due_at = alarm.due_at
    assert due_at > house.clock.now() + 5 * HOUR
    assert alarm.look_at <= due_at, "sooner where a pause reaches its limit, which is noted"
    view = house.view(case)
    [resolve] = [clock for clock in view.clocks if clock.name is ClockName.RESOLVE]
    foreseen = next_of(resolve, view.case, Outlook(shipped(), Cast(), house.clock.now()))
    assert foreseen
    assert foreseen.at == due_at
    house.clock.advance(due_at + 9 * HOUR - house.clock.now())
    told = rungs(case, ClockName.RESOLVE)[before:]
    assert [one.recorded_at - due_at for one in told] == [0 * HOUR, 4 * HOUR, 8 * HOUR]
    assert [one.data["repeats_missed"] for one in told] == [0, 0, 0]
    lawful(house)
    assert missed(house, told[0]) == {f"{told[0].data['climb']}:2:before-{told[1].data['repeat']}"}
    assert missed(house, told[-1]) == {f"{told[-1].data['climb']}:2:{told[-1].data['repeat']}"}
