"""A text that comes in, and a key that is pressed on a call, reach the same answer by the provider's own door."""

from __future__ import annotations

import pytest
from django.test import Client

from backline.channels import operations as channels
from backline.channels.notices import Channel
from backline.channels.twilio.account import Account
from backline.channels.twilio.signature import signature
from backline.channels.voice.script import token
from backline.core.words import State
from tests.fakes.answered import SANA, code, last, state, told
from tests.fakes.gateway import ACCOUNT, TOKEN
from tests.fakes.house import House

IN = "/channels/sms/in"
NOTHING = "<?xml version='1.0' encoding='utf-8'?>\n<Response />"


@pytest.fixture(autouse=True)
def _set_up(house: House) -> None:
    account = Account(ACCOUNT, "+4930901820", "http://127.0.0.1:9")
    for channel in (Channel.SMS, Channel.VOICE):
        channels.keep_setup(channel, account, TOKEN, is_on=True, by=house.actor("ada"), at=house.clock.now())


def posted(place: str, form: dict[str, str], *, signed_with: str = TOKEN) -> tuple[int, str]:
    headers = {"X-Twilio-Signature": signature(signed_with, f"http://testserver{place}", form.items())}
    answer = Client(raise_request_exception=False).post(place, form, headers=headers)
    return answer.status_code, answer.content.decode()


def test_a_text_is_answered_and_what_nobody_signed_or_nobody_known_wrote_gets_nothing(house: House, case: str) -> None:
    said = {"From": SANA, "Body": f"{code(house)} ok"}
    assert posted(IN, said, signed_with="another")[0] == 403
    assert state(house, case) is State.OFFERED
    for stranger in ("+4915199999999", "", "\x00", "x" * 3000):
        assert posted(IN, said | {"From": stranger}) == (200, NOTHING)
    assert state(house, case) is State.OFFERED
    status, back = posted(IN, said)
    assert (status, "is yours now" in back) == (200, True)
    assert (state(house, case), last(house, case)[1].endswith(", by text message")) == (State.ACCEPTED, True)
    assert posted(IN, said)[1] == back, "what comes twice is answered alike"
    assert house.letters("Otto") == []


@pytest.mark.parametrize(
    "written",
    ["+49 (151) 1234-5678", "tel:+49-151-12345678", " 4915112345678", "0049 151 12345678", "(+49)15112345678"],
)
def test_a_number_is_the_same_however_a_gateway_writes_it(house: House, case: str, written: str) -> None:
    status, back = posted(IN, {"From": written, "Body": f"{code(house)} ok"})
    assert (status, "is yours now" in back, state(house, case)) == (200, True, State.ACCEPTED)


@pytest.mark.parametrize(
    "words", ["No answer at the door, I wait", "No signal here, on site in 10 minutes", "Up there now, working", "ok?",
              "Nein, ich warte vor Ort", "Hoch oben im Schacht", "ok, if somebody brings the key"],
)  # fmt: skip
def test_words_that_may_mean_another_thing_do_nothing_and_their_writer_hears_what_to_write(
    house: House, case: str, words: str
) -> None:
    before = house.view(case).timeline
    status, back = posted(IN, {"From": SANA, "Body": f"{code(house)} {words}"})
    assert (status, "Write ok, no, up, 15 min, stop, or a note after the code" in back) == (200, True)
    assert (state(house, case), house.view(case).timeline) == (State.OFFERED, before)


@pytest.mark.parametrize(
    "sender", ["12345", "Backline", "0", "tel:", "+49151", "٤٩١٥١", "😀", "4915112345MPT", "²", "+"]
)
def test_short_codes_names_and_other_numbers_get_nothing(house: House, case: str, sender: str) -> None:
    assert posted(IN, {"From": sender, "Body": f"{code(house)} ok"}) == (200, NOTHING)
    assert state(house, case) is State.OFFERED


def test_a_key_on_a_call_takes_the_case_and_another_one_says_what_can_be_pressed(house: House, case: str) -> None:
    notice = told(house, "sana")
    call = token(notice.id, notice.queued_at)
    script, press = f"/channels/voice/script/{call}", f"/channels/voice/answer/{call}"
    read = Client().post(script).content.decode()
    assert read.count("Press 1 to take it") == 3
    assert f'<Gather action="http://testserver{press}"' in read
    assert posted(press, {"Digits": "1"}, signed_with="another")[0] == 403
    assert state(house, case) is State.OFFERED
    assert posted(press, {"Digits": "9"})[1] == read, "it is said once more"
    assert "Press 1 to take it" in posted(press, {"Digits": "7"})[1]
    status, done = posted(press, {"Digits": "1"})
    assert (status, "is yours now" in done, "Gather" in done) == (200, True, False)
    assert (state(house, case), last(house, case)[1].endswith(", on a call")) == (State.ACCEPTED, True)
    assert "This case is yours now" in done, "no reference is read out"
    assert posted(f"{press}x", {"Digits": "1"})[0] == 404
