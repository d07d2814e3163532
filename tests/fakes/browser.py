"""Somebody of the cast at the pages over HTTP: signs in, opens a form, sends it with the key it was shown with."""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape
from typing import Any

from django.test import Client

from backline.cases import links
from tests.fakes.house import PASSWORD, House


def signed_in(name: str, **options: Any) -> Client:
    """Somebody of the cast, signed in; an error nobody foresaw is the page that they would see."""
    client = Client(raise_request_exception=False, **options)
    answer = client.post("/sign-in", {"email": f"{name}@example.org", "password": PASSWORD})
    assert answer.status_code == 302, answer.content.decode()
    return client


def keys_in(page: Any) -> list[str]:
    """The keys that the forms of a page were shown with."""
    return re.findall(r'name="key" value="([0-9a-f]{32})"', page.content.decode())


def key_in(page: Any) -> str:
    """The key of the first form of a page."""
    found = keys_in(page)
    assert found, page.content.decode()
    return found[0]


def hidden_in(page: Any) -> dict[str, str]:
    """What the form of a case carries unseen: its key and the last event that was on view."""
    text = page.content.decode()
    return {name: re.findall(f'name="{name}" value="([^"]*)"', text)[-1] for name in ("key", "seen")}


def seen_in(page: Any) -> dict[str, str]:
    """What the form of an entry says was on view when it was shown; nothing where it is a form of another kind."""
    found = re.findall('name="seen" value="([^"]*)"', page.content.decode())
    return {"seen": found[-1]} if found else {}


def hidden(page: Any, *names: str) -> dict[str, str]:
    """What the form of a page carries unseen under these names."""
    return {name: re.findall(f'name="{name}" value="([^"]*)"', words(page))[-1] for name in names}


def send(client: Client, address: str, /, **data: Any) -> Any:
    """Open the form at an address and send it."""
    page = client.get(address)
    assert page.status_code == 200, (page.status_code, address)
    return client.post(address, {**seen_in(page), "key": key_in(page), **data})


def words(page: Any) -> str:
    """The page's source with its entities read: every text as it was typed."""
    return _read(page.content)


def text(page: Any) -> str:
    """What somebody reads on a page."""
    found = re.sub(r"<(svg|script|head)\b.*?</\1>", " ", page.content.decode(), flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", found)).split())


@lru_cache(maxsize=4)
def _read(content: bytes) -> str:
    """What a test looks into several times is read once."""
    return unescape(content.decode())


def link_of(house: House, name: str, case: str) -> str:
    """The address of the customer's page of a case, as a mail would name it."""
    contact = {"cleo": house.cleo, "otto": house.otto}[name]
    return links.address(case_id=case, contact=contact, at=house.clock.now()).removeprefix("http://testserver")


def choices(page: Any, name: str) -> dict[str, str]:
    """What there is to choose from in a field, by what it is called."""
    [field] = re.findall(rf'<select name="{name}".*?</select>', page.content.decode(), re.S)
    return {unescape(said): unescape(value) for value, said in re.findall(r'value="([^"]*)"[^>]*>\s*([^<]*)<', field)}


def chosen(page: Any, name: str, part: str) -> str:
    """The first choice of a field in which these words stand."""
    return next(value for said, value in choices(page, name).items() if part in said)


def press(client: Client, page: str, action: str) -> Any:
    """Press a button that stands on a page; where it leads."""
    shown = client.get(page)
    assert f'action="{action}"' in words(shown), f"{action} is not offered"
    return client.post(action, {"key": key_in(shown)}, follow=True)


def look(client: Client, place: str, **typed: Any) -> Any:
    """Open a plan, fill it in and look at what it would do."""
    return client.post(place, {"key": key_in(client.get(place)), **typed})


def keep(client: Client, place: str, looked: Any, **typed: Any) -> Any:
    """Keep what was looked at."""
    return client.post(place, hidden(looked, "key", "looked") | {"keep": "1"} | typed, follow=True)
