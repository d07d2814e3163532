"""The house of the cast: short verbs to tell a story with."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from backline.cases import operations as cases
from backline.cases import queries
from backline.cases.operations import Done, NewCase, NewStep
from backline.channels import queries as channels
from backline.channels.queries import OutgoingRow
from backline.core.words import Actor, ActorKind, Impact, JobOutcome, Reason, StepResult, Urgency
from backline.engine.duties.look import Look
from backline.people import operations as people
from backline.people import queries as people_queries
from backline.people.operations import ContactForm
from tests.fakes.cast import PASSWORD, gathered
from tests.fakes.clock import SettableClock

__all__ = ["PASSWORD", "House"]


@dataclass
class House:
    """One service organisation with its cast; `clock` is the only time there is."""

    clock: SettableClock
    keys: Any = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        cast = gathered(self.clock.now())
        self.persons, self.specialists, self.support = cast.persons, cast.specialists, cast.support
        self.cleo, self.otto, self.job, self.otto_job = cast.cleo, cast.otto, cast.job, cast.otto_job

    def actor(self, name: str) -> Actor:
        """Somebody of the cast as one who asks."""
        if name in ("cleo", "otto"):
            contact, job = (self.cleo, self.job) if name == "cleo" else (self.otto, self.otto_job)
            return Actor(ActorKind.CONTACT, str(contact.id), customer=str(job.site.customer_id))
        return people_queries.actor_of(self.persons[name], at=self.clock.now())

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
        return cases.offer([case], cases.NewOffer(team, who), **self.once("carl"))[0]

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
