"""The case as a value: everything that the law needs to know of one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from backline.core.counting import Pause
from backline.core.events import Event
from backline.core.impact import Losses
from backline.core.lifecycle import Capacity
from backline.core.words import ClockName, Danger, Guard, Impact, Priority, Reason, RootCause, State, Urgency


@dataclass(frozen=True, slots=True)
class Mark:
    """The event that began something: its number, which is also the generation of a climb, and its moments."""

    seq: int
    at: datetime
    occurred_at: datetime


def mark(event: Event) -> Mark:
    """The event as the beginning of something."""
    return Mark(event.seq, event.recorded_at, event.occurred_at)


@dataclass(frozen=True, slots=True)
class Record:
    """A wait, visit, workaround or review beside the state; `until` is its due moment, `ended` empty while it runs.

    `moved` is the event that gave a wait or a workaround another due moment, had a workaround count, or handed a
    review to an authority that answers `until` then; or that let a review begin anew by other rules, and not those
    beside it. `meanwhile` and `limits` are what a workaround lets be done and what not, as commitments; its `what` says
    how it stands where somebody could be hurt by it.
    """

    id: str
    clock: ClockName
    begun: Mark
    from_at: datetime
    until: datetime | None
    what: str = ""
    person: str = ""
    visit: str = ""
    ended: str = ""
    over: Mark | None = None
    moved: Mark | None = None
    meanwhile: str = ""
    limits: str = ""

    @property
    def is_proposed(self) -> bool:
        """Whether it is a workaround that counts only once a manager approves it."""
        return self.clock is ClockName.WORKAROUND and self.what == Guard.PROPOSED

    @property
    def is_guarded(self) -> bool:
        """Whether it is a workaround that a manager is to approve, or has."""
        return self.clock is ClockName.WORKAROUND and bool(self.what)

    @property
    def since(self) -> Mark:
        """The event from which on it has its due moment."""
        return self.moved or self.begun


@dataclass(frozen=True, slots=True)
class Jumped:
    """A rung that somebody had told ahead of its time, and when."""

    rung: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Held:
    """A rung, or a repeat of it, that waits for somebody on call: until when nobody is, by the plan of then."""

    rung: int
    repeat: int
    until: datetime


@dataclass(frozen=True, slots=True)
class Climb:
    """How far one climb has come: the last rung that acted or was skipped, its repeat, the jumps on its way.

    `at` is when that was. `held` is what waits for somebody on call; whatever is held later takes its place.
    """

    rung: int
    repeat: int
    jumps: tuple[Jumped, ...] = ()
    at: datetime | None = None
    held: Held | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What was known of the losses from an event on."""

    since: Mark
    losses: Losses


@dataclass(frozen=True, slots=True)
class Limits:
    """How long waits for each reason might stop the resolution, in seconds, until an event brought other rules."""

    until: Mark
    pauses: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Called:
    """A call that the customer asked for: until when, and at which number, as a commitment."""

    since: Mark
    until: datetime
    number: str


@dataclass(frozen=True, slots=True)
class Case:
    """Everything that the law needs to know of a case, and nothing personal: the fold of its events.

    `prioritised` is the event that last gave its clocks other targets, and thus begins their next generation;
    `rules_since` says of each clock since which event it runs by other rules, which begins its next one as well.
    `lifters` are who may lift the stop besides those who decide reviews.
    `wrote` is what the customer wrote since it was resolved or ended, of what nobody has answered, `answer_by` until
    when somebody of ours is to; from `answered` on the customer has its time anew to say whether it works.
    `urged` is when the customer last said that it is urgent and was heard, `call` the call that is owed to it, `rating`
    how content it says it was, 0 where it has not said.
    `spent` says when the waits for a reason were noted to stop the resolution no longer; `limits` are those of the
    rules that it had before. `left` says by climb who asked to hear no more of it.
    """

    id: str
    policy: str
    state: State
    entered: Mark
    opened: Mark
    raised_by: str
    technician: str
    job: str
    customer: str
    site: str
    contact: str
    reasons: frozenset[Reason]
    danger: Danger
    impact: Impact
    urgency: Urgency
    priority: Priority
    seq: int
    recorded_at: datetime
    tier: int = 1
    team: str = ""
    person: str = ""
    had: tuple[str, ...] = ()
    evidence_since: bool = False
    lease: Mark | None = None
    lease_until: datetime | None = None
    lease_seconds: int = 0
    lease_stretched: bool = False
    promise: Mark | None = None
    promise_by: datetime | None = None
    owed: Mark | None = None
    unheard: bool = False
    said_to_work: Mark | None = None
    wrote: Mark | None = None
    answer_by: datetime | None = None
    answered: Mark | None = None
    urged: Mark | None = None
    call: Called | None = None
    rating: int = 0
    gate_opened: int = 0
    prioritised: int = 0
    prioritised_at: datetime | None = None
    rules_since: Mapping[ClockName, Mark] = field(default_factory=dict)
    visitors: tuple[str, ...] = ()
    stop: Mark | None = None
    lifters: frozenset[Capacity] = frozenset()
    root_cause: RootCause | None = None
    accepted_once: bool = False
    debt: Mark | None = None
    debt_of: tuple[str, ...] = ()
    asked: tuple[Pause, ...] = ()
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    closed_how: str = ""
    records: Mapping[str, Record] = field(default_factory=dict)
    climbs: Mapping[str, Climb] = field(default_factory=dict)
    spent: Mapping[str, datetime] = field(default_factory=dict)
    limits: tuple[Limits, ...] = ()
    known: tuple[Known, ...] = ()
    left: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def gates(self) -> tuple[str, ...]:
        """The gates that the case itself knows: every review is decided, and no stop stands."""
        review = ("REVIEW",) if self.running(ClockName.REVIEW) else ()
        return (*review, "STOP") if self.stop else review

    @property
    def losses(self) -> Losses:
        """What is lost while it lasts, as it is known now."""
        return self.known[-1].losses if self.known else Losses()

    @property
    def turned(self) -> int:
        """The last event that changed what others decide upon: state, priority, rules, a visit's window or a stop."""
        visits = (record.begun.seq for record in self.records.values() if record.clock is ClockName.VISIT)
        rules = self.limits[-1].until.seq if self.limits else 0
        return max(self.entered.seq, self.prioritised, rules, self.stop.seq if self.stop else 0, *visits)

    @property
    def concerned(self) -> int:
        """The last event that changed what reviews and stops are decided upon: what is lost, and whose a review is."""
        known = self.known[-1].since.seq if self.known else 0
        return max((known, *(review.since.seq for review in self.running(ClockName.REVIEW))))

    @property
    def is_reviewed(self) -> bool:
        """Whether somebody is to decide a review now: one that an authority has is decided when that answers."""
        return any(record.until is None for record in self.running(ClockName.REVIEW))

    @property
    def workaround(self) -> Record | None:
        """What the customer may do meanwhile: one at most counts."""
        return next((one for one in self.running(ClockName.WORKAROUND) if not one.is_proposed), None)

    @property
    def proposed(self) -> Record | None:
        """The workaround that waits for a manager: one at most."""
        return next((one for one in self.running(ClockName.WORKAROUND) if one.is_proposed), None)

    def running(self, *clocks: ClockName) -> tuple[Record, ...]:
        """The records of these kinds that have not ended, the earliest first."""
        found = [record for record in self.records.values() if record.clock in clocks and not record.ended]
        return tuple(sorted(found, key=lambda record: (record.from_at, record.begun.seq)))
