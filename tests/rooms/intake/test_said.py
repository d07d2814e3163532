"""What somebody writes in a text is an answer, or there is a reason why it is none; never an error."""

from __future__ import annotations

import re
from datetime import time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backline.core.words import Answer
from backline.intake.said import Said, Unclear, arrival, pressed, said


@given(st.text(max_size=80) | st.from_regex(r"\A[ >]*[0-9]{3,6}[ ,.]*\w{0,12} ?[0-9:.]{0,6} ?\w{0,8}\Z"))
def test_any_text_says_something_or_why_not(text: str) -> None:
    for one in (text, f"47110 {text}", f"{text}\n47110"):
        found = said(one)
        assert isinstance(found, Said | Unclear)
        if isinstance(found, Said) and found.code:
            assert re.fullmatch("[0-9]{5}", found.code)
            assert found.words or found.answer is not Answer.NOTE or "not" in one.casefold()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("4711 ok", Unclear.NO_CODE),
        ("47110 OK!", Said("47110", Answer.TAKE)),
        ("ja, 47110.", Said("47110", Answer.TAKE)),
        ("47110\nnein, keine Zeit\n\n> Reply 12345 ok", Said("47110", Answer.DECLINE, "keine Zeit")),
        ("> 47110 ok\n> more", Unclear.NO_CODE),
        ("٤٧١١٠ ok", Said("47110", Answer.TAKE)),
        ("47110", Unclear.NO_WORDS),
        ("47110 - !", Unclear.NO_WORDS),
        ("47110 can’t, at the dentist", Said("47110", Answer.DECLINE, "at the dentist")),
        ("47110 waited 15 min for the key", Said("47110", Answer.NOTE, "waited 15 min for the key")),
        ("47110 ok 2 people with me", Said("47110", Answer.TAKE, "2 people with me")),
        ("47110 1 Std", Said("47110", Answer.ARRIVE, "", timedelta(hours=1))),
        ("+4915147110555 ok", Unclear.NO_CODE),
        ("47110 15 min, traffic", Said("47110", Answer.ARRIVE, "traffic", timedelta(minutes=15))),
        ("47110 2 hours ago I was there", Said("47110", Answer.NOTE, "2 hours ago I was there")),
        ("47110 10:15 left the site", Said("47110", Answer.NOTE, "10:15 left the site")),
        ("47110 10:30pm", Said("47110", Answer.NOTE, "10:30pm")),
        ("47110 STOP the machine, gas", Said("47110", Answer.NOTE, "STOP the machine, gas")),
        ("47110 no problem, I take it", Unclear.NO_WORDS),
        ("47110 ok but I cannot come", Unclear.NO_WORDS),
        ("47110 ok, 15 min, but I can't lift it", Unclear.NO_WORDS),
        ("Nehme ich nicht 47110", Unclear.NO_WORDS),
        ("Ja, leider nicht möglich 47110", Unclear.NO_WORDS),
        ("take me off this 47110", Unclear.NO_WORDS),
        ("mine is broken, send somebody else 47110", Unclear.NO_WORDS),
        ("Ja, kein Problem 47110", Unclear.NO_WORDS),
        ("47110 ok, on my way to the second floor", Said("47110", Answer.TAKE, "on my way to the second floor")),
        ("47110 I'll take it", Said("47110", Answer.TAKE, "it")),
        ("Code 47110 ok", Said("47110", Answer.TAKE)),
        ("stop", Said("", Answer.STOP)),
        ("Stopp bitte damit", Unclear.NO_CODE),
    ],
)
def test_words_as_people_write_them(text: str, found: Said | Unclear) -> None:
    assert said(text) == found


def test_when_somebody_comes_and_what_he_presses() -> None:
    assert [arrival(one) for one in ("15", "15 min", "2 h", "14:30", "um 9.05", "eta 20", "")] == [
        timedelta(minutes=15), timedelta(minutes=15), timedelta(hours=2), time(14, 30), time(9, 5),
        timedelta(minutes=20), None,
    ]  # fmt: skip
    assert [arrival(one) for one in ("soon", "24:00", "9:75", "-5", "1000000", "14:30 then", "2 h 30", "٣ min")] == [
        None, None, None, None, None, None, None, timedelta(minutes=3),
    ]  # fmt: skip
    assert [pressed(one) for one in ("1", "2", "3", "4", "9", "", "12")] == [
        Answer.TAKE, Answer.DECLINE, Answer.HAND_UP, None, None, None, None,
    ]  # fmt: skip
