"""Ada imports lists: she sees first what they would do, bad lines say why, and what was imported can be taken back."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from backline.jobs.models import Asset, Customer, FaultCode, Site
from backline.people.models import Contact, Person, Team
from tests.fakes.browser import key_in, signed_in, words
from tests.fakes.house import House

PERSONS = "Name\tE-mail\tRoles\tTeam\nNora Lind\tNora@example.org\ttechnician, Specialist\tlift support\n"
SITES = "reference;customer;name;zone;contact;contact_name\nHH-1;Harbour Hotel;Tower;Europe/Lisbon;hal@example.net;Hal\n"
ASSETS = "Reference,Name,Type,Site\nLIB-B1,Boiler 1,boiler,LIB-1\n"
CODES = "Code\tWhat it means\tType of asset\nB7\tNo flame\tboiler\n"
LISTS = {"persons": PERSONS, "sites": SITES, "assets": ASSETS, "fault-codes": CODES}


def looked(client: Client, kind: str, text: str = "", **more: Any) -> Any:
    """Send a list, and see what it would do; or the form again, with what is wrong."""
    place = f"/administration/import/{kind}"
    return client.post(place, {"key": key_in(client.get(place)), "text": text, **more}, follow=True)


def place(page: Any) -> str:
    """The address of the list that a page shows."""
    assert page.redirect_chain, words(page)
    return str(page.redirect_chain[-1][0])


def imported(client: Client, kind: str, text: str = "", **more: Any) -> str:
    """Look at a list and import it; the address of the import."""
    address = place(looked(client, kind, text, **more))
    assert client.post(address).status_code == 302
    return address


def figures(page: Any) -> tuple[int, ...]:
    """New, changed, unchanged, refused, as the page counts them."""
    return tuple(int(figure) for figure in re.findall(r'<dd class="strong">(\d+)</dd>', words(page)))


def everything() -> list[Any]:
    """All that an import could change."""
    rows: list[Any] = []
    for model in (Person, Team.members.through, Contact, Customer, Site, Site.contacts.through, Asset, FaultCode):
        rows += [sorted(map(str, row)) for row in model._default_manager.order_by("pk").values_list()]
    return rows


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
