"""Plans the demo's cases: which fault at which asset, who has to do with it, and which turns the case takes.

A plan is values alone; `life` plays it. The same seed plans the same cases, relative to the moment they lead up to.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from itertools import chain, zip_longest
from random import Random
from zoneinfo import ZoneInfo

from backline.core.policy import priority_of, shipped
from backline.core.words import Danger, Impact, Priority, Reason, Role, Urgency
from backline.demo.cast import SPECIALISTS, SUPPORT, ZONE, Team, named
from backline.demo.places import Place, places
from backline.demo.stories import Story, Telling, stories

DAYS = 90
SIZE = 602
"""How many cases the whole demo has."""


class Turn(StrEnum):
    """Something that a case may go through on its way."""

    RETURNED = "RETURNED"
    PHONED_IN = "PHONED_IN"
    OFFLINE = "OFFLINE"
    BOUNCED = "BOUNCED"
    HANDED_ON = "HANDED_ON"
    LOWERED = "LOWERED"
    RAISED_IN_PRIORITY = "RAISED_IN_PRIORITY"
    PART = "PART"
    VISIT = "VISIT"
    STOPPED = "STOPPED"
    DISPUTED = "DISPUTED"
    REOPENED = "REOPENED"
    SLOW = "SLOW"


class End(StrEnum):
    """How a case ends."""

    CONFIRMED = "CONFIRMED"
    CALLED = "CALLED"
    LAPSED = "LAPSED"
    WITHDRAWN = "WITHDRAWN"


class Stage(StrEnum):
    """Where a case stands that is open at the moment the demo is loaded; empty for one that goes on to its end."""

    NONE = ""
    REVIEW = "REVIEW"
    RAISED = "RAISED"
    RETURNED = "RETURNED"
    OFFERED = "OFFERED"
    ACCEPTED = "ACCEPTED"
    WAITING = "WAITING"
    STOPPED = "STOPPED"
    RESOLVED = "RESOLVED"


@dataclass(frozen=True, slots=True)
class Plan:
    """One case to be: what, where, by whom and by which turns.

    `begins_at` is when it is raised. `stage` with `share` says for a case that is open now where it stands, and for
    how much of that stage's time it has stood there: 0.5 is half of it, 1.5 is late.
    """

    number: int
    begins_at: datetime
    place: Place
    telling: Telling
    impact: Impact
    urgency: Urgency
    technician: str
    team: Team
    owner: str
    turns: frozenset[Turn] = frozenset()
    end: End = End.CONFIRMED
    stage: Stage = Stage.NONE
    share: float = 0.0

    @property
    def job(self) -> str:
        """The reference of its job."""
        return f"J-{self.number:04d}"

    @property
    def priority(self) -> Priority:
        """The priority that the law gives it."""
        return priority_of(shipped(), self.impact, self.urgency, self.telling.story.danger)


OPEN = {
    Stage.ACCEPTED: (
        0.3,
        0.1,
        0.9,
        1.6,
        0.3,
        0.5,
        0.7,
        0.9,
        0.1,
        0.5,
        1.3,
        0.3,
        0.7,
        0.5,
        0.2,
        0.9,
        0.4,
        2.6,
        0.6,
        0.1,
    ),
    Stage.RESOLVED: (0.05, 0.2, 0.4, 0.02, 0.6, 0.1, 0.3, 0.5, 0.15, 0.9),
    Stage.OFFERED: (0.1, 0.6, 1.4, 0.3, 0.9, 0.1, 0.3, 0.6, 2.2, 0.9),
    Stage.WAITING: (0.3, 0.6, 0.1, 0.8, 0.4, 0.2, 0.7, 0.5, 0.3, 0.9, 0.6, 0.1),
    Stage.RAISED: (0.2, 0.9, 0.4, 1.7, 0.1, 0.6),
    Stage.REVIEW: (0.4, 3.5, 0.8),
    Stage.RETURNED: (0.3, 0.8, 1.2),
    Stage.STOPPED: (0.3, 0.6),
}
"""How far the open cases are into their stage; from one of each stage on, so that a small demo has them all as well."""
COURSES: tuple[tuple[int, tuple[Turn, ...], End], ...] = (
    (22, (), End.CONFIRMED),
    (4, (), End.WITHDRAWN),
    (8, (), End.LAPSED),
    (10, (), End.CALLED),
    (13, (Turn.PART,), End.CONFIRMED),
    (9, (Turn.VISIT,), End.CONFIRMED),
    (8, (Turn.PART, Turn.VISIT), End.CALLED),
    (5, (Turn.RETURNED,), End.CONFIRMED),
    (4, (Turn.BOUNCED,), End.CONFIRMED),
    (5, (Turn.HANDED_ON,), End.CONFIRMED),
    (3, (Turn.DISPUTED,), End.CONFIRMED),
    (4, (Turn.SLOW,), End.CALLED),
    (2, (Turn.SLOW, Turn.PART), End.LAPSED),
    (3, (Turn.RAISED_IN_PRIORITY,), End.CONFIRMED),
    (2, (Turn.PHONED_IN,), End.CONFIRMED),
    (2, (Turn.OFFLINE,), End.CONFIRMED),
    (2, (Turn.LOWERED,), End.CALLED),
    (2, (Turn.REOPENED,), End.CONFIRMED),
    (2, (Turn.STOPPED,), End.CONFIRMED),
)
"""Of a hundred cases, how many take which turns to which end."""
_KINDS = {"lift": 46, "escalator": 15, "heating": 22, "medical": 17}
_BUSY = {"Tess": 4, "Sana": 4, "Dora": 3, "Lena": 2, "Carl": 3, "Max": 3}


def chosen(random: Random, names: Sequence[str]) -> str:
    """One of the names; the cast, whom visitors become, have more to do than the others."""
    return random.choices(names, [_BUSY.get(name, 1) for name in names])[0]


def plans(seed: int, size: int, *, at: datetime) -> list[Plan]:
    """All cases in the order in which they are raised; the open ones, whose time is set later, come last."""
    random = Random(f"{seed}: the plans")
    opened = list(_open(random, at))[: min(size // 2, sum(map(len, OPEN.values())))]
    past = [_past(random, number, at) for number in range(size - len(opened))]
    past.sort(key=lambda plan: plan.begins_at)
    return [replace(plan, number=number) for number, plan in enumerate([*past, *opened], 1)]


def _open(random: Random, at: datetime) -> Iterator[Plan]:
    """The cases that are open at this moment, each at an asset of its own; the first are at Cleo's library."""
    left = list(places())
    rows = zip_longest(*([(stage, share) for share in shares] for stage, shares in OPEN.items()))
    for stage, share in filter(None, chain.from_iterable(rows)):
        wants_danger = stage in (Stage.REVIEW, Stage.STOPPED)
        at_cleos = left[0].asset in ("LIB-L1", "LIB-L2") and not wants_danger
        place = left[0] if at_cleos else _place(random, left, danger=wants_danger)
        left.remove(place)
        plan = _planned(random, place, at, danger=wants_danger)
        if at_cleos:
            plan = replace(plan, technician="Tess", team=SPECIALISTS["lift"], owner="Sana")
        yield replace(plan, turns=_turns_of(stage, random), stage=stage, share=share)


def _turns_of(stage: Stage, random: Random) -> frozenset[Turn]:
    match stage:
        case Stage.RETURNED:
            return frozenset({Turn.RETURNED})
        case Stage.STOPPED:
            return frozenset({Turn.STOPPED})
        case Stage.WAITING:
            return frozenset(random.choice([{Turn.PART}, {Turn.VISIT}, {Turn.PART, Turn.VISIT}]))
    return frozenset()


def _past(random: Random, number: int, at: datetime) -> Plan:
    """A case of the last ninety days; the first few take each course once, so that a small demo has them all too."""
    courses = [course for course in COURSES for _time in range(course[0])]
    _weight, turns, end = COURSES[number] if number < len(COURSES) else random.choice(courses)
    stopped = Turn.STOPPED in turns
    plan = _planned(random, _place(random, places(), danger=stopped), at, danger=stopped)
    if Turn.RAISED_IN_PRIORITY in turns:
        plan = replace(plan, impact=Impact.MEDIUM, urgency=Urgency.LOW)
    # Drawn apart, so that the same things happen whatever day it is, only at other moments.
    when = Random(f"{random.random()}: when")
    begins_at = _daytime(when, at, urgent=plan.priority in (Priority.P1, Priority.P2))
    return replace(plan, begins_at=begins_at, turns=frozenset(turns), end=end)


def _place(random: Random, among: Sequence[Place], *, danger: bool) -> Place:
    kind = random.choices(list(_KINDS), list(_KINDS.values()))[0]
    able = [place for place in among if not danger or any(story.danger is Danger.RISK for story in _fitting(place))]
    return random.choice([place for place in able if place.kind == kind] or able)


def _fitting(place: Place) -> list[Story]:
    return [story for story in stories(place.kind) if story.fits_to(place.name)]


def _planned(random: Random, place: Place, at: datetime, *, danger: bool) -> Plan:
    fitting = _fitting(place)
    # What is dangerous is told of now and then; what is not, of the rest.
    able = [story for story in fitting if (story.danger is not Danger.NONE) is (danger or random.random() < 0.07)]
    story = random.choice([one for one in able if one.danger is not Danger.PERSON_TRAPPED_OR_HURT] or able or fitting)
    if not danger and place.kind == "lift" and random.random() < 0.012:
        story = next(one for one in fitting if one.danger is Danger.PERSON_TRAPPED_OR_HURT)
    team = SPECIALISTS[place.kind] if _needs_specialists(random, story) else SUPPORT
    return Plan(
        number=0,
        begins_at=at,
        place=place,
        telling=Telling(story, _gaps(random)),
        impact=_near(random, Impact, story.impact),
        urgency=_near(random, Urgency, story.urgency),
        technician=chosen(random, _crew(place.kind)),
        team=team,
        owner=chosen(random, team.members),
    )


def _needs_specialists(random: Random, story: Story) -> bool:
    hard = story.reason in (Reason.TECHNICAL_LIMIT, Reason.RECURRING_FAULT, Reason.SAFETY_RISK)
    return random.random() < (0.85 if hard else 0.35)


def _crew(kind: str) -> tuple[str, ...]:
    """Those technicians who look after this kind of asset."""
    everybody = named(Role.TECHNICIAN)
    half = len(everybody) // 2
    return everybody[:half] if kind in ("lift", "escalator") else everybody[half:]


def _gaps(random: Random) -> dict[str, str]:
    floor = random.randint(1, 6)
    return {
        "floor": str(floor),
        "upper": str(floor + 1),
        "few": str(random.randint(2, 4)),
        "warm": str(random.randint(61, 79)),
    }


def _near[Level: (Impact, Urgency)](random: Random, levels: type[Level], level: Level) -> Level:
    """Mostly the level itself, now and then the one below; nothing here is a disaster."""
    known = list(levels)
    return known[max(known.index(level) - (random.random() < 0.4), 0)]


def _daytime(random: Random, at: datetime, *, urgent: bool) -> datetime:
    """A moment of the last ninety days in working hours there; what is urgent happens in the evening as well."""
    zone = ZoneInfo(ZONE)
    while True:
        day = (at - timedelta(days=random.uniform(1.5, DAYS))).astimezone(zone).date()
        latest = 20.5 if urgent else 13.5
        hours = random.uniform(6.5, latest)
        moment = datetime.combine(day, time(), zone) + timedelta(seconds=int(hours * 3600))
        if urgent or day.weekday() < 5 or random.random() < 0.1:
            return moment.astimezone(UTC)
