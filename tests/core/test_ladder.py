"""Climbs: the same whether looked at every second or once; never past the last rung; told by role, with a fallback."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backline.core.calendar import Hours
from backline.core.candidates import Able, Against, Pool, Wanted
from backline.core.case import Climb, Jumped
from backline.core.cast import Cast, Chosen, Passed, recipients
from backline.core.clock import Clock, until
from backline.core.counting import ELAPSED, Counting, Pause
from backline.core.ladder import Step, after, next_step, reached, rungs
from backline.core.oncall import Away, Layer, Schedule
from backline.core.policy import Policy, Recipients, Rung, Whose, shipped
from backline.core.words import ClockName
from backline.engine.auditor.clocks import Jump, Running, moments
from tests.core.calendars import WEEKDAYS, weekly
from tests.core.stories import FRIDAY, minutes

POLICY = shipped()
CLOCK = until(ClockName.ACCEPT, 3, FRIDAY, FRIDAY + minutes(30))
OFFICE = weekly("08:00-12:00", "13:00-18:00", days=WEEKDAYS)
NIGHT = weekly("22:00-30:00", days=WEEKDAYS)
HOURS: dict[Whose, Hours] = {Whose.TEAM: OFFICE, Whose.CUSTOMER: NIGHT}
"""Nobody has chosen any for the contract."""

any_rung = st.builds(
    Rung,
    tell=st.sampled_from(Recipients),
    wait=st.integers(-600, 7200),
    share=st.none() | st.floats(0, 1.5),
    every=st.integers(60, 7200),
    wait_in=st.sampled_from(Whose),
).map(lambda rung: rung if rung.wait > 0 else replace(rung, wait_in=Whose.ELAPSED))
ladders = st.lists(any_rung, min_size=1, max_size=6).map(tuple)
clocks = st.builds(
    lambda length: until(ClockName.ACCEPT, 3, FRIDAY, FRIDAY + timedelta(seconds=length)),
    st.integers(60, 86400),
)


def under(ladder: tuple[Rung, ...], name: ClockName = ClockName.ACCEPT) -> Policy:
    """The policy that ships with another ladder, where some have working hours."""
    return replace(POLICY, ladders={**POLICY.ladders, name: ladder}, hours=HOURS)


def looked_at(ladder: tuple[Rung, ...], clock: Clock, offsets: list[int]) -> list[Step]:
    """All steps that looks at these seconds deal with, acted or skipped, in order."""
    climb: Climb | None = None
    found: list[Step] = []
    policy = under(ladder)
    for offset in sorted(offsets):
        look = reached(policy, clock, climb, FRIDAY + timedelta(seconds=offset))
        if look:
            missed = len(look.skipped) + look.repeats
            coming = list(islice(after(policy, clock, climb), missed + 1))
            assert coming[-1] == look.acts
            assert coming[0].at == look.since
            assert [step for step in coming[:-1] if not step.repeat] == list(look.skipped)
            found += coming
            climb = Climb(look.acts.rung, look.acts.repeat, at=FRIDAY + timedelta(seconds=offset))
    return found


@given(ladders, clocks, st.lists(st.integers(0, 400_000), max_size=30))
def test_looks_at_any_moments_and_one_look_at_the_end_give_the_same_climb(
    ladder: tuple[Rung, ...], clock: Clock, offsets: list[int]
) -> None:
    end = 400_000
    assert looked_at(ladder, clock, [*offsets, end]) == looked_at(ladder, clock, [end])


@given(ladders, clocks)
def test_moments_never_run_backwards_and_no_step_passes_the_last_rung(ladder: tuple[Rung, ...], clock: Clock) -> None:
    first = list(islice(after(under(ladder), clock, None), 20))
    assert [step.at for step in first] == sorted(step.at for step in first)
    assert max(step.rung for step in first) == len(ladder) - 1
    assert all(step.repeat == 0 for step in first if step.rung < len(ladder) - 1)
    repeats = [step for step in first if step.rung == len(ladder) - 1]
    gaps = {later.at - sooner.at for sooner, later in pairwise(repeats)}
    assert gaps == {timedelta(seconds=ladder[-1].every)}


paused = st.builds(
    lambda begins, lasts: (Pause("CUSTOMER", FRIDAY + minutes(begins), FRIDAY + minutes(begins + lasts)),),
    st.integers(0, 60) | st.integers(0, 5000),
    st.integers(1, 5000),
)
countings = st.builds(Counting, st.just(FRIDAY), st.sampled_from([OFFICE, ELAPSED]), st.just(()) | paused)


@given(ladders, countings, st.integers(60, 86400), st.integers(0, 5), st.lists(st.integers(0, 40_000), min_size=1))
def test_after_a_jump_the_next_comes_by_its_own_wait_and_never_later_than_planned(
    ladder: tuple[Rung, ...], counting: Counting, seconds: int, rung: int, offsets: list[int]
) -> None:
    policy, whose = under(ladder), Whose.ELAPSED if counting.hours is ELAPSED else Whose.TEAM
    clock = until(ClockName.ACCEPT, 3, FRIDAY, FRIDAY).counts(counting, timedelta(seconds=seconds))
    planned = {(one.rung, one.repeat): one.at for one in islice(after(policy, clock, None), len(ladder) + 2)}
    jumps: tuple[Jumped, ...] = ()
    for number, offset in enumerate(sorted(offsets)[: len(ladder)], rung):
        told, at = min(number, len(ladder) - 1), FRIDAY + timedelta(seconds=offset)
        before = next(after(policy, clock, Climb(told, 0, jumps))).at
        jumps = (*jumps, Jumped(told, at))
        found = list(islice(after(policy, clock, Climb(told, 0, jumps)), len(ladder) - told + 1))
        assert [one.at for one in found] == sorted(one.at for one in found)
        assert all(one.at <= planned[one.rung, one.repeat] for one in found if (one.rung, one.repeat) in planned)
        assert found[0].at <= before, "another jump delays nobody"
        above = ladder[min(told + 1, len(ladder) - 1)]
        if found[0].repeat:
            assert found[0].at <= at + timedelta(seconds=above.every)
        elif above.share is None:
            assert found[0].at <= HOURS.get(above.wait_in, ELAPSED).after(at, timedelta(seconds=max(above.wait, 0)))
        running = Running(
            "", clock.name, FRIDAY, None, clock.target, whose, "", FRIDAY,
            tuple((one.from_at, one.to_at) for one in counting.pauses), ladder, (),
        )  # fmt: skip
        asked = moments(running, HOURS, [Jump(one.rung, one.at) for one in jumps])
        assert asked[told + 1 :] == [one.at for one in found if not one.repeat], "the auditor says the same"


def climbed(policy: Policy, clock: Clock, climb: Climb | None, end: datetime) -> list[tuple[Step, datetime]]:
    """The steps that act until then where somebody looks at each moment, from where a climb stands; a dozen at most."""
    found: list[tuple[Step, datetime]] = []
    at = climb.at if climb and climb.at else FRIDAY
    while len(found) < 12 and (coming := next_step(policy, clock, climb)).at <= end:
        at = max(at, coming.at)
        look = reached(policy, clock, climb, at)
        assert look
        found += [(step, at) for step in (*look.skipped, look.acts)]
        climb = Climb(look.acts.rung, look.acts.repeat, at=at)
    return found


upwards = st.lists(st.tuples(st.booleans(), st.integers(0, 3), st.sampled_from(Whose)), min_size=2, max_size=5).map(
    lambda steps: tuple(
        Rung(Recipients.TEAM, 900 * waits, 0.2 * (number + 1) if shared else None, 3600, whose)
        for number, (shared, waits, whose) in enumerate(steps)
    )
)
in_hindsight = st.builds(Counting, st.just(FRIDAY), st.sampled_from([OFFICE, ELAPSED, ELAPSED]), st.just(()) | paused)


@settings(max_examples=250)
@given(
    ladders | upwards, countings | st.just(Counting(FRIDAY)), in_hindsight, st.integers(60, 86400), st.integers(0, 4)
)
def test_what_is_due_later_in_hindsight_leaves_nobody_without_a_word_and_tells_nobody_twice(
    ladder: tuple[Rung, ...], then: Counting, now: Counting, seconds: int, stands: int
) -> None:
    policy = under(ladder)
    before, clock = (
        until(ClockName.ACCEPT, 3, FRIDAY, FRIDAY).counts(one, timedelta(seconds=seconds)) for one in (then, now)
    )
    moved_at = rungs(policy, before)[min(stands, max(len(ladder) - 2, 0))].at
    dealt = climbed(policy, before, None, moved_at)
    told, told_at = dealt[-1]
    climb, own = Climb(told.rung, told.repeat, at=told_at), [step.at for step in rungs(policy, clock)]
    coming = next_step(policy, clock, climb)
    if not coming.repeat:
        assert coming.at <= own[coming.rung], "never later than it is due"
        running = Running(
            "", clock.name, FRIDAY, None, clock.target, Whose.ELAPSED if now.hours is ELAPSED else Whose.TEAM, "",
            FRIDAY, tuple((one.from_at, one.to_at) for one in now.pauses), ladder, (),
        )  # fmt: skip
        too_soon = [Jump(told.rung, told_at)] if told_at < own[told.rung] else []
        assert coming.at == moments(running, HOURS, too_soon)[coming.rung], "the auditor says the same"
        assert too_soon or coming.at == own[coming.rung], "and no sooner, but after what was told too soon"
        above = ladder[coming.rung]
        waited = HOURS.get(above.wait_in, ELAPSED).after(told_at, timedelta(seconds=max(above.wait, 0)))
        assert above.share is not None or not too_soon or coming.at <= waited, "who was told too soon is not waited for"
    dealt += climbed(policy, clock, climb, coming.at + timedelta(days=2))
    steps = [(step.rung, step.repeat) for step, _ in dealt]
    assert steps == sorted(set(steps)), "each rung once, and each repeat of the last one"


def test_a_year_of_sleep_is_one_step_and_costs_no_more_than_a_minute() -> None:
    look = reached(POLICY, CLOCK, Climb(5, 0), FRIDAY + timedelta(days=365))
    assert look is not None
    assert (look.acts.rung, look.skipped) == (5, ())
    assert look.acts.repeat == look.repeats + 1 == 365 * 48 - 2


def test_the_accept_ladder_of_a_friday_night() -> None:
    told = [((step.at - FRIDAY).total_seconds() / 60, step.tell) for step in islice(after(POLICY, CLOCK, None), 7)]
    assert told == [
        (0, Recipients.ASSIGNEE),
        (5, Recipients.ASSIGNEE),
        (15, Recipients.TEAM),
        (30, Recipients.TEAM_LEAD),
        (45, Recipients.MANAGERS),
        (60, Recipients.LAST_RESORT),
        (90, Recipients.LAST_RESORT),
    ]


def test_of_several_missed_steps_the_highest_acts_and_the_lower_ones_are_skipped() -> None:
    look = reached(POLICY, CLOCK, Climb(0, 0), FRIDAY + minutes(46))
    assert look is not None
    assert look.acts.tell is Recipients.MANAGERS
    assert [step.rung for step in look.skipped] == [1, 2, 3]


def test_an_empty_role_falls_to_coordinators_managers_then_the_last_resort() -> None:
    cast = Cast(coordinators=("carl",), managers=("max",), last_resort=("ada",))
    assert recipients(Recipients.TEAM_LEAD, cast).persons == ("carl",)
    assert recipients(Recipients.TEAM_LEAD, cast).instead_of is Recipients.TEAM_LEAD
    assert recipients(Recipients.MANAGERS, cast).instead_of is None
    assert recipients(Recipients.ASSIGNEE, Cast(managers=("max",), last_resort=("ada",))).persons == ("max",)
    assert recipients(Recipients.ASSIGNEE, Cast(last_resort=("ada",))).persons == ("ada",)
    assert recipients(Recipients.ASSIGNEE, Cast()).persons == ()


SHIFTS = Schedule((Layer("UTC", FRIDAY.date() - timedelta(days=1), 0, 24, ("first", "second", "third")),))
WHEN = {Recipients.ON_CALL: ("second",), Recipients.NEXT_ON_CALL: ("third",), Recipients.CANDIDATE: ("best",)}


@pytest.mark.parametrize("role", list(Recipients))
def test_each_role_is_its_own_people(role: Recipients) -> None:
    fixed = {one: (f"{one.lower()}-1", f"{one.lower()}-2") for one in Recipients if one not in WHEN}
    pool = Pool(Wanted(FRIDAY.date()), (Able("best"),))
    cast = Cast(**{one.lower(): persons for one, persons in fixed.items()}, schedule=SHIFTS, pool=pool)
    assert recipients(role, cast.of(ClockName.ACCEPT, FRIDAY)) == Chosen((fixed | WHEN)[role], role)


def test_what_is_offered_to_a_team_goes_to_who_is_on_call_of_it_and_else_to_all() -> None:
    cast = Cast(assignee=("one", "two"), team=("one", "two"), schedule=SHIFTS, offered_to_team=True)
    told = recipients(Recipients.ASSIGNEE, cast.of(ClockName.ACCEPT, FRIDAY))
    assert told == Chosen(("second",), Recipients.ON_CALL)
    before = cast.of(ClockName.ACCEPT, FRIDAY - timedelta(days=9))
    assert recipients(Recipients.ASSIGNEE, before) == Chosen(("one", "two"), Recipients.ASSIGNEE)
    without = replace(cast, schedule=None).of(ClockName.ACCEPT, FRIDAY)
    assert recipients(Recipients.ON_CALL, without) == Chosen(("one", "two"), Recipients.ON_CALL)


def test_who_has_enough_is_passed_over_for_the_next_who_is_there_and_never_where_somebody_is_in_danger() -> None:
    schedule = replace(SHIFTS, away=(Away("third", FRIDAY, FRIDAY + timedelta(hours=1)),))
    cast = Cast(schedule=schedule, full=(("second", 4),), team=("first", "second", "third"))

    def told(**changes: object) -> Chosen:
        return recipients(Recipients.ON_CALL, replace(cast, **changes).of(ClockName.ACCEPT, FRIDAY))

    passed = Passed("second", Against.FULL, "4")
    assert told() == Chosen(("first",), Recipients.ON_CALL, passed=(passed,)), "who is next is away now"
    assert told(schedule=SHIFTS) == Chosen(("third",), Recipients.ON_CALL, passed=(passed,))
    assert told(in_danger=True) == Chosen(("second",), Recipients.ON_CALL)
    assert told(full=(("first", 1), ("second", 4))) == Chosen(("second",), Recipients.ON_CALL), "nobody else can"
    left = (("ACCEPT::1", ("third",)),)
    gone = replace(cast, left=left, schedule=SHIFTS).of(ClockName.ACCEPT, FRIDAY, "ACCEPT::1")
    assert recipients(Recipients.ON_CALL, gone).persons == ("first",), "who asked to hear no more stands in for nobody"
    after_it = replace(cast, full=(("third", 2),), schedule=SHIFTS).of(ClockName.ACCEPT, FRIDAY)
    passed = Passed("third", Against.FULL, "2")
    assert recipients(Recipients.NEXT_ON_CALL, after_it) == Chosen(
        ("first",), Recipients.NEXT_ON_CALL, passed=(passed,)
    )
    owner = replace(cast, assignee=("second",)).of(ClockName.PROGRESS, FRIDAY)
    assert recipients(Recipients.ASSIGNEE, owner) == Chosen(("second",), Recipients.ASSIGNEE), "it is his already"


def test_of_a_team_who_is_away_is_passed_over_while_somebody_of_it_is_there() -> None:
    away = (Away("one", FRIDAY), Away("two", FRIDAY + minutes(5), FRIDAY + minutes(9)))
    cast = Cast(team=("one", "two"), assignee=("one", "two"), team_lead=("one",), away=away, coordinators=("carl",))
    for role in (Recipients.TEAM, Recipients.ON_CALL, Recipients.ASSIGNEE):
        for at, told, passed in (
            (minutes(-1), ("one", "two"), ()), (minutes(0), ("two",), ("one",)),
            (minutes(5), ("one", "two"), ()), (minutes(9), ("two",), ("one",)),
        ):  # fmt: skip
            found = recipients(role, cast.of(ClockName.ACCEPT, FRIDAY + at))
            assert (found.persons, tuple(one.person for one in found.passed), found.role) == (told, passed, role), at
            assert all(one.why is Against.AWAY for one in found.passed)
    assert recipients(Recipients.TEAM_LEAD, cast.of(ClockName.ACCEPT, FRIDAY)).persons == ("one",)


def test_the_fallback_goes_from_near_to_far_and_says_instead_of_whom() -> None:
    cast = Cast(coordinators=("carl",), managers=("max",), last_resort=("ada",))
    assert recipients(Recipients.TEAM, cast) == Chosen(("carl",), Recipients.COORDINATORS, Recipients.TEAM)
    without = replace(cast, coordinators=())
    assert recipients(Recipients.TEAM, without) == Chosen(("max",), Recipients.MANAGERS, Recipients.TEAM)
    assert recipients(Recipients.MANAGERS, replace(without, managers=())) == Chosen(
        ("ada",), Recipients.LAST_RESORT, Recipients.MANAGERS
    )


def test_a_step_is_reached_at_its_moment_and_not_a_second_before() -> None:
    for climb, at, rung, repeat in (
        (None, minutes(0), 0, 0), (Climb(0, 0), minutes(5), 1, 0), (Climb(4, 0), minutes(60), 5, 0),
        (Climb(5, 0), minutes(90), 5, 1), (Climb(5, 1), minutes(120), 5, 2),
    ):  # fmt: skip
        assert reached(POLICY, CLOCK, climb, FRIDAY + at - timedelta(seconds=1)) is None
        found = reached(POLICY, CLOCK, climb, FRIDAY + at)
        assert found is not None
        assert (found.acts.rung, found.acts.repeat, found.acts.at) == (rung, repeat, FRIDAY + at)
        assert (found.skipped, found.repeats, found.since) == ((), 0, FRIDAY + at)
