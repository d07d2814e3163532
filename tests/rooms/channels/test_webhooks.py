"""Webhooks over real sockets to a program that checks their signature, and addresses that nothing is ever sent to."""

from __future__ import annotations

import logging
import re
import socket
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from backline.channels import operations, outward, registry
from backline.channels.delivery import Post
from backline.channels.models import Notice, Receipt
from backline.channels.notices import Channel
from backline.channels.outward import flaw_of, post
from backline.channels.port import DeliveryError, Handed, Letter, Sender
from backline.channels.webhook import wired
from backline.channels.webhook.address import Webhook
from backline.channels.webhook.sender import WebhookSender
from backline.channels.webhook.signature import signature
from backline.engine.duties.unreachable import Unreachable
from backline.people.models import Address
from backline.readiness.queries import lacks
from tests.fakes.browser import key_in, send, signed_in, text, words
from tests.fakes.certificate import certificate
from tests.fakes.house import House
from tests.fakes.receiver import Mode, Receiver, Taken

ADDRESSES, SECRET_PLACE = "/account/addresses", "/in/a-place-that-nobody-guesses?and=a-key"
MINUTE = timedelta(minutes=1)


@dataclass
class Night:
    """Sana is reached by a program of her own, then by mail; letters go to nobody."""

    house: House
    receiver: Receiver
    sana: Client
    secret: str = ""
    written: list[Letter] = field(default_factory=list)

    def send(self, letter: Letter) -> Handed:
        """The mail server: it takes all."""
        self.written.append(letter)
        return Handed("250 taken", "<1@example.org>")

    def run(self, minutes: float = 0) -> None:
        """The worker sends what is due, after so many minutes."""
        self.house.clock.advance(minutes * MINUTE)
        mail: dict[Channel, Sender] = {Channel.EMAIL: self}
        post = Post(lambda: registry.senders() | mail, patience=20)
        while post.run(at=self.house.clock.now()):
            pass
        post.end(at=self.house.clock.now())

    def offered(self) -> str:
        """A case that is offered to Sana, of which she is to hear."""
        case = self.house.raised()
        self.house.offer(case)
        self.house.tick()
        return case

    def rung(self, case: str) -> Notice:
        return Notice.objects.filter(case_id=case, kind__startswith="rung.", recipient_name="Sana").latest("queued_at")

    def stands(self, case: str) -> tuple[str, str, list[str]]:
        """How her rung of a case stands, by which channel, and each word about it."""
        found = self.rung(case)
        return found.state, found.channel, [one.what for one in found.receipts.order_by("id")]

    @property
    def last(self) -> Taken:
        return self.receiver.taken[-1]

    @property
    def address(self) -> Address:
        return Address.objects.get(kind="WEBHOOK", person=self.house.persons["sana"].id)


@pytest.fixture
def night(house: House, settings: Any) -> Iterator[Night]:
    settings.BACKLINE_GATEWAYS = frozenset({"127.0.0.1"})
    ada = house.actor("ada")
    operations.switch(Channel.WEBHOOK, is_on=True, by=ada, at=house.clock.now())
    with Receiver() as receiver:
        found = Night(house, receiver, signed_in("sana"))
        made = found.sana.post(ADDRESSES, {"kind": "WEBHOOK", "value": receiver.base + SECRET_PLACE})
        [found.secret] = re.findall(r"whsec_[A-Za-z0-9+/]{43}=", words(made))
        found.sana.post(f"{ADDRESSES}/{found.address.id}/send")
        found.run()
        code = found.last.document["text"][:6]
        found.sana.post(f"{ADDRESSES}/{found.address.id}/prove", {"code": code})
        found.sana.post(f"{ADDRESSES}/{found.address.id}/first")
        assert found.address.proved_at, code
        receiver.taken.clear()
        yield found


def test_a_rung_reaches_somebodys_own_program_signed_and_its_link_takes_the_case(night: Night) -> None:
    case = night.offered()
    night.run()
    [taken] = night.receiver.taken
    said, rung = taken.document, night.rung(case)
    assert (taken.place, taken.is_signed_by(night.secret)) == (SECRET_PLACE, True)
    assert not taken.is_signed_by("whsec_" + "A" * 43 + "=")
    assert (said["version"], said["kind"], said["urgent"], said["to"]) == (1, "rung", True, "Sana")
    assert (said["case"], said["link"]) == (case, f"http://testserver/cases/{case}")
    assert said["id"] == taken.headers["webhook-id"] == str(rung.pk)
    assert int(taken.headers["webhook-timestamp"]) == int(night.house.clock.now().timestamp())
    assert night.stands(case) == ("HANDED", "WEBHOOK", ["HANDED_OVER"]), "that a program took it reached nobody yet"
    night.run(1)
    assert {one.name for one in night.written} == {"Cleo"}
    [take] = [link for link in re.findall(r"http://testserver(/answer/\S+)", said["text"]) if link.endswith("/take")]
    assert Client().post(take).status_code in (200, 302)
    assert night.house.view(case).case.state == "ACCEPTED"
    night.run(5)
    assert night.stands(case) == ("HANDED", "WEBHOOK", ["HANDED_OVER"]), "an answer ends all ways"
    silent = night.offered()
    night.run()
    night.run(2)
    assert night.stands(silent) == ("HANDED", "EMAIL", ["HANDED_OVER", "NO_WORD", "HANDED_OVER"]), "silence does not"
    assert {one.headers["webhook-id"] for one in night.receiver.taken} == {str(rung.pk), str(night.rung(silent).pk)}
    assert not Notice.objects.filter(channel="WEBHOOK").exclude(recipient_name="Sana").exists(), "nor does Otto"


def test_what_is_gone_is_dead_she_hears_another_way_and_is_told(night: Night) -> None:
    night.receiver.mode = Mode.GONE
    case = night.offered()
    night.run()
    assert night.stands(case) == ("HANDED", "EMAIL", ["FAILED_FOR_GOOD", "HANDED_OVER"])
    assert (night.address.why_dead, bool(night.address.dead_at)) == ("410: it is gone", True)
    Unreachable().run(night.house.clock.now())
    night.run()
    told = [(one.name, one.subject) for one in night.written if night.address.value in one.subject]
    assert told == [("Sana", f"Nothing arrives at {night.address.value} any more")], "nobody else can mend it"
    assert re.search(r"Takes nothing any more since .*: 410: it is gone", text(night.sana.get(ADDRESSES)))
    before = len(night.receiver.taken)
    night.offered()
    night.run()
    assert len(night.receiver.taken) == before, "nothing goes there any more"


@pytest.mark.parametrize(
    ("mode", "wait", "what", "goes"),
    [(Mode.REFUSE, "", "FAILED_FOR_GOOD", "EMAIL"), (Mode.REDIRECT, "", "FAILED_FOR_GOOD", "EMAIL"),
     (Mode.BUSY, "30", "FAILED_FOR_NOW", "WEBHOOK"), (Mode.BUSY, "3600", "FAILED_FOR_NOW", "EMAIL"),
     (Mode.ILL, "", "FAILED_FOR_NOW", "WEBHOOK"),
     (Mode.ILL, "Wed, 21 Oct 2037 07:28:00 GMT", "FAILED_FOR_NOW", "EMAIL"),
     (Mode.ILL, "soon", "FAILED_FOR_NOW", "WEBHOOK"), (Mode.HANG_UP, "", "UNKNOWN", "WEBHOOK"),
     (Mode.HANG, "", "UNKNOWN", "WEBHOOK"), (Mode.DRIP, "", "UNKNOWN", "WEBHOOK"),
     (Mode.BIG, "", "HANDED_OVER", "WEBHOOK")],
)  # fmt: skip
def test_how_a_program_answers_says_what_happens_next(
    night: Night, mode: Mode, wait: str, what: str, goes: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wired, "_SENDER", WebhookSender(patience=0.4))
    with Receiver() as inside:
        night.receiver.mode, night.receiver.wait, night.receiver.leads_to = mode, wait, f"{inside.base}/inside"
        case = night.offered()
        night.run()
        assert not inside.taken, "no redirection is followed"
    assert (night.stands(case)[1], night.stands(case)[2][0]) == (goes, what)
    assert night.address.dead_at is None
    assert night.receiver.sent < 10 * 1024 * 1024, "what it says is not read"
    if goes == "WEBHOOK" and mode is not Mode.BIG:
        night.receiver.mode = Mode.TAKE
        night.run(1)
        first, again = night.receiver.taken
        assert first.headers["webhook-id"] == again.headers["webhook-id"]
        assert (first.text, again.is_signed_by(night.secret)) == (again.text, True)
        assert first.headers["webhook-timestamp"] < again.headers["webhook-timestamp"]


def test_the_address_and_its_secret_are_shown_nowhere(
    night: Night, caplog: pytest.LogCaptureFixture, settings: Any
) -> None:
    place, port = night.receiver.base + SECRET_PLACE, night.receiver.port
    known = night.sana.post(ADDRESSES, {"kind": "WEBHOOK", "value": place}, follow=True)
    assert (Address.objects.filter(kind="WEBHOOK").count(), "whsec_" in words(known)) == (1, False)
    with caplog.at_level(logging.DEBUG, logger="backline"):
        for mode in (Mode.REFUSE, Mode.ILL, Mode.HANG_UP):
            night.receiver.mode = mode
            night.offered()
            night.run()
        night.receiver.__exit__()
        case = night.offered()
        night.run()
    assert night.stands(case)[2] == ["FAILED_FOR_NOW"], "nobody listens there"
    night.receiver.__enter__()
    sealed = night.address.sealed
    shown = [words(signed_in(who).get(page)) for who, page in (
        ("carl", "/outgoing"), ("max", f"/cases/{case}"), ("ada", "/administration/channels"),
        ("sana", ADDRESSES), ("sana", "/account/told"))]  # fmt: skip
    now = night.house.clock.now()
    shown.append(str(Letter(night.rung(case).pk, "Sana", night.address.value, "", "", "en", now, now, sealed=sealed)))
    shown.append(str(Webhook(place, night.secret)))
    rows = [*Notice.objects.values_list(), *Receipt.objects.values_list()]
    assert night.secret not in sealed
    for secret in ("a-place-that-nobody-guesses", night.secret, str(port), sealed):
        assert not any(secret in page for page in shown), secret
        assert secret not in f"{rows} {caplog.text}", secret
    settings.SECRET_KEY = "another secret than when it was added, and as long"
    lost = night.offered()
    night.run()
    assert night.stands(lost) == ("HANDED", "EMAIL", ["FAILED_FOR_GOOD", "HANDED_OVER"])
    assert "addresses cannot be read, for BACKLINE_SECRET" in str([one.said for one in lacks(night.house.clock.now())])
    assert "Secret cannot be read" in text(signed_in("ada").get("/administration/channels"))
    assert "Whoever has one takes it away" in text(signed_in("ada").get("/administration/channels/webhook")).replace(
        "until whoever", "Whoever"
    )


def test_nothing_goes_to_an_address_that_was_taken_away_nor_by_a_channel_that_is_off(night: Night) -> None:
    case = night.offered()
    night.sana.post(f"{ADDRESSES}/{night.address.id}/remove")
    night.run()
    assert night.stands(case) == ("HANDED", "EMAIL", ["FAILED_FOR_GOOD", "HANDED_OVER"])
    night.sana.post(ADDRESSES, {"kind": "WEBHOOK", "value": night.receiver.base})
    ada, page = signed_in("ada"), "/administration/channels/webhook"
    assert "Webhook On" in text(ada.get("/administration/channels"))
    assert "Add one first" in text(ada.get(page))
    ada.post(ADDRESSES, {"kind": "WEBHOOK", "value": f"{night.receiver.base}/adas"})
    tried = ada.post(f"{page}/test", {"key": key_in(ada.get(page))})
    night.run()
    assert (night.last.place, night.last.document["kind"], night.last.document["case"]) == ("/adas", "address", None)
    assert "Handed over 127.0.0.1 (" in text(ada.get(tried["Location"]))
    Address.objects.filter(id=night.address.id).update(proved_at=night.house.clock.now())
    night.sana.post(f"{ADDRESSES}/test")
    night.run()
    [got_it] = re.findall(r"http://testserver(/got-it/\S+)", night.last.document["text"])
    assert Client().post(got_it).status_code == 200
    assert "You got it" in text(night.sana.get(ADDRESSES))
    night.receiver.taken.clear()
    assert send(ada, page).status_code == 302
    assert "an administrator has not switched that on" in text(night.sana.get(ADDRESSES))
    night.sana.post(f"{ADDRESSES}/{night.address.id}/send")
    assert not night.receiver.taken


REFUSED = (
    ("http://hooks.example.org/x", "travel in the open"), ("https://10.0.0.7/x", "inside the network"),
    ("https://127.0.0.1/x", "inside the network"), ("https://localhost/x", "inside the network"),
    ("https://2130706433/x", "inside the network"), ("https://0x7f.1/x", "inside the network"),
    ("https://[::1]/x", "inside the network"), ("https://[::ffff:10.0.0.1]/", "inside the network"),
    ("https://[64:ff9b::a00:1]/x", "inside the network"), ("https://169.254.169.254/", "inside the network"),
    ("https://0.0.0.0/", "inside the network"), ("https://[fe80::1]/", "inside the network"),
    ("https://no-such-host.invalid/", "No machine of that name"), ("ftp://a.example.org/", "Enter an address such as"),
    ("file:///etc/passwd", "Enter an address such as"), ("https://u:p@1.1.1.1/", "Enter an address such as"),
    ("https://[", "Enter an address"), ("https://1.1.1.1:99999", "Enter an address"),
    ("https:///x", "Enter an address"),
    ("https://1.1.1.1/a b", "Enter an address"), ("https://1.1.1.1/\r\nX: y", "Enter an address"),
    ("https://1.1.1.1/\x00", "a character was damaged"),
    ("https://1.1.1.1/" + "x" * 10_000, "at most 2000 characters"),
    ("https://ⓧ.example.org/", "Enter an address"), ("", "fill this in"), ("https://1.1.1.1/in?key=1", ""),
    ("https://[64:ff9b::101:101]/", ""),
)  # fmt: skip


def test_nothing_is_ever_sent_to_what_is_no_public_address(house: House) -> None:
    sana = signed_in("sana")
    for address, said in REFUSED:
        answer = sana.post(ADDRESSES, {"kind": "WEBHOOK", "value": address})
        assert answer.status_code == (422 if said else 200), address
        assert said.lower() in text(answer).lower(), address
        assert Address.objects.filter(kind="WEBHOOK").delete()[0] == (not said), address


def test_a_name_is_judged_at_each_connection_and_what_was_judged_is_connected_to(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = [["93.184.215.14"], ["127.0.0.1"], ["93.184.215.14", "127.0.0.1"]]
    asked: list[Any] = []

    def moving(host: str, port: Any, *_more: Any, **_named: Any) -> Any:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in answers[len(asked) - 1]]

    with Receiver() as receiver:
        monkeypatch.setattr(socket, "getaddrinfo", moving)
        place = f"https://moves.example.org:{receiver.port}/"
        assert flaw_of(place) == ""
        for _again in range(2):
            with pytest.raises(DeliveryError, match="inside the network") as refused:
                post(place, b"{}", {}, seconds=5)
            assert refused.value.permanent
        assert (receiver.taken, asked) == ([], ["moves.example.org"] * 3)


def test_a_name_that_moved_shows_its_own_certificate(
    settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings.BACKLINE_GATEWAYS = frozenset({"pager.example.org", "other.example.org"})
    believed, tls = certificate("pager.example.org", tmp_path)
    here = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 0))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda _host, _port, *_more, **_named: [
        (*here[0][:4], ("127.0.0.1", _port))])  # fmt: skip
    with Receiver(tls=tls) as receiver:
        with pytest.raises(DeliveryError, match="CERTIFICATE_VERIFY_FAILED"):
            post(f"https://pager.example.org:{receiver.port}/", b"{}", {}, seconds=5)
        monkeypatch.setenv("SSL_CERT_FILE", str(believed))
        outward.trusted.cache_clear()
        assert post(f"https://PAGER.example.org:{receiver.port}/in", b"{}", {}, seconds=5).status == 204
        with pytest.raises(DeliveryError, match="CERTIFICATE_VERIFY_FAILED") as refused:
            post(f"https://other.example.org:{receiver.port}/", b"{}", {}, seconds=5)
        assert not refused.value.unknown, "nothing was written"
    outward.trusted.cache_clear()
    [taken] = receiver.taken
    assert (taken.place, taken.headers["host"]) == ("/in", f"PAGER.example.org:{receiver.port}")


def test_the_signature_is_the_one_that_others_reckon() -> None:
    key = b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    said = signature(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", b'{"test": 2432232314}')
    assert said == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
