"""`backline up` on an empty home, by an ordinary user: nothing is loaded, and a link sets it up once."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.test import Client

from backline.desk import first_start
from tests.fakes.installation import Browser, Installation, as_ordinary_user, until

FOUNDING = {
    "organisation": "Harbour Lifts",
    "zone": "Europe/Lisbon",
    "name": "Ada",
    "email": "ada@harbour.example",
    "password": "a long enough one",
    "last_resort_name": "Rui",
    "last_resort_email": "rui@harbour.example",
}


def test_an_ordinary_user_sets_up_an_empty_home_by_its_link(home: Path) -> None:
    before = as_ordinary_user(home.parent)
    empty = Installation(home, ("up",), before=before).start().well()
    try:
        uids = {Path(f"/proc/{process}").stat().st_uid for process in empty.processes()}
        assert uids == {home.stat().st_uid}
        assert 0 not in uids
        link = re.search(rf"Open this link once, within a week:\n{empty.address}(/set-up/\S+)\n", empty.said)
        assert link, empty.said
        _is_used_once(empty, link.group(1))
        assert empty.interrupt() == 0
        assert until(lambda: not empty.processes(), "the end")
    finally:
        if empty.processes():
            empty.kill()


def _is_used_once(empty: Installation, link: str) -> None:
    ada = Browser(empty.address)
    status, page = ada.get(link)
    assert (status, "Set up your organisation" in page) == (200, True)
    assert ada.send(link, **{**FOUNDING, "password": "short"})[0] == 422
    altered = link[:-3] + ("AAA" if link[-3:] != "AAA" else "BBB")
    assert ada.get(altered)[0] == 404
    assert "This link does not work" in ada.get(altered)[1]
    status, page = ada.send(link, **FOUNDING)
    assert (status, "Sign in" in page) == (200, True)
    for browser in (ada, Browser(empty.address)):
        status, page = browser.get(link)
        assert (status, "The organisation is set up. Sign in." in page) == (200, True)
    ada.sign_in(FOUNDING["email"], FOUNDING["password"])
    page = ada.get("/administration/organisation")[1]
    assert re.search(r"Harbour Lifts[\s\S]*Europe/Lisbon[\s\S]*Rui", page)
    assert ada.get("/administration/nothing")[0] == 404


def test_an_old_link_is_refused_in_words(db: None) -> None:
    old = first_start.link(at=datetime.now(UTC) - timedelta(days=8)).removeprefix("http://testserver")
    answer = Client().get(old)
    assert answer.status_code == 410
    assert "This link is no longer valid" in answer.content.decode()
