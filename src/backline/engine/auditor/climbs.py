"""Holds the rungs that a record says were reached against those that should have been: rules.md, section 3."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from backline.core.events import Event
from backline.core.policy import Policy, Recipients
from backline.core.words import ActorKind, ClockName, Danger
from backline.engine.auditor.clocks import Jump, Open, Running, due, moments, read_on, repeated, running
from backline.engine.auditor.found import GRACE, Found, What
from backline.engine.auditor.kept import Record
from backline.engine.auditor.record import begin

Step = tuple[int, int]
"""A rung, and which repeat of it."""
FORESEEN = timedelta(days=60)
"""So far ahead shifts are known: for none later anything waits."""
_CLOSES = ("case.lapsed", "case.confirmed")


@dataclass(slots=True)
class Terms:
    """What a case is judged by: its policies, and the hours of a clock by all that was known about a moment."""

    policy: Callable[[str], Policy]
    hours: Callable[[Running, datetime], Sequence[Open]]


@dataclass(slots=True)
class Climbs:
    """All climbs of one case, followed event by event.

    `since` says from when on each clock ran as it runs now, `dealt` which steps were told or said to be skipped, `told`
    when the last was, `left` what each clock owed when it stopped or went on otherwise: only the step itself, told
    after all, makes that good. `stops` are the moments at which each stopped, `jumps` the rungs told ahead of time,
    `held` the step of each that waits for somebody on call, with the moment by which it waits no longer; where somebody
    is `in_danger`, none may.
    """

    terms: Terms
    record: Record
    clocks: dict[str, Running] = field(default_factory=dict)
    since: dict[str, datetime] = field(default_factory=dict)
    dealt: dict[str, set[Step]] = field(default_factory=dict)
    told: dict[str, datetime] = field(default_factory=dict)
    left: dict[str, dict[Step, Found]] = field(default_factory=dict)
    stops: dict[str, set[datetime]] = field(default_factory=dict)
    jumps: dict[str, tuple[Jump, ...]] = field(default_factory=dict)
    held: dict[str, tuple[Step, datetime]] = field(default_factory=dict)
    in_danger: bool = False
    found: list[Found] = field(default_factory=list)
    expected: int = 0
    _known: dict[tuple[Running, tuple[Jump, ...], tuple[int, ...]], list[datetime]] = field(default_factory=dict)

    @classmethod
    def of(cls, events: Sequence[Event], terms: Terms) -> Climbs:
        """Follow a case to its last event."""
        climbs = cls(terms, begin(events[0]))
        climbs._hear_of_danger(events[0])
        climbs._go_on(events[0])
        for event in events[1:]:
            if event.kind in ("rung.reached", "rung.jumped"):
                climbs._reached(event)
            elif event.kind == "rung.covered":
                climbs._covered(event)
            else:
                read_on(climbs.record, event, terms.policy)
                climbs._go_on(event)
                climbs._hear_of_danger(event)
        return climbs

    def owed(self, at: datetime) -> list[Found]:
        """What should have been by a moment and was not: clocks that run owe it still, those that stopped for good."""
        left = {one.effect: one for owed in self.left.values() for one in owed.values()}
        now = [one._replace(still=True) for clock in self.clocks.values() for one in self._owed(clock, at).values()]
        return list((left | {one.effect: one for one in now}).values())

    def stopped(self, climb: str) -> Iterator[datetime]:
        """Each moment at which a climb stopped, or stops because another takes over."""
        yield from self.stops.get(climb, ())
        clock = self.clocks.get(climb)
        if clock and clock.ends:
            yield clock.ends

    def next_at(self, at: datetime) -> datetime | None:
        """When the next step of all clocks is due, by all that is known about a moment."""
        coming = [(self._latest(clock, self._next(clock), at), clock.ends) for clock in self.clocks.values()]
        coming += [(self.held[climb][1], clock.ends) for climb, clock in self.clocks.items() if climb in self.held]
        return min((due_at for due_at, ends in coming if ends is None or due_at < ends), default=None)

    def _go_on(self, event: Event) -> None:
        """What stopped owes what was due; what runs otherwise than before does so from now on."""
        at = event.recorded_at
        now = {clock.climb: clock for clock in running(self.record, self.terms.policy(self.record.policy))}
        for climb, clock in self.clocks.items():
            self._note_stop(clock, at, goes_on=climb in now)
            if now.get(climb) != clock and not (climb not in now and self._closed_by_time(clock, event)):
                self.left[climb] = self.left.get(climb, {}) | self._owed(clock, at)
        for climb, clock in now.items():
            if not self._due_as_before(climb, clock, at):
                self.since[climb] = at
        self.clocks = now

    def _due_as_before(self, climb: str, clock: Running, at: datetime) -> bool:
        """Whether it goes on and what comes next is due when it was: then nobody has more time for it."""
        before, step = self.clocks.get(climb), self._next(clock)
        if before is None or step != self._next(before) or (before.ends and before.ends <= at):
            return False
        return before == clock or self._latest(before, step, at) == self._latest(clock, step, at)

    def _note_stop(self, clock: Running, at: datetime, *, goes_on: bool) -> None:
        """It stopped if it does not go on, or had stopped when another took over, which may be taken back."""
        stopped_at = min(at, clock.ends or at)
        if not goes_on or stopped_at < at:
            self.stops.setdefault(clock.climb, set()).add(stopped_at)

    def _closed_by_time(self, clock: Running, event: Event) -> bool:
        """Whether the case closed because the customer's time was over, which must not be before it is."""
        if clock.name is not ClockName.CONFIRM or event.kind not in _CLOSES or event.by.kind is not ActorKind.SYSTEM:
            return False
        ends = min(due(clock, hours) for hours in self.terms.hours(clock, event.recorded_at))
        if ends > event.recorded_at:
            self.found.append(Found(What.EARLY, f"{clock.climb}:{event.kind}", ends))
        return True

    def _reached(self, event: Event) -> None:
        said, at = event.data, event.recorded_at
        climb, step = str(said["climb"]), (int(said["rung"]), int(said["repeat"]))
        effect, clock = f"{climb}:{step[0]}:{step[1]}", self.clocks.get(climb)
        if clock is None or step[0] >= len(clock.ladder):
            self.found.append(Found(What.EARLY, effect, at))  # nobody asked for it
            return
        dealt = self.dealt.setdefault(climb, set())
        if step in dealt:
            self.found.append(Found(What.DOUBLED, effect, at))
            return
        passed = {(int(one["rung"]), 0) for one in said["skipped"]}
        self._passed_over(clock, step, passed, int(said["repeats_missed"]), at)
        if event.kind == "rung.reached":  # who jumps wants it ahead of its time
            self._timely(clock, step, effect, at)
        by = said.get("overtaken")
        heard = self._overtaken(clock, self.clocks.get(by), at) if by else said["told"]  # there always is somebody
        heard = heard or self._holds(clock, step, said, at)
        if not heard or not (by or self._is_whom_it_tells(clock, step, said)):
            self.found.append(Found(What.LOST, effect, at))
        self.expected += 1 + len(passed - dealt)
        dealt |= {step, *passed}
        self.told[climb] = at
        self.left[climb] = {owed: one for owed, one in self.left.get(climb, {}).items() if owed > step}
        if event.kind == "rung.jumped":
            self.jumps[climb] = (*self.jumps.get(climb, ()), Jump(step[0], at))

    def _is_whom_it_tells(self, clock: Running, step: Step, said: Mapping[str, Any]) -> bool:
        """Whether it told the role that its ladder names, or says in whose stead; and of those known by name, them.

        What was offered to a whole team is told to whoever of it is on call.
        """
        tell, role = clock.ladder[step[0]].tell, Recipients(said["role"])
        offered = tell is Recipients.ASSIGNEE and role is Recipients.ON_CALL and not self.record.person
        if tell != (said["instead_of"] or role) and not offered:
            return False
        named = {Recipients.ASSIGNEE: self.record.person, Recipients.TECHNICIAN: self.record.technician}.get(role, "")
        return not named or said["told"] == [named]

    def _holds(self, clock: Running, step: Step, said: Mapping[str, Any], at: datetime) -> bool:
        """Whether it says that it waits for a shift to come, as its rung may; it takes the place of what waited."""
        until = datetime.fromisoformat(said.get("held_until", at.isoformat()))
        if not timedelta() < until - at <= FORESEEN or self.in_danger or not clock.ladder[step[0]].hold:
            return False
        self.held[clock.climb] = step, until
        return True

    def _covered(self, event: Event) -> None:
        """What waited was told, once, or waits for a later shift because the plan is another now."""
        said, at = event.data, event.recorded_at
        climb, step = str(said["climb"]), (int(said["rung"]), int(said["repeat"]))
        effect, clock = f"{climb}:{step[0]}:{step[1]}", self.clocks.get(climb)
        waits, until = self.held.pop(climb, (None, at))
        self.left.get(climb, {}).pop(step, None)
        if clock is None or waits != step:
            self.found.append(Found(What.DOUBLED, effect, at))
        elif not said["told"] and not self._holds(clock, step, said, at):
            self.found.append(Found(What.LOST, effect, at))
        if at - until > GRACE:
            self.found.append(Found(What.LATE, effect, until, seconds=int((at - until).total_seconds())))

    def _hear_of_danger(self, event: Event) -> None:
        """Nothing waits any longer where somebody is in danger."""
        if "danger" in event.data:
            self.in_danger = event.data["danger"] != Danger.NONE
        if self.in_danger:
            self.held = {climb: (step, min(until, event.recorded_at)) for climb, (step, until) in self.held.items()}

    @staticmethod
    def _overtaken(clock: Running, by: Running | None, at: datetime) -> bool:
        """Whether another had taken over by then, which owes its own steps and says all that is lost."""
        return clock.ends is not None and by is not None and clock.ends <= by.start <= at

    def _passed_over(self, clock: Running, step: Step, passed: set[Step], repeats: int, at: datetime) -> None:
        """What lies between the last step and this one must be said to have been skipped."""
        rung, repeat = self._next(clock)
        between = {(one, 0) for one in range(rung, step[0] + (step[1] > 0))} if not repeat else set()
        missing = [Found(What.LOST, f"{clock.climb}:{one}:0", at) for one, _ in sorted(between - passed)]
        if step[1] and repeats != step[1] - max(repeat, 1):
            missing.append(Found(What.LOST, f"{clock.climb}:{step[0]}:before-{step[1]}", at))
        self.found += missing
        self.expected += len(missing)

    def _timely(self, clock: Running, step: Step, effect: str, at: datetime) -> None:
        if self._earliest(clock, step, at) > at:
            self.found.append(Found(What.EARLY, effect, self._earliest(clock, step, at)))
        if clock.ends and self._latest(clock, step, at) >= clock.ends:
            self.found.append(Found(What.EARLY, effect, at))  # nobody asked for it any more
        due_at = max(self._latest(clock, step, at), self.since[clock.climb])
        if at - due_at > GRACE:
            self.found.append(Found(What.LATE, effect, due_at, seconds=int((at - due_at).total_seconds())))

    def _next(self, clock: Running) -> Step:
        """The step after the highest that was dealt with; other rules may have made the ladder shorter than that."""
        dealt, last = self.dealt.get(clock.climb), len(clock.ladder) - 1
        if not dealt:
            return 0, 0
        repeats = [repeat for rung, repeat in dealt if rung >= last]
        return (last, max(repeats) + 1) if repeats else (max(dealt)[0] + 1, 0)

    def _owed(self, clock: Running, at: datetime) -> dict[Step, Found]:
        """The steps of a clock that are missing at a moment; of a last rung's repeats the first stands for all."""
        if self.since[clock.climb] + GRACE >= at:
            return {}
        found: dict[Step, Found] = {}
        for step in self._from(clock):
            due_at = self._latest(clock, step, at)
            if due_at + GRACE >= at or (clock.ends and due_at >= clock.ends):
                break
            found[step] = Found(What.LOST, f"{clock.climb}:{step[0]}:{step[1]}", due_at)
        held, until = self.held.get(clock.climb, (None, at))
        if held and until + GRACE < at and (clock.ends is None or until < clock.ends):
            found[held] = Found(What.LOST, f"{clock.climb}:{held[0]}:{held[1]}", until)
        return found

    def _from(self, clock: Running) -> Iterator[Step]:
        rung, repeat = self._next(clock)
        if repeat:
            return iter([(rung, repeat)])
        return ((one, 0) for one in range(rung, len(clock.ladder)))

    def _earliest(self, clock: Running, step: Step, at: datetime) -> datetime:
        return min(self._by_all_known(clock, step, at))

    def _latest(self, clock: Running, step: Step, at: datetime) -> datetime:
        return max(self._by_all_known(clock, step, at))

    def _by_all_known(self, clock: Running, step: Step, at: datetime) -> Iterator[datetime]:
        rung, repeat = step
        for hours in self.terms.hours(clock, at):
            jumps = self.jumps.get(clock.climb, ())
            known = self._moments(clock, hours, jumps)
            known = self._moments(clock, hours, (*jumps, *self._too_soon(clock, known)))
            yield self._repeated(clock, known[rung], repeat)

    def _moments(self, clock: Running, hours: Open, jumps: tuple[Jump, ...]) -> list[datetime]:
        asked = clock, jumps, tuple(id(hours.get(whose)) for whose in clock.asks)
        known = self._known.get(asked)
        if known is None:
            known = self._known[asked] = moments(clock, hours, jumps)
        return known

    def _too_soon(self, clock: Running, known: Sequence[datetime]) -> Iterator[Jump]:
        """The rung below the last that was told last, if that was too soon by what is known: it is like a jump."""
        rung = max((rung for rung, _ in self.dealt.get(clock.climb, ())), default=len(known))
        if rung < len(known) - 1 and self.told[clock.climb] < known[rung]:
            yield Jump(rung, self.told[clock.climb])

    def _repeated(self, clock: Running, first: datetime, repeat: int) -> datetime:
        """When a repeat is due: where its rung is due later than it was told, that one is owed again, a gap later."""
        before = [dealt for rung, dealt in self.dealt.get(clock.climb, ()) if rung == len(clock.ladder) - 1]
        planned = repeated(clock, first, repeat)
        if not repeat or not before:
            return planned
        told, gap, after = self.told[clock.climb], timedelta(seconds=clock.ladder[-1].every), repeat - max(before)
        come = (told - first) // gap + 1 if told >= first else 0
        owed = repeated(clock, first, min(come, max(before) + 1) + after - 1)
        return max(owed, min(told + gap * after, planned))
