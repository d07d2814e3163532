"""A house with one case of Cleo's in every stage and one of Otto's, and everybody who might knock at a door."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from backline.cases import operations as cases
from backline.cases import recomputed, suggestions
from backline.cases.models import Case
from backline.cases.operations import NewDecision, NewVisit, NewWorkaround
from backline.core.words import Danger, Reason, ReviewOutcome, VisitResult, WaitReason
from backline.desk import first_start
from backline.desk import operations as views
from backline.engine import health
from backline.evidence import operations as evidence
from backline.jobs import operations as jobs
from backline.jobs.operations import VisitReport
from backline.people import operations as people
from backline.people import shift_feeds
from tests.fakes import photos
from tests.fakes.browser import link_of, signed_in
from tests.fakes.hours import calendar
from tests.fakes.house import House
from tests.fakes.rules import other_rules

STAFF = ("tess", "tom", "carl", "sana", "dora", "max", "ada")
"""Tess raised Cleo's cases and Tom did not; Sana is offered them or has them and Dora is of another team."""


@dataclass
class World:
    """The house, its cases by stage, and the browser of everybody."""

    house: House
    cases: dict[str, str] = field(default_factory=dict)
    photo: str = ""
    file: str = ""
    view: Any = None
    calendar: str = ""
    finding: str = ""
    change: str = ""
    secret: str = ""

    def __post_init__(self) -> None:
        house = self.house
        house.joined_by("Cora")
        self.photo, self.file = self._raised_with_evidence()
        self.cases["RETURNED"] = house.raised()
        cases.return_case([self.cases["RETURNED"]], missing="Which door?", **house.once("carl"))
        for stage in ("OFFERED", "ACCEPTED", "STOPPED", "RESOLVED", "CLOSED"):
            self.cases[stage] = self._brought_to(stage)
        self.cases["OTTO"] = house.raised(job=str(house.otto_job.id), summary="Otto's lift hums")
        kept = views.ViewForm("Late lifts", "text=lift", shared=True)
        self.view = views.keep_view(kept, by=house.actor("carl")).id
        cases.recompute_all()
        self.change = str(recomputed.changes(most=1)[0].id)
        self.finding = self._suggested()
        self.secret = shift_feeds.secret(people.open_feed("", by=house.actor("sana"), at=house.clock.now()))
        for duty in ("look", "audit"):
            health.beat(duty, done=0, every=1, at=house.clock.now())
        self.calendar = calendar(house, country="DE")
        other_rules(house)
        self.clients = {name: signed_in(name) for name in STAFF}
        self.clients |= {name: Client(raise_request_exception=False) for name in ("nobody", "cleo", "otto")}

    def _raised_with_evidence(self) -> tuple[str, str]:
        house, key = self.house, "0" * 32
        upload = SimpleUploadedFile("door.jpg", photos.encoded(photos.quarters()))
        once: dict[str, Any] = {"draft_key": key, "by": house.actor("tess"), "at": house.clock.now()}
        photo = evidence.take(upload=upload, **once)
        plan = SimpleUploadedFile("plan.pdf", b"%PDF-1.7 a wiring plan")
        file = evidence.take_file(upload=plan, content_type="application/pdf", **once)
        kept = (str(photo.id), str(file.id))
        report = house.report(reasons=frozenset({Reason.SAFETY_RISK}), evidence=kept, draft=key)
        self.cases["RAISED"] = cases.raise_case(replace(report), **house.once("tess")).case
        return kept

    def _suggested(self) -> str:
        """What Cleo's rating of another job suggests to Carl."""
        said = jobs.JobForm("LIB-J9", "Yearly check", self.house.clock.now())
        job = jobs.keep_job(said, self.house.job.site)
        jobs.report_visit(job_id=str(job.id), report=VisitReport(VisitResult.DONE, rating=1), at=self.house.clock.now())
        cases.consider(str(job.id), at=self.house.clock.now())
        [found] = suggestions.waiting(self.house.actor("carl"), zone="UTC")
        return found.id

    def _brought_to(self, stage: str) -> str:
        house = self.house
        case = house.raised(danger=Danger.RISK if stage == "STOPPED" else Danger.NONE)
        house.offer(case)
        if stage == "OFFERED":
            return case
        house.accept(case)
        if stage == "ACCEPTED":
            until = house.clock.now() + timedelta(days=1)
            cases.begin_wait([case], reason=WaitReason.PART, until=until, what="Relay K7", **house.once("sana"))
            visit = NewVisit(house.clock.now(), until + timedelta(hours=1))
            cases.book_visit([case], visit=visit, **house.once("sana"))
            stairs = NewWorkaround("Use the stairs", "Not for wheelchairs", until)
            for new in (stairs, replace(stairs, unsafe=True)):
                cases.offer_workaround([case], workaround=new, **house.once("sana"))
            return case
        if stage == "STOPPED":
            decision = NewDecision(ReviewOutcome.STOP_WORK, lifted_on="Max, once the brake was tested")
            cases.decide_review([case], decision=decision, **house.once("max"))
            return case
        house.resolve(case)
        if stage == "CLOSED":
            cases.confirm([case], **house.once("cleo"))
        return case

    def seq(self, case: str) -> int:
        """How many events a case has; what must not move when something is refused."""
        return Case.objects.values_list("head_seq", flat=True).get(id=case)

    def token(self, name: str) -> str:
        """What stands in the link of somebody's mail; who got none guesses, and Otto signs Cleo's with his own."""
        cleo = link_of(self.house, "cleo", self.cases["RESOLVED"]).rpartition("/")[2]
        if name == "cleo":
            return cleo
        if name == "otto":
            own = link_of(self.house, "otto", self.cases["OTTO"]).rpartition("/")[2]
            return cleo.partition(":")[0] + ":" + own.partition(":")[2]
        return "a-guess"

    def values(self, name: str, stage: str) -> dict[str, Any]:
        """What stands in an address, by the name of the parameter there."""
        return {
            "case_id": self.cases.get(stage, self.cases["ACCEPTED"]),
            "job_id": str(self.house.job.id),
            "photo_id": self.photo,
            "file_id": self.file,
            "size": "thumb",
            "token": self.token(name),
            "slug": "contacts",
            "kind": "sites",
            "entry": str(self.house.cleo.id),
            "view_id": str(self.view),
            "calendar": self.calendar,
            "number": 1,
            "team": str(self.house.specialists.id),
            "swap": self.cases["ACCEPTED"],
            "address": self.cases["ACCEPTED"],
            "said": "take",
            "what": "name",
            "finding": self.finding,
            "sort": "site",
            "subject": str(self.house.job.site_id),
            "change": self.change,
            "secret": self.secret,
            "sign": "a-guess",
            "name": "a-guess",
            "skill": self.cases["ACCEPTED"],
            "channel": "sms",
            "notice": self.cases["ACCEPTED"],
        }

    def first_start(self) -> str:
        """The token of the link that the terminal printed."""
        return first_start.link(at=self.house.clock.now()).rpartition("/")[2]
