"""What every answer carries, whoever asks: no cache, no leak of a link, no frame; and no form from another place."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from tests.contracts import table
from tests.contracts.addresses import address
from tests.environment import HOME
from tests.fakes.browser import link_of, words
from tests.fakes.house import PASSWORD, House
from tests.fakes.world import World


def answers(world: World) -> list[Any]:
    """A page of every kind, refusals and errors among them."""
    carl, nobody = world.clients["carl"], world.clients["nobody"]
    link = link_of(world.house, "cleo", world.cases["RESOLVED"])
    case = world.cases["ACCEPTED"]
    return [
        nobody.get("/sign-in"), nobody.get("/queue"), nobody.get("/no-such-page"), nobody.get("/?a=%00"),
        nobody.get(link), nobody.post(link, {"answer": "not-fixed"}), nobody.get(link[:-1]),
        nobody.get("/sign-in", headers={"host": "evil.example"}), nobody.get(f"/set-up/{world.first_start()}"),
        carl.get("/queue"), carl.post("/queue"), carl.get(f"/cases/{case}"), carl.get(f"/cases/{case}/tell"),
        carl.post(f"/cases/{case}/tell"), carl.get("/manager"), carl.get("/healthz"), carl.get("/outgoing"),
        world.clients["tess"].get("/jobs"), world.clients["tom"].get(f"/cases/{case}"),
    ]  # fmt: skip


def test_every_answer_is_private_and_leaks_nothing(house: House) -> None:
    found = answers(World(house))
    assert {answer.status_code for answer in found} == {200, 302, 400, 403, 404, 405, 422}
    for answer in found:
        said, asked = answer.headers, answer.request["PATH_INFO"]
        inside = answer.status_code == 200 and bool(answer.client.cookies.get("sessionid"))
        assert ("no-cache" if inside else "no-store") in said["Cache-Control"], asked
        assert ("no-store" in said["Cache-Control"]) is not inside, "only the page of one's own session waits for back"
        assert "private" in said["Cache-Control"], asked
        assert said["X-Robots-Tag"] == "noindex, nofollow", asked
        assert said["Referrer-Policy"] == "same-origin", asked
        assert said["X-Frame-Options"] == "DENY", asked
        assert said["X-Content-Type-Options"] == "nosniff", asked
        policy = said["Content-Security-Policy"]
        for rule in ("default-src 'self'", "frame-ancestors 'none'", "form-action 'self'", "base-uri 'none'"):
            assert rule in policy, asked
        assert "unsafe" not in policy, asked


def test_pages_load_and_link_nothing_from_elsewhere(house: House) -> None:
    for answer in answers(World(house)):
        assert re.findall(r'(?:href|src|action)="(?:https?:)?//[^"]*"', answer.content.decode()) == []


def test_a_photo_is_kept_by_its_own_reader_alone_and_can_only_be_looked_at(house: House) -> None:
    world = World(house)
    said = world.clients["carl"].get(f"/photos/{world.photo}/full").headers
    assert said["Cache-Control"] == "private, max-age=3600"
    assert said["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(house: House) -> None:
    browser = Client()
    browser.get("/sign-in")
    browser.post("/sign-in", {"email": "carl@example.org", "password": PASSWORD})
    assert set(browser.cookies) == {"csrftoken", "sessionid"}
    for cookie in browser.cookies.values():
        assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")


@pytest.mark.parametrize(("url", "secure"), [("https://desk.example.org", True), ("http://127.0.0.1:8000", False)])
def test_behind_https_cookies_go_by_https_alone(url: str, secure: bool) -> None:
    code = "from backline.config import settings as s; print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE)"
    environ = {"BACKLINE_URL": url, "BACKLINE_HOME": str(HOME), "PATH": ""}
    said = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True)
    assert said.stdout.split() == [str(secure)] * 2


def forms(world: World) -> list[tuple[str, str]]:
    """Every address that takes a form, by the table, and who may send it."""
    found = [("ada", f"/set-up/{world.first_start()}"), ("tess", f"/cases/{world.cases['RAISED']}/note")]
    for line in table.lines(table.ADDRESSES):
        name, _at, stage = line[0].partition("@")
        taken = [who for who, status in zip(table.WHO, line[2:], strict=True) if status in ("302", "422")]
        who = next((who for who in ("ada", "tess", "cleo") if who in taken), "")
        if line[1] == "POST" and who:
            found.append((who, address(world, name, who, stage)))
    return found


def test_a_form_from_another_place_is_refused_everywhere(house: House) -> None:
    world = World(house)
    known = forms(world)
    assert len(known) >= 16
    for who, place in known:
        browser = Client(enforce_csrf_checks=True)
        if who != "cleo":
            browser.force_login(house.persons[who])
        refused = browser.post(place, {"text": "x"})
        assert refused.status_code == 403, place
        assert "This form is too old, or came from another place." in words(refused)
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', browser.get("/sign-in").content.decode())
        assert token
        sent = {"csrfmiddlewaretoken": token.group(1)}
        assert browser.post(place, sent, headers={"origin": "https://evil.example"}).status_code == 403, place
        with transaction.atomic():
            assert browser.post(place, sent).status_code in (302, 404, 422), place
            transaction.set_rollback(True)
