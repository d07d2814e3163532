"""What is lost passes thresholds: managers hear at once and again while it lasts, whenever somebody looks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backline.core import facts
from backline.core.case import Climb
from backline.core.cast import Cast
from backline.core.clock import Clock, running
from backline.core.counting import NOTHING
from backline.core.explain import Verdict
from backline.core.facts import Decision, Wait, begin_wait, decide_review, move_policy
from backline.core.fold import fold
from backline.core.foresight import Outlook, foresee
from backline.core.impact import MOST, Losses, Said, comes_to
from backline.core.jump import Jump, ahead, jump
from backline.core.lifecycle import MoveRefused, Refusal
from backline.core.moves import accept, dispute, reopen
from backline.core.oncall import Listed, Schedule, Span
from backline.core.policy import Policy, Recipients, Rung, shipped
from backline.core.values import encode
from backline.core.watch import Watched, look
from backline.core.words import Actor, ClockName, Danger, Impact, Measure, Priority, ReviewOutcome, WaitReason
from tests.core.stories import (
    ADA,
    CARL,
    CAST,
    CLEO,
    ENGINE,
    FRIDAY,
    MAX,
    OTTO,
    POLICY,
    SANA,
    TESS,
    Story,
    accounts,
    minutes,
    raised,
)  # fmt: skip
from tests.core.test_moves import accepted, offered, resolved

HOUR = timedelta(hours=1)
WHY = "w" * 64


def impact(story: Story) -> list[Clock]:
    """The clocks of the impact."""
    return [clock for clock in running(story.now, story.policy) if not clock.asks]


def watch(story: Story, cast: Cast = CAST) -> list[Any]:
    """The engine looks; what it recorded of the impact. What it goes on with is what a fresh look would see."""
    before, now = len(story.events), Watched.of(story.now, story.policy)
    story.record(ENGINE, *look(now, story.ask(ENGINE), cast, story.now.gates))
    done = story.events[before:]
    assert now.after(done, lambda _case: story.policy) == Watched.of(story.now, story.policy)
    return [event.data for event in done if event.data.get("clock") == "IMPACT"]


def correct(story: Story, by: Actor = CARL, **said: int) -> None:
    """Somebody says what is lost."""
    draft = facts.correct_impact(story.now, story.ask(by), said=Said(**said), review="r2", why=WHY)
    story.record(by, draft)


def acted(found: Iterable[Any]) -> list[tuple[str, int, int]]:
    return [(data["climb"], data["rung"], data["repeat"]) for data in found]


def test_where_little_is_lost_nobody_hears_of_it() -> None:
    story = raised(known=Losses(units=4, cost_an_hour=999, penalty=9_999))
    assert [clock.climb for clock in impact(story)] == ["IMPACT:5000:1", "IMPACT:20000:1"], "but of what it comes to"
    assert watch(story) == []
    assert impact(raised()) == []


@pytest.mark.parametrize(
    ("known", "said"),
    [
        (Losses(), Said(trapped=2)), (Losses(), Said(at_risk=1)), (Losses(units=5), Said()), (Losses(), Said(units=7)),
        (Losses(cost_an_hour=1_000), Said()), (Losses(penalty=10_000), Said()), (Losses(named_account=True), Said()),
    ],
)  # fmt: skip
def test_managers_hear_at_once_of_each_threshold(known: Losses, said: Said) -> None:
    story = raised(known=known, said=said)
    [data] = watch(story)
    assert (data["climb"], data["rung"], data["told"], data["late_seconds"]) == ("IMPACT::1", 0, ["max"], 0)
    assert watch(story) == []


def test_what_the_technician_says_holds_and_what_was_known_stays_known() -> None:
    story = raised(known=Losses(units=9, cost_an_hour=500, named_account=True), said=Said(units=0, trapped=0))
    data = story.events[0].data
    assert data["known"] == encode(Losses(units=9, cost_an_hour=500, named_account=True))
    assert data["losses"] == encode(Losses(units=0, cost_an_hour=500, named_account=True))
    assert story.now.losses.units == 0


@pytest.mark.parametrize(
    ("danger", "said", "meant", "priority", "counted"),
    [
        (Danger.NONE, Said(trapped=1), Danger.PERSON_TRAPPED_OR_HURT, Priority.P1, (1, 0)),
        (Danger.NONE, Said(at_risk=3), Danger.RISK, Priority.P2, (0, 3)),
        (Danger.RISK, Said(trapped=1), Danger.PERSON_TRAPPED_OR_HURT, Priority.P1, (1, 0)),
        (Danger.PERSON_TRAPPED_OR_HURT, Said(), Danger.PERSON_TRAPPED_OR_HURT, Priority.P1, (0, 1)),
        (Danger.PERSON_TRAPPED_OR_HURT, Said(at_risk=4), Danger.PERSON_TRAPPED_OR_HURT, Priority.P1, (0, 4)),
        (Danger.RISK, Said(), Danger.RISK, Priority.P2, (0, 0)),
    ],
)
def test_persons_who_are_counted_mean_danger_and_danger_means_a_person(
    danger: Danger, said: Said, meant: Danger, priority: Priority, counted: tuple[int, int]
) -> None:
    case = raised(danger=danger, said=said).now
    assert (case.danger, case.priority) == (meant, priority)
    assert (case.losses.trapped, case.losses.at_risk) == counted
    assert [one.clock for one in case.records.values()] == [ClockName.REVIEW]


def test_what_it_costs_passes_a_threshold_when_it_comes_to_that_and_the_next_climb_begins() -> None:
    story = raised(known=Losses(cost_an_hour=1_000))
    assert [(clock.climb, clock.started_at, clock.ends_at) for clock in impact(story)] == [
        ("IMPACT::1", FRIDAY, FRIDAY + 5 * HOUR),
        ("IMPACT:5000:1", FRIDAY + 5 * HOUR, FRIDAY + 20 * HOUR),
        ("IMPACT:20000:1", FRIDAY + 20 * HOUR, None),
    ]
    told = []
    while story.at < FRIDAY + 21 * HOUR:
        told += [((story.at - FRIDAY) / HOUR, climb, rung) for climb, rung, _ in acted(watch(story))]
        story.later(minutes(30))
    assert told == [
        (0, "IMPACT::1", 0), (1, "IMPACT::1", 1), (5, "IMPACT:5000:1", 0), (6, "IMPACT:5000:1", 1),
        (10, "IMPACT:5000:1", 1), (14, "IMPACT:5000:1", 1), (18, "IMPACT:5000:1", 1), (20, "IMPACT:20000:1", 0),
    ]  # fmt: skip
    assert [clock.climb for clock in impact(story)] == ["IMPACT:20000:1"]


def test_a_moment_comes_to_the_microsecond_and_what_takes_ten_years_never_comes() -> None:
    third = comes_to(Measure.COST_SO_FAR, 1_000, Losses(cost_an_hour=3_000), FRIDAY)
    assert third == FRIDAY + minutes(20)
    assert Losses(cost_an_hour=3_000).cost_by(FRIDAY + minutes(20), begun=FRIDAY) == 1_000
    for cost in (1, 7, 999, 4_001):
        at = comes_to(Measure.COST_SO_FAR, 5_000, Losses(cost_an_hour=cost), FRIDAY)
        assert at
        assert Losses(cost_an_hour=cost).cost_by(at, begun=FRIDAY) == 5_000
        assert Losses(cost_an_hour=cost).cost_by(at - timedelta(microseconds=1), begun=FRIDAY) == 4_999
    assert Losses(cost_an_hour=3_000).cost_by(FRIDAY - HOUR, begun=FRIDAY) == 0
    assert comes_to(Measure.COST_SO_FAR, 10**9, Losses(cost_an_hour=1), FRIDAY) is None
    assert comes_to(Measure.COST_SO_FAR, 1, Losses(), FRIDAY) is None


def test_a_correction_that_passes_a_further_threshold_begins_the_next_climb_at_once() -> None:
    story = raised(known=Losses(units=5))
    watch(story)
    correct(story.later(minutes(10)), TESS, trapped=2)
    said = story.now.seq
    assert acted(watch(story)) == [(f"IMPACT::{said}", 0, 0)]
    assert len(impact(story)) == 1


def test_a_correction_that_passes_nothing_new_leaves_the_climb_where_it_is() -> None:
    story = raised(known=Losses(units=5))
    watch(story)
    correct(story.later(minutes(10)), units=8)
    assert watch(story) == []
    assert acted(watch(story.later(minutes(50)))) == [("IMPACT::1", 1, 0)]


def test_one_that_takes_a_threshold_away_leaves_the_others() -> None:
    story = raised(known=Losses(units=5, penalty=10_000))
    watch(story)
    correct(story.later(minutes(10)), units=0)
    assert watch(story) == []
    correct(story.later(minutes(10)), penalty=0)
    assert impact(story) == []
    assert watch(story.later(timedelta(days=3))) == []
    correct(story, units=5)
    assert [clock.started_at for clock in impact(story)] == [story.at]


def test_a_cost_that_was_passed_stays_passed_when_it_is_corrected_upwards_and_not_downwards() -> None:
    story = raised(known=Losses(cost_an_hour=900))
    watch(story.later(6 * HOUR))
    correct(story, cost_an_hour=990)
    assert [clock.climb for clock in impact(story)][:1] == ["IMPACT:5000:1"]
    correct(story, cost_an_hour=500)
    assert [(clock.climb, clock.started_at) for clock in impact(story)][:1] == [
        (f"IMPACT:5000:{story.now.seq}", FRIDAY + 10 * HOUR)
    ]
    correct(story.later(HOUR), cost_an_hour=900)
    assert [(clock.climb, clock.started_at) for clock in impact(story)][:1] == [(f"IMPACT::{story.now.seq}", story.at)]


@pytest.mark.parametrize("said", [{"trapped": 1}, {"at_risk": 2}])
def test_a_correction_that_means_danger_lifts_priority_word_and_lease_and_is_reviewed(said: dict[str, int]) -> None:
    story = offered(raised(impact=Impact.LOW))
    story.record(SANA, accept(story.now, story.ask(SANA), lease=minutes(240)))
    before = story.now
    correct(story.later(minutes(1)), SANA, **said)
    danger = Danger.PERSON_TRAPPED_OR_HURT if "trapped" in said else Danger.RISK
    assert (story.now.danger, story.now.priority) == (danger, Priority.P1 if "trapped" in said else Priority.P2)
    assert story.now.running(ClockName.REVIEW)[0].id == "r2"
    assert before.lease_until
    assert story.now.lease_until
    assert story.now.lease_until < before.lease_until
    assert before.promise_by
    assert story.now.promise_by
    assert story.now.promise_by < before.promise_by
    assert [data["told"] for data in watch(story)] == [["max"]]


def test_danger_that_is_over_stays_what_it_was_and_a_graver_one_is_reviewed_again() -> None:
    story = raised(danger=Danger.RISK)
    correct(story, trapped=1)
    assert len(story.now.records) == 1, "one that goes on holds both"
    story.record(MAX, decide_review(story.now, story.ask(MAX), record="r1", decision=Decision(ReviewOutcome.ALLOW)))
    correct(story, trapped=0)
    assert (story.now.danger, story.now.priority) == (Danger.PERSON_TRAPPED_OR_HURT, Priority.P1)
    calm = raised(danger=Danger.RISK)
    calm.record(MAX, decide_review(calm.now, calm.ask(MAX), record="r1", decision=Decision(ReviewOutcome.ALLOW)))
    correct(calm, trapped=1)
    assert [one.id for one in calm.now.running(ClockName.REVIEW)] == ["r2"]


@pytest.mark.parametrize(("actor", "may"), [(TESS, True), (CARL, True), (MAX, True), (SANA, False), (ADA, False),
                                            (CLEO, False), (OTTO, False), (ENGINE, False)])  # fmt: skip
def test_who_knows_the_place_or_answers_for_it_may_correct(actor: Actor, may: bool) -> None:
    story = raised()
    if may:
        correct(story, actor, units=2)
        return
    with pytest.raises(MoveRefused) as refused:
        correct(story, actor, units=2)
    assert refused.value.refusal is Refusal.NOT_YOURS


@pytest.mark.parametrize(
    ("said", "why", "refusal"),
    [
        (Said(), WHY, Refusal.NOTHING_NEW), (Said(units=0), WHY, Refusal.NOTHING_NEW),
        (Said(units=1), "", Refusal.NEEDS),
        *((Said(**{name: number}), WHY, Refusal.ABSURD) for name, most in MOST.items() for number in (-1, most + 1)),
    ],
)  # fmt: skip
def test_a_correction_says_something_that_can_be_and_why(said: Said, why: str, refusal: Refusal) -> None:
    story = raised()
    with pytest.raises(MoveRefused) as refused:
        facts.correct_impact(story.now, story.ask(CARL), said=said, review="r2", why=why)
    assert refused.value.refusal is refusal
    assert refused.value.mendable


def test_nothing_is_corrected_once_the_case_is_closed_and_no_raise_holds_absurd_figures() -> None:
    story = resolved(accepted(offered(raised()))).later(timedelta(days=5))
    watch(story)
    with pytest.raises(MoveRefused) as refused:
        correct(story, units=2)
    assert refused.value.refusal is Refusal.NOT_IN_THIS_STATE
    with pytest.raises(MoveRefused) as refused:
        raised(said=Said(trapped=-1))
    assert refused.value.refusal is Refusal.ABSURD


def test_it_ends_with_the_resolution_and_begins_anew_when_that_is_disputed_or_the_case_comes_back() -> None:
    story = resolved(accepted(offered(raised(known=Losses(units=5)))))
    assert impact(story) == []
    story.later(HOUR).record(CLEO, dispute(story.now, story.ask(CLEO), why=WHY, owner_there=True))
    assert acted(watch(story)) == [(f"IMPACT::{story.now.entered.seq}", 0, 0)]
    resolved(story)
    assert watch(story.later(timedelta(days=5))) == []
    story.record(CARL, reopen(story.now, story.ask(CARL), why=WHY))
    assert acted(watch(story)) == [(f"IMPACT::{story.now.opened.seq}", 0, 0)]


def test_other_rules_begin_it_anew_by_their_own_thresholds() -> None:
    story = raised(known=Losses(units=5))
    watch(story)
    story.later(minutes(30))
    other_rules(story, replace(POLICY, thresholds={Measure.UNITS: (3, 6)}))
    moved = story.now.seq
    assert acted(watch(story)) == [(f"IMPACT::{moved}", 0, 0)]
    other_rules(story, replace(story.policy, leases=POLICY.leases | {Priority.P3: 60}))
    assert [one.generation for one in impact(story)] == [moved], "nobody hears anew of what they leave as it was"
    other_rules(story, replace(POLICY, thresholds={}))
    assert impact(story) == []


def other_rules(story: Story, rules: Policy) -> None:
    """Max has the case go on by these."""
    name = f"p{len(story.events)}"
    story.record(MAX, move_policy(story.now, story.ask(MAX), policy=name, rules=rules, why=WHY))
    story.policy = rules


def test_neither_a_wait_nor_a_stop_nor_a_night_holds_it_back_and_it_makes_no_case_due() -> None:
    story = accepted(offered(raised(danger=Danger.RISK, known=Losses(units=5))))
    plain = accepted(offered(raised(danger=Danger.RISK)))
    assert Watched.of(story.now, POLICY).due_at == Watched.of(plain.now, POLICY).due_at
    story.record(MAX, decide_review(story.now, story.ask(MAX), record="r1",
                                    decision=Decision(ReviewOutcome.STOP_WORK, "", WHY)))  # fmt: skip
    wait = Wait(WaitReason.CUSTOMER, story.at + timedelta(days=3), WHY)
    story.record(SANA, begin_wait(story.now, story.ask(SANA), record="w", wait=wait))
    [clock] = impact(story)
    assert (clock.counting.pauses, clock.target) == ((), NOTHING)
    story.at = FRIDAY
    assert acted(watch(story)) == [("IMPACT::1", 0, 0)]
    assert acted(watch(story.later(5 * HOUR))) == [("IMPACT::1", 1, 1)]


def test_it_is_foreseen_and_accounted_for() -> None:
    story = raised(known=Losses(cost_an_hour=1_000))
    coming = [one for one in foresee(story.now, Outlook(POLICY, CAST, story.at), most=200)
              if one.clock is ClockName.IMPACT]  # fmt: skip
    assert [(one.at - FRIDAY) / HOUR for one in coming][:6] == [0, 1, 5, 6, 10, 14]
    watch(story)
    assert [one.verdict for one in accounts(story, ClockName.IMPACT)] == [Verdict.RUNS]
    watch(story.later(5 * HOUR))
    assert [one.verdict for one in accounts(story, ClockName.IMPACT)] == [Verdict.ENDED, Verdict.RUNS]
    resolved(accepted(offered(story)))
    assert {one.verdict for one in accounts(story, ClockName.IMPACT)} == {Verdict.ENDED}


def test_what_is_held_for_a_threshold_is_told_with_the_one_that_takes_over_before_somebody_is_on_call() -> None:
    shift = Span(FRIDAY + 10 * HOUR, FRIDAY + 19 * HOUR, "sana")
    cast = replace(CAST, schedule=Schedule((Listed((shift,)),)))
    ladder = (Rung(Recipients.ON_CALL, hold=True), Rung(Recipients.MANAGERS, wait=12 * 3600, every=4 * 3600))
    policy = replace(POLICY, ladders={**POLICY.ladders, ClockName.IMPACT: ladder})
    story = raised(policy=policy, known=Losses(cost_an_hour=1_000))
    assert [data["held_until"] for data in watch(story, cast)] == [shift.start.isoformat()]
    coming = [one for one in foresee(story.now, Outlook(policy, cast, story.at), most=50)
              if one.clock is ClockName.IMPACT and one.told]  # fmt: skip
    hers = [one.at for one in coming if one.told.persons == ("sana",) and not one.told.held_until]
    assert hers == [shift.start], "once"
    assert acted(watch(story.later(11 * HOUR), cast)) == [("IMPACT:5000:1", 0, 0)], "and so it is by a late look"


def test_nobody_jumps_to_what_it_has_not_come_to() -> None:
    story = raised(known=Losses(cost_an_hour=1_000))
    names = {clock.climb for clock, _step in ahead(story.now, POLICY, story.at) if not clock.asks}
    assert names == {"IMPACT::1"}
    with pytest.raises(MoveRefused) as refused:
        jump(story.now, story.ask(CARL), CAST, Jump("IMPACT:5000:1", 0, WHY))
    assert refused.value.refusal is Refusal.NO_SUCH_RECORD


def test_events_from_before_there_were_figures_say_that_nothing_is_lost() -> None:
    story = raised()
    old = {name: value for name, value in story.events[0].data.items() if name not in ("known", "losses")}
    assert fold([replace(story.events[0], data=old)]).losses == Losses()


figures = st.builds(
    Said, units=st.integers(0, 9), cost_an_hour=st.integers(0, 4_000), penalty=st.sampled_from([0, 9_999, 10_000])
)  # fmt: skip
ladders = st.lists(
    st.builds(Rung, tell=st.just(Recipients.MANAGERS), wait=st.integers(0, 7_200), every=st.integers(300, 20_000)),
    min_size=1, max_size=3,
).map(tuple)  # fmt: skip


def walked(policy: Policy, said: list[tuple[int, Said]], looks: list[int]) -> dict[str, tuple[Climb, int]]:
    """How far each climb came, and how many of its steps were dealt with, by looks so many minutes after the raise.

    When it acted follows from the looks, and what comes next from what was due by then.
    """
    story = raised(policy=policy)
    for after, what in said:
        story.at = FRIDAY + minutes(after)
        if what.over(story.now.losses) != story.now.losses:
            correct(story, **encode(what))
    found: dict[str, int] = {}
    for after in sorted(looks):
        story.at = max(story.at, FRIDAY + minutes(after))
        for data in watch(story):
            dealt = 1 + len(data["skipped"]) + data["repeats_missed"]
            found[data["climb"]] = found.get(data["climb"], 0) + dealt
    return {climb: (replace(story.now.climbs[climb], at=None), dealt) for climb, dealt in found.items()}


@settings(max_examples=40, deadline=None)
@given(
    ladders, st.lists(st.tuples(st.integers(0, 60), figures), min_size=1, max_size=4),
    st.lists(st.integers(60, 1_500), max_size=12),
)  # fmt: skip
def test_looks_at_any_moments_and_one_look_at_the_end_give_the_same_climbs(
    ladder: tuple[Rung, ...], said: list[tuple[int, Said]], looks: list[int]
) -> None:
    policy = replace(shipped(), ladders={**POLICY.ladders, ClockName.IMPACT: ladder})
    said.sort(key=lambda pair: pair[0])
    often = walked(policy, said, [*looks, *range(60, 1_501, 15), 1_500])
    assert walked(policy, said, [*looks, 1_500]) == often
    assert walked(policy, said, [1_500]) == often
