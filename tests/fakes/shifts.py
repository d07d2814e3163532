"""Shifts to test with: a team that takes turns, and short verbs for what is planned and agreed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from backline.core.oncall import Layer
from backline.people import oncall
from backline.people import operations as people
from backline.people.models import Absence, Agreement, ScheduleVersion
from backline.people.operations import AbsenceForm, AgreementForm, Invalid, ScheduleForm, SwapForm, TeamForm
from tests.fakes.house import House

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
SATURDAY, SUNDAY, MONDAY = (datetime(2026, 11, day, 7, tzinfo=UTC) for day in (21, 22, 23))
"""Eight o'clock in Berlin: the hand-overs after the Friday evening of the house."""


def turns(house: House, *names: str, **changes: Any) -> Layer:
    """Turns of a day in Berlin from the house's Friday on, handed over at eight."""
    return replace(Layer("Europe/Berlin", date(2026, 11, 20), 8 * 60, 24, tuple(ids(house, *names))), **changes)


def taking_turns(house: House) -> str:
    """A team: Sana, Lena and Dora, who take turns: Friday, Saturday, Sunday, and again."""
    team = str(house.specialists.id)
    members = tuple(ids(house, "sana", "lena", "dora"))
    people.keep_team(TeamForm("Lift specialists", 3, members[1], members), team_id=team)
    plan(house, team, turns(house, "sana", "lena", "dora"))
    return team


def in_berlin(house: House) -> None:
    """Everybody reads by the clock in Berlin."""
    for person in house.persons.values():
        people.set_zone(person_id=str(person.id), zone="Europe/Berlin")


def as_typed(house: House, *names: str, **typed: Any) -> dict[str, Any]:
    """A schedule of one layer as its page would send it."""
    usual = {
        "layers": "1", "0-persons": ids(house, *names), "0-every": "1", "0-unit": "DAY", "0-hand_over": "08:00",
        "0-first_day": "2026-11-20", "0-zone": "Europe/Berlin", "effective_at": "",
    }  # fmt: skip
    return usual | typed


def ids(house: House, *names: str) -> list[str]:
    """The ids of somebody of the cast."""
    return [str(house.persons[name].id) for name in names]


def who(house: House, name: str) -> dict[str, Any]:
    """Who, and when."""
    return {"by": house.actor(name), "at": house.clock.now()}


def plan(house: House, team: str, *layers: Layer, by: str = "max", **form: Any) -> ScheduleVersion:
    """Somebody plans the team."""
    return people.keep_schedule(ScheduleForm(team, layers, **form), **who(house, by))


def on(house: House, team: str, at: datetime) -> list[str]:
    """Who is on call at a moment as it is planned now, by name."""
    schedule = oncall.schedule_of(team, at, at + DAY, at=house.clock.now())
    return named(house, [shift.person for shift in schedule.at(at)] if schedule else [])


def named(house: House, persons: list[str]) -> list[str]:
    """Names for ids."""
    names = {str(person.id): name for name, person in house.persons.items()}
    return [names[person] for person in persons]


def agreed(house: House, team: str, person: str, from_at: datetime, to_at: datetime, **form: str) -> Agreement:
    """Max names somebody for a time."""
    asked = AgreementForm(team, *ids(house, person), from_at, to_at, *ids(house, *form.values()))
    return people.agree(asked, **who(house, "max"))


def away(house: House, name: str, from_at: datetime, to_at: datetime | None, by: str = "") -> Absence:
    """Somebody is away."""
    return people.keep_absence(AbsenceForm(*ids(house, name), from_at, to_at), **who(house, by or name))


def swap(house: House, team: str, name: str, from_at: datetime, to_at: datetime, asked: str = "", **back: Any) -> str:
    """Somebody asks for a swap; its id."""
    person = ids(house, asked)[0] if asked else ""
    return str(people.ask_swap(SwapForm(team, from_at, to_at, person, **back), **who(house, name)).id)


def refused(act: Callable[[], object]) -> dict[str, str]:
    """The sentences, by field."""
    with pytest.raises(Invalid) as caught:
        act()
    return caught.value.errors
