"""Two administrators over one entry: neither undoes the other's change unseen; whoever was made inactive stays out."""

from __future__ import annotations

from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from backline.people import queries as people
from backline.people.queries import Person
from tests.fakes.browser import hidden_in, send, signed_in, words
from tests.fakes.clock import SettableClock
from tests.fakes.house import House
from tests.rooms.desk.test_administration import PERSON, entries

OTHER = {
    "persons": ("phone", "112", "email"),
    "teams": ("name", "Burners", "tier"),
    "sites": ("address", "5 Quay", "customer"),
    "contacts": ("phone", "112", "email"),
    "contracts": ("penalty", "5 % of the fee a day", "name"),
    "assets": ("name", "Boiler one", "type"),
    "jobs": ("title", "Lift stands again", "place"),
    "fault-codes": ("title", "No flame at all", "code"),
    "rules": ("order", "7", "team"),
    "skills": ("name", "Oil burners", "name"),
    "needs": ("fault_code", "B8", "skill"),
}
"""Of each register a field that somebody changes, what it then says, and one that stays."""


def added(house: House, ada: Client, slug: str) -> tuple[str, dict[str, Any]]:
    """An entry of a register: the address of its page, and what its form says."""
    before = set(rows(ada, slug))
    whole = entries(house)[slug]
    assert send(ada, f"/administration/{slug}/new", **whole).status_code == 302
    (entry,) = set(rows(ada, slug)) - before
    return f"/administration/{slug}/{entry}", {"phone": "", "address": ""} | whole | {"password": ""}


def rows(ada: Client, slug: str) -> list[str]:
    page = words(ada.get(f"/administration/{slug}"))
    return [part[:36] for part in page.split(f'href="/administration/{slug}/')[1:] if part[8:9] == "-"]


def person(name: str) -> Person:
    return people.persons_by_email([f"{name}@example.org"])[f"{name}@example.org"]


@pytest.mark.parametrize("slug", OTHER)
def test_a_change_of_somebody_else_is_not_undone_unseen(house: House, slug: str) -> None:
    ada, bea = signed_in("ada"), signed_in("ada")
    address, whole = added(house, ada, slug)
    name, said, _stays = OTHER[slug]
    older = hidden_in(bea.get(address))
    assert send(ada, address, **whole | {name: said}).status_code == 302
    late = older | whole | {"zone": "Europe/Lisbon"}
    answer = bea.post(address, late)
    page = words(answer)
    assert answer.status_code == 409
    assert "Somebody has changed this since you opened it." in page
    assert f"This says now: {said}" in page
    assert page.count("This says now") == 2, "at the top and beside its field, and of no other field"
    if "zone" in whole:
        assert '<option value="Europe/Lisbon" selected>' in page, "what was typed is kept"
    assert f'value="{said}"' in words(bea.get(address)), "nothing was changed"
    again = late | hidden_in(answer)
    assert bea.post(address, again).status_code == 302, "having seen it, she may"
    assert f'value="{said}"' not in words(bea.get(address))


@pytest.mark.parametrize("slug", OTHER)
def test_the_same_sent_twice_is_no_clash_and_a_form_without_its_mark_is_judged_as_the_oldest(
    house: House, slug: str
) -> None:
    ada = signed_in("ada")
    address, whole = added(house, ada, slug)
    name, said, _stays = OTHER[slug]
    form = hidden_in(ada.get(address)) | whole | {name: said}
    assert [ada.post(address, form).status_code for _ in range(2)] == [302, 302]
    for lost in ("", "x", "a:b:c " * 50, f"{name}:"):
        assert ada.post(address, form | {"seen": lost, name: whole[name]}).status_code == 409
        assert ada.post(address, form | {"seen": lost}).status_code == 302


def test_who_was_made_inactive_stays_out_whatever_an_older_page_says(house: House) -> None:
    ada, bea = signed_in("ada"), signed_in("ada")
    send(ada, "/administration/persons/new", **PERSON)
    stranger = signed_in("nora")
    address = f"/administration/persons/{person('nora').id}"
    older = hidden_in(bea.get(address))
    assert send(ada, address, **PERSON | {"active": "", "password": ""}).status_code == 302
    answer = bea.post(address, older | PERSON | {"phone": "+351 21 000", "password": ""})
    assert (answer.status_code, "This says now: no" in words(answer)) == (409, True)
    assert 'value="+351 21 000"' in words(answer)
    assert stranger.get("/mine").status_code == 302


def test_who_is_made_active_again_signs_in_again(house: House) -> None:
    ada = signed_in("ada")
    send(ada, "/administration/persons/new", **PERSON)
    before, address = signed_in("nora"), f"/administration/persons/{person('nora').id}"
    for active in ("", "on"):
        assert send(ada, address, **PERSON | {"active": active, "password": ""}).status_code == 302
    assert before.get("/mine").status_code == 302
    after = signed_in("nora")
    assert send(ada, address, **PERSON | {"phone": "112", "password": ""}).status_code == 302
    assert after.get("/mine").status_code == 200, "another change ends no session"


def test_a_member_who_was_added_meanwhile_stays(house: House) -> None:
    ada, bea = signed_in("ada"), signed_in("ada")
    address, dora = f"/administration/teams/{house.support.id}", str(house.persons["dora"].id)
    form = {"name": "Lift support", "tier": "2", "lead": "", "members": [dora]}
    older = hidden_in(bea.get(address))
    assert send(ada, address, **form | {"members": [dora, str(house.persons["sana"].id)]}).status_code == 302
    answer = bea.post(address, older | form | {"lead": dora})
    assert (answer.status_code, "This says now: Dora, Sana" in words(answer)) == (409, True)
    assert len(people.members([str(house.support.id)])[str(house.support.id)]) == 2


def test_the_organisation_is_not_changed_back_either(house: House) -> None:
    ada, bea = signed_in("ada"), signed_in("ada")
    place = "/administration/organisation"
    form = {"name": "Lift Service", "zone": "Europe/Berlin", "last_resort": str(house.persons["ada"].id)}
    older = hidden_in(bea.get(place))
    assert send(ada, place, **form | {"last_resort": str(house.persons["max"].id)}).status_code == 302
    answer = bea.post(place, older | form | {"name": "Lifts of Lisbon"})
    assert (answer.status_code, "This says now: Max" in words(answer)) == (409, True)
    assert 'value="Lifts of Lisbon"' in words(answer)
    found = people.organisation()
    assert found
    assert (found.name, str(found.last_resort_id)) == ("Lift Service", str(house.persons["max"].id))


def test_of_two_at_the_same_instant_one_is_told(fresh_database: str, clock: SettableClock) -> None:
    house = House(clock)
    address = f"/administration/persons/{house.persons['sana'].id}"
    browsers, together, answers = [signed_in("ada"), signed_in("ada")], Barrier(2), []
    forms = [
        hidden_in(browser.get(address))
        | {"name": "Sana", "email": "sana@example.org", "roles": ["SPECIALIST"], "zone": "UTC", "phone": phone,
           "active": "on"}
        for browser, phone in zip(browsers, ("1", "2"), strict=True)
    ]  # fmt: skip

    def press(browser: Client, form: dict[str, Any]) -> None:
        together.wait()
        answers.append(browser.post(address, form).status_code)
        connection.close()

    presses = [Thread(target=press, args=pair) for pair in zip(browsers, forms, strict=True)]
    for one in presses:
        one.start()
    for one in presses:
        one.join()
    assert sorted(answers) == [302, 409]
