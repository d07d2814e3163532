"""The clocks: which run when, since when, under which generation, and when each is due."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backline.core import facts, moves
from backline.core.clock import Clock, running
from backline.core.explain import Verdict
from backline.core.facts import Decision, Unheard, Wait, Window
from backline.core.lifecycle import MoveRefused
from backline.core.moves import Draft, StepTried, Target
from backline.core.words import (
    Actor,
    ClockName,
    Danger,
    Impact,
    ReviewOutcome,
    StepResult,
    ToldBy,
    Urgency,
    WaitReason,
)
from tests.core.stories import CARL, CLEO, ENGINE, MAX, POLICY, SANA, TESS, Story, accounts, minutes, raised
from tests.core.test_moves import WORD, accepted, names, offered, resolved

HOUR = timedelta(hours=1)
NONE = timedelta(0)


def clock(story: Story, name: ClockName) -> Clock:
    """The one clock of this name that runs."""
    [found] = [one for one in running(story.now, POLICY) if one.name is name]
    return found


def prioritised(story: Story, impact: Impact, urgency: Urgency) -> Story:
    """Carl finds that it weighs more, or less."""
    draft = facts.change_priority(story.now, story.ask(CARL), impact=impact, urgency=urgency, why=WORD)
    story.record(CARL, draft)
    return story


def said_to_work(story: Story) -> Story:
    """Cleo says that it works, and a gate holds her word."""
    story.record(CLEO, moves.said_to_work(story.now, story.ask(CLEO)))
    return story


def test_another_priority_begins_every_targeted_climb_anew_and_a_later_event_its_own() -> None:
    story = prioritised(raised().later(minutes(1)), Impact.LOW, Urgency.LOW)
    assert {clock(story, name).generation for name in (ClockName.TRIAGE, ClockName.RESOLVE)} == {2}
    assert clock(story, ClockName.TRIAGE).started_at == story.events[0].recorded_at, "the start stays"
    offered(story.later(minutes(1)))
    assert clock(story, ClockName.ACCEPT).generation == 3
    assert clock(story, ClockName.RESOLVE).generation == 2


def test_a_lease_is_shown_from_the_progress_that_renewed_it() -> None:
    story = accepted(offered(raised())).later(minutes(20))
    tried = StepTried(WORD, StepResult.NO_EFFECT)
    story.record(SANA, facts.try_step(story.now, story.ask(SANA), tried))
    progress = clock(story, ClockName.PROGRESS)
    assert (progress.generation, progress.started_at) == (story.now.seq, story.at)
    assert progress.due_at == story.at + HOUR


def test_a_wait_or_a_visit_alone_watches_in_place_of_the_lease() -> None:
    until = raised().at + timedelta(hours=5)
    wait, visit = accepted(offered(raised())), accepted(offered(raised()))
    begun = facts.begin_wait(wait.now, wait.ask(SANA), record="w", wait=Wait(WaitReason.PART, until, WORD))
    wait.record(SANA, begun)
    window = Window(until - HOUR, until, "tom")
    visit.record(SANA, facts.book_visit(visit.now, visit.ask(SANA), record="v", window=window))
    for story, name in ((wait, ClockName.WAIT), (visit, ClockName.VISIT)):
        assert ClockName.PROGRESS not in names(story)
        assert clock(story, name).due_at == until
        assert clock(story, name).subject in story.now.records


def test_a_word_that_did_not_reach_the_asked_customer_runs_beside_the_question() -> None:
    story = resolved(accepted(offered(raised())))
    assert ClockName.CUSTOMER_UPDATE not in names(story), "the question is the promise"
    lost = Unheard("n1", "cleo", WORD, customer=True)
    story.record(ENGINE, facts.not_reached(story.later(minutes(1)).now, story.ask(ENGINE), lost))
    assert clock(story, ClockName.CUSTOMER_UPDATE).due_at == story.at, "somebody's turn at once"
    assert ClockName.CONFIRM in names(story)


def test_the_question_runs_from_the_resolution_and_the_review_from_the_raise() -> None:
    story = accepted(offered(raised(danger=Danger.RISK)).later(minutes(3))).later(timedelta(hours=2))
    resolved(story)
    assert clock(story, ClockName.CONFIRM).due_at == story.at + timedelta(days=5)
    assert clock(story, ClockName.REVIEW).due_at == story.events[0].recorded_at + minutes(15)
    assert clock(story, ClockName.REVIEW).subject == "r1"


def test_a_kept_word_is_due_at_once_and_asks_nobody_again() -> None:
    story = said_to_work(resolved(accepted(offered(raised(danger=Danger.RISK)))).later(HOUR))
    said = story.at
    names_now = [one.name for one in running(story.now, POLICY)]
    held = [ClockName.REVIEW, ClockName.CUSTOMER_UPDATE]
    assert names_now == held, "while a gate holds it, the gate's clock runs and that of the next word, and no other"
    decided(story.later(HOUR), Decision(ReviewOutcome.STOP_WORK, lifted_on=WORD))
    assert {one.name for one in running(story.now, POLICY)} == {ClockName.STOP, ClockName.CUSTOMER_UPDATE}
    story.later(HOUR).record(MAX, facts.lift_stop(story.now, story.ask(MAX), evidence=WORD))
    confirm = clock(story, ClockName.CONFIRM)
    opened = story.now.seq
    assert (confirm.due_at, confirm.generation, confirm.started_at) == (said, opened, said - HOUR), (
        "its climb begins anew"
    )


def decided(story: Story, decision: Decision) -> Story:
    return story.record(MAX, facts.decide_review(story.now, story.ask(MAX), record="r1", decision=decision))


def test_a_stop_asks_for_no_progress_and_is_looked_at_every_eight_hours_until_it_is_lifted() -> None:
    story = accepted(offered(raised(danger=Danger.RISK)))
    decided(story, Decision(ReviewOutcome.STOP_WORK, lifted_on=WORD))
    assert ClockName.PROGRESS not in {one.name for one in running(story.now, POLICY)}
    stop = clock(story, ClockName.STOP)
    assert (stop.due_at, stop.generation) == (story.at + timedelta(hours=8), story.now.seq)
    with pytest.raises(MoveRefused):
        facts.try_step(story.now, story.ask(SANA), StepTried(WORD, StepResult.FAILED))
    story.record(MAX, facts.lift_stop(story.now, story.ask(MAX), evidence=WORD))
    assert ClockName.STOP not in {one.name for one in running(story.now, POLICY)}
    assert ClockName.PROGRESS in {one.name for one in running(story.now, POLICY)}


def test_clocks_come_in_the_order_in_which_they_are_due() -> None:
    story = accepted(offered(raised(danger=Danger.RISK)))
    due = [one.due_at for one in running(story.now, POLICY)]
    assert due == sorted(due)
    assert [one.name for one in running(story.now, POLICY)] == [
        ClockName.REVIEW, ClockName.PROGRESS, ClockName.CUSTOMER_UPDATE, ClockName.RESOLVE
    ]  # fmt: skip


@pytest.mark.parametrize(("by", "draft"), [(CARL, "return"), (TESS, "debt")])
def test_a_returned_report_and_a_debt_are_both_to_be_documented(by: Actor, draft: str) -> None:
    story = raised(CARL, steps=()) if draft == "debt" else raised()
    if draft == "return":
        story.record(CARL, moves.return_case(story.now, story.ask(CARL), missing=WORD))
        assert story.now.debt_of == ()
    assert clock(story, ClockName.DOCUMENT).due_at == story.at + timedelta(hours=4)


def stretches(story: Story, name: ClockName) -> list[list[tuple[timedelta, timedelta, str]]]:
    """Every stretch of each clock of a name: from and to, since the raise, and why it does not count."""
    begin = story.events[0].recorded_at
    return [
        [(one.from_at - begin, one.to_at - begin, one.reason) for one in account.stretches]
        for account in accounts(story, name)
    ]


def test_another_due_moment_begins_another_clock_which_forgets_nothing() -> None:
    story = accepted(offered(raised()))
    start = story.at
    window = Window(start + 2 * HOUR, start + 3 * HOUR, "tom")
    story.record(SANA, facts.book_visit(story.now, story.ask(SANA), record="v", window=window))
    draft = Draft("visit.moved", {"id": "v", "from_at": (start + 5 * HOUR).isoformat(),
                                  "until": (start + 6 * HOUR).isoformat(), "person": "tom", "visit": ""})  # fmt: skip
    story.later(HOUR)
    story.record(SANA, draft)
    story.later(HOUR)
    assert stretches(story, ClockName.VISIT) == [[(NONE, HOUR, "")], [(HOUR, 2 * HOUR, "")]]
    priority = prioritised(raised().later(HOUR), Impact.LOW, Urgency.LOW).later(HOUR)
    assert stretches(priority, ClockName.RESOLVE) == [[(NONE, HOUR, "")], [(NONE, 2 * HOUR, "")]]
    assert [one.verdict for one in accounts(priority, ClockName.RESOLVE)] == [Verdict.WENT_ON, Verdict.RUNS]


def test_a_pause_ends_with_the_close_and_none_is_shown_between_two_openings() -> None:
    story = resolved(accepted(offered(raised())).later(HOUR)).later(HOUR)
    story.record(CLEO, moves.confirm(story.now, story.ask(CLEO), ()))
    story.later(HOUR)
    assert stretches(story, ClockName.RESOLVE) == [[(NONE, HOUR, ""), (HOUR, 2 * HOUR, "RESOLVED")]]
    story.record(CARL, moves.reopen(story.now, story.ask(CARL), why=WORD))
    story.later(HOUR)
    assert stretches(story, ClockName.RESOLVE) == [
        [(NONE, HOUR, ""), (HOUR, 2 * HOUR, "RESOLVED")],
        [(3 * HOUR, 4 * HOUR, "")],
    ]


def test_a_clock_stopped_when_it_was_so_and_ran_on_for_whoever_did_not_know_yet() -> None:
    story = offered(raised()).later(HOUR)
    draft = moves.accept(story.now, story.ask(SANA), lease=HOUR)
    story.record(SANA, draft, occurred_at=story.at - minutes(30))
    assert stretches(story, ClockName.ACCEPT) == [[(NONE, minutes(30), "")]]
    [known] = accounts(story, ClockName.ACCEPT, known_at=story.at - minutes(1))
    assert (known.verdict, known.stopped_at) == (Verdict.LATE, None)
    assert [one.verdict for one in accounts(story, ClockName.ACCEPT)] == [Verdict.MET]


def test_a_word_to_the_customer_is_given_when_it_is_recorded_unless_it_was_a_call() -> None:
    for told_by, verdict in ((ToldBy.MAIL, Verdict.MISSED), (ToldBy.CALL, Verdict.MET)):
        story = accepted(offered(raised())).later(30 * HOUR)
        ask, next_by = story.ask(SANA), story.at + HOUR
        draft = facts.tell_customer(story.now, ask, text=WORD, next_by=next_by, told_by=told_by)
        story.record(SANA, draft, occurred_at=story.at - 29.9 * HOUR)
        *_earlier, ended = (one for one in accounts(story, ClockName.CUSTOMER_UPDATE) if one.stopped_at)
        assert (ended.verdict, ended.stopped_at == story.at) == (verdict, told_by is ToldBy.MAIL)


def test_what_was_so_before_a_lease_began_does_not_keep_it() -> None:
    story = accepted(offered(raised()).later(HOUR)).later(30 * HOUR)
    wait = Wait(WaitReason.CUSTOMER, story.at + 72 * HOUR, WORD)
    draft = facts.begin_wait(story.now, story.ask(SANA), record="w1", wait=wait)
    story.record(SANA, draft, occurred_at=story.events[0].occurred_at)
    [lease] = accounts(story, ClockName.PROGRESS)
    assert (lease.verdict, lease.stopped_at) == (Verdict.MISSED, story.at)
    [resolution] = accounts(story, ClockName.RESOLVE)
    assert resolution.counted == timedelta(0), "what is paused goes by when it was so"


def test_a_decided_review_ends_its_clock_and_an_offer_to_a_team_begins_one() -> None:
    story = raised(danger=Danger.RISK)
    decision = Decision(ReviewOutcome.ALLOW)
    story.record(MAX, facts.decide_review(story.now, story.ask(MAX), record="r1", decision=decision))
    assert ClockName.REVIEW not in names(story)
    story.record(CARL, moves.offer(story.now, story.ask(CARL), Target("lifts", 3)))
    assert clock(story, ClockName.ACCEPT).due_at == story.at + minutes(30)
