"""The moves by value: what each needs, what it records, and what the fold makes of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from backline.core import facts, moves
from backline.core.clock import running
from backline.core.facts import Decision, Window, may_lift
from backline.core.lifecycle import Capacity, MoveRefused, Refusal
from backline.core.moves import Addition, StepTried, Target
from backline.core.sight import capacities
from backline.core.triggers import Finding
from backline.core.words import (
    Actor,
    ActorKind,
    ClockName,
    Danger,
    Impact,
    JobOutcome,
    Reason,
    ReviewOutcome,
    Role,
    State,
    StepResult,
    Trigger,
    Urgency,
    WaitReason,
)
from tests.core.stories import ADA, CARL, CLEO, ENGINE, MAX, OTTO, POLICY, SANA, TESS, Story, minutes, raised

WORD = "w" * 64


def offered(story: Story, team: str = "lifts", person: str = "sana", tier: int = 3) -> Story:
    story.record(CARL, moves.offer(story.now, story.ask(CARL), Target(team, tier, person)))
    return story


def accepted(story: Story) -> Story:
    story.record(SANA, moves.accept(story.now, story.ask(SANA), lease=minutes(60)))
    return story


def resolved(story: Story) -> Story:
    ask = story.ask(SANA)
    story.record(SANA, moves.resolve(story.now, ask, cause=WORD, fix=WORD, outcome=JobOutcome.DONE))
    return story


def names(story: Story) -> set[ClockName]:
    return {clock.name for clock in running(story.now, POLICY)}


def test_a_technician_documents_before_raising() -> None:
    with pytest.raises(MoveRefused) as error:
        raised(steps=())
    assert (error.value.refusal, error.value.details) == (Refusal.UNDOCUMENTED, ("STEPS",))


def test_danger_passes_the_documentation_gate_and_is_logged_with_a_debt() -> None:
    story = raised(steps=(), danger=Danger.PERSON_TRAPPED_OR_HURT)
    assert story.events[0].data["gate_passed_for_danger"] is True
    assert story.now.debt_of == ("STEPS",)
    assert names(story) == {
        ClockName.TRIAGE, ClockName.REVIEW, ClockName.DOCUMENT, ClockName.CUSTOMER_UPDATE, ClockName.RESOLVE,
        ClockName.IMPACT,
    }  # fmt: skip


def test_somebody_else_raises_at_once_and_the_technician_owes_the_rest() -> None:
    story = raised(CARL, steps=())
    assert story.now.debt_of == ("STEPS",)
    with pytest.raises(MoveRefused) as error:
        moves.complete(story.now, story.ask(TESS), Addition(WORD))
    assert (error.value.refusal, error.value.details) == (Refusal.UNDOCUMENTED, ("STEPS",))
    tried = (StepTried(WORD, StepResult.FAILED),)
    story.record(TESS, moves.complete(story.now, story.ask(TESS), Addition(WORD, tried)))
    assert story.now.debt is None
    assert story.now.state is State.RAISED


def test_a_debt_is_not_forgotten_because_the_report_was_returned() -> None:
    story = raised(CARL, steps=())
    story.record(CARL, moves.return_case(story.now, story.ask(CARL), missing=WORD))
    assert story.now.debt_of == ("STEPS",)
    with pytest.raises(MoveRefused):
        moves.complete(story.now, story.ask(TESS), Addition(WORD))


def test_whoever_waited_gets_a_whole_lease_when_the_wait_is_over() -> None:
    story = accepted(offered(raised()))
    until = story.at + timedelta(hours=20)
    wait = facts.Wait(WaitReason.PART, until, WORD)
    for record in ("w1", "w2"):
        story.record(SANA, facts.begin_wait(story.now, story.ask(SANA), record=record, wait=wait))
    story.later(timedelta(hours=19))
    story.record(CARL, facts.end_wait(story.now, story.ask(CARL), record="w1", outcome=WORD))
    assert ClockName.PROGRESS not in names(story)
    story.record(CARL, facts.end_wait(story.now, story.ask(CARL), record="w2", outcome=WORD))
    progress = next(clock for clock in running(story.now, POLICY) if clock.name is ClockName.PROGRESS)
    assert progress.due_at - story.at == minutes(60)


def stopped(*lifters: Capacity) -> Story:
    story = accepted(offered(raised(reasons=frozenset({Reason.COMPLIANCE_CONCERN}), evidence={"photo": "sha256:x"})))
    decision = Decision(ReviewOutcome.STOP_WORK, lifted_on=WORD, lifters=frozenset(lifters))
    story.record(MAX, facts.decide_review(story.now, story.ask(MAX), record="r1", decision=decision))
    return story


def test_while_work_is_stopped_nothing_is_resolved_nor_withdrawn() -> None:
    story = stopped()
    for attempt in (
        lambda: moves.resolve(story.now, story.ask(SANA), cause=WORD, fix=WORD, outcome=JobOutcome.DONE),
        lambda: moves.withdraw(story.now, story.ask(CARL), story.now.gates, why=WORD),
    ):
        with pytest.raises(MoveRefused) as error:
            attempt()
        assert (error.value.refusal, error.value.details) == (Refusal.GATE, ("STOP",))


def test_a_manager_alone_lifts_a_stop_and_says_on_what_evidence() -> None:
    story = stopped()
    for actor, evidence in ((CARL, WORD), (SANA, WORD), (MAX, "")):
        with pytest.raises(MoveRefused):
            facts.lift_stop(story.now, story.ask(actor), evidence=evidence)
    story.record(MAX, facts.lift_stop(story.now, story.ask(MAX), evidence=WORD))
    assert resolved(story).now.state is State.RESOLVED
    with pytest.raises(MoveRefused) as error:
        facts.lift_stop(story.now, story.ask(MAX), evidence=WORD)
    assert error.value.refusal is Refusal.NO_SUCH_RECORD


def test_who_was_named_lifts_a_stop_as_well_and_of_two_only_who_may_lift_both() -> None:
    for lifters, allowed in (
        ((Capacity.OWNER,), {SANA, MAX}), ((Capacity.COORDINATOR,), {CARL, MAX}), ((Capacity.CUSTOMER,), {MAX}),
    ):  # fmt: skip
        story = stopped(*lifters)
        assert {one for one in (TESS, SANA, CARL, MAX) if capacities(one, story.now) & may_lift(story.now)} == allowed
    story = stopped(Capacity.OWNER, Capacity.COORDINATOR)
    story.record(ENGINE, facts.add_finding(story.now, story.ask(ENGINE), Finding(Trigger.UNSAFE), review="r2"))
    second = Decision(ReviewOutcome.STOP_WORK, lifted_on=WORD, lifters=frozenset({Capacity.OWNER, Capacity.LEAD}))
    story.record(MAX, facts.decide_review(story.now, story.ask(MAX), record="r2", decision=second))
    assert story.now.lifters == {Capacity.OWNER}
    story.record(SANA, facts.lift_stop(story.now, story.ask(SANA), evidence=WORD))
    assert (story.now.stop, story.now.lifters) == (None, frozenset())


@pytest.mark.parametrize(
    ("impact", "urgency", "danger", "priority"),
    [
        (Impact.LOW, Urgency.LOW, Danger.NONE, "P4"),
        (Impact.LOW, Urgency.LOW, Danger.RISK, "P2"),
        (Impact.LOW, Urgency.LOW, Danger.PERSON_TRAPPED_OR_HURT, "P1"),
        (Impact.MAJOR, Urgency.HIGH, Danger.RISK, "P1"),
        (Impact.MEDIUM, Urgency.MEDIUM, Danger.NONE, "P3"),
    ],
)
def test_priority_comes_from_impact_and_urgency_and_danger_lifts_it(
    impact: Impact, urgency: Urgency, danger: Danger, priority: str
) -> None:
    assert raised(impact=impact, urgency=urgency, danger=danger).now.priority == priority


def test_safety_and_compliance_ask_a_manager_beside_the_normal_way() -> None:
    story = raised(reasons=frozenset({Reason.COMPLIANCE_CONCERN}), evidence={"photo": "sha256:x"})
    assert {ClockName.REVIEW, ClockName.TRIAGE} <= names(story)
    decision = Decision(ReviewOutcome.STOP_WORK)
    with pytest.raises(MoveRefused):
        facts.decide_review(story.now, story.ask(MAX), record="r1", decision=decision)
    decision = Decision(ReviewOutcome.STOP_WORK, lifted_on=WORD)
    with pytest.raises(MoveRefused):
        facts.decide_review(story.now, story.ask(CARL), record="r1", decision=decision)
    story.record(MAX, facts.decide_review(story.now, story.ask(MAX), record="r1", decision=decision))
    assert ClockName.REVIEW not in names(story)


def test_each_state_has_its_owner_and_its_clock() -> None:
    story = raised()
    assert ClockName.TRIAGE in names(story)
    story.record(CARL, moves.return_case(story.now, story.ask(CARL), missing=WORD))
    assert names(story) == {ClockName.DOCUMENT, ClockName.CUSTOMER_UPDATE, ClockName.RESOLVE}
    story.record(TESS, moves.complete(story.now, story.ask(TESS), Addition(WORD)))
    offered(story)
    assert names(story) == {ClockName.ACCEPT, ClockName.CUSTOMER_UPDATE, ClockName.RESOLVE}
    accepted(story)
    assert story.now.person == "sana"
    assert names(story) == {ClockName.PROGRESS, ClockName.CUSTOMER_UPDATE, ClockName.RESOLVE}
    resolved(story)
    assert names(story) == {ClockName.CONFIRM}
    story.record(CLEO, moves.confirm(story.now, story.ask(CLEO), ()))
    assert (story.now.state, story.now.closed_how) == (State.CLOSED, "CONFIRMED")
    assert running(story.now, POLICY) == ()


@pytest.mark.parametrize("actor", [TESS, CARL, MAX, ADA, CLEO, OTTO, ENGINE])
def test_nobody_but_the_person_asked_accepts(actor: Actor) -> None:
    story = offered(raised())
    with pytest.raises(MoveRefused) as error:
        moves.accept(story.now, story.ask(actor), lease=minutes(30))
    assert error.value.refusal is Refusal.NOT_YOURS


def test_a_team_that_is_asked_is_any_of_its_members() -> None:
    story = accepted(offered(raised(), person=""))
    assert story.now.person == "sana"


@pytest.mark.parametrize("span", [minutes(-1), minutes(0), timedelta(hours=2, seconds=1)])
def test_a_lease_ends_ahead_and_within_what_the_priority_allows(span: timedelta) -> None:
    story = offered(raised())  # P2: two hours
    with pytest.raises(MoveRefused) as error:
        moves.accept(story.now, story.ask(SANA), lease=span)
    assert error.value.refusal in (Refusal.NOT_IN_THE_FUTURE, Refusal.LEASE_TOO_LONG)


def test_progress_renews_the_lease_and_a_bare_note_only_once() -> None:
    story = accepted(offered(raised()))
    first = story.now.lease_until
    story.later(minutes(30)).record(SANA, facts.add_note(story.now, story.ask(SANA), text=WORD))
    stretched = story.now.lease_until
    assert first is not None
    assert stretched == first + minutes(30)
    story.later(minutes(10)).record(SANA, facts.add_note(story.now, story.ask(SANA), text=WORD))
    assert story.now.lease_until == stretched
    story.record(SANA, facts.try_step(story.now, story.ask(SANA), StepTried(WORD, StepResult.NO_EFFECT)))
    assert story.now.lease_until == story.at + minutes(60)
    story.later(minutes(5)).record(SANA, facts.add_note(story.now, story.ask(SANA), text=WORD))
    assert story.now.lease_until == story.at + minutes(60)


def test_a_note_of_somebody_else_does_not_stretch_the_lease() -> None:
    story = accepted(offered(raised()))
    before = story.now.lease_until
    story.later(minutes(30)).record(CARL, facts.add_note(story.now, story.ask(CARL), text=WORD))
    assert story.now.lease_until == before


def test_while_a_wait_or_visit_runs_its_own_clock_watches_in_place_of_the_lease() -> None:
    story = accepted(offered(raised()))
    until = story.at + timedelta(days=2)
    wait = facts.begin_wait(story.now, story.ask(SANA), record="w1", wait=facts.Wait(WaitReason.PART, until, WORD))
    story.record(SANA, wait)
    assert ClockName.WAIT in names(story)
    assert ClockName.PROGRESS not in names(story)
    window = Window(story.at + minutes(60), story.at + minutes(120), "sana")
    story.record(SANA, facts.book_visit(story.now, story.ask(SANA), record="v1", window=window))
    story.record(SANA, facts.end_wait(story.now, story.ask(SANA), record="w1", outcome=WORD))
    assert ClockName.VISIT in names(story)
    later = Window(story.at + minutes(90), story.at + minutes(150), "sana")
    story.record(SANA, facts.book_visit(story.now, story.ask(SANA), record="v1", window=later))
    assert story.events[-1].kind == "visit.moved"
    assert next(c for c in running(story.now, POLICY) if c.name is ClockName.VISIT).due_at == later.to_at
    story.record(SANA, facts.end_visit(story.now, story.ask(SANA), record="v1", outcome=WORD))
    assert ClockName.PROGRESS in names(story)


def test_what_has_ended_cannot_end_again() -> None:
    story = accepted(offered(raised()))
    until = story.at + minutes(60)
    wait = facts.begin_wait(story.now, story.ask(SANA), record="w1", wait=facts.Wait(WaitReason.PART, until, WORD))
    story.record(SANA, wait)
    story.record(SANA, facts.end_wait(story.now, story.ask(SANA), record="w1", outcome=WORD))
    for record in ("w1", "w2", ""):
        with pytest.raises(MoveRefused) as error:
            facts.end_wait(story.now, story.ask(SANA), record=record, outcome=WORD)
        assert error.value.refusal is Refusal.NO_SUCH_RECORD


def test_back_to_one_that_had_it_needs_new_evidence_or_a_coordinator() -> None:
    story = accepted(offered(raised()))
    story.record(SANA, moves.offer(story.now, story.ask(SANA), Target("drives", 3, "dora")))
    dora = Actor(SANA.kind, "dora", SANA.roles, frozenset({"drives"}))
    story.record(dora, moves.accept(story.now, story.ask(dora), lease=minutes(30)))
    back = Target("lifts", 3, "sana")
    with pytest.raises(MoveRefused) as error:
        moves.offer(story.now, story.ask(dora), back)
    assert error.value.refusal is Refusal.HAD_IT_BEFORE
    moves.offer(story.now, story.ask(CARL), back)
    story.record(dora, facts.add_evidence(story.now, story.ask(dora), evidence={"p": "sha256:x"}))
    story.record(dora, moves.offer(story.now, story.ask(dora), back))
    assert story.now.person == "sana"


def test_a_dispute_goes_back_to_the_owner_or_to_the_team_where_the_owner_left() -> None:
    story = resolved(accepted(offered(raised())))
    ask = story.ask(CLEO)
    gone = Story(story.at, case=story.now, events=list(story.events))
    story.record(CLEO, moves.dispute(story.now, ask, why=WORD, owner_there=True))
    assert (story.now.state, story.now.person) == (State.ACCEPTED, "sana")
    gone.record(CLEO, moves.dispute(gone.now, ask, why=WORD, owner_there=False))
    assert (gone.now.state, gone.now.team, gone.now.person) == (State.OFFERED, "lifts", "")


def test_the_resolved_span_is_taken_out_of_the_resolve_clock() -> None:
    story = resolved(accepted(offered(raised())))
    first = story.events[0].recorded_at + POLICY.target(ClockName.RESOLVE, story.now.priority)
    story.later(timedelta(hours=7))
    story.record(CLEO, moves.dispute(story.now, story.ask(CLEO), why=WORD, owner_there=True))
    due = next(clock.due_at for clock in running(story.now, POLICY) if clock.name is ClockName.RESOLVE)
    assert due == first + timedelta(hours=7)


def test_the_customer_opens_again_within_the_window_and_a_coordinator_always() -> None:
    story = resolved(accepted(offered(raised())))
    story.record(CLEO, moves.confirm(story.now, story.ask(CLEO), ()))
    story.later(timedelta(days=14))
    moves.reopen(story.now, story.ask(CLEO), why=WORD)
    story.later(timedelta(seconds=1))
    with pytest.raises(MoveRefused) as error:
        moves.reopen(story.now, story.ask(CLEO), why=WORD)
    assert error.value.refusal is Refusal.REOPEN_TOO_LATE
    story.record(CARL, moves.reopen(story.now, story.ask(CARL), why=WORD))
    assert story.now.opened.seq == story.now.seq
    assert {ClockName.TRIAGE, ClockName.RESOLVE} <= names(story)


@pytest.mark.parametrize("verb", ["confirm", "lapse", "withdraw"])
def test_no_gate_is_passed_by_and_the_missing_one_is_named(verb: str) -> None:
    story = raised() if verb == "withdraw" else resolved(accepted(offered(raised())))
    who = {"confirm": CLEO, "lapse": ENGINE, "withdraw": CARL}[verb]
    more = {"why": WORD} if verb == "withdraw" else {}
    with pytest.raises(MoveRefused) as error:
        getattr(moves, verb)(story.now, story.ask(who), ("REVIEW",), **more)
    assert (error.value.refusal, error.value.details) == (Refusal.GATE, ("REVIEW",))


def test_a_lower_tier_is_lower_and_needs_a_justification() -> None:
    story = accepted(offered(raised()))
    with pytest.raises(MoveRefused) as error:
        moves.deescalate(story.now, story.ask(MAX), Target("support", 2))
    assert error.value.refusal is Refusal.NEEDS
    with pytest.raises(MoveRefused) as error:
        moves.deescalate(story.now, story.ask(MAX), Target("drives", 3, why=WORD))
    assert error.value.refusal is Refusal.NOT_A_LOWER_TIER
    story.record(MAX, moves.deescalate(story.now, story.ask(MAX), Target("support", 2, why=WORD)))
    assert (story.now.state, story.now.tier) == (State.OFFERED, 2)


def test_priority_changes_keep_the_start_and_take_the_new_target() -> None:
    story = raised()
    story.later(minutes(20))
    change = facts.change_priority(story.now, story.ask(CARL), impact=Impact.MAJOR, urgency=Urgency.HIGH, why=WORD)
    story.record(CARL, change)
    triage = next(clock for clock in running(story.now, POLICY) if clock.name is ClockName.TRIAGE)
    assert (triage.started_at, triage.due_at) == (
        story.events[0].recorded_at,
        story.events[0].recorded_at + minutes(10),
    )


def test_told_to_the_customer_means_a_promise_of_the_next_word() -> None:
    story = raised()
    first = story.now.promise_by
    assert first == story.at + POLICY.target(ClockName.CUSTOMER_UPDATE, story.now.priority)
    offered(story.later(minutes(5)))
    assert story.now.promise_by == story.at + POLICY.target(ClockName.CUSTOMER_UPDATE, story.now.priority)
    accepted(story.later(minutes(5)))
    by = story.at + minutes(45)
    story.record(SANA, facts.tell_customer(story.now, story.ask(SANA), text=WORD, next_by=by))
    assert story.now.promise_by == by


def test_what_was_offered_to_one_of_a_team_another_of_it_may_take_and_nobody_else() -> None:
    sam = Actor(ActorKind.PERSON, "sam", frozenset({Role.SPECIALIST}), frozenset({"lifts"}))
    story = offered(raised())
    for actor in (TESS, CARL, MAX, replace(sam, teams=frozenset({"support"}))):
        with pytest.raises(MoveRefused) as error:
            moves.accept(story.now, story.ask(actor), lease=minutes(60))
        assert error.value.refusal is Refusal.NOT_YOURS
    with pytest.raises(MoveRefused):
        moves.bounce(story.now, story.ask(sam), why=WORD)
    story.record(sam, moves.accept(story.now, story.ask(sam), lease=minutes(60)))
    assert story.now.person == "sam"


def test_who_leads_the_team_that_has_it_may_hand_it_on_and_who_is_of_it_may_not() -> None:
    lena = Actor(ActorKind.PERSON, "lena", frozenset(), frozenset({"lifts"}), frozenset({"lifts"}))
    story = accepted(offered(raised()))
    target = Target("support", 2)
    with pytest.raises(MoveRefused):
        moves.offer(story.now, story.ask(replace(lena, leads=frozenset())), target)
    assert moves.offer(story.now, story.ask(lena), target).data["team"] == "support"
    assert moves.offer(story.now, story.ask(MAX), target).data["team"] == "support"
