"""Forms over real sockets that stall, dribble, are cut or are too much: pages stay quick, and nothing half is kept."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session

from backline.config import bodies
from backline.evidence import queries as evidence
from backline.ledger import queries as ledger
from tests.fakes.browser import link_of
from tests.fakes.clock import SettableClock
from tests.fakes.forms import report
from tests.fakes.house import PASSWORD, House
from tests.fakes.installation import ROOT, Browser, free_port, until
from tests.fakes.photos import encoded as photo_of
from tests.fakes.photos import quarters
from tests.fakes.senders import BOUNDARY, Sender, encoded, form_of, parts
from tests.fakes.stage import Served, serving

MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"
PAUSE = threading.Event()
TEXT = "The door is safe to use only after the brake was changed; until then NOBODY may enter."


@pytest.fixture
def world(fresh_database: str, clock: SettableClock) -> House:
    """The cast, with commits of their own."""
    return House(clock)


@pytest.fixture
def served(world: House) -> Iterator[Served]:
    """The web server before them."""
    with serving() as running:
        yield running


@pytest.fixture
def uncollected() -> Iterator[None]:
    """Python collects no garbage meanwhile: nobody who is cut off may have to wait for that."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def browser(served: Served, name: str) -> Browser:
    return Browser(served.address).sign_in(f"{name}@example.org", PASSWORD)


def held(served: Served) -> tuple[int, int]:
    """How many bodies the server waits for, and the bytes that it holds."""
    found = served.application.bodies
    return len(found.awaited), found.held


def slowest(served: Served, place: str, times: int = 5) -> float:
    """Seconds that the slowest of some requests for a page took."""
    took = []
    for _once in range(times):
        begun = time.monotonic()
        assert Browser(served.address).get(place)[0] in (200, 503)
        took.append(time.monotonic() - begun)
    return max(took)


def kept() -> int:
    """How many events there are."""
    return sum(1 for case in ledger.cases() for _event in ledger.events(case))


@pytest.mark.usefixtures("uncollected")
@pytest.mark.parametrize("count", [24, 200])
def test_uploads_that_stall_hold_up_nobody_and_are_cut_off(
    served: Served, world: House, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    case, carl = world.raised(), browser(served, "carl")
    monkeypatch.setattr(bodies, "PAUSE", 6.0)
    begun = time.monotonic()
    stalled = [Sender(served.port, "/photos", kind=MULTIPART).begin(900_000, b"--" + b"x" * 40) for _ in range(count)]
    dribbling = [Sender(served.port, "/sign-in").begin(100_000, b"email=a") for _ in range(8)]
    assert slowest(served, "/healthz") < 3
    assert slowest(served, "/sign-in") < 3
    for sender in dribbling:
        sender.more(b"a")
    assert carl.send(f"/cases/{case}/note", text=TEXT, **form_of(carl.get(f"/cases/{case}/note")[1]))[0] == 200
    assert TEXT in str(world.view(case).timeline)
    status, page = stalled[0].answer()
    assert (status, "did not arrive in time" in page, "Nothing was changed." in page) == (408, True, True)
    assert "content-security-policy" in page.lower()
    assert 5 < time.monotonic() - begun < 20
    assert {sender.answer()[0] for sender in [*stalled[1:], *dribbling]} == {408}
    until(lambda: held(served) == (0, 0), "all is forgotten")


@pytest.mark.usefixtures("uncollected")
def test_who_dribbles_is_cut_off_however_regularly(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "BEGINNING", 2.0)
    slow, begun = Sender(served.port, "/sign-in").begin(100_000, b"email="), time.monotonic()
    with ThreadPoolExecutor(1) as threads:
        answer = threads.submit(slow.answer)
        while not answer.done() and time.monotonic() - begun < 10:
            with suppress(OSError):  # the server may have hung up meanwhile: what it answered is looked at below
                slow.more(b"a" * 10)
            PAUSE.wait(0.3)
    assert answer.result()[0] == 408
    assert 1.5 < time.monotonic() - begun < 10
    until(lambda: not any(isinstance(one, bodies.Body) for one in gc.get_objects()), "all is let go", patience=9)


def test_two_processes_that_look_for_a_port_at_once_get_two() -> None:
    mine = free_port()
    other = f"import os; os.getpid = lambda: {os.getpid()}; from tests.fakes.installation import free_port as port"
    found = subprocess.run([sys.executable, "-c", f"{other}; print(port())"], cwd=ROOT, capture_output=True, check=True)
    assert int(found.stdout) != mine


def test_a_slow_line_that_goes_on_is_waited_for(served: Served, world: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "BEGINNING", 1.0)
    tess, photo = browser(served, "tess"), photo_of(quarters(80)) + bytes(12_000)
    token = form_of(tess.get(f"/jobs/{world.job.id}/raise")[1])["csrfmiddlewaretoken"]
    body = parts({"csrfmiddlewaretoken": token, "key": "a" * 32}, photo=photo)
    sender = Sender(served.port, "/photos", tess, MULTIPART).begin(len(body))
    begun = time.monotonic()
    for at in range(0, len(body), 2000):
        sender.more(body[at : at + 2000])
        PAUSE.wait(0.5)
    assert sender.answer()[0] == 200
    assert time.monotonic() - begun > 3
    assert [one.bytes for one in evidence.of_form("a" * 32, world.actor("tess"))] == [len(photo)]


def cut_and_whole(sender: Sender, body: bytes, at: int, *, chunked: bool = False) -> tuple[int, int]:
    """The form cut at a place, by a closed line and by half of one, then whole: how it answered to the last two."""
    length = None if chunked else len(body)
    head = b"%x\r\n%s\r\n" % (at, body[:at]) if chunked else body[:at]
    before = kept()
    sender.begin(length, head).hang_up()
    half = sender.begin(length, head).hang_up(half=True).answer()[0]
    PAUSE.wait(0.3)
    assert kept() == before, "nothing of what was cut is kept"
    whole = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body) if chunked else body
    sent = sender.begin(length, whole)
    return half, sent.answer()[0]


@pytest.mark.parametrize("chunked", [False, True])
def test_a_note_that_was_cut_is_not_kept_and_the_whole_one_is(served: Served, world: House, chunked: bool) -> None:
    case, carl = world.raised(), browser(served, "carl")
    place = f"/cases/{case}/note"
    body = encoded(form_of(carl.get(place)[1]) | {"text": TEXT})
    assert cut_and_whole(Sender(served.port, place, carl), body, body.index(b"until"), chunked=chunked) == (400, 302)
    assert TEXT in str(world.view(case).timeline)


def test_a_customers_words_that_were_cut_are_not_kept_and_the_whole_ones_are(served: Served, world: House) -> None:
    case = world.working()
    world.resolve(case)
    place, cleo = link_of(world, "cleo", case), Browser(served.address)
    body = encoded(form_of(cleo.get(place)[1]) | {"answer": "not-fixed", "why": TEXT})
    assert cut_and_whole(Sender(served.port, place, cleo), body, body.index(b"until")) == (400, 302)
    assert TEXT in str(world.view(case).timeline)


def test_a_report_that_was_cut_is_not_kept_and_the_whole_one_is(served: Served, world: House) -> None:
    place, tess = f"/jobs/{world.job.id}/raise", browser(served, "tess")
    form = form_of(tess.get(place)[1]) | report(reasons="UNRESOLVED_ON_SITE", notes=TEXT)
    body = parts(form, photo=photo_of(quarters(80)))
    sender = Sender(served.port, place, tess, MULTIPART)
    assert cut_and_whole(sender, body, body.index(b"until")) == (400, 302)
    (case,) = ledger.cases()
    assert TEXT in str(world.view(str(case)))


def test_too_much_is_refused_before_it_is_sent(served: Served, world: House) -> None:
    tess = browser(served, "tess")
    for who, size, status, said in (
        (tess, 50 * 25 * 2**20 + 2**22, 413, "That is more than can be sent at once."),
        (None, 3_000_000, 401, "So much is taken only from somebody who has signed in."),
        (Browser(served.address), 370_000_000, 401, "Sign in, in another tab"),
    ):
        answer = Sender(served.port, "/sign-in", who, MULTIPART).begin(size, b"--x").answer()
        assert (answer[0], said in answer[1]) == (status, True)
    assert held(served) == (0, 0)


def test_a_stranger_who_does_not_say_how_much_is_stopped_in_time(
    served: Served, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    sender, sent, largest = Sender(served.port, "/sign-in", kind=MULTIPART).begin(None), 0, 0
    for _megabyte in range(50):
        try:
            sender.more(b"%x\r\n%s\r\n" % (1_000_000, bytes(1_000_000)))
        except OSError:
            break
        sent, largest = sent + 1, max(largest, held(served)[1])
    assert sent < 20
    assert largest <= bodies.most_of_words()
    until(lambda: held(served) == (0, 0), "all is forgotten")


def test_who_was_signed_in_until_now_loses_no_word(served: Served, world: House) -> None:
    place, tess = f"/jobs/{world.job.id}/raise", browser(served, "tess")
    form = form_of(tess.get(place)[1]) | report(notes=TEXT)
    Session.objects.update(expire_date=world.clock.now())
    body = parts(form, photo=photo_of(quarters(80)) + bytes(3_000_000))
    status, page = Sender(served.port, place, tess, MULTIPART).begin(len(body), body).answer()
    assert (status, TEXT in page) == (401, True)


def test_more_at_once_than_a_process_holds_is_asked_to_come_back(
    served: Served, world: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "MOST_AT_ONCE", 3)
    waiting = [Sender(served.port, "/sign-in").begin(9, b"a") for _ in range(3)]
    until(lambda: held(served)[0] == 3, "three wait")
    status, page = Sender(served.port, "/sign-in").begin(9, b"a").answer()
    assert (status, "retry-after: 60" in page, "Too much is being sent right now." in page) == (503, True, True)
    assert Browser(served.address).send("/sign-in", email="a", password="b")[0] == 422, "in one piece"
    waiting[0].hang_up()
    until(lambda: held(served)[0] == 2, "one has gone")
    last = Sender(served.port, "/sign-in").begin(9, b"a")
    until(lambda: held(served)[0] == 3, "another waits")
    served.stop()
    assert {one.answer()[0] for one in (*waiting[1:], last)} == {408}, "who stops waits for nobody"
    served.start()


def test_all_bodies_together_stay_within_a_bound(served: Served, world: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "most_at_once", lambda: 4_000_000)
    tess = browser(served, "tess")
    first = Sender(served.port, "/photos", tess, MULTIPART).begin(3_500_000, bytes(3_000_000))
    until(lambda: held(served)[1] == 3_000_000, "it lies there")
    assert Sender(served.port, "/photos", tess, MULTIPART).begin(1_500_000, b"a").answer()[0] == 503
    second = Sender(served.port, "/photos", tess, MULTIPART).begin(900_000, bytes(800_000))
    until(lambda: held(served)[1] == 3_800_000, "both do")
    assert first.more(bytes(400_000)).answer()[0] == 503
    second.hang_up()
    until(lambda: held(served) == (0, 0), "all is forgotten")


def test_a_full_disk_is_said(served: Served, world: House, monkeypatch: pytest.MonkeyPatch) -> None:
    full = partial(open, "/dev/full", "r+b", buffering=0)
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda **_more: full())
    body = b"email=" + b"x" * 300_000
    status, page = Sender(served.port, "/sign-in").begin(len(body), body).answer()
    assert (status, "There is no room left on our side." in page) == (507, True)
    assert held(served) == (0, 0)


def test_a_key_of_a_form_that_was_cut_is_free(served: Served, world: House) -> None:
    case, carl, key = world.raised(), browser(served, "carl"), uuid4().hex
    place = f"/cases/{case}/note"
    body = encoded(form_of(carl.get(place)[1]) | {"text": TEXT, "key": key})
    Sender(served.port, place, carl).begin(len(body), body[:-9]).hang_up(half=True).answer()
    other = encoded(form_of(carl.get(place)[1]) | {"text": "Another text", "key": key})
    assert Sender(served.port, place, carl).begin(len(other), other).answer()[0] == 302
