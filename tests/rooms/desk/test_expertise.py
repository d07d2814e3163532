"""Ada enters what people can do and what work takes; each may see what is known of himself, and nobody else."""

from __future__ import annotations

from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from django.db import connection, transaction

from backline.jobs.models import Site
from backline.people import expertise, queries
from backline.people import operations as people
from backline.people.models import Ability, Need
from backline.people.operations import Invalid, NeedForm
from tests.fakes.browser import hidden_in, key_in, press, send, signed_in, text, words
from tests.fakes.clock import SettableClock
from tests.fakes.house import House
from tests.fakes.installation import until
from tests.fakes.lists import everything, figures, imported, looked, place
from tests.rooms.desk.test_candidates import offered

DAY = timedelta(days=1)


def page_of(house: House, name: str) -> str:
    """Where Ada enters what somebody can do."""
    return f"/administration/persons/{house.persons[name].id}/expertise"


@pytest.fixture
def skill(house: House) -> str:
    return str(people.keep_skill("Hydraulics").id)


def test_a_skill_with_its_certificate_is_entered_once_changed_and_taken_away(house: House, skill: str) -> None:
    ada, page, today = signed_in("ada"), page_of(house, "sana"), house.clock.now().date()
    doors = str(people.keep_skill("Doors").id)
    assert send(ada, f"{page}/add", skill=doors, level="2").status_code == 302
    typed = {"skill": skill, "level": "3", "certified": "on", "certificate": "C-17", "until": str(today + 12 * DAY)}
    sent = {"key": key_in(ada.get(f"{page}/add")), "seen": "", **typed}
    assert [ada.post(f"{page}/add", sent).status_code for _time in range(2)] == [302, 302]
    said = "Hydraulics is asked by others · no. C-17 ends on 2 Dec 2026, in 12 days"
    assert said in text(ada.get(page))
    assert f"Sana: {said}" in text(ada.get("/administration/"))
    other = ada.post(f"{page}/add", sent | {"level": "1"})
    assert (other.status_code, "That is known already" in words(other)) == (422, True)
    assert send(ada, f"{page}/{skill}", **typed | {"until": str(today - DAY)}).status_code == 302
    assert "ended on 19 Nov 2026" in text(ada.get(page))
    assert "Sana" in text(ada.get(f"/administration/skills/{skill}"))
    gone = hidden_in(ada.get(f"{page}/{skill}")) | typed | {"level": "0"}
    assert [ada.post(f"{page}/{skill}", gone).status_code for _time in range(2)] == [302, 302]
    left = text(ada.get(page))
    assert ("Hydraulics" in left, "Doors works alone not certified" in left) == (False, True)


BAD: list[tuple[dict[str, Any], str, str]] = [
    ({"level": "5"}, "level", "Choose one of these."),
    ({"level": "x"}, "level", "Choose one of these."),
    ({"skill": "00000000-0000-4000-8000-000000000000"}, "skill", "Choose one of these."),
    ({"certificate": "C-17"}, "certified", "Say that there is a certificate"),
    ({"certified": "on", "since": "2026-12-02", "until": "2026-12-01"}, "until", "It would end before it begins."),
    ({"certified": "on", "until": "soon"}, "until", "Give a date such as 2026-12-01."),
    ({"certified": "on", "until": "2025-11-19"}, "until", "That day is more than a year ago"),
    ({"certified": "on", "since": "1926-12-01"}, "since", "Choose a day from the year 1970 to 2199."),
    ({"certified": "on", "until": "2206-12-01"}, "until", "Choose a day from the year 1970 to 2199."),
    ({"certified": "on", "certificate": "C;17"}, "certificate", "Leave out the semicolon"),
    ({"certified": "on", "certificate": "\u202e"}, "certificate", "invisible character"),
    ({"certified": "on", "certificate": "x" * 61}, "certificate", "60"),
]


def test_what_cannot_be_is_said_beside_its_field_and_nothing_is_kept(house: House, skill: str) -> None:
    ada, page = signed_in("ada"), page_of(house, "sana")
    for wrong, field, said in BAD:
        answer = send(ada, f"{page}/add", **{"skill": skill, "level": "2"} | wrong)
        assert answer.status_code == 422, wrong
        assert said in words(answer).partition(f'id="id_{field}_error"')[2][:300], wrong
    assert Ability.objects.count() == 0
    for wrong, field in (
        ({"cap": "-1"}, "cap"),
        ({"cap": "1001"}, "cap"),
        ({"cap": "0"}, "cap"),
        ({"languages": "klingon-long"}, "languages"),
        ({"languages": "German, Frensh"}, "languages"),
        ({"languages": "\u202e"}, "languages"),
    ):
        answer = send(ada, page, **{"languages": "", "territories": "", "cap": ""} | wrong)
        assert (answer.status_code, f'id="id_{field}_error"' in words(answer)) == (422, True)
        if field == "cap":
            assert "Give a whole number from 1 to 1000." in words(answer)
    team = {"name": "Lift specialists", "tier": "3", "lead": "", "cap": "0"}
    answer = send(ada, f"/administration/teams/{house.specialists.id}", **team)
    assert "Give a whole number from 1 to 1000." in text(answer)
    said = "No language known here is called “Frensh”. Write its name or its code, such as French or fr."
    assert said in text(send(ada, page, languages="de-AT, Frensh", territories="", cap=""))
    assert send(ada, "/administration/skills/new", name=" hydraulics ").status_code == 422


def test_two_administrators_over_one_person_undo_nothing_of_each_other(house: House, skill: str) -> None:
    ada, bea, page = signed_in("ada"), signed_in("ada"), page_of(house, "sana")
    older = hidden_in(bea.get(page))
    assert send(ada, page, languages="de, fr", territories="North", cap="3").status_code == 302
    assert send(ada, f"{page}/add", skill=skill, level="2").status_code == 302
    late = bea.post(page, older | {"languages": "it", "territories": "", "cap": ""})
    assert (late.status_code, "This says now: German, French" in words(late)) == (409, True)
    same = {"languages": "fr, german, DE-at", "territories": "North", "cap": "3"}
    assert bea.post(page, older | same).status_code == 302
    assert len(expertise.abilities(str(house.persons["sana"].id))) == 1, "the skill that was added meanwhile stays"


def test_what_work_takes_and_who_can_do_it_rank_those_who_are_asked(house: House, skill: str) -> None:
    ada = signed_in("ada")
    need = {"skill": skill, "level": "2", "team": str(house.specialists.id), "certified": "on"}
    assert send(ada, "/administration/needs/new", **need).status_code == 302
    assert send(ada, "/administration/needs/new", **need).status_code == 422
    assert "cases for Lift specialists" in text(ada.get("/administration/needs"))
    site = ada.get(f"/administration/sites/{house.job.site_id}")
    assert 'name="territory"' in words(site)
    values = {"reference": "LIB-1", "customer": "Library", "name": "Library hall", "zone": "Europe/Berlin"}
    assert send(ada, f"/administration/sites/{house.job.site_id}", **values, territory="North").status_code == 302
    assert Site.objects.get(id=house.job.site_id).territory == "North"
    today = house.clock.now().date()
    page = page_of(house, "sana")
    send(ada, page, languages="", territories="north", cap="")
    send(ada, f"{page}/add", skill=skill, level="3", certified="on", since=str(today + DAY))
    sana = next(one for one in offered(house, house.raised()) if one.startswith("Sana"))
    assert "Not: certificate for Hydraulics holds from 21 Nov 2026 on" in sana
    assert "works in north" in sana
    found = Need.objects.get()
    assert ada.post(f"/administration/needs/{found.id}/remove").status_code == 302
    assert "Hydraulics" not in str(offered(house, house.raised()))


def test_a_skill_rests_while_it_is_used_is_removed_when_it_is_not_and_readiness_names_what_still_takes_it(
    house: House, skill: str
) -> None:
    ada, page, place = signed_in("ada"), page_of(house, "sana"), f"/administration/skills/{skill}"
    typed = {"skill": skill, "level": "3", "asset_type": "lift"}
    new, lacks = "/administration/needs/new", "Nobody in a team has Hydraulics at level 3, as this takes: lift"
    kept = ada.post(new, {"key": key_in(ada.get(new))} | typed, follow=True)
    assert lacks in text(kept), "beside the field where it was entered"
    assert send(ada, f"{page}/add", skill=skill, level="2").status_code == 302
    assert lacks in text(ada.get("/readiness")), "Sana is not that good at it"
    assert send(ada, f"{page}/{skill}", level="3").status_code == 302
    assert lacks not in text(ada.get("/readiness"))

    def removed() -> str:
        return text(press(ada, place, f"{place}/remove"))

    assert "persons who have it, active or not: 1; entries under What work takes that ask for it: 1." in removed()
    assert send(ada, place, name="Hydraulics").status_code == 302, "the tick is gone"
    assert "Hydraulics not active 1" in text(ada.get("/administration/skills"))
    rests = "Hydraulics is not active, so nobody is given it, and this takes it: lift"
    assert rests in text(ada.get("/readiness"))
    assert lacks not in text(ada.get("/readiness"))
    for offered_at in (page_of(house, "dora") + "/add", new):
        assert "Hydraulics" not in text(ada.get(offered_at)), offered_at
    assert ada.post(page_of(house, "dora") + "/add", {"key": "0" * 32, "skill": skill, "level": "2"}).status_code == 422
    assert "Hydraulics is asked by others" in text(ada.get(page)), "who has it keeps it"
    sana = next(one for one in offered(house, house.raised()) if one.startswith("Sana"))
    assert "Hydraulics: is asked by others" in sana
    assert send(ada, f"{page}/{skill}", level="0").status_code == 302
    press(ada, need := f"/administration/needs/{Need.objects.get().id}", f"{need}/remove")
    assert signed_in("max").post(f"{place}/remove").status_code == 403
    assert "Removed. Nobody had it, and nothing asked for it." in removed()
    assert ada.post(f"{place}/remove").status_code == 302
    assert skill not in people.skill_ids()


def test_work_takes_no_skill_that_is_just_being_removed(fresh_database: str, clock: SettableClock) -> None:
    House(clock)
    skill, refused = str(people.keep_skill("Ropes").id), list[str]()

    def takes() -> None:
        try:
            people.keep_need(NeedForm(skill, 2))
        except Invalid as invalid:
            refused.append(str(invalid))
        finally:
            connection.close()

    def waits() -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_locks WHERE NOT granted")
            return cursor.fetchone() is not None

    other = Thread(target=takes)
    with transaction.atomic():
        people.remove_skill(skill_id=skill)
        other.start()
        until(waits, "the one who needs it")
    other.join()
    assert refused == ["There is no such skill. Choose one of the list."]
    assert not Need.objects.exists()


def test_each_sees_his_own_and_the_rest_is_for_administrators_alone(house: House, skill: str) -> None:
    form = people.ExpertiseForm((people.AbilityForm(skill, 2, certified=True),), ("fr",), ("North",))
    people.keep_expertise(form, person_id=str(house.persons["sana"].id))
    people.keep_team(people.TeamForm("Lift specialists", 3, "", (str(house.persons["sana"].id),), 4),
                     team_id=str(house.specialists.id))  # fmt: skip
    mine = text(signed_in("sana").get("/expertise"))
    known = ("Hydraulics works alone valid, without an end", "English, French", "North", "4 open cases at most, as for")
    for said in known:
        assert said in mine
    assert "Hydraulics" not in text(signed_in("dora").get("/expertise"))
    for name in ("sana", "carl", "max", "tess"):
        assert signed_in(name).get(page_of(house, "sana")).status_code == 403


PERSONS = (
    "Name\tE-mail\tRoles\tSkills\tLanguages\tTerritories\tOpen cases at most\n"
    "Nora\tnora@example.org\tspecialist\thydraulics: 3, certified C-17 from 2026-01-01 until 2026-12-31; Doors:1"
    "\tGerman, fr-CH\tNorth\t8\n"
)


def test_a_list_brings_what_people_can_do_and_undo_takes_it_back(house: House, skill: str) -> None:
    people.keep_skill("Doors")
    ada, before = signed_in("ada"), everything()
    address = imported(ada, "persons", PERSONS)
    nora = people.expertise_of(named("nora"))
    [form] = nora.values()
    assert [(one.level, one.certificate) for one in form.abilities] == [(1, ""), (3, "C-17")]
    assert (form.languages, form.territories, form.cap) == (("de", "fr"), ("North",), 8)
    assert figures(looked(ada, "persons", PERSONS)) == (0, 0, 1, 0), "what means the same is no change"
    house.clock.advance(timedelta(minutes=1))
    changed = PERSONS.replace("hydraulics: 3", "Hydraulics: 4")
    page = looked(ada, "persons", changed)
    assert "Hydraulics: 4, certified C-17 from 2026-01-01 until 2026-12-31" in words(page)
    assert ada.post(place(page)).status_code == 302
    assert "Taken back" in words(ada.post(f"{place(page)}/undo", follow=True))
    assert people.expertise_of(named("nora")) == nora
    assert "Taken back" in words(ada.post(f"{address}/undo", follow=True))
    assert everything() == before


def named(name: str) -> list[Any]:
    """Somebody who is not of the cast."""
    return list(queries.persons_by_email([f"{name}@example.org"]).values())


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("hydraulics", "Write “hydraulics” as skill and level"),
        ("Magic: 2", "There is no skill Magic."),
        ("Hydraulics: 5", "Choose a level from 1 to 4."),
        ("Hydraulics: 2; hydraulics: 3", "Name each skill of the list once."),
        ("Hydraulics: 2, certified until 2026-02-30", "There is no day 2026-02-30."),
        ("Hydraulics: 2, certified from 2026-03-01 until 2026-02-01", "It would end before it begins."),
        ("Hydraulics: 2, certified until 1966-02-01", "Choose a day from the year 1970 to 2199."),
        ("Rivets: 2", "Nobody is given Rivets any more."),
        ("Hydraulics: 2\tde, Frensh", "No language known here is called “Frensh”."),
        ("Hydraulics: 2\tde\t0", "That there is no limit is said under Persons, by an empty field."),
        (": " * 40_000, "Write “"),
    ],
)
def test_a_cell_that_says_no_skill_is_refused_with_its_line(house: House, skill: str, cell: str, said: str) -> None:
    people.keep_skill("Rivets", active=False)
    gap = "\t" * (2 - cell.count("\t"))
    head = "Name\tE-mail\tSkills\tLanguages\tOpen cases at most"
    page = looked(signed_in("ada"), "persons", f"{head}\nNora\tnora@example.org\t{cell + gap}\n")
    assert figures(page) == (0, 0, 0, 1)
    assert said in words(page)


def test_a_list_of_sites_brings_their_territories(house: House) -> None:
    ada = signed_in("ada")
    address = imported(ada, "sites", "Reference;Customer;Name;Territory\nLIB-1;Library;Library hall;North\n")
    assert Site.objects.get(reference="LIB-1").territory == "North"
    ada.post(f"{address}/undo")
    assert Site.objects.get(reference="LIB-1").territory == ""


def test_a_need_of_a_team_asks_nothing_of_the_cases_of_others(house: House, skill: str) -> None:
    people.keep_need(NeedForm(skill, 2, team=str(house.support.id)))
    assert expertise.needed("lift", [], str(house.specialists.id)).levels == {}
    assert expertise.needed("lift", [], str(house.support.id)).levels == {skill: 2}
