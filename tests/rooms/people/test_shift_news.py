"""Who hears that shifts move: swaps asked and answered, somebody named or taking over, somebody away from a shift."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from django.db import connection, transaction

from backline.cases import operations as cases
from backline.channels.models import Notice
from backline.core.words import Role
from backline.engine import loop
from backline.engine.duties.shifts import Shifts
from backline.people import operations as people
from backline.people.models import ShiftNews
from backline.people.operations import PersonForm, RosterForm, TeamForm
from tests.fakes.browser import send, signed_in, text, words
from tests.fakes.clock import SettableClock
from tests.fakes.house import House
from tests.fakes.lists import imported
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
    on,
    plan,
    swap,
    turns,
    who,
)


def heard(house: House, duty: Shifts) -> dict[str, list[str]]:
    """What is new to whom, the engine having looked as often as it likes."""
    known = set(Notice.objects.values_list("id", flat=True))
    while loop.tick(duty, house.clock):
        pass
    found: dict[str, list[str]] = {}
    for one in Notice.objects.filter(kind__startswith="shift.").exclude(id__in=known).order_by("subject"):
        found.setdefault(one.recipient_name, []).append(one.subject)
    house.clock.advance(3 * MINUTE)
    return found


def last(name: str) -> str:
    """What somebody reads in the newest letter."""
    return Notice.objects.filter(recipient_name=name, kind__startswith="shift.").latest("queued_at").body


def test_who_is_asked_for_a_swap_hears_it_and_the_asker_what_came_of_it(house: House, team: str) -> None:
    in_berlin(house)
    duty, clock = Shifts(), house.clock
    heard(house, duty)
    asked = swap(house, team, "lena", SATURDAY, SUNDAY, "dora", back_from=SUNDAY, back_to=MONDAY)
    assert heard(house, duty) == {"Dora": ["Lena asks for a swap: a shift of Lift specialists"]}
    assert "Saturday 21 November 2026, 08:00:00 (Europe/Berlin, UTC+01:00) until Sunday 22" in last("Dora")
    assert "in return for:\n\nSunday 22 November 2026, 08:00:00" in last("Dora")
    assert "http://testserver/on-call" in last("Dora")
    people.take_swap(asked, **who(house, "dora"))
    assert heard(house, duty) == {"Lena": ["Dora takes your shift of Lift specialists"]}
    declined = swap(house, team, "sana", MONDAY, MONDAY + DAY, "lena")
    people.decline_swap(declined, **who(house, "lena"))
    assert heard(house, duty) == {
        "Lena": ["Sana asks for a swap: a shift of Lift specialists"],
        "Sana": ["Lena does not take your shift of Lift specialists"],
    }
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
    heard(house, duty)
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
    heard(house, duty)
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


def test_whoever_hears_reads_what_was_so_when_the_shifts_moved_whatever_came_after(house: House, team: str) -> None:
    heard(house, Shifts())
    agreed(house, team, "dora", SATURDAY, SUNDAY)
    away(house, "dora", SATURDAY + HOUR, None)
    assert heard(house, Shifts())["Dora"] == ["You are on call for Lift specialists: Max named you"]
    assert "until Sunday 22 November 2026, 07:00:00" in last("Dora"), "she was away later than she was named"
    away(house, "sana", SATURDAY, SUNDAY)
    house.clock.advance(3 * HOUR)
    assert [one for one in heard(house, Shifts()).get("Dora", []) if "named" in one] == [], "a worker that begins"
    agreed(house, team, "lena", MONDAY, MONDAY + HOUR)
    house.clock.at = MONDAY + HOUR
    assert heard(house, Shifts()) == {}, "nobody is told of what is over"


def test_whose_shifts_come_back_or_go_because_something_was_ended_hears_it(house: House, team: str) -> None:
    duty = Shifts()
    heard(house, duty)
    named = agreed(house, team, "dora", SATURDAY, SUNDAY)
    ill = away(house, "sana", FRIDAY_NIGHT + HOUR, FRIDAY_NIGHT + 3 * HOUR)
    heard(house, duty)
    people.end_agreement(named.id, **who(house, "max"))
    people.end_agreement(named.id, **who(house, "max"))
    changed = ["Your shifts of Lift specialists are others now"]
    assert heard(house, duty) == {"Dora": changed, "Lena": changed}
    assert "were changed by Max.\n\nNot yours any more:\n\nSaturday 21 November 2026, 07:00:00" in last("Dora")
    assert "Yours now" not in last("Dora")
    assert "were changed by Max.\n\nYours now:\n\nSaturday 21 November 2026, 07:00:00" in last("Lena")
    people.end_absence(ill.id, **who(house, "sana"))
    assert heard(house, duty) == {"Lena": changed}, "she stood in, and plans the team"
    assert "were changed by Sana.\n\nNot yours any more:\n\nFriday 20 November 2026, 23:00:00" in last("Lena")
    members = tuple(ids(house, "sana", "lena", "dora"))
    people.keep_team(TeamForm("Lift specialists", 3, members[2], members), team_id=team)
    ill = away(house, "sana", FRIDAY_NIGHT + HOUR, FRIDAY_NIGHT + 3 * HOUR)
    heard(house, duty)
    people.end_absence(ill.id, **who(house, "max"))
    assert heard(house, duty) == {
        "Dora": ["Sana is there after all: shifts of Lift specialists"], "Lena": changed, "Sana": changed,
    }  # fmt: skip
    assert house.letters("Otto") == house.letters("Carl") == house.letters("Max") == []


def test_whose_shifts_are_planned_otherwise_hears_which_but_for_who_did_it(house: House, team: str) -> None:
    duty, changed = Shifts(), ["Your shifts of Lift specialists are others now"]
    assert heard(house, duty) == dict.fromkeys(("Dora", "Lena", "Sana"), changed), "Max planned them"
    plan(house, team, turns(house, "sana", "lena"), seen=1, by="lena")
    assert heard(house, duty) == {"Dora": changed, "Sana": changed}
    assert "were changed by Lena.\n\nNot yours any more:\n\nSunday 22 November 2026, 07:00:00" in last("Dora")
    assert "and 10 more\n" in last("Dora")
    feed = "BEGIN:VCALENDAR\r\n{}END:VCALENDAR\r\n"
    event = (
        "BEGIN:VEVENT\r\nUID:1\r\nDTSTART:20261121T070000Z\r\nDTEND:20261121T090000Z\r\nSUMMARY:Dora\r\nEND:VEVENT\r\n"
    )
    people.keep_roster(RosterForm(team, "UTC", "https://example.org/team.ics"), **who(house, "max"))
    [roster] = people.due_rosters(house.clock.now(), most=1)
    for _time in range(2):
        people.refresh_roster(roster, feed.format(event).encode(), at=house.clock.now())
    assert heard(house, duty) == {"Dora": changed, "Lena": changed}
    assert "were changed by a roster that is planned elsewhere.\n\nYours now:\n\nSaturday 21" in last("Dora")
    assert house.letters("Otto") == house.letters("Carl") == house.letters("Max") == []


def test_who_took_over_from_outside_and_is_away_is_told_of_as_anybody_of_the_team(house: House, team: str) -> None:
    duty = Shifts()
    people.take_over(team, **who(house, "max"))
    heard(house, duty)
    away(house, "max", house.clock.now(), None)
    assert heard(house, duty) == {
        "Lena": ["Max is away and has shifts of Lift specialists"],
        "Sana": ["You are on call for Lift specialists: Max is away"],
    }


def test_who_leaves_a_team_or_the_house_leaves_shifts_and_swaps_of_which_the_others_hear(
    house: House, team: str
) -> None:
    duty, changed, ada = Shifts(), ["Your shifts of Lift specialists are others now"], signed_in("ada")
    swap(house, team, "lena", SATURDAY, SUNDAY, "dora")
    heard(house, duty)
    page, place = {"name": "Lift specialists", "tier": "3", "cap": ""}, f"/administration/teams/{team}"
    assert send(ada, place, **page, lead=ids(house, "lena")[0], members=ids(house, "sana", "lena")).status_code == 302
    told = heard(house, duty)
    assert told.keys() == {"Dora", "Lena", "Sana"}
    assert told["Lena"] == ["A swap is not asked for any more: a shift of Lift specialists"]
    gone = "were changed by Ada.\n\nNot yours any more:\n\nSunday 22 November"
    assert any(gone in one.body for one in house.letters("Dora"))
    assert "Dora takes turns in the schedule of Lift specialists and has left" in text(ada.get(place))
    people.take_over(team, **who(house, "carl"))
    heard(house, duty)
    roles = {"name": "Carl", "email": "carl@example.org", "zone": "UTC", "active": "on", "roles": ["TECHNICIAN"]}
    assert send(ada, f"/administration/persons/{house.persons['carl'].id}", **roles).status_code == 302
    assert heard(house, duty) == {"Carl": changed, "Sana": changed}, "he plans no team any more"
    for name in ("sana", "lena"):
        form = PersonForm(name.title(), f"{name}@example.org", (Role.SPECIALIST,), active=False)
        cases.keep_person(form, person_id=ids(house, name)[0], **who(house, "ada"))
    assert heard(house, duty)["Max"] == ["Nobody is on call for Lift specialists: shifts were changed"]
    assert "by Ada. Nobody is on call then; name somebody:\n\nFriday 20 November 2026" in last("Max")
    assert house.letters("Otto") == house.letters("Tess") == []


def test_who_plans_no_team_any_more_by_a_list_loses_what_he_took_over_and_hears_so(house: House, team: str) -> None:
    duty, changed = Shifts(), ["Your shifts of Lift specialists are others now"]
    people.take_over(team, **who(house, "carl"))
    heard(house, duty)
    there = imported(ada := signed_in("ada"), "persons", "Name\tE-mail\tRoles\nCarl\tcarl@example.org\ttechnician\n")
    assert heard(house, duty) == {"Carl": changed, "Sana": changed}
    assert on(house, team, house.clock.now()) == ["sana"]
    ada.post(f"{there}/undo")
    assert heard(house, duty) == {"Carl": changed, "Sana": changed}
    assert on(house, team, house.clock.now()) == ["carl"]


def test_who_comes_into_a_team_by_a_list_that_is_taken_back_leaves_shifts_and_swaps_of_which_the_others_hear(
    house: House, team: str
) -> None:
    duty, changed, ada = Shifts(), ["Your shifts of Lift specialists are others now"], signed_in("ada")
    people.keep_team(TeamForm("Lift specialists", 3, "", tuple(ids(house, "sana", "lena"))), team_id=team)
    heard(house, duty)
    there = imported(ada, "persons", "Name\tE-mail\tTeam\nDora\tdora@example.org\tLift specialists\n")
    assert heard(house, duty) == {"Dora": changed, "Sana": changed}, "the schedule names her, and Sana stood in"
    assert on(house, team, SUNDAY) == ["dora"]
    swap(house, team, "dora", SUNDAY, MONDAY, "lena")
    swap(house, team, "sana", MONDAY, MONDAY + DAY, "dora")
    heard(house, duty)
    ada.post(f"{there}/undo")
    told, off = heard(house, duty), "A swap is not asked for any more: a shift of Lift specialists"
    assert {name: sorted(said) for name, said in told.items()} == {
        "Dora": [off, off, *changed], "Lena": [off], "Sana": [off, *changed],
    }  # fmt: skip
    assert "Ada ended the question" in last("Lena")
    assert on(house, team, SUNDAY) == ["sana"]


def test_letters_that_were_taken_and_not_written_are_not_lost_and_no_two_workers_write_one(
    fresh_database: str, clock: SettableClock
) -> None:
    house = House(clock)
    team, members = str(house.specialists.id), tuple(ids(house, "sana", "lena", "dora"))
    people.keep_team(TeamForm("Lift specialists", 3, members[1], members), team_id=team)
    plan(house, team, turns(house, "sana", "lena", "dora"))
    with transaction.atomic():
        assert len(people.take_shift_news(people.waiting_shift_news())) == 3
        with ThreadPoolExecutor(1) as other:
            assert other.submit(in_own_connection, Shifts(), house.clock.now()).result() == 0, "they are in hand"
        transaction.set_rollback(True)  # whoever took them went down
    with ThreadPoolExecutor(2) as pool:
        done = pool.map(in_own_connection, (Shifts(), Shifts()), [house.clock.now()] * 2)
    assert sum(done) == 3
    assert Notice.objects.filter(kind="shift.changed").count() == 3


def test_news_that_cannot_be_told_stop_no_others_are_named_on_health_and_told_once_they_can_be(
    house: House, team: str
) -> None:
    duty, gone = Shifts(), "Dora has your shift of Lift specialists now"
    heard(house, duty)
    agreed(house, team, "dora", SATURDAY - HOUR, SUNDAY + HOUR)
    bad = next(one for one in ShiftNews.objects.all() if one.said["to"] == ids(house, "lena")[0])
    whole = bad.said
    ShiftNews.objects.filter(id=bad.id).update(said={"damaged": True})
    assert heard(house, duty) == {"Dora": ["You are on call for Lift specialists: Max named you"], "Sana": [gone]}
    assert f"news {bad.id} of shifts waits: " in words(signed_in("ada").get("/health"))
    ShiftNews.objects.filter(id=bad.id).update(said=whole)
    assert heard(house, duty) == {"Lena": [gone]}


def in_own_connection(duty: Shifts, at: datetime) -> int:
    """What a worker of its own would do."""
    try:
        return duty.run(at)
    finally:
        connection.close()


FRIDAY_NIGHT = SATURDAY - timedelta(hours=9)
