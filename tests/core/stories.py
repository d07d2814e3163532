"""Short ways to tell a case's story in values: who asks, what happens, what the fold makes of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from backline.core.case import Case
from backline.core.cast import Cast
from backline.core.events import By, Event
from backline.core.explain import Account, explain
from backline.core.fold import apply
from backline.core.moves import Ask, Draft, Place, Report, StepTried, raise_case
from backline.core.policy import Policy, shipped
from backline.core.words import Actor, ActorKind, ClockName, Danger, Impact, Reason, Role, StepResult, Urgency

FRIDAY = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
POLICY: Policy = shipped()

TESS = Actor(ActorKind.PERSON, "tess", frozenset({Role.TECHNICIAN}))
CARL = Actor(ActorKind.PERSON, "carl", frozenset({Role.COORDINATOR}))
SANA = Actor(ActorKind.PERSON, "sana", frozenset({Role.SPECIALIST}), frozenset({"lifts"}))
MAX = Actor(ActorKind.PERSON, "max", frozenset({Role.MANAGER}))
ADA = Actor(ActorKind.PERSON, "ada", frozenset({Role.ADMINISTRATOR}))
CLEO = Actor(ActorKind.CONTACT, "cleo", customer="library")
OTTO = Actor(ActorKind.CONTACT, "otto", customer="museum")
ENGINE = Actor(ActorKind.SYSTEM, "engine")

CAST = Cast(
    assignee=("sana",),
    team=("lena",),
    team_lead=("lena",),
    coordinators=("carl",),
    managers=("max",),
    technician=("tess",),
    last_resort=("ada",),
)

PLACE = Place("job", "site", "library", "tess", "cleo", "lift-7", "lift")


def minutes(count: float) -> timedelta:
    """A span of so many minutes."""
    return timedelta(minutes=count)


@dataclass
class Story:
    """A case that moves on as drafts are recorded; `at` is the moment of the next thing that happens."""

    at: datetime = FRIDAY
    policy: Policy = POLICY
    case: Case | None = None
    events: list[Event] = field(default_factory=list)

    def ask(self, actor: Actor) -> Ask:
        """Somebody asks, now."""
        return Ask(actor, self.at, self.policy)

    def record(self, actor: Actor, *drafts: Draft, occurred_at: datetime | None = None) -> Case:
        """What was decided is recorded and folded."""
        for draft in drafts:
            seq = self.case.seq + 1 if self.case else 1
            event = Event(
                "case", seq, draft.kind, occurred_at or self.at, self.at, By(actor.kind, actor.id), draft.data
            )
            self.events.append(event)
            self.case = apply(self.case, event)
        assert self.case is not None
        return self.case

    def later(self, span: timedelta) -> Story:
        """Time goes by."""
        self.at += span
        return self

    @property
    def now(self) -> Case:
        """The case as it stands."""
        assert self.case is not None
        return self.case


def accounts(story: Story, name: ClockName, *, known_at: datetime | None = None) -> list[Account]:
    """How the clocks of a name ran until now, by what was known now or then."""
    found = explain(story.events, lambda _case, _known: story.policy, at=story.at, known_at=known_at or story.at)
    return [one for one in found if one.clock.name is name]


def report(**changes: Any) -> Report:
    """Tess's report of a lift that stands still, with one step tried."""
    usual = Report(
        place=PLACE,
        summary="s" * 64,
        reasons=frozenset({Reason.UNRESOLVED_ON_SITE}),
        danger=Danger.NONE,
        impact=Impact.HIGH,
        urgency=Urgency.MEDIUM,
        steps=(StepTried("a" * 64, StepResult.NO_EFFECT),),
    )
    return replace(usual, **changes)


def raised(by: Actor = TESS, policy: Policy = POLICY, **changes: Any) -> Story:
    """A case, just raised."""
    story = Story(policy=policy)
    story.record(by, raise_case(report(**changes), story.ask(by), policy_id="p1", review_id="r1"))
    return story
