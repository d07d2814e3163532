"""Somebody of the cast at the pages over HTTP: signs in, opens a form, sends it with the key it was shown with."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client

from tests.fakes.house import PASSWORD


def signed_in(name: str, **options: Any) -> Client:
    """Somebody of the cast, signed in."""
    client = Client(**options)
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


def send(client: Client, address: str, **data: Any) -> Any:
    """Open the form at an address and send it."""
    page = client.get(address)
    assert page.status_code == 200, (page.status_code, address)
    return client.post(address, {"key": key_in(page), **data})
