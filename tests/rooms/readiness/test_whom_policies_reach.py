"""People leave, and policies name roles only: what nobody hears any more is told, and said on the page."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from django.db import transaction

from backline.cases import operations as cases
from backline.core.policy import Recipients, Rung, shipped
from backline.core.words import ClockName, Danger, Reason, Role
from backline.engine import loop
from backline.engine.duties.readiness import Readiness
from backline.ledger import queries as ledger
from backline.people import operations as people
from backline.people.models import Organisation
from backline.people.operations import AbilityForm, ExpertiseForm, NeedForm, PersonForm, TeamForm
from backline.policies import file, queries
from backline.policies.operations import Plan, keep_version
from tests.fakes.browser import signed_in, text, words
from tests.fakes.clock import SettableClock
from tests.fakes.hours import looked
from tests.fakes.house import House
from tests.fakes.installation import until
from tests.rooms.cases.test_recompute_race import beside
from tests.rooms.cases.test_triggers_race import waiting

SAID = "Team Lift support has no active lead, so the coordinators hear instead of the lead"
LEAD = f"{SAID}."
SECOND = "Team Lift support has no second active member, so the coordinators hear instead of the team: ladders.ACCEPT"


def filled(house: House) -> None:
    """Somebody is on every rung."""
    dora, tom = (str(house.persons[name].id) for name in ("dora", "tom"))
    people.keep_team(TeamForm("Lift support", 2, dora, (dora, tom)), team_id=str(house.support.id))


def test_it_is_told_once_and_again_after_a_week_while_it_lasts_to_who_can_mend_it(house: House) -> None:
    Organisation.objects.update(last_resort=house.persons["max"])
    people.keep_team(TeamForm("Lift support", 2, dora := str(house.persons["dora"].id), (dora,)),
                     team_id=str(house.support.id))  # fmt: skip
    support = house.support.id
    for hour in range(29):
        assert loop.tick(Readiness(), house.clock) == 0
        assert len(house.letters("Ada")) == 1, f"it was told in the first hour, and not again in hour {hour}"
        house.clock.advance(timedelta(hours=1))
    assert house.subjects("Ada") == ["4 things are not ready"], "with mail, addresses, and that all time counts"
    assert house.subjects("Max") == ["1 thing is not ready"], "he hears in everybody's place meanwhile"
    for name in ("Ada", "Max"):
        assert SECOND in house.letters(name)[0].body
        assert f"Mend it here: http://testserver/administration/teams/{support}\n" in house.letters(name)[0].body
        assert "/readiness" in house.letters(name)[0].body
    house.clock.advance(timedelta(days=4, hours=22))
    Readiness().run(house.clock.now())
    assert len(house.letters("Ada")) == 1, "a week has not passed"
    house.clock.advance(timedelta(hours=20))
    Readiness().run(house.clock.now())
    assert house.subjects("Ada")[1:] == ["3 things are not ready"], "what is only worth a look is told once"
    assert house.subjects("Max")[1:] == ["1 thing is not ready"]
    filled(house)
    house.clock.advance(timedelta(days=8))
    Readiness().run(house.clock.now())
    assert "Lift support" not in house.letters("Ada")[2].body, "nothing is left to say of it"
    assert len(house.letters("Max")) == 2
    for name in ("Carl", "Sana", "Dora", "Lena", "Tess", "Otto", "Cleo"):
        assert house.letters(name) == []


def test_the_page_says_it_as_long_as_it_is_so(house: House) -> None:
    ada = signed_in("ada")
    assert LEAD in words(ada.get("/readiness"))
    assert f"{SAID}: ladders.ACCEPT.rungs[4]" in words(ada.get("/administration/policies"))
    filled(house)
    assert "Lift support" not in words(ada.get("/readiness"))
    house.persons["max"].is_active = False
    house.persons["max"].save()
    said = "Nobody is a manager, so the coordinators hear instead, else the last resort: ladders.TRIAGE.rungs[3]"
    assert said in words(ada.get("/administration/policies"))
    page = words(ada.get("/readiness"))
    assert "Nobody is a manager, so reviews are decided by nobody: the coordinators hear instead." in page
    assert "ladders.TRIAGE" not in page, "one thing is said once"


def test_a_ladder_that_reaches_nobody_by_now_is_said_and_the_running_case_is_safe(house: House) -> None:
    filled(house)
    text = queries.text_of(queries.versions()[0])
    begin, _, review = text.partition("[ladders.REVIEW]")
    text = begin + "[ladders.REVIEW]" + review.replace('{ tell = "LAST_RESORT", wait = "15 min" },', "", 1)
    keep_version(Plan(text, "Managers alone"), seen=1, by=house.actor("ada"), at=house.clock.now())
    case = house.raised(danger=Danger.RISK, reasons=frozenset({Reason.SAFETY_RISK}), evidence=())
    house.persons["max"].is_active = False
    house.persons["max"].save()
    Readiness().run(house.clock.now())
    assert "ladders.REVIEW" in house.letters("Ada")[0].body
    assert "Nobody is sure to hear" in words(signed_in("ada").get("/readiness"))
    house.until(house.clock.now() + timedelta(minutes=20))
    assert any("review" in letter.body.lower() for letter in house.letters("Carl")), house.subjects("Carl")
    assert house.view(case).coming


def test_what_a_version_that_open_cases_keep_does_not_reach_is_said_once_for_all_of_them(house: House) -> None:
    filled(house)
    people.keep_team(TeamForm("Lift support", 2, dora := str(house.persons["dora"].id), (dora,)),
                     team_id=str(house.support.id))  # fmt: skip
    open_, over = house.raised(), house.raised()
    alone = replace(shipped(), ladders={clock: (Rung(Recipients.COORDINATORS),) for clock in ClockName})
    keep_version(Plan(file.write(alone), "Coordinators"), seen=1, by=house.actor("ada"), at=house.clock.now())
    Readiness().run(house.clock.now())
    [letter] = house.letters("Ada")
    assert f"Version 1, which 2 open cases still have: {SECOND}" in letter.body
    cases.withdraw([over], why="Mended by others", **house.once("carl"))
    ada = signed_in("ada")
    assert f"Version 1, which 1 open case still has: {SECOND}" in words(ada.get("/readiness"))
    cases.withdraw([open_], why="Mended by others", **house.once("carl"))
    assert "Version 1" not in words(ada.get("/readiness")), "no open case has it any more"
    for name in ("Carl", "Sana", "Otto", "Cleo"):
        assert "not ready" not in " ".join(house.subjects(name))


def test_a_version_that_comes_soon_is_held_against_who_is_there_before_its_day(house: House) -> None:
    filled(house)
    carl = replace(shipped(), ladders={clock: (Rung(Recipients.COORDINATORS),) for clock in ClockName})
    managers = replace(shipped(), ladders={clock: (Rung(Recipients.MANAGERS),) for clock in ClockName})
    now = house.clock.now()
    for seen, (policy, day) in enumerate([(carl, 20), (managers, 21)], 1):
        plan = Plan(file.write(policy), "From then on", effective_at=now + timedelta(days=day))
        keep_version(plan, seen=seen, by=house.actor("ada"), at=now)
    house.persons["max"].is_active = False
    house.persons["max"].save()
    said = "Version 3, which comes into force on 11 December: Nobody is sure to hear: today nobody is one of MANAGERS"
    assert "comes into force" not in words(signed_in("ada").get("/readiness")), "that is far ahead"
    house.clock.advance(timedelta(days=8))
    ada = signed_in("ada")
    for page in ("/readiness", "/administration/policies"):
        assert said in words(ada.get(page))
        assert "Version 2, which" not in words(ada.get(page)), "Carl is there"
    Readiness().run(house.clock.now())
    assert said in house.letters("Ada")[0].body
    house.persons["max"].is_active = True
    house.persons["max"].save()
    assert "comes into force" not in words(ada.get("/readiness"))
    for name in ("Carl", "Sana", "Otto", "Cleo"):
        assert house.letters(name) == []


def test_a_last_resort_who_left_is_nobody(house: House) -> None:
    filled(house)
    Organisation.objects.update(last_resort=house.persons["lena"])
    assert "last-resort" not in words(signed_in("ada").get("/readiness"))
    house.persons["lena"].is_active = False
    house.persons["lena"].save()
    Readiness().run(house.clock.now())
    assert "The last-resort contact is not active" in house.letters("Ada")[0].body
    assert "so the administrators hear instead" in house.letters("Ada")[0].body
    assert house.letters("Lena") == []


def test_in_place_of_a_last_resort_who_left_the_administrators_hear(house: House) -> None:
    Organisation.objects.update(last_resort=house.persons["max"])
    for name in ("max", "carl"):  # as an old backup or another hand may leave them: nobody may leave so
        house.persons[name].is_active = False
        house.persons[name].save()
    case = house.raised()
    house.tick()
    [told] = [event.data for event in ledger.events(case) if event.kind == "rung.reached"]
    assert (told["told"], told["role"], told["instead_of"]) == (
        [str(house.persons["ada"].id)], "LAST_RESORT", "COORDINATORS"
    )  # fmt: skip
    assert [one for one in house.subjects("Ada") if "Route it" in one]
    for name in ("Max", "Carl", "Otto"):
        assert house.letters(name) == []


def test_nobody_is_named_last_resort_at_the_moment_at_which_he_leaves(
    fresh_database: str, clock: SettableClock
) -> None:
    house = House(clock)
    max_ = str(house.persons["max"].id)
    refused: list[str] = []

    def named() -> None:
        try:
            people.keep_organisation(name="Lift Service", zone="Europe/Berlin", last_resort=max_)
        except people.Invalid as error:
            refused.extend(error.errors)

    with transaction.atomic():
        people.keep_person(PersonForm("Max", "max@example.org", (Role.MANAGER,), active=False), person_id=max_)
        naming = beside(named)
        until(lambda: waiting() or not naming.is_alive(), "the naming")
    naming.join(10)
    assert refused == ["last_resort"]
    assert str(Organisation.objects.get().last_resort_id) == str(house.persons["ada"].id)


def test_before_the_first_start_nothing_is_said(db: None, clock: SettableClock) -> None:
    assert Readiness().run(clock.now()) == 0


def test_a_team_in_which_nobody_has_all_its_work_takes_is_said_where_a_rung_tells_the_best_suited(
    house: House,
) -> None:
    filled(house)
    team = str(house.support.id)
    doors, gas = (AbilityForm(str(people.keep_skill(name).id), 2) for name in ("Doors", "Gas lines"))
    for one in (doors, gas):
        people.keep_need(NeedForm(one.skill, 2, team=team, asset_type="lift"))
    for name, can in (("dora", doors), ("tom", gas)):
        people.keep_expertise(ExpertiseForm((can,)), person_id=str(house.persons[name].id))
    said, ada = "In team Lift support nobody has all that some of its work takes (lift)", signed_in("ada")
    assert said not in words(ada.get("/readiness")), "no rung asks who is suited best"
    rungs = (Rung(Recipients.CANDIDATE), Rung(Recipients.MANAGERS, wait=300))
    best = file.write(replace(shipped(), ladders={**shipped().ladders, ClockName.ACCEPT: rungs}))
    drawn = words(looked(ada, "/administration/policies/edit", text=best, why="Best", effective_at=""))
    assert said in drawn
    assert "the best suited of the team" in drawn, "of no case yet, so no name stands in the ladder that is drawn"
    keep_version(Plan(best, "Best first"), seen=1, by=house.actor("ada"), at=house.clock.now())
    Readiness().run(house.clock.now())
    assert said in house.letters("Ada")[0].body
    assert f"Mend it here: http://testserver/administration/teams/{team}\n" in house.letters("Ada")[0].body
    people.keep_expertise(ExpertiseForm((doors, gas)), person_id=str(house.persons["dora"].id))
    assert said not in words(ada.get("/readiness"))
    late = (Rung(Recipients.TEAM), Rung(Recipients.CANDIDATE, wait=300), Rung(Recipients.MANAGERS, wait=300))
    said = "An earlier rung tells the whole team, so nobody of it is left who could be told here"
    assert said not in drawn
    typed = file.write(replace(shipped(), ladders={**shipped().ladders, ClockName.ACCEPT: late}))
    seen = text(looked(ada, "/administration/policies/edit", text=typed, why="Late", effective_at=""))
    assert f"{said}: ladders.ACCEPT.rungs[2]" in seen
    for name in ("Carl", "Sana", "Otto", "Cleo"):
        assert "not ready" not in " ".join(house.subjects(name))
