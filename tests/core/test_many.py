"""Many clocks at once are each as one alone: due and looked at to the same microsecond, whatever paused or climbed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backline.core import many as of_many
from backline.core.calendar import Calendar, Hours
from backline.core.case import Climb
from backline.core.clock import Clock
from backline.core.counting import ELAPSED, Counting, Elapsed, Pause
from backline.core.ladder import anchors, next_step
from backline.core.many import Course, Moments, Standing, micros, moment, moments, pauses
from backline.core.policy import Recipients, Rung, Whose
from backline.core.words import ClockName
from tests.core.calendars import WEEKDAYS, at, other, weekly
from tests.core.test_ladder import HOURS, ladders, under

BEGIN = at("2026-10-23T17:00").astimezone(UTC)
"""A Friday; the clock goes back on the Sunday after it."""
SPLIT = weekly("08:00-12:00", "13:00-18:00", days=WEEKDAYS)
NIGHT = weekly("22:00-30:00", days=WEEKDAYS)
FEW = weekly("00:00-00:01", days=[6], zone="Pacific/Apia")

microseconds = st.integers(0, 30 * 86400 * 10**6).map(lambda many: timedelta(microseconds=many))
paused = st.builds(
    lambda start, length: Pause("A", BEGIN + start - timedelta(days=2), BEGIN + start + length),
    microseconds,
    microseconds.map(lambda length: length / 10),
)


@st.composite
def clocks(draw: st.DrawFn) -> tuple[Clock, tuple[Rung, ...], Climb | None]:
    """A clock that counts in some hours, with its ladder and how far its climb has come."""
    hours: Hours | Elapsed = draw(st.sampled_from([ELAPSED, SPLIT, NIGHT, FEW]))
    target = draw(microseconds) / (100 if hours is FEW else 1)
    counting = Counting(BEGIN + draw(microseconds), hours, tuple(draw(st.lists(paused, max_size=4))))
    ladder = draw(ladders)
    climb = draw(
        st.none()
        | st.builds(
            Climb,
            st.integers(0, len(ladder) - 1),
            st.integers(0, 5),
            at=st.none() | microseconds.map(counting.start.__add__),
        )
    )
    clock = Clock(ClockName.RESOLVE, "", 1, counting, target, counting.reached(target), Whose.CONTRACT)
    return clock, ladder, climb


def course(clock: Clock, ladder: tuple[Rung, ...], climb: Climb | None, may_lapse: bool = False) -> Course:
    found = of_many.course(under(ladder, clock.name), clock.name, climb, target=clock.target, whose=clock.whose)
    return replace(found, may_lapse=may_lapse)


def standing(clock: Clock, course: Course, climb: Climb | None = None) -> Standing:
    told_at = micros(climb.at) if climb and climb.at else None
    paused = pauses(clock.counting)
    return Standing(course, clock.counting.hours, micros(clock.started_at), paused, HOURS, told_at=told_at)


@given(st.lists(clocks(), max_size=12), st.booleans())
def test_each_of_many_is_as_it_is_alone(
    found: list[tuple[Clock, tuple[Rung, ...], Climb | None]], may_lapse: bool
) -> None:
    asked = [standing(clock, course(clock, ladder, climb, may_lapse), climb) for clock, ladder, climb in found]
    alone = []
    for clock, ladder, climb in found:
        look_at = next_step(under(ladder, clock.name), clock, climb).at
        alone.append(Moments(micros(clock.due_at), micros(min(look_at, clock.due_at) if may_lapse else look_at)))
    assert moments(asked) == alone


def test_a_moment_is_the_same_there_and_back() -> None:
    first = at("1969-12-31T23:59:59.999999", "UTC")
    assert micros(first) == -1
    assert moment(micros(BEGIN)) == BEGIN
    assert moment(-1) == first


def test_hours_that_never_suffice_are_the_trouble_of_their_own_clocks_alone() -> None:
    closed = Calendar("Europe/Berlin", ((),) * 7, (other("2026-12-24", "08:00-09:00"),))
    hour, day = timedelta(hours=1), timedelta(days=1)
    ladder = (Rung(tell=Recipients.MANAGERS, share=1.0),)
    counting = Counting(BEGIN, SPLIT)
    fine = Clock(ClockName.RESOLVE, "", 1, counting, hour, counting.reached(hour))
    asked = course(fine, ladder, None)
    stuck = Standing(Course(day, Whose.CONTRACT, asked.waits_for, False), closed, micros(BEGIN), [])
    assert moments([standing(fine, asked), stuck]) == [Moments(micros(fine.due_at), micros(fine.due_at)), None]


@given(st.lists(st.sampled_from(["fine", "short", "stuck"]), min_size=1, max_size=9))
def test_one_that_cannot_be_counted_stops_no_other_of_the_same_hours(kinds: list[str]) -> None:
    rarely = Calendar("Europe/Berlin", ((),) * 7, (other("2026-12-24", "08:00-10:00"),))
    amounts = {"fine": timedelta(minutes=90), "short": timedelta(minutes=1), "stuck": timedelta(days=1)}
    waits = anchors((Rung(tell=Recipients.MANAGERS, share=1.0),), 0)
    asked = [Standing(Course(amounts[one], Whose.CONTRACT, waits, False), rarely, micros(BEGIN), []) for one in kinds]
    due = {
        "fine": micros(at("2026-12-24T09:30")), "short": micros(at("2026-12-24T08:01")),
    }  # fmt: skip
    assert moments(asked) == [Moments(due[one], due[one]) if one in due else None for one in kinds]


@pytest.mark.parametrize("repeat", [1, 7])
def test_a_repeat_of_the_last_rung_waits_for_all_that_the_rung_waits_for_and_as_many_gaps(repeat: int) -> None:
    first = (Rung(tell=Recipients.MANAGERS, wait=60), Rung(tell=Recipients.TEAM, wait=60, wait_in=Whose.TEAM))
    ladder = (*first, Rung(tell=Recipients.MANAGERS, share=0.5, wait=-60, every=600))
    once, again = anchors(ladder, 2), anchors(ladder, 2, repeat)
    assert len(once) == len(again) == 2
    for one, two in zip(again, once, strict=True):
        assert one.after(BEGIN, HOURS) - two.after(BEGIN, HOURS) == timedelta(minutes=10 * repeat)


@pytest.mark.parametrize("hours", [ELAPSED, SPLIT])
def test_a_pause_that_begins_as_all_has_passed_comes_too_late(hours: Hours | Elapsed) -> None:
    hour = timedelta(hours=1)
    paused = Counting(BEGIN, hours, (Pause("A", BEGIN + hour, BEGIN + 9 * hour),))
    clock = Clock(ClockName.RESOLVE, "", 1, paused, hour, paused.reached(hour), Whose.CONTRACT)
    asked = standing(clock, course(clock, (Rung(tell=Recipients.MANAGERS, share=1.0),), None))
    assert moments([asked]) == [Moments(micros(BEGIN + hour), micros(BEGIN + hour))]


def test_a_rung_whose_hours_never_suffice_waits_in_all_time_as_it_does_alone() -> None:
    closed = Calendar("Europe/Berlin", ((),) * 7, (other("2026-12-24", "08:00-09:00"),))
    ladder = (Rung(tell=Recipients.MANAGERS, wait=86400, wait_in=Whose.TEAM),)
    counting = Counting(BEGIN)
    clock = Clock(ClockName.RESOLVE, "", 1, counting, timedelta(hours=1), BEGIN + timedelta(hours=1))
    few = standing(clock, course(clock, ladder, None))._replace(waits={Whose.TEAM: closed})
    fine = standing(clock, course(clock, (Rung(tell=Recipients.MANAGERS, share=1.0),), None))
    alone = next_step(replace(under(ladder, clock.name), hours={Whose.TEAM: closed}), clock, None)
    assert alone.at == BEGIN + timedelta(days=1)
    due_at = micros(clock.due_at)
    assert moments([few, fine]) == [Moments(due_at, micros(alone.at)), Moments(due_at, due_at)]


def test_alone_such_a_rung_waits_in_all_time_so_that_somebody_hears() -> None:
    closed = Calendar("Europe/Berlin", ((),) * 7, (other("2026-12-24", "08:00-09:00"),))
    ladder = (Rung(tell=Recipients.MANAGERS, wait=86400, wait_in=Whose.TEAM),)
    clock = Clock(ClockName.RESOLVE, "", 1, Counting(BEGIN), timedelta(hours=1), BEGIN + timedelta(hours=1))
    policy = replace(under(ladder, ClockName.RESOLVE), hours={Whose.TEAM: closed})
    assert next_step(policy, clock, None).at == BEGIN + timedelta(days=1)
