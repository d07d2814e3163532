"""Candidates: what speaks for and against somebody, and the order that it gives."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import islice
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backline.core.candidates import Ability, Able, Against, For, Holds, Pool, Solved, Wanted, ranked
from backline.core.cast import Cast, Passed, recipients
from backline.core.clock import until
from backline.core.foresight import telling
from backline.core.ladder import after
from backline.core.oncall import Away
from backline.core.policy import Recipients, Rung, shipped
from backline.core.words import ClockName
from tests.core.stories import FRIDAY, minutes

DAY = date(2026, 11, 27)
HYDRAULICS = Wanted(DAY, {"hydraulics": 2}, frozenset({"hydraulics"}))
SANA = Able("sana", abilities={"hydraulics": Ability(3, certified=True, until=DAY)})


def codes(wanted: Wanted, *able: Able) -> dict[str, list[str]]:
    """What is said of each, in order."""
    return {one.person: [point.what.value for point in one.points] for one in ranked(wanted, able)}


def test_a_skill_and_its_certificate_speak_for_somebody_until_the_last_day() -> None:
    assert codes(HYDRAULICS, SANA) == {"sana": ["SKILL", "CERTIFIED"]}
    tomorrow = replace(HYDRAULICS, day=date(2026, 11, 28))
    assert codes(tomorrow, SANA) == {"sana": ["SKILL", "CERTIFICATE_ENDED"]}
    for_good = replace(SANA, abilities={"hydraulics": Ability(2, certified=True)})
    assert codes(tomorrow, for_good) == {"sana": ["SKILL", "CERTIFIED"]}


@pytest.mark.parametrize(
    ("able", "why_not"),
    [
        (Able("x"), [Against.LACKS, Against.NOT_CERTIFIED]),
        (replace(SANA, abilities={"hydraulics": Ability(1, certified=True)}), [Against.LACKS]),
        (replace(SANA, abilities={"hydraulics": Ability(4)}), [Against.NOT_CERTIFIED]),
        (replace(SANA, away=True), [Against.AWAY]),
        (replace(SANA, open_cases=3, cap=3), [Against.FULL]),
    ],
)
def test_why_not_is_said_and_comes_after_everybody_who_could(able: Able, why_not: list[Against]) -> None:
    plain = replace(SANA, person="zoe", open_cases=9)
    first, last = ranked(HYDRAULICS, [replace(able, person="able", solved=Solved(9, 9, 9), on_call=True), plain])
    assert (first.person, last.person) == ("zoe", "able")
    assert [point.what for point in last.why_not] == why_not


@pytest.mark.parametrize(
    ("since", "until", "holds"),
    [
        (None, None, Holds.VALID), (DAY, None, Holds.VALID), (DAY + timedelta(days=1), None, Holds.COMING),
        (None, DAY + timedelta(days=31), Holds.VALID), (None, DAY + timedelta(days=30), Holds.ENDING),
        (None, DAY, Holds.ENDING), (None, DAY - timedelta(days=1), Holds.ENDED),
    ],
)  # fmt: skip
def test_a_certificate_is_said_to_end_a_month_ahead(since: date | None, until: date | None, holds: Holds) -> None:
    ability = Ability(2, certified=True, since=since, until=until)
    assert ability.holds(DAY) is holds
    assert replace(ability, certified=False).holds(DAY) is Holds.NONE
    [found] = ranked(HYDRAULICS, [replace(SANA, abilities={"hydraulics": ability})])
    assert bool(found.why_not) == (holds in (Holds.COMING, Holds.ENDED))


def test_a_cap_never_holds_when_somebody_is_in_danger() -> None:
    full = replace(SANA, open_cases=30, cap=3)
    assert Against.FULL in [point.what for point in ranked(HYDRAULICS, [full])[0].points]
    assert not ranked(replace(HYDRAULICS, urgent=True), [full])[0].why_not


def test_what_speaks_for_somebody_counts_in_the_order_that_one_would_expect() -> None:
    wanted = Wanted(DAY, language="de", territory="north", team="lifts")
    able = [
        Able("asset", solved=Solved(asset=1)),
        Able("call", on_call=True),
        Able("fault", solved=Solved(fault=1)),
        Able("had"),
        Able("language", languages=frozenset({"de"})),
        Able("nothing"),
        Able("often", solved=Solved(asset=9)),
        Able("team", teams=frozenset({"lifts"}), territories=frozenset({"north"})),
        Able("busy", open_cases=2),
    ]
    order = [one.person for one in ranked(replace(wanted, had=frozenset({"had"})), able)]
    assert order == ["often", "call", "team", "asset", "fault", "language", "nothing", "busy", "had"]


ables = st.builds(
    Able,
    person=st.sampled_from("abcdefgh"),
    abilities=st.dictionaries(
        st.sampled_from(["x", "y"]),
        st.builds(Ability, st.integers(0, 4), st.booleans(), st.none() | st.dates(date(2026, 1, 1), date(2027, 1, 1))),
    ),
    languages=st.frozensets(st.sampled_from(["de", "en"])),
    open_cases=st.integers(0, 9),
    cap=st.integers(0, 9),
    away=st.booleans(),
    on_call=st.booleans(),
)


@given(st.lists(ables, max_size=8, unique_by=lambda one: one.person), st.randoms())
def test_nobody_is_left_out_and_the_order_is_a_question_of_facts_alone(able: list[Able], chance: Random) -> None:
    wanted = Wanted(DAY, {"x": 2, "y": 1}, frozenset({"x"}), language="de")
    found = ranked(wanted, able)
    assert sorted(one.person for one in found) == sorted(one.person for one in able)
    chance.shuffle(able)
    assert ranked(wanted, able) == found
    could = [bool(one.why_not) for one in found]
    assert could == sorted(could)
    assert all(point.counts > 0 for one in found for point in one.points if isinstance(point.what, For))


@given(st.lists(ables, max_size=6, unique_by=lambda one: one.person), st.integers(1, 7), st.booleans())
def test_a_climb_tells_the_best_one_after_the_other_nobody_twice_and_never_nobody(
    able: list[Able], rungs: int, urgent: bool
) -> None:
    ladder = (*[Rung(Recipients.CANDIDATE, wait=60)] * rungs, Rung(Recipients.MANAGERS, wait=60))
    policy, clock = shipped(), until(ClockName.ACCEPT, 3, FRIDAY, FRIDAY + minutes(30))
    policy = replace(policy, ladders={**policy.ladders, ClockName.ACCEPT: ladder})
    wanted = Wanted(DAY, {"x": 2}, frozenset({"x"}), language="de", urgent=urgent)
    absent = tuple(Away(one.person, FRIDAY) for one in able if one.away)
    cast = Cast(coordinators=("carl",), managers=("max",), away=absent, pool=Pool(wanted, tuple(able)))
    steps = list(islice(telling(after(policy, clock, None), clock, cast, FRIDAY), rungs + 2))
    could = [one.person for one in ranked(wanted, [replace(one, on_call=False) for one in able]) if not one.why_not]
    told = [chosen.persons for _step, _then, chosen in steps]
    assert told == [*((one,) for one in [*could, *["carl"] * rungs][:rungs]), ("max",), ("max",)]
    for _step, _then, chosen in steps[:rungs]:
        assert chosen.instead_of == (None if chosen.suited or chosen.persons[0] in could else Recipients.CANDIDATE)
        for one in chosen.passed:
            [its] = [known for known in able if known.person == one.person]
            assert one.why is (Against.AWAY if its.away else Against.FULL)
            assert its.abilities["x"].level >= 2
            assert its.abilities["x"].holds(DAY) in (Holds.VALID, Holds.ENDING)


def test_where_nobody_is_suited_a_coordinator_who_asked_to_hear_no_more_is_passed_over_and_named() -> None:
    left = (("ACCEPT::1", ("carl",)),)
    cast = Cast(coordinators=("carl", "dora"), managers=("max",), left=left, pool=Pool(Wanted(DAY, {"x": 2}), ()))
    told = recipients(Recipients.CANDIDATE, cast.of(ClockName.ACCEPT, FRIDAY, "ACCEPT::1"))
    assert (told.persons, told.instead_of) == (("dora",), Recipients.CANDIDATE)
    assert told.passed == (Passed("carl", Against.LEFT, ""),)
