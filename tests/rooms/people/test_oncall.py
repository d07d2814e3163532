"""On-call: who has the shift, who may plan it, and what is agreed beside it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import PermissionDenied

from backline.core.calendar import Block
from backline.core.oncall import Layer
from backline.core.words import Role
from backline.people import oncall
from backline.people import operations as people
from backline.people.models import Absence, Agreement
from backline.people.operations import AgreementForm, PersonForm, TeamForm
from tests.conftest import FRIDAY
from tests.fakes.house import House
from tests.fakes.shifts import (
    DAY,
    HOUR,
    MINUTE,
    MONDAY,
    SATURDAY,
    SUNDAY,
    agreed,
    away,
    ids,
    named,
    on,
    plan,
    refused,
    taking_turns,
    turns,
    who,
)


def test_turns_are_taken_at_the_hour_of_the_hand_over(house: House, team: str) -> None:
    assert on(house, team, FRIDAY) == ["sana"]
    assert on(house, team, SATURDAY - MINUTE) == ["sana"]
    assert [on(house, team, SATURDAY + day * DAY) for day in range(4)] == [["lena"], ["dora"], ["sana"], ["lena"]]
    assert on(house, team, FRIDAY - MINUTE) == []
    assert on(house, str(house.support.id), FRIDAY) == []


def test_the_first_layer_that_has_somebody_counts(house: House, team: str) -> None:
    nights = turns(house, "dora", week=((Block(20 * 60, 32 * 60),),) * 7)
    plan(house, team, nights, turns(house, "sana", "lena"), seen=1)
    assert on(house, team, FRIDAY) == ["sana"]
    assert on(house, team, FRIDAY + 3 * HOUR) == ["dora"]
    assert on(house, team, SATURDAY) == ["lena"]


def test_a_version_counts_from_its_moment_on_and_what_was_before_stays(house: House, team: str) -> None:
    kept = plan(house, team, turns(house, "dora"), seen=1, effective_at=SUNDAY + HOUR)
    assert plan(house, team, turns(house, "dora"), seen=1, effective_at=SUNDAY + HOUR).id == kept.id
    then = [on(house, team, at) for at in (SATURDAY, SUNDAY, SUNDAY + HOUR, MONDAY)]
    assert then == [["lena"], ["dora"], ["dora"], ["dora"]]
    shifts = oncall.schedule_of(team, FRIDAY, MONDAY + DAY, at=FRIDAY).shifts(FRIDAY, MONDAY + DAY)
    assert named(house, [shift.person for shift in shifts]) == ["sana", "lena", "dora"]
    house.clock.at = MONDAY
    plan(house, team, seen=2)
    assert on(house, team, MONDAY) == []
    assert on(house, team, MONDAY - MINUTE) == ["dora"]


def test_a_team_may_change_its_mind_any_number_of_times(house: House, team: str) -> None:
    for number in range(1, 25):
        plan(
            house,
            team,
            turns(house, "dora" if number % 2 else "lena"),
            seen=number,
            effective_at=FRIDAY + number * HOUR,
        )
    schedule = oncall.schedule_of(team, FRIDAY, FRIDAY + 2 * DAY, at=FRIDAY)
    assert schedule
    assert len(schedule.shifts(FRIDAY, FRIDAY + 2 * DAY)) == 25


def test_a_schedule_that_cannot_be_is_refused_at_its_layer(house: House, team: str) -> None:
    def flaws(*layers: Layer) -> set[str]:
        return set(refused(lambda: plan(house, team, *layers, seen=1)))

    good = turns(house, "sana")
    assert flaws(good, turns(house)) == {"1.persons"}
    assert flaws(turns(house, "sana", "sana")) == {"0.persons"}
    assert flaws(turns(house, "tess"), good) == {"0.persons"}
    assert flaws(replace(good, persons=("nobody",))) == {"0.persons"}
    assert flaws(replace(good, zone="Europe/Nowhere")) == {"0.zone"}
    assert flaws(replace(good, turn=0), replace(good, zone="")) == {"0.turn", "1.zone"}
    assert flaws(replace(good, turn=366 * 24 + 1)) == {"0.turn"}
    assert flaws(replace(good, hand_over=24 * 60)) == {"0.turn"}
    assert flaws(replace(good, first_day=date(1, 1, 1))) == {"0.first_day"}
    assert flaws(replace(good, week=((),) * 7)) == {"0.week"}
    assert flaws(*[good] * 21) == {"0.persons"}
    assert on(house, team, SATURDAY) == ["lena"]


def test_a_rotation_of_nobody_is_refused_in_words_at_its_layer(house: House, team: str) -> None:
    said = {"1.persons": "Nobody takes a turn here. Name one person at least, or take the layer away."}
    assert refused(lambda: plan(house, team, turns(house, "sana"), turns(house), seen=1)) == said
    assert on(house, team, SATURDAY) == ["lena"]


def test_a_shift_of_25_hours_on_the_day_of_the_change_is_one_and_nobody_is_missing_in_it(house: House) -> None:
    house.clock.at = datetime(2026, 10, 20, 12, tzinfo=UTC)
    team = taking_turns(house)
    plan(house, team, turns(house, "sana", "lena", "dora", first_day=date(2026, 10, 19), hand_over=0), seen=1)
    start, end = datetime(2026, 10, 24, 22, tzinfo=UTC), datetime(2026, 10, 25, 23, tzinfo=UTC)
    schedule = oncall.schedule_of(team, start - DAY, end + DAY, at=house.clock.now())
    assert schedule
    [shift] = [one for one in schedule.shifts(start - DAY, end + DAY) if one.start == start]
    assert (named(house, [shift.person]), shift.end - shift.start) == (["sana"], 25 * HOUR)
    assert schedule.gaps(start - DAY, end + DAY) == ()
    assert agreed(house, team, "dora", start, end)
    assert {tuple(on(house, team, start + hour * HOUR)) for hour in range(25)} == {("dora",)}


def test_who_plans_a_team_is_its_lead_or_sees_all(house: House, team: str) -> None:
    for name in ("sana", "tess", "dora"):
        with pytest.raises(PermissionDenied):
            plan(house, team, turns(house, "dora"), by=name, seen=1)
    for number, name in enumerate(("lena", "carl", "max", "ada"), 1):
        assert plan(house, team, turns(house, "dora", turn=number), by=name, seen=number).number == number + 1
    with pytest.raises(PermissionDenied):
        plan(house, str(house.support.id), turns(house, "dora"), by="lena")


def test_a_schedule_that_was_changed_meanwhile_is_not_written_over(house: House, team: str) -> None:
    plan(house, team, turns(house, "dora"), seen=1)
    assert "meanwhile" in refused(lambda: plan(house, team, turns(house, "lena"), seen=1))[""]
    assert on(house, team, SATURDAY) == ["dora"]


def test_whoever_is_named_for_a_time_has_it_until_it_ends_or_is_ended(house: House, team: str) -> None:
    named_for = agreed(house, team, "dora", SATURDAY, SUNDAY)
    assert on(house, team, SATURDAY) == ["dora"]
    assert agreed(house, team, "dora", SATURDAY, SUNDAY).id == named_for.id
    house.clock.at = SATURDAY + HOUR
    people.end_agreement(named_for.id, **who(house, "max"))
    people.end_agreement(named_for.id, **who(house, "max"))
    assert [on(house, team, at) for at in (SATURDAY, SATURDAY + HOUR)] == [["dora"], ["lena"]]


def test_two_overrides_at_once_are_refused_where_the_second_is_entered(house: House, team: str) -> None:
    agreed(house, team, "dora", SATURDAY, SUNDAY)
    errors = refused(lambda: agreed(house, team, "sana", SUNDAY - HOUR, MONDAY))
    assert "Dora" in errors["from_at"]
    assert agreed(house, team, "sana", SUNDAY, MONDAY)


@pytest.mark.parametrize(
    ("person", "hours", "field"),
    [("tess", (1, 2), "person"), ("dora", (2, 1), "to_at"), ("dora", (-3, -2), "to_at"), ("dora", (1, 1), "to_at"),
     ("dora", (1, 24 * 400), "to_at")],
)  # fmt: skip
def test_an_agreement_that_cannot_be_is_refused(
    house: House, team: str, person: str, hours: tuple[int, int], field: str
) -> None:
    start, end = (FRIDAY + hour * HOUR for hour in hours)
    assert set(refused(lambda: agreed(house, team, person, start, end))) == {field}
    assert not Agreement.objects.exists()


def test_a_shift_in_the_place_of_oneself_or_of_somebody_away_is_refused(house: House, team: str) -> None:
    assert set(refused(lambda: agreed(house, team, "dora", SATURDAY, SUNDAY, instead_of="dora"))) == {"person"}
    for stranger in (*ids(house, "tess"), "nobody", "\0"):
        form = AgreementForm(team, *ids(house, "dora"), SATURDAY, SUNDAY, stranger)
        assert set(refused(lambda form=form: people.agree(form, **who(house, "max")))) == {"instead_of"}
    away(house, "dora", SATURDAY + HOUR, None)
    assert "away" in refused(lambda: agreed(house, team, "dora", SATURDAY, SUNDAY))["person"]


def test_members_take_shifts_themselves_and_name_nobody_else(house: House, team: str) -> None:
    mine = AgreementForm(team, *ids(house, "dora"), SATURDAY, SUNDAY)
    with pytest.raises(PermissionDenied):
        people.agree(mine, **who(house, "sana"))
    with pytest.raises(PermissionDenied):
        people.agree(replace(mine, person=ids(house, "tess")[0]), **who(house, "tess"))
    kept = people.agree(mine, **who(house, "dora"))
    with pytest.raises(PermissionDenied):
        people.end_agreement(kept.id, **who(house, "sana"))
    assert on(house, team, SATURDAY) == ["dora"]


def test_one_tap_takes_over_until_the_shift_ends(house: House, team: str) -> None:
    kept = people.take_over(team, **who(house, "dora"))
    assert people.take_over(team, **who(house, "dora")).id == kept.id
    assert (kept.from_at, kept.to_at) == (FRIDAY, FRIDAY + 12 * HOUR)
    assert [on(house, team, at) for at in (FRIDAY, FRIDAY + 12 * HOUR, SATURDAY)] == [["dora"], ["sana"], ["lena"]]
    house.clock.at = FRIDAY + 6 * HOUR
    people.take_over(team, **who(house, "lena"))
    assert on(house, team, FRIDAY + 6 * HOUR) == ["lena"]
    house.clock.at = SATURDAY - HOUR
    assert people.take_over(team, **who(house, "dora")).to_at == SATURDAY
    with pytest.raises(PermissionDenied):
        people.take_over(team, **who(house, "tess"))


def test_whoever_plans_a_team_takes_over_without_being_in_it_and_has_nothing_else(house: House, team: str) -> None:
    kept = people.take_over(team, **who(house, "max"))
    assert people.take_over(team, **who(house, "max")).id == kept.id
    assert [on(house, team, FRIDAY + hours * HOUR) for hours in (0, 11, 12)] == [["max"], ["max"], ["sana"]]
    assert set(refused(lambda: agreed(house, team, "max", SATURDAY, SUNDAY, instead_of="lena"))) == {"person"}
    somebody_else = AgreementForm(team, *ids(house, "carl"), SATURDAY, SUNDAY)
    assert set(refused(lambda: people.agree(somebody_else, **who(house, "max")))) == {"person"}
    house.clock.at = FRIDAY + HOUR
    people.take_over(team, **who(house, "lena"))
    people.take_over(team, **who(house, "max"))
    away(house, "max", FRIDAY + 2 * HOUR, FRIDAY + 3 * HOUR)
    assert [on(house, team, FRIDAY + hours * HOUR) for hours in (1, 2, 3)] == [["max"], ["lena"], ["max"]]
    members = tuple(ids(house, "sana", "dora"))
    people.keep_team(TeamForm("Lift specialists", 3, "", members), team_id=team)
    assert on(house, team, FRIDAY + 2 * HOUR) == ["sana"], "Lena took over, left, and plans nothing any more"
    form = PersonForm("Max", "max@example.org", (Role.MANAGER,), active=False)
    people.keep_person(form, person_id=ids(house, "max")[0])
    assert on(house, team, FRIDAY + 4 * HOUR) == ["sana"]


def test_where_somebody_is_away_the_next_one_in_turn_stands_in(house: House, team: str) -> None:
    kept = away(house, "lena", SATURDAY + HOUR, SUNDAY)
    assert away(house, "lena", SATURDAY + HOUR, SUNDAY).id == kept.id
    assert [on(house, team, at) for at in (SATURDAY, SATURDAY + HOUR)] == [["lena"], ["dora"]]
    away(house, "dora", SATURDAY, None, by="max")
    assert on(house, team, SATURDAY + HOUR) == ["sana"]
    away(house, "sana", SATURDAY, None, by="lena")
    assert on(house, team, SATURDAY + HOUR) == []
    people.end_absence(kept.id, **who(house, "lena"))
    assert on(house, team, SATURDAY + HOUR) == ["lena"]


def test_an_absence_over_an_override_gives_the_shift_back(house: House, team: str) -> None:
    agreed(house, team, "dora", SATURDAY, SUNDAY)
    away(house, "dora", SATURDAY + HOUR, SATURDAY + 2 * HOUR)
    hours = [on(house, team, SATURDAY + hour * HOUR) for hour in range(3)]
    assert hours == [["dora"], ["lena"], ["dora"]]


def test_only_whoever_plans_says_that_somebody_else_is_away(house: House, team: str) -> None:
    with pytest.raises(PermissionDenied):
        away(house, "lena", SATURDAY, None, by="sana")
    kept = away(house, "lena", SATURDAY, None)
    with pytest.raises(PermissionDenied):
        people.end_absence(kept.id, **who(house, "sana"))
    assert set(refused(lambda: away(house, "lena", SUNDAY, SATURDAY))) == {"to_at"}
    assert Absence.objects.count() == 1


def test_whoever_left_is_never_on_call_and_keeps_what_he_had(house: House, team: str) -> None:
    house.clock.at = SUNDAY + HOUR
    members = tuple(ids(house, "sana", "dora"))
    people.keep_team(TeamForm("Lift specialists", 3, "", members), team_id=team)
    assert on(house, team, SATURDAY) == ["lena"]
    assert on(house, team, SATURDAY + 3 * DAY) == ["dora"]
    form = PersonForm("Sana", "sana@example.org", active=False)
    people.keep_person(form, person_id=ids(house, "sana")[0])
    assert {name for day in range(6) for name in on(house, team, MONDAY + day * DAY)} == {"dora"}


def test_a_team_without_a_schedule_is_taken_over_by_nobody(house: House) -> None:
    support = str(house.support.id)
    assert "no schedule" in refused(lambda: people.take_over(support, **who(house, "dora")))["team"]
    assert "no schedule" in refused(lambda: agreed(house, support, "dora", SATURDAY, SUNDAY))["team"]
    assert not Agreement.objects.exists()
