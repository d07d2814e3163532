"""Loads the demo: plans it, then has it played from the first moment to the last, with the engine looking on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from backline.cases import operations as cases
from backline.core.policy import shipped
from backline.core.words import Actor, ActorKind, ClockName, Role
from backline.demo import cast, hours, losses, skills
from backline.demo.film import Film, Say, play, play_together
from backline.demo.hands import Company, Idle
from backline.demo.life import WAIT_HOURS, Life
from backline.demo.places import places
from backline.demo.plan import SIZE, Plan, Stage, plans
from backline.demo.stories import KINDS, stories
from backline.jobs import operations as jobs
from backline.jobs import queries as job_queries
from backline.people import operations
from backline.people import queries as people

SEED = 7
LATE = timedelta(hours=1)
SPARE_JOBS, SPARE_FROM = 60, 5001
"""Jobs that nothing was escalated of yet: what a visitor may raise a case for."""
TITLES = {
    "lift": ("Yearly inspection", "Doors close slowly", "Light in the car flickers"),
    "escalator": ("Monthly service", "Squeaks when starting", "Handrail is dirty"),
    "heating": ("Yearly service", "Radiators gurgle", "Display shows a reminder"),
    "medical": ("Safety test", "Casing is cracked", "Alarm sounds too quietly"),
}


class NotEmpty(Exception):
    """There is something in the database already."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Which demo: its password; how many cases from which seed; whether two processes make it together.

    What comes out is the same for one and for two.
    """

    password: str
    size: int = SIZE
    seed: int = SEED
    together: bool = False


def load(wish: Wish, *, at: datetime, say: Say = lambda _share: None) -> None:
    """Make the whole demo as it stands at this moment; raises `NotEmpty` where there is anything."""
    at = at.replace(microsecond=0)
    planned = [_timed(plan, wish.seed, at) for plan in plans(wish.seed, wish.size, at=at)]
    with transaction.atomic():
        if people.organisation() is not None or people.persons().exists() or job_queries.find_sites("", most=1):
            raise NotEmpty
        company = _company(wish, planned, at)
    film = Film(planned, company, wish.seed, at)
    if wish.together:
        play_together(film, say)
    else:
        play(film, say)
    ada = company.persons["Ada"]
    skills.teach({name: one.id for name, one in company.persons.items()}, company.teams, by=ada, at=at)
    operations.finish_demo()
    say(1.0)


def _timed(plan: Plan, seed: int, at: datetime) -> Plan:
    """An open case begins so that it has stood at its stage for its share of the time; found out by a rehearsal."""
    if plan.stage is Stage.NONE:
        return plan
    *_before, reached = Life(plan, Idle(), seed, at).moments()
    return replace(plan, begins_at=at - _stood(plan) - (reached - at))


def _stood(plan: Plan) -> timedelta:
    policy, priority = shipped(), plan.priority
    clock = {
        Stage.REVIEW: ClockName.REVIEW, Stage.RAISED: ClockName.TRIAGE, Stage.RETURNED: ClockName.DOCUMENT,
        Stage.OFFERED: ClockName.ACCEPT, Stage.RESOLVED: ClockName.CONFIRM,
    }.get(plan.stage)  # fmt: skip
    if plan.stage is Stage.WAITING:
        whole = timedelta(hours=WAIT_HOURS[priority][0])
    else:
        whole = policy.target(clock, priority) if clock else policy.lease(priority)
    late = LATE * max(plan.share - 1, 0)  # late by the hour, not by the night: somebody still looks after things here
    return timedelta(seconds=int((whole * min(plan.share, 1) + late).total_seconds()))


def _company(wish: Wish, planned: list[Plan], at: datetime) -> Company:
    """Everybody and everything that there is before the first case."""
    persons = cast.hire(wish.password)
    teams = cast.gather(persons)
    for kind in KINDS:
        for story in stories(kind):
            jobs.keep_fault_code(code=story.code, title=story.fault, asset_type=kind)
    jobs.keep_assets([_asset(number) for number in range(len(places()))])
    known = people.persons_by_id(persons.values())
    ada = people.actor_of(known[persons["Ada"]], at=at)
    hours.agree(by=ada, at=at)
    losses.agree(by=ada, at=at)
    jobs.keep_jobs([_job(plan) for plan in planned], at=at)
    jobs.keep_jobs(_spare(at), at=at)
    contacts = people.contacts_by_email(place.contact_mail for place in places())
    return Company(
        persons={name: people.actor_of(known[person], at=at) for name, person in persons.items()},
        teams=teams,
        jobs=job_queries.jobs_by_reference(plan.job for plan in planned),
        numbers=cases.reserve_numbers(len(planned)),
        contacts={mail: Actor(ActorKind.CONTACT, str(one.id), name=one.name) for mail, one in contacts.items()},
    )


def _asset(number: int) -> jobs.Row:
    place = places()[number]
    units, cost = losses.figures(place)
    return jobs.Row(
        customer=place.customer, site=place.site, site_name=place.site_name, address=place.address, zone=place.zone,
        asset=place.asset, asset_name=place.name, asset_type=place.kind, contact_name=place.contact,
        asset_units=units, asset_cost_an_hour=cost,
        contact=place.contact_mail,
    )  # fmt: skip


def _job(plan: Plan) -> jobs.Row:
    opened = plan.begins_at - timedelta(minutes=90 + plan.number * 17 % 120)
    return jobs.Row(
        reference=plan.job, title=plan.telling.text("title"), opened_at=opened,
        promised_at=opened + timedelta(hours=8), technician=cast.mail(plan.technician), asset=plan.place.asset,
    )  # fmt: skip


def _spare(at: datetime) -> list[jobs.Row]:
    """Open jobs of the day, for technicians to raise something from; the first few are Tess's."""
    crew = ("Tess", "Tess", *cast.named(Role.TECHNICIAN))
    found = []
    for number in range(SPARE_JOBS):
        place = places()[number * 37 % len(places())]
        opened = at - timedelta(minutes=25 + number * 41)
        found.append(
            jobs.Row(
                reference=f"J-{SPARE_FROM + number}", title=TITLES[place.kind][number % 3], opened_at=opened,
                promised_at=opened + timedelta(hours=8), technician=cast.mail(crew[number % len(crew)]),
                asset=place.asset, **_shown(number, at),
            )
        )  # fmt: skip
    return found


def _shown(number: int, at: datetime) -> dict[str, Any]:
    """What a few of them show, of which the triggers suggest to make a case."""
    hour = timedelta(hours=1)
    shown: dict[int, dict[str, Any]] = {
        4: {"rating": 2, "remark": "Nobody called before the visit was moved, and I had taken the morning off."},
        9: {"part": "Main board MB-7", "part_at": at + 72 * hour},
        14: {"visit_from_at": at + 18 * hour, "visit_to_at": at + 20 * hour, "rescheduled": 3},
        19: {"visit_from_at": at - 3 * hour, "visit_to_at": at - hour},
    }
    return shown.get(number, {})
