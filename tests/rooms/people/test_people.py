"""Persons, teams, contacts and the organisation: what is kept, what is refused in words, and who is who now."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from backline.core.words import Role
from backline.people import operations as people
from backline.people import queries
from backline.people.operations import ContactForm, Founding, Invalid, PersonForm, TeamForm
from tests.fakes.asked import asked
from tests.fakes.browser import send, signed_in, words
from tests.fakes.house import PASSWORD, House


def refused(form: PersonForm, person_id: str = "") -> dict[str, str]:
    with pytest.raises(Invalid) as caught:
        people.keep_person(form, person_id=person_id)
    return caught.value.errors


@pytest.mark.parametrize("email", ["", " ", "sana", "sana@", "@example.org", "sana@example", "a b@example.org"])
def test_an_address_that_is_none_is_refused_at_its_field(house: House, email: str) -> None:
    assert set(refused(PersonForm("New", email))) == {"email"}


def test_everything_that_is_wrong_is_said_at_once(house: House) -> None:
    form = PersonForm(" ", "x", zone="Nowhere", password="short")
    assert set(refused(form)) == {"name", "email", "zone", "password"}


def test_an_address_belongs_to_one_person_whatever_its_letters(house: House) -> None:
    assert "Somebody else" in refused(PersonForm("Twin", "SANA@Example.org"))["email"]
    sana = house.persons["sana"]
    kept = people.keep_person(PersonForm("Sana B", "Sana@Example.org", (Role.SPECIALIST,)), person_id=str(sana.id))
    assert (kept.id, kept.name, kept.email) == (sana.id, "Sana B", "sana@example.org")


def test_changing_a_person_keeps_the_password_unless_a_new_one_is_given(house: House) -> None:
    sana = house.persons["sana"]
    form = PersonForm("Sana", "sana@example.org", (Role.SPECIALIST,))
    assert people.keep_person(form, person_id=str(sana.id)).check_password(PASSWORD)
    newer = PersonForm("Sana", "sana@example.org", (Role.SPECIALIST,), password="another good one")
    assert people.keep_person(newer, person_id=str(sana.id)).check_password("another good one")


def test_somebody_without_a_password_cannot_sign_in(house: House) -> None:
    assert not people.keep_person(PersonForm("New", "new@example.org")).has_usable_password()


@pytest.mark.parametrize(
    ("form", "field"),
    [(TeamForm("", 2), "name"), (TeamForm("New", 0), "tier"), (TeamForm("New", 5), "tier"),
     (TeamForm(" Lift support ", 2), "name")],
)  # fmt: skip
def test_a_team_that_cannot_be_is_refused(house: House, form: TeamForm, field: str) -> None:
    with pytest.raises(Invalid) as caught:
        people.keep_team(form)
    assert set(caught.value.errors) == {field}


def test_a_team_changes_its_lead_and_members(house: House) -> None:
    ids = {name: str(person.id) for name, person in house.persons.items()}
    people.keep_team(TeamForm("Lift support", 2, ids["sana"], (ids["lena"],)), team_id=str(house.support.id))
    team = queries.team(str(house.support.id))
    assert team is not None
    assert team.lead is not None
    assert team.lead.name == "Sana"
    assert queries.members([str(team.id)]) == {str(team.id): (ids["lena"],)}


def test_who_was_made_inactive_is_nobodys_recipient(house: House) -> None:
    lena = str(house.persons["lena"].id)
    people.keep_person(PersonForm("Lena", "lena@example.org", (Role.SPECIALIST,), active=False), person_id=lena)
    roster = queries.roster([str(house.specialists.id)], [lena, str(house.persons["sana"].id)], at=house.clock.now())
    assert roster.members[str(house.specialists.id)] == (str(house.persons["sana"].id),)
    assert roster.leads == {}
    assert roster.active == {str(house.persons["sana"].id)}
    assert queries.person_by_email("lena@example.org") is None


def test_a_roster_of_nothing_has_the_roles_that_need_no_team(house: House) -> None:
    roster = queries.roster([], [], at=house.clock.now())
    assert roster.coordinators == (str(house.persons["carl"].id),)
    assert roster.managers == (str(house.persons["max"].id),)
    assert roster.last_resort == (str(house.persons["ada"].id),)
    assert (roster.members, roster.leads) == ({}, {})


@pytest.mark.parametrize("text", ["", "x", "0", "\x00", "00000000-0000-4000-8000-000000000000", "../..", "9" * 400])
def test_an_id_that_is_none_finds_nobody(house: House, text: str) -> None:
    assert queries.persons_by_id([text]) == {}
    assert queries.contacts_by_id([text]) == {}
    assert queries.team(text) is None


def test_a_contact_may_have_no_address_but_not_a_wrong_one(house: House) -> None:
    assert people.keep_contact(ContactForm("Cleo", "")).email == ""
    with pytest.raises(Invalid) as caught:
        people.keep_contact(ContactForm("", "cleo", zone="Nowhere"))
    assert set(caught.value.errors) == {"name", "email", "zone"}


def test_erasing_a_contact_empties_it_once_and_ends_its_links(house: House) -> None:
    before, at = house.cleo.link_number, house.clock.now()
    people.erase_contact(contact_id=str(house.cleo.id), at=at)
    people.erase_contact(contact_id=str(house.cleo.id), at=at + timedelta(days=1))
    gone = queries.contacts_by_id([str(house.cleo.id)])[str(house.cleo.id)]
    assert (gone.name, gone.email, gone.phone) == ("Erased", "", "")
    assert (gone.erased_at, gone.link_number) == (at, before + 1)


def test_revoking_links_of_one_contact_leaves_the_others(house: House) -> None:
    people.revoke_links(contact_id=str(house.cleo.id))
    found = queries.contacts_by_id([str(house.cleo.id), str(house.otto.id)])
    assert found[str(house.cleo.id)].link_number == 2
    assert found[str(house.otto.id)].link_number == 1


def test_an_organisation_is_founded_once(house: House) -> None:
    form = PersonForm("Eve", "eve@example.org", (Role.ADMINISTRATOR,), password=PASSWORD)
    with pytest.raises(Invalid) as caught:
        people.found(Founding("Another", "UTC", form))
    assert "set up already" in caught.value.errors["organisation"]
    assert queries.person_by_email("eve@example.org") is None


def test_two_who_found_at_once_make_one_organisation(fresh_database: str) -> None:
    start, outcomes = Barrier(2), list[str]()

    def found(name: str) -> None:
        form = PersonForm(name, f"{name}@example.org", (Role.ADMINISTRATOR,), password=PASSWORD)
        start.wait()
        try:
            outcomes.append(people.found(Founding("Lift Service", "UTC", form)).name)
        except Invalid:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [Thread(target=found, args=(name,)) for name in ("ada", "eve")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("refused") == 1
    assert len(queries.persons()) == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"organisation": " "}, "organisation"), ({"zone": "Nowhere"}, "zone"),
     ({"last_resort_name": "Lea", "last_resort_email": "lea"}, "last_resort_email"),
     ({"last_resort_name": "", "last_resort_email": "lea@example.org"}, "last_resort_name")],
)  # fmt: skip
def test_a_founding_that_cannot_be_changes_nothing(db: None, changes: dict[str, Any], field: str) -> None:
    form = PersonForm("Ada", "ada@example.org", (Role.ADMINISTRATOR,), password=PASSWORD)
    usual: dict[str, Any] = {"organisation": "Lift Service", "zone": "UTC", "administrator": form}
    with pytest.raises(Invalid) as caught:
        people.found(Founding(**(usual | changes)))
    assert field in caught.value.errors
    assert queries.organisation() is None
    assert not queries.persons()


def test_the_last_resort_may_be_somebody_else(db: None) -> None:
    form = PersonForm("Ada", "ada@example.org", (Role.ADMINISTRATOR,), password=PASSWORD)
    people.found(Founding("Lift Service", "UTC", form, "Lea", "lea@example.org"))
    organisation = queries.organisation()
    assert organisation is not None
    assert organisation.last_resort.name == "Lea"
    assert queries.with_role(Role.MANAGER) == (str(organisation.last_resort.id),)


def test_who_hears_last_of_all_can_see_what_he_hears_of(house: House) -> None:
    with pytest.raises(Invalid) as error:
        people.keep_organisation(name="Lift Service", zone="UTC", last_resort=str(house.persons["dora"].id))
    assert set(error.value.errors) == {"last_resort"}


@pytest.mark.parametrize("address", ["tess@ⓧ.test", "tess@ｘ.test"])
def test_an_address_that_stands_for_another_one_is_not_kept(house: House, address: str) -> None:
    ada = signed_in("ada")
    for register, more in (("persons", {"roles": ["TECHNICIAN"]}), ("contacts", {"sites": "LIB-1", "language": "en"})):
        page = send(ada, f"/administration/{register}/new", name="Tess", email=address, zone="UTC", **more)
        assert (page.status_code, "would go to tess@x.test. Enter that one" in words(page)) == (422, True)
        assert address in words(page)
    form = {"name": "Tess", "email": "tess@müller.test", "language": "en", "zone": "UTC", "sites": "LIB-1"}
    kept = send(ada, "/administration/contacts/new", **form)
    assert kept.status_code == 302


def test_what_everybody_is_called_is_asked_at_once_and_of_nobody_else(house: House) -> None:
    cleo, sana, lifts, support = (str(one.id) for one in (
        house.cleo, house.persons["sana"], house.specialists, house.support,
    ))  # fmt: skip
    with asked() as statements:
        found = queries.names_of(["", "nobody", cleo, sana])
    assert found == {lifts: "Lift specialists", support: "Lift support", cleo: "Cleo", sana: "Sana"}
    assert len(statements) == 1
