"""The switcher of the cast: one press in a demo, and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.test import Client

from backline.config.wiring import Wired
from backline.people.models import Organisation
from tests.fakes.browser import words
from tests.fakes.clock import SettableClock
from tests.fakes.house import House
from tests.rooms.demo.conftest import AT

BANNER = "Demo organisation: made-up people; nothing leaves it."
HOMES = {
    "tess": "/jobs", "carl": "/queue", "sana": "/mine", "lena": "/mine", "dora": "/mine", "max": "/manager",
    "ada": "/administration/",
}  # fmt: skip


@pytest.fixture(autouse=True)
def friday() -> Iterator[None]:
    """The moment at which the demo was loaded."""
    before, Wired.clock = Wired.clock, SettableClock(AT)
    yield
    Wired.clock = before


def become(browser: Client, who: str) -> str:
    """Press somebody's name on the page one is on; where that leads to in the end."""
    page = browser.get("/sign-in")
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', words(page))
    assert token
    answer = browser.post("/demo/become", {"who": who, "csrfmiddlewaretoken": token.group(1)}, follow=True)
    assert answer.status_code == 200
    return str(answer.redirect_chain[-1][0])


def test_without_a_password_one_is_each_of_the_cast_in_turn(demo: str) -> None:
    browser = Client(enforce_csrf_checks=True)
    for name, home in HOMES.items():
        assert become(browser, name) == home
        page = words(browser.get(home))
        assert BANNER in page
        assert f">{name.title()}</a>" in page


def test_the_customer_sees_an_open_case_of_hers(demo: str) -> None:
    browser = Client(enforce_csrf_checks=True)
    place = become(browser, "cleo")
    assert place.startswith("/c/")
    page = words(browser.get(place))
    assert "Northside Library" in page
    assert BANNER in page


def test_nobody_else_can_be_become(demo: str) -> None:
    browser = Client()
    for who in ("", "amir haddad", "amir.haddad", "otto", "TESS"):
        assert browser.post("/demo/become", {"who": who}).status_code == 404
    assert browser.get("/queue").status_code == 302
    assert browser.get("/demo/become").status_code == 405


def test_a_press_from_another_place_is_refused(demo: str) -> None:
    browser = Client(enforce_csrf_checks=True)
    assert browser.post("/demo/become", {"who": "ada"}).status_code == 403
    assert browser.get("/administration/").status_code == 302


def test_outside_a_demo_there_is_no_such_page(house: House) -> None:
    assert not Organisation.objects.exclude(demo="").exists()
    browser = Client()
    assert browser.get("/demo/become").status_code == 404
    for who in (*HOMES, "cleo"):
        assert browser.post("/demo/become", {"who": who}).status_code == 404
    page = words(browser.get("/sign-in"))
    assert BANNER not in page
    assert "/demo/become" not in page
