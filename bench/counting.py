"""Somebody who is signed in, and how many queries a page costs him."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from backline.people import queries as people


@dataclass(frozen=True, slots=True)
class Reader:
    """A browser with its session."""

    browser: Client
    session: str

    @classmethod
    def signed_in(cls, email: str) -> Reader:
        """The person with this address, signed in."""
        browser = Client(headers={"host": "localhost"})
        person = people.person_by_email(email)
        assert person
        browser.force_login(person)
        return cls(browser, browser.cookies["sessionid"].value)

    def queries(self, place: str) -> int:
        """How many queries the page needs."""
        with CaptureQueriesContext(connection) as found:
            page = self.browser.get(place)
        assert page.status_code == 200, place
        return len(found)
