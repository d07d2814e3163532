"""The disk fills up while people work: they read so, keep what they typed, and send it again when there is room."""

from __future__ import annotations

import errno
import re
import shutil
from datetime import timedelta
from typing import Any

import pytest
from django.core.files import uploadedfile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client

from backline.config import room, tables
from backline.config.clock import SystemClock
from backline.config.trouble import Trouble
from tests.fakes.browser import link_of, send, signed_in, words
from tests.fakes.forms import report
from tests.fakes.house import PASSWORD, House
from tests.rooms.look.test_carried import hidden

FULL = """DO $$ BEGIN RAISE EXCEPTION 'could not extend file "base/1/2": No space left on device'
USING ERRCODE = 'disk_full'; END $$"""


def full(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    """PostgreSQL on a full disk: what is read is read, and no event, nor session, finds room."""
    if re.search(r'INSERT INTO "?(ledger_event|django_session)\b', sql):
        with transaction.atomic():
            return execute(FULL, None, False, context)
    return execute(sql, params, many, context)


def test_a_report_waits_on_the_page_until_there_is_room(house: House) -> None:
    tess, place, form = signed_in("tess"), f"/jobs/{house.job.id}/raise", report(words="Late for work")
    for _three_times in range(3):
        with connection.execute_wrapper(full):
            page = tess.post(place, form)
        assert page.status_code == 507
        for sentence in (
            "There is no room left on our side.",
            "Tell your administrator",
            "It stands still",
            "Late for",
        ):
            assert sentence in words(page), sentence
        assert "older than your sign-in" not in words(page)
    sent = tess.post(place, hidden(page))
    assert sent.status_code == 302
    assert house.view(sent.headers["Location"].rpartition("/")[2]).case.job == str(house.job.id)


def test_a_customer_keeps_her_words_too(house: House) -> None:
    case = house.working()
    house.resolve(case)
    place, cleo = link_of(house, "cleo", case), signed_in("tess")
    with connection.execute_wrapper(full):
        page = send(cleo, place, answer="not-fixed", why="The door opens in the shaft")
    assert (page.status_code, "The door opens in the shaft" in words(page)) == (507, True)
    assert cleo.post(place, hidden(page)).status_code == 302


def test_a_password_is_not_shown(house: House) -> None:
    browser = Client(raise_request_exception=False)
    with connection.execute_wrapper(full):
        page = browser.post("/sign-in", {"email": "carl@example.org", "password": PASSWORD})
    assert (page.status_code, PASSWORD in words(page)) == (507, False)
    assert "Nothing was changed. Tell your administrator" in words(page)


def test_an_upload_for_which_there_is_no_room_says_so(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_more: Any, **_options: Any) -> Any:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(uploadedfile.tempfile, "NamedTemporaryFile", fails)
    photo = SimpleUploadedFile("a.jpg", bytes(1_500_000), "image/jpeg")
    page = signed_in("tess").post(f"/jobs/{house.job.id}/raise", report(photos=photo))
    assert (page.status_code, "There is no room left on our side." in words(page)) == (507, True)


def test_healthz_and_the_page_of_health_say_so(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = signed_in("ada")
    assert ada.get("/healthz").json()["disk"] is True
    assert "The disk is full" not in words(ada.get("/health"))
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(room.shutil, "disk_usage", lambda _place: usage._replace(free=room.LEAST - 1))
    answer = ada.get("/healthz")
    assert (answer.status_code, answer.json()["disk"]) == (503, False)
    assert "The disk is full, or nearly." in words(ada.get("/health"))


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_host_whose_clock_is_an_hour_off_says_so_and_serves_no_pages(
    house: House, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    assert Client().get("/healthz").json()["clock"] is True
    right = SystemClock().now
    monkeypatch.setattr(SystemClock, "now", lambda _clock: right() + timedelta(hours=hours))
    answer = Client().get("/healthz")
    assert (answer.status_code, answer.json()["clock"]) == (503, False)
    with pytest.raises(Trouble, match=r"clock is off by 3\d{3} s .*Set it \(NTP\), then start again"):
        tables.refuse_another_time()
