"""Texts that lead to nothing: who is not read for a while hears of it, and they stand under "Incoming"."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from backline.channels import operations as channels
from backline.channels.models import Notice, Received
from backline.channels.notices import Channel
from backline.channels.twilio.account import Account
from backline.channels.twilio.signature import signature
from backline.core.words import State
from tests.fakes.answered import DORA, SANA, code, links, state, told
from tests.fakes.browser import signed_in, text, words
from tests.fakes.gateway import ACCOUNT, TOKEN
from tests.fakes.house import House

IN, STRANGER, MINUTE = "/channels/sms/in", "+4915199999999", timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _set_up(house: House) -> None:
    account, ada, at = Account(ACCOUNT, "+4930901820", "http://127.0.0.1:9"), house.actor("ada"), house.clock.now()
    channels.keep_setup(Channel.SMS, account, TOKEN, is_on=True, by=ada, at=at)


def wrote(number: str, said: str) -> str:
    """A text comes in by the provider's door; what is said back."""
    form = {"From": number, "Body": said}
    headers = {"X-Twilio-Signature": signature(TOKEN, f"http://testserver{IN}", form.items())}
    return Client().post(IN, form, headers=headers).content.decode()


def wrong(house: House, many: int) -> None:
    """Sana's number sends so many codes that are none, a minute after each other."""
    for number in [one for one in range(10_000, 10_006) if str(one) != code(house)][:many]:
        assert "<Message>" not in wrote(SANA, f"{number} ok")
        house.clock.advance(MINUTE)


def test_who_is_read_no_more_hears_of_it_once_by_another_way_and_can_answer_by_a_link(house: House, case: str) -> None:
    began = house.clock.now()
    wrong(house, 4)
    assert not Notice.objects.filter(kind="texts.not_read").exists()
    wrong(house, 1)
    right = f"{code(house)} ok"
    for _time in range(2):
        assert "<Message>" not in wrote(SANA, right)
    assert state(house, case) is State.OFFERED
    [letter] = Notice.objects.filter(kind="texts.not_read")
    assert (letter.recipient_name, letter.channel, letter.address) == ("Sana", "EMAIL", "sana@example.org")
    assert "5 texts from your number +49…678 held wrong codes" in letter.body
    assert "not read before this time, not even with the right code: 20:00 today" in letter.body
    assert Client().post(links(told(house, "sana"))["take"]).status_code == 200
    assert state(house, case) is State.ACCEPTED
    house.clock.at = began + timedelta(hours=1)
    assert "is yours" in wrote(SANA, right), "it is read again at that time"
    wrong(house, 5)
    assert Notice.objects.filter(kind="texts.not_read").count() > 1, "another night is another letter"


def test_what_was_turned_away_stands_under_incoming_without_its_words_and_its_number(house: House, case: str) -> None:
    right = f"{code(house)} ok"
    wrote(STRANGER, right)
    wrote(SANA, "whatever that is")
    wrong(house, 5)
    wrote(SANA, right)
    for name in ("carl", "ada"):
        page = text(signed_in(name).get("/incoming?kind=TEXT"))
        assert page.count("A text with a code that stands in nothing that was sent to this number") == 5
        assert "A text from a number that nobody has proved" in page
        assert "A text that is no answer" in page
        assert "A text that was not read, for others from this number held wrong codes" in page
        assert "Texts are read again from 2026-11-20 19:00 UTC" in page
        assert "Sana" in page
        assert "+49…678" in page
        assert "+49…999" in page
    seen = words(signed_in("ada").get("/incoming"))
    assert all(one not in seen for one in (SANA[1:], STRANGER[1:], right, code(house), "whatever that is"))
    assert signed_in("sana").get("/incoming").status_code == 403
    assert signed_in("carl").get("/incoming?kind=FAX").status_code == 200


def test_who_guesses_from_nowhere_fills_no_list_and_old_ones_go(house: House, case: str) -> None:
    for number in range(9):
        wrote(STRANGER, f"1000{number} ok")
    assert Received.objects.count() == 5
    assert not Notice.objects.filter(kind="texts.not_read").exists()
    house.clock.advance(timedelta(days=31))
    wrote(DORA, "12345 ok")
    assert Received.objects.count() == 1
