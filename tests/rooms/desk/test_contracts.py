"""Ada keeps the contracts: what she enters covers its places, has hours of its own, and shows in the moved clocks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from backline.calendars.models import Cover
from backline.calendars.words import ChosenFor
from backline.core.words import ClockName
from backline.jobs.models import Contract
from tests.fakes.browser import key_in, send, signed_in, words
from tests.fakes.hours import calendar, looked, saved
from tests.fakes.house import House
from tests.rooms.cases.test_hours import P3, due, wall
from tests.rooms.cases.test_recompute import lawful, recomputed

NEW = "/administration/contracts/new"
WHOLE: dict[str, Any] = {"number": "C-17", "customer": "Library", "name": "Full service", "from_on": "2026-01-01"}


def entered(**typed: Any) -> Contract:
    """Ada enters a contract."""
    assert send(signed_in("ada"), NEW, **(WHOLE | typed)).status_code == 302
    return Contract.objects.get(number="C-17")


def test_a_contract_is_entered_gets_hours_and_moves_the_clocks_of_its_places(house: House) -> None:
    ada, case = signed_in("ada"), house.raised(**P3)
    other = house.raised(job=str(house.otto_job.id), **P3)
    house.clock.advance(timedelta(minutes=5))
    contract = entered(sites="LIB-1", penalty="5 % of the fee a day")
    page = words(ada.get(f"/administration/contracts/{contract.id}"))
    assert "None of its own" in page
    address = f"/administration/calendars/chosen/contract/{contract.id}"
    assert address in page
    office = calendar(house)
    page = looked(ada, address, calendar=office)
    assert "1 open case was looked at." in words(page)
    assert "Customer</th>" in words(page)
    assert "<td>Library</td>" in words(page)
    assert saved(ada, address, page, calendar=office).status_code == 302
    done = recomputed(house)
    page = words(ada.get(f"/administration/recomputes/{done.id}"))
    assert "Office chosen for a contract" in page
    assert "<td>Library</td>" in page
    assert "Museum" not in page
    assert due(case, ClockName.RESOLVE) == wall("2026-12-02T10:00") - timedelta(minutes=5)
    assert due(other, ClockName.RESOLVE) == wall("2026-11-23T19:00")
    assert "Office" in words(ada.get(f"/administration/contracts/{contract.id}"))
    carl = signed_in("carl")
    page = words(carl.get(f"/cases/{case}"))
    assert "counted in all time (no hours were chosen); from Fri 20 Nov 2026, 18:05 +00:00 on in Office, " in page
    assert " on in Office, the hours of the contract." in page
    assert "Contract C-17, Full service: 5 % of the fee a day" in page
    assert "C-17" not in words(carl.get(f"/cases/{other}"))
    assert "C-17, Library" in words(ada.get("/administration/calendars/chosen", {"q": "full"}))
    lawful()


@pytest.mark.parametrize(
    ("typed", "said"),
    [({"customer": "Zoo"}, "There is no customer Zoo, or more than one."),
     ({"sites": "LIB-1, MUS-1"}, "MUS-1: nothing of this name belongs to Library."),
     ({"assets": "MUS-L7"}, "MUS-L7: nothing of this name belongs to Library."),
     ({"from_on": "soon"}, "Give a date such as 2026-12-01."), ({"from_on": "0001-01-01"}, "Choose a day between"),
     ({"until_on": "9999-12-31"}, "Choose a day between"),
     ({"until_on": "2025-12-31"}, "It cannot end before it begins."), ({"number": "C" * 101}, "100")],
)  # fmt: skip
def test_what_cannot_be_is_said_beside_its_field_and_nothing_is_lost(
    house: House, typed: dict[str, str], said: str
) -> None:
    answer = send(signed_in("ada"), NEW, **(WHOLE | typed))
    assert answer.status_code == 422
    page = words(answer)
    assert said in page
    [name] = typed
    assert f'id="id_{name}_error"' in page
    assert f'value="{typed[name]}"' in page or typed[name] in page
    assert "Full service" in page
    assert not Contract.objects.exists()
    assert not Cover.objects.exists()


def test_two_customers_of_one_name_are_told_apart_by_their_references(house: House) -> None:
    customer = house.otto_job.site.customer
    customer.name = "Library"
    customer.save()
    assert send(signed_in("ada"), NEW, **WHOLE).status_code == 422
    contract = entered(customer="MUS")
    assert contract.customer_id == customer.id
    ada, address = signed_in("ada"), f"/administration/contracts/{contract.id}"
    assert send(ada, address, **(WHOLE | {"customer": "MUS", "name": "Basic"})).status_code == 302
    assert Contract.objects.get().name == "Basic"


def test_another_number_is_another_contract_and_a_known_one_is_not_overwritten(house: House) -> None:
    entered()
    answer = send(signed_in("ada"), NEW, **(WHOLE | {"name": "Basic"}))
    assert answer.status_code == 422
    assert "There is an entry C-17 already." in words(answer)
    assert Contract.objects.get().name == "Full service"


def test_sent_twice_it_covers_once_and_ends_by_its_last_day(house: House) -> None:
    ada = signed_in("ada")
    sent = {"key": key_in(ada.get(NEW)), **WHOLE, "until_on": "2026-12-31"}
    assert [ada.post(NEW, sent).status_code for _ in range(2)] == [302, 302]
    [row] = Cover.objects.all()
    assert (row.kind, str(row.subject)) == (ChosenFor.CUSTOMER, str(house.job.site.customer_id))
    assert (row.from_at, row.to_at) == (wall("2026-01-01T00:00"), wall("2027-01-01T00:00"))
    assert "Thu 1 Jan 2026 to Thu 31 Dec 2026" in words(ada.get("/administration/contracts"))


@pytest.mark.parametrize("name", ["carl", "sana", "max", "tess"])
def test_contracts_are_for_the_administrator(house: House, name: str) -> None:
    contract = entered()
    client = signed_in(name)
    for address in ("/administration/contracts", NEW, f"/administration/contracts/{contract.id}"):
        assert client.get(address).status_code == 403
    assert client.post(NEW, WHOLE | {"number": "C-18"}).status_code == 403
    assert Contract.objects.count() == 1
