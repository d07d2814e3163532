"""Whom a climb tells as the best suited of a team, who is passed over for that, and what everybody reads of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backline.core.policy import Recipients, Rung, shipped
from backline.core.words import ClockName, Danger, Impact, Priority, Reason, Urgency
from backline.engine.duties.look import Look
from backline.people import operations as people
from backline.people.operations import AbilityForm, ExpertiseForm, NeedForm, TeamForm
from backline.policies import file, queries
from backline.policies import operations as policies
from backline.policies.reading import Unreadable
from tests.conftest import FRIDAY
from tests.fakes.browser import signed_in, text
from tests.fakes.house import House
from tests.fakes.shifts import MINUTE, away, ids
from tests.rooms.engine.test_auditor import audited, found

P2 = {"impact": Impact.HIGH, "urgency": Urgency.MEDIUM}
BEST = Recipients.CANDIDATE


def telling_the_best(house: House, *rungs: Rung) -> None:
    """From now on the best suited hears after five minutes in which nobody accepts, and the next after as many."""
    before = shipped()
    rungs = rungs or (Rung(BEST, wait=300), Rung(BEST, wait=300), Rung(Recipients.MANAGERS, wait=300))
    text = file.write(replace(before, ladders={**before.ladders, ClockName.ACCEPT: rungs}))
    seen = queries.version_in_force(house.clock.now()).number
    plan = policies.Plan(text, why="Who knows it should hear")
    policies.keep_version(plan, seen=seen, by=house.actor("ada"), at=house.clock.now())


@pytest.fixture
def skill(house: House) -> str:
    """Lifts take E47; of Sana, Lena and Dora, who are the team, Lena alone has it. No job of Otto's is about it."""
    skill = str(people.keep_skill("E47").id)
    people.keep_need(NeedForm(skill, 2, asset_type="lift"))
    members = tuple(ids(house, "sana", "lena", "dora"))
    people.keep_team(TeamForm("Lift specialists", 3, "", members), team_id=str(house.specialists.id))
    can(house, "lena", skill, 3, languages=("de",))
    telling_the_best(house)
    return skill


def can(house: House, name: str, skill: str, level: int, **more: object) -> None:
    """Somebody can do it."""
    form = ExpertiseForm((AbilityForm(skill, level),), **more)
    people.keep_expertise(form, person_id=str(house.persons[name].id))


def offered(house: House, **changes: object) -> str:
    """A case that the team is offered now."""
    case = house.raised(**{**P2, **changes})
    house.offer(case, person="")
    return case


def heard(house: House, *names: str) -> list[int]:
    """How many letters each of them has."""
    return [len(house.letters(name)) for name in names]


def test_nobody_accepts_and_who_alone_knows_it_hears_then_those_who_can_choose(house: House, skill: str) -> None:
    case = offered(house)
    assert house.view(case).case.priority is Priority.P2
    ahead = text(signed_in("carl").get(f"/cases/{case}/climbs"))
    assert "The best suited of the team (Lena) as it stands now: E47: is asked by others" in ahead
    assert "because there is nobody for: the best suited of the team" in ahead, "Lena hears once"
    assert "Lena will be reminded" in str(house.view(case).coming)
    carl = heard(house, "Carl")[0]
    house.until(FRIDAY + 6 * MINUTE)
    assert heard(house, "Lena", "Sana", "Dora", "Otto") == [1, 0, 0, 0]
    why = "you are the best suited of the team that it lies with: E47: is asked by others"
    assert why in house.letters("Lena")[0].body
    assert "as the best suited of the team: E47: is asked by others" in text(signed_in("carl").get(f"/cases/{case}"))
    assert audited(house).well, found()
    house.until(FRIDAY + 11 * MINUTE)
    assert heard(house, "Lena", "Sana", "Dora", "Otto", "Carl") == [1, 0, 0, 0, carl + 1]
    assert "because there is nobody for: the best suited of the team" in str(house.view(case).timeline)
    assert audited(house).well, found()


def test_who_has_enough_or_is_away_is_passed_over_for_the_next_best_and_danger_asks_for_no_cap(
    house: House, skill: str
) -> None:
    can(house, "lena", skill, 3, cap=1)
    can(house, "dora", skill, 2)
    busy = house.raised(job=str(house.otto_job.id))
    house.offer(busy, "lena")
    house.accept(busy, "lena", minutes=120)
    lena, case = heard(house, "Lena")[0], offered(house)
    house.until(FRIDAY + 6 * MINUTE)
    assert heard(house, "Lena", "Dora", "Sana") == [lena, 1, 0]
    said = "Lena was passed over: has 1 open case, and no more at once"
    assert said in text(signed_in("carl").get(f"/cases/{case}"))
    assert audited(house).well, found()
    away(house, "dora", house.clock.now(), None)
    trapped = offered(house, danger=Danger.RISK, reasons=frozenset({Reason.SAFETY_RISK}))
    house.until(FRIDAY + 12 * MINUTE)
    assert heard(house, "Lena", "Dora", "Sana") == [lena + 1, 1, 0]
    assert "passed over" not in text(signed_in("carl").get(f"/cases/{trapped}"))
    assert case not in {str(letter.case_id) for letter in house.letters("Otto")}


def test_who_left_or_has_it_is_not_the_best_and_a_team_of_nobody_leaves_nobody_in_silence(
    house: House, skill: str
) -> None:
    can(house, "dora", skill, 2)
    mine = house.raised(**P2)
    house.offer(mine, "lena")
    house.until(FRIDAY + 6 * MINUTE)
    assert heard(house, "Lena", "Dora", "Sana") == [0, 1, 0], "she was asked herself, and does not answer"
    house.persons["lena"].is_active = False
    house.persons["lena"].save()
    offered(house)
    house.until(FRIDAY + 12 * MINUTE)
    assert heard(house, "Lena", "Dora", "Sana") == [0, 2, 0]
    people.keep_team(TeamForm("Lift specialists", 3, "", ()), team_id=str(house.specialists.id))
    carl, case = heard(house, "Carl")[0], offered(house)
    house.until(FRIDAY + 18 * MINUTE)
    assert heard(house, "Lena", "Dora", "Sana", "Otto")[1:] == [2, 0, 0]
    assert heard(house, "Carl")[0] > carl
    assert "because there is nobody for: the best suited of the team" in str(house.view(case).timeline)
    assert audited(house).well, found()


def test_a_later_rung_told_ahead_of_time_tells_the_best_and_the_page_says_who(house: House, skill: str) -> None:
    case = offered(house)
    [choice, *_more] = [one for one in house.view(case).ahead if one.climb.startswith("ACCEPT")]
    assert "the best suited of the team (Lena)" in choice.what
    assert "the best suited of the team (Carl)" in choice.then, "by then she has heard"


def test_ranking_asks_as_often_for_one_case_as_for_many(house: House, skill: str) -> None:
    def asked(many: int) -> int:
        for _number in range(many):
            offered(house)
        house.clock.advance(6 * MINUTE)
        with CaptureQueriesContext(connection) as sent:
            assert Look().run(house.clock.now()) >= many
        return len(sent)

    first = asked(1)
    house.until(house.clock.now() + 60 * MINUTE)
    assert asked(5) <= first


def test_a_ladder_may_not_end_with_the_best_suited_who_was_told_then(house: House) -> None:
    with pytest.raises(Unreadable, match="The last rung repeats until somebody acts"):
        telling_the_best(house, Rung(BEST))
