"""Who hears that shifts move: swaps asked and answered, somebody named or taking over, somebody away from a shift."""

from __future__ import annotations

from datetime import timedelta

from backline.channels.models import Notice
from backline.engine import loop
from backline.engine.duties.shifts import Shifts
from backline.people import operations as people
from backline.people.operations import TeamForm
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
    in_berlin,
    swap,
    who,
)


def heard(house: House, duty: Shifts) -> dict[str, list[str]]:
    """What is new to whom, the engine having looked as often as it likes."""
    known = set(Notice.objects.values_list("id", flat=True))
    for _time in range(2):
        assert loop.tick(duty, house.clock) == 0
    found: dict[str, list[str]] = {}
    for one in Notice.objects.filter(kind__startswith="shift.").exclude(id__in=known).order_by("effect_key"):
        found.setdefault(one.recipient_name, []).append(one.subject)
    house.clock.advance(3 * MINUTE)
    return found


def last(name: str) -> str:
    """What somebody reads in the newest letter."""
    return Notice.objects.filter(recipient_name=name, kind__startswith="shift.").latest("queued_at").body


def test_who_is_asked_for_a_swap_hears_it_and_the_asker_what_came_of_it(house: House, team: str) -> None:
    in_berlin(house)
    duty, clock = Shifts(), house.clock
    asked = swap(house, team, "lena", SATURDAY, SUNDAY, "dora", back_from=SUNDAY, back_to=MONDAY)
    assert heard(house, duty) == {"Dora": ["Lena asks for a swap: a shift of Lift specialists"]}
    assert "Saturday 21 November 2026, 08:00:00 (Europe/Berlin, UTC+01:00) until Sunday 22" in last("Dora")
    assert "in return for:\n\nSunday 22 November 2026, 08:00:00" in last("Dora")
    assert "http://testserver/on-call" in last("Dora")
    people.take_swap(asked, **who(house, "dora"))
    assert heard(house, duty) == {"Lena": ["Dora takes your shift of Lift specialists"]}
    declined = swap(house, team, "sana", MONDAY, MONDAY + DAY, "lena")
    people.decline_swap(declined, **who(house, "lena"))
    assert heard(house, duty) == {"Sana": ["Lena does not take your shift of Lift specialists"]}
    away(house, "dora", MONDAY - HOUR, MONDAY + DAY)
    heard(house, duty)
    anybody = swap(house, team, "sana", MONDAY, MONDAY + DAY)
    assert list(heard(house, duty)) == ["Lena"], "Dora is away then, so she is not asked"
    people.withdraw_swap(anybody, **who(house, "max"))
    assert heard(house, duty) == {"Sana": ["A swap is not asked for any more: a shift of Lift specialists"]}
    assert "Max ended the question" in last("Sana")
    named = swap(house, team, "sana", MONDAY, MONDAY + DAY, "lena")
    heard(house, duty)
    people.withdraw_swap(named, **who(house, "sana"))
    assert heard(house, duty) == {"Lena": ["A swap is not asked for any more: a shift of Lift specialists"]}
    clock.advance(3 * HOUR)
    assert heard(house, Shifts()) == {}, "a worker that begins tells nothing twice"
    assert house.letters("Otto") == house.letters("Tess") == house.letters("Carl") == []


def test_whose_shift_moves_hears_who_has_it_and_who_has_it_that_he_was_named(house: House, team: str) -> None:
    duty = Shifts()
    agreed(house, team, "dora", SATURDAY - HOUR, SUNDAY + HOUR)
    assert heard(house, duty) == {
        "Dora": ["You are on call for Lift specialists: Max named you"],
        "Lena": ["Dora has your shift of Lift specialists now"],
        "Sana": ["Dora has your shift of Lift specialists now"],
    }
    utc = "(UTC, UTC+00:00)"
    assert f"Saturday 21 November 2026, 06:00:00 {utc} until Saturday 21 November 2026, 07:00:00" in last("Sana")
    assert f"Saturday 21 November 2026, 07:00:00 {utc} until Sunday 22 November 2026, 07:00:00" in last("Lena")
    people.take_over(team, **who(house, "lena"))
    assert heard(house, duty) == {"Sana": ["Lena has your shift of Lift specialists now"]}
    for name in ("dora", "lena"):
        people.take_over(team, **who(house, name))
    gone = "has your shift of Lift specialists now"
    assert heard(house, duty) == {"Lena": [f"Dora {gone}"], "Dora": [f"Lena {gone}"]}, "each step is told, and once"
    agreed(house, team, "sana", MONDAY + DAY, MONDAY + 2 * DAY, instead_of="lena")
    assert set(heard(house, duty)) == {"Sana", "Lena"}
    for name, instead_of in (("dora", "sana"), ("lena", "dora"), ("dora", "lena"), ("lena", "dora")):
        agreed(house, team, name, MONDAY + DAY, MONDAY + 2 * DAY, instead_of=instead_of)
    assert [len(one) for _to, one in sorted(heard(house, duty).items())] == [4, 3, 1], "Dora, Lena, Sana: step by step"
    assert house.letters("Otto") == house.letters("Carl") == house.letters("Max") == []


def test_who_is_away_from_a_shift_is_told_to_who_plans_the_team_with_what_is_left_uncovered(
    house: House, team: str
) -> None:
    duty = Shifts()
    away(house, "dora", SATURDAY, SUNDAY)
    assert heard(house, duty) == {}, "she has no shift then"
    away(house, "sana", FRIDAY_NIGHT, None, by="max")
    assert heard(house, duty) == {
        "Lena": [
            "Sana is away and has shifts of Lift specialists",
            "You are on call for Lift specialists: Sana is away",
        ],
    }
    assert "and 11 more\n" in last("Lena"), "sixty days have so many of her shifts"
    away(house, "dora", SUNDAY, SUNDAY + 2 * HOUR)
    away(house, "lena", SUNDAY + HOUR, SUNDAY + 3 * HOUR)
    found = heard(house, duty)
    assert found["Max"] == ["Nobody is on call for Lift specialists: Lena is away"], "who leads is who is away"
    assert "Nobody is on call then; name somebody:\n\nSunday 22 November 2026, 08:00:00" in last("Max")
    heard(house, duty)
    people.keep_team(TeamForm("Lift specialists", 3, "", tuple(ids(house, "sana", "lena", "dora"))), team_id=team)
    away(house, "lena", MONDAY + 5 * DAY, MONDAY + 6 * DAY, by="max")
    assert "Max" not in heard(house, duty), "he said so himself"
    assert house.letters("Otto") == house.letters("Carl") == house.letters("Tess") == []


FRIDAY_NIGHT = SATURDAY - timedelta(hours=9)
