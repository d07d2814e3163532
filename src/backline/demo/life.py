"""The life of one case, as those who have to do with it live it: what each does, and how long each takes.

A life is played by whoever asks it for its next moment: it answers with the moment at which it goes on, and then does
the next thing through its hands. It hears nothing back, so that it can be rehearsed to find out how long it takes.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from backline.cases import operations as cases
from backline.cases.operations import More, NewCase, NewDecision, NewStep, NewVisit, NewWord
from backline.core.policy import shipped
from backline.core.words import (
    ClockName,
    Danger,
    Impact,
    JobOutcome,
    Priority,
    Reason,
    ReviewOutcome,
    Role,
    StepResult,
    ToldBy,
    Urgency,
    WaitReason,
)
from backline.demo import sayings
from backline.demo.cast import ENGINEERING, SPECIALISTS, SUPPORT, ZONE, Team, named
from backline.demo.plan import End, Plan, Stage, Turn, chosen

Moments = Iterator[datetime]
MINUTE = timedelta(minutes=1)
SOON = timedelta(minutes=25)
"""How long before a promised word is due its owner gives it; the ladder would remind him ten minutes later."""
WAIT_HOURS = {Priority.P1: (1, 2), Priority.P2: (5, 14), Priority.P3: (14, 44), Priority.P4: (20, 120)}
_SAFETY = (Reason.SAFETY_RISK, Reason.COMPLIANCE_CONCERN)


class Hands(Protocol):
    """What does things: really, or for a rehearsal not at all."""

    def raise_case(self, new: NewCase, *, by: str, at: datetime, photos: int) -> None:
        """Raise it, with so many photos."""
        ...

    def do(self, verb: Any, *, by: str, at: datetime, **content: Any) -> None:
        """Ask for a verb of the case; `by` is a name, or empty for the customer."""
        ...

    def end(self, verb: Any, *, by: str, at: datetime, outcome: str) -> None:
        """End what was begun last, a wait or a visit."""
        ...

    def finish_job(self, *, at: datetime) -> None:
        """The field-service system says that the job is done."""
        ...


class Life:
    """One case from raise to end, or to the stage at which it stands when the demo is loaded."""

    def __init__(self, plan: Plan, hands: Hands, seed: int, begins_at: datetime) -> None:
        self.plan, self.hands, self.now = plan, hands, begins_at
        self.random = Random(f"{seed}: the life of case {plan.number}")
        self.telling, self.policy, self.priority = plan.telling, shipped(), plan.priority
        self.owner, self.team = plan.owner, plan.team
        self.coordinator = chosen(self.random, named(Role.COORDINATOR))
        self.manager = chosen(self.random, named(Role.MANAGER))
        self.promise, self.rounds, self.lease = begins_at, 0, timedelta(0)
        self.known_to_customer, self.over = False, False

    # The pace of people.

    def later(self, least: float, most: float) -> datetime:
        """So many minutes later."""
        self.now += timedelta(seconds=int(self.random.uniform(least, most) * 60))
        return self.now

    def within(self, clock: ClockName, least: float, most: float) -> datetime:
        """After a share of what a clock allows; what is planned as slow takes twice as long."""
        minutes = self.policy.target(clock, self.priority) / MINUTE * (2.2 if Turn.SLOW in self.plan.turns else 1)
        return self.later(least * minutes, most * minutes)

    def by_day(self, least: float, most: float) -> datetime:
        """So many hours later, and if that is at night, in the morning after."""
        self.later(least * 60, most * 60)
        after_opening = timedelta(minutes=self.random.randint(5, 90))
        there = self.now.astimezone(ZoneInfo(ZONE))
        if there.hour < 7 or there.hour >= 19:
            day = there.date() + timedelta(days=there.hour >= 19)
            hour = datetime(day.year, day.month, day.day, 7, tzinfo=ZoneInfo(ZONE)).astimezone(UTC)
            self.now = hour + after_opening
        return self.now

    def does(self, verb: Any, by: str, **content: Any) -> None:
        """Somebody does something now."""
        self.hands.do(verb, by=by, at=self.now, **content)

    def promised(self, until: datetime | None = None) -> None:
        """The customer was told something, and when to expect the next word."""
        self.promise = until or self.now + self.policy.target(ClockName.CUSTOMER_UPDATE, self.priority)

    def at_work(self, least: float, most: float) -> Moments:
        """So much of the lease goes by; where a promised word comes due before, it is given in time."""
        span = self.lease * self.random.uniform(least, most)
        until = self.now + span
        while until > self.promise - SOON and Turn.SLOW not in self.plan.turns:
            self.now = max(self.promise - SOON - self.random.randint(1, 10) * MINUTE, self.now + MINUTE)
            until = max(until, self.now)
            yield self.now
            self.tell(self.random.choice(sayings.STILL_AT_IT))
        self.now = until
        yield self.now

    def soon_after(self, end: datetime) -> datetime:
        """Two hours later, or sooner where the customer's rhythm is shorter."""
        return end + min(timedelta(hours=2), self.policy.target(ClockName.CUSTOMER_UPDATE, self.priority))

    def tell(self, text: str, until: datetime | None = None, told_by: ToldBy = ToldBy.MAIL) -> None:
        """A word to the customer."""
        self.promised(until)
        word = NewWord(self.telling.filled(text), self.promise, told_by)
        self.does(cases.tell_customer, self.owner, word=word)

    # The way of a case.

    def moments(self) -> Moments:
        """The whole of it, or what comes before the stage at which it stands."""
        yield self.now
        self.raised()
        if self.plan.stage is Stage.REVIEW:
            return
        for part, stages in (
            (self.reviewed, {Stage.RAISED}),
            (self.returned, {Stage.RETURNED}),
            (self.routed, {Stage.OFFERED}),
            (self.taken, {Stage.ACCEPTED, Stage.STOPPED}),
            (self.worked, {Stage.WAITING, Stage.RESOLVED}),
            (self.ended, set(Stage)),
        ):
            yield from part()
            if self.plan.stage in stages or self.over:
                return

    def raised(self) -> None:
        """The technician raises it; now and then a coordinator does, and the technician owes the documents."""
        plan, story = self.plan, self.telling.story
        phoned = Turn.PHONED_IN in plan.turns
        offline = Turn.OFFLINE in plan.turns
        photos = int(story.reason in _SAFETY or (self.random.random() < 0.12 and not phoned))
        new = NewCase(
            job=plan.job,
            summary=self.telling.text("summary"),
            reasons=frozenset({story.reason}),
            danger=story.danger,
            impact=plan.impact,
            urgency=plan.urgency,
            steps=() if phoned else self.telling.tried(),
            fault_codes=() if phoned else (story.code,),
            words=self.telling.text("words"),
            occurred_at=self.now - timedelta(minutes=self.random.randint(20, 50)) if offline else None,
        )
        by = self.coordinator if phoned else plan.technician
        self.hands.raise_case(new, by=by, at=self.now, photos=photos)
        self.promised()

    def reviewed(self) -> Moments:
        """What is dangerous is decided on by a manager, at once and beside everything else."""
        story = self.telling.story
        if story.reason not in _SAFETY and story.danger is Danger.NONE:
            return
        yield self.later(2, 11)
        outcome = ReviewOutcome.STOP_WORK if Turn.STOPPED in self.plan.turns else ReviewOutcome.ALLOW
        lifted_on = story.lifted_on if outcome is ReviewOutcome.STOP_WORK else ""
        decision = NewDecision(outcome, self.telling.text("conditions"), lifted_on)
        self.does(cases.decide_review, self.manager, decision=decision)

    def returned(self) -> Moments:
        """Where the report is too thin, the coordinator asks for what is missing and the technician adds it."""
        if Turn.RETURNED not in self.plan.turns:
            return
        yield self.within(ClockName.TRIAGE, 0.1, 0.5)
        self.does(cases.return_case, self.coordinator, missing=self.random.choice(sayings.MISSING))
        if self.plan.stage is Stage.RETURNED:
            return
        yield self.later(20, 110)
        step = NewStep(self.random.choice(sayings.LOOKED_AGAIN), StepResult.NO_EFFECT, minutes=10)
        more = More(self.random.choice(sayings.ANSWERS), (step,), (self.telling.story.code,))
        self.does(cases.complete, self.plan.technician, more=more)

    def routed(self) -> Moments:
        """The coordinator offers it; those who were offered it first may find that it is for others."""
        first = self.team
        if Turn.BOUNCED in self.plan.turns or Turn.HANDED_ON in self.plan.turns:
            first, self.team = SUPPORT, SPECIALISTS[self.plan.place.kind]
        if Turn.LOWERED in self.plan.turns:
            first, self.team = ENGINEERING, SUPPORT
        yield self.within(ClockName.TRIAGE, 0.05, 0.52)
        if first is not self.team:
            yield from self.routed_twice(first)
            return
        self.offer(first)
        if self.plan.end is End.WITHDRAWN:
            yield self.later(3, 12)
            self.does(cases.withdraw, self.coordinator, why=self.random.choice(sayings.WITHDRAWN))
            self.hands.finish_job(at=self.now)
            self.over = True

    def routed_twice(self, first: Team) -> Moments:
        """From a team that gives it back, hands it on or is too high for it, to the one that has it in the end."""
        before = chosen(self.random, first.members)
        self.owner = chosen(self.random, self.team.members)
        self.does(cases.offer, self.coordinator, team=first.name, why="")
        self.promised()
        if Turn.LOWERED in self.plan.turns:
            yield self.within(ClockName.ACCEPT, 0.1, 0.4)
            self.does(cases.deescalate, self.coordinator, team=self.team.name, why=self.random.choice(sayings.LOWERED))
            self.promised()
            return
        yield self.within(ClockName.ACCEPT, 0.1, 0.6)
        if Turn.BOUNCED in self.plan.turns:
            self.does(cases.bounce, before, why=self.random.choice(sayings.BOUNCED))
            yield self.within(ClockName.TRIAGE, 0.08, 0.5)
            self.offer(self.team)
            return
        owner, self.owner = self.owner, before
        self.accept()
        yield from self.at_work(0.3, 0.6)
        if Turn.STOPPED not in self.plan.turns:
            self.does(cases.try_step, self.owner, step=self.telling.worked(0))
        yield from self.at_work(0.1, 0.3)
        why = self.random.choice(sayings.HANDED_ON)
        self.does(cases.offer, self.owner, team=self.team.name, why=why)
        self.promised()
        self.owner, self.rounds = owner, 1

    def offer(self, team: Team) -> None:
        """To the team, or to the one who should have it."""
        asked = self.random.random() < 0.45 or (self.plan.stage is Stage.OFFERED and self.plan.number % 2 == 0)
        person = self.owner if asked else ""
        self.does(cases.offer, self.coordinator, team=team.name, person=person)
        self.promised()

    def taken(self) -> Moments:
        """Its owner takes it, for as long as he needs before he shows progress."""
        yield self.within(ClockName.ACCEPT, 0.01, 0.4) if self.random.random() < 0.2 else self.later(1, 4.9)
        self.accept()
        if Turn.RAISED_IN_PRIORITY in self.plan.turns:
            yield self.later(4, 9)
            why = self.random.choice(sayings.MORE_URGENT)
            self.does(cases.change_priority, self.coordinator, impact=Impact.HIGH, urgency=Urgency.MEDIUM, why=why)
            self.priority = Priority.P2
            self.lease = min(self.lease, self.policy.lease(self.priority))
        owes = self.telling.story.reason not in _SAFETY and self.telling.story.reason in self.policy.duties
        if Turn.PHONED_IN in self.plan.turns and owes:
            yield self.later(4, 15)
            codes = (self.telling.story.code,)
            more = More(self.random.choice(sayings.ANSWERS), self.telling.tried(), codes)
            self.does(cases.complete, self.plan.technician, more=more)

    def accept(self) -> None:
        """Whoever has it from now on."""
        share = self.random.choice((1.0, 0.75, 0.5)) if self.plan.stage is not Stage.ACCEPTED else 1.0
        self.lease = self.policy.lease(self.priority) * share
        self.does(cases.accept, self.owner, lease=self.lease)
        if not self.known_to_customer:
            self.promised()
        self.known_to_customer = True

    def worked(self) -> Moments:
        """The owner works on it: steps, notes, words to the customer, a part, a visit; then it is resolved."""
        if Turn.STOPPED in self.plan.turns:
            yield from self.at_work(0.2, 0.6)
            self.does(cases.lift_stop, self.manager, why=self.telling.text("evidence"))
        yield from self.at_work(0.15, 0.45)
        self.progress()
        if Turn.PART in self.plan.turns:
            yield from self.waited()
        if Turn.VISIT in self.plan.turns and not (self.plan.stage is Stage.WAITING and Turn.PART in self.plan.turns):
            yield from self.visited()
        if self.plan.stage is Stage.WAITING:
            return
        waited = {Turn.PART, Turn.VISIT} & self.plan.turns
        for _time in range(self.random.choice((0, 0, 0, 1)) if not waited else 0):
            yield from self.at_work(0.2, 0.6)
            self.progress()
        yield from self.at_work(0.2, 0.6)
        self.resolve()

    def progress(self) -> None:
        """Something that shows that it goes on: always a step, mostly with a note or a word to the customer."""
        self.does(cases.try_step, self.owner, step=self.telling.worked(self.rounds))
        self.rounds += 1
        if self.rounds == 1 and self.random.random() < 0.6:
            self.tell(self.telling.story.update, told_by=self.random.choice(list(ToldBy)))
        elif self.random.random() < 0.6:
            note = self.random.choice(self.telling.story.notes)
            self.does(cases.add_note, self.random.choice((self.owner, self.plan.technician)), text=note)

    def waited(self) -> Moments:
        """A part is ordered, the customer hears when it comes, and it comes."""
        began, (least, most) = self.now, WAIT_HOURS[self.priority]
        self.by_day(least, most)
        until, self.now = self.now + timedelta(minutes=self.random.randint(40, 120)), began
        what = self.telling.text("part")
        reason = self.random.choices((WaitReason.PART, WaitReason.VENDOR), (5, 1))[0]
        self.does(cases.begin_wait, self.owner, reason=reason, until=until, what=what)
        yield self.later(1, 4)
        self.tell(self.telling.story.update, self.soon_after(until))
        if self.plan.stage is Stage.WAITING:
            if Turn.VISIT in self.plan.turns:
                yield self.later(2, 6)
                self.book(until + timedelta(hours=self.random.randint(1, 3)))
            return
        self.now = until
        yield self.later(-35, -22)
        self.hands.end(cases.end_wait, by=self.owner, at=self.now, outcome=self.random.choice(sayings.CAME))

    def visited(self) -> Moments:
        """Somebody goes there again, at an hour that the customer knows."""
        began = self.now
        starts = self.by_day(14, 20) if self.priority in (Priority.P3, Priority.P4) else self.by_day(2, 4)
        self.now = began
        yield self.later(2, 9)
        ends = self.book(starts)
        if self.plan.stage is Stage.WAITING:
            return
        self.now = ends
        yield self.later(-45, -5)
        outcome = self.random.choice(sayings.VISITED)
        self.hands.end(cases.end_visit, by=self.owner, at=self.now, outcome=outcome)

    def book(self, starts: datetime) -> datetime:
        """Book the visit and tell the customer; its end."""
        starts = starts.replace(minute=starts.minute // 15 * 15, second=0, microsecond=0)
        ends = starts + timedelta(hours=self.random.choice((1, 2, 2, 3)))
        self.does(cases.book_visit, self.owner, visit=NewVisit(starts, ends))
        self.now += MINUTE
        self.tell(self.random.choice(sayings.VISIT), self.soon_after(ends))
        return ends

    def resolve(self) -> None:
        """What it was, and what mended it."""
        outcomes = (JobOutcome.DONE, JobOutcome.DONE_WITH_WORKAROUND, JobOutcome.NEW_JOB_NEEDED)
        outcome = self.random.choices(outcomes, (88, 8, 4))[0]
        said = {"cause": self.telling.text("cause"), "fix": self.telling.text("fix")}
        self.does(cases.resolve, self.owner, **said, outcome=outcome)

    def ended(self) -> Moments:
        """The customer says that it works, or that it does not, or nothing."""
        if Turn.DISPUTED in self.plan.turns:
            yield self.by_day(0.5, 20)
            self.does(cases.dispute, "", why=self.random.choice(sayings.DISPUTED))
            yield from self.mended_again()
        match self.plan.end:
            case End.CONFIRMED:
                yield self.by_day(0.2, 60)
                self.does(cases.confirm, "")
            case End.CALLED:
                yield self.by_day(1, 40)
                self.does(cases.confirm, self.coordinator, words=self.random.choice(sayings.CONFIRMED_BY_CALL))
        if Turn.REOPENED in self.plan.turns:
            yield from self.reopened()

    def reopened(self) -> Moments:
        """The fault came back within days: the whole way once more."""
        yield self.by_day(20, 90)
        self.does(cases.reopen, self.coordinator, why=self.random.choice(sayings.REOPENED))
        self.promised()
        yield self.within(ClockName.TRIAGE, 0.1, 0.4)
        self.does(cases.offer, self.coordinator, team=self.team.name, person=self.owner)
        yield self.within(ClockName.ACCEPT, 0.1, 0.4)
        self.accept()
        yield from self.mended_again()
        yield self.by_day(1, 30)
        self.does(cases.confirm, "")

    def mended_again(self) -> Moments:
        """Once more to work, and resolved once more."""
        self.lease = self.policy.lease(self.priority)
        self.promised()
        yield from self.at_work(0.2, 0.5)
        self.progress()
        yield from self.at_work(0.2, 0.5)
        self.resolve()
