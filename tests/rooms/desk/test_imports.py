"""Ada imports lists: she sees first what they would do, bad lines say why, and what was imported can be taken back."""

from __future__ import annotations

import re
from datetime import timedelta
from threading import Barrier, Thread
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from backline.cases import operations as cases
from backline.channels.models import Notice
from backline.core.routing import RoutingRule
from backline.core.words import State
from backline.desk import models as desk
from backline.desk.administration.imports.packed import unpacked
from backline.jobs import operations as jobs
from backline.jobs.models import Asset, Customer, FaultCode, Site
from backline.jobs.operations import Made
from backline.people import operations as people
from backline.people.models import Contact, Person
from backline.policies import operations as policies
from tests.fakes.asked import asked
from tests.fakes.browser import key_in, send, signed_in, words
from tests.fakes.clock import SettableClock
from tests.fakes.house import PASSWORD, House
from tests.fakes.lists import ASSETS, CODES, LISTS, PERSONS, SITES, everything, figures, imported, looked, place
from tests.fakes.memory import grown
from tests.rooms.desk.test_administration import entries


@pytest.mark.parametrize("kind", LISTS)
def test_a_look_changes_nothing_an_import_adds_once_and_undo_takes_all_of_it_back(house: House, kind: str) -> None:
    ada, before = signed_in("ada"), everything()
    page = looked(ada, kind, LISTS[kind])
    assert figures(page) == (1, 0, 0, 0)
    assert everything() == before
    for _ in range(2):
        assert ada.post(place(page)).status_code == 302
    after = everything()
    assert len(after) > len(before)
    assert figures(looked(ada, kind, LISTS[kind])) == (0, 0, 1, 0)
    assert "There is nothing to import in it" in words(looked(ada, kind, LISTS[kind]))
    for _ in range(2):
        assert "Taken back" in words(ada.post(f"{place(page)}/undo", follow=True))
    assert everything() == before
    assert "Take it back" not in words(ada.get(f"/administration/import/{kind}"))


BAD = {
    "persons": [
        ("Name\tE-mail\tRoles", "Bob\tcarl@example.org\t", "This address belongs to Carl."),
        ("Name\tE-mail\tRoles", "Bob\tbob@example.org\tboss", "There is no role “boss”. The roles are: technician,"),
        ("Name\tE-mail\tRoles", "Ada\tADA@example.org\tmanager", "You would be no administrator any more."),
        ("Name\tE-mail\tTeam", "Bob\tbob@example.org\tBoilers", "There is no team Boilers."),
        ("Name\tE-mail\tRoles", "Bob\tnobody\t", "Enter an e-mail address such as"),
        ("Name\tE-mail\tRoles", "\tbob@example.org\t", "Enter a name."),
        ("Name\tE-mail\tRoles", "Bob\t\t", "Fill this in."),
        ("Name\tE-mail\tTime zone", "Bob\tbob@example.org\tBerlin", "Choose a time zone such as"),
        ("Name\tE-mail\tPhone", f"Bob\tbob@example.org\t{'1' * 41}", "At most 40 characters."),
    ],
    "sites": [
        ("Reference;Customer;Name", "S;;Hall", "Customer:</span> Fill this in."),
        ("Reference;Customer;Name;Contact e-mail", "S;C;Hall;nobody", "Enter an e-mail address such as"),
        ("Reference;Customer;Name;Contact name", "S;C;Hall;Hal", "a name alone reaches nobody"),
        ("Reference;Customer;Name", f"{'S' * 101};C;Hall", "At most 100 characters."),
        ("Reference;Customer;Name", "S;C", "The line has 2 cells and the first line names 3 columns"),
    ],
    "assets": [
        ("Reference,Name,Type,Site", "A,Lift,lift,NOWHERE", "There is no site NOWHERE."),
        ("Reference,Name,Type,Site", "A,Li\x00ft,lift,LIB-1", "A character was damaged or cannot be kept"),
        ("Reference,Name,Type,Site", "A,Li\ufffdft,lift,LIB-1", "A character was damaged or cannot be kept"),
        ("Reference,Name,Type,Site", f"A,{'L' * 140_000},lift,LIB-1", "A field holds more than 131,072 characters"),
    ],
    "fault-codes": [("Code,Title,Type", f"E1,Open,{'t' * 61}", "Type:</span> At most 60 characters.")],
}  # fmt: skip


@pytest.mark.parametrize(("kind", "case"), [(kind, case) for kind, bad in BAD.items() for case in range(len(bad))])
def test_a_bad_line_says_why_at_its_line_and_the_good_one_is_imported(house: House, kind: str, case: int) -> None:
    heading, line, said = BAD[kind][case]
    good = LISTS[kind].splitlines()[1].split({"persons": "\t", "sites": ";", "assets": ",", "fault-codes": "\t"}[kind])
    sign = next(sign for sign in "\t;," if sign in heading)
    columns = len(heading.split(sign))
    fill = {"persons": ["Nora Lind", "nora@example.org", ""], "fault-codes": ["B7", "No flame", "boiler"]}.get(
        kind, good
    )
    other = sign.join([*fill[:3], *[""] * 9][:columns] if kind != "assets" else good)
    ada = signed_in("ada")
    page = looked(ada, kind, f"{heading}\n\n{line}\n{other}\n")
    assert figures(page) == (1, 0, 0, 1)
    assert said in words(page)
    assert '<td class="number">3 ' in words(page)
    assert ada.post(place(page)).status_code == 302
    assert figures(ada.get(place(page))) == (1, 0, 0, 1)


HIDDEN = ("Har\u200bbour", "Har\u202ebour", "\ufeffHarbour", "Har\u2066bour")


@pytest.mark.parametrize("name", HIDDEN)
def test_a_name_with_what_nobody_sees_is_refused_in_a_list_and_in_a_form_alike(house: House, name: str) -> None:
    ada, said = signed_in("ada"), f"There is an invisible character in it (U+{ord(max(name)):04X})."
    page = looked(ada, "sites", f"Reference;Customer;Name\nA-1;{name};Hall\nA-2;Harbour;{name}\nA-3;Harbour;Hall\n")
    assert figures(page) == (1, 0, 0, 2)
    assert words(page).count(said) == 2
    for slug, entry in entries(house).items():
        fields = {"name", "title", "reference", "code", "asset_type"} & set(entry) if slug != "rules" else set()
        for field in fields:
            page = send(ada, f"/administration/{slug}/new", **entry | {field: name})
            assert page.status_code == 422, (slug, field)
            assert said in words(page).partition(f'id="id_{field}_error"')[2], (slug, field)


def test_a_name_in_persian_or_with_a_family_of_signs_is_kept(house: House) -> None:
    page = looked(signed_in("ada"), "sites", "Reference;Customer;Name\nA-1;می\u200cخواهم;👨\u200d👩\u200d👧\n")
    assert figures(page) == (1, 0, 0, 0)


def test_references_that_differ_in_capitals_alone_are_not_both_taken(house: House) -> None:
    page = looked(signed_in("ada"), "sites", "Reference;Customer;Name\nzz-1;Zoo;Hall\nZZ-1;Zoo;Hall\n")
    assert figures(page) == (1, 0, 0, 1)
    assert "Line 2 says zz-1: they differ in capital letters alone." in words(page)


def test_a_new_reference_that_looks_like_one_there_is_is_refused_in_a_list_and_in_a_form(house: House) -> None:
    ada, said = signed_in("ada"), "they differ in capital letters alone"
    page = looked(ada, "sites", "Reference;Customer;Name\nlib-1;Library;Hall\n")
    assert figures(page) == (0, 0, 0, 1)
    page = looked(ada, "assets", "Reference;Name;Type;Site\nlib-l7;Lift;lift;LIB-1\n")
    assert said in words(page)
    for slug, name in (("sites", "lib-1"), ("assets", "lib-l7")):
        page = send(ada, f"/administration/{slug}/new", **entries(house)[slug] | {"reference": name})
        assert page.status_code == 422
        assert f"There is an entry {name.upper()} already." in words(page)


def test_somebody_new_without_a_role_is_named_as_one(house: House) -> None:
    text = "Name\tE-mail\tRoles\nNo\tno@example.org\t\nYo\tyo@example.org\tmanager\n"
    page = looked(signed_in("ada"), "persons", text)
    assert figures(page) == (2, 0, 0, 0)
    assert words(page).count("none: may sign in, and sees no case") == 1


def test_a_line_that_stands_twice_is_taken_once(house: House) -> None:
    page = looked(signed_in("ada"), "persons", PERSONS + "Other\tNORA@example.org\t\t\n")
    assert figures(page) == (1, 0, 0, 1)
    assert "nora@example.org stands in line 2 already." in words(page)


def test_changes_are_shown_old_and_new_and_taken_back_unless_somebody_changed_them_since(house: House) -> None:
    ada = signed_in("ada")
    text = "Reference,Name,Customer\nLIB-1,Reading hall,Library\nMUS-1,East wing,Museum\n"
    page = looked(ada, "sites", text)
    assert figures(page) == (0, 2, 0, 0)
    assert "<del>Library hall</del> → <ins>Reading hall</ins>" in words(page)
    address = imported(ada, "sites", text)
    Site.objects.filter(reference="MUS-1").update(name="West wing")
    page = ada.post(f"{address}/undo", follow=True)
    assert "Taken back, but for 1 entry." in words(page)
    page = ada.post(f"{address}/undo", follow=True)
    assert "Taken back, but for 1 entry." in words(page), "the second time changes nothing, and says the same"
    assert re.search(r"MUS-1</span> <span class=\"soft\">changed since, so it stays as it is", words(page))
    assert list(Site.objects.order_by("reference").values_list("name", flat=True)) == ["Library hall", "West wing"]
    assert Customer.objects.count() == 2


def test_what_a_line_leaves_empty_stays_as_it_is(house: House) -> None:
    ada = signed_in("ada")
    imported(ada, "persons", "Name\tE-mail\tRoles\tPhone\nSana\tsana@example.org\t\t123\n")
    sana = Person.objects.get(email="sana@example.org")
    assert (sana.roles, sana.phone, sana.has_usable_password()) == (["SPECIALIST"], "123", True)


def test_what_is_needed_by_now_stays_and_is_named(house: House) -> None:
    ada = signed_in("ada")
    persons = imported(
        ada, "persons", PERSONS + "Olaf\tolaf@example.org\t\t\nPia\tpia@example.org\t\t\nQuin\tquin@example.org\t\t\n"
    )
    sites = imported(ada, "sites", SITES)
    assets = imported(ada, "assets", "Reference,Name,Type,Site\nHH-L1,Lift,lift,HH-1\nHH-L2,Lift,lift,HH-1\n")
    codes = imported(ada, "fault-codes", CODES + "B8\tToo hot\tboiler\nB9\tToo cold\tboiler\n")
    house.clock.advance(timedelta(minutes=1))
    nora = Person.objects.get(email="nora@example.org")
    house.persons["nora"] = nora
    house.job.asset = Asset.objects.get(reference="HH-L1")
    house.job.save()
    case = house.raised(fault_codes=("B8",))
    cases.offer([case], cases.NewOffer(str(house.support.id), str(nora.id)), **house.once("carl"))
    house.offer(case, person="lena")
    people.choose_password(
        person_id=str(Person.objects.get(name="Olaf").id), mark=people.password_mark(Person.objects.get(name="Olaf")),
        new=PASSWORD,
    )  # fmt: skip
    house.otto_job.technician = Person.objects.get(name="Quin")
    house.otto_job.save()
    Notice.objects.all().delete()  # what the cases say must do where no letter tells it
    policies.keep_rule(RoutingRule(str(uuid4()), 5, str(house.support.id), fault_code="B9"))
    stayed = {
        "persons": ["nora@example.org", "olaf@example.org", "quin@example.org"],
        "assets": ["HH-L1"],
        "sites": ["HH-1"],
        "fault-codes": ["B8", "B9"],
    }
    for kind, address in (("persons", persons), ("assets", assets), ("sites", sites), ("fault-codes", codes)):
        page = words(ada.post(f"{address}/undo", follow=True))
        named = re.findall(r'<span class="strong">(\S+)</span> <span class="soft">needed by now, so it stays', page)
        assert named == stayed[kind], kind
    assert not Person.objects.filter(name="Pia").exists()
    assert nora.teams.get() == house.support, "who stays, stays in the team"
    assert not FaultCode.objects.filter(code="B7").exists()


def test_what_changed_between_look_and_import_is_said_line_by_line_and_nothing_is_imported(house: House) -> None:
    ada = signed_in("ada")
    page = looked(ada, "assets", ASSETS + "LIB-B2,Boiler 2,boiler,LIB-1\nLIB-B3,Boiler 3,boiler,LIB-1\n")
    site = Site.objects.get(reference="LIB-1")
    Asset.objects.create(reference="LIB-B2", name="Boiler 2", type="heater", site=site)
    before = everything()
    again = ada.post(place(page), follow=True)
    assert everything() == before
    assert "Nothing was imported: something changed since you looked." in words(again)
    assert "<li>Line 3 LIB-B2: New → Changed</li>" in words(again)
    assert figures(again) == (2, 1, 0, 0)
    assert "Imported" in words(ada.post(place(page), follow=True))
    assert Asset.objects.get(reference="LIB-B2").type == "boiler"


def test_only_the_last_import_is_taken_back_and_a_look_is_gone_after_an_hour(house: House) -> None:
    ada = signed_in("ada")
    first = imported(ada, "assets", ASSETS)
    house.clock.advance(timedelta(minutes=1))
    second = imported(ada, "assets", ASSETS.replace("B1", "B2"))
    assert "Only the last import can be taken back." in words(ada.post(f"{first}/undo", follow=True))
    for address in (second, first):
        assert "Taken back." in words(ada.post(f"{address}/undo", follow=True))
    page = looked(ada, "assets", ASSETS)
    house.clock.advance(timedelta(hours=1))
    for answer in (ada.get(place(page), follow=True), ada.post(place(page), follow=True)):
        assert answer.status_code in (200, 404)
        assert "kept for an hour" in words(answer) or answer.status_code == 404
    assert not Asset.objects.filter(reference="LIB-B1").exists()
    ada.get("/administration/import/assets")
    assert not desk.Import.objects.filter(kept_at=None).exists()


def test_an_erased_contact_leaves_no_word_in_what_was_imported(house: House) -> None:
    address = imported(signed_in("ada"), "sites", SITES)
    row = desk.Import.objects.get(id=address.rpartition("/")[2])
    kept = str(list(unpacked(bytes(row.changes)))) + str(row.made) + str(row.preview) + str(bytes(row.content))
    assert "HH-1" in kept
    assert "hal" not in kept.lower()


def test_ten_thousand_lines_need_few_queries_and_little_memory(house: House) -> None:
    ada = signed_in("ada")
    lines = "".join(f"S-{n};Customer {n % 9};Site {n};c{n % 50}@example.net\n" for n in range(10_000))
    file = SimpleUploadedFile("sites.csv", ("reference;customer;name;contact\n" + lines).encode())
    key = key_in(ada.get("/administration/import/sites"))
    with grown() as growth, asked() as statements:
        page = ada.post("/administration/import/sites", {"key": key, "file": file}, follow=True)
        assert figures(page) == (10_000, 0, 0, 0)
        assert ada.post(place(page)).status_code == 302
        ada.post(f"{place(page)}/undo")
    assert not Site.objects.filter(reference="S-1").exists()
    assert not Contact.objects.filter(email__startswith="c1@").exists()
    assert 0 < len(statements) < 400
    long = [one for one in statements if "_prefetch_" not in one and re.search(r" IN \((?:%s, ){9}", one)]
    assert not long, "with a parameter for each value every row is compared with all of them"
    assert 0 < growth.peak < 60_000_000


def test_of_a_hundred_thousand_lines_all_can_be_taken_back(house: House) -> None:
    wanted = [str(UUID(int=number)) for number in range(1, 100_001)]
    pairs = [(one, one) for one in wanted]
    site, person = Site.objects.get(reference="LIB-1"), house.persons["tess"]
    assert jobs.take_back_sites([*wanted, str(site.id)], Made(wanted, wanted, pairs)) == {str(site.id)}
    assert jobs.take_back_assets(wanted) == jobs.take_back_fault_codes(wanted, said=()) == set()
    who = {"by": house.actor("ada"), "at": house.clock.now()}
    assert people.take_back_persons([*wanted, str(person.id)], links=pairs, needed=wanted, **who) == {str(person.id)}


def test_two_who_import_the_same_list_at_once_import_it_once(fresh_database: str, clock: SettableClock) -> None:
    House(clock)
    clients = [signed_in("ada"), signed_in("ada")]
    pages = [looked(client, "persons", PERSONS) for client in clients]
    start = Barrier(2)

    def send(client: Client, address: str) -> None:
        start.wait()
        assert client.post(address).status_code == 302
        connection.close()

    pairs = zip(clients, pages, strict=True)
    threads = [Thread(target=send, args=(client, place(page))) for client, page in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Person.objects.filter(email="nora@example.org").count() == 1
    assert desk.Import.objects.exclude(kept_at=None).count() == 1


def test_who_is_no_technician_any_more_lets_go_and_the_last_resort_stays_one(house: House) -> None:
    case, ada = house.raised(), signed_in("ada")
    cases.return_case([case], missing="Which door?", **house.once("carl"))
    house.clock.advance(timedelta(minutes=1))
    imported(ada, "persons", "Name,E-mail,Roles\nTess,tess@example.org,specialist\n")
    assert house.view(case).case.state == State.RAISED
    people.keep_organisation(name="Lift Service", zone="UTC", last_resort=str(house.persons["max"].id))
    page = looked(ada, "persons", "Name,E-mail,Roles\nMax,max@example.org,technician\n")
    assert "This is the last-resort contact." in words(page)


def test_a_text_that_is_more_than_a_form_carries_is_refused_in_words(house: House) -> None:
    page = looked(signed_in("ada"), "assets", ASSETS + "x" * 2_100_000)
    assert (page.status_code, "That is more than can be sent at once." in words(page)) == (413, True)
