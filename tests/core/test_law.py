"""The law by value: a long walk in which everybody tries every move, with time, late facts and looks between."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from backline.core import facts, hearing, moves
from backline.core.case import Case
from backline.core.cast import Cast
from backline.core.clock import running
from backline.core.explain import explain
from backline.core.facts import Decision, Window
from backline.core.fold import fold
from backline.core.foresight import Outlook, foresee
from backline.core.impact import Said
from backline.core.ladder import after
from backline.core.lifecycle import MOVES, Move, MoveRefused, allowed
from backline.core.moves import Addition, Draft, Target
from backline.core.policy import HOUR, Policy, Recipients, Rung
from backline.core.sight import capacities
from backline.core.watch import Watched, look
from backline.core.words import (
    Actor,
    ActorKind,
    ClockName,
    Impact,
    JobOutcome,
    ReviewOutcome,
    Role,
    State,
    Urgency,
    WaitReason,
    WorkaroundEnd,
)
from backline.core.workarounds import WORKAROUNDS
from backline.engine.auditor import clocks, record
from backline.engine.auditor.climbs import Climbs, Terms
from backline.engine.auditor.found import What
from tests.core.stories import ADA, CARL, CAST, CLEO, ENGINE, MAX, OTTO, POLICY, SANA, TESS, Story, raised
from tests.fakes import law
from tests.fakes.law import Tally

WORD = "w" * 64
DORA = Actor(ActorKind.PERSON, "dora", frozenset({Role.SPECIALIST}), frozenset({"support"}))
EVERYBODY = (TESS, CARL, SANA, DORA, MAX, ADA, CLEO, OTTO, ENGINE)
TEAMS = (Target("lifts", 3, "", WORD), Target("support", 2, "", WORD), Target("lifts", 3, "sana", WORD))
SAID = (Said(units=6), Said(cost_an_hour=1200), Said(units=0, cost_an_hour=400), Said(0, 0, 0, 0), Said(trapped=1))
OTHERS = tuple(move for move in Move if move is not Move.RAISE)
FEWEST_WALKS, MOST_WALKS = 60, 400
LAPSED = ":case.lapsed"
"""Here anybody may try to have a case lapse; that it is not before its time is up to whoever looks."""
Beside = Callable[[Story, Actor, int], Draft]
"""What somebody tries to record beside the state."""
RULES = FIRST, SHORT, SLOW, LONG = ("p1", "short", "slow", "long")


def rules(first: Policy) -> dict[str, Policy]:
    """Policies to which a case may be moved: that of its raise, and others whose ladders have fewer rungs, or more."""
    short = {name: ladder[-1:] for name, ladder in first.ladders.items()}
    slow = {name: {one: 5 * most for one, most in by.items()} for name, by in first.targets.items()}
    half = Rung(Recipients.MANAGERS, share=0.5, every=12 * HOUR)
    long = {name: (half, *ladder, replace(ladder[-1], wait=HOUR, share=None)) for name, ladder in first.ladders.items()}
    return {
        FIRST: first,
        SHORT: replace(first, ladders=short, thresholds={}),
        SLOW: replace(first, targets=slow, pauses={WaitReason.PART: HOUR}),
        LONG: replace(first, ladders=long, targets=slow),
    }


def draft(move: Move, story: Story, actor: Actor, pick: int) -> Draft:
    """What the law answers to this move by this actor."""
    case, ask = story.now, story.ask(actor)
    target = TEAMS[pick % len(TEAMS)]
    gates = case.gates
    verbs: dict[Move, Callable[[], Draft]] = {
        Move.RETURN: lambda: moves.return_case(case, ask, missing=WORD),
        Move.COMPLETE: lambda: moves.complete(case, ask, Addition(WORD)),
        Move.OFFER: lambda: moves.offer(case, ask, target),
        Move.ACCEPT: lambda: moves.accept(case, ask, lease=timedelta(minutes=15 + pick)),
        Move.BOUNCE: lambda: moves.bounce(case, ask, why=WORD),
        Move.RESOLVE: lambda: moves.resolve(case, ask, cause=WORD, fix=WORD, outcome=JobOutcome.DONE),
        Move.CONFIRM: lambda: moves.confirm(case, ask, gates, words=WORD),
        Move.LAPSE: lambda: moves.lapse(case, ask, gates),
        Move.DISPUTE: lambda: moves.dispute(case, ask, why=WORD, owner_there=pick % 5 > 0),
        Move.REOPEN: lambda: moves.reopen(case, ask, why=WORD),
        Move.DEESCALATE: lambda: moves.deescalate(case, ask, replace(target, team="support", tier=2)),
        Move.WITHDRAW: lambda: moves.withdraw(case, ask, gates, why=WORD),
    }
    return verbs[move]()


def fact(story: Story, actor: Actor, pick: int) -> Draft:
    """Something is recorded beside the state."""
    case, ask, later = story.now, story.ask(actor), story.at + timedelta(hours=1 + pick)
    records = list(case.records) or ["none"]
    record = records[pick % len(records)]
    wait = facts.Wait(WaitReason.PART, later, WORD)
    window = Window(later, later + timedelta(hours=1), "sana")
    verbs: Sequence[Callable[[], Draft]] = (
        lambda: facts.add_note(case, ask, text=WORD),
        lambda: facts.tell_customer(case, ask, text=WORD, next_by=later),
        lambda: hearing.customer_says(case, ask, text=WORD, evidence={}),
        lambda: facts.begin_wait(case, ask, record=f"w{case.seq}", wait=wait),
        lambda: facts.end_wait(case, ask, record=record, outcome=WORD),
        lambda: facts.book_visit(case, ask, record=f"v{case.seq}", window=window),
        lambda: facts.end_visit(case, ask, record=record, outcome=WORD),
        lambda: facts.decide_review(case, ask, record=record, decision=Decision(ReviewOutcome.ALLOW)),
        lambda: facts.change_priority(case, ask, impact=Impact.MAJOR, urgency=Urgency.LOW, why=WORD),
        lambda: facts.correct_impact(case, ask, said=SAID[pick // 10 % len(SAID)], review=f"i{case.seq}", why=WORD),
    )
    return verbs[pick % len(verbs)]()


def meanwhile(story: Story, actor: Actor, pick: int) -> Draft:
    """Something is said of what the customer may do meanwhile."""
    case, ask, later = story.now, story.ask(actor), story.at + timedelta(hours=1 + pick)
    offered = facts.Workaround(WORD, WORD, later, unsafe=pick % 3 > 0)
    asked, counts = (one.id if one else "none" for one in (case.proposed, case.workaround))
    verbs: Sequence[Callable[[], Draft]] = (
        lambda: facts.offer_workaround(case, ask, record=f"m{case.seq}", workaround=offered),
        lambda: facts.approve_workaround(case, ask, record=asked, until=later),
        lambda: facts.refuse_workaround(case, ask, record=asked, why=WORD),
        lambda: facts.extend_workaround(case, ask, record=counts, until=later, why=WORD),
        lambda: facts.end_workaround(case, ask, record=counts, how=WorkaroundEnd.DOES_NOT_HOLD, why=WORD),
    )
    return verbs[pick % len(verbs)]()


def step(story: Story, actor: Actor, what: Move | None, pick: int, beside: Beside = fact) -> None:
    """One thing is tried; refused, it records nothing."""
    try:
        found = draft(what, story, actor, pick) if what else beside(story, actor, pick)
    except MoveRefused:
        return
    late = timedelta(hours=2) if pick % 7 == 0 else timedelta(0)
    before = story.now.state
    story.record(actor, found, occurred_at=max(story.at - late, story.events[0].occurred_at))
    if what and story.now.state is not before:
        assert before in MOVES[what].sources


def other_rules(story: Story, known: Mapping[str, Policy], name: str) -> None:
    """Max moves the case to another policy, in whatever state it is."""
    try:
        story.record(MAX, facts.move_policy(story.now, story.ask(MAX), policy=name, rules=known[name], why=WORD))
    except MoveRefused:
        return
    story.policy = known[name]


def cast(case: Case) -> Cast:
    """Who is who: whoever has the case is its assignee, and else the team that it was offered to."""
    return replace(CAST, assignee=(case.person,) if case.person else CAST.team)


def hold(story: Story, known: Mapping[str, Policy]) -> None:
    """What must be true of every case at every moment."""
    policy = story.policy
    before = fold(story.events[:-1]) if story.events[1:] else None
    was = Watched.of(before, known[before.policy]) if before else None
    now = was.after(story.events[-1:], lambda case: known[case.policy]) if was else None
    assert now is None or now.clocks == running(story.now, policy)
    if law.hold(story.now, story.events, policy):
        assert foresee(story.now, Outlook(policy, cast(story.now), story.at)), (
            "and somebody hears if nobody does anything"
        )
    read = record.begin(story.events[0])
    for event in story.events[1:]:
        clocks.read_on(read, event, known.__getitem__)
    asked = {one.climb for one in clocks.running(read, policy) if one.name is not ClockName.IMPACT}
    assert asked == {one.climb for one in running(story.now, policy) if one.asks}, "the auditor asks by the same clocks"


def audited(story: Story, known: Mapping[str, Policy]) -> None:
    """The auditor asks for what the law is about to do, whatever rules there were; it finds but that somebody slept."""
    climbs = Climbs.of(story.events, Terms(lambda policy: known[policy], lambda _clock, _at: [known[FIRST].hours]))
    wrong = [one for one in climbs.found if one.what is not What.LATE and not one.effect.endswith(LAPSED)]
    assert not wrong
    steps = (after(story.policy, one, story.now.climbs.get(one.climb)) for one in running(story.now, story.policy))
    coming = [next(found, None) for found in steps]
    assert climbs.next_at(story.at) == min((step.at for step in coming if step), default=None)


def beside(story: Story, known: Mapping[str, Policy], random: Random) -> None:
    """Who has the case records something, and Max moves it to other rules, mostly while something is waited for."""
    if story.now.state is State.ACCEPTED and random.random() < 0.5:
        owner = next(one for one in EVERYBODY if one.id == story.now.person)
        step(story, owner, None, random.randrange(40))
        hold(story, known)
    if random.random() < 0.5:
        step(story, random.choice([CARL, MAX, MAX, TESS]), None, random.randrange(40), meanwhile)
        hold(story, known)
    if random.random() < (0.5 if story.now.running(ClockName.WAIT, ClockName.VISIT) else 0.1):
        other_rules(story, known, random.choice(RULES))
        hold(story, known)


def walk(random: Random, tally: Tally, policy: Policy = POLICY) -> Story:
    """A case from its raise through up to fifty tries."""
    story, known = raised(random.choice([TESS, CARL]), policy), rules(policy)
    tally.note(Move.RAISE, legal=True)
    for _ in range(50):
        story.later(timedelta(minutes=random.choice([1, 20, 300])))
        if random.random() < 0.5:
            now = Watched.of(story.now, story.policy)
            story.record(ENGINE, *look(now, story.ask(ENGINE), cast(story.now), story.now.gates))
        open_to = [(who, move) for who in EVERYBODY for move in allowed(story.now.state, capacities(who, story.now))]
        rare = {Move.WITHDRAW: 0.1, Move.DEESCALATE: 1.0 if story.now.tier == 3 else 0.1}
        open_to = [pair for pair in open_to if random.random() < rare.get(pair[1], 1.0)]
        if random.random() < 0.8 and open_to:
            wanted = random.choice(sorted({move for _, move in open_to}))
            who, move = random.choice([pair for pair in open_to if pair[1] is wanted])
        else:
            who, move = random.choice(EVERYBODY), random.choice([None, None, None, *OTHERS])
        before = len(story.events)
        step(story, who, move, random.randrange(40))
        if move:
            tally.note(move, legal=len(story.events) > before)
        hold(story, known)
        beside(story, known, random)
        if story.now.state is State.WITHDRAWN and random.random() < 0.5:
            break
    audited(story, known)
    return story


def test_whatever_anybody_tries_the_case_keeps_its_owner_its_next_step_and_its_alarm() -> None:
    random, tally, known = Random(7), Tally(), rules(POLICY)

    def bound(case: Case, _known_at: datetime) -> Policy:
        return known[case.policy]

    moved, kinds = 0, Counter[str]()
    for number in range(MOST_WALKS):
        if number >= FEWEST_WALKS and tally.enough:
            break
        story = walk(random, tally)
        moved += sum(event.kind == "policy.moved" for event in story.events)
        kinds.update(event.kind for event in story.events)
        known_at = story.events[random.randrange(len(story.events))].recorded_at
        early = [event for event in story.events if event.recorded_at <= known_at]
        now, then = (explain(events, bound, at=known_at, known_at=known_at) for events in (story.events, early))
        assert now == then, "the past stays as it was"
        for one in explain(story.events, bound, at=story.at, known_at=story.at):
            assert one.stopped_at is None or one.clock.started_at <= one.stopped_at, "nothing ends before it begins"
    tally.hold()
    assert moved > FEWEST_WALKS, "cases took other rules"
    assert all(kinds[kind] > 5 for kind in WORKAROUNDS), kinds
