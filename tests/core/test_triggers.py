"""Triggers: what each sees in the facts of a job, from which number on, and what time alone shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from backline.core.policy import Act, TriggerRule, shipped_triggers
from backline.core.triggers import HISTORY, REASONS, JobFacts, VisitFacts, danger, find, next_look, reasons
from backline.core.words import Danger, Reason, Trigger, VisitResult

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
RULES = shipped_triggers()
VISIT = VisitFacts("v1", NOW - timedelta(hours=2), NOW + timedelta(hours=2))
UNRESOLVED = replace(VISIT, started=True, ended=True, result=VisitResult.UNRESOLVED)
BAD = JobFacts(
    promised_at=NOW + timedelta(hours=1),
    asset="LIB-L7",
    fault_code="E42",
    faults=(NOW - timedelta(days=17), NOW - timedelta(days=9), NOW),
    visits=(UNRESOLVED, replace(VISIT, id="v2", moved=2)),
    unsafe=True,
    breaks_rule=True,
    rating=1,
    part="Relay K7",
    reopened=1,
)


def seen(job: JobFacts, at: datetime = NOW) -> set[Trigger]:
    return {one.trigger for one in find(job, RULES, at)}


def test_each_trigger_sees_its_fact_and_nothing_is_seen_where_nothing_is() -> None:
    assert find(JobFacts(), RULES, NOW) == ()
    assert seen(BAD) == set(Trigger) - {Trigger.VISIT_LATE}
    assert seen(BAD, NOW + timedelta(hours=3)) == set(Trigger)
    assert set(REASONS) == set(RULES) == set(Trigger)


@pytest.mark.parametrize(
    ("job", "trigger", "is_seen"),
    [
        (replace(BAD, faults=BAD.faults[1:]), Trigger.FAULT_AGAIN, False),
        (replace(BAD, faults=(NOW - timedelta(days=30), *BAD.faults[1:])), Trigger.FAULT_AGAIN, True),
        (replace(BAD, faults=(NOW - timedelta(days=30, hours=12), *BAD.faults[1:])), Trigger.FAULT_AGAIN, True),
        (
            replace(BAD, faults=(NOW - timedelta(days=30, hours=12, seconds=1), *BAD.faults[1:])),
            Trigger.FAULT_AGAIN,
            False,
        ),
        (replace(BAD, rating=2), Trigger.UNHAPPY, True),
        (replace(BAD, rating=3), Trigger.UNHAPPY, False),
        (replace(BAD, rating=5, remarked=True), Trigger.UNHAPPY, False),
        (replace(BAD, rating=4, remarked=True), Trigger.UNHAPPY, True),
        (replace(BAD, rating=None, remarked=True), Trigger.UNHAPPY, True),
        (replace(BAD, visits=(replace(VISIT, moved=1),)), Trigger.PUT_OFF, False),
        (replace(BAD, visits=(replace(VISIT, moved=2, ended=True),)), Trigger.PUT_OFF, False),
        (replace(BAD, part_at=NOW + timedelta(minutes=59)), Trigger.PART_LATE, False),
        (replace(BAD, part_at=BAD.promised_at), Trigger.PART_LATE, False),
        (replace(BAD, part_at=NOW + timedelta(minutes=61)), Trigger.PART_LATE, True),
        (replace(BAD, part_at=NOW), Trigger.PART_LATE, True),
        (replace(BAD, part_came=True), Trigger.PART_LATE, False),
        (replace(BAD, done_at=NOW), Trigger.PART_LATE, False),
        (replace(BAD, done_at=NOW), Trigger.VISIT_UNRESOLVED, False),
        (replace(BAD, done_at=NOW), Trigger.FAULT_AGAIN, True),
        (replace(BAD, done_at=NOW - HISTORY), Trigger.FAULT_AGAIN, True),
        (replace(BAD, done_at=NOW - HISTORY - timedelta(seconds=1)), Trigger.FAULT_AGAIN, False),
        (replace(BAD, done_at=NOW - 9 * HISTORY), Trigger.UNSAFE, True),
        (replace(BAD, done_at=NOW - 9 * HISTORY), Trigger.BREAKS_RULE, True),
        (replace(BAD, done_at=NOW - 9 * HISTORY), Trigger.UNHAPPY, True),
        (replace(BAD, done_at=NOW, history=True), Trigger.UNSAFE, False),
        (replace(BAD, history=True), Trigger.UNSAFE, True),
    ],
)
def test_each_bound_is_exact(job: JobFacts, trigger: Trigger, is_seen: bool) -> None:
    assert (trigger in seen(job)) is is_seen


@pytest.mark.parametrize(
    ("zone", "first", "last", "is_seen"),
    [
        ("Europe/Berlin", "2026-09-26T23:59+02:00", "2026-10-27T00:00+01:00", False),
        ("Europe/Berlin", "2026-09-27T00:00+02:00", "2026-10-27T23:59+01:00", True),
        ("Pacific/Auckland", "2026-09-27T00:00+12:00", "2026-10-27T23:59+13:00", True),
        ("Pacific/Auckland", "2026-09-26T23:59+12:00", "2026-10-27T00:00+13:00", False),
    ],
)
def test_days_are_dates_at_the_site_also_where_a_night_is_an_hour_longer_or_shorter(
    zone: str, first: str, last: str, is_seen: bool
) -> None:
    begun, ended = datetime.fromisoformat(first), datetime.fromisoformat(last)
    job = JobFacts(faults=(begun, ended - timedelta(days=1), ended), zone=zone)
    assert (Trigger.FAULT_AGAIN in seen(job, ended)) is is_seen


def test_a_visit_is_late_when_it_has_not_begun_half_an_hour_after_its_window_and_a_look_then_finds_it() -> None:
    job = JobFacts(visits=(VISIT,))
    assert VISIT.to_at
    late = next_look(job, RULES, NOW)
    assert late == VISIT.to_at + timedelta(minutes=30)
    assert seen(job, late - timedelta(seconds=1)) == set()
    assert seen(job, late) == {Trigger.VISIT_LATE}
    assert next_look(job, RULES, late) is None
    for other in (
        replace(VISIT, started=True), replace(VISIT, ended=True, result=VisitResult.DONE), VisitFacts("never planned"),
    ):  # fmt: skip
        assert Trigger.VISIT_LATE not in seen(JobFacts(visits=(other,)), late)
        assert next_look(JobFacts(visits=(other,)), RULES, NOW) is None
    not_made = replace(VISIT, ended=True, result=VisitResult.NOT_MADE)
    assert seen(JobFacts(visits=(not_made,)), late) == {Trigger.VISIT_LATE}
    assert seen(replace(job, done_at=NOW), late) == set()
    assert next_look(replace(job, done_at=NOW), RULES, NOW) is None


def test_a_part_is_looked_at_when_it_should_have_come() -> None:
    job = JobFacts(part="Relay K7", part_at=NOW + timedelta(days=1))
    assert (seen(job), next_look(job, RULES, NOW)) == (set(), job.part_at)
    assert job.part_at
    assert seen(job, job.part_at) == {Trigger.PART_LATE}


def test_a_policy_sets_the_numbers_and_turns_a_trigger_off() -> None:
    rules = RULES | {
        Trigger.FAULT_AGAIN: TriggerRule(Act.OPEN, {"times": 4}),
        Trigger.UNSAFE: TriggerRule(Act.OFF),
        Trigger.UNHAPPY: TriggerRule(Act.OPEN, {"rating": 0}),
    }
    assert seen(BAD) - {one.trigger for one in find(BAD, rules, NOW)} == {
        Trigger.FAULT_AGAIN, Trigger.UNSAFE, Trigger.UNHAPPY,
    }  # fmt: skip
    assert find(BAD, {}, NOW) == ()


def test_danger_and_reasons_are_those_of_what_was_seen() -> None:
    found = find(BAD, RULES, NOW)
    assert (danger(found), reasons(found) >= {Reason.SAFETY_RISK, Reason.RECURRING_FAULT}) == (Danger.RISK, True)
    assert danger(one for one in found if one.trigger is not Trigger.UNSAFE) is Danger.NONE


@given(some.integers(0, 60 * 24 * 40), some.integers(0, 60 * 24 * 40))
def test_what_was_seen_once_has_the_same_name_at_every_later_look(first: int, later: int) -> None:
    early, late = sorted((NOW + timedelta(minutes=first), NOW + timedelta(minutes=later)))
    before = {(one.trigger, one.name): one.facts for one in find(BAD, RULES, early)}
    after = {(one.trigger, one.name): one.facts for one in find(BAD, RULES, late)}
    assert before.items() <= after.items()
