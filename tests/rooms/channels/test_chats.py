"""Chats over real sockets, by the library and in the process that speak with a server in the shape of Mattermost."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from backline.channels import operations, registry
from backline.channels.chat import errand, wired
from backline.channels.chat.errand import tell
from backline.channels.chat.sender import ChatSender
from backline.channels.delivery import Post
from backline.channels.models import Notice, Receipt
from backline.channels.notices import Channel
from backline.core.words import State
from backline.people.models import Address
from tests.fakes.browser import signed_in, text, words
from tests.fakes.certificate import certificate
from tests.fakes.house import House
from tests.fakes.receiver import Mode, Receiver

ADDRESSES, HOOK = "/account/addresses", "3ccdd113474722377935511fc85d3dd4"


@pytest.fixture
def mattermost(house: House, settings: Any) -> Iterator[Receiver]:
    """Sana is reached in a chat first; nothing else is set up."""
    settings.BACKLINE_GATEWAYS = frozenset({"127.0.0.1"})
    operations.switch(Channel.CHAT, is_on=True, by=house.actor("ada"), at=house.clock.now())
    with Receiver(Mode.OK) as found:
        sana = signed_in("sana")
        sana.post(ADDRESSES, {"kind": "CHAT", "value": f"mmost://127.0.0.1:{found.port}/{HOOK}"})
        sana.post(f"{ADDRESSES}/{address().id}/first")
        yield found


def address() -> Address:
    return Address.objects.get(kind="CHAT")


def run(house: House) -> None:
    post = Post(registry.senders, patience=40)
    while post.run(at=house.clock.now()):
        pass
    post.end(at=house.clock.now())


def offered(house: House) -> str:
    case = house.raised()
    house.offer(case)
    house.tick()
    return case


def rung(case: str) -> Notice:
    return Notice.objects.get(case_id=case, kind__startswith="rung.", recipient_name="Sana")


def words_of(case: str) -> list[tuple[str, str]]:
    return list(rung(case).receipts.order_by("id").values_list("what", "detail"))


def test_a_chat_is_proved_a_rung_comes_there_and_its_link_takes_the_case(
    house: House, mattermost: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    sana = signed_in("sana")
    assert re.fullmatch(r"Mattermost \([0-9a-f]{6}\)", address().value)
    with caplog.at_level(logging.DEBUG):
        sana.post(f"{ADDRESSES}/{address().id}/send")
        run(house)
        [code] = re.findall(r"(\d{6}) is your code", mattermost.taken[-1].document["text"])
        sana.post(f"{ADDRESSES}/{address().id}/prove", {"code": code})
        assert address().proved_at
        case = offered(house)
        run(house)
    taken = mattermost.taken[-1]
    assert (taken.place, rung(case).state, rung(case).channel) == (f"/hooks/{HOOK}", "HANDED", "CHAT")
    assert words_of(case) == [("HANDED_OVER", "taken")]
    assert rung(case).subject in taken.document["text"]
    assert taken.document["username"] == "Backline"
    shown = [words(signed_in(who).get(page)) for who, page in (
        ("carl", "/outgoing"), ("max", f"/cases/{case}"), ("ada", "/administration/channels/chat"),
        ("sana", ADDRESSES), ("sana", "/account/told"))]  # fmt: skip
    rows = [*Notice.objects.values_list(), *Receipt.objects.values_list()]
    for secret in (HOOK, str(mattermost.port), address().sealed):
        assert not any(secret in page for page in (*shown, str(rows), caplog.text)), secret
    [take] = re.findall(r"http://testserver(/answer/\S+/take)", taken.document["text"])
    assert Client().post(take).status_code == 200
    assert house.view(case).case.state is State.ACCEPTED
    assert {one.recipient_name for one in Notice.objects.filter(channel="CHAT")} == {"Sana"}, "nobody else, nor Otto"


@pytest.mark.parametrize(
    ("mode", "what"),
    [(Mode.REFUSE, "FAILED_FOR_GOOD"), (Mode.REDIRECT, "FAILED_FOR_GOOD"), (Mode.GONE, "FAILED_FOR_GOOD"),
     (Mode.BUSY, "FAILED_FOR_NOW"), (Mode.ILL, "FAILED_FOR_NOW"), (Mode.HANG_UP, "FAILED_FOR_NOW"),
     (Mode.HANG, "UNKNOWN"), (Mode.DRIP, "UNKNOWN"), (Mode.BIG, "HANDED_OVER")],
)  # fmt: skip
def test_a_service_that_is_ill_is_tried_again_one_that_refuses_is_not_and_neither_holds_anybody_up(
    house: House, mattermost: Receiver, monkeypatch: pytest.MonkeyPatch, mode: Mode, what: str
) -> None:
    Address.objects.filter(kind="CHAT").update(proved_at=house.clock.now())
    monkeypatch.setattr(wired, "_SENDER", ChatSender(patience=10 if what != "UNKNOWN" else 2))
    with Receiver(Mode.OK) as inside:
        mattermost.mode, mattermost.leads_to = mode, f"{inside.base}/hooks/{HOOK}"
        case = offered(house)
        run(house)
        assert not inside.taken, "no redirection is followed"
    [(became, detail)] = words_of(case)
    assert (became, bool(mattermost.taken), HOOK in detail) == (what, True, False)
    if mode is Mode.REFUSE:
        assert "Failed to send" in detail
        assert detail in text(signed_in("carl").get(f"/outgoing?case={case}"))
    assert (address().dead_at is not None) is (mode is Mode.GONE)


REFUSED = (
    ("json://1.1.1.1/x", "no address of a chat"), ("file:///etc/passwd", "no address of a chat"),
    ("mailto://user:pass@gmail.com", "no address of a chat"), ("syslog://", "no address of a chat"),
    ("dbus://", "no address of a chat"), ("apprises://1.1.1.1/token", "no address of a chat"),
    ("https://1.1.1.1/hooks/x", "no address of a chat"), ("slack://only-one-part", "no address of a chat"),
    ("mmost://chat.example.org/" + HOOK, "begins with mmosts://"), ("mmosts://[", "no address of a chat"),
    ("mmosts://10.0.0.7/" + HOOK, "inside the network"), ("mmosts://127.0.0.1/" + HOOK, "inside the network"),
    ("mmosts://a.invalid/" + HOOK + "?verify=no", "Leave out what stands after"),
    ("https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ?redirect=yes", "Leave out what"),
    ("workflows://a.invalid/w/s?template=/etc/passwd", "Leave out what stands after"),
    ("mmosts://a.invalid/" + "x" * 10_000, "at most 2000 characters"), ("mmosts://a.invalid/\x00", "was damaged"),
    ("mmosts://a.invalid/a\u202eb", "no address of a chat"), ("", "Fill this in"),
)  # fmt: skip


def test_what_is_no_address_of_a_service_that_may_be_told_is_refused(house: House) -> None:
    sana = signed_in("sana")
    for value, said in REFUSED:
        answer = sana.post(ADDRESSES, {"kind": "CHAT", "value": value})
        assert (answer.status_code, said.lower() in text(answer).lower()) == (422, True), value
    assert not Address.objects.filter(kind="CHAT").exists()


def test_what_cannot_be_looked_at_in_time_is_said_to_be_that(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(errand, "PATIENCE_OF_A_PAGE", 0.001)
    answer = signed_in("sana").post(ADDRESSES, {"kind": "CHAT", "value": f"mmosts://a.invalid/{HOOK}"})
    assert (answer.status_code, "could not be looked at just now, and nothing was kept" in text(answer)) == (422, True)


def test_addresses_are_taken_as_services_show_them(house: House, settings: Any) -> None:
    sana = signed_in("sana")
    for value in ("https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ",
                  "tgram://123456789:abcdefg_hijklmnop/12315544", "matrixs://token@a.invalid/!room:a.invalid",
                  "https://prod-12.westeurope.logic.azure.invalid:443/workflows/643e69f83c8944438d68119179a10a64/"
                  "triggers/manual/paths/invoke?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=KODue",
                  ):  # fmt: skip
        sana.post(ADDRESSES, {"kind": "CHAT", "value": value})
    shown = [one.partition(" (")[0] for one in Address.objects.filter(kind="CHAT").values_list("value", flat=True)]
    assert sorted(shown) == ["Matrix", "Microsoft Teams", "Slack", "Telegram"]


def test_a_server_is_believed_that_this_machine_believes(
    settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings.BACKLINE_GATEWAYS = frozenset({"localhost"})
    believed, tls = certificate("localhost", tmp_path)
    with Receiver(Mode.OK, tls=tls) as server:
        place = f"mmosts://localhost:{server.port}/{HOOK}"
        assert (tell(place, "Title", "Text").done, server.taken) == (False, [])
        monkeypatch.setenv("SSL_CERT_FILE", str(believed))
        assert (tell(place, "Title", "Text").done, len(server.taken)) == (True, 1)


def test_whatever_the_library_looks_up_is_judged_as_it_connects(settings: Any) -> None:
    with Receiver(Mode.OK) as inside:
        for value in (f"mmosts://localhost:{inside.port}/{HOOK}", f"ntfys://localhost:{inside.port}/topic"):
            told = tell(value, "Title", "Text")
            assert (told.done, told.never) == (False, True)
            assert told.said.startswith("… is inside the network that Backline stands in")
        in_the_open = tell(f"mmost://127.0.0.1:{inside.port}/{HOOK}", "Title", "Text")
        assert (in_the_open.done, in_the_open.never) == (False, True), "it is not even tried"
        assert not inside.taken
        settings.BACKLINE_GATEWAYS = frozenset({"127.0.0.1"})
        assert tell(f"mmost://127.0.0.1:{inside.port}/{HOOK}", "Title", "Text").done
