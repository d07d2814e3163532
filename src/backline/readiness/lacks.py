"""One thing that is not ready: what, about what, who can mend it, and where."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.urls import reverse

from backline.core.sight import SEES_ALL
from backline.core.words import Actor, Role
from backline.people.oncall import may_plan


class Kind(StrEnum):
    """What may not be ready, in the order in which it is said."""

    REACH = "REACH"
    LAST_RESORT = "LAST_RESORT"
    ROLE = "ROLE"
    AWAY = "AWAY"
    DEPUTY = "DEPUTY"
    SHIFT = "SHIFT"
    ROTA = "ROTA"
    ROSTER = "ROSTER"
    NAMES = "NAMES"
    ADDRESS = "ADDRESS"
    UNPROVED = "UNPROVED"
    TEAMS = "TEAMS"
    EMPTY_TEAM = "EMPTY_TEAM"
    ONE_MEMBER = "ONE_MEMBER"
    UNSUITED = "UNSUITED"
    LEAD = "LEAD"
    SKILL = "SKILL"
    CERTIFICATE = "CERTIFICATE"
    PAUSED = "PAUSED"
    MAIL = "MAIL"
    CHANNEL = "CHANNEL"
    RULES = "RULES"
    SITES = "SITES"
    CONTACTS = "CONTACTS"
    ASSETS = "ASSETS"
    UNHEARD = "UNHEARD"
    JOBS = "JOBS"
    OPEN_HOURS = "OPEN_HOURS"
    HEARTBEAT = "HEARTBEAT"
    NO_HOURS = "NO_HOURS"
    CALENDAR = "CALENDAR"
    DEMO = "DEMO"


class Mender(StrEnum):
    """Who can mend it; a planner is one of a team."""

    ADMINISTRATORS = "ADMINISTRATORS"
    MANAGERS = "MANAGERS"
    PLANNERS = "PLANNERS"


HINTS = frozenset({Kind.OPEN_HOURS, Kind.HEARTBEAT, Kind.NO_HOURS, Kind.CALENDAR, Kind.DEMO})
"""What works, and may not be as it is meant."""
_MENDERS = {
    Kind.DEPUTY: Mender.MANAGERS,
    Kind.SHIFT: Mender.PLANNERS,
    Kind.ROTA: Mender.PLANNERS,
    Kind.ROSTER: Mender.PLANNERS,
    Kind.NAMES: Mender.PLANNERS,
    Kind.OPEN_HOURS: Mender.PLANNERS,
}
_ABOUT = "about"
_PLACES = {
    Kind.REACH: ("desk:policies",),
    Kind.LAST_RESORT: ("desk:organisation",),
    Kind.ROLE: ("desk:register", "persons"),
    Kind.AWAY: ("desk:register", "persons"),
    Kind.DEPUTY: ("desk:deputies",),
    Kind.SHIFT: ("desk:on_call_team", _ABOUT),
    Kind.ROTA: ("desk:on_call_schedule", _ABOUT),
    Kind.ROSTER: ("desk:on_call_roster", _ABOUT),
    Kind.NAMES: ("desk:on_call_roster", _ABOUT),
    Kind.ADDRESS: ("desk:entry", "persons", _ABOUT),
    Kind.UNPROVED: ("desk:register", "persons"),
    Kind.TEAMS: ("desk:register", "teams"),
    Kind.EMPTY_TEAM: ("desk:entry", "teams", _ABOUT),
    Kind.ONE_MEMBER: ("desk:entry", "teams", _ABOUT),
    Kind.UNSUITED: ("desk:entry", "teams", _ABOUT),
    Kind.LEAD: ("desk:entry", "teams", _ABOUT),
    Kind.SKILL: ("desk:entry", "needs", _ABOUT),
    Kind.CERTIFICATE: ("desk:register", "persons"),
    Kind.PAUSED: ("desk:channels",),
    Kind.MAIL: ("desk:mail",),
    Kind.CHANNEL: ("desk:channel", _ABOUT),
    Kind.RULES: ("desk:register", "rules"),
    Kind.SITES: ("desk:register", "sites"),
    Kind.CONTACTS: ("desk:register", "contacts"),
    Kind.ASSETS: ("desk:register", "assets"),
    Kind.UNHEARD: ("desk:register", "contacts"),
    Kind.JOBS: ("desk:register", "jobs"),
    Kind.OPEN_HOURS: ("desk:on_call_schedule", _ABOUT),
    Kind.HEARTBEAT: ("audit",),
    Kind.NO_HOURS: ("desk:calendars",),
    Kind.CALENDAR: ("desk:calendar", _ABOUT),
    Kind.DEMO: ("desk:mail",),
}


def may_look(by: Actor) -> bool:
    """Who may see what is not ready: whoever sees all, and a lead what he can mend of his team."""
    return bool(by.roles & SEES_ALL or by.leads)


@dataclass(frozen=True, slots=True)
class Lack:
    """One thing that is not ready: what it is and what comes of it, in one sentence.

    `about` tells it apart from others of its kind and stays the same while it lasts: the id of what it is about, and
    after a colon which of several.
    """

    kind: Kind
    said: str
    about: str = ""

    @property
    def key(self) -> str:
        """What it is known by from one day to the next."""
        return f"{self.kind} {self.about}".strip()

    @property
    def subject(self) -> str:
        """The id of what it is about."""
        return self.about.partition(":")[0]

    @property
    def mender(self) -> Mender:
        """Who can mend it."""
        return _MENDERS.get(self.kind, Mender.ADMINISTRATORS)

    @property
    def is_hint(self) -> bool:
        """Whether it works, and is only worth a look."""
        return self.kind in HINTS

    @property
    def way(self) -> str:
        """The address of the page on which it is mended."""
        page, *parts = _PLACES[self.kind]
        return reverse(page, args=[self.subject if part == _ABOUT else part for part in parts])

    def may_be_mended(self, by: Actor) -> bool:
        """Whether somebody may mend it."""
        if self.mender is Mender.PLANNERS:
            return may_plan(by, self.subject)
        return by.is_any(Role.MANAGER if self.mender is Mender.MANAGERS else Role.ADMINISTRATOR)
