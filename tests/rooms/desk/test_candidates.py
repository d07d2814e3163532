"""Candidates on the form of an offer: in order, with reasons and why not; who was chosen stands on the timeline."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from backline.cases import operations as cases
from backline.core.oncall import Layer
from backline.core.words import Danger, Reason
from backline.jobs.models import Site
from backline.people import operations as people
from backline.people.models import Contact
from backline.people.operations import (
    AbilityForm,
    AbsenceForm,
    ExpertiseForm,
    Invalid,
    NeedForm,
    ScheduleForm,
    TeamForm,
)
from tests.fakes.browser import send, signed_in, words
from tests.fakes.house import House


def person(house: House, name: str) -> str:
    """The id of somebody of the cast."""
    return str(house.persons[name].id)


@pytest.fixture
def skill(house: House) -> str:
    """Lifts take hydraulics, certified; Sana and Dora work in the team, and Sana knows it best."""
    skill = str(people.keep_skill("Hydraulics").id)
    people.keep_need(NeedForm(skill, 2, asset_type="lift", certified=True))
    members = tuple(person(house, name) for name in ("sana", "lena", "dora"))
    people.keep_team(TeamForm("Lift specialists", 3, members[1], members), team_id=str(house.specialists.id))
    can(house, "sana", skill, 3)
    can(house, "dora", skill, 2)
    return skill


def can(house: House, name: str, skill: str, level: int, until: date | None = None, **more: object) -> None:
    """Somebody can do it, and it is certified."""
    form = ExpertiseForm((AbilityForm(skill, level, certified=True, until=until),), **more)
    people.keep_expertise(form, person_id=person(house, name))


def offered(house: House, case: str) -> list[str]:
    """What can be chosen, in order, as the coordinator reads it."""
    page = words(signed_in("carl").get(f"/cases/{case}/offer"))
    return [re.sub("<[^>]*>", " ", found).strip() for found in re.findall(r'<label class="choice".*?</label>', page)]


def solved(house: House, name: str) -> None:
    """Somebody solves one at the library's lift, and the customer says so."""
    case = house.raised()
    house.offer(case, name)
    house.accept(case, name)
    house.resolve(case, name)
    cases.confirm([case], **house.once("cleo"))


def test_candidates_stand_in_order_with_what_speaks_for_them_and_why_not(house: House, skill: str) -> None:
    can(house, "dora", skill, 2, house.clock.now().date() - timedelta(days=1))
    solved(house, "sana")
    options = offered(house, house.raised())
    assert options[0].startswith("Lift specialists (tier 3)")
    assert options[1].startswith("Sana, Lift specialists")
    for said in ("Hydraulics: is asked by others", "certified for Hydraulics", "solved 1 case at this asset"):
        assert said in options[1]
    assert options[2].startswith("Lift support")
    late = {one.partition(",")[0]: one for one in options[3:]}
    assert "Not: lacks Hydraulics (works alone)" in late["Lena"]
    assert "Not: certificate for Hydraulics ended on 19 Nov 2026" in late["Dora"]
    assert "Otto" not in str(options)


def test_who_is_on_call_comes_first_and_who_is_away_last(house: House, skill: str) -> None:
    members = (person(house, "dora"), person(house, "sana"))
    layer = Layer("Europe/Berlin", date(2026, 11, 20), 480, 24, members)
    form = ScheduleForm(str(house.specialists.id), (layer,))
    people.keep_schedule(form, by=house.actor("max"), at=house.clock.now())
    assert "is on call" in offered(house, house.raised())[1]
    assert offered(house, house.raised())[1].startswith("Dora")
    away = AbsenceForm(members[0], house.clock.now())
    people.keep_absence(away, by=house.actor("dora"), at=house.clock.now())
    options = offered(house, house.raised())
    assert options[1].startswith("Sana")
    assert "is on call" in options[1]
    assert "Not: is away" in options[-1] + options[-2]


def test_a_cap_spreads_work_and_never_holds_when_somebody_is_in_danger(house: House, skill: str) -> None:
    can(house, "sana", skill, 4, cap=1)
    house.working()
    options = offered(house, house.raised(job=str(house.otto_job.id)))
    assert options[1].startswith("Dora")
    assert "Not: has 1 open case, and no more at once" in next(one for one in options if one.startswith("Sana"))
    danger = house.raised(job=str(house.otto_job.id), danger=Danger.RISK, reasons=frozenset({Reason.SAFETY_RISK}))
    assert offered(house, danger)[1].startswith("Sana")


def test_where_it_is_and_what_language_the_contact_speaks_count(house: House) -> None:
    Site.objects.filter(id=house.job.site_id).update(territory="North")
    members = tuple(person(house, name) for name in ("sana", "lena", "dora"))
    people.keep_team(TeamForm("Lift specialists", 3, members[1], members), team_id=str(house.specialists.id))
    people.keep_expertise(ExpertiseForm(territories=("NORTH",), languages=("de",)), person_id=person(house, "dora"))
    first = offered(house, house.raised())[1]
    assert first.startswith("Dora")
    assert "works in north" in first


def test_the_second_candidate_is_chosen_and_the_reason_stands_on_the_timeline(house: House, skill: str) -> None:
    case = house.raised()
    client = signed_in("carl")
    target = f"{house.specialists.id}:{person(house, 'dora')}"
    send(client, f"/cases/{case}/offer", target=target, why="She is nearer")
    page = words(client.get(f"/cases/{case}"))
    assert "Candidate 2 of 3: Hydraulics: works alone, certified for Hydraulics" in page
    assert "She is nearer" in page
    assert "Candidate 2 of 3" in words(signed_in("dora").get(f"/cases/{case}"))


def test_expertise_that_cannot_be_is_refused_and_nothing_is_changed(house: House, skill: str) -> None:
    sana = person(house, "sana")

    def flaws(form: ExpertiseForm) -> set[str]:
        with pytest.raises(Invalid) as caught:
            people.keep_expertise(form, person_id=sana)
        return set(caught.value.errors)

    assert flaws(ExpertiseForm((AbilityForm(skill, 5),))) == {skill}
    assert flaws(ExpertiseForm((AbilityForm(skill, 1), AbilityForm(skill, 2)))) == {skill}
    assert flaws(ExpertiseForm((AbilityForm("nothing", 1),))) == {"nothing"}
    assert flaws(ExpertiseForm(languages=("x" * 11,), territories=("\u202e",), cap=-1)) == {
        "languages", "territories", "cap",
    }  # fmt: skip
    assert flaws(ExpertiseForm(territories=("a",) * 51)) == {"territories"}
    with pytest.raises(Invalid):
        people.keep_skill(" hydraulics ")
    with pytest.raises(Invalid):
        people.keep_need(NeedForm(skill, 2, asset_type="lift"))
    with pytest.raises(Invalid):
        people.keep_need(NeedForm("nothing", 9))
    assert "Hydraulics: is asked by others" in offered(house, house.raised())[1]


def test_what_everybody_has_tells_nobody_apart_and_is_not_said(house: House, skill: str) -> None:
    assert "language" not in str(offered(house, house.raised()))
    people.keep_expertise(ExpertiseForm(languages=("de",)), person_id=person(house, "dora"))
    Contact.objects.filter(id=house.cleo.id).update(language="de")
    [dora] = [one for one in offered(house, house.raised()) if one.startswith("Dora")]
    assert "speaks the contact's language (German)" in dora
