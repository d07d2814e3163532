"""Ada keeps the registers: what she adds works for the others, what cannot be is said beside its field."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client

from backline.cases import operations as cases
from backline.channels import queries as channels
from backline.core.words import State
from backline.jobs import queries as jobs
from backline.jobs.models import Customer, FaultCode
from backline.people import queries as people
from backline.people.operations import skill_ids
from backline.policies import queries as policies
from tests.fakes.browser import key_in, send, signed_in, words
from tests.fakes.clock import SettableClock
from tests.fakes.house import PASSWORD, House

REGISTERS = ("persons", "teams", "sites", "contacts", "contracts", "assets", "jobs", "fault-codes", "rules", "skills",
             "needs")  # fmt: skip
PERSON = {"name": "Nora", "email": "nora@example.org", "roles": ["SPECIALIST"], "zone": "Europe/Berlin",
          "password": PASSWORD, "active": "on"}  # fmt: skip
SITE = {"reference": "HH-1", "customer": "Harbour Hotel", "name": "Tower", "zone": "Europe/Berlin"}


def entries(house: House) -> dict[str, dict[str, Any]]:
    """A whole entry for each register."""
    return {
        "persons": PERSON,
        "teams": {"name": "Boilers", "tier": "2", "lead": "", "members": [str(house.persons["dora"].id)]},
        "sites": SITE,
        "contacts": {
            "name": "Hal",
            "email": "hal@example.net",
            "language": "de",
            "zone": "UTC",
            "sites": "LIB-1, MUS-1",
        },
        "contracts": {
            "number": "C-1",
            "customer": "Library",
            "name": "Maintenance",
            "from_on": "2026-01-01",
            "until_on": "",
            "sites": "LIB-1",
            "assets": "LIB-L7",
            "penalty": "",
        },
        "assets": {"reference": "LIB-B1", "name": "Boiler 1", "type": "boiler", "site": "LIB-1"},
        "jobs": {"reference": "J-9", "title": "Lift stands", "place": "LIB-L7", "technician": ""},
        "fault-codes": {"code": "B7", "title": "No flame", "asset_type": "boiler"},
        "rules": {"order": "5", "team": str(house.support.id), "asset_type": "boiler", "site": "LIB-1"},
        "skills": {"name": "Burners"},
        "needs": {"skill": gas(), "level": "2", "certified": "on", "fault_code": "B7"},
    }


def gas() -> str:
    """The id of the skill that there is."""
    [found] = [found for found, name in skill_ids().items() if name == "Gas"]
    return found


def listed(client: Client, slug: str, text: str = "") -> str:
    answer = client.get(f"/administration/{slug}", {"q": text})
    assert answer.status_code == 200
    return answer.content.decode()


def person_page(house: House, name: str) -> str:
    return f"/administration/persons/{house.persons[name].id}"


@pytest.mark.parametrize("slug", REGISTERS)
def test_an_entry_is_added_once_however_often_it_is_sent(house: House, slug: str) -> None:
    ada, address = signed_in("ada"), f"/administration/{slug}/new"
    before = listed(ada, slug).count("<tr")
    sent = {"key": key_in(ada.get(address)), **entries(house)[slug]}
    assert [ada.post(address, sent).status_code for _ in range(2)] == [302, 302]
    assert listed(ada, slug).count("<tr") == max(before, 1) + 1


@pytest.mark.parametrize("slug", REGISTERS)
def test_an_empty_form_says_what_is_needed_and_keeps_nothing(house: House, slug: str) -> None:
    ada = signed_in("ada")
    before = listed(ada, slug).count("<tr")
    answer = send(ada, f"/administration/{slug}/new")
    assert answer.status_code == 422
    assert "Something needs another look" in answer.content.decode()
    assert listed(ada, slug).count("<tr") == before


HOSTILE = ("x" * 5000, "a\x00b", "a\ud800b", "<script>alert(1)</script>", "'; DROP TABLE people_person", "🛗")


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("slug", REGISTERS)
def test_no_text_in_any_field_breaks_a_page(house: House, slug: str, hostile: str) -> None:
    ada = signed_in("ada")
    whole = entries(house)[slug]
    for name in [field for field, value in whole.items() if isinstance(value, str)]:
        page = ada.get(f"/administration/{slug}/new")
        body = urlencode({"key": key_in(page), **whole, name: hostile}, doseq=True, errors="surrogatepass")
        form = "application/x-www-form-urlencoded"
        answer = ada.post(f"/administration/{slug}/new", body, content_type=form)
        assert answer.status_code in (302, 400, 422), (name, answer.status_code)
        assert "<script>alert" not in answer.content.decode()
    assert "<script>alert" not in listed(ada, slug)


@pytest.mark.parametrize("name", ["tess", "carl", "sana", "max"])
def test_the_administration_is_for_administrators_alone(house: House, name: str) -> None:
    client = signed_in(name)
    for address in ("/administration/", *(f"/administration/{slug}" for slug in REGISTERS)):
        assert client.get(address).status_code == 403
    assert client.post("/administration/persons/new", PERSON).status_code == 403
    assert "Administration" not in client.get("/").content.decode()


def test_a_new_specialist_signs_in_and_changes_the_first_password(house: House) -> None:
    assert send(signed_in("ada"), "/administration/persons/new", **PERSON).status_code == 302
    nora, elsewhere = signed_in("nora"), signed_in("nora")
    wrong = nora.post("/account/password", {"old": "not this one", "new": "a better one 123"})
    assert wrong.status_code == 422
    assert "That is not your password" in wrong.content.decode()
    short = nora.post("/account/password", {"old": PASSWORD, "new": "short"})
    assert "Use at least 10 characters." in short.content.decode()
    assert nora.post("/account/password", {"old": PASSWORD, "new": "a better one 123"}).status_code == 302
    assert nora.get("/mine").status_code == 200
    assert elsewhere.get("/mine").status_code == 302, "signed in elsewhere with the old password: signed out"
    answer = Client().post("/sign-in", {"email": "nora@example.org", "password": "a better one 123"})
    assert answer.status_code == 302


def test_everybody_chooses_the_zone_he_reads_moments_in(house: House) -> None:
    sana = signed_in("sana")
    assert sana.post("/account", {"zone": "Nowhere/Atlantis"}).status_code == 422
    assert sana.post("/account", {"zone": "Asia/Tokyo"}).status_code == 302
    assert people.persons_by_id([str(house.persons["sana"].id)])[str(house.persons["sana"].id)].zone == "Asia/Tokyo"


def test_two_who_add_the_same_address_at_once_make_one_person(fresh_database: str, clock: SettableClock) -> None:
    House(clock)
    start, statuses = Barrier(2), list[int]()

    def add(client: Client, key: str) -> None:
        start.wait()
        statuses.append(client.post("/administration/persons/new", {"key": key, **PERSON}).status_code)
        connection.close()

    clients = [signed_in("ada"), signed_in("ada")]
    keys = [key_in(client.get("/administration/persons/new")) for client in clients]
    threads = [Thread(target=add, args=pair) for pair in zip(clients, keys, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [302, 422]
    assert [person.email for person in people.persons()].count("nora@example.org") == 1


def test_a_person_who_leaves_gives_the_cases_back_to_the_team(house: House) -> None:
    has, offered = house.raised(), house.raised()
    for case in (has, offered):
        house.offer(case)
    house.accept(has)
    house.clock.advance(timedelta(minutes=1))
    ada, page = signed_in("ada"), person_page(house, "sana")
    shown = ada.get(page).content.decode()
    assert house.view(has).line.reference in shown
    assert "go back to their teams" in shown
    sana = signed_in("sana")
    gone = {"name": "Sana", "email": "sana@example.org", "roles": ["SPECIALIST"], "zone": "UTC"}
    assert send(ada, page, **gone).status_code == 302
    for case in (has, offered):
        view = house.view(case)
        assert (view.case.state, view.case.team, view.case.person) == (State.OFFERED, str(house.specialists.id), "")
        assert view.timeline[-1].who == "Ada"
        assert view.timeline[-1].why == ("Sana is not active any more.",)
    house.tick()
    assert house.letters("Lena")[-1].subject.startswith("[P2 E-"), "the rest of the team hears at once"
    assert sana.get("/mine").status_code == 302, "and the one who left is signed out"
    assert cases.rebuild(check=True).flaws == ()


def test_somebody_is_always_left_to_administer_and_to_hear(house: House) -> None:
    ada = signed_in("ada")
    alone = {"name": "Ada", "email": "ada@example.org", "zone": "UTC", "roles": ["ADMINISTRATOR"]}
    answer = send(ada, person_page(house, "ada"), **alone)
    assert "This is the last-resort contact." in answer.content.decode()
    max_id = str(house.persons["max"].id)
    kept = send(ada, "/administration/organisation", name="Lift Service", zone="UTC", last_resort=max_id)
    assert kept.status_code == 302
    answer = send(ada, person_page(house, "ada"), **alone)
    assert "Nobody else is an administrator." in answer.content.decode()
    answer = send(ada, person_page(house, "ada"), **(alone | {"roles": [], "active": "on"}))
    assert "Nobody else is an administrator." in answer.content.decode()
    assert ada.get("/administration/").status_code == 200


def test_a_reference_that_is_taken_is_not_overwritten(house: House) -> None:
    ada = signed_in("ada")
    answer = send(ada, "/administration/sites/new", **(SITE | {"reference": "LIB-1"}))
    assert answer.status_code == 422
    assert "There is an entry LIB-1 already." in answer.content.decode()
    answer = send(ada, "/administration/assets/new", reference="LIB-L7", name="Other", type="lift", site="MUS-1")
    assert answer.status_code == 422
    found = jobs.asset_by_reference("LIB-L7")
    assert found is not None
    assert found.name == "Lift 7 Library"


E42 = {"code": "E42", "asset_type": "lift", "title": "Door lock open"}


def fault_codes() -> list[tuple[str, str, str]]:
    return [(one.code, one.asset_type, one.title) for one in jobs.fault_codes()]


def test_a_fault_code_that_is_taken_is_not_overwritten(house: House) -> None:
    ada, address = signed_in("ada"), "/administration/fault-codes/new"
    answer = send(ada, address, **(E42 | {"code": " E42 ", "title": "Motor hot"}))
    assert answer.status_code == 422
    assert "There is an entry E42 already. Find it in the list and change it there." in words(answer)
    assert "Motor hot" in words(answer), "what was typed is not lost"
    assert fault_codes() == [("E42", "lift", "Door lock open")]
    assert send(ada, address, **(E42 | {"title": " Door lock open "})).status_code == 302
    assert fault_codes() == [("E42", "lift", "Door lock open")], "the same once more is no clash and no second one"


@pytest.mark.parametrize("other", [{"asset_type": ""}, {"asset_type": "boiler"}, {"code": "E4"}, {"code": "e42"}])
def test_a_fault_code_is_another_where_its_code_or_its_kind_of_asset_is(house: House, other: dict[str, str]) -> None:
    entry = E42 | other | {"title": "Motor hot"}
    assert send(signed_in("ada"), "/administration/fault-codes/new", **entry).status_code == 302
    assert sorted(fault_codes()) == sorted(
        [("E42", "lift", "Door lock open"), (entry["code"], entry["asset_type"], "Motor hot")]
    )


def test_a_fault_code_is_changed_where_it_stands_and_keeps_its_name(house: House) -> None:
    [code] = jobs.fault_codes()
    address = f"/administration/fault-codes/{code.id}"
    other = {"code": "E43", "asset_type": "boiler", "title": "Door lock open or worn"}
    assert send(signed_in("ada"), address, **other).status_code == 302
    assert fault_codes() == [("E42", "lift", "Door lock open or worn")]


def test_a_fault_code_is_not_overwritten_however_many_others_hold_its_letters(house: House) -> None:
    FaultCode.objects.bulk_create(FaultCode(code=f"A{number}", title="Buzzes", asset_type="") for number in range(500))
    FaultCode.objects.create(code="Z", title="Speed limiter", asset_type="lift")
    entry = {"code": "Z", "asset_type": "lift", "title": "Motor hot"}
    assert send(signed_in("ada"), "/administration/fault-codes/new", **entry).status_code == 422
    assert FaultCode.objects.get(code="Z").title == "Speed limiter"


def test_a_site_changes_but_its_reference_stays(house: House) -> None:
    site = jobs.sites_by_reference(["LIB-1"])["LIB-1"]
    changed = SITE | {"reference": "OTHER", "name": "Library, new hall"}
    assert send(signed_in("ada"), f"/administration/sites/{site.id}", **changed).status_code == 302
    again = jobs.site(str(site.id))
    assert again is not None
    assert (again.reference, again.name) == ("LIB-1", "Library, new hall")


def test_a_site_that_is_saved_as_it_stands_stays_with_its_customer(house: House) -> None:
    site = jobs.sites_by_reference(["LIB-1"])["LIB-1"]
    Customer.objects.create(reference="OTHER", name="Library")
    customers = Customer.objects.count()
    for written in ("Library", "LIB"):
        entry = SITE | {"reference": "LIB-1", "customer": written, "name": "Library hall"}
        assert send(signed_in("ada"), f"/administration/sites/{site.id}", **entry).status_code == 302
        again = jobs.site(str(site.id))
        assert again is not None
        assert again.customer_id == site.customer_id, "else its contacts would see nothing any more"
    assert Customer.objects.count() == customers, "nobody is doubled"


def test_a_new_contact_hears_of_the_next_case_there(house: House) -> None:
    ada = signed_in("ada")
    wrong = send(ada, "/administration/contacts/new", name="Abe", email="abe@example.net", zone="UTC", sites="LIB-1, X")
    assert "There is no site X." in wrong.content.decode()
    right = {"name": "Abe", "email": "abe@example.net", "language": "fr", "zone": "UTC", "sites": "LIB-1"}
    assert send(ada, "/administration/contacts/new", **right).status_code == 302
    house.raised()
    assert [letter.address for letter in house.letters("Abe")] == ["abe@example.net"]
    assert house.letters("Otto") == []


def test_a_rule_of_hers_is_what_carl_is_suggested_and_removed_it_is_not(house: House) -> None:
    ada = signed_in("ada")
    rule = {"order": "1", "team": str(house.support.id), "fault_code": "E42", "asset_type": "lift"}
    assert send(ada, "/administration/rules/new", **rule).status_code == 302
    case = house.raised(fault_codes=("E42",))
    added = policies.routing_rules()[0]
    suggestion = house.view(case).suggestion
    assert suggestion is not None
    assert (suggestion.team, suggestion.rule) == (str(house.support.id), added.id)
    page = signed_in("carl").get(f"/cases/{case}").content.decode()
    assert "Lift support" in page[page.index("Suggested team") :]
    assert ada.post(f"/administration/rules/{added.id}/remove").status_code == 302
    assert [rule.team for rule in policies.routing_rules()] == [str(house.specialists.id)]


def test_an_erased_contact_leaves_no_word_and_the_record_still_holds(house: House) -> None:
    case = house.raised(words="My mother SECRETNAME was inside")
    ada, address = signed_in("ada"), f"/administration/contacts/{house.cleo.id}"
    assert "Goes for good" in ada.get(f"{address}/erase").content.decode()
    assert "SECRETNAME" in signed_in("carl").get(f"/cases/{case}").content.decode()
    assert ada.post(f"{address}/erase").status_code == 302
    assert "SECRETNAME" not in signed_in("carl").get(f"/cases/{case}").content.decode()
    assert all("Cleo" not in row.body for row in channels.outgoing(limit=100).rows)
    assert cases.rebuild(check=True).flaws == ()
    assert "What happened still stands" in ada.get(address).content.decode()
    again = ada.post(address, {"key": "0" * 32, "name": "Cleo", "language": "en", "zone": "UTC"})
    assert again.status_code == 409
    assert "Cleo" not in listed(ada, "contacts")


def test_a_test_letter_goes_to_whoever_asks_for_it_once(house: House) -> None:
    ada = signed_in("ada")
    key = key_in(ada.get("/administration/mail"))
    for _ in range(2):
        assert ada.post("/administration/mail", {"key": key}).status_code == 302
    assert [letter.subject for letter in house.letters("Ada")] == ["A test letter from Backline"]
    assert "The test letter waits here: no mail server is set up" in words(ada.get("/outgoing"))


def test_the_overview_says_what_is_missing_and_where_to_mend_it(house: House) -> None:
    text = signed_in("ada").get("/administration/").content.decode()
    assert "Team Lift support has no active lead, so the coordinators hear instead of the lead." in text
    assert "No mail server is set up" in text
    assert "Nobody is a coordinator" not in text


NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.mark.parametrize(
    "address",
    ["nothing", "nothing/new", "persons/x", f"persons/{NOBODY}", f"rules/{NOBODY}", f"contacts/{NOBODY}/erase"],
)
def test_what_is_not_there_is_not_found(house: House, address: str) -> None:
    assert signed_in("ada").get(f"/administration/{address}").status_code == 404


@pytest.mark.parametrize("slug", REGISTERS)
def test_a_list_costs_the_same_for_many_rows(house: House, slug: str, django_assert_max_num_queries: Any) -> None:
    ada = signed_in("ada")
    for number in range(12):
        whole, name = entries(house)[slug], f"N-{number}"
        unique = {"name": name, "email": f"{name}@example.org", "reference": name, "code": name, "number": name,
                  "fault_code": name}  # fmt: skip
        own = {field: value for field, value in unique.items() if field in whole}
        assert send(ada, f"/administration/{slug}/new", **(whole | own)).status_code == 302
    with django_assert_max_num_queries(9):
        listed(ada, slug)
