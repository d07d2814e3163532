"""What happens after an attempt that did not succeed is a pure decision."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backline.channels.notices import Audience, What
from backline.channels.retry import GIVE_UP_AFTER, LONGEST_WAIT, GiveUp, Tried, decide, leaves, wait_after

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def tried(what: What, *, audience: Audience = Audience.PERSON, unknowns: int = 0, attempts: int = 1) -> Tried:
    return Tried(what, audience, attempts, unknowns, NOON)


@given(st.integers(1, 10_000), st.floats(0, 1, exclude_max=True))
def test_a_wait_is_never_nothing_and_never_longer_than_its_bound(attempts: int, jitter: float) -> None:
    assert timedelta(seconds=22) < wait_after(attempts, jitter=jitter) <= LONGEST_WAIT * 1.25


@given(st.integers(1, 5), st.floats(0, 1, exclude_max=True))
def test_each_wait_is_longer_than_the_one_before(attempts: int, jitter: float) -> None:
    assert wait_after(attempts + 1, jitter=jitter) > 1.9 * wait_after(attempts, jitter=jitter)


def test_jitter_spreads_a_crowd() -> None:
    assert wait_after(3, jitter=0) < wait_after(3, jitter=0.5) < wait_after(3, jitter=0.99)


def test_a_final_refusal_is_final() -> None:
    assert decide(tried(What.FAILED_FOR_GOOD), at=NOON, jitter=0) is GiveUp.REFUSED


def test_a_refusal_for_now_is_tried_again_for_a_day() -> None:
    failure = tried(What.FAILED_FOR_NOW)
    assert decide(failure, at=NOON, jitter=0.5) == NOON + timedelta(seconds=30)
    last = NOON + GIVE_UP_AFTER - timedelta(seconds=1)
    assert isinstance(decide(failure, at=last, jitter=0), datetime)
    assert decide(failure, at=NOON + GIVE_UP_AFTER, jitter=0) is GiveUp.TOO_LONG


@pytest.mark.parametrize(("asked", "waits"), [(5, 30), (600, 600), (86_400, 1800)])
def test_whoever_asks_us_to_wait_is_given_time_but_not_for_ever(asked: int, waits: int) -> None:
    failure = replace(tried(What.FAILED_FOR_NOW), wait=timedelta(seconds=asked))
    decision = decide(failure, at=NOON, jitter=0.5)
    assert decision == NOON + timedelta(seconds=waits)
    assert leaves(failure, decision) is (asked > 60), "what is urgent goes another way meanwhile"


def test_a_customer_hears_the_same_at_most_twice_and_staff_at_most_five_times() -> None:
    for audience, most in ((Audience.CONTACT, 2), (Audience.PERSON, 5)):
        for unknowns in range(1, 7):
            decision = decide(tried(What.UNKNOWN, audience=audience, unknowns=unknowns), at=NOON, jitter=0)
            assert (decision is GiveUp.MAYBE_ARRIVED) is (unknowns >= most)


def test_an_unknown_outcome_of_the_past_does_not_end_tries_that_were_refused_since() -> None:
    refused = tried(What.FAILED_FOR_NOW, audience=Audience.CONTACT, unknowns=1, attempts=4)
    assert isinstance(decide(refused, at=NOON, jitter=0), datetime)
