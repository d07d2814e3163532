"""Values and events as documents: nothing is lost on the way there and back, and the same fact has the same bytes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backline.core.case import Case
from backline.core.events import GENESIS, By, Event, canonical, commit, from_canonical, link
from backline.core.fold import fold
from backline.core.policy import Policy, shipped
from backline.core.values import decode, encode
from backline.core.words import ActorKind
from tests.core.stories import raised

MOMENTS = st.datetimes(
    min_value=datetime(1970, 1, 1),
    max_value=datetime(2100, 1, 1),
    timezones=st.integers(-14 * 60, 14 * 60).map(lambda offset: timezone(timedelta(minutes=offset))),
)
TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


class Colour(StrEnum):
    RED = "RED"
    BLUE = "BLUE"


@dataclass(frozen=True)
class Inner:
    at: datetime
    colour: Colour


@dataclass(frozen=True)
class Outer:
    inner: Inner
    maybe: Inner | None
    many: tuple[Inner, ...]
    colours: frozenset[Colour]
    by_colour: dict[Colour, int]


INNER = st.builds(Inner, MOMENTS, st.sampled_from(Colour))
OUTER = st.builds(
    Outer,
    INNER,
    st.none() | INNER,
    st.lists(INNER, max_size=3).map(tuple),
    st.frozensets(st.sampled_from(Colour)),
    st.dictionaries(st.sampled_from(Colour), st.integers()),
)
EVENTS = st.builds(
    Event,
    case=st.uuids().map(str),
    seq=st.integers(1, 10_000),
    kind=st.just("note.added"),
    occurred_at=MOMENTS,
    recorded_at=MOMENTS,
    by=st.builds(By, st.sampled_from(ActorKind), TEXTS),
    data=st.dictionaries(TEXTS, PLAIN, max_size=4),
)


@given(OUTER)
def test_a_value_comes_back_whole_through_json(value: Outer) -> None:
    assert decode(Outer, json.loads(json.dumps(encode(value)))) == value


def test_the_policy_that_ships_and_a_case_come_back_whole() -> None:
    assert decode(Policy, json.loads(json.dumps(encode(shipped())))) == shipped()
    case = fold(raised().events)
    assert decode(Case, json.loads(json.dumps(encode(case)))) == case


@given(EVENTS)
def test_an_event_comes_back_whole_from_its_bytes(event: Event) -> None:
    body = canonical(event)
    assert from_canonical(body) == event
    assert canonical(from_canonical(body)) == body


@given(EVENTS, st.data())
def test_the_order_of_names_and_the_zone_of_moments_do_not_change_the_bytes(event: Event, data: st.DataObject) -> None:
    names = data.draw(st.permutations(list(event.data)))
    same = Event(
        event.case, event.seq, event.kind, event.occurred_at.astimezone(UTC), event.recorded_at.astimezone(UTC),
        event.by, {name: event.data[name] for name in names},
    )  # fmt: skip
    assert canonical(same) == canonical(event)


@given(EVENTS, st.integers(0, 7), st.data())
def test_one_bit_in_the_bytes_changes_the_hash(event: Event, bit: int, data: st.DataObject) -> None:
    body = bytearray(canonical(event))
    body[data.draw(st.integers(0, len(body) - 1))] ^= 1 << bit
    assert link(GENESIS, bytes(body)) != link(GENESIS, canonical(event))


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_no_number_cannot_be_recorded(value: float) -> None:
    moment = datetime(2026, 11, 20, tzinfo=UTC)
    event = Event("c", 1, "note.added", moment, moment, By(ActorKind.SYSTEM, "x"), {"n": value})
    with pytest.raises(ValueError, match="JSON"):
        canonical(event)


@pytest.mark.parametrize("change", [{"schema": 2}, {"schema": None}])
def test_bytes_of_another_schema_are_not_guessed_at(change: dict[str, Any]) -> None:
    document = json.loads(canonical(raised().events[0])) | change
    with pytest.raises(ValueError, match="newer"):
        from_canonical(json.dumps(document).encode())


@given(TEXTS, TEXTS, st.binary(min_size=16, max_size=16), st.binary(min_size=16, max_size=16))
def test_a_commitment_stands_for_one_text_and_tells_nothing_without_its_salt(
    text: str, other: str, salt: bytes, pepper: bytes
) -> None:
    assert (commit(salt, text) == commit(salt, other)) == (text == other)
    assert (commit(salt, text) == commit(pepper, text)) == (salt == pepper)
    assert len(commit(salt, text)) == 64
