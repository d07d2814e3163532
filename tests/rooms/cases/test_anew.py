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
from backline.cases.operations import NewPart, NewVisit
from backline.core.calendar import same_every_day
from backline.core.cast import Cast
from backline.core.events import Event
from backline.core.foresight import Outlook, next_of
from backline.core.policy import shipped
from backline.core.words import ClockName, Impact, Urgency, WaitReason
from backline.engine.auditor import passes
from backline.engine.auditor.found import What
from backline.engine.duties.recompute import Recompute
from backline.engine.models import Finding
from backline.jobs.operations import JobForm, keep_job
from backline.ledger import queries as ledger
from tests.core.calendars import at, blocks
from tests.fakes.hours import calendar, chosen
from tests.fakes.house import House
from tests.fakes.punctual import Punctual
from tests.fakes.rules import A_DAY, other_rules
from tests.fakes.tampered import histories

HOUR = timedelta(hours=1)
SOONER = A_DAY.replace("1 d", "13 h")
OFTEN, RARELY = 'every = "30 min"', 'every = "12 h"'


def rungs(case: str, climb: str) -> list[Event]:
    """What was told by the climbs of one clock."""
    return [one for one in ledger.events(case) if one.kind == "rung.reached" and one.data["climb"].startswith(climb)]


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
    mine, waits, visited = house.working(), house.raised(job=str(house.otto_job.id)), house.raised(job=another(house))
    for case in (waits, visited):
        house.offer(case)
        house.accept(case)
    soon = house.clock.now() + HOUR
    cases.book_visit([visited], visit=NewVisit(soon, soon + HOUR), **house.once("sana"))
    cases.request_part([waits], part=NewPart("Relay K7", "Vera's Relays", soon), **house.once("sana"))
    [part] = house.view(waits).case.running(ClockName.WAIT)
    cases.move_part([waits], record=part.id, until=soon + 9 * HOUR, why="Out of stock", **house.once("sana"))
    house.clock.advance(48 * HOUR)
    rules = other_rules(house, OFTEN, RARELY)
    agreed = [(mine, "PROGRESS::"), (waits, f"WAIT:{part.id}:"), (visited, "VISIT:")]
    before = [len(rungs(*one)) for one in agreed]
    cases.move_policy([mine, waits, visited], policy=rules.id, why="Fewer words", **house.once("max"))
    moved_at = house.clock.now()
    house.clock.advance(27 * HOUR)
    for (case, climb), known in zip(agreed, before, strict=True):
        told = rungs(case, climb)[known:]
        heard_at = [moved_at, *(one.recorded_at for one in told)]
        assert max(b - a for a, b in pairwise(heard_at)) <= 12 * HOUR, climb
        said = told[0].data
        dealt = [*(one["rung"] for one in said["skipped"]), *([] if said["repeat"] else [said["rung"]])]
        assert dealt == list(range(said["rung"] + 1)), "each rung of the other ladder is told or said to be skipped"
        assert said["late_seconds"] == 0, "nobody was late by rules that came now"
        assert all(missed(house, one) for one in (told[0], told[-1])), f"and the auditor asks for {climb} by them"
    lawful(house)


def test_what_other_rules_leave_as_it_was_goes_on_and_tells_nobody_anew(house: House) -> None:
    house.clock = Punctual(house)
    mine, waits = house.working(), house.raised(job=str(house.otto_job.id))
    house.offer(waits)
    house.accept(waits)
    soon = house.clock.now() + HOUR
    cases.request_part([waits], part=NewPart("Relay K7", "Vera's Relays", soon), **house.once("sana"))
    [part] = house.view(waits).case.running(ClockName.WAIT)
    cases.move_part([waits], record=part.id, until=soon + 9 * HOUR, why="Out of stock", **house.once("sana"))
    house.clock.advance(48 * HOUR)
    rules = other_rules(house, after=SOONER)
    same = [
        (mine, "PROGRESS::"), (mine, "CUSTOMER_UPDATE::"), (waits, f"WAIT:{part.id}:"), (waits, "CUSTOMER_UPDATE:owed:")
    ]  # fmt: skip
    before = {one: rungs(*one)[-1] for one in same}
    other = {one: len(rungs(one, "RESOLVE::")) for one in (mine, waits)}
    alarms = {one.clock: one.look_at for one in Alarm.objects.filter(case=mine)}
    cases.move_policy([mine, waits], policy=rules.id, why="The contract", **house.once("max"))
    after = {one.clock: one.look_at for one in Alarm.objects.filter(case=mine)}
    assert {name for name in alarms if alarms[name] != after[name]} == {"RESOLVE"}
    house.clock.advance(9 * HOUR)
    for one, last in before.items():
        told = rungs(*one)
        seen = told[told.index(last) :]
        assert {event.data["climb"] for event in seen} == {last.data["climb"]}, "it goes on as what it was"
        gaps = {b.recorded_at - a.recorded_at for a, b in pairwise(seen)}
        assert gaps == {timedelta(minutes=30) if "WAIT" in one[1] or "PROGRESS" in one[1] else 4 * HOUR}, one
    assert all(len(rungs(one, "RESOLVE::")) > known for one, known in other.items()), "what they changed is told anew"
    lawful(house)


@pytest.mark.parametrize(("impact", "anew"), [(Impact.MAJOR, 0), (Impact.MEDIUM, 1)], ids=["P1", "P2"])
def test_at_p1_nobody_is_told_anew_by_a_ladder_that_waits_in_other_hours(
    house: House, impact: Impact, anew: int
) -> None:
    house.clock = Punctual(house)
    case = house.raised(impact=impact, urgency=Urgency.HIGH)
    house.clock.advance(timedelta(minutes=1))
    wait = '{ tell = "LAST_RESORT", wait = "30 min"'
    rules = other_rules(house, f"{wait} }}", f'{wait}, wait_in = "TEAM" }}')
    before = len(rungs(case, "TRIAGE::"))
    cases.move_policy([case], policy=rules.id, why="The contract", **house.once("max"))
    house.clock.advance(timedelta(minutes=1))
    assert len(rungs(case, "TRIAGE::")) - before == anew
    lawful(house)


def another(house: House) -> str:
    """One more job at the same asset."""
    form = JobForm("J-3", "Noise in the shaft", house.clock.now(), None, house.actor("tess").id)
    return str(keep_job(form, house.job.asset).id)


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


def waited_all_along(house: House, case: str, _office: str) -> None:
    """Since two hours after it began it was waited for, and until now."""
    now = house.clock.now()
    said = {"reason": WaitReason.CUSTOMER, "until": now + HOUR, "what": "The key", "occurred_at": now - 20 * HOUR}
    cases.begin_wait([case], **said, **house.once("sana"))
    [wait] = house.view(case).case.running(ClockName.WAIT)
    cases.end_wait([case], record=wait.id, outcome="It came", **house.once("sana"))


@pytest.mark.parametrize(
    ("later", "hears_at"), [(waited_all_along, "2026-11-21T19:25"), (fewer_hours, "2026-11-23T08:24")]
)
def test_below_its_last_rung_a_ladder_goes_on_by_its_waits_though_it_is_due_later_than_was_known(
    house: House, later: Callable[[House, str, str], None], hears_at: str
) -> None:
    """The lead heard at 90 % of a day; the manager hears when another tenth of it has passed since then in truth."""
    house.clock = Punctual(house)
    office = calendar(house, week=same_every_day(*blocks("00:00-24:00")))
    chosen(house, ChosenFor.CUSTOMER, house.job.site.customer_id, office)
    case = house.working()
    house.clock.advance(22 * HOUR)
    assert [one.data["rung"] for one in rungs(case, "RESOLVE")] == [0, 1]
    later(house, case, office)
    alarm = Alarm.objects.get(case=case, clock=ClockName.RESOLVE)
    house.clock.advance(alarm.look_at + HOUR - house.clock.now())
    [told] = rungs(case, "RESOLVE")[2:]
    assert told.recorded_at == alarm.look_at == at(hears_at) < alarm.due_at
    assert (told.data["rung"], told.data["late_seconds"]) == (2, 0)
    lawful(house)
    assert missed(house, told)


@pytest.mark.parametrize("later", [waited_since_long, fewer_hours])
def test_a_case_that_is_due_later_than_was_known_is_told_of_when_it_is_due_and_from_then_on(
    house: House, later: Callable[[House, str, str], None]
) -> None:
    house.clock = Punctual(house)
    office = calendar(house, week=same_every_day(*blocks("00:00-24:00")))
    chosen(house, ChosenFor.CUSTOMER, house.job.site.customer_id, office)
    case = house.working()
    house.clock.advance(48 * HOUR)
    before = len(rungs(case, "RESOLVE"))
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
    told = rungs(case, "RESOLVE")[before:]
    assert [one.recorded_at - due_at for one in told] == [0 * HOUR, 4 * HOUR, 8 * HOUR]
    assert [one.data["repeats_missed"] for one in told] == [0, 0, 0]
    lawful(house)
    assert missed(house, told[0]) == {f"{told[0].data['climb']}:2:before-{told[1].data['repeat']}"}
    assert missed(house, told[-1]) == {f"{told[-1].data['climb']}:2:{told[-1].data['repeat']}"}
