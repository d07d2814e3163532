"""On-call: who has the shift, who may plan it, what is agreed beside it, and whom a climb tells because of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from backline.core.calendar import Block
from backline.core.oncall import Layer
from backline.people import oncall
from backline.people import operations as people
from backline.people.models import Absence, Agreement, ScheduleVersion, SwapAsked
from backline.people.operations import AbsenceForm, AgreementForm, Invalid, PersonForm, ScheduleForm, SwapForm, TeamForm
from tests.conftest import FRIDAY
from tests.fakes.house import House

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
SATURDAY, SUNDAY, MONDAY = (datetime(2026, 11, day, 7, tzinfo=UTC) for day in (21, 22, 23))
"""Eight o'clock in Berlin: the hand-overs after the Friday evening of the house."""


def turns(house: House, *names: str, **changes: Any) -> Layer:
    """Turns of a day in Berlin from the house's Friday on, handed over at eight."""
    return replace(Layer("Europe/Berlin", date(2026, 11, 20), 8 * 60, 24, tuple(ids(house, *names))), **changes)


@pytest.fixture
def team(house: House) -> str:
    """Sana, Lena and Dora, who take turns: Friday, Saturday, Sunday, and again."""
    team = str(house.specialists.id)
    members = tuple(ids(house, "sana", "lena", "dora"))
    people.keep_team(TeamForm("Lift specialists", 3, members[1], members), team_id=team)
    plan(house, team, turns(house, "sana", "lena", "dora"))
    return team


def ids(house: House, *names: str) -> list[str]:
    """The ids of somebody of the cast."""
    return [str(house.persons[name].id) for name in names]


def who(house: House, name: str) -> dict[str, Any]:
    """Who, and when."""
    return {"by": house.actor(name), "at": house.clock.now()}


def plan(house: House, team: str, *layers: Layer, by: str = "max", **form: Any) -> ScheduleVersion:
    """Somebody plans the team."""
    return people.keep_schedule(ScheduleForm(team, layers, **form), **who(house, by))


def on(house: House, team: str, at: datetime) -> list[str]:
    """Who is on call at a moment as it is planned now, by name."""
    schedule = oncall.schedule_of(team, at, at + DAY, at=house.clock.now())
    return named(house, [shift.person for shift in schedule.at(at)] if schedule else [])


def named(house: House, persons: list[str]) -> list[str]:
    """Names for ids."""
    names = {str(person.id): name for name, person in house.persons.items()}
    return [names[person] for person in persons]


def agreed(house: House, team: str, person: str, from_at: datetime, to_at: datetime, **form: str) -> Agreement:
    """Max names somebody for a time."""
    asked = AgreementForm(team, *ids(house, person), from_at, to_at, *ids(house, *form.values()))
    return people.agree(asked, **who(house, "max"))


def away(house: House, name: str, from_at: datetime, to_at: datetime | None, by: str = "") -> Absence:
    """Somebody is away."""
    return people.keep_absence(AbsenceForm(*ids(house, name), from_at, to_at), **who(house, by or name))


def swap(house: House, team: str, name: str, from_at: datetime, to_at: datetime, asked: str = "", **back: Any) -> str:
    """Somebody asks for a swap; its id."""
    person = ids(house, asked)[0] if asked else ""
    return str(people.ask_swap(SwapForm(team, from_at, to_at, person, **back), **who(house, name)).id)


def refused(act: Callable[[], object]) -> dict[str, str]:
    """The sentences, by field."""
    with pytest.raises(Invalid) as caught:
        act()
    return caught.value.errors


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
    assert "person" in refused(lambda: people.take_over(team, **who(house, "max")))


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


def test_a_swap_that_is_taken_goes_both_ways(house: House, team: str) -> None:
    asked = swap(house, team, "lena", SATURDAY, SUNDAY, "dora", back_from=SUNDAY, back_to=MONDAY)
    assert swap(house, team, "lena", SATURDAY, SUNDAY, "dora", back_from=SUNDAY, back_to=MONDAY) == asked
    assert on(house, team, SATURDAY) == ["lena"]
    with pytest.raises(PermissionDenied):
        people.take_swap(asked, **who(house, "sana"))
    people.take_swap(asked, **who(house, "dora"))
    people.take_swap(asked, **who(house, "dora"))
    assert [on(house, team, at) for at in (SATURDAY, SUNDAY, MONDAY)] == [["dora"], ["lena"], ["sana"]]
    assert Agreement.objects.count() == 2
    assert "Dora has taken" in refused(lambda: people.withdraw_swap(asked, **who(house, "lena")))[""]


def test_a_swap_is_declined_by_whom_it_was_asked_and_taken_back_by_the_asker(house: House, team: str) -> None:
    asked = swap(house, team, "lena", SATURDAY, SUNDAY, "dora")
    with pytest.raises(PermissionDenied):
        people.decline_swap(asked, **who(house, "lena"))
    people.decline_swap(asked, **who(house, "dora"))
    assert "declined" in refused(lambda: people.take_swap(asked, **who(house, "dora")))[""]
    anybody = swap(house, team, "lena", SATURDAY, SUNDAY)
    with pytest.raises(PermissionDenied):
        people.withdraw_swap(anybody, **who(house, "sana"))
    people.withdraw_swap(anybody, **who(house, "lena"))
    assert "does not ask" in refused(lambda: people.take_swap(anybody, **who(house, "sana")))[""]
    assert on(house, team, SATURDAY) == ["lena"]


def test_a_swap_that_cannot_be_is_refused(house: House, team: str) -> None:
    def flaws(*question: Any, **back: Any) -> set[str]:
        return set(refused(lambda: swap(house, team, "lena", *question, **back)))

    assert flaws(SATURDAY, SUNDAY, "lena") == {"asked"}
    assert flaws(SATURDAY, SUNDAY, "tess") == {"asked"}
    assert flaws(SUNDAY, MONDAY, "dora") == {"from_at"}
    assert flaws(SUNDAY, SATURDAY, "dora") == {"to_at"}
    assert flaws(SATURDAY, SUNDAY, back_from=SUNDAY, back_to=MONDAY) == {"asked"}
    assert flaws(SATURDAY, SUNDAY, "dora", back_from=SUNDAY) == {"back_to"}
    assert flaws(SATURDAY, SUNDAY, "dora", back_from=SUNDAY - HOUR, back_to=MONDAY) == {"back_from"}
    assert flaws(SATURDAY, SUNDAY, "dora", back_from=MONDAY, back_to=MONDAY + DAY) == {"back_from"}
    swap(house, team, "lena", SATURDAY, SUNDAY, "dora")
    assert flaws(SATURDAY + HOUR, SUNDAY, "sana") == {"from_at"}
    with pytest.raises(PermissionDenied):
        swap(house, team, "tess", SATURDAY, SUNDAY)
    assert SwapAsked.objects.count() == 1


def test_a_swap_does_not_follow_a_shift_that_was_moved(house: House, team: str) -> None:
    asked = swap(house, team, "lena", SATURDAY, SUNDAY, "dora")
    plan(house, team, turns(house, "sana", "dora", "lena"), seen=1)
    assert "changed" in refused(lambda: people.take_swap(asked, **who(house, "dora")))[""]
    house.clock.at = SUNDAY + HOUR
    assert "over" in refused(lambda: people.take_swap(asked, **who(house, "dora")))[""]


def test_of_two_who_take_one_swap_at_once_one_is_told_that_it_is_gone(fresh_database: str, clock: Any) -> None:
    house = House(clock)
    team, members = str(house.specialists.id), tuple(ids(house, "sana", "lena", "dora"))
    people.keep_team(TeamForm("Lift specialists", 3, members[1], members), team_id=team)
    plan(house, team, turns(house, "sana", "lena", "dora"))
    asked, gate, said = swap(house, team, "lena", SATURDAY, SUNDAY), Barrier(2), []
    actors = [house.actor(name) for name in ("sana", "dora")]

    def take(actor: Any) -> None:
        try:
            gate.wait()
            people.take_swap(asked, by=actor, at=clock.now())
            said.append("")
        except Invalid as error:
            said.append(error.errors[""])
        finally:
            connection.close()

    threads = [Thread(target=take, args=[actor]) for actor in actors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted("has taken this shift" in one for one in said) == [False, True]
    assert Agreement.objects.count() == 1


def test_what_is_offered_to_a_team_goes_to_who_is_on_call_and_then_to_the_team(house: House, team: str) -> None:
    case = house.raised()
    house.offer(case, person="")
    house.tick()
    assert len(house.letters("Sana")) == 1
    assert house.letters("Dora") == house.letters("Lena") == []
    assert "on call for the team" in house.letters("Sana")[0].body
    house.until(FRIDAY + 20 * MINUTE)
    assert len(house.letters("Dora")) == 1
    assert house.letters("Otto") == []


def test_who_hears_is_who_is_on_call_when_it_is_told(house: House, team: str) -> None:
    house.clock.at = SATURDAY - 2 * MINUTE
    case = house.raised()
    house.offer(case, person="")
    foreseen = house.view(case).coming
    assert "Lena" in str(foreseen)
    house.tick()
    house.until(SATURDAY + 4 * MINUTE)
    assert (len(house.letters("Sana")), len(house.letters("Lena"))) == (1, 1)


def test_where_nobody_is_on_call_the_whole_team_hears(house: House, team: str) -> None:
    for name in ("sana", "lena"):
        away(house, name, FRIDAY, None)
    away(house, "dora", FRIDAY, FRIDAY + HOUR)
    case = house.raised()
    house.offer(case, person="")
    house.tick()
    assert [len(house.letters(name)) for name in ("Sana", "Lena", "Dora")] == [1, 1, 1]
