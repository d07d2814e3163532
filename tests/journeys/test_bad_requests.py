"""Bad input, requests: broken on their way or made by no browser, each gets an answer in words and changes nothing."""

from __future__ import annotations

import io
import logging
from itertools import product
from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from backline.config import urls
from backline.ledger import queries as ledger
from tests.fakes.browser import link_of, signed_in, words
from tests.fakes.house import House
from tests.fakes.world import World

BOUNDARY = "multipart/form-data; boundary=x"


def broken(_request: HttpRequest) -> HttpResponse:
    """A page with a mistake of ours in it."""
    raise RuntimeError("the relay of K7 is worn")


urlpatterns = [path("broken", broken), *urls.urlpatterns]
handler500 = urls.handler500


@pytest.fixture
def places(house: House) -> list[tuple[Client, str]]:
    """Every form of the product."""
    world = World(house)
    carl, tess = world.clients["carl"], world.clients["tess"]
    return [
        (carl, f"/cases/{world.cases['ACCEPTED']}/note"),
        (tess, f"/jobs/{house.job.id}/raise"),
        (tess, f"/my-cases/{world.cases['RETURNED']}/complete"),
        (world.clients["cleo"], link_of(house, "cleo", world.cases["RESOLVED"])),
        (Client(raise_request_exception=False), "/sign-in"),
    ]


def part(name: str, more: str = "") -> bytes:
    return f'--x\r\nContent-Disposition: form-data; name="{name}"{more}\r\n'.encode()


BODIES: dict[str, tuple[bytes, str, dict[str, str]]] = {
    "nothing": (b"", BOUNDARY, {}),
    "no boundary": (b"--x--", "multipart/form-data", {}),
    "a bad boundary": (b"--x--", "multipart/form-data; boundary=" + "é" * 3, {}),
    "an endless boundary": (b"--x--", "multipart/form-data; boundary=" + "y" * 5000, {}),
    "no end": (part("text") + b"\r\nhalf a no", BOUNDARY, {}),
    "a file that ends early": (part("photos", '; filename="a.jpg"') + b"\r\n\xff\xd8", BOUNDARY, {}),
    "bad base64": (part("text") + b"Content-Transfer-Encoding: base64\r\n\r\n@@@@@\r\n--x--", BOUNDARY, {}),
    "a length that is none": (b"text=a", "application/x-www-form-urlencoded", {"CONTENT_LENGTH": "many"}),
    "a length below nothing": (part("text") + b"\r\na\r\n--x--", BOUNDARY, {"CONTENT_LENGTH": "-5"}),
    "JSON": (b'{"text": "a", "key": "k"}', "application/json", {}),
    "no type": (b"text=a", "", {}),
    "a strange type": (b"text=a", "; ; ;/=", {}),
    "another encoding": (b"text=a", "application/x-www-form-urlencoded; charset=utf-16", {}),
    "an encoding that is none": (b"text=a", "application/x-www-form-urlencoded; charset=undefined", {}),
    "an encoding of bytes": (b"text=a", "multipart/form-data; boundary=x; charset=base64", {}),
    "bytes that are no text": (b"text=%ff%fe\xff&why=\xfe&answer=%80", "application/x-www-form-urlencoded", {}),
    "bytes that are no text in parts": (part("text") + b"\r\n\xff\xfe\r\n--x--\r\n", BOUNDARY, {}),
    "signs only": (b"&&&===%%%&=&", "application/x-www-form-urlencoded", {}),
}


def events() -> int:
    return sum(1 for case in ledger.cases() for _event in ledger.events(case))


def test_a_form_that_is_broken_is_answered_and_changes_nothing(places: list[tuple[Client, str]]) -> None:
    before = events()
    for (browser, place), (what, (body, kind, more)) in product(places, BODIES.items()):
        page = browser.generic("POST", place, body, content_type=kind, **more)
        assert page.status_code in (400, 422), (place, what)
        assert "<h1>" in words(page), (place, what)
        if page.status_code == 422:
            assert 'role="alert"' in words(page), (place, what)
    assert events() == before


class HangsUp(io.RawIOBase):
    """A connection that ends in the middle of a form."""

    def __init__(self, error: OSError | None) -> None:
        self._error, self._left = error, b"text=a"

    def read(self, _size: int = -1) -> bytes:
        """What arrived so far, then the end."""
        if not self._left and self._error:
            raise self._error
        left, self._left = self._left, b""
        return left


def test_a_form_that_ends_in_the_middle_changes_nothing(places: list[tuple[Client, str]]) -> None:
    before, errors = events(), (None, ConnectionResetError("gone"))
    for (browser, place), error, kind in product(places, errors, (BOUNDARY, "application/x-www-form-urlencoded")):
        more = {"wsgi.input": HangsUp(error), "CONTENT_LENGTH": "9999"}
        page = browser.generic("POST", place, b"x", content_type=kind, **more)
        assert page.status_code in (400, 422), place
        assert "<h1>" in words(page)
    assert events() == before


def test_more_than_can_be_read_is_refused_in_words(places: list[tuple[Client, str]]) -> None:
    for browser, place in places:
        large = browser.post(place, {"text": "x" * 3_000_000, "key": uuid4().hex})
        many = browser.post(place, {f"field-{number}": "" for number in range(2001)})
        for page in (large, many):
            assert (page.status_code, "That is more than can be sent at once." in words(page)) == (413, True), place


def test_a_method_that_is_not_taken_is_said_in_words(places: list[tuple[Client, str]]) -> None:
    methods = ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "BREW")
    for (browser, place), method in product([*places, (Client(), "/sign-in")], methods):
        browser.handler.enforce_csrf_checks = True  # as a real browser finds it
        page = browser.generic(method, place)
        assert page.status_code == 405, place
        assert "GET" in page.headers["Allow"]
        assert "This address cannot be used in that way." in words(page)


def test_a_head_is_a_get_without_its_body(places: list[tuple[Client, str]], house: House) -> None:
    more = [(signed_in("carl"), place) for place in ("/queue", "/mine", "/outgoing", "/healthz", "/no-such-page")]
    for browser, place in [*places, *more]:
        head, full = browser.head(place), browser.get(place)
        assert (head.status_code, head.content) == (full.status_code, b""), place


def test_a_very_long_address_is_answered(house: House) -> None:
    carl = signed_in("carl")
    assert carl.get("/" + "x" * 100_000).status_code == 404
    assert carl.get("/queue?" + "a=1&" * 900).status_code == 200
    assert carl.get("/queue?" + "a=1&" * 50_000).status_code in (200, 400, 413)
    assert carl.get("/queue?team=" + "x" * 1_000_000).status_code == 200
    assert Client().get("/queue?team=" + "x" * 100_000).status_code == 302


COOKIES = (
    'sessionid="aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\\000a"', "sessionid=%00%ff", "sessionid=" + "x" * 9000, "sessionid=",
    "=", ";;;", "csrftoken=<script>", "messages=[[", "messages=garbage:garbage", 'messages="\\000"', "a=b" * 3000,
    "sessionid=\xff\xfe", 'sessionid="\\355\\240\\200aaaaaaaa"', "$Version=1; sessionid=a", "django_language=../../etc",
)  # fmt: skip


@pytest.mark.parametrize("cookie", COOKIES, ids=range(len(COOKIES)))
def test_a_cookie_that_cannot_be_read_is_no_cookie(house: House, cookie: str) -> None:
    browser = Client(raise_request_exception=False)
    assert browser.get("/sign-in", HTTP_COOKIE=cookie).status_code == 200
    assert browser.get("/queue", HTTP_COOKIE=cookie).status_code == 302
    page = browser.post("/sign-in", {"email": "carl@example.org", "password": "wrong"}, HTTP_COOKIE=cookie)
    assert page.status_code == 422


@pytest.mark.parametrize(
    "host", ["evil.example", "testserver.evil.example", "", "a b", "testserver:99999x", "[::1", "\x00", "é"]
)
def test_a_foreign_host_is_refused_in_words(house: House, host: str) -> None:
    browser = Client(raise_request_exception=False, enforce_csrf_checks=True)
    for page in (browser.get("/sign-in", HTTP_HOST=host), browser.post("/sign-in", {"email": "a"}, HTTP_HOST=host)):
        assert page.status_code == 400
        assert "This request cannot be understood." in words(page)
        assert host not in words(page) or not host


def test_an_address_that_leads_nowhere_says_so(house: House) -> None:
    for browser in (Client(), signed_in("carl")):
        page = browser.get("/no-such-page")
        assert page.status_code == 404
        assert "There is nothing at this address." in words(page)
        assert 'href="/"' in words(page)


def test_a_mistake_of_ours_is_a_page_in_words_and_stands_in_the_log(
    house: House, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.ROOT_URLCONF = __name__
    with caplog.at_level(logging.ERROR):
        page = signed_in("carl").get("/broken")
    assert page.status_code == 500
    for sentence in ("Something broke on our side.", "what was there before is safe", "tell your administrator"):
        assert sentence in words(page)
    for secret in ("RuntimeError", "relay", "Traceback", ".py"):
        assert secret not in words(page)
    assert "no-store" in page.headers["Cache-Control"]
    assert "the relay of K7 is worn" in caplog.text
    assert "RuntimeError" in caplog.text
