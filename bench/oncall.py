"""Who is on call in 400 teams of 5,000 persons, now and over four weeks, a person's year, and what is not ready."""

from __future__ import annotations

import argparse
import importlib
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Any

import django

from bench import stage

NOW = datetime(2026, 11, 27, 21, tzinfo=UTC)
ZONES = ("Europe/Berlin", "America/New_York", "Asia/Tokyo", "Australia/Lord_Howe")


def main(arguments: Sequence[str] | None = None) -> None:
    """Fill, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--teams", type=int, default=400, help="teams, each with a schedule of three layers")
    parser.add_argument("--persons", type=int, default=5_000, help="persons, each in one team")
    parser.add_argument("--times", type=int, default=9, help="how often each is asked")
    asked = parser.parse_args(arguments)
    with stage.database():
        django.setup()
        models, oncall = (importlib.import_module(f"backline.people.{name}") for name in ("models", "oncall"))
        fill(models, asked.teams, asked.persons)
        _say("who is on call now, everywhere", asked.times, lambda: oncall.on_call(None, at=NOW), "goal: 100 ms")
        weeks = NOW + timedelta(weeks=4)
        _say("gaps of four weeks, everywhere", 1, lambda: _gaps(oncall, weeks), "")
        _say_readiness(models)
        team = str(models.Team.objects.first().id)
        year = NOW + timedelta(days=395)
        _say("one team's year", asked.times, lambda: oncall.schedule_of(team, NOW, year, at=NOW).shifts(NOW, year), "")


def fill(models: Any, teams: int, persons: int) -> None:
    """Teams whose persons take turns: nights, weeks, and days for when somebody is away; some swaps and absences."""
    there = models.Person.objects.bulk_create(
        models.Person(name=f"Person {number}", email=f"p{number}@example.org") for number in range(persons)
    )
    made = models.Team.objects.bulk_create(models.Team(name=f"Team {number}", tier=2) for number in range(teams))
    members = {team: there[number::teams] for number, team in enumerate(made)}
    through = models.Team.members.through
    through.objects.bulk_create(
        through(team_id=team.id, person_id=one.id) for team, found in members.items() for one in found
    )
    values, core = (importlib.import_module(f"backline.core.{name}") for name in ("values", "oncall"))
    nights = ((importlib.import_module("backline.core.calendar").Block(20 * 60, 32 * 60),),) * 7
    for number, (team, found) in enumerate(members.items()):
        zone, names = ZONES[number % len(ZONES)], tuple(str(one.id) for one in found)
        layers = [
            core.Layer(zone, date(2026, 1, 5), 480, 24, names, nights),
            core.Layer(zone, date(2026, 1, 5), 480, 168, names),
            core.Layer(zone, date(2026, 1, 5), 480, 24, names[::-1]),
        ]
        models.ScheduleVersion.objects.create(
            team=team, number=1, layers=values.encode(layers), effective_at=NOW - timedelta(days=90), saved_at=NOW
        )
        models.Agreement.objects.bulk_create(
            models.Agreement(
                team=team, person=one, instead_of=other, made_at=NOW,
                from_at=NOW + timedelta(days=day), to_at=NOW + timedelta(days=day, hours=9),
            )
            for day, (one, other) in enumerate(pairwise(found[:6]))
        )  # fmt: skip
        models.Absence.objects.create(person=found[-1], from_at=NOW - timedelta(days=2), made_at=NOW)


def _gaps(oncall: Any, end: datetime) -> int:
    return sum(len(one.gaps(NOW, end)) for one in oncall.schedules(None, NOW, end, at=NOW).values())


def _say_readiness(models: Any) -> None:
    """What the page of readiness asks, and the look of the morning with its letters."""
    last = models.Person.objects.create(name="Ada", email="ada@example.org", roles=["ADMINISTRATOR"])
    models.Organisation.objects.create(name="Lift Service", zone="Europe/Berlin", last_resort=last)
    queries, operations = (importlib.import_module(f"backline.readiness.{name}") for name in ("queries", "operations"))
    context = importlib.import_module("django.test.utils").CaptureQueriesContext
    with context(importlib.import_module("django.db").connection) as asked:
        found = len(queries.lacks(NOW))
    goal = f"goal: 10 s; {found} things are not ready; {len(asked)} statements"
    _say("readiness of everything", 3, lambda: queries.lacks(NOW), goal)
    _say("the look of the morning, with its letters", 1, lambda: operations.look(NOW), "")


def _say(what: str, times: int, ask: Callable[[], object], goal: str) -> None:
    took, spent = [], time.process_time()
    for _time in range(times):
        begun = time.perf_counter()
        ask()
        took.append(time.perf_counter() - begun)
    spent = (time.process_time() - spent) / times
    said = f"{1000 * median(took):.0f} ms as a rule, at most {1000 * max(took):.0f} ms, {1000 * spent:.0f} of them ours"
    print(f"{what}: {said} {goal and f'({goal})'}")


if __name__ == "__main__":
    main()
