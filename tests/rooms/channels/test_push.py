"""Push messages over real sockets to a service that checks them and browsers that open them; what becomes of each."""

from __future__ import annotations

import json
import re
import socket
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from backline.channels import operations, queries, registry
from backline.channels.delivery import Post
from backline.channels.models import Notice, Receipt, Setup
from backline.channels.notices import Channel
from backline.channels.port import Handed, Letter, Sender
from backline.channels.push.sender import PushSender
from backline.channels.push.vapid import Pair
from backline.channels.push.wired import public_key
from backline.channels.setups import secret_in_use
from backline.config.checks import problems
from backline.core.words import Danger, State
from backline.engine import loop
from backline.engine.duties.unreachable import Unreachable
from backline.people import operations as people
from backline.people import reached
from backline.people.models import Address, AddressKind
from backline.people.models import Browser as Browsers
from backline.readiness.queries import lacks
from tests.fakes.browser import key_in, send, signed_in, text, words
from tests.fakes.house import House
from tests.fakes.pushes import Browser, Mode, PushService, point_of, written

PAGE, SWITCH = "/account/addresses", "/administration/channels/push"
ANDROID = "Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0 Mobile Safari/537.36"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0"
NAME = "Chrome on Android"


@dataclass
class Night:
    """Messages are pushed by a service on loopback; letters go to a mail server that takes all."""

    house: House
    service: PushService
    written: list[str] = field(default_factory=list)

    def send(self, letter: Letter) -> Handed:
        """The mail server."""
        self.written.append(letter.address)
        return Handed("250 taken", f"<{len(self.written)}@example.org>")

    def run(self, minutes: float = 0, **push: Sender) -> None:
        """The worker sends what is due, after so many minutes."""
        self.house.clock.advance(timedelta(minutes=minutes))
        more: dict[Channel, Sender] = {Channel.EMAIL: self, **{Channel(name): one for name, one in push.items()}}
        post = Post(lambda: registry.senders() | more, patience=20)
        while post.run(at=self.house.clock.now()):
            pass
        post.end(at=self.house.clock.now())

    def subscribed(self, who: Client, browser: Browser | None = None, agent: str = ANDROID) -> Browser:
        """Somebody presses the button: the script posts what his browser gave."""
        browser = browser or self.service.registered(public_key())
        said = {"subscription": browser.gives}
        assert who.post(f"{PAGE}/browser", said, headers={"User-Agent": agent}).status_code == 302
        return browser

    def first(self, name: str = "sana") -> Browser:
        """Somebody is reached by a browser before all else, and has seen its test."""
        browser = self.subscribed(signed_in(name))
        self.run()
        assert shown(browser) == 204
        people.put_first(str(address().id), by=self.house.actor(name))
        return browser

    def rung(self, **changes: Any) -> tuple[str, Notice]:
        """A case that Sana is offered, and what tells her of it."""
        case = self.house.raised(**changes)
        self.house.offer(case)
        self.house.tick()
        return case, Notice.objects.filter(case_id=case, recipient_name="Sana", kind__startswith="rung.").latest("id")


@pytest.fixture
def night(house: House, settings: Any) -> Iterator[Night]:
    settings.BACKLINE_GATEWAYS = frozenset({"127.0.0.1"})
    assert send(signed_in("ada"), SWITCH, is_on="on").status_code == 302
    with PushService(house.clock.now) as service:
        yield Night(house, service)


def shown(browser: Browser, at: int = -1) -> int:
    """What its service worker says after a message was shown."""
    return Client().post(urlsplit(browser.seen[at]["shown"]).path).status_code


def address(value: str = NAME) -> Address:
    return Address.objects.get(kind=AddressKind.PUSH, value=value)


def stands(notice: Notice) -> tuple[str, str, list[str]]:
    """How a notice stands, by which channel, and each word about it."""
    found = queries.notice(notice.pk)
    assert found
    return found.state, found.channel, [one.what for one in found.receipts]


def test_a_browser_is_added_proved_by_what_it_shows_and_a_rung_is_taken_from_it(night: Night) -> None:
    house, sana = night.house, signed_in("sana")
    assert "Notify me in this browser" in text(sana.get(PAGE))
    browser = night.subscribed(sana)
    assert (address().proved_at, night.subscribed(sana, browser), Address.objects.filter(kind="PUSH").count()) == (
        None, browser, 1,
    ), "the same browser is one"  # fmt: skip
    night.run()
    [test] = browser.seen
    assert ("No case is waiting" in test["text"], test["answers"], test["urgent"]) == (True, [], False)
    assert (browser.headers[0]["ttl"], browser.headers[0]["urgency"]) == ("900", "normal")
    assert Client().get(urlsplit(test["shown"]).path).status_code == 405
    assert (address().proved_at, shown(browser), bool(address().proved_at)) == (None, 204, True)
    people.put_first(str(address().id), by=house.actor("sana"))
    case, notice = night.rung(danger=Danger.RISK)
    night.run()
    assert stands(notice) == ("HANDED", "PUSH", ["HANDED_OVER"])
    said, headers = browser.seen[-1], browser.headers[-1]
    assert said["title"] == notice.subject
    assert said["text"] == "Somebody could be hurt. Lift 7 Library, Library hall, 1 High Street"
    assert (said["link"], headers["urgency"], headers["ttl"]) == (f"http://testserver/cases/{case}", "high", "86400")
    assert [one["label"] for one in said["answers"]] == ["I take it", "Not me, give it back"]
    assert "stands still" not in json.dumps(said), "no words of anybody stand on a locked screen"
    assert [shown(browser), shown(browser)] == [204, 204]
    assert stands(notice) == ("DELIVERED", "PUSH", ["HANDED_OVER", "DELIVERED"])
    page = text(signed_in("max").get("/outgoing"))
    assert f"Push message {NAME}" in page
    for who in ("max", "carl"):
        assert browser.endpoint not in words(signed_in(who).get("/outgoing")), "where it goes is nobody's to read"
    kept = f"{[*Address.objects.values_list(), *Browsers.objects.values_list(), *Notice.objects.values_list()]}"
    for given in (browser.endpoint, *json.loads(browser.gives)["keys"].values()):
        assert given not in kept, "what a browser gave is sealed"
    take = urlsplit(said["answers"][0]["link"]).path
    assert (Client().get(take).status_code, house.view(case).case.state) == (200, State.OFFERED)
    assert (Client().post(take).status_code, house.view(case).case.state) == (200, State.ACCEPTED)
    night.run(30)
    assert [one for one in night.written if one == "sana@example.org"] == [], "she had heard"
    assert house.letters("Otto") == []
    operations.forget(recipient_id=str(house.persons["sana"].id), at=house.clock.now())
    assert not Notice.objects.filter(case_id=case, recipient_name="").exclude(about="").exists()
    assert night.service.refused == []


def test_a_browser_that_is_gone_is_left_for_the_next_way_and_its_owner_told(night: Night) -> None:
    browser = night.first()
    _case, early = night.rung()
    night.run()
    night.service.mode = Mode.GONE
    case, notice = night.rung()
    night.run()
    assert stands(notice) == ("HANDED", "EMAIL", ["FAILED_FOR_GOOD", "HANDED_OVER"])
    assert (len(browser.seen), address().why_dead) == (2, "410: it is gone")
    assert loop.tick(Unreachable(), night.house.clock) == 0
    [letter] = Notice.objects.filter(kind="address.dead")
    assert (letter.recipient_name, letter.subject) == ("Sana", f"Nothing can be shown in {NAME} any more")
    sana = signed_in("sana")
    assert f"Nothing arrives at {NAME} any more" in text(sana.get("/on-call"))
    assert NAME not in text(signed_in("max").get("/on-call"))
    assert (shown(browser), stands(early)[0]) == (204, "DELIVERED")
    assert address().dead_at, "what was shown before brings nobody back"
    night.service.mode = Mode.TAKE
    night.house.clock.advance(timedelta(minutes=1))
    again = night.subscribed(sana)
    assert (address().dead_at, address().proved_at) == (None, None), "under the same name, to be proved again"
    night.run()
    assert (len(again.seen), shown(again), bool(address().proved_at)) == (1, 204, True)
    other = night.subscribed(sana, agent=FIREFOX)
    second = night.subscribed(sana)
    night.run()
    assert {other.seen[-1]["id"], second.seen[-1]["id"]} == {
        str(one.pk) for one in Notice.objects.filter(address__in=["Firefox on Linux", f"{NAME} 2"])
    }
    assert shown(other) == 204
    sana.post(f"{PAGE}/{address(f'{NAME} 2').id}/remove")
    _case, late = night.rung()
    sana.post(f"{PAGE}/{address().id}/remove")
    night.run()
    assert len(again.seen) == 1
    assert stands(late)[:2] == ("HANDED", "PUSH"), "to the one that is left"
    assert other.seen[-1]["title"] == late.subject
    night.run(1)
    assert stands(late)[1] == "EMAIL", "nobody said in time that it was shown"
    people.address_is_dead(
        str(night.house.persons["sana"].id), "Firefox on Linux", why="410", at=night.house.clock.now()
    )
    night.subscribed(sana, other, FIREFOX)
    back = address("Firefox on Linux")
    assert (back.dead_at, back.proved_at) == (None, None), "the very same is proved anew as well"
    assert night.house.view(case).case.state == State.OFFERED


def test_browsers_that_are_gone_are_no_fault_of_the_channel(night: Night) -> None:
    who, said = [signed_in(name) for name in ("sana", "dora", "lena")], "Push message: the last ones did not leave"
    for mode, lacking in ((Mode.GONE, False), (Mode.NOT_FOUND, False), (Mode.TOO_LARGE, True), (Mode.GONE, True)):
        night.service.mode = mode
        for one in who:
            night.subscribed(one)
        night.run(2)
        assert (said in "\n".join(problems(lacks(night.house.clock.now())))) is lacking, mode


@pytest.mark.parametrize(
    ("mode", "wait", "word", "state"),
    [(Mode.BUSY, "30", "FAILED_FOR_NOW", "QUEUED"), (Mode.BUSY, "120", "FAILED_FOR_NOW", "HANDED"),
     (Mode.ILL, "", "FAILED_FOR_NOW", "QUEUED"), (Mode.ILL, "3600", "FAILED_FOR_NOW", "HANDED"),
     (Mode.TOO_LARGE, "", "FAILED_FOR_GOOD", "HANDED"), (Mode.NOT_FOUND, "", "FAILED_FOR_GOOD", "HANDED")],
)  # fmt: skip
def test_what_a_service_answers_is_told_apart(night: Night, mode: Mode, wait: str, word: str, state: str) -> None:
    browser = night.first()
    night.service.mode, night.service.wait = mode, wait
    _case, notice = night.rung()
    night.run()
    assert (stands(notice)[0], stands(notice)[2][0], bool(address().dead_at)) == (state, word, mode is Mode.NOT_FOUND)
    found = queries.notice(notice.pk)
    assert found
    assert found.receipts[0].detail.startswith(f"{mode}: ")
    night.service.mode = Mode.TAKE
    night.run(1)
    assert stands(notice)[1] == ("PUSH" if state == "QUEUED" else "EMAIL")
    assert len(browser.seen) == (2 if state == "QUEUED" else 1)


def test_an_answer_that_was_lost_is_repeated_and_what_is_shown_twice_is_one(night: Night) -> None:
    browser, pair = night.first(), Pair(secret_in_use(Channel.PUSH) or "")
    for mode in (Mode.HANG_UP_AFTER_TAKING, Mode.HANG, Mode.DRIP):
        night.service.mode = mode
        _case, notice = night.rung()
        night.run(PUSH=PushSender(pair, patience=0.3))
        assert stands(notice) == ("QUEUED", "PUSH", ["UNKNOWN"])
        assert Receipt.objects.get(notice=notice).message_id, "by which its browser could say that it came"
        night.service.mode = Mode.TAKE
        night.run(1)
        assert stands(notice) == ("HANDED", "PUSH", ["UNKNOWN", "HANDED_OVER"])
        assert (shown(browser), stands(notice)[0]) == (204, "DELIVERED")
    once, twice = [one for one in browser.seen if one["urgent"]][:2]
    assert (once["id"], once["shown"] == twice["shown"]) == (twice["id"], False)
    night.service.mode = Mode.HANG_UP_AFTER_TAKING
    _case, arrived = night.rung()
    night.run(PUSH=PushSender(pair, patience=0.3))
    night.service.mode = Mode.TAKE
    many = len(browser.seen)
    assert (shown(browser), stands(arrived)) == (204, ("DELIVERED", "PUSH", ["UNKNOWN", "DELIVERED"]))
    night.run(10)
    assert len(browser.seen) == many, "nothing is repeated that was shown"


def test_forged_words_and_whoever_has_the_wrong_keys_get_nothing(night: Night, settings: Any) -> None:
    browser = night.first()
    _case, notice = night.rung()
    night.run()
    token = urlsplit(browser.seen[-1]["shown"]).path
    for forged in (token[:-1], f"{token}x", "/channels/push/shown/x", token.replace(":", ";")):
        assert Client().post(forged).status_code == 404
    assert stands(notice)[0] == "HANDED"
    Notice.objects.filter(pk=notice.pk).delete()
    assert Client().post(token).status_code == 404
    night.service.browsers[urlsplit(browser.endpoint).path + "?of=somebody"].asks = Pair.new().public
    _case, refused = night.rung()
    night.run()
    assert (stands(refused)[1], night.service.refused, address().dead_at) == ("EMAIL", ["another key"], None)
    kept = Setup.objects.get()
    settings.SECRET_KEY = "another secret than when they were made, and as long"
    ada = signed_in("ada")
    assert "Push message: the keys that sign them cannot be read" in "\n".join(problems(lacks(night.house.clock.now())))
    assert "other keys are made" in text(ada.get(SWITCH))
    assert "Secret cannot be read" in text(ada.get("/administration/channels"))
    assert "pushes no messages" in text(signed_in("sana").get(PAGE))
    send(ada, SWITCH, is_on="on")
    assert (Setup.objects.get().sealed == kept.sealed, bool(address().dead_at)) == (False, True)
    again = night.subscribed(signed_in("sana"))
    send(ada, SWITCH, is_on="")
    _case, off = night.rung()
    night.run()
    assert (again.seen, stands(off)[1]) == ([], "EMAIL"), "switched off, all of it goes another way"
    send(ada, SWITCH, is_on="on")
    assert public_key() == again.asks, "the keys stay"


def test_whoever_sits_before_a_browser_last_has_it_and_nobody_reads_what_is_anothers(night: Night) -> None:
    browser = night.first()
    dora = signed_in("dora")
    assert dora.post(f"{PAGE}/{address().id}/show").status_code == 404
    assert signed_in("sana").post(f"{PAGE}/{address().id}/send").status_code == 404
    assert not reached.codes_out(str(night.house.persons["sana"].id), at=night.house.clock.now()), "it shows no codes"
    night.subscribed(dora, browser)
    hers, his = (Address.objects.get(kind="PUSH", person__email=f"{who}@example.org") for who in ("sana", "dora"))
    assert (hers.why_dead, his.dead_at) == ("somebody else has messages pushed to this browser now", None)
    night.run()
    many = len(browser.seen)
    assert (many, shown(browser), Address.objects.filter(id=his.id, proved_at=None).exists()) == (2, 204, False)
    _case, notice = night.rung()
    night.run()
    assert (stands(notice)[1], len(browser.seen)) == ("EMAIL", many), "Dora reads nothing that is for Sana"
    assert Client().post(f"{PAGE}/browser", {"subscription": browser.gives}).status_code == 401
    assert Address.objects.filter(kind="PUSH").count() == 2


def test_a_browser_that_registers_anew_stays_what_it_is_and_replaces_nobody_elses(night: Night) -> None:
    before, sana, hers = night.first(), signed_in("sana"), address()
    now, other = night.service.registered(public_key()), night.service.registered(public_key())
    taking = {"subscription": other.gives, "replaces": before.endpoint}
    assert signed_in("dora").post(f"{PAGE}/browser", taking, headers={"User-Agent": ANDROID}).status_code == 302
    renewed = {"subscription": now.gives, "replaces": before.endpoint}
    assert sana.post(f"{PAGE}/browser", renewed, headers={"User-Agent": ANDROID}).status_code == 302
    night.run()
    [kept] = Address.objects.filter(kind="PUSH", person=hers.person)
    assert (kept.id, kept.place, kept.proved_at, kept.dead_at) == (hers.id, 0, hers.proved_at, None)
    _case, notice = night.rung()
    night.run()
    assert [one["id"] for one in now.seen] == [str(notice.pk)], "what is proved shows no test again"
    assert (len(before.seen), len(other.seen)) == (1, 1)


NO_SUBSCRIPTIONS: tuple[tuple[dict[str, Any], str], ...] = (
    ({"endpoint": "https://10.0.0.7/x"}, "inside the network"), ({"endpoint": "https://[::1]/"}, "inside the network"),
    ({"endpoint": "https://169.254.169.254/latest"}, "inside the network"),
    ({"endpoint": "https://localhost/x"}, "inside the network"), ({"endpoint": "http://192.0.2.7/x"}, "no address"),
    ({"endpoint": "https://push.example/" + "x" * 10_000}, "no address"),
    ({"endpoint": "https://push.example/ b"}, "no address"), ({"endpoint": "https://u:p@push.test/"}, "no address"),
    ({"endpoint": "file:///etc/passwd"}, "no address"), ({"endpoint": "https://no-such-host.invalid/"}, "not found"),
    ({"endpoint": 7}, "cannot be read"), ({"endpoint": "https://["}, "no address"),
    ({"keys": {"p256dh": "AAAA", "auth": "AAAA"}}, "cannot be read"),
    ({"keys": {"p256dh": written(b"\x04" + b"\x01" * 64), "auth": written(b"x" * 16)}}, "cannot be read"),
    ({"keys": {"p256dh": " BCVx", "auth": "é"}}, "cannot be read"), ({"keys": None}, "cannot be read"),
    ({"keys": {"auth": written(b"x" * 15)}}, "keys that are none"),
)  # fmt: skip
NO_JSON = ("", "null", "[]", "{", '"x"', "[" * 5000, '{"endpoint": 1}', "\x00")


def test_what_is_no_subscription_is_refused_in_words_and_nothing_is_kept(night: Night) -> None:
    good, sana = json.loads(night.service.registered(public_key()).gives), signed_in("sana")
    tried = [(said, "cannot be read") for said in NO_JSON]
    for changes, why in NO_SUBSCRIPTIONS:
        keys = changes.get("keys", {})
        given = good | changes | ({"keys": good["keys"] | keys} if isinstance(keys, dict) else {})
        tried.append((json.dumps(given), why))
    for said, why in tried:
        page = text(sana.post(f"{PAGE}/browser", {"subscription": said}, follow=True))
        assert (why in page, "Nothing was changed" in page) == (True, True), (said[:300], page)
    assert not Address.objects.filter(kind="PUSH").exists()


def test_where_a_name_has_moved_inside_our_network_since_nobody_is_asked(
    night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser, there = night.first(), ["93.184.215.14"]
    monkeypatch.setattr(socket, "getaddrinfo", lambda _host, port, *_more, **_named: [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", (there[-1], port))])  # fmt: skip
    named = replace(browser, endpoint=browser.endpoint.replace("http://127.0.0.1", "https://push.example"))
    night.subscribed(signed_in("sana"), named, FIREFOX)
    moves = address("Firefox on Linux")
    people.browser_showed(str(moves.person_id), moves.value, at=night.house.clock.now())
    people.put_first(str(moves.id), by=night.house.actor("sana"))
    there.append("127.0.0.1")
    _case, late = night.rung()
    night.run()
    found = queries.notice(late.pk)
    assert found
    assert "inside the network" in found.receipts[0].detail
    assert (found.channel, found.address, address(moves.value).dead_at) == ("PUSH", NAME, None), "the next way"
    assert ([one["id"] for one in browser.seen[1:]], night.service.refused) == ([str(late.pk)], [])


def test_an_administrator_tests_it_to_his_own_browser_alone_and_with_the_whole_chain(night: Night) -> None:
    ada = signed_in("ada")
    assert "A test goes to a browser of your own" in text(ada.get(SWITCH))
    browser = night.subscribed(ada)
    tried = ada.post(f"{SWITCH}/test", {"key": key_in(ada.get(SWITCH))})
    night.run()
    assert f"Handed over {NAME} 201: taken" in text(ada.get(tried["Location"]))
    assert len(browser.seen) == 2
    night.house.clock.advance(timedelta(minutes=6))
    assert "No mail server is set up, so no mail leaves yet" in text(ada.get(PAGE))
    assert "Open each that is written" in text(ada.post(f"{PAGE}/test", follow=True))
    night.run()
    link = browser.seen[-1]["link"]
    assert re.fullmatch(r"http://testserver/got-it/\S+", link)
    assert "http" not in browser.seen[-1]["text"]
    assert "Did you get the test?" in text(Client().get(urlsplit(link).path))
    assert f"What we send arrives at {NAME}, and it is proved" in text(Client().post(urlsplit(link).path))
    assert "You got it" in text(ada.get(PAGE))
    channels = text(ada.get("/administration/channels"))
    assert "Push message On changed" in channels
    assert "until one of them says that it arrived, or the person answers or takes the case" in channels
    assert uuid.UUID(browser.seen[-1]["id"])
    assert point_of(browser.key)[0] == 4
