"""Which clocks would move: what is foretold is what comes, for those concerned, and nothing is written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from backline.calendars import choices, models, operations
from backline.calendars.choices import EVERYBODY, Choices, Chosen, For
from backline.calendars.operations import Plan
from backline.calendars.words import ChosenFor
from backline.cases import moved as module
from backline.cases import operations as cases
from backline.cases.models import Alarm
from backline.cases.moved import Movement, moved
from backline.core.calendar import same_every_day
from backline.core.words import Impact, Urgency
from tests.core.calendars import WEEKDAYS, blocks
from tests.fakes.hours import calendar, chosen
from tests.fakes.house import House

MORNINGS = same_every_day(*blocks("10:00-12:00"), days=WEEKDAYS)
ORGANISATION: For = (ChosenFor.ORGANISATION, str(EVERYBODY))
Dues = dict[tuple[str, str], tuple[datetime, datetime]]


def dues(house: House) -> Dues:
    """When every clock is due and its next reminder is, after each case was written again."""
    house.clock.advance(timedelta(seconds=1))
    for case in {str(one) for one in Alarm.objects.values_list("case_id", flat=True)}:
        cases.add_note([case], text="Noted", **house.once("carl"))
    return {(str(one.case_id), one.clock): (one.due_at, one.look_at) for one in Alarm.objects.all()}


def foretold(movement: Movement) -> set[tuple[Any, ...]]:
    return {(one.line.id, *zip(one.due, one.reminder, strict=True)) for one in movement.first}


def came(before: Dues, after: Dues) -> set[tuple[Any, ...]]:
    return {(case, before[case, clock], now) for (case, clock), now in after.items() if now != before[case, clock]}


def another_version(house: House, one: str, *, correction: bool = False) -> tuple[Movement, Callable[[], object]]:
    """What another version would move, and saving it."""
    plan = Plan("Office", "Europe/Berlin", MORNINGS, date(2026, 11, 1), correction=correction)
    at, by = house.clock.now(), house.actor("ada")
    version = operations.draft(plan, at=at).version
    suppose = partial(Choices.with_version, calendar=one, version=version)
    save = partial(operations.keep, plan, calendar_id=one, seen=1, by=by, at=at)
    return moved(choices.ever(one), suppose, at=at), save


def choice(house: House, whose: For, one: str) -> tuple[Movement, Callable[[], object]]:
    """What a choice would move, and making it."""
    at, by = house.clock.now(), house.actor("ada")
    suppose = partial(Choices.with_choice, choice=Chosen(whose, at, one, 1 if one else 0, ""))
    return moved([whose], suppose, at=at), partial(choices.choose, whose, one, by=by, at=at)


@pytest.fixture
def cases_of_all_kinds(house: House) -> House:
    """Raised, offered, accepted, resolved ones, urgent and not, at two customers."""
    house.raised(impact=Impact.MAJOR, urgency=Urgency.HIGH)
    house.raised(job=str(house.otto_job.id))
    house.offer(house.raised())
    house.working(impact=Impact.LOW, urgency=Urgency.LOW)
    house.resolve(house.working())
    house.clock.advance(timedelta(minutes=5))
    return house


@pytest.mark.parametrize("correction", [False, True])
@pytest.mark.parametrize("kind", ["ORGANISATION", "SITE", "TEAM"])
def test_what_another_version_moves_is_foretold(cases_of_all_kinds: House, kind: str, correction: bool) -> None:
    house = cases_of_all_kinds
    one = calendar(house)
    subject = {"ORGANISATION": EVERYBODY, "SITE": house.job.site_id, "TEAM": house.specialists.id}[kind]
    chosen(house, ChosenFor(kind), subject, one)
    house.clock.advance(timedelta(days=1))
    before = dues(house)
    movement, save = another_version(house, one, correction=correction)
    assert models.CalendarVersion.objects.count() == 1
    save()
    assert foretold(movement) == came(before, dues(house)) != set()
    assert movement.clocks == len(movement.first)
    assert cases.rebuild(check=True).flaws == ()


@pytest.mark.parametrize("own", [False, True])
@pytest.mark.parametrize("kind", ["ORGANISATION", "CUSTOMER", "SITE", "ASSET", "TEAM"])
def test_what_a_choice_moves_is_foretold(cases_of_all_kinds: House, kind: str, own: bool) -> None:
    house = cases_of_all_kinds
    if own:
        chosen(house, ChosenFor.ASSET, house.job.asset_id, calendar(house, "Mornings", MORNINGS))
    house.clock.advance(timedelta(minutes=5))
    one, before = calendar(house), dues(house)
    subject = {
        "ORGANISATION": EVERYBODY, "CUSTOMER": house.job.site.customer_id, "SITE": house.job.site_id,
        "ASSET": house.job.asset_id, "TEAM": house.specialists.id,
    }[kind]  # fmt: skip
    movement, save = choice(house, (ChosenFor(kind), str(subject)), one)
    save()
    assert foretold(movement) == came(before, dues(house))
    assert bool(movement.clocks) != (own and kind in ("CUSTOMER", "SITE"))


def test_that_nobody_has_hours_any_more_moves_them_back(cases_of_all_kinds: House) -> None:
    house = cases_of_all_kinds
    chosen(house, *ORGANISATION, calendar(house))
    house.clock.advance(timedelta(minutes=1))
    before = dues(house)
    movement, save = choice(house, ORGANISATION, "")
    assert movement.clocks
    assert all(one.sooner for one in movement.first)
    save()
    assert foretold(movement) == came(before, dues(house))


def test_a_version_of_what_was_chosen_once_still_concerns_them(cases_of_all_kinds: House) -> None:
    house = cases_of_all_kinds
    one = calendar(house)
    chosen(house, *ORGANISATION, one)
    house.clock.advance(timedelta(days=3))
    chosen(house, *ORGANISATION, calendar(house, "Depot"))
    before = dues(house)
    movement, save = another_version(house, one, correction=True)
    save()
    assert foretold(movement) == came(before, dues(house)) != set(), "the three days counted in it"


def test_only_those_concerned_are_looked_at(cases_of_all_kinds: House) -> None:
    house, one = cases_of_all_kinds, calendar(cases_of_all_kinds)
    site = (ChosenFor.SITE, str(house.otto_job.site_id))
    movement, _save = choice(house, site, one)
    assert (movement.looked, movement.more) == (1, False)
    assert choice(house, ORGANISATION, one)[0].looked == 4, "nothing of the resolved one counts in anybody's hours"
    assert moved([], lambda known: known, at=house.clock.now()).looked == 0


def test_who_is_told_and_when_is_named_for_either(house: House) -> None:
    house.working()
    movement, _save = choice(house, ORGANISATION, calendar(house))
    [one] = movement.first
    before, after = one.told
    assert before
    assert after
    assert (one.clock, before.names, after.names) == ("The resolution", "Sana", "Sana")
    assert before.at < after.at


def test_of_very_many_the_first_are_looked_at_and_named(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(5):
        house.raised()
    monkeypatch.setattr(module, "MOST_LOOKED", 4)
    monkeypatch.setattr(module, "MOST_NAMED", 3)
    monkeypatch.setattr(module, "AT_A_TIME", 3)
    movement, _save = choice(house, (ChosenFor.SITE, str(house.job.site_id)), calendar(house))
    assert (movement.looked, movement.more, movement.clocks, len(movement.first)) == (4, True, 4, 3)
