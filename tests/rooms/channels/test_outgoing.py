"""The page "Outgoing": who was told, who was not and why, newest first, page by page."""

from __future__ import annotations

import dataclasses
import uuid
from datetime import datetime, timedelta

import pytest

from backline.channels import operations, queries
from tests.fakes.letters import CASE, NOON, TO_CLEO, quiet_for

pytestmark = pytest.mark.django_db

OTHER = uuid.UUID(int=8)


def told(number: int, *, case_id: uuid.UUID = CASE, at: datetime = NOON, address: str = "cleo@example.org") -> None:
    new = dataclasses.replace(TO_CLEO, effect_key=str(number), case_id=case_id, address=address, subject=str(number))
    operations.queue([new], at=at)


def test_pages_follow_each_other_without_gap_or_repetition_even_within_one_moment() -> None:
    for number in range(7):
        told(number, at=NOON + timedelta(seconds=number // 3))
    seen, after = [], ""
    for _ in range(10):
        page = queries.outgoing(case_id=CASE, after=after, limit=2)
        seen += [row.subject for row in page.rows]
        after = page.after
        if not after:
            break
    assert sorted(seen) == [str(number) for number in range(7)]
    assert (seen[0], {*seen[1:4]}) == ("6", {"3", "4", "5"})


def test_it_shows_one_case_or_one_state() -> None:
    told(1)
    told(2, case_id=OTHER, address="")
    assert [row.subject for row in queries.outgoing(case_id=CASE).rows] == ["1"]
    [skipped] = queries.outgoing(only=queries.Sought("NOT_SENT")).rows
    assert (skipped.subject, skipped.why) == ("2", "no address")
    assert queries.outgoing().count == "2"


@pytest.mark.parametrize(
    "after", ["x", "2026-03-02T12:00:00_00000000000000000000000000000001", "_", "\x00", "9" * 5000]
)
def test_a_page_that_was_never_given_out_begins_at_the_newest(after: str) -> None:
    told(1)
    assert [row.subject for row in queries.outgoing(after=after).rows] == ["1"]


def test_an_unknown_state_shows_nothing() -> None:
    told(1)
    assert queries.outgoing(only=queries.Sought("\x00nonsense")).rows == ()


def test_counting_stops_where_the_number_says_nothing_more() -> None:
    operations.queue([dataclasses.replace(TO_CLEO, effect_key=str(n)) for n in range(501)], at=NOON)
    assert queries.outgoing(limit=1).count == "500+"


def test_an_effect_can_be_asked_for_by_its_key() -> None:
    told(1)
    assert set(queries.told(effect_keys=["1", "2"])) == {"1"}


def test_a_letter_waits_from_its_moment_on_and_not_from_its_next_try() -> None:
    case, later = uuid.uuid4(), NOON + timedelta(hours=2)
    operations.queue([dataclasses.replace(TO_CLEO, effect_key="now", case_id=case)], at=NOON)
    operations.queue([dataclasses.replace(TO_CLEO, effect_key="held", case_id=case, quiet=quiet_for(120))], at=NOON)
    operations.claim(10, at=NOON + timedelta(minutes=1))
    assert queries.waiting(NOON, most=10) == (0, [])
    assert queries.waiting(later, most=10) == (1, [queries.Waiting(case, "now", NOON)])
    count, first = queries.waiting(later + timedelta(minutes=1), most=1)
    assert (count, [one.key for one in first]) == (2, ["now"])
