"""A long random story, the same for a seed: everybody tries everything, and the law is held to its word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from random import Random
from typing import Any

from django.db.models import Q

from backline.cases import operations as cases
from backline.cases.models import Alarm
from backline.cases.models import Case as Row
from backline.cases.operations import (
    Done,
    KeyReused,
    More,
    MoveRefused,
    NewDecision,
    NewStep,
    NewVisit,
    NewWord,
    NoSuchCase,
)
from backline.channels.models import Notice
from backline.core.case import Case
from backline.core.jump import ahead
from backline.core.lifecycle import MOVES, Move
from backline.core.values import decode
from backline.core.words import (
    OPEN_STATES,
    ClockName,
    Danger,
    Impact,
    JobOutcome,
    Reason,
    ReviewOutcome,
    State,
    StepResult,
    ToldBy,
    Urgency,
    WaitReason,
)
from backline.jobs import operations as new_job
from backline.jobs import queries as jobs
from backline.jobs.operations import JobForm
from backline.ledger import queries as ledger
from backline.people.operations import PersonForm
from backline.policies import queries as policies
from tests.fakes.changing import Hours
from tests.fakes.house import House
from tests.fakes.law import Tally, hold
from tests.fakes.rules import fewer_rungs
from tests.journeys.meanwhile import MEANWHILE, goes_on, meanwhile

STAFF = ("tess", "tom", "carl", "sana", "lena", "dora", "max", "ada")
ANYBODY = (*STAFF, "cleo", "otto")
MOST_OPEN = 5
FACTS = (
    "step", "note", "tell", "wait", "end_wait", "visit", "move_visit", "end_visit", "review", "priority", "again",
    "jump", "rules", "wrote", "urge", "call", *MEANWHILE,
)  # fmt: skip
ANY_TIME = tuple(one for one in FACTS if one not in ("end_wait", "end_visit", "move_visit", *MEANWHILE[1:]))
"""What needs nothing that goes on already."""
WAY = (
    State.WITHDRAWN, State.CLOSED, State.RETURNED, State.RAISED, State.OFFERED, State.ACCEPTED, State.RESOLVED,
)  # fmt: skip
"""From far to near to the end: what is near to it is moved on first, so that the last moves get their turn."""
WAYS_ON = {Move.OFFER: 3, Move.ACCEPT: 2.5, Move.RESOLVE: 3.5}
"""How much more often these are needed, because more than one other move waits behind each."""
LATE = 5
"""How many facts come too late for the state, at least."""
GATED = (Move.CONFIRM, Move.LAPSE, Move.WITHDRAW)


@dataclass
class Law:
    """The story so far: who tried which move, and how often the law allowed it."""

    house: House
    random: Random
    rules: tuple[str, ...] = ()
    tally: Tally = field(default_factory=Tally)
    facts: Counter[str] = field(default_factory=Counter)
    late: int = 0

    def run(self, steps: int, *, facts: int) -> None:
        """Things happen until enough has, and after each the law is held to its word."""
        hours, self.rules = Hours(self.house, Random(steps)), fewer_rungs(self.house)
        for number in range(steps):
            if self.tally.enough and self.late >= LATE and all(self.facts[fact] >= facts for fact in FACTS):
                return
            self.pass_time()
            if number % 100 == 50:
                hours.random.choice([hours.choose, hours.change])()
                hours.recompute()
            near = self.near()
            if sum(case.state in OPEN_STATES for case in near.values()) < 2:
                self.move(Move.RAISE, "")
                near = self.near()
            if not near:
                continue  # the first report of all was refused
            self.hold(self.something(near), look=number % 10 == 0)

    def something(self, near: dict[str, Case]) -> str:
        """Mostly what is sensible happens, sometimes whatever anybody thinks of; the case that it happened to."""
        what = self.random.random()
        if what < 0.8:
            case = self.sensible(near)
            if what < 0.15 or self.case(case).state is State.ACCEPTED:
                self.fact(case)
            return case
        case = self.random.choice(list(near))
        if what < 0.88:
            self.move(self.random.choice([move for move in Move if move is not Move.LAPSE]), case, anybody=True)
        elif what < 0.98:
            self.fact(case)
        else:
            self.come_and_go()
        return case

    def pass_time(self) -> None:
        """Minutes mostly, hours sometimes; now and then the engine slept."""
        self.house.clock.advance(timedelta(seconds=self.random.choice([1, 59, 300, 300, 900, 3600])))
        if self.random.random() < 0.3:
            self.house.tick()

    def near(self) -> dict[str, Case]:
        """The open cases and those closed last, the oldest first."""
        closed = Row.objects.filter(state=State.CLOSED).order_by("-closed_at", "number").values("id")[:3]
        rows = Row.objects.filter(Q(state__in=OPEN_STATES) | Q(id__in=closed)).order_by("number")
        return {str(case): decode(Case, folded) for case, folded in rows.values_list("id", "fold")}

    def case(self, case: str) -> Case:
        """The case as its row says."""
        return decode(Case, Row.objects.values_list("fold", flat=True).get(id=case))

    def sensible(self, near: dict[str, Case]) -> str:
        """Somebody who may does what was done least so far, on a case whose state allows it."""
        fitting = [
            (move, known)
            for move, rule in MOVES.items()
            for known, case in near.items()
            if case.state in rule.sources and self._fits(move, case)
        ]
        if sum(case.state in OPEN_STATES for case in near.values()) < MOST_OPEN:
            fitting.append((Move.RAISE, ""))
        self.random.shuffle(fitting)
        if self.random.random() < 0.6:
            farthest = max((near[known].state for _, known in fitting if known), key=WAY.index, default=None)
            fitting = [(move, known) for move, known in fitting if known and near[known].state is farthest] or fitting
        move, known = min(fitting, key=lambda pair: self.tally.tried[pair[0]] / WAYS_ON.get(pair[0], 1))
        if move in GATED and near[known].running(ClockName.REVIEW) and self.random.random() < 0.8:
            cases.decide_review([known], decision=NewDecision(ReviewOutcome.ALLOW), **self.house.once("max"))
        return self.move(move, known)

    def _fits(self, move: Move, case: Case) -> bool:
        """Whether there is somebody for the move, and a lower tier to go to."""
        if move in (Move.ACCEPT, Move.BOUNCE):
            return bool(case.person or self._there(case))
        return move is not Move.DEESCALATE or case.tier == 3

    def _there(self, case: Case) -> list[str]:
        """Who of the case's team is there."""
        names = ("dora",) if case.team == str(self.house.support.id) else ("sana", "lena")
        return [name for name in names if self.house.persons[name].is_active]

    def move(self, move: Move, case: str, *, anybody: bool = False) -> str:
        """A move is tried; refused, it has changed nothing. The case that it was tried on."""
        if move is Move.LAPSE:
            return self._lapse(case)
        before = self._written(case)
        who = self.random.choice(ANYBODY) if anybody else self._may(move, case)
        try:
            done = self._do(move, case, who)
        except (MoveRefused, NoSuchCase):
            self.tally.note(move, legal=False)
            assert self._written(case) == before, f"{move} was refused and changed something"
            return case
        self.late += done.late
        self.tally.note(move, legal=not done.late)
        return done.case

    def _written(self, case: str) -> tuple[Any, ...]:
        if not case:
            return (Row.objects.count(),)
        row = Row.objects.get(id=case)
        return (row.head_seq, bytes(row.head_hash), row.fold, Notice.objects.count(), Alarm.objects.count())

    def _lapse(self, case: str) -> str:
        """The customer says nothing for five days."""
        before = self.case(case)
        self.house.clock.advance(timedelta(days=5, seconds=1))
        self.house.tick()
        closed = self.case(case).state is State.CLOSED
        blocked = before.unheard or before.wrote or before.running(ClockName.REVIEW)
        blocked = blocked or not jobs.outcome_recorded(before.job)
        assert closed == (not blocked), "a case lapses when nothing holds it, and else never"
        self.tally.note(Move.LAPSE, legal=closed)
        return case

    def _may(self, move: Move, case: str) -> str:
        """Somebody for whom the move is, as the table says."""
        now = self.case(case) if case else None
        named = {str(person.id): name for name, person in self.house.persons.items()}
        owner = named.get(now.person, "") if now else ""
        offered = owner or (self.random.choice(self._there(now) or ["lena"]) if now else "")
        return {
            Move.RAISE: self.random.choice(["tess", "carl"]),
            Move.COMPLETE: "tess",
            Move.OFFER: self.random.choice(["carl", owner or "carl"]),
            Move.ACCEPT: offered,
            Move.BOUNCE: offered,
            Move.RESOLVE: owner or "sana",
            Move.CONFIRM: self.random.choice(["carl", "cleo"]),
            Move.DISPUTE: "cleo",
            Move.REOPEN: self.random.choice(["carl", "cleo"]),
            Move.DEESCALATE: self.random.choice(["carl", "max"]),
        }.get(move, "carl")

    def _do(self, move: Move, case: str, who: str) -> Done:
        once = self.house.once(who)
        at, random = once["at"], self.random
        past = at - timedelta(minutes=random.choice([0, 0, 5, 600]))
        if move is Move.RAISE:
            return cases.raise_case(self._report(past), **once)
        past = max(past, self.case(case).opened.occurred_at)
        lower = self.random.choice([self.house.support, self.house.specialists])
        verbs: dict[Move, Callable[[], list[Done]]] = {
            Move.RETURN: lambda: cases.return_case([case], missing="Which lift?", **once),
            Move.COMPLETE: lambda: cases.complete([case], more=More("The left one"), occurred_at=past, **once),
            Move.OFFER: lambda: cases.offer([case], cases.NewOffer(str(lower.id), self._member(lower)), **once),
            Move.ACCEPT: lambda: cases.accept(
                [case], lease=timedelta(minutes=random.choice([15, 30, 60, 60, 60, 999])), **once
            ),
            Move.BOUNCE: lambda: cases.bounce([case], why="Not ours", **once),
            Move.RESOLVE: lambda: cases.resolve(
                [case], cause="Relay", fix="New relay", outcome=JobOutcome.DONE, **once
            ),
            Move.CONFIRM: lambda: cases.confirm([case], words="She said so", **once),
            Move.DISPUTE: lambda: cases.dispute([case], why="It stopped again", **once),
            Move.REOPEN: lambda: cases.reopen([case], why="It came back", **once),
            Move.DEESCALATE: lambda: cases.deescalate(
                [case], team=str(self.house.support.id), why="Simple after all", **once
            ),
            Move.WITHDRAW: lambda: cases.withdraw([case], why="A mistake", **once),
        }
        return verbs[move]()[0]

    def _member(self, team: Any) -> str:
        return self.random.choice(["", "", *(str(person.id) for person in team.members.order_by("name"))])

    def _report(self, occurred_at: Any) -> Any:
        danger = self.random.choice([Danger.NONE] * 9 + [Danger.RISK])
        reasons = frozenset({self.random.choice([*list(Reason) * 2, *[Reason.MISSING_PART] * 6])})
        name, tess = f"J-{self.tally.tried[Move.RAISE]}", self.house.actor("tess").id
        form = JobForm(name, "Stands still", occurred_at, None, tess)
        job = new_job.keep_job(form, self.house.job.asset)
        return self.house.report(
            job=str(job.id), reasons=reasons, danger=danger, occurred_at=occurred_at, fault_codes=("E42",),
            impact=self.random.choice(list(Impact)), urgency=self.random.choice(list(Urgency)),
        )  # fmt: skip

    def fact(self, case: str) -> None:
        """Something is recorded beside the state, by somebody who may or may not."""
        now = self.case(case)
        named = {str(person.id): name for name, person in self.house.persons.items()}
        who = self.random.choice([*[named.get(now.person, "carl")] * 4, "max", "cleo", self.random.choice(ANYBODY)])
        who = "max" if now.proposed and self.random.random() < 0.5 else who
        waiting = ["review"] if now.running(ClockName.REVIEW) and who == "max" else []
        waiting += ["approve", "refuse"] if now.proposed and who == "max" else []
        running = [*["end_wait"] * len(now.running(ClockName.WAIT)), *["end_visit"] * len(now.running(ClockName.VISIT))]
        running += ["move_visit"] * len(now.running(ClockName.VISIT))
        running += ["extend", "end_meanwhile"] if now.workaround else []
        names = waiting or [*running, *self.random.sample(ANY_TIME, 2), self.random.choice(FACTS)]
        name = min(names, key=lambda one: self.facts[one])
        before = self._written(case)
        try:
            done = self.verbs(case, who)[name]()
        except (MoveRefused, NoSuchCase):
            assert self._written(case) == before, f"{name} was refused and changed something"
        else:
            self.late += done[0].late
            self.facts[name] += 1
            if name == "meanwhile":
                goes_on(self, case)
            if name in ("wait", "visit") and self.random.random() < 0.6:
                self.house.clock.advance(timedelta(minutes=5))
                self.verbs(case, who)[f"end_{name}"]()
                self.facts[f"end_{name}"] += 1

    def verbs(self, case: str, who: str) -> dict[str, Callable[[], list[Done]]]:
        """What may be recorded, each by its name."""
        once, now, one = self.house.once(who), self.case(case), [case]
        at = once["at"]
        past = max(at - timedelta(hours=3), now.opened.occurred_at)
        later = at + timedelta(hours=self.random.choice([1, 8, 30]))
        reason = self.random.choice([WaitReason.PART, WaitReason.CUSTOMER])
        visit = self._one(now, ClockName.VISIT)
        step = NewStep("Looked", StepResult.NO_EFFECT)
        told_by = self.random.choice(list(ToldBy))
        return {
            "step": lambda: cases.try_step(one, step=step, occurred_at=self.random.choice([None, past]), **once),
            "note": lambda: cases.add_note(one, text="Noted", **once),
            "tell": lambda: cases.tell_customer(one, word=NewWord("On it", later, told_by), **once),
            "wrote": lambda: cases.hear_customer(one, text="Well?", **once),
            "urge": lambda: cases.urge(one, text="Now", danger=self.random.random() < 0.2, **once),
            "call": lambda: cases.ask_call(
                one, number="+493012345678", until=self.random.choice([None, later]), **once
            ),
            "wait": lambda: cases.begin_wait(one, reason=reason, until=later, what="K7", **once),
            "end_wait": lambda: cases.end_wait(one, record=self._one(now, ClockName.WAIT), outcome="Came", **once),
            "visit": lambda: cases.book_visit(one, visit=NewVisit(later, later + timedelta(hours=1)), **once),
            "move_visit": lambda: cases.book_visit(
                one, visit=NewVisit(later, later + timedelta(hours=2), record=visit), **once
            ),
            "end_visit": lambda: cases.end_visit(one, record=visit, outcome="Seen", **once),
            "review": lambda: cases.decide_review(one, decision=NewDecision(ReviewOutcome.ALLOW), **once),
            "priority": lambda: cases.change_priority(
                one, impact=self.random.choice(list(Impact)), urgency=Urgency.HIGH, why="Worse", **once
            ),
            **meanwhile(now, self.random, once),
            "again": lambda: self._twice(case, once),
            "jump": lambda: cases.jump(one, **self._rung(now), why="It burns", **once),
            "rules": lambda: cases.move_policy(one, policy=self.random.choice(self.rules), why="Agreed", **once),
        }

    def _rung(self, case: Case) -> dict[str, Any]:
        """A rung that is still to come, of any climb."""
        found = [
            (clock.climb, step.rung)
            for clock, step in ahead(case, policies.policy(case.policy), self.house.clock.now())
        ]
        climb, rung = self.random.choice(found or [("RESOLVE::1", 0)])
        return {"climb": climb, "rung": rung}

    def _one(self, case: Case, clock: ClockName) -> str:
        found = case.running(clock)
        return found[0].id if found else "none"

    def _twice(self, case: str, once: dict[str, Any]) -> list[Done]:
        """The same key twice does it once; with another content it is refused."""
        first = cases.add_note([case], text="Once", **once)
        again = cases.add_note([case], text="Once", **once)
        assert (again[0].seq, again[0].repeated) == (first[0].seq, True)
        try:
            cases.add_note([case], text="Twice", **once)
        except KeyReused:
            return first
        raise AssertionError("the same key with another content was taken")

    def come_and_go(self) -> None:
        """Somebody of the specialists is made inactive; who was, comes back."""
        names = ["sana", "dora"]
        name = self.random.choice([one for one in names if not self.house.persons[one].is_active] or names)
        person = self.house.persons[name]
        person.refresh_from_db()
        form = PersonForm(person.name, person.email, tuple(self.house.actor(name).roles), active=not person.is_active)
        cases.keep_person(form, person_id=str(person.id), by=self.house.actor("ada"), at=self.house.clock.now())
        person.refresh_from_db()

    def hold(self, case: str, *, look: bool) -> None:
        """What must be true of this case and its rows after everything that can happen."""
        row = Row.objects.get(id=case)
        events = ledger.events(case)
        now = decode(Case, row.fold)
        rules = policies.policy(now.policy)
        clocks = {(clock.name, clock.subject): clock for clock in hold(now, events, rules)}
        assert all(a.recorded_at <= b.recorded_at for a, b in pairwise(events))
        assert (row.head_seq, row.state) == (now.seq, now.state), "the row says what its fold says"
        alarms = {(alarm.clock, alarm.subject): alarm for alarm in row.alarms.all()}
        assert alarms.keys() == clocks.keys(), "each running clock has its alarm, and no other has"
        climbs = {f"rung.{clock.climb}." for clock in clocks.values()}
        queued = set(Notice.objects.filter(case_id=case, state="QUEUED", kind__startswith="rung.").values_list("kind"))
        assert {kind for (kind,) in queued} <= climbs, "nobody is told of what is over"
        if now.state in OPEN_STATES:
            self._hold_open(now, row, look=look)

    def _hold_open(self, now: Case, row: Row, *, look: bool) -> None:
        """An open case has an owner who is there, a next step, a due moment and an armed alarm."""
        assert row.due_at is not None
        active = {str(person.id) for person in self.house.persons.values() if person.is_active}
        owner = {
            State.OFFERED: now.person in active if now.person else bool(now.team),
            State.ACCEPTED: now.person in active,
        }
        assert owner.get(now.state, True), f"{now.state} and the owner is gone"
        if look:
            assert self.house.view(now.id).coming, "somebody will hear of it"


def due_alarms(law: Law) -> int:
    """How many alarms are due now."""
    return Alarm.objects.filter(look_at__lte=law.house.clock.now()).count()
