"""How the clocks of a case ran: each with what counted, what did not and why, and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from backline.core.case import Case
from backline.core.clock import Clock, resolve, running
from backline.core.counting import Pause, Stretch
from backline.core.events import Event
from backline.core.fold import apply
from backline.core.policy import Policy
from backline.core.words import ClockName, State, ToldBy


class Verdict(StrEnum):
    """What became of a clock."""

    RUNS = "RUNS"
    PAUSED = "PAUSED"
    LATE = "LATE"
    MET = "MET"
    MISSED = "MISSED"
    ENDED = "ENDED"
    IN_VAIN = "IN_VAIN"
    WENT_ON = "WENT_ON"


_REPLACED = {
    "priority.changed": frozenset(ClockName),
    "policy.moved": frozenset(ClockName),
    "review.decided": frozenset({ClockName.CONFIRM}),
    "stop.lifted": frozenset({ClockName.CONFIRM}),
    "root_cause.recorded": frozenset({ClockName.CONFIRM}),
    "workaround.extended": frozenset({ClockName.WORKAROUND}),
}
"""Events after which these clocks go on as their next generation."""


_IN_VAIN = {
    ClockName.WAIT: frozenset({"case.resolved", "case.confirmed", "case.lapsed"}),
    ClockName.VISIT: frozenset({"case.resolved", "case.confirmed", "case.lapsed", "visit.called_off"}),
    ClockName.REVIEW: frozenset({"case.resolved"}),  # of a workaround that nobody needs to approve any more
}
"""Events that end these clocks though what they waited for never came."""


@dataclass(frozen=True, slots=True)
class Account:
    """What a clock showed at a moment: the clock, what it counted by then, stretch by stretch, and its verdict.

    `stopped_at` is empty while it runs. One that stopped keeps what was known of hours when it did, at `judged_at`;
    `since` is its account by what is known since, where that differs: a calendar that is corrected later changes what
    is true, not what was judged. `case` is how the case stood then.
    """

    clock: Clock
    case: Case
    stopped_at: datetime | None
    stretches: tuple[Stretch, ...]
    counted: timedelta
    verdict: Verdict
    since: Account | None = None
    judged_at: datetime | None = None

    @property
    def way(self) -> tuple[Stretch, ...]:
        """Its stretches, and those that lie ahead of one that has not stopped until it is due."""
        ahead = () if self.stopped_at else self.clock.counting.stretches(self.clock.due_at)
        return max(self.stretches, ahead, key=lambda way: way[-1].to_at if way else self.clock.started_at)


@dataclass(slots=True)
class _Seen:
    """A clock as it was last seen, with the case that it belonged to, when it began, and the event that stopped it."""

    clock: Clock
    case: Case
    begun_at: datetime
    stop: Event | None = None


Bound = Callable[[Case, datetime], Policy]
"""The policy of a case, with the hours that counted for it as it was then, as they were known at a moment."""


def explain(events: Iterable[Event], bound: Bound, *, at: datetime, known_at: datetime) -> tuple[Account, ...]:
    """An account of every clock that had begun by `at`, by what was recorded and saved up to `known_at`.

    One that was over before it would have begun never ran: a loss that was to be told later, and did not last so long.
    The same for the same two moments, whatever comes later.
    """
    known = (event for event in events if event.recorded_at <= known_at)
    seen = _followed(known, lambda case: bound(case, known_at))
    ran = (one for one in seen if one.stop is None or one.clock.started_at <= one.stop.recorded_at)
    found = [_account(one, bound, at) for one in ran if max(one.clock.started_at, one.begun_at) <= at]
    order = list(ClockName)
    return tuple(sorted(found, key=lambda one: (one.clock.started_at, order.index(one.clock.name), one.clock.subject)))


def of_running(case: Case, policy: Policy, *, at: datetime) -> tuple[Account, ...]:
    """An account of every clock that runs now, the earliest due first."""
    begun = (clock for clock in running(case, policy) if clock.started_at <= at)
    seen = (_Seen(clock, case, clock.started_at) for clock in begun)
    return tuple(_account(one, lambda _case, _known: policy, at) for one in seen)


def _followed(events: Iterable[Event], policy: Callable[[Case], Policy]) -> list[_Seen]:
    """Every clock of every generation, as last seen."""
    case: Case | None = None
    going: dict[str, _Seen] = {}
    done: list[_Seen] = []
    for event in events:
        case = apply(case, event)
        now = {seen.clock.climb: seen for seen in _seen(case, policy(case), event.occurred_at)}
        for name, seen in now.items():
            seen.begun_at = going[name].begun_at if name in going else seen.begun_at
        for name in [name for name in going if name not in now]:
            going[name].stop = event
            done.append(going.pop(name))
        going |= now
    return [*done, *going.values()]


def _seen(case: Case, policy: Policy, at: datetime) -> list[_Seen]:
    """The clocks that run, and that of the resolution while the customer is asked: it may yet go on."""
    asked = (resolve(case, policy),) if case.state is State.RESOLVED else ()
    return [_Seen(clock, case, at) for clock in (*running(case, policy), *asked)]


def _account(seen: _Seen, bound: Bound, at: datetime) -> Account:
    ended = _ended_at(seen)
    if ended is not None and ended > at:
        seen, ended = replace(seen, stop=None), None
    now = _judged(seen, seen.clock, ended, at)
    if seen.stop is None:
        return now
    then = _judged(seen, _as_known_at(seen.stop.recorded_at, seen, bound), ended, at)
    differs = (then.verdict, then.counted) != (now.verdict, now.counted)
    return replace(then, since=now if differs else None, judged_at=seen.stop.recorded_at)


def _judged(seen: _Seen, clock: Clock, ended: datetime | None, at: datetime) -> Account:
    """The account of it by what this clock counts."""
    to = max(ended or at, clock.started_at)
    if _asked(seen) and seen.stop is None and ended is not None:
        clock = _standing_still(clock, ended, at)
    stretches = clock.counting.stretches(to)
    if _asked(seen) and ended is not None:
        rest = min(seen.stop.occurred_at, at) if seen.stop else at
        stretches += (Stretch(to, rest, State.RESOLVED),) if to < rest else ()
    stopped, verdict = ended if seen.stop else None, _verdict(seen, clock, ended, at)
    return Account(clock, seen.case, stopped, stretches, clock.counting.counted(to), verdict)


def _standing_still(clock: Clock, since: datetime, at: datetime) -> Clock:
    """The clock of the resolution while the customer is asked: it is due as much later as that has lasted by now."""
    asked = Pause(State.RESOLVED, since, at)
    counting = replace(clock.counting, pauses=(*clock.counting.pauses, asked) if since < at else clock.counting.pauses)
    return clock.counts(counting, clock.target)


def _as_known_at(moment: datetime, seen: _Seen, bound: Bound) -> Clock:
    """The clock by what was known of hours at a moment."""
    found = (one.clock for one in _seen(seen.case, bound(seen.case, moment), seen.begun_at))
    return next((clock for clock in found if clock.climb == seen.clock.climb), seen.clock)


def _asked(seen: _Seen) -> bool:
    """Whether it is the clock of a resolution that the customer is, or was at the end, asked about."""
    return seen.clock.name is ClockName.RESOLVE and seen.case.state is State.RESOLVED


def _ended_at(seen: _Seen) -> datetime | None:
    """When it came to rest; figures go by when things were so, and a case was resolved when its owner said so.

    What was so before it began did not end it: that was done when it was recorded.
    """
    if _asked(seen):
        so = seen.case.resolved_at
        return seen.case.entered.at if so and so < seen.clock.started_at else so
    if seen.stop is None:
        return None
    so = seen.stop.occurred_at
    return seen.stop.recorded_at if so < seen.clock.started_at or _done_by_recording(seen, seen.stop) else so


def _done_by_recording(seen: _Seen, stop: Event) -> bool:
    """Whether it asked for a word that leaves when it is recorded, whatever it is about; a call may have been made."""
    return seen.clock.name is ClockName.CUSTOMER_UPDATE and stop.data.get("told_by") != ToldBy.CALL


def _verdict(seen: _Seen, clock: Clock, ended: datetime | None, at: datetime) -> Verdict:
    """What becomes of it; that it is late is never hidden by a pause, and one withdrawn in time met nothing.

    What is lost lasts or has ended: nobody set it a time.
    """
    if not clock.asks:
        return Verdict.ENDED if seen.stop else Verdict.RUNS
    if ended is None or seen.stop is None:
        late = clock.due_at <= (ended or at)
        rests = ended is not None or clock.counting.paused(at)
        return Verdict.LATE if late else Verdict.PAUSED if rests else Verdict.RUNS
    if ended > clock.due_at:
        return Verdict.MISSED
    if seen.stop.kind == "case.withdrawn":
        return Verdict.ENDED
    if seen.stop.kind in _IN_VAIN.get(clock.name, ()):
        return Verdict.IN_VAIN
    return Verdict.WENT_ON if clock.name in _REPLACED.get(seen.stop.kind, ()) else Verdict.MET
