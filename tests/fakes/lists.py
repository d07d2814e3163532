"""Lists as Ada imports them: one of each kind, how she sends one, and all that it could change."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client

from backline.jobs.models import Asset, Contract, Customer, FaultCode, Site
from backline.people.models import Ability, Contact, Person, Team
from tests.fakes.browser import key_in, words

PERSONS = "Name\tE-mail\tRoles\tTeam\nNora Lind\tNora@example.org\ttechnician, Specialist\tlift support\n"
SITES = (
    "reference;customer;name;zone;contact;contact_name\nHH-1;Harbour Hotel;Tower;Europe/Lisbon;hal@example.net;Hal\n"
)
ASSETS = "Reference,Name,Type,Site\nLIB-B1,Boiler 1,boiler,LIB-1\n"
CODES = "Code\tWhat it means\tType of asset\nB7\tNo flame\tboiler\n"
CONTRACTS = (
    "Number;Customer;Name;Holds from;Until;Sites;Assets;Penalty\n"
    "C-17;Library;Full service;2026-01-01;2026-12-31;LIB-1;LIB-L7;5 % of the fee a day\n"
)
LISTS = {"persons": PERSONS, "sites": SITES, "contracts": CONTRACTS, "assets": ASSETS, "fault-codes": CODES}


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
    contracts = (Contract, Contract.sites.through, Contract.assets.through)
    places = (Customer, Site, Site.contacts.through, Asset, FaultCode, *contracts)
    for model in (Person, Ability, Team.members.through, Contact, *places):
        rows += [sorted(map(str, row)) for row in model._default_manager.order_by("pk").values_list()]
    return rows
