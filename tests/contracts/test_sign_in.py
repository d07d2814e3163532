"""Signing in: slow to guess, silent about who exists, a new session each time, and on to pages of ours only."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client

from backline.core.words import Role
from backline.people import operations as people
from backline.people.operations import PersonForm
from tests.fakes.browser import signed_in, words
from tests.fakes.house import PASSWORD, House


def knock(email: str, password: str = PASSWORD, client: Client | None = None, **more: Any) -> Any:
    return (client or Client()).post("/sign-in", {"email": email, "password": password, **more})


def leave(house: House, name: str) -> None:
    """Somebody is made inactive."""
    person = house.persons[name]
    people.keep_person(PersonForm(person.name, person.email, (), active=False), person_id=str(person.id))


def said(page: Any) -> str:
    """The page without what differs at every showing."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"|value="[^"]*@[^"]*"', "", page.content.decode())


def test_nobody_learns_who_exists(house: House) -> None:
    leave(house, "tom")
    wrong = knock("carl@example.org", "not his password")
    for stranger in (knock("nobody@example.org"), knock("tom@example.org"), knock("tom@example.org", "wrong one")):
        assert (stranger.status_code, said(stranger)) == (wrong.status_code, said(wrong)) == (422, said(wrong))
    assert "do not belong together" in words(wrong)


class Counted(MD5PasswordHasher):
    """Counts how often a password was hashed, which is what takes long."""

    times = 0

    def encode(self, password: str, salt: str) -> str:
        Counted.times += 1
        return super().encode(password, salt)


def test_whoever_is_unknown_is_refused_as_slowly_as_a_wrong_password(house: House, settings: Any) -> None:
    settings.PASSWORD_HASHERS = [f"{__name__}.Counted"]
    people.keep_person(PersonForm("Nina", "nina@example.org", (Role.MANAGER,)))
    leave(house, "tom")
    for name in ("carl", "nina", "tom", "nobody"):
        Counted.times = 0
        assert "do not belong together" in words(knock(f"{name}@example.org", "a guess")), name
        assert Counted.times == 1, name


def test_guessing_is_slow_and_locks_nobody_out(house: House) -> None:
    browser = Client()
    for email in ("carl@example.org", "nobody@example.org"):
        for _try in range(8):
            assert "do not belong together" in words(knock(email, "guess", browser))
        page = knock(email.upper(), PASSWORD, browser)
        assert (page.status_code, "Too many tries" in words(page), "in 15 min" in words(page)) == (422, True, True)
    assert knock("carl@example.org", client=Client(REMOTE_ADDR="10.0.0.9")).status_code == 302
    for _try in range(8):
        knock("carl@example.org", "guess", browser)
    house.clock.advance(timedelta(minutes=15))
    assert knock("carl@example.org", client=browser).status_code == 302


@pytest.mark.parametrize(
    "wanted",
    ["https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example",
     "javascript:alert(1)",
     "http:evil.example", "///evil.example", "/\n/evil.example", " //evil.example", "/\x00", "https:///evil.example",
     "//evil.example/%2f..", "/%5cevil.example\r\nSet-Cookie: a=b", "data:text/html,x", "@evil.example",
     "\x08//evil.example"],
)  # fmt: skip
def test_the_way_on_leads_to_us_only(house: House, wanted: str) -> None:
    answer = knock("carl@example.org", next=wanted)
    went = answer.headers["Location"]
    assert answer.status_code == 302
    assert re.match(r"/(?![/\\])", went), went
    assert "Set-Cookie: a" not in str(answer.headers)


def test_the_way_on_is_where_one_wanted_to_go(house: House) -> None:
    asked = Client().get("/queue?state=RAISED&team=")
    browser = Client()
    page = browser.get(asked.headers["Location"])
    wanted = re.search(r'name="next" value="([^"]*)"', words(page))
    assert wanted
    assert (
        knock("carl@example.org", client=browser, next=wanted.group(1)).headers["Location"]
        == "/queue?state=RAISED&team="
    )


def test_everybody_comes_home_to_his_own_work_and_finds_the_ways_of_his_role(house: House) -> None:
    homes = {"tess": "/jobs", "carl": "/queue", "sana": "/mine", "max": "/manager", "ada": "/administration/"}
    ways = {
        "tess": ["/jobs", "/my-cases"], "sana": ["/mine", "/on-call"],
        "carl": ["/queue", "/mine", "/on-call", "/load", "/hand-over", "/outgoing", "/incoming"],
        "max": ["/queue", "/on-call", "/manager", "/audit", "/load", "/hand-over", "/outgoing", "/incoming"],
        "ada": ["/queue", "/on-call", "/audit", "/outgoing", "/incoming", "/administration/"],
    }  # fmt: skip
    for name, home in homes.items():
        browser = signed_in(name)
        assert browser.get("/").headers["Location"] == home
        page = browser.get(home)
        assert page.status_code == 200
        assert re.findall(r'<li><a href="([^"]+)"', words(page).partition("</nav>")[0]) == ways[name]


def test_a_session_begins_anew_with_every_sign_in(house: House) -> None:
    browser = Client()
    knock("carl@example.org", client=browser)
    planted = browser.cookies["sessionid"].value
    knock("sana@example.org", client=browser)
    given = browser.cookies["sessionid"].value
    assert given != planted
    other = Client()
    other.cookies["sessionid"] = planted
    assert other.get("/mine").status_code == 302
    fresh = Client()
    fresh.cookies["sessionid"] = "a" * 32
    knock("carl@example.org", client=fresh)
    assert fresh.cookies["sessionid"].value != "a" * 32


def test_signing_out_ends_the_session_for_whoever_copied_it(house: House) -> None:
    browser, copy = signed_in("carl"), Client()
    copy.cookies["sessionid"] = browser.cookies["sessionid"].value
    assert copy.get("/queue").status_code == 200
    browser.post("/sign-out")
    assert copy.get("/queue").status_code == 302


def test_whoever_was_made_inactive_is_nobody_at_once(house: House) -> None:
    browser = signed_in("carl")
    assert browser.get("/queue").status_code == 200
    leave(house, "carl")
    assert browser.get("/queue").status_code == 302
    assert knock("carl@example.org").status_code == 422


@pytest.mark.parametrize("field", ["email", "password"])
@pytest.mark.parametrize("typed", ["", " ", "\x00", "a\x00b", "x" * 100_000, "\ufffd", "🛗" * 200, "' OR 1=1 --"])
def test_whatever_is_typed_there_is_an_answer(house: House, field: str, typed: str) -> None:
    sent = {"email": "carl@example.org", "password": PASSWORD, field: typed}
    page = Client(raise_request_exception=False).post("/sign-in", sent)
    assert page.status_code == 422
    assert 'role="alert"' in page.content.decode()


@pytest.mark.parametrize("script", [{"X-Live": "1"}, {"Sec-Fetch-Mode": "cors"}])
def test_what_a_script_asks_with_a_session_that_is_over_takes_no_new_one_away(
    house: House, script: dict[str, str]
) -> None:
    browser, late = signed_in("carl"), Client()
    late.cookies["sessionid"] = browser.cookies["sessionid"].value
    browser.post("/sign-out")
    answer = late.get("/queue", headers=script)
    assert (answer.status_code in (302, 401), dict(answer.cookies)) == (True, {})
    assert "sessionid" in late.get("/queue").cookies, "a page that somebody goes to forgets what is over"
