"""Two change the shifts of one team at once: the second sees what the first did, and nobody waits for ever."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from backline.cases import operations as cases
from backline.core.words import Role
from backline.engine.duties.shifts import Shifts
from backline.people import operations as people
from backline.people.models import Agreement, Person, ShiftNews
from backline.people.operations import PersonForm
from backline.people.shift_news import concerned
from tests.fakes.browser import key_in, press, signed_in, text
from tests.fakes.clock import SettableClock
from tests.fakes.house import House
from tests.fakes.installation import until
from tests.fakes.lists import looked, place
from tests.fakes.shifts import MINUTE, SATURDAY, SUNDAY, agreed, away, ids, on, taking_turns, who
from tests.rooms.cases.test_recompute_race import beside
from tests.rooms.cases.test_triggers_race import waiting
from tests.rooms.people.test_shift_news import heard


@pytest.fixture
def house(fresh_database: str, clock: SettableClock) -> House:
    """A house with real commits."""
    return House(clock)


@pytest.fixture
def team(house: House) -> str:
    """The lift specialists, who take turns; what they heard of it is told."""
    team = taking_turns(house)
    heard(house, Shifts())
    return team


def at_once(first: Callable[[], object], second: Callable[[], object]) -> None:
    """The second begins while the first is at it, and waits where it must."""
    with transaction.atomic():
        first()
        other = beside(second)
        until(lambda: waiting() or not other.is_alive(), "the second")
    other.join(20)
    assert not other.is_alive()


def test_of_two_who_end_an_agreement_at_once_the_second_ends_nothing_and_tells_nobody(house: House, team: str) -> None:
    named, answers, max_ = agreed(house, team, "dora", SATURDAY, SUNDAY), list[Any](), signed_in("max")
    here = f"/on-call/{team}"
    shown = {"key": key_in(max_.get(here))}
    heard(house, Shifts())
    at_once(
        lambda: people.end_agreement(named.id, **who(house, "carl")),
        lambda: answers.append(text(max_.post(f"{here}/agreements/{named.id}/end", shown, follow=True))),
    )
    assert "That was over already. Nothing was changed." in answers[0]
    assert heard(house, Shifts()).keys() == {"Dora", "Lena"}
    running = people.take_over(team, **who(house, "dora"))
    early = who(house, "max")
    house.clock.advance(MINUTE)
    heard(house, Shifts())
    at_once(
        lambda: people.end_agreement(running.id, **who(house, "carl")),
        lambda: answers.append(people.end_agreement(running.id, **early)),
    )
    assert answers[1] == 0, "he pressed earlier and waited longer"
    assert Agreement.objects.get().to_at == house.clock.now()
    assert ShiftNews.objects.count() == 2


def test_when_the_last_two_of_a_team_go_away_at_once_it_is_told_that_nobody_is_left(house: House, team: str) -> None:
    away(house, "dora", SATURDAY, SUNDAY)
    at_once(lambda: away(house, "sana", SATURDAY, SUNDAY), lambda: away(house, "lena", SATURDAY, SUNDAY))
    assert on(house, team, SATURDAY) == []
    assert heard(house, Shifts())["Max"] == ["Nobody is on call for Lift specialists: Lena is away"]


def test_when_of_the_last_two_one_leaves_the_house_while_the_other_goes_away_it_is_told_that_nobody_is_left(
    house: House, team: str
) -> None:
    away(house, "dora", house.clock.now(), None)
    form = PersonForm("Lena", "lena@example.org", (Role.SPECIALIST,), active=False)
    at_once(
        lambda: away(house, "sana", house.clock.now(), None),
        lambda: cases.keep_person(form, person_id=ids(house, "lena")[0], **who(house, "ada")),
    )
    assert on(house, team, SATURDAY) == []
    assert "Nobody is on call for Lift specialists: shifts were changed" in heard(house, Shifts())["Max"]


def test_who_is_back_while_the_last_one_goes_away_is_known_to_stand_in(house: House, team: str) -> None:
    away(house, "dora", SATURDAY, SUNDAY)
    ill = away(house, "sana", SATURDAY, SUNDAY)
    heard(house, Shifts())
    at_once(
        lambda: press(signed_in("sana"), "/on-call", f"/on-call/absences/{ill.id}/end"),
        lambda: away(house, "lena", SATURDAY, SUNDAY, by="lena"),
    )
    assert on(house, team, SATURDAY) == ["sana"]
    told = heard(house, Shifts())
    assert told["Sana"] == ["You are on call for Lift specialists: Lena is away"]


def test_a_list_of_persons_and_who_says_that_he_is_away_do_not_wait_for_each_other(house: House, team: str) -> None:
    ada, answers, teams_of_dora = signed_in("ada"), list[Any](), concerned(ids(house, "dora"), SATURDAY, SUNDAY)
    there = place(looked(ada, "persons", "Name\tE-mail\tPhone\nDora\tdora@example.org\t0800 1234\n"))
    with transaction.atomic():
        people.hold_teams(teams_of_dora)  # the first half of what she does below
        other = beside(lambda: answers.append(ada.post(there)))
        until(lambda: waiting() or not other.is_alive(), "the list")
        away(house, "dora", SATURDAY, SUNDAY)
    other.join(20)
    assert [answer.status_code for answer in answers] == [302]
    assert Person.objects.get(email="dora@example.org").phone == "0800 1234"


def test_an_absence_that_two_end_at_once_is_ended_by_the_first(house: House, team: str) -> None:
    ill, said = away(house, "lena", SATURDAY, SUNDAY), list[str]()
    house.clock.at = SATURDAY + MINUTE
    early = who(house, "max")
    house.clock.advance(MINUTE)
    heard(house, Shifts())

    def ends() -> None:
        try:
            people.end_absence(ill.id, **early)
        except people.Invalid as invalid:
            said.append(str(invalid))

    at_once(lambda: people.end_absence(ill.id, **who(house, "lena")), ends)
    assert said == ["That absence was over already. Nothing was changed."]
