"""Leases count in working time, and the word that is promised to the customer lies in hours in which he is there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest

from backline.core import facts, moves
from backline.core.calendar import Calendar
from backline.core.facts import Wait, Window
from backline.core.fold import fold
from backline.core.lifecycle import MoveRefused, Refusal
from backline.core.moves import Draft, StepTried
from backline.core.policy import Policy, Whose
from backline.core.words import Danger, Impact, Priority, Reason, StepResult, Urgency, WaitReason
from tests.core.calendars import WEEKDAYS, at, weekly
from tests.core.stories import CARL, CLEO, MAX, POLICY, SANA, TESS, Story, report
from tests.core.test_law import walk
from tests.core.test_moves import WORD, offered, resolved
from tests.fakes.law import Tally

HOUR = timedelta(hours=1)
OFFICE: Calendar = weekly("08:00-18:00", days=WEEKDAYS)
AT_WORK: Policy = replace(POLICY, hours={Whose.TEAM: OFFICE, Whose.CUSTOMER: OFFICE, Whose.CONTRACT: OFFICE})
P1, P2, P3, P4 = (
    {"impact": impact, "urgency": urgency}
    for impact, urgency in (
        (Impact.MAJOR, Urgency.HIGH), (Impact.HIGH, Urgency.MEDIUM), (Impact.MEDIUM, Urgency.MEDIUM),
        (Impact.LOW, Urgency.LOW),
    )
)  # fmt: skip
TRIED = StepTried(WORD, StepResult.NO_EFFECT)


def begun(wall: str, policy: Policy = AT_WORK, **changes: Any) -> Story:
    """A case, raised when the wall clock in Berlin shows this."""
    story = Story(at=at(wall), policy=policy)
    draft = moves.raise_case(report(**changes), story.ask(TESS), policy_id="p1", review_id="r1")
    story.record(TESS, draft)
    return story


def taken(wall: str, lease: timedelta, **changes: Any) -> Story:
    """One that Sana took then."""
    story = offered(begun(wall, **changes))
    story.record(SANA, moves.accept(story.now, story.ask(SANA), lease=lease))
    return story


def berlin(moment: datetime | None) -> str:
    assert moment
    return f"{moment.astimezone(at('2026-11-20T12:00').tzinfo):%a %H:%M}"


@pytest.mark.parametrize(
    ("priority", "lease", "ends"),
    [(P1, 1, "Fri 17:30"), (P2, 2, "Mon 08:30"), (P3, 1, "Fri 17:30"), (P3, 4, "Mon 10:30"), (P4, 8, "Mon 14:30")],
)  # fmt: skip
def test_a_lease_counts_as_the_offer_does(priority: dict[str, Any], lease: int, ends: str) -> None:
    assert berlin(taken("2026-11-20T16:30", lease * HOUR, **priority).now.lease_until) == ends


def test_the_longest_lease_is_so_much_working_time() -> None:
    story = offered(begun("2026-11-20T17:00", **P3))
    with pytest.raises(MoveRefused) as refused:
        moves.accept(story.now, story.ask(SANA), lease=4 * HOUR + timedelta(microseconds=1))
    assert (refused.value.refusal, refused.value.details) == (Refusal.LEASE_TOO_LONG, (str(4 * 3600),))
    assert berlin(taken("2026-11-20T17:00", 4 * HOUR, **P3).now.lease_until) == "Mon 11:00"


def step(story: Story) -> Draft:
    return facts.try_step(story.now, story.ask(SANA), TRIED)


def note(story: Story) -> Draft:
    return facts.add_note(story.now, story.ask(SANA), text=WORD)


def word(story: Story) -> Draft:
    return facts.tell_customer(story.now, story.ask(SANA), text=WORD, next_by=story.at + HOUR)


def wait(story: Story) -> Draft:
    return facts.begin_wait(story.now, story.ask(SANA), record="w", wait=Wait(WaitReason.PART, story.at + HOUR, WORD))


def visit(story: Story) -> Draft:
    return facts.book_visit(
        story.now, story.ask(SANA), record="v", window=Window(story.at + HOUR, story.at + 2 * HOUR, "sana")
    )


@pytest.mark.parametrize("progress", [step, note, word, wait, visit])
@pytest.mark.parametrize(("lease", "until"), [(HOUR, "Mon 11:00"), (4 * HOUR, "Mon 14:00")])
def test_progress_renews_the_lease_for_as_much_working_time_as_it_was_taken_for(
    progress: Callable[[Story], Draft], lease: timedelta, until: str
) -> None:
    story = taken("2026-11-20T17:30", lease, **P3)
    story.later(at("2026-11-23T10:00") - story.at).record(SANA, progress(story))
    assert berlin(story.now.lease_until) == until


def test_a_lease_for_a_night_of_work_is_renewed_for_as_long_again_of_the_day() -> None:
    """Nothing of it lies in open hours; it is no lease of no time."""
    story = taken("2026-11-20T20:00", timedelta(minutes=30), **P1)
    lower = facts.change_priority(story.now, story.ask(CARL), impact=Impact.LOW, urgency=Urgency.LOW, why=WORD)
    story.record(CARL, lower)
    story.record(SANA, step(story))
    assert berlin(story.now.lease_until) == "Mon 08:30"


def test_whoever_ends_the_last_wait_renews_the_lease_and_nobody_elses_note_does() -> None:
    story = taken("2026-11-20T17:00", 2 * HOUR, **P3)
    story.record(SANA, wait(story))
    before = story.now.lease_until
    noted = facts.add_note(story.now, story.ask(CARL), text=WORD)
    assert "lease_until" not in noted.data
    story.later(timedelta(minutes=30)).record(CARL, noted)
    assert story.now.lease_until == before
    story.record(CARL, facts.end_wait(story.now, story.ask(CARL), record="w", outcome=WORD))
    assert berlin(story.now.lease_until) == "Mon 09:30"


def test_a_lease_given_by_a_dispute_or_cut_by_a_higher_priority_counts_in_working_time_too() -> None:
    story = resolved(taken("2026-11-20T17:00", 2 * HOUR, **P3))
    story.record(CLEO, moves.dispute(story.now, story.ask(CLEO), why=WORD, owner_there=True))
    assert berlin(story.now.lease_until) == "Mon 11:00"
    higher = facts.change_priority(story.now, story.ask(MAX), impact=Impact.HIGH, urgency=Urgency.MEDIUM, why=WORD)
    story.record(MAX, higher)
    assert berlin(story.now.lease_until) == "Mon 09:00", "P2: two hours at most"


def test_events_from_before_say_no_end_and_renew_the_lease_as_they_did() -> None:
    story = taken("2026-11-20T17:30", 2 * HOUR, **P3)
    old = Draft("step.tried", {name: value for name, value in step(story).data.items() if name != "lease_until"})
    seconds = story.now.lease_seconds
    story.later(HOUR).record(SANA, old)
    assert story.now.lease_until == story.at + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("raised", "priority", "by"),
    [
        ("2026-11-20T10:00", P2, "Fri 14:00"), ("2026-11-20T14:00", P2, "Fri 18:00"),
        ("2026-11-20T14:01", P2, "Mon 08:00"), ("2026-11-20T17:30", P1, "Mon 08:00"),
        ("2026-11-23T04:00", P2, "Mon 08:00"), ("2026-11-20T10:00", P3, "Fri 18:00"),
        ("2026-11-20T10:00", P4, "Mon 08:00"), ("2026-11-19T10:00", P4, "Fri 10:00"),
    ],
)  # fmt: skip
def test_the_next_word_is_promised_for_hours_in_which_the_customer_is_there(
    raised: str, priority: dict[str, Any], by: str
) -> None:
    assert berlin(begun(raised, **priority).now.promise_by) == by


@pytest.mark.parametrize("danger", [Danger.RISK, Danger.PERSON_TRAPPED_OR_HURT])
def test_danger_to_persons_waits_for_no_morning(danger: Danger) -> None:
    story = begun("2026-11-20T22:00", danger=danger)
    target = timedelta(hours=1 if story.now.priority is Priority.P1 else 4)
    assert story.now.promise_by == story.at + target
    offered(story.later(timedelta(minutes=5)))
    assert story.now.promise_by == story.at + target


def test_a_safety_risk_named_as_a_reason_is_danger_too() -> None:
    story = begun("2026-11-20T22:00", reasons=frozenset({Reason.SAFETY_RISK}), evidence={"photo": "sha256:0"})
    assert story.now.promise_by == story.at + 4 * HOUR


def test_what_somebody_promised_by_name_stays_as_it_was_said() -> None:
    story = taken("2026-11-20T16:30", HOUR, **P3)
    told = facts.tell_customer(story.now, story.ask(SANA), text=WORD, next_by=at("2026-11-20T21:00"))
    story.record(SANA, told)
    assert berlin(story.now.promise_by) == "Fri 21:00"


def test_a_policy_from_before_says_nothing_of_it_and_all_time_counts() -> None:
    silent = replace(AT_WORK, words_in=Whose.ELAPSED, counts_in={})
    story = offered(begun("2026-11-20T17:30", silent, **P3))
    assert berlin(story.now.promise_by) == "Sat 01:30"
    story.record(SANA, moves.accept(story.now, story.ask(SANA), lease=4 * HOUR))
    assert berlin(story.now.lease_until) == "Fri 21:30"


_BY_SOMEBODY = {"customer.told", "case.resolved", "notice.failed", "contact.changed"}


@pytest.mark.parametrize("seed", range(40))
def test_whatever_happens_no_lease_is_longer_than_its_priority_allows_and_no_word_is_due_in_the_night(
    seed: int,
) -> None:
    random, tally = Random(seed), Tally()
    story = walk(random, tally, AT_WORK)
    for count in range(1, len(story.events) + 1):
        case, event = fold(story.events[:count]), story.events[count - 1]
        if case.lease_until:
            assert case.lease_until <= AT_WORK.lease_end(event.recorded_at, case.priority)
        if "promise_by" in event.data and event.kind not in _BY_SOMEBODY and case.danger is Danger.NONE:
            by = datetime.fromisoformat(event.data["promise_by"])
            assert OFFICE.is_open(by) or OFFICE.between(by - timedelta(seconds=1), by)


def test_a_word_that_a_higher_priority_brings_forward_comes_in_the_morning_too() -> None:
    story = begun("2026-11-19T17:30", **P4)
    assert berlin(story.now.promise_by) == "Fri 17:30"
    story.later(timedelta(minutes=10))
    higher = facts.change_priority(story.now, story.ask(CARL), impact=Impact.MAJOR, urgency=Urgency.HIGH, why=WORD)
    story.record(CARL, higher)
    assert berlin(story.now.promise_by) == "Fri 08:00"
