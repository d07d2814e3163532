"""The hands that play the demo: everything is asked for through the operations, as whoever does it, at its moment."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from backline.cases import operations as cases
from backline.cases.operations import NewCase, NewOffer
from backline.core.words import Actor, ActorKind, JobOutcome
from backline.demo.pictures import Picture
from backline.demo.plan import Plan
from backline.evidence import operations as evidence
from backline.jobs import operations as jobs
from backline.jobs.queries import Job
from backline.ledger import queries as ledger


class Idle:
    """Does nothing: for a rehearsal that only wants to know how long things take."""

    def raise_case(self, new: NewCase, *, by: str, at: datetime, photos: int) -> None:
        """Nothing."""

    def do(self, verb: Any, *, by: str, at: datetime, **content: Any) -> None:
        """Nothing."""

    def end(self, verb: Any, *, by: str, at: datetime, outcome: str) -> None:
        """Nothing."""

    def finish_job(self, *, at: datetime) -> None:
        """Nothing."""


@dataclass(slots=True)
class Company:
    """Who and what there is, by name: persons as those who ask, ids of teams, and jobs by reference."""

    persons: dict[str, Actor]
    teams: dict[str, str]
    jobs: dict[str, Job]
    contacts: dict[str, Actor]
    numbers: list[int]


@dataclass(slots=True)
class Real:
    """The hands of everybody who has to do with one case."""

    plan: Plan
    company: Company
    case: str = ""
    done: int = 0

    def raise_case(self, new: NewCase, *, by: str, at: datetime, photos: int) -> None:
        """Raise it, with the photos taken a moment before."""
        actor, draft = self.company.persons[by], f"demo-{self.plan.number}"
        taken: tuple[str, ...] = ()
        if photos:
            upload = Picture(self.plan.telling.story.code, self.plan.place.name)
            taken = (str(evidence.take(upload=upload, draft_key=draft, by=actor, at=at).id),)
        new = replace(new, job=str(self.company.jobs[new.job].id), evidence=taken, draft=draft)
        number = self.company.numbers[self.plan.number - 1]
        self.case = cases.raise_case(new, by=actor, at=at, key=self._key(), number=number).case

    def do(self, verb: Any, *, by: str, at: datetime, **content: Any) -> None:
        """Ask for a verb; teams and persons are named, the operations want their ids."""
        if "team" in content:
            content["team"] = self.company.teams[content["team"]]
        if content.get("person"):
            content["person"] = self.company.persons[content["person"]].id
        if verb is cases.offer:
            content = {"new": NewOffer(**content)}
        verb([self.case], **content, by=self._actor(by), at=at, key=self._key())

    def end(self, verb: Any, *, by: str, at: datetime, outcome: str) -> None:
        """End the wait or visit that was begun last."""
        begun = next(event for event in reversed(ledger.events(self.case)) if "until" in event.data)
        self.do(verb, by=by, at=at, record=begun.data["id"], outcome=outcome)

    def finish_job(self, *, at: datetime) -> None:
        """The field-service system says that the job is done."""
        jobs.record_outcome(job_id=str(self.company.jobs[self.plan.job].id), outcome=JobOutcome.DONE, at=at)

    def _actor(self, name: str) -> Actor:
        return self.company.persons[name] if name else self._customer()

    def _customer(self) -> Actor:
        """The contact who was told of the case, as one who answers."""
        job = self.company.jobs[self.plan.job]
        contact = self.company.contacts[self.plan.place.contact_mail]
        return Actor(ActorKind.CONTACT, contact.id, customer=str(job.site.customer_id), name=contact.name)

    def _key(self) -> str:
        self.done += 1
        return f"demo-{self.plan.number}-{self.done}"
