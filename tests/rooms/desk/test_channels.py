"""The administrator's pages of channels: an account is kept, its token sealed, tested, and all sending paused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from backline.channels import registry, setups
from backline.channels.delivery import Post
from backline.channels.models import Notice, Pause, Setup
from backline.channels.notices import Channel
from backline.channels.twilio.account import flaw_of_base
from backline.config.checks import problems
from backline.people import operations as people
from backline.people.models import Address, AddressKind
from backline.readiness.queries import lacks
from tests.fakes.browser import key_in, send, signed_in, text, words
from tests.fakes.gateway import ACCOUNT, TOKEN, Gateway
from tests.fakes.house import House

LIST, SMS, VOICE = "/administration/channels", "/administration/channels/sms", "/administration/channels/voice"
MOBILE, LANDLINE, OURS = "+4915112345678", "+4930901821", "+49 30 901820"
ADDRESSES = "/account/addresses"


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    with Gateway() as found:
        yield found


def keep(ada: Client, place: str, gateway: Gateway, **changes: str) -> Any:
    """The form of a channel, filled in and sent."""
    said = {"account": ACCOUNT, "token": TOKEN, "sender": OURS, "base": gateway.base, "is_on": "on"} | changes
    return send(ada, place, **said)


def run(house: House) -> None:
    """The worker sends what is due; no mail server is set up."""
    post = Post(registry.senders, patience=20)
    while post.run(at=house.clock.now()):
        pass
    post.end(at=house.clock.now())


def check(house: House) -> str:
    return "\n".join(problems(lacks(house.clock.now())))


def test_an_account_is_kept_sealed_tested_and_read_by_nobody_again(
    house: House, gateway: Gateway, settings: Any
) -> None:
    ada = signed_in("ada")
    assert text(ada.get(LIST)).count("Off") == 6
    wrong = keep(ada, SMS, gateway, account="AC 1/../2", sender="call me", token="")
    assert wrong.status_code == 422
    page = text(wrong)
    assert all(
        said in page for said in ("Copy the account SID", "a messaging service, such as", "Enter the auth token")
    )
    assert Setup.objects.count() == 0
    assert keep(ada, SMS, gateway).status_code == 302
    kept = Setup.objects.get()
    assert (kept.changed_by, TOKEN in kept.sealed + str(kept.settings)) == (str(house.persons["ada"].id), False)
    page = words(ada.get(SMS))
    assert (TOKEN in page, kept.sealed in page, "leave this empty to keep it" in page) == (False, False, True)
    assert keep(ada, SMS, gateway, token="", sender="MG" + "b" * 32).status_code == 302
    assert [one.token for one in (setups.account_in_use(Channel.SMS),) if one] == [TOKEN]
    for changed in ({"base": "http://localhost:9"}, {"account": "AC" + "2" * 32}):
        elsewhere = keep(ada, SMS, gateway, token="", **changed)
        assert (elsewhere.status_code, "Enter the auth token" in text(elsewhere)) == (422, True)
    assert keep(ada, SMS, gateway, token="", is_on="", base="http://localhost:9").status_code == 302
    assert keep(ada, SMS, gateway, token="", base="http://localhost:9").status_code == 422, "not by a detour either"
    assert keep(ada, SMS, gateway).status_code == 302
    assert "Add one first" in text(ada.get(SMS))
    people.add_address(AddressKind.MOBILE, MOBILE, by=house.actor("ada"))
    tried = ada.post(f"{SMS}/test", {"key": key_in(ada.get(SMS))})
    run(house)
    assert f"Handed over {MOBILE} queued" in text(ada.get(tried["Location"]))
    [taken] = gateway.taken
    assert "no case is waiting" in taken.form["Body"].lower()
    assert gateway.says(taken, "undelivered", ErrorCode="30003") == 204
    page = text(ada.get(tried["Location"]))
    assert "Not delivered" in page
    assert "the phone cannot be reached at the moment (30003)" in page
    page = text(ada.get(LIST))
    assert "Text message On changed" in page
    assert "1 handed over today, 0 arrived" in page
    assert "the phone cannot be reached at the moment (30003)" in page
    settings.SECRET_KEY = "another secret than when it was kept, and as long"
    ada = signed_in("ada")
    assert "cannot be read" in text(ada.get(LIST))
    assert "BACKLINE_SECRET is another one" in text(ada.get(SMS))
    assert "Text message: the auth token cannot be read" in check(house)
    assert "Text message: the auth token cannot be read" in text(ada.get("/health"))
    assert gateway.says(taken, "delivered") == 403
    run(house)
    assert keep(ada, SMS, gateway, is_on="").status_code == 302
    assert "cannot be read" not in check(house)


def test_a_page_of_one_channel_asks_nothing_of_the_others(house: House, gateway: Gateway) -> None:
    ada = signed_in("ada")
    keep(ada, SMS, gateway)
    few = asked_for(ada, SMS)
    for channel in ("chat", "webhook"):
        assert send(ada, f"{LIST}/{channel}", is_on="on").status_code == 302
    assert asked_for(ada, SMS) == few


def asked_for(who: Client, page: str) -> int:
    """How many questions a page asks of the database."""
    with CaptureQueriesContext(connection) as asked:
        who.get(page)
    return len(asked)


@pytest.mark.parametrize(
    ("base", "said"),
    [("http://192.0.2.7", "travel in the open"), ("https://10.0.0.7", "inside your own network"),
     ("https://169.254.169.254/latest", "inside your own network"), ("https://[::ffff:10.0.0.1]", "inside your own"),
     ("https://0.0.0.0", "inside your own network"), ("https://no-such-host.invalid", "No machine of that name"),
     ("ftp://api.twilio.com", "Enter an address such as"), ("https://u:p@api.twilio.com", "Enter an address"),
     ("https://x/?a=b", "Enter an address"), ("https://[", "Enter an address"), ("https://a:99999", "Enter an address"),
     ("", "Enter an address"), ("http://127.0.0.1:9", ""), ("http://localhost", ""), ("http://[::1]:8", "")],
)  # fmt: skip
def test_a_token_goes_over_https_and_to_nobody_inside_our_own_network_unasked(
    base: str, said: str, settings: Any
) -> None:
    found = flaw_of_base(base)
    assert (said in found) if said else not found
    settings.BACKLINE_GATEWAYS = frozenset({"10.0.0.7"})
    assert bool(flaw_of_base(base)) is (bool(said) and "10.0.0.7" not in base)


def test_all_sending_is_paused_for_a_reason_that_every_page_says_until_it_goes_again(
    house: House, gateway: Gateway
) -> None:
    ada, max_ = signed_in("ada"), signed_in("max")
    keep(ada, SMS, gateway)
    banner = "Ada paused all sending: nobody is told anything."
    assert "Why" in text(ada.post(f"{LIST}/pause", {"key": key_in(ada.get(LIST)), "why": " "}))
    assert not Pause.objects.exists()
    assert send_pause(ada, "A <b>drill</b>") == 302
    assert send_pause(ada, "Again") == 302
    for who, place in ((max_, "/manager"), (signed_in("tess"), "/jobs"), (ada, LIST), (signed_in("carl"), "/queue")):
        page = text(who.get(place))
        assert (banner in page, "A <b>drill</b>" in page, "Again" in page) == (True, True, False), place
    assert banner not in text(Client().get("/sign-in"))
    assert "All sending is paused, so nobody is told anything: A <b>drill</b>" in check(house)
    people.add_address(AddressKind.MOBILE, MOBILE, by=house.actor("ada"))
    ada.post(f"{SMS}/test", {"key": key_in(ada.get(SMS))})
    run(house)
    assert (gateway.taken, Notice.objects.get(channel="SMS").why) == ([], "kept here: sending is paused")
    assert ada.post(f"{LIST}/resume").status_code == 302
    run(house)
    assert ([one.to for one in gateway.taken], banner in text(max_.get("/manager"))) == ([MOBILE], False)
    assert "paused" not in check(house)
    turns = "Turn \u202e\u2067 it \u2069\u2069 round"
    assert send_pause(ada, turns) == 302
    for who, place in ((max_, "/manager"), (ada, "/readiness")):
        page = text(who.get(place))
        assert page.count(f"\u2068\u2068{turns}\u2069") == page.count("Turn") > 0, place
    assert f"\u2068\u2068{turns}\u2069" in check(house)


def send_pause(who: Client, why: str) -> int:
    key = key_in(who.get(LIST)) if "Let messages go" not in text(who.get(LIST)) else "1"
    return who.post(f"{LIST}/pause", {"key": key, "why": why}).status_code


def test_a_mobile_gets_its_code_by_text_and_a_landline_by_call_digit_by_digit(house: House, gateway: Gateway) -> None:
    ada, sana = signed_in("ada"), signed_in("sana")
    sana.post(ADDRESSES, {"kind": "MOBILE", "value": MOBILE})
    sana.post(ADDRESSES, {"kind": "LANDLINE", "value": LANDLINE})
    ids = {one.value: one.id for one in Address.objects.filter(value__in=[MOBILE, LANDLINE])}
    page = text(sana.get(ADDRESSES))
    assert "neither text messages nor calls are set up" in page
    assert "calls are not set up" in text(sana.post(f"{ADDRESSES}/{ids[LANDLINE]}/send", follow=True))
    keep(ada, VOICE, gateway)
    assert text(sana.get(ADDRESSES)).count("Call there and say a code") == 2
    keep(ada, SMS, gateway)
    for number in (MOBILE, LANDLINE):
        sana.post(f"{ADDRESSES}/{ids[number]}/send")
        run(house)
        taken = gateway.taken[-1]
        assert taken.to == number
        said = taken.form["Body"] if number == MOBILE else gateway.said(taken)
        code = "".join(
            re.findall(r"\d", said.partition("for Backline is: " if number == LANDLINE else "|")[-1] or said)
        )
        code = code[:6]
        assert number == MOBILE or said.count(f"Your code for Backline is: {', '.join(code)}.") == 3
        page = words(signed_in("carl").get("/outgoing"))
        assert code not in page
        assert ", ".join(code) not in page
        proved = sana.post(f"{ADDRESSES}/{ids[number]}/prove", {"code": code})
        assert (proved.status_code, bool(Address.objects.get(id=ids[number]).proved_at)) == (302, True)
    before = len(gateway.taken)
    sana.post(f"{ADDRESSES}/test")
    run(house)
    by_text, call = gateway.taken[before:]
    assert {by_text.to, call.to} == {MOBILE, LANDLINE}
    by_text, call = (by_text, call) if by_text.what == "Messages" else (call, by_text)
    assert gateway.says(call, "completed", AnsweredBy="human") == 204
    assert "/got-it/" in by_text.form["Body"]
    assert Client().post(by_text.form["Body"].split("http://testserver")[1]).status_code == 200
    page = text(sana.get(ADDRESSES))
    assert ("You got it" in page, "Delivered" in page) == (True, True)
