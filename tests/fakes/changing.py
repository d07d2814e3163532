"""Calendars that change: versions and choices at random, the same for a seed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from backline.calendars import choices, queries
from backline.calendars.operations import Plan, keep
from backline.calendars.words import ChosenFor
from backline.cases import operations as cases
from backline.core.calendar import same_every_day
from backline.core.words import Actor
from backline.jobs import queries as queries_of_jobs
from backline.jobs.operations import ContractForm, JobForm, keep_contract, keep_job
from backline.jobs.queries import Contract
from tests.core.calendars import blocks
from tests.fakes.house import House


@dataclass
class Hours:
    """Two calendars of the house, and whoever changes them."""

    house: House
    random: Random
    calendars: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        for name in ("Office", "Long"):
            plan = Plan(name, "Europe/Berlin", same_every_day(*blocks("08:00-18:00")), date(2026, 1, 1))
            self.calendars.append(keep(plan, by=self.ada, at=self.house.clock.now()).calendar)

    @property
    def ada(self) -> Actor:
        """Who may."""
        return self.house.actor("ada")

    def choose(self) -> None:
        """One of them, or none any more, is chosen for somebody."""
        job = self.house.job
        whose = self.random.choice([
            (ChosenFor.ORGANISATION, choices.EVERYBODY), (ChosenFor.CUSTOMER, job.site.customer_id),
            (ChosenFor.SITE, self.house.otto_job.site_id), (ChosenFor.ASSET, job.asset_id),
            (ChosenFor.TEAM, self.house.specialists.id), (ChosenFor.CONTRACT, self.contract("LIB").id),
        ])  # fmt: skip
        chosen = self.random.choice([*self.calendars, ""])
        choices.choose((whose[0], str(whose[1])), chosen, by=self.ada, at=self.house.clock.now())

    def change(self) -> None:
        """One of them has other hours from now on, from some day on, or had them in truth."""
        calendar = self.random.choice(self.calendars)
        begin, end = self.random.randrange(0, 12), self.random.randrange(13, 24)
        week = same_every_day(*blocks(f"{begin:02}:00-{end:02}:30"), days=self.random.sample(range(7), 5))
        last, now = queries.versions(calendar)[-1], self.house.clock.now()
        effective = now.date() + timedelta(days=self.random.choice([-20, 0, 0, 3]))
        plan = Plan(last.name, "Europe/Berlin", week, effective, correction=self.random.random() < 0.4)
        keep(plan, calendar_id=calendar, seen=last.number, by=self.ada, at=now)

    def contract(self, customer: str, **changes: Any) -> Contract:
        """The contract of a customer."""
        form = ContractForm(f"{customer}-C", customer, "Maintenance", date(2026, 1, 1), **changes)
        return keep_contract(form, by=self.ada, at=self.house.clock.now())

    def agree(self) -> None:
        """The contract covers something else, or is for other days."""
        until = self.random.choice([None, date(2026, 6, 30), date(2027, 6, 30)])
        sites, assets = self.random.choice([((), ()), (("LIB-1",), ()), ((), ("LIB-L7",))])
        self.contract("LIB", until_on=until, sites=sites, assets=assets)

    def move(self) -> None:
        """The job turns out to be at the site alone, or at its asset again."""
        job, asset = self.house.job, queries_of_jobs.asset_by_reference("LIB-L7")
        assert asset
        place = self.random.choice([asset, job.site])
        keep_job(JobForm(job.reference, job.title, job.opened_at, technician=str(job.technician_id)), place)

    def recompute(self) -> None:
        """All clocks follow."""
        while cases.recompute(at=self.house.clock.now()):
            pass
