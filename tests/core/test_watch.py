"""What time itself does: rungs in order with reasons, the lapse, and the foresight that says so beforehand."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backline.core.case import Case
from backline.core.cast import Cast
from backline.core.clock import running
from backline.core.events import By, Event, canonical, from_canonical
from backline.core.facts import Decision, decide_review
from backline.core.fold import fold
from backline.core.foresight import Outlook, foresee
from backline.core.moves import dispute, said_to_work
from backline.core.policy import Recipients, Rung, shipped
from backline.core.values import decode, encode
from backline.core.watch import Watched, look, look_at
from backline.core.words import ActorKind, ClockName, Danger, ReviewOutcome, State
from tests.core.stories import CARL, CAST, CLEO, ENGINE, MAX, POLICY, Story, accounts, minutes, raised
from tests.core.test_moves import accepted, offered, resolved


def watch(story: Story) -> list[Event]:
    """The engine looks once."""
    before = len(story.events)
    story.record(ENGINE, *look(Watched.of(story.now, story.policy), story.ask(ENGINE), CAST, ()))
    return story.events[before:]


def next_alarm(story: Story) -> datetime:
    return min(look_at(story.now, POLICY, clock) for clock in running(story.now, POLICY))


def test_sana_does_not_answer_and_the_climb_tells_the_lead_and_then_max() -> None:
    story = offered(raised())
    told = []
    end = story.at + minutes(50)
    while next_alarm(story) <= end:
        story.at = max(story.at, next_alarm(story))
        told += [(event.data["told"], event.data["clock"]) for event in watch(story)]
    accepts = [who for who, clock in told if clock == "ACCEPT"]
    assert accepts == [["sana"], ["sana"], ["lena"], ["lena"], ["max"]]


def test_looking_again_finds_nothing() -> None:
    story = offered(raised()).later(minutes(31))
    assert watch(story)
    assert watch(story) == []


def test_an_acceptance_ends_the_climb_for_ever() -> None:
    story = offered(raised()).later(minutes(1))
    watch(story)
    accepted(story)
    story.later(timedelta(minutes=59))
    assert [event.data["clock"] for event in watch(story)] == []


def test_a_late_look_says_how_late_it_is_and_what_it_skipped() -> None:
    story = offered(raised()).later(timedelta(hours=5))
    event = next(event for event in watch(story) if event.data["clock"] == "ACCEPT")
    assert event.data["skipped"]
    assert event.data["rung"] == 5
    assert event.data["late_seconds"] > 0


def test_the_record_of_a_rung_says_what_was_planned_who_was_told_and_what_was_missed() -> None:
    story = offered(raised())
    start = story.at
    [event] = [one for one in watch(story.later(minutes(46))) if one.data["clock"] == "ACCEPT"]
    moments = [(start + minutes(count)).isoformat() for count in (0, 5, 15, 30, 45)]
    assert event.data == {
        "climb": "ACCEPT::2", "clock": "ACCEPT", "subject": "", "due_at": moments[3], "rung": 4, "repeat": 0,
        "planned_at": moments[4], "late_seconds": 46 * 60, "told": ["max"], "role": "MANAGERS", "instead_of": "",
        "skipped": [{"rung": rung, "at": moment} for rung, moment in enumerate(moments[:4])], "repeats_missed": 0,
    }  # fmt: skip
    [event] = [one for one in watch(story.later(minutes(154))) if one.data["clock"] == "ACCEPT"]
    assert (event.data["rung"], event.data["repeat"], event.data["repeats_missed"]) == (5, 4, 3)
    assert [step["rung"] for step in event.data["skipped"]] == [5]
    assert event.data["planned_at"] == (start + minutes(180)).isoformat()


def test_a_rung_that_finds_nobody_says_who_was_told_instead() -> None:
    story = offered(raised())
    [draft] = look(Watched.of(story.now, story.policy), story.ask(ENGINE), Cast(managers=("max",)), ())
    assert (draft.data["told"], draft.data["role"], draft.data["instead_of"]) == (["max"], "MANAGERS", "ASSIGNEE")


@pytest.mark.parametrize(("seconds", "late"), [(0, 0), (60, 0), (61, 61)])
def test_what_is_late_by_more_than_a_minute_says_so(seconds: int, late: int) -> None:
    story = offered(raised())
    watch(story)
    [event] = watch(story.later(minutes(5) + timedelta(seconds=seconds)))
    assert event.data["late_seconds"] == late


def test_silence_of_the_customer_closes_the_case_and_is_counted_apart() -> None:
    story = resolved(accepted(offered(raised()))).later(timedelta(days=5))
    assert [event.kind for event in watch(story)] == ["case.lapsed"]
    assert (story.now.state, story.now.closed_how) == (State.CLOSED, "LAPSED")


def test_a_gate_holds_the_lapse_and_somebody_hears_of_it() -> None:
    story = resolved(accepted(offered(raised()))).later(timedelta(days=5))
    drafts = look(Watched.of(story.now, story.policy), story.ask(ENGINE), CAST, ("REVIEW",))
    assert [(draft.kind, draft.data["told"]) for draft in drafts] == [("rung.reached", ["carl"])]


def test_a_gate_that_holds_the_lapse_is_told_of_again_and_not_at_every_look() -> None:
    story = resolved(accepted(offered(raised()))).later(timedelta(days=5))
    held = ("REVIEW",)
    story.record(ENGINE, *look(Watched.of(story.now, story.policy), story.ask(ENGINE), CAST, held))
    [confirm] = [clock for clock in running(story.now, POLICY) if clock.name is ClockName.CONFIRM]
    assert look_at(story.now, POLICY, confirm) == story.at + timedelta(days=1)
    assert look(Watched.of(story.now, story.policy), story.ask(ENGINE), CAST, held) == ()
    story.later(timedelta(days=1))
    [draft] = look(Watched.of(story.now, story.policy), story.ask(ENGINE), CAST, held)
    assert draft.data["told"] == ["max"]


def test_a_kept_word_closes_as_confirmed_and_never_as_lapsed() -> None:
    story = resolved(accepted(offered(raised(danger=Danger.RISK))))
    story.record(CLEO, said_to_work(story.now, story.ask(CLEO)))
    said = story.now.seq
    foreseen = foresee(story.now, Outlook(POLICY, CAST, story.at), most=500)
    assert {one.clock for one in foreseen} == {
        ClockName.REVIEW,
        ClockName.CUSTOMER_UPDATE,
    }, "nobody foresees a close that a gate holds"
    decision = Decision(ReviewOutcome.ALLOW)
    story.record(MAX, decide_review(story.now, story.ask(MAX), record="r1", decision=decision))
    [coming] = foresee(story.now, Outlook(POLICY, CAST, story.at))
    assert (coming.step, coming.on_a_word) == (None, True)
    [draft] = look(Watched.of(story.now, story.policy), story.ask(ENGINE), CAST, ())
    assert (draft.kind, draft.data["kept"]) == ("case.confirmed", said)


def test_the_end_of_silence_is_looked_at_though_the_ladder_begins_later() -> None:
    later = (Rung(Recipients.COORDINATORS, share=1.0, wait=86400),)
    policy = replace(POLICY, ladders={**POLICY.ladders, ClockName.CONFIRM: later})
    story = resolved(accepted(offered(raised())))
    [confirm] = running(story.now, policy)
    assert look_at(story.now, policy, confirm) == confirm.due_at == story.at + timedelta(days=5)


def test_nothing_is_foreseen_after_the_case_has_lapsed() -> None:
    story = resolved(accepted(offered(raised(CARL, steps=()))))
    foreseen = foresee(story.now, Outlook(POLICY, CAST, story.at), most=500)
    assert [coming.step is None for coming in foreseen].index(True) == len(foreseen) - 1
    assert foreseen[-1].at == story.at + timedelta(days=5)
    assert {coming.clock for coming in foreseen} == {ClockName.DOCUMENT, ClockName.CONFIRM}


@pytest.mark.parametrize("gate", ["review", "job"])
def test_no_close_is_foreseen_while_a_gate_holds_the_case_but_who_is_told_of_it(gate: str) -> None:
    story = resolved(accepted(offered(raised(danger=Danger.RISK if gate == "review" else Danger.NONE))))
    outlook = Outlook(POLICY, CAST, story.at, () if gate == "review" else ("JOB_OUTCOME",))
    foreseen = foresee(story.now, outlook, most=500)
    assert all(coming.step for coming in foreseen)
    assert ClockName.CONFIRM in {coming.clock for coming in foreseen}


def test_what_is_overdue_is_foreseen_for_now_and_what_was_dealt_with_is_not() -> None:
    story = offered(raised())
    due = [
        coming.due_at
        for coming in foresee(story.now, Outlook(POLICY, CAST, story.at))
        if coming.clock is ClockName.ACCEPT
    ]
    assert set(due) == {story.at + minutes(30)}
    story.later(minutes(31))
    foreseen = foresee(story.now, Outlook(POLICY, CAST, story.at), most=20)
    now = [
        (one.clock, one.step.rung, one.told.persons) for one in foreseen if one.at == story.at if one.step and one.told
    ]
    assert now == [(ClockName.ACCEPT, 3, ("lena",))], "of those missed the highest acts, as it does"
    acted = [(one.data["clock"], one.data["rung"], tuple(one.data["told"])) for one in watch(story)]
    assert acted == now
    coming = foresee(story.now, Outlook(POLICY, CAST, story.at))[0]
    assert (coming.clock, coming.step and coming.step.rung, coming.at) == (
        ClockName.ACCEPT, 4, story.events[1].recorded_at + minutes(45)
    )  # fmt: skip
    silent = resolved(accepted(offered(raised()))).later(timedelta(days=6))
    [lapse] = foresee(silent.now, Outlook(POLICY, CAST, silent.at))
    assert (lapse.at, lapse.due_at) == (silent.at, silent.at - timedelta(days=1))


def test_what_is_foreseen_is_what_happens() -> None:
    story = offered(raised(danger=Danger.RISK))
    foreseen = [
        (coming.at, coming.clock, coming.told.persons if coming.told else ())
        for coming in foresee(story.now, Outlook(POLICY, CAST, story.at), most=12)
    ]
    happened: list[tuple[datetime, ClockName, tuple[str, ...]]] = []
    while len(happened) < 12:
        story.at = max(story.at, next_alarm(story))
        happened += [(story.at, ClockName(event.data["clock"]), tuple(event.data["told"])) for event in watch(story)]
    assert sorted(foreseen) == sorted(happened[:12])


def test_five_things_are_foreseen_for_every_open_state() -> None:
    for story in (raised(), offered(raised()), accepted(offered(raised()))):
        assert len(foresee(story.now, Outlook(POLICY, CAST, story.at))) == 5
    story = resolved(accepted(offered(raised())))
    assert [coming.step for coming in foresee(story.now, Outlook(POLICY, CAST, story.at))] == [None]


def test_explain_is_the_same_for_ever_whatever_comes_later() -> None:
    story = offered(raised()).later(minutes(10))
    known_at = story.at
    before = accounts(story, ClockName.ACCEPT)
    accepted(story.later(minutes(10)))
    resolved(story.later(minutes(10)))
    story.at, now = known_at, story.at
    assert accounts(story, ClockName.ACCEPT) == before
    story.at = now
    [accept] = accounts(story, ClockName.ACCEPT)
    assert (accept.clock.started_at, accept.stopped_at) == (story.events[1].recorded_at, story.events[2].recorded_at)


def test_the_time_in_which_the_customer_was_asked_is_a_shown_pause_of_the_resolution() -> None:
    story = resolved(accepted(offered(raised())).later(minutes(30)))
    asked = story.at
    story.later(timedelta(hours=5))
    story.record(CLEO, dispute(story.now, story.ask(CLEO), why="w" * 64, owner_there=True))
    [account] = accounts(story, ClockName.RESOLVE)
    [pause] = [one for one in account.stretches if not one.counted]
    assert pause.reason == "RESOLVED"
    assert (pause.from_at, pause.to_at) == (asked, story.at)
    due = [clock.due_at for clock in running(story.now, POLICY) if clock.name is ClockName.RESOLVE]
    assert due == [story.events[0].occurred_at + timedelta(hours=24 + 5)]


def test_a_case_and_its_events_survive_being_written_down() -> None:
    story = resolved(accepted(offered(raised()))).later(timedelta(days=5))
    watch(story)
    assert decode(Case, encode(story.now)) == story.now
    assert [from_canonical(canonical(event)) for event in story.events] == story.events
    assert decode(type(POLICY), encode(shipped())) == POLICY


@settings(max_examples=60)
@given(st.lists(st.integers(1, 3000), min_size=1, max_size=25))
def test_every_open_case_has_an_alarm_that_somebody_will_hear(spans: list[int]) -> None:
    story = offered(raised())
    for span in spans:
        story.later(timedelta(minutes=span / 10))
        watch(story)
        clocks = running(story.now, POLICY)
        assert clocks
        assert all(look_at(story.now, POLICY, clock) > story.at for clock in clocks)


def test_a_late_report_starts_resolve_on_site_and_triage_at_the_server() -> None:
    story = Story()
    from_site = story.at - timedelta(hours=3)
    template = raised().events[0]
    event = Event("case", 1, template.kind, from_site, story.at, By(ActorKind.PERSON, "tess"), template.data)
    clocks = {clock.name: clock for clock in running(fold([event]), POLICY)}
    assert clocks[ClockName.RESOLVE].started_at == from_site
    assert clocks[ClockName.TRIAGE].started_at == story.at
