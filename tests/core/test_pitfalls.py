"""How the clocks of other systems failed, each failure as a short story that must go right here."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from backline.core import facts, moves
from backline.core.calendar import Calendar
from backline.core.clock import Clock, running
from backline.core.counting import CLOSED, Counting
from backline.core.explain import Verdict, explain
from backline.core.facts import Wait
from backline.core.ladder import rungs
from backline.core.policy import Policy, Whose
from backline.core.words import ClockName, Impact, ToldBy, Urgency, WaitReason
from tests.core.calendars import BERLIN, WEEKDAYS, at, weekly
from tests.core.stories import CARL, CLEO, POLICY, SANA, TESS, Story, accounts, report
from tests.core.test_moves import WORD, accepted, offered, resolved
from tests.core.test_watch import watch

HOUR = timedelta(hours=1)
OFFICE = weekly("08:00-18:00", days=WEEKDAYS)
MONDAY = "2026-11-23"
P3 = {"impact": Impact.MEDIUM, "urgency": Urgency.MEDIUM}
"""72 hours to resolve it, one to route it."""


def raised(moment: str, hours: Calendar = OFFICE, **changes: object) -> Story:
    """A case of priority 3, raised at a moment in Berlin, whose clocks count in these hours."""
    policy = replace(POLICY, hours={Whose.CONTRACT: hours, Whose.TEAM: hours})
    story = Story(at(moment).astimezone(UTC), policy)
    draft = moves.raise_case(report(**(P3 | changes)), story.ask(TESS), policy_id="p1", review_id="r1")
    story.record(TESS, draft)
    return story


def clock(story: Story, name: ClockName) -> Clock:
    [found] = [one for one in running(story.now, story.policy) if one.name is name]
    return found


def due(story: Story, name: ClockName = ClockName.RESOLVE) -> datetime:
    return clock(story, name).due_at.astimezone(ZoneInfo(BERLIN))


def working(story: Story) -> Story:
    return accepted(offered(story))


def waits(story: Story, span: timedelta, reason: WaitReason = WaitReason.CUSTOMER, *, ends: bool = True) -> Story:
    """Sana waits for something; it comes after this span."""
    wait = Wait(reason, story.at + timedelta(days=20), WORD)
    name = f"wait-{len(story.events)}"
    story.record(SANA, facts.begin_wait(story.now, story.ask(SANA), record=name, wait=wait))
    story.later(span)
    if ends:
        story.record(SANA, facts.end_wait(story.now, story.ask(SANA), record=name, outcome=WORD))
    return story


def to(story: Story, moment: str) -> Story:
    """Time goes by until a moment in Berlin."""
    return story.later(at(moment) - story.at)


def verdict(story: Story, name: ClockName = ClockName.RESOLVE) -> Verdict:
    return accounts(story, name)[-1].verdict


# Clock arithmetic


def test_an_hour_before_a_deadline_of_four_hours_is_an_hour_of_work_before_it() -> None:
    counting = Counting(at(f"{MONDAY}T17:00").astimezone(UTC), OFFICE)
    assert counting.reached(4 * HOUR) == at("2026-11-24T11:00")
    assert counting.reached(3 * HOUR) == OFFICE.before(at("2026-11-24T11:00"), HOUR) == at("2026-11-24T10:00")


@pytest.mark.parametrize("moment", ["2026-11-20T17:30", "2026-11-21T12:00", "2026-11-23T07:59", "2026-11-23T17:59"])
@pytest.mark.parametrize("name", [ClockName.TRIAGE, ClockName.RESOLVE])
def test_no_reminder_lies_in_the_night_or_on_a_weekend(name: ClockName, moment: str) -> None:
    story = raised(moment)
    asked = [step.at for step in rungs(POLICY, clock(story, name)) if step.at > story.at]
    shared = asked[: sum(rung.share is not None for rung in POLICY.ladders[name])]
    assert shared
    for moment_told in shared:
        assert OFFICE.is_open(moment_told) or OFFICE.is_open(moment_told - timedelta(seconds=1))


def test_a_clock_that_counts_in_hours_is_due_on_the_wall_whatever_summer_time_does() -> None:
    story = raised("2026-10-23T17:00")  # the clocks go back on the Sunday after it
    assert due(story) == at("2026-11-04T09:00")
    assert due(raised("2026-03-27T17:00")) == at("2026-04-08T09:00")


def test_elapsed_time_is_elapsed_over_a_change_of_the_clocks() -> None:
    for day, after in (("2026-10-24T18:00", "2026-10-25T17:00"), ("2026-03-28T18:00", "2026-03-29T19:00")):
        assert Counting(at(day).astimezone(UTC)).reached(24 * HOUR).astimezone(ZoneInfo(BERLIN)) == at(after)


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "America/Los_Angeles", "Asia/Kolkata", "UTC"])
def test_nothing_is_late_right_after_it_was_raised_wherever_that_is(zone: str) -> None:
    story = raised("2026-11-25T12:00", weekly("00:00-24:00", zone=zone))
    assert {one.verdict for name in ClockName for one in accounts(story, name)} == {Verdict.RUNS}


def test_closed_days_make_a_limit_longer_never_shorter() -> None:
    for day in range(20, 27):
        story = raised(f"2026-11-{day}T10:00")
        assert due(story) - story.at >= POLICY.target(ClockName.RESOLVE, story.now.priority)


def test_two_zones_are_counted_at_once_in_threads_without_touching_each_other() -> None:
    zones = ("Europe/Berlin", "America/New_York", "Asia/Tokyo", "Australia/Lord_Howe") * 25
    with ThreadPoolExecutor(8) as pool:
        found = list(
            pool.map(lambda zone: weekly("09:00-10:00", zone=zone).next_opening(at("2026-11-25T00:00Z")), zones)
        )
    assert [one.astimezone(ZoneInfo(zone)).hour for one, zone in zip(found, zones, strict=True)] == [9] * len(zones)


# Pause, hold, reopen, re-policy


def test_another_priority_keeps_all_paused_time() -> None:
    story = waits(working(raised(f"{MONDAY}T08:00")), 3 * HOUR)
    before = due(story)
    change = facts.change_priority(story.now, story.ask(CARL), impact=Impact.HIGH, urgency=Urgency.HIGH, why=WORD)
    story.record(CARL, change)
    assert before == at("2026-12-02T13:00")
    assert due(story) == at(f"{MONDAY}T15:00"), "four hours, and the three that were paused"
    back = facts.change_priority(story.now, story.ask(CARL), impact=Impact.MEDIUM, urgency=Urgency.MEDIUM, why=WORD)
    story.record(CARL, back)
    assert due(story) == before


def test_nothing_is_late_because_a_pause_ended() -> None:
    story = waits(working(raised(f"{MONDAY}T08:00")), timedelta(days=9))
    assert verdict(story) is Verdict.RUNS
    assert due(story) == at("2026-12-11T10:00"), "all seventy-two hours are left"
    assert not [event for event in watch(story) if event.data["clock"] == ClockName.RESOLVE]


def test_a_clock_is_not_violated_while_it_is_paused() -> None:
    story = waits(working(raised(f"{MONDAY}T08:00")), timedelta(days=9), ends=False)
    assert verdict(story) is Verdict.PAUSED


def test_time_in_which_it_was_solved_is_no_work_after_a_reopening() -> None:
    story = to(resolved(working(raised(f"{MONDAY}T08:00"))), "2026-11-25T08:00")
    story.record(CLEO, moves.confirm(story.now, story.ask(CLEO), ()))
    to(story, "2026-11-30T08:00")
    story.record(CARL, moves.reopen(story.now, story.ask(CARL), why=WORD))
    assert due(story) == at("2026-12-09T10:00"), "a target of its own"
    first, second = accounts(story, ClockName.RESOLVE)
    assert (first.verdict, second.verdict) == (Verdict.MET, Verdict.RUNS)
    assert second.counted == timedelta(0)


def test_a_pause_takes_out_what_it_covers_of_the_open_hours_and_nothing_of_the_closed_ones() -> None:
    story = to(working(raised(f"{MONDAY}T08:00")), f"{MONDAY}T18:00")
    before = due(story)
    waits(story, 14 * HOUR)  # all night
    assert due(story) == before
    waits(to(story, "2026-11-24T17:00"), 16 * HOUR)  # an hour in the evening, one in the morning
    assert due(story) == before + 2 * HOUR


def test_that_it_is_late_is_never_hidden_by_a_pause() -> None:
    story = to(working(raised(f"{MONDAY}T08:00")), "2026-12-03T08:00")
    assert verdict(story) is Verdict.LATE
    waits(story, HOUR, ends=False)
    assert verdict(story) is Verdict.LATE


def test_what_would_have_been_due_in_a_pause_is_not_due_right_after_it() -> None:
    story = to(working(raised(f"{MONDAY}T08:00")), "2026-12-02T09:00")  # an hour is left
    waits(story, 4 * HOUR)
    story.later(timedelta(minutes=1))
    found = [event.data for event in watch(story) if event.data["clock"] == ClockName.RESOLVE]
    assert all(datetime.fromisoformat(one["due_at"]) == at("2026-12-02T14:00") for one in found)
    assert verdict(story) is Verdict.RUNS


def test_a_pause_ends_by_itself_at_its_limit_and_somebody_looks_then() -> None:
    story = waits(working(raised(f"{MONDAY}T08:00")), timedelta(days=9, hours=23), ends=False)
    assert verdict(story) is Verdict.PAUSED
    assert due(story) == at("2026-12-14T10:00")  # ten days of pause, then 72 hours from Thursday on
    story.later(timedelta(hours=2))
    assert verdict(story) is Verdict.RUNS


def test_a_case_raised_in_closed_hours_burns_nothing_until_they_open() -> None:
    story = to(raised("2026-11-20T23:00"), "2026-11-23T08:00")
    [account] = accounts(story, ClockName.RESOLVE)
    assert account.counted == timedelta(0)
    assert [one.reason for one in account.stretches] == [CLOSED]
    assert verdict(story, ClockName.TRIAGE) is Verdict.RUNS


def test_a_reopened_case_tells_nobody_that_it_is_overdue_and_the_late_closing_stays_in_the_account() -> None:
    story = to(working(raised(f"{MONDAY}T08:00")), "2026-12-04T08:00")
    watch(story)
    resolved(story)
    story.record(CLEO, moves.confirm(story.now, story.ask(CLEO), ()))
    story.record(CARL, moves.reopen(story.later(HOUR).now, story.ask(CARL), why=WORD))
    assert not [event for event in watch(story) if event.data["clock"] == ClockName.RESOLVE]
    assert [one.verdict for one in accounts(story, ClockName.RESOLVE)] == [Verdict.MISSED, Verdict.RUNS]


def test_each_clock_has_its_own_due_moment_and_a_word_to_the_customer_moves_the_next_word_alone() -> None:
    story = raised(f"{MONDAY}T08:00")
    routing, resolution = due(story, ClockName.TRIAGE), due(story)
    story.later(timedelta(minutes=20))
    word = moves.promised(story.now, story.ask(CARL), story.at + 5 * HOUR)
    story.record(CARL, moves.Draft("customer.told", {"said": WORD, "by": ToldBy.MAIL.value} | word))
    assert due(story, ClockName.CUSTOMER_UPDATE) == story.at + 5 * HOUR
    assert (due(story, ClockName.TRIAGE), due(story)) == (routing, resolution)


def test_a_clock_that_stopped_keeps_its_verdict_and_shows_the_other_beside_it() -> None:
    story = to(working(raised(f"{MONDAY}T08:00")), "2026-12-01T17:00")
    resolved(story)
    story.record(CLEO, moves.confirm(story.later(HOUR).now, story.ask(CLEO), ()))
    corrected = replace(story.policy, hours={Whose.CONTRACT: weekly("00:00-24:00")})
    told = story.at + HOUR

    def bound(_case: object, known_at: datetime) -> Policy:
        return corrected if known_at >= told else story.policy

    for known_at, since in ((story.at, None), (told, Verdict.MISSED)):
        found = explain(story.events, bound, at=told, known_at=known_at)
        [account] = [one for one in found if one.clock.name is ClockName.RESOLVE]
        assert account.verdict is Verdict.MET
        assert (account.since.verdict if account.since else None) is since


def test_a_closed_case_has_no_due_moment_to_move() -> None:
    story = resolved(working(raised(f"{MONDAY}T08:00")))
    story.record(CLEO, moves.confirm(story.later(HOUR).now, story.ask(CLEO), ()))
    assert running(story.now, story.policy) == ()
    assert watch(story.later(timedelta(days=90))) == []
