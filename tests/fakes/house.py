"""The cast and their house: real rows, made through the rooms' operations, and short verbs to tell a story with."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

from backline.cases import operations as cases
from backline.cases import queries
from backline.cases.operations import Done, NewCase, NewStep
from backline.channels import queries as channels
from backline.channels.queries import OutgoingRow
from backline.core.routing import RoutingRule
from backline.core.words import Actor, ActorKind, Impact, JobOutcome, Reason, Role, StepResult, Urgency
from backline.engine.duties.look import Look
from backline.jobs.models import Asset, Customer, FaultCode, Job, Site
from backline.people import operations as people
from backline.people import queries as people_queries
from backline.people.operations import ContactForm, Founding, PersonForm, TeamForm
from backline.policies import operations as policies
from tests.fakes.clock import SettableClock

PASSWORD = "correct horse battery"


@dataclass
class House:
    """One service organisation with its cast; `clock` is the only time there is."""

    clock: SettableClock
    persons: dict[str, Any] = field(default_factory=dict)
    keys: Any = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        form = PersonForm("Ada", "ada@example.org", (Role.ADMINISTRATOR,), password=PASSWORD)
        self.persons["ada"] = people.found(Founding("Lift Service", "Europe/Berlin", form))
        for name, role in (
            ("tess", Role.TECHNICIAN), ("tom", Role.TECHNICIAN), ("carl", Role.COORDINATOR),
            ("sana", Role.SPECIALIST), ("dora", Role.SPECIALIST), ("lena", Role.SPECIALIST), ("max", Role.MANAGER),
        ):  # fmt: skip
            entered = PersonForm(name.title(), f"{name}@example.org", (role,), password=PASSWORD)
            self.persons[name] = people.keep_person(entered)
        ids = {name: str(person.id) for name, person in self.persons.items()}
        self.specialists = people.keep_team(TeamForm("Lift specialists", 3, ids["lena"], (ids["sana"], ids["lena"])))
        self.support = people.keep_team(TeamForm("Lift support", 2, "", (ids["dora"],)))
        policies.keep_rule(RoutingRule(str(uuid4()), 10, str(self.specialists.id), asset_type="lift"))
        self.cleo = people.keep_contact(ContactForm("Cleo", "cleo@example.net", zone="Europe/Berlin"))
        self.otto = people.keep_contact(ContactForm("Otto", "otto@example.net"))
        self.job = self._job("Library", "LIB", self.cleo)
        self.otto_job = self._job("Museum", "MUS", self.otto)
        FaultCode.objects.create(code="E42", title="Door lock open", asset_type="lift")

    def _job(self, name: str, code: str, contact: Any) -> Job:
        customer = Customer.objects.create(reference=code, name=name)
        site = Site.objects.create(
            reference=f"{code}-1", customer=customer, name=f"{name} hall", address="1 High Street"
        )
        site.contacts.add(contact)
        asset = Asset.objects.create(reference=f"{code}-L7", site=site, type="lift", name=f"Lift 7 {name}")
        return Job.objects.create(
            reference=f"{code}-J1", site=site, asset=asset, technician=self.persons["tess"],
            title="Lift stands still", opened_at=self.clock.now(),
        )  # fmt: skip

    def actor(self, name: str) -> Actor:
        """Somebody of the cast as one who asks."""
        if name in ("cleo", "otto"):
            contact, job = (self.cleo, self.job) if name == "cleo" else (self.otto, self.otto_job)
            return Actor(ActorKind.CONTACT, str(contact.id), customer=str(job.site.customer_id))
        return people_queries.actor_of(self.persons[name])

    def once(self, name: str) -> dict[str, Any]:
        """Who, when, and a key of its own."""
        return {"by": self.actor(name), "at": self.clock.now(), "key": f"key-{next(self.keys)}"}

    def report(self, **changes: Any) -> NewCase:
        """Tess's report."""
        usual: dict[str, Any] = {
            "job": str(self.job.id),
            "summary": "The lift stands still between two floors",
            "reasons": frozenset({Reason.UNRESOLVED_ON_SITE}),
            "impact": Impact.HIGH,
            "urgency": Urgency.MEDIUM,
            "steps": (NewStep("Reset the controller", StepResult.NO_EFFECT),),
        }
        return NewCase(**(usual | changes))

    def raised(self, name: str = "tess", **changes: Any) -> str:
        """A case, just raised; its id."""
        return cases.raise_case(self.report(**changes), **self.once(name)).case

    def joined_by(self, name: str = "Cora") -> Any:
        """Another contact of Cleo's, at the same site."""
        contact = people.keep_contact(ContactForm(name, f"{name.lower()}@example.net", zone="Europe/Berlin"))
        self.job.site.contacts.add(contact)
        return contact

    def offer(self, case: str, person: str = "sana") -> Done:
        """Carl offers it to somebody of the specialists."""
        team, who = str(self.specialists.id), str(self.persons[person].id) if person else ""
        return cases.offer([case], team=team, person=who, **self.once("carl"))[0]

    def accept(self, case: str, name: str = "sana", minutes: int = 60) -> Done:
        """Somebody takes it."""
        return cases.accept([case], lease=timedelta(minutes=minutes), **self.once(name))[0]

    def working(self, **changes: Any) -> str:
        """A case that Sana took a minute ago; its id."""
        case = self.raised(**changes)
        self.offer(case)
        self.accept(case)
        self.clock.advance(timedelta(minutes=1))
        return case

    def resolve(self, case: str, name: str = "sana", cause: str = "A worn relay") -> Done:
        """Somebody resolves it."""
        said: dict[str, Any] = {"cause": cause, "fix": "Changed the relay", "outcome": JobOutcome.DONE}
        return cases.resolve([case], **said, **self.once(name))[0]

    def tick(self) -> int:
        """The engine looks at whatever is due until nothing is."""
        done = 0
        while found := Look().run(self.clock.now()):
            done += found
        return done

    def until(self, moment: datetime, step: timedelta = timedelta(minutes=1)) -> None:
        """Time goes by a minute at a time, and the engine looks at each."""
        while self.clock.now() < moment:
            self.clock.advance(min(step, moment - self.clock.now()))
            self.tick()

    def letters(self, name: str) -> list[OutgoingRow]:
        """Every letter to somebody, the first first."""
        rows = channels.outgoing(limit=500).rows
        return [row for row in reversed(rows) if row.recipient_name == name and row.address]

    def subjects(self, name: str) -> list[str]:
        """What every letter to somebody is about, the first first."""
        return [letter.subject for letter in self.letters(name)]

    def view(self, case: str, name: str = "carl") -> queries.View:
        """The case as somebody sees it."""
        return queries.view(case, self.actor(name), at=self.clock.now(), zone="Europe/Berlin")
