"""While an import holds the registers nobody waits for long: Ada is told, keeps what she typed, and nothing changes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.db import connection, transaction

from backline.desk.models import Import
from backline.people import operations as people
from backline.policies import queries as policies
from tests.fakes import hours
from tests.fakes.browser import send, signed_in, words
from tests.fakes.clock import SettableClock
from tests.fakes.house import House
from tests.fakes.lists import LISTS, everything, figures, imported, looked, place
from tests.fakes.routed import rules

BUSY = "A list is being imported at this moment. Nothing was changed; send this again in a minute."
AT_IT = "This list is being worked on at this moment, and that happens once."


@contextmanager
def an_import(database: str, entry: str = "") -> Iterator[None]:
    """Another connection in the midst of an import, of this list if one is named; who waits for ever fails here."""
    with psycopg.connect(database) as other, connection.cursor() as cursor:
        other.execute("SELECT FROM people_organisation FOR UPDATE")
        if entry:
            other.execute("SELECT FROM desk_import WHERE id = %s FOR UPDATE", [entry])
        cursor.execute("SET statement_timeout = '20s'")
        yield
        cursor.execute("RESET statement_timeout")
        other.rollback()


@pytest.mark.parametrize("name", ["tess", "organisation", "new"])
def test_a_form_says_so_with_all_that_was_typed_and_is_kept_when_sent_again(
    fresh_database: str, clock: SettableClock, name: str
) -> None:
    house = House(clock)
    ada, before = signed_in("ada"), everything()
    tess = {"name": "Theresa", "email": "tess@example.org", "roles": ["TECHNICIAN"], "zone": "UTC", "active": "on"}
    address, typed = {
        "tess": (f"/administration/persons/{house.persons['tess'].id}", tess),
        "new": ("/administration/persons/new", tess | {"email": "theresa@example.org"}),
        "organisation": (
            "/administration/organisation",
            {"name": "Theresa", "zone": "UTC", "last_resort": str(house.persons["max"].id)},
        ),
    }[name]
    with an_import(fresh_database):
        page = send(ada, address, **typed)
        assert (page.status_code, BUSY in words(page), 'value="Theresa"' in words(page)) == (409, True, True)
        assert everything() == before
        assert signed_in("carl")
    assert send(ada, address, **typed).status_code == 302
    assert "Theresa" in words(
        ada.get("/administration/organisation" if name == "organisation" else "/administration/persons")
    )


@pytest.mark.parametrize("same", [True, False])
def test_an_import_and_its_undo_say_so_and_the_list_is_still_there(
    fresh_database: str, clock: SettableClock, same: bool
) -> None:
    House(clock)
    ada, said = signed_in("ada"), AT_IT if same else BUSY
    undone = imported(ada, "fault-codes", LISTS["fault-codes"])
    page = looked(ada, "sites", LISTS["sites"])
    for address, to in ((place(page), place(page)), (undone, f"{undone}/undo")):
        before = everything()
        with an_import(fresh_database, address.rpartition("/")[2] if same else ""):
            answer = ada.post(to)
            assert (answer.status_code, said in words(answer)) == (409, True)
            assert everything() == before
            assert signed_in("carl")
        assert said not in words(ada.get(address))
    assert figures(ada.get(place(page))) == (1, 0, 0, 0)
    assert ada.post(place(page)).status_code == 302
    assert Import.objects.exclude(kept_at=None).count() == 2
    assert "Taken back." in words(ada.post(f"{undone}/undo", follow=True))


def test_a_file_of_all_routing_rules_and_the_removal_of_one_say_so(fresh_database: str, clock: SettableClock) -> None:
    House(clock)
    ada, before, [rule] = signed_in("ada"), everything(), policies.routing_rules()
    address, typed = "/administration/rules/file", {"text": rules(), "why": "People decide"}
    page = hours.looked(ada, address, **typed)
    with an_import(fresh_database):
        answer = hours.saved(ada, address, page, **typed)
        assert (answer.status_code, BUSY in words(answer), "People decide" in words(answer)) == (409, True, True)
        assert BUSY in words(ada.post(f"/administration/rules/{rule.id}/remove", follow=True))
        assert everything() == before
    assert policies.routing_rules() == [rule]
    assert hours.saved(ada, address, page, **typed).status_code == 302
    assert policies.routing_rules() == []


def test_what_a_statement_may_wait_is_as_before_once_the_registers_are_held(
    fresh_database: str, clock: SettableClock
) -> None:
    House(clock)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '7s'")
        people.hold_registers()
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("7s",)
