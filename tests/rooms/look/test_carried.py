"""Nothing written is lost when a session ends, or a page is older than the sign-in; and nobody else can use that."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from tests.fakes.browser import signed_in, words
from tests.fakes.forms import whole
from tests.fakes.house import PASSWORD, House


def hidden(page: Any) -> dict[str, str]:
    """The hidden fields of the one form on the page, but for the token."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.content.decode())
    return {name: unescape(value) for name, value in found if name != "csrfmiddlewaretoken"}


def noting(house: House, case: str) -> dict[str, str]:
    return whole(house, case, "note") | {"text": 'The caretaker\'s "key" is <under> the mat'}


def test_what_was_written_while_the_session_ended_is_sent_after_signing_in_again(house: House) -> None:
    case = house.raised()
    place, form, carl = f"/cases/{case}/note", noting(house, case), signed_in("carl")
    carl.cookies.clear()
    asked = carl.post(place, form)
    assert asked.status_code == 401
    assert "Your session has ended" in words(asked)
    wrong = carl.post("/sign-in", hidden(asked) | {"email": "carl@example.org", "password": "wrong"})
    assert wrong.status_code == 422
    back = carl.post("/sign-in", hidden(wrong) | {"email": "carl@example.org", "password": PASSWORD})
    assert back.status_code == 200
    assert "What you wrote is here" in words(back)
    assert 'The caretaker\'s "key" is <under> the mat' in words(back)
    assert f'action="{place}"' in words(back)
    assert house.view(case).case.seq == 1, "nothing is sent before the button is pressed"
    assert carl.post(place, hidden(back)).status_code == 302
    assert 'The caretaker\'s "key" is <under> the mat' in house.view(case).timeline[-1].why


def test_what_was_chosen_and_not_written_is_sent_but_not_shown(house: House) -> None:
    case = house.raised()
    form = whole(house, case, "priority") | {"why": "The library is closed"}
    asked = Client().post(f"/cases/{case}/priority", form)
    back = Client().post("/sign-in", hidden(asked) | {"email": "carl@example.org", "password": PASSWORD})
    shown = words(back).partition('class="panel')[2].partition("</div>")[0]
    assert "The library is closed" in shown
    assert "LOW" not in shown
    assert form["key"] not in shown
    assert hidden(back)["impact"] == "LOW"


def test_nothing_is_carried_where_nothing_was_written(house: House) -> None:
    case = house.raised()
    page = Client().post(f"/cases/{case}/note", {"text": "  "})
    assert page.status_code == 302
    assert page.headers["Location"].startswith("/sign-in?next=")


@pytest.mark.parametrize(
    "packed",
    ["nonsense", "[]", "[1]", '["/a"]', json.dumps(["https://evil.example/", [["a", "b"]]]), "[" * 100_000,
     json.dumps(["//evil.example", [["a", "b"]]]), json.dumps(["javascript:alert(1)", [["a", "b"]]]),
     '["/a", [["x"]]]', '["/a\\ud800", [["a", "b"]]]', '["/a", [["a\\u0000", "\\ud800"]]]'],
)  # fmt: skip
def test_a_carried_form_that_is_none_or_leads_elsewhere_is_dropped(house: House, packed: str) -> None:
    page = Client().post("/sign-in", {"email": "carl@example.org", "password": PASSWORD, "carried": packed})
    assert page.status_code == 302, "he is signed in, and that is all"


def test_a_page_older_than_the_sign_in_can_be_sent_again_but_only_if_it_was_ours(house: House) -> None:
    case = house.raised()
    place, form = f"/cases/{case}/note", noting(house, case)
    carl = Client(enforce_csrf_checks=True)
    carl.cookies = signed_in("carl").cookies
    ours = carl.post(place, form, headers={"origin": "http://testserver"})
    assert ours.status_code == 403
    assert "under> the mat" in words(ours)
    token = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', ours.content.decode())[0]
    assert carl.post(place, hidden(ours) | {"csrfmiddlewaretoken": token}).status_code == 302
    for origin in ({"origin": "https://evil.example"}, {}):
        foreign = carl.post(place, form, headers=origin)
        assert foreign.status_code == 403
        assert "the mat" not in words(foreign), "nobody is led to send what a stranger wrote"


def test_a_password_is_never_carried(house: House) -> None:
    carl = Client(enforce_csrf_checks=True)
    for place, form in (
        ("/sign-in", {"email": "carl@example.org", "password": PASSWORD}),
        ("/account/password", {"old": PASSWORD, "new": "another long one"}),
    ):
        page = carl.post(place, form, headers={"origin": "http://testserver"})
        assert PASSWORD not in words(page)
        assert "another long one" not in words(page)
    assert Client().post("/account/password", {"old": PASSWORD, "new": "another long one"}).status_code == 302
