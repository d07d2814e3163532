"""The limit of a pause is its reason's: waits in a row share it, however they lie, and other reasons have their own."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backline.core import facts, moves
from backline.core.calendar import Calendar
from backline.core.clock import Clock
from backline.core.facts import Wait
from backline.core.words import ClockName, WaitReason
from tests.core.calendars import at, weekly
from tests.core.stories import CARL, CLEO, MAX, SANA, Story
from tests.core.test_moves import WORD, resolved
from tests.core.test_pitfalls import MONDAY, clock, raised, to, waits, working

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ALWAYS: Calendar = weekly("00:00-24:00")
CUSTOMER, ACCESS = WaitReason.CUSTOMER, WaitReason.ACCESS


def taken() -> Story:
    """A case that Sana works on and that may take three days; waits for a reason may stop it for ten."""
    return working(raised(f"{MONDAY}T08:00", ALWAYS))


def resolution(story: Story) -> Clock:
    return clock(story, ClockName.RESOLVE)


def stopped(story: Story) -> timedelta:
    """For how long it stood still until now."""
    counting = resolution(story).counting
    return story.at - counting.start - counting.counted(story.at)


def test_waits_in_a_row_have_ten_days_together() -> None:
    story = waits(taken(), 6 * DAY)
    waits(story.later(HOUR), 6 * DAY)
    assert stopped(story) == 10 * DAY
    assert resolution(story).due_at == at("2026-12-06T08:00"), "three days and ten"
    [spent] = resolution(story).spent
    assert (spent.reason, spent.at, spent.goes_on) == (CUSTOMER, at(f"{MONDAY}T08:00") + 10 * DAY + HOUR, False)
    waits(story.later(HOUR), HOUR)
    assert stopped(story) == 10 * DAY, "a third has nothing left"


def test_one_that_goes_on_will_stop_it_for_what_is_left() -> None:
    story = waits(waits(taken(), 9 * DAY), 5 * HOUR, ends=False)
    assert resolution(story).due_at == at("2026-12-06T08:00")
    [spent] = resolution(story).spent
    assert (spent.at, spent.goes_on) == (at("2026-12-03T08:00"), True)
    story.later(2 * DAY)
    assert stopped(story) == 10 * DAY


def test_waits_over_one_another_use_it_up_once() -> None:
    story = waits(taken(), 2 * DAY, ends=False)
    waits(story, 2 * DAY)
    assert stopped(story) == 4 * DAY
    assert resolution(story).spent[0].at == at("2026-12-03T08:00"), "ten days from the first on, not eight"


def test_another_reason_has_its_own_limit_and_the_union_counts() -> None:
    story = waits(waits(taken(), 9 * DAY), 9 * DAY, ACCESS)
    assert stopped(story) == 18 * DAY
    story = waits(waits(taken(), 5 * DAY, ends=False), 9 * DAY, ACCESS)
    assert stopped(story) == 14 * DAY, "of the second nine days five came when the first was over"


def test_a_case_that_is_opened_again_has_its_limits_anew() -> None:
    story = waits(taken(), 9 * DAY)
    resolved(story)
    story.record(CLEO, moves.confirm(story.now, story.ask(CLEO), ()))
    story.later(DAY)
    story.record(CARL, moves.reopen(story.now, story.ask(CARL), why=WORD))
    working(story)
    begun = story.at
    waits(story, 9 * DAY)
    assert (stopped(story), resolution(story).spent) == (9 * DAY, ())
    assert resolution(story).due_at == begun + 3 * DAY + 9 * DAY


def other_rules(story: Story, **limits: timedelta) -> Story:
    """The case takes rules under which waits may stop it for so long."""
    pauses = {WaitReason[name]: int(longest.total_seconds()) for name, longest in limits.items()}
    rules, name = replace(story.policy, pauses=pauses), f"p{len(story.events)}"
    story.record(MAX, facts.move_policy(story.now, story.ask(MAX), policy=name, rules=rules, why=WORD))
    story.policy = rules
    return story


def test_what_was_paused_stays_paused_under_other_rules_and_they_leave_what_they_leave() -> None:
    story = waits(waits(taken(), 8 * DAY), 3 * DAY, ACCESS)
    before = resolution(story)
    other_rules(story, CUSTOMER=2 * DAY)
    assert (stopped(story), resolution(story).due_at) == (11 * DAY, before.due_at)
    waits(waits(story, DAY), DAY, ACCESS)
    assert stopped(story) == 11 * DAY, "of two days nothing is left, and access stops it no more"
    other_rules(story, CUSTOMER=9 * DAY, ACCESS=9 * DAY)
    waits(waits(story, 2 * DAY), 2 * DAY, ACCESS)
    assert stopped(story) == 14 * DAY, "a day for the customer, and two of the six for access"


def test_a_wait_that_goes_on_is_judged_by_the_rules_of_each_day_also_when_its_end_is_told_late() -> None:
    story = waits(taken(), 4 * DAY, ends=False)
    other_rules(story, CUSTOMER=6 * DAY)
    assert resolution(story).spent[0].at == story.at + 2 * DAY
    story.later(5 * DAY)
    assert stopped(story) == 6 * DAY
    [name] = [one.id for one in story.now.records.values() if one.clock is ClockName.WAIT]
    done = facts.end_wait(story.now, story.ask(SANA), record=name, outcome=WORD)
    story.record(SANA, done, occurred_at=story.at - 8 * DAY)
    assert stopped(story) == DAY, "it had ended before the other rules came"


def test_opened_again_it_has_the_limits_of_the_rules_of_now() -> None:
    story = other_rules(waits(taken(), 9 * DAY), CUSTOMER=3 * DAY)
    resolved(story)
    story.record(CLEO, moves.confirm(story.now, story.ask(CLEO), ()))
    story.record(CARL, moves.reopen(story.now, story.ask(CARL), why=WORD))
    working(story)
    waits(story, 5 * DAY)
    assert stopped(story) == 3 * DAY


def test_what_pauses_nothing_has_no_limit() -> None:
    story = waits(taken(), 12 * DAY, WaitReason.PART)
    assert (stopped(story), resolution(story).spent) == (timedelta(0), ())


spans = st.integers(0, 150).map(lambda hours: timedelta(hours=hours))


@settings(max_examples=60)
@given(st.lists(st.tuples(spans, spans, st.sampled_from([CUSTOMER, ACCESS])), max_size=7))
def test_no_reason_ever_stops_it_for_longer_hour_by_hour(
    found: list[tuple[timedelta, timedelta, WaitReason]],
) -> None:
    """Each hour: is something waited for whose reason has an hour left?"""
    story = taken()
    start, plan = story.at, []
    for after, lasts, reason in found:
        begun = start + after
        plan.append((begun, begun + lasts, reason))
    for number, (begun, ended, reason) in enumerate(sorted(plan)):
        wait = Wait(reason, start + timedelta(days=25), WORD)
        draft = facts.begin_wait(story.now, story.ask(SANA), record=f"w{number}", wait=wait)
        story.record(SANA, draft, occurred_at=begun)
        done = facts.end_wait(story.now, story.ask(SANA), record=f"w{number}", outcome=WORD)
        story.record(SANA, done, occurred_at=ended)
    left, still = {CUSTOMER: 240, ACCESS: 240}, 0
    for hour in range(320):
        moment = start + hour * HOUR
        there = {reason for begun, ended, reason in plan if begun <= moment < ended and left[reason]}
        left = {reason: hours - (reason in there) for reason, hours in left.items()}
        still += bool(there)
    to(story, (start + 320 * HOUR).isoformat())
    assert stopped(story) == still * HOUR


@pytest.mark.parametrize("reason", [CUSTOMER, ACCESS])
def test_the_last_moment_of_the_limit_still_stops_it(reason: WaitReason) -> None:
    story = waits(taken(), 10 * DAY, reason, ends=False)
    counting = resolution(story).counting
    assert counting.paused(story.at - timedelta(microseconds=1)) == reason
    assert counting.paused(story.at) == ""
