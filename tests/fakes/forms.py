"""Whole forms as a browser would send them: a technician's report, and each verb of a case by whom it is for."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile

from backline.cases.models import Case as Row
from backline.core.case import Case
from backline.core.values import decode
from backline.core.words import ClockName
from backline.jobs.queries import contacts_of_site
from backline.policies import queries as policies
from tests.fakes import photos
from tests.fakes.house import House

STAGES = {
    "offer": "RAISED", "return": "RAISED", "review": "RAISED", "accept": "OFFERED", "bounce": "OFFERED",
    "lower": "OFFERED", "withdraw": "OFFERED", "confirm": "RESOLVED", "dispute": "RESOLVED", "reopen": "CLOSED",
    "lift-stop": "STOPPED",
}  # fmt: skip
"""The stage in which a verb is right; the others are for the accepted case."""
TEXTS = (
    "missing",
    "why",
    "words",
    "cause",
    "fix",
    "action",
    "text",
    "what",
    "outcome",
    "supplier",
    "meanwhile",
    "limits",
)
WHO = {
    "accept": "sana",
    "bounce": "sana",
    "review": "max",
    "step": "sana",
    "wait": "sana",
    "resolve": "sana",
    "lift-stop": "max",
    "decide-workaround": "max",
    "policy": "max",
    "hand-over": "sana",
}
"""Who does a verb rightly; the others Carl may do."""


class Photo(SimpleUploadedFile):
    """A photo that can be sent more than once."""

    def read(self, *args: Any) -> Any:
        """All of it, from its beginning."""
        self.seek(0)
        return super().read(*args)


def report(**typed: Any) -> dict[str, Any]:
    """A whole report on a job, of a trouble of its own whatever is open there."""
    usual = {
        "key": uuid4().hex, "danger": "NONE", "summary": "It stands still", "reasons": ["UNRESOLVED_ON_SITE"],
        "impact": "HIGH", "urgency": "LOW", "step-0-action": "Reset the door", "step-0-result": "FAILED",
        "another": "on",
    }  # fmt: skip
    return usual | typed


def typed(house: House, case: str, slug: str, name: str, text: str) -> dict[str, Any]:
    """The same with this text in this field; why somebody decides so is kept of a refusal."""
    refused = {"outcome": "REFUSE"} if (slug, name) == ("decide-workaround", "why") else {}
    return whole(house, case, slug) | refused | {name: text}


def whole(house: House, case: str, slug: str) -> dict[str, Any]:
    """What somebody fills in who does it right."""
    now = house.clock.now()
    local = now + timedelta(hours=2)
    moments = {
        name: f"{local + timedelta(hours=hours):%Y-%m-%dT%H:%M}" for name, hours in (("from_at", 30), ("to_at", 31))
    }
    stands = decode(Case, Row.objects.values_list("fold", flat=True).get(id=case))
    rungs = [f"{one.climb} {one.rung}" for one in house.view(case).ahead] if slug == "jump" else []
    running = {one.clock: one.id for one in stands.records.values() if not one.ended}
    newest = policies.versions()[0].id
    other = house.support if stands.team == str(house.specialists.id) else house.specialists
    counts = {"record": stands.workaround.id if stands.workaround else ""}
    later = {"until": moments["to_at"]}
    visit = moments | {"person": str(house.persons["sana"].id)}
    texts = dict.fromkeys(TEXTS, "Said so")
    found: dict[str, dict[str, Any]] = {
        "offer": {"target": f"{other.id}:"},
        "hand-over": {"target": f"{house.support.id}:"},
        "lower": {"target": f"{house.support.id}:"},
        "accept": {"lease": "3600"},
        "resolve": {"outcome": "DONE"},
        "step": {"result": "NO_EFFECT", "minutes": "5"},
        "photos": {"photos": Photo("door.jpg", photos.encoded(photos.quarters()))},
        "wait": {"reason": "PART"},
        "contact": {"contact": str(contacts_of_site(stands.site)[-1].id)},
        "visit": visit,
        "move-visit": visit | {"record": running.get(ClockName.VISIT, "")},
        "call-off": {"record": running.get(ClockName.VISIT, "")},
        "end-visit": {"record": running.get(ClockName.VISIT, "")},
        "move-part": {"record": running.get(ClockName.WAIT, "")},
        "end-wait": {"record": running.get(ClockName.WAIT, "")},
        "workaround": {"unsafe": "no"},
        "decide-workaround": {"record": stands.proposed.id if stands.proposed else "", "outcome": "APPROVE"},
        "extend-workaround": counts,
        "end-workaround": counts | {"how": "NOT_NEEDED"},
        "review": {"outcome": "ALLOW"},
        "policy": {"policy": newest, "looked": newest},
        "priority": {"impact": "LOW", "urgency": "LOW"},
        "impact": {"units": "3", "cost_an_hour": "120"},
        "tell": {"told_by": "MAIL", "next_by": f"{now + timedelta(minutes=50):%Y-%m-%dT%H:%M}"},
        "root-cause": {"lies_in": "PART"},
        "jump": {"rung": rungs[-1] if rungs else "RESOLVE::1 2"},
    }
    return {"key": uuid4().hex, "seen": str(stands.seq)} | texts | later | found.get(slug, {})
