"""How other systems' ladders failed, as stories: each would be told otherwise if Backline did the same."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backline.cases import operations as cases
from backline.channels import queries as channels
from backline.core.words import Role, State
from backline.people import operations as people
from backline.people.operations import PersonForm, TeamForm
from tests.fakes.house import House


def heard(house: House) -> list[tuple[str, str]]:
    """Every letter that was ever written, to whom and about what."""
    return [(row.recipient_name, row.subject) for row in channels.outgoing(limit=500).rows]


def test_a_case_answered_in_june_wakes_nobody_in_october(house: House) -> None:
    case = house.working()
    house.resolve(case)
    cases.confirm([case], **house.once("cleo"))
    before = heard(house)
    for _ in range(18):
        house.clock.advance(timedelta(days=7))
        house.tick()
    assert heard(house) == before
    assert house.view(case).coming == ()


def test_who_takes_it_is_not_asked_again_and_neither_is_anybody_else(house: House) -> None:
    case = house.raised()
    house.offer(case)
    house.until(house.clock.now() + timedelta(minutes=20))
    house.accept(case, "lena", minutes=60)
    asked = [row for row in channels.outgoing(limit=500).rows if "Accept it" in row.subject]
    assert {row.state for row in asked} == {"CANCELLED"}
    house.until(house.clock.now() + timedelta(minutes=55))
    assert len([row for row in channels.outgoing(limit=500).rows if "Accept it" in row.subject]) == len(asked)


def test_handed_over_and_back_nobody_is_lost_and_nobody_stays_who_no_longer_has_it(house: House) -> None:
    case = house.working()
    first, second = str(house.specialists.id), str(house.support.id)
    contact = house.view(case).case.contact
    cases.offer([case], cases.NewOffer(second, str(house.persons["dora"].id), why="Nearer"), **house.once("sana"))
    house.accept(case, "dora", minutes=30)
    sana = len(house.letters("Sana"))
    house.until(house.clock.now() + timedelta(hours=3))
    asked_of_sana = [one.subject for one in house.letters("Sana")[sana:]]
    assert asked_of_sana == [], "a team that had it is not told any more"
    cases.offer([case], cases.NewOffer(first, str(house.persons["sana"].id), why="She knows it"), **house.once("carl"))
    now = house.view(case).case
    assert (now.contact, now.team, now.state) == (contact, first, State.OFFERED)
    assert {str(house.persons[name].id) for name in ("sana", "dora")} <= set(now.had)
    assert house.view(case, "dora").case.id == case, "who had it still sees it"
    told = [one for one in house.letters("Sana") if "Accept it" in one.subject]
    house.tick()
    assert len([one for one in house.letters("Sana") if "Accept it" in one.subject]) == len(told) + 1, "once, not twice"


def test_a_team_that_nobody_is_in_any_more_is_climbed_over_and_never_silent(house: House) -> None:
    empty = people.keep_team(TeamForm("Contractors", 3, "", (str(house.persons["dora"].id),)))
    case = house.raised()
    gone = PersonForm("Dora", "dora@example.org", (Role.SPECIALIST,), active=False)
    cases.keep_person(gone, person_id=str(house.persons["dora"].id), by=house.actor("ada"), at=house.clock.now())
    cases.offer([case], cases.NewOffer(str(empty.id), why="By mistake"), **house.once("carl"))
    before = len(house.letters("Carl"))
    house.tick()
    assert len(house.letters("Carl")) == before + 1, "the coordinators hear in place of nobody"
    assert house.letters("Dora") == []


@pytest.mark.parametrize("who", ["carl", "max"])
def test_the_story_is_the_same_whoever_does_it_from_wherever(house: House, who: str) -> None:
    case = house.raised()
    cases.offer([case], cases.NewOffer(str(house.specialists.id), why="Theirs"), **house.once(who))
    entry = house.view(case).timeline[-1]
    assert (entry.kind, entry.what, entry.why) == ("case.offered", "Offered to Lift specialists", ("Theirs",))
