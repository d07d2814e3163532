"""Random schedules, zones and years against the plain rules, asked minute by minute."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from hypothesis import example, given, settings
from hypothesis import strategies as st

from backline.core.calendar import Block
from backline.core.oncall import Agreed, Away, Layer, Listed, Schedule, Span
from tests.core.calendars import MINUTE
from tests.core.test_calendar_oracle import CHANGES, blocks, early_blocks

PERSONS = "sana", "sven", "bea", "omar"
PERSON = st.sampled_from(PERSONS)
ZONES = tuple(CHANGES)
SPAN = 36 * 60
AROUND = timedelta(hours=30)


@lru_cache
def _changes(zone: str, year: int) -> list[datetime]:
    """The hours of a year in which the clock there is put forward or back; its first one where it never is."""
    hours = [datetime(year, 1, 1, tzinfo=UTC) + timedelta(hours=number) for number in range(366 * 24)]
    shows = [hour.astimezone(ZoneInfo(zone)).utcoffset() for hour in hours]
    return [hour for hour, was, then in zip(hours, shows, shows[1:], strict=False) if was != then] or hours[:1]


@st.composite
def layers(draw: st.DrawFn, zone: str, change: datetime, moment: datetime) -> Layer:
    """A rotation that may begin just now or long ago, with or without hours."""
    wall = change.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    near_change = st.integers(-150, 150).map(lambda minutes: wall - timedelta(days=9, minutes=minutes))
    anywhere = st.integers(-600, 60 * 24 * 60).map(lambda minutes: moment.replace(tzinfo=None) - minutes * MINUTE)
    first = draw(near_change | anywhere)
    kind = blocks() if draw(st.booleans()) else early_blocks()
    week = st.lists(kind, min_size=7, max_size=7).map(tuple).filter(any) | st.just(())
    turn = draw(st.sampled_from((1, 5, 12, 24, 24, 168)))
    persons = draw(st.lists(st.sampled_from(PERSONS), min_size=1, max_size=3, unique=True))
    other = draw(st.sampled_from((zone, zone, *ZONES)))
    since = draw(st.none() | st.integers(-600, 2000).map(lambda minutes: moment + timedelta(minutes=minutes)))
    until = draw(st.none() | st.integers(0, 3000).map(lambda minutes: moment + timedelta(minutes=minutes)))
    return Layer(other, first.date(), first.hour * 60 + first.minute, turn, tuple(persons), draw(week), since, until)


@st.composite
def lists(draw: st.DrawFn, moment: datetime) -> Listed:
    """Shifts of all lengths in no order, some of them at once."""
    near = st.integers(-2000, 2000).map(lambda minutes: moment + minutes * MINUTE)
    lasts = st.sampled_from((1, 60, 600, 5000)).map(lambda minutes: minutes * MINUTE)
    span = st.builds(lambda start, length, person: Span(start, start + length, person), near, lasts, PERSON)
    return Listed(tuple(draw(st.lists(span, max_size=8))))


@st.composite
def schedules(draw: st.DrawFn) -> tuple[Schedule, datetime]:
    """A schedule, and a moment around which the clocks are changed."""
    zone = draw(st.sampled_from(ZONES))
    any_year = st.integers(2000, 2198).flatmap(lambda year: st.sampled_from(_changes(zone, year)))
    change = draw(st.just(datetime(*CHANGES[zone], tzinfo=UTC)) | any_year)
    moment = (change - timedelta(hours=draw(st.integers(0, 40)))).replace(minute=0)
    near = st.integers(-600, SPAN).map(lambda minutes: moment + timedelta(minutes=minutes))
    person, lasts = PERSON, st.integers(1, 1500).map(lambda minutes: timedelta(minutes=minutes))

    def agreed(one: str, start: datetime, length: timedelta, other: str) -> Agreed:
        return Agreed(one, start, start + length, other)

    def away(one: str, start: datetime, length: timedelta | None) -> Away:
        return Away(one, start, start + length if length else None)

    schedule = Schedule(
        tuple(draw(st.lists(layers(zone, change, moment) | lists(moment), min_size=1, max_size=3))),
        tuple(draw(st.lists(st.builds(agreed, person, near, lasts, person | st.just("")), max_size=5))),
        tuple(draw(st.lists(st.builds(away, person, near, lasts | st.none()), max_size=3))),
    )
    return schedule, moment


def _occurs(walls: list[datetime], edge: datetime, *, last: bool) -> int:
    """The first minute at which the clock has come to a time; or the last at which it comes to it, or skips it."""
    if last:
        if edge in walls:
            return len(walls) - 1 - walls[::-1].index(edge)
        return max((number for number, wall in enumerate(walls) if wall < edge), default=-1) + 1
    return next((number for number, wall in enumerate(walls) if wall >= edge), len(walls))


def _turns(layer: Layer, minutes: list[datetime]) -> list[set[int]]:
    """Which turns are on in each minute: a run of the wall clock lasts from its first occurrence to its last."""
    walls = [minute.astimezone(ZoneInfo(layer.zone)).replace(tzinfo=None) for minute in minutes]
    found: list[set[int]] = [set() for _ in minutes]
    wall, top = min(walls), max(walls)
    begun: tuple[datetime, int] | None = None
    while wall <= top + MINUTE:
        turn = _turn(layer, wall) if wall <= top else None
        if begun and begun[1] != turn:
            for number in range(_occurs(walls, begun[0], last=False), _occurs(walls, wall, last=True)):
                if (layer.since or minutes[number]) <= minutes[number] < (layer.until or minutes[number] + MINUTE):
                    found[number].add(begun[1])
            begun = None
        if turn is not None and begun is None:
            begun = wall, turn
        wall += MINUTE
    return found


def _on(layer: Layer | Listed, minutes: list[datetime]) -> list[list[list[str]]]:
    """In each minute the orders, one for each shift that is on, in which persons are asked whether they are there."""
    if isinstance(layer, Listed):
        return [[[one.person] for one in layer.spans if one.start <= at < one.end] for at in minutes]
    count = len(layer.persons)
    return [
        [[layer.persons[(turn + number) % count] for number in range(count)] for turn in turns]
        for turns in _turns(layer, minutes)
    ]


def _turn(layer: Layer, wall: datetime) -> int | None:
    if wall < layer.first or (layer.week and not _in_hours(layer.week, wall)):
        return None
    return int((wall - layer.first).total_seconds() // 3600) // layer.turn


def _in_hours(week: tuple[tuple[Block, ...], ...], wall: datetime) -> bool:
    minute, day = wall.hour * 60 + wall.minute, wall.weekday()
    return any(one.start <= minute < one.end for one in week[day]) or any(
        one.start <= minute + 24 * 60 < one.end for one in week[day - 1]
    )


def _is_away(schedule: Schedule, person: str, at: datetime) -> bool:
    return any(one.person == person and one.start <= at and (not one.end or at < one.end) for one in schedule.away)


def _plainly(schedule: Schedule, at: datetime, on: list[list[list[str]]]) -> set[str]:
    """The rules in the order in which they would be told to a new colleague.

    Each place has those who may have it, in order. Agreements are made one after another: whoever is named has a
    place before all others, and whoever takes a shift stands where the other one stood in every place by then.
    """
    layers = [[(order, order[1:] + order[:1]) for order in orders] for orders in on]
    for one in schedule.agreed:
        if not one.start <= at < one.end:
            continue
        if one.instead_of:
            layers = [
                [([one.person if name == one.instead_of else name for name in order], last) for order, last in places]
                for places in layers
            ]
        else:
            layers.insert(0, [([one.person], [one.person])])
    for places in layers:
        there = [[name for name in order + last if not _is_away(schedule, name, at)] for order, last in places]
        if any(there):
            return {names[0] for names in there if names}
    return set()


_HAND_OVER_IN_THE_REPEATED_HOUR = Layer("Europe/Berlin", date(2026, 10, 20), 150, 24, ("sana", "sven"))
_HAND_OVER_AT_ITS_FIRST_MINUTE = replace(_HAND_OVER_IN_THE_REPEATED_HOUR, hand_over=120)
_NIGHT_THAT_ENDS_IN_IT = Layer(
    "Europe/Berlin", date(2026, 10, 20), 0, 168, ("bea",), ((Block(20 * 60, 26 * 60 + 15),),) * 7
)
_NOON = datetime(2026, 10, 24, 12, tzinfo=UTC)
_BOTH_AWAY_FOR_TWO_HOURS = (
    Away("sana", _NOON, _NOON + timedelta(hours=6)),
    Away("sven", _NOON + timedelta(hours=4), _NOON + timedelta(hours=9)),
)
_ALL_DAY = (_NOON - timedelta(days=2), _NOON + timedelta(days=2))
_HANDED_ON = (
    Agreed("bea", *_ALL_DAY, "sven"),
    Agreed("sven", *_ALL_DAY),
    Agreed("omar", *_ALL_DAY, "sven"),
    Agreed("sana", *_ALL_DAY, "omar"),
    Agreed("sven", _NOON, _NOON + timedelta(hours=2), "sana"),
)


@settings(max_examples=60, deadline=None)
@given(schedules())
@example((Schedule((_HAND_OVER_AT_ITS_FIRST_MINUTE,)), _NOON))
@example((Schedule((_HAND_OVER_AT_ITS_FIRST_MINUTE,), _HANDED_ON, _BOTH_AWAY_FOR_TWO_HOURS), _NOON))
@example((Schedule((_HAND_OVER_IN_THE_REPEATED_HOUR,), away=_BOTH_AWAY_FOR_TWO_HOURS), _NOON))
@example((Schedule((_HAND_OVER_IN_THE_REPEATED_HOUR,), away=_BOTH_AWAY_FOR_TWO_HOURS[:1]), _NOON))
@example((Schedule((replace(_HAND_OVER_IN_THE_REPEATED_HOUR, until=_NOON + timedelta(hours=5)),)), _NOON))
@example((Schedule((replace(_HAND_OVER_IN_THE_REPEATED_HOUR, since=_NOON + timedelta(hours=5)),)), _NOON))
@example((Schedule((replace(_HAND_OVER_IN_THE_REPEATED_HOUR, first_day=date(2026, 10, 25)),)), _NOON))
@example((Schedule((_HAND_OVER_IN_THE_REPEATED_HOUR,)), datetime(2026, 10, 24, 12, tzinfo=UTC)))
@example((Schedule((_NIGHT_THAT_ENDS_IN_IT,)), datetime(2026, 10, 24, 12, tzinfo=UTC)))
@example((Schedule((_NIGHT_THAT_ENDS_IN_IT,)), _NOON - timedelta(days=4)))
def test_who_is_on_call_is_what_the_plain_rules_say_in_every_minute(given: tuple[Schedule, datetime]) -> None:
    schedule, moment = given
    begin = moment - AROUND
    minutes = [begin + number * MINUTE for number in range(SPAN + int(2 * AROUND / MINUTE))]
    on = [_on(layer, minutes) for layer in schedule.layers]
    first, end = int(AROUND / MINUTE), int(AROUND / MINUTE) + SPAN
    shifts = schedule.shifts(minutes[first], minutes[end])
    gaps = schedule.gaps(minutes[first], minutes[end])
    empty, by_plan = schedule.unmanned(minutes[first], minutes[end])
    if_all_were_there = Schedule(schedule.layers)
    for number in range(first, end):
        at = minutes[number]
        plainly = _plainly(schedule, at, [one[number] for one in on])
        assert {shift.person for shift in shifts if shift.start <= at < shift.end} == plainly, at
        assert any(lo <= at < hi for lo, hi in gaps) is (not plainly), at
        for parts, kind in ((empty, True), (by_plan, False)):
            planned = bool(_plainly(if_all_were_there, at, [one[number] for one in on]))
            assert any(lo <= at < hi for lo, hi in parts) is (not plainly and planned is kind), at
        if number % 97 == 0:
            assert {shift.person for shift in schedule.at(at)} == plainly, at


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(ZONES), st.sampled_from((1, 7, 24, 168)), st.integers(0, 24 * 60 - 1))
@example("Europe/Berlin", 24, 150)
@example("Pacific/Apia", 24, 150)
def test_a_schedule_without_hours_never_has_a_gap(zone: str, turn: int, minute: int) -> None:
    moment = datetime(*CHANGES[zone], tzinfo=UTC)
    first = (moment - timedelta(days=9)).replace(hour=0, minute=0, tzinfo=None) + timedelta(minutes=minute)
    schedule = Schedule((Layer(zone, first.date(), minute, turn, PERSONS),))
    assert schedule.gaps(moment - timedelta(days=7), moment + timedelta(days=7)) == ()


@settings(max_examples=30, deadline=None)
@given(schedules())
@example((Schedule((Layer("Europe/Berlin", date(2026, 10, 13), 0, 288, ("sana", "sven")),)), _NOON))
def test_who_comes_next_is_the_first_of_all_who_come_and_has_the_shift_to_its_end(
    given: tuple[Schedule, datetime],
) -> None:
    schedule, moment = given
    within = timedelta(days=9)
    end, sure = moment + within, moment + 2 * within
    now, coming = {one.person for one in schedule.at(moment)}, schedule.shifts(moment, moment + 3 * within)
    others = [one._replace(end=min(one.end, sure)) for one in coming if one.person not in now and one.start < end]
    found = schedule.next_after(moment, within)
    assert (found and found._replace(end=min(found.end, sure))) == next(iter(others), None)
    there = [one.person for one in coming if one.start < end and not _is_away(schedule, one.person, moment)]
    for without in ((), PERSONS[:1], PERSONS[:3]):
        assert schedule.next_there(moment, without, within) == next((one for one in there if one not in without), "")
