"""What a look at a case finds: rungs that were reached, and the lapse; the only thing that time itself does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, NamedTuple

from backline.core.case import Case, Climb
from backline.core.cast import Cast, recipients
from backline.core.clock import Clock, Spent, lost, resumes, running, stands_since
from backline.core.events import Event
from backline.core.fold import fold
from backline.core.ladder import REACHED, Reached, in_hours, may_wait_too_long, next_step, reached, waiting
from backline.core.lifecycle import MoveRefused
from backline.core.moves import Ask, Draft, kept_word, lapse
from backline.core.policy import Policy
from backline.core.words import ClockName, Danger

LATE = 60
"""Seconds after which an effect counts as late, and says so."""
NEVER = datetime(9000, 1, 1, tzinfo=UTC)
"""When somebody looks at a clock of which nothing comes any more, though it has not ended."""
STIRS_NO_CLOCK = REACHED | {"move.late", "climb.left", "answer.kept"}
"""Events that hardly a clock follows from: what ran before them runs on as it did."""


class Alarm(NamedTuple):
    """One running clock, when somebody must look at it, and how far its climb has come.

    `in_hours` says whether that moment may follow from hours in which a rung waits;
    `resumes_at` is when a pause of it reaches its limit, and `held_until` when somebody must look at a rung that it
    holds, whatever hours count. With `alone` more than that is needed to say when it is looked at next: its case.
    """

    clock: Clock
    look_at: datetime
    climb: Climb | None
    in_hours: bool = False
    resumes_at: datetime | None = None
    held_until: datetime | None = None
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Watched:
    """A case under the policy that counts for it, with the alarms of its running clocks: each derived once."""

    case: Case
    policy: Policy
    alarms: tuple[Alarm, ...]

    @classmethod
    def of(cls, case: Case, policy: Policy) -> Watched:
        """The case as it stands."""
        return cls(case, policy, tuple(_alarm(case, policy, clock) for clock in running(case, policy)))

    def after(self, events: Sequence[Event], policy: Callable[[Case], Policy]) -> Watched:
        """The same after some events, under the policy that counts then."""
        case = fold(events, self.case)
        if any(map(_stirs_clocks, events)):
            return Watched.of(case, policy(case))
        stays = ((alarm, case.climbs.get(alarm.clock.climb) == alarm.climb) for alarm in self.alarms)
        alarms = (alarm if same else _alarm(case, self.policy, alarm.clock) for alarm, same in stays)
        return Watched(case, self.policy, tuple(alarms))

    @property
    def clocks(self) -> tuple[Clock, ...]:
        """The clocks that run, the earliest due first."""
        return tuple(alarm.clock for alarm in self.alarms)

    @property
    def due_at(self) -> datetime | None:
        """The earliest due moment of all that runs."""
        return self.alarms[0].clock.due_at if self.alarms else None


def _stirs_clocks(event: Event) -> bool:
    """Whether other clocks may follow from it: of rungs those of the impact, of which one takes over from another."""
    return event.kind not in STIRS_NO_CLOCK or event.data.get("clock") == ClockName.IMPACT


def _alarm(case: Case, policy: Policy, clock: Clock) -> Alarm:
    resumes_at = min((one.at for one in resumes(case, clock)), default=None)
    look, climb = look_at(case, policy, clock), case.climbs.get(clock.climb)
    held_until = _held_until(case, climb) if climb else None
    look = min(look, resumes_at or look, held_until or look)
    look = NEVER if clock.ends_at and look >= clock.ends_at else look  # another clock takes over before
    alone = climb is not None and (bool(climb.jumps) or may_wait_too_long(policy, clock.name))
    return Alarm(clock, look, climb, in_hours(policy, clock, climb), resumes_at, held_until, alone)


def _held_until(case: Case, climb: Climb) -> datetime | None:
    """When somebody must look at what a climb holds; at once where somebody is in danger by now."""
    return climb.at if climb.held and case.danger is not Danger.NONE else climb.held.until if climb.held else None


def look(now: Watched, ask: Ask, cast: Cast, gates: tuple[str, ...]) -> tuple[Draft, ...]:
    """The drafts of everything that has come due by `ask.at`; where the case lapses, that alone."""
    case = now.case
    clocks = [alarm.clock for alarm in now.alarms if alarm.look_at <= ask.at]
    if any(clock.name is ClockName.CONFIRM and clock.due_at <= ask.at for clock in clocks):
        try:
            return (kept_word(case, gates) if case.said_to_work else lapse(case, ask, gates),)
        except MoveRefused:
            pass  # the gates hold it: the ladder of CONFIRM tells who can open them
    resumed = (_spent(one) for clock in clocks for one in resumes(case, clock) if one.at <= ask.at)
    return (*resumed, *_covered(now, ask, cast), *_climbs(case, ask, cast, clocks))


def _covered(now: Watched, ask: Ask, cast: Cast) -> Iterator[Draft]:
    """What was held and is told now, or waits on because the shift for which it waited has moved."""
    for clock, climb in ((one.clock, one.climb) for one in now.alarms):
        held = climb.held if climb else None
        if held is None or (clock.ends_at and clock.ends_at <= ask.at):
            continue
        found = Reached(waiting(held), (), 0, since=held.until)
        draft = draft_of(clock, found, cast, ask.at, reason_of(now.case, ask, clock))
        if "held_until" not in draft.data or held.until <= ask.at:
            yield Draft("rung.covered", draft.data)


def _spent(one: Spent) -> Draft:
    """The event of a pause that reached its limit: from then on the clock runs again."""
    return Draft(
        "pause.spent", {"reason": one.reason, "at": one.at.isoformat(), "longest": int(one.longest.total_seconds())}
    )


def look_at(case: Case, policy: Policy, clock: Clock) -> datetime:
    """When somebody must look at this clock again because of its ladder, or because the case may lapse."""
    return next_step(policy, clock, case.climbs.get(clock.climb)).at


def may_lapse(clock: ClockName, climb: Climb | None) -> bool:
    """Whether the case may close when this clock is due; where something holds it, the first rung acts by then."""
    return clock is ClockName.CONFIRM and climb is None


def _climbs(case: Case, ask: Ask, cast: Cast, clocks: Sequence[Clock]) -> Iterator[Draft]:
    """What every clock has reached; of several thresholds that were passed meanwhile the last tells, once for all."""
    steps = [(one, found) for one in clocks if (found := reached(ask.policy, one, case.climbs.get(one.climb), ask.at))]
    last = next((clock for clock, _ in reversed(steps) if not clock.asks), None)
    for clock, found in steps:
        acts = replace(found, since=max(found.since, stands_since(case, clock)))
        if last is None or clock.asks or clock is last:
            yield draft_of(clock, acts, cast, ask.at, reason_of(case, ask, clock))
        else:
            yield draft_of(clock, acts, Cast(), ask.at, {"overtaken": last.climb})


def reason_of(case: Case, ask: Ask, clock: Clock) -> Mapping[str, Any]:
    """What is said besides by a rung of the impact: how much is lost of what passes a threshold."""
    return {} if clock.asks else {"lost": lost(case, ask.policy, ask.at)}


def draft_of(clock: Clock, found: Reached, cast: Cast, at: datetime, why: Mapping[str, Any]) -> Draft:
    """The event of a rung that acts at a moment: whom it tells, `why`, and what was passed over or missed below it."""
    chosen = recipients(found.acts.tell, cast.of(clock.name, at, clock.climb), hold=found.acts.hold)
    late = (at - found.since).total_seconds()
    return Draft(
        "rung.reached",
        {
            "climb": clock.climb,
            "clock": clock.name.value,
            "subject": clock.subject,
            "due_at": clock.due_at.isoformat(),
            "rung": found.acts.rung,
            "repeat": found.acts.repeat,
            "planned_at": found.acts.at.isoformat(),
            "late_seconds": int(late) if late > LATE else 0,
            "told": [] if chosen.held_until else list(chosen.persons),
            "role": chosen.role.value,
            "instead_of": chosen.instead_of.value if chosen.instead_of else "",
            "skipped": [{"rung": step.rung, "at": step.at.isoformat()} for step in found.skipped],
            "repeats_missed": found.repeats,
            **({"held_until": chosen.held_until.isoformat()} if chosen.held_until else {}),
            **({"next": list(chosen.persons)} if chosen.held_until else {}),
            **({"passed": [list(one) for one in chosen.passed]} if chosen.passed else {}),
            **({"suited": [list(one[:3]) for one in chosen.suited]} if chosen.suited else {}),
            **why,
        },
    )
