"""After a change of calendars every clock that it concerns gets its moments by it: whole, restartable, side by side."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import pytest

from backline.calendars import choices
from backline.calendars.models import CalendarVersion
from backline.calendars.operations import Plan, keep
from backline.calendars.words import ChosenFor
from backline.cases import operations as cases
from backline.cases.models import Alarm, Case
from backline.cases.operations import MoveRefused, NoSuchCase
from backline.cases.recomputed import Change, MovedClock, change, changes, waiting
from backline.core.calendar import Block, OtherHours, same_every_day
from backline.core.calendar import Calendar as CoreCalendar
from backline.core.values import encode
from backline.core.words import ClockName, Impact, Urgency, WaitReason
from backline.engine.duties.look import Look
from backline.engine.duties.recompute import Recompute as Duty
from backline.ledger.models import Event
from tests.core.calendars import WEEKDAYS, blocks
from tests.fakes.changing import Hours
from tests.fakes.hours import calendar, chosen
from tests.fakes.house import House
from tests.fakes.rules import other_rules
from tests.rooms.cases.test_hours import P3, due, routing, wall

LONG = same_every_day(*blocks("06:00-22:00"), days=WEEKDAYS)


def again(house: House, calendar_id: str, week: tuple[tuple[Block, ...], ...]) -> None:
    """Another version of the calendar, from now on."""
    plan = Plan("Office", "Europe/Berlin", week, date(2026, 1, 1))
    keep(plan, calendar_id=calendar_id, seen=1, by=house.actor("ada"), at=house.clock.now())


def almost_never(house: House, calendar_id: str, hours: str = "08:00-08:10") -> None:
    """A version that is open for some minutes in all time, as nobody may save one any more."""
    version = CalendarVersion.objects.get(calendar=calendar_id)
    version.pk, version.number, version.saved_at = None, 2, house.clock.now()
    version.document = encode(
        CoreCalendar("Europe/Berlin", ((),) * 7, (OtherHours(date(2026, 12, 24), blocks(hours)),))
    )
    version._state.adding = True
    version.save(force_insert=True)


def recomputed(house: House) -> Change:
    """The engine goes on until no change waits; the last one."""
    for _ in range(1000):
        if not Duty().run(house.clock.now()):
            break
    assert waiting() is None
    return changes(most=1)[0]


def first_of(done: Change, house: House) -> list[MovedClock]:
    """What moved first of a change."""
    found = change(done.id, at=house.clock.now(), zone="Europe/Berlin")
    assert found
    return found[1]


def lawful() -> None:
    """Row and alarms are what events, policy and calendars give, by the fold and by arrays alike."""
    assert cases.rebuild(check=True).flaws == ()
    assert list(cases.recompute_check()) == []


def test_another_version_moves_the_clocks_that_count_in_it_and_nothing_else(house: House) -> None:
    office = calendar(house)
    chosen(house, ChosenFor.CUSTOMER, house.job.site.customer_id, office)
    mine, other = house.raised(**P3), house.raised(name="tess", job=str(house.otto_job.id), **P3)
    recomputed(house)
    house.clock.advance(timedelta(hours=1))
    before, events, letters = due(other, ClockName.RESOLVE), Event.objects.count(), house.letters("Carl")
    again(house, office, LONG)
    assert due(mine, ClockName.RESOLVE) == wall("2026-12-02T10:00")
    done = recomputed(house)
    assert due(mine, ClockName.RESOLVE) == wall("2026-11-27T12:00")  # 2 h on Friday, 16 a day, 72 in all
    assert due(other, ClockName.RESOLVE) == before
    assert (done.cases, done.looked, done.moved, done.stuck) == (1, 1, 1, 0)
    [first] = first_of(done, house)
    assert (first.case, first.due_at, first.next_is) == (
        mine,
        due(mine, ClockName.RESOLVE),
        "Carl will be reminded: The resolution",
    )
    assert (Event.objects.count(), house.letters("Carl")) == (events, letters), "nothing happened, nobody is told"
    lawful()


def test_the_row_is_due_when_its_first_clock_is(house: House) -> None:
    office = calendar(house)
    chosen(house, ChosenFor.ORGANISATION, choices.EVERYBODY, office)
    case = house.raised(**P3)
    row = Case.objects.get(id=case)
    assert row.due_at == Alarm.objects.filter(case=case).order_by("due_at")[0].due_at
    again(house, office, same_every_day(*blocks("19:00-24:00")))
    recomputed(house)
    row.refresh_from_db()
    assert row.due_at == due(case, ClockName.TRIAGE) == wall("2026-11-20T20:00")
    lawful()


@pytest.mark.parametrize("kind", ["SITE", "ASSET", "TEAM", "ORGANISATION"])
def test_a_choice_moves_the_clocks_of_those_for_whom_it_is(house: House, kind: str) -> None:
    case = house.raised(**P3)
    house.offer(case)
    house.clock.advance(timedelta(minutes=30))
    subjects = {"SITE": house.job.site_id, "ASSET": house.job.asset_id, "TEAM": house.specialists.id,
                "ORGANISATION": choices.EVERYBODY}  # fmt: skip
    office = calendar(house)
    chosen(house, ChosenFor(kind), subjects[kind], office)
    done = recomputed(house)
    assert (done.looked, done.moved) == (1, 2 if kind == "ORGANISATION" else 1)
    lawful()
    chosen(house, ChosenFor(kind), subjects[kind], "")
    house.clock.advance(timedelta(minutes=1))
    recomputed(house)
    lawful()


def test_a_clock_that_a_pause_and_a_climb_have_behind_them_moves_too(house: House) -> None:
    office = calendar(house)
    chosen(house, ChosenFor.ORGANISATION, choices.EVERYBODY, office)
    case = house.working(**P3)
    for reason in (WaitReason.CUSTOMER, WaitReason.ACCESS):
        until = house.clock.now() + timedelta(days=4)
        cases.begin_wait([case], reason=reason, until=until, what="A key", **house.once("sana"))
        house.clock.advance(timedelta(hours=11))
        house.tick()
    house.until(wall("2026-12-08T13:00"), step=timedelta(hours=3))
    assert Alarm.objects.get(case=case, clock=ClockName.RESOLVE).rung is not None
    recomputed(house)
    again(house, office, LONG)
    assert recomputed(house).moved
    lawful()


def test_two_changes_that_wait_at_once_each_show_what_they_moved(house: House) -> None:
    office = calendar(house)
    chosen(house, ChosenFor.CUSTOMER, house.job.site.customer_id, office)
    mine, other = house.raised(**P3), house.raised(name="tess", job=str(house.otto_job.id), **P3)
    recomputed(house)
    house.clock.advance(timedelta(hours=1))
    again(house, office, LONG)
    house.clock.advance(timedelta(minutes=1))
    chosen(house, ChosenFor.CUSTOMER, house.otto_job.site.customer_id, office)
    house.clock.advance(timedelta(minutes=1))
    chosen(house, ChosenFor.SITE, house.job.site_id, calendar(house, "Short"))
    recomputed(house)
    site, theirs, version, *_ = changes()
    shown = [
        [(one.case, one.due_before, one.due_at) for one in first_of(done, house)] for done in (version, theirs, site)
    ]
    long, short = wall("2026-11-27T12:00"), wall("2026-12-02T09:58")
    assert shown == [
        [(mine, wall("2026-12-02T10:00"), long)],
        [(other, wall("2026-11-23T19:00"), due(other, ClockName.RESOLVE))],
        [(mine, long, due(mine, ClockName.RESOLVE))],
    ]
    assert due(mine, ClockName.RESOLVE) == short
    assert [done.moved for done in (version, theirs, site)] == [1, 1, 1]
    lawful()


def test_what_comes_due_by_the_new_hours_is_told_by_the_engine_as_always(house: House) -> None:
    office = calendar(house)
    chosen(house, ChosenFor.ORGANISATION, choices.EVERYBODY, office)
    house.raised(**P3)
    house.until(wall("2026-11-20T20:00"))
    again(house, office, same_every_day(*blocks("00:00-24:00")))
    house.clock.advance(timedelta(hours=1))
    recomputed(house)
    assert routing(house, "Max") == 0
    house.tick()
    assert routing(house, "Max") == 1, "an hour of the new hours has passed"
    lawful()


def test_a_look_that_comes_before_the_recompute_goes_by_the_new_hours_and_mends_the_alarm(house: House) -> None:
    case = house.raised(**P3)
    house.tick()
    chosen(house, ChosenFor.ORGANISATION, choices.EVERYBODY, calendar(house))
    house.clock.advance(timedelta(minutes=40))
    assert Look().run(house.clock.now()) == 1, "half an hour of elapsed time has passed, and no working time"
    assert due(case, ClockName.TRIAGE) == wall("2026-11-23T09:00")
    lawful()


def test_alarms_from_before_say_too_little_and_are_made_from_the_case(house: House) -> None:
    case = house.raised(**P3)
    wanted = Alarm.objects.filter(case=case).order_by("clock").values()
    kept = list(wanted)
    Alarm.objects.filter(case=case).update(whose=None, started_at=None, due_at=house.clock.now())
    cases.recompute_all()
    recomputed(house)
    assert list(wanted.all()) == kept
    lawful()


def test_hours_that_never_suffice_leave_the_clock_where_it_was_and_say_so(house: House) -> None:
    office = calendar(house)
    chosen(house, ChosenFor.ORGANISATION, choices.EVERYBODY, office)
    case = house.raised(**P3)
    before = due(case, ClockName.RESOLVE)
    almost_never(house, office)
    assert recomputed(house).stuck == 2
    assert due(case, ClockName.RESOLVE) == before


def test_one_clock_that_cannot_be_counted_stops_no_other_of_the_same_hours(house: House) -> None:
    chosen(house, ChosenFor.ORGANISATION, choices.EVERYBODY, office := calendar(house))
    stuck, short = house.raised(**P3), house.raised(impact=Impact.HIGH, urgency=Urgency.MEDIUM)
    house.clock.advance(timedelta(hours=1))
    shown = [(one, clock, due(one, clock)) for one in (stuck, short) for clock in (ClockName.TRIAGE, ClockName.RESOLVE)]
    almost_never(house, office, "08:00-08:40")
    done = recomputed(house)
    assert (done.moved, done.stuck) == (1, 3), "half an hour is to be had, an hour and more are not"
    assert due(short, ClockName.TRIAGE) == wall("2026-12-24T08:30")
    assert [due(one, clock) for one, clock, _due in shown if (one, clock) != (short, ClockName.TRIAGE)] == [
        before for one, clock, before in shown if (one, clock) != (short, ClockName.TRIAGE)
    ]
    found = list(cases.recompute_check())
    assert {(one.case, one.clock, one.due_at) for one in found} == {
        (stuck, ClockName.TRIAGE, None), (stuck, ClockName.RESOLVE, None), (short, ClockName.RESOLVE, None),
    }  # fmt: skip
    named = [(one.case, one.clock, one.due_at) for one in first_of(done, house)]
    assert (stuck, "The resolution", None) in named
    assert (short, "Route it", wall("2026-12-24T08:30")) in named


class Story:
    """Cases that move, and calendars that change beside them, the same for a seed."""

    def __init__(self, house: House, seed: int) -> None:
        self.house, self.random = house, Random(seed)
        self.hours = Hours(house, self.random)
        self.cases = [house.raised(**P3), house.raised("carl", job=str(house.otto_job.id), **P3)]
        self.versions = [house.view(self.cases[0]).case.policy, other_rules(house).id]
        self.versions.append(other_rules(house, 'CUSTOMER = "10 d"', 'CUSTOMER = "6 h"').id)

    def goes_on(self) -> None:
        """Time passes, then something happens, to a case or to the calendars."""
        self.house.clock.advance(timedelta(minutes=self.random.choice([1, 20, 300, 900]), microseconds=123457))
        with suppress(MoveRefused, NoSuchCase):
            hours = self.hours
            self.random.choice([
                self.move, self.move, self.fact, hours.choose, hours.change, hours.agree, hours.move,
            ])()  # fmt: skip

    def move(self) -> None:
        case, house = self.random.choice(self.cases), self.house
        self.random.choice([
            lambda: house.offer(case, self.random.choice(["", "sana"])), lambda: house.accept(case),
            lambda: house.resolve(case), lambda: cases.dispute([case], why="It stands", **house.once("carl")),
            lambda: cases.return_case([case], missing="Which lift?", **house.once("carl")),
        ])()  # fmt: skip

    def fact(self) -> None:
        case, once, at = self.random.choice(self.cases), self.house.once("carl"), self.house.clock.now()
        until = at + timedelta(hours=self.random.choice([2, 30, 200]))
        late = at - timedelta(hours=self.random.choice([0, 5]))
        impact = self.random.choice(list(Impact))
        reason = self.random.choice(list(WaitReason))
        self.random.choice([
            lambda: cases.begin_wait([case], reason=reason, until=until, what="K7", **self.by_the_owner(case)),
            lambda: self.ends(case, late),
            lambda: self.reported(case, reason, until, late),
            lambda: self.other_rules(case),
            lambda: cases.change_priority([case], impact=impact, urgency=Urgency.MEDIUM, why="So", **once),
            *[lambda: self.cases.append(self.house.raised(occurred_at=late, **P3))] * 3,
        ])()  # fmt: skip

    def by_the_owner(self, case: str) -> dict[str, Any]:
        owner = self.house.view(case).case.person == str(self.house.persons["sana"].id)
        return self.house.once("sana" if owner else "carl")

    def reported(self, case: str, reason: WaitReason, until: datetime, then: datetime) -> None:
        """A wait that began earlier than anybody said so."""
        who = self.by_the_owner(case)
        cases.begin_wait([case], reason=reason, until=until, what="K8", occurred_at=then, **who)

    def ends(self, case: str, then: datetime) -> None:
        """A wait that was over earlier than anybody said so."""
        for wait in self.house.view(case).waits[:1]:
            cases.end_wait([case], record=wait.id, outcome="It came", occurred_at=then, **self.house.once("carl"))

    def other_rules(self, case: str) -> None:
        """Max has it take another version of the policy."""
        version = self.random.choice(self.versions)
        cases.move_policy([case], policy=version, why="As agreed", **self.house.once("max"))


@pytest.mark.parametrize("seed", range(4))
def test_after_any_story_the_stored_moments_are_those_of_the_law(house: House, seed: int) -> None:
    story = Story(house, seed)
    for number in range(60):
        story.goes_on()
        if number % 3 == 0:
            story.hours.recompute()
            lawful()
        elif number % 7 == 0:
            house.tick()
    assert any(change.moved for change in changes()), "the calendars moved something"
    story.hours.recompute()
    lawful()
