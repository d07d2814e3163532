"""What somebody writes in a text is an answer, or there is a reason why it is none; never an error."""

from __future__ import annotations

import re
from datetime import time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backline.core.words import Answer
from backline.intake.said import Said, Unclear, arrival, pressed, said, sounds_done


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
        ("47110 No answer at the door, I wait", Unclear.NO_WORDS),
        ("47110 No signal here, on site in 10 minutes", Unclear.NO_WORDS),
        ("47110 No-show at the door", Unclear.NO_WORDS),
        ("No. 47110 ok", Unclear.NO_WORDS),
        ("47110 no, I am on my way", Unclear.NO_WORDS),
        ("47110 no, in 20 minutes", Unclear.NO_WORDS),
        ("47110 not yet", Unclear.NO_WORDS),
        ("47110 cannot find the entrance", Unclear.NO_WORDS),
        ("47110 busy road, 10 min", Unclear.NO_WORDS),
        ("47110 Nein, ich warte noch vor Ort", Unclear.NO_WORDS),
        ("47110 nicht schlimm", Unclear.NO_WORDS),
        ("47110 Up there now, working", Unclear.NO_WORDS),
        ("47110 up and running again", Unclear.NO_WORDS),
        ("47110 up, on my way", Unclear.NO_WORDS),
        ("47110 Hoch oben im Schacht", Unclear.NO_WORDS),
        ("47110 ok?", Unclear.NO_WORDS),
        ("47110 ok, who else comes?", Unclear.NO_WORDS),
        ("47110 ok Max takes it", Unclear.NO_WORDS),
        ("47110 ok, if somebody brings the key", Unclear.NO_WORDS),
        ("47110 ja, wenn Max mitkommt", Unclear.NO_WORDS),
        ("47110 Ja das Tor klemmt", Unclear.NO_WORDS),
        ("47110 15 min, if I find the key", Unclear.NO_WORDS),
        ("47110 ok it works again", Unclear.NO_WORDS),
        ("47110 OK, I take it.", Said("47110", Answer.TAKE, "I take it")),
        ("47110 ja ich komme\nSana Demir, Service", Said("47110", Answer.TAKE, "ich komme Sana Demir, Service")),
        ("47110 nehme ich, bin unterwegs", Said("47110", Answer.TAKE, "ich, bin unterwegs")),
        ("47110 ok, in 15 min", Said("47110", Answer.ARRIVE, "", timedelta(minutes=15))),
        ("47110 no, I can't take it today", Said("47110", Answer.DECLINE, "I can't take it today")),
        ("47110 can’t come", Said("47110", Answer.DECLINE, "come")),
        ("47110 busy until nine", Said("47110", Answer.DECLINE, "until nine")),
        ("47110 Nein leider krank", Said("47110", Answer.DECLINE, "leider krank")),
        ("47110 nein, ich komme nicht", Said("47110", Answer.DECLINE, "ich komme nicht")),
        ("47110 up please", Said("47110", Answer.HAND_UP, "please")),
        ("stop", Said("", Answer.STOP)),
        ("Stopp bitte damit", Unclear.NO_CODE),
    ],
)
def test_words_as_people_write_them(text: str, found: Said | Unclear) -> None:
    assert said(text) == found


_OF_ANSWERS = st.sampled_from(["ok", "ja", "no", "nein", "not", "cannot", "up", "hoch", "take", "stop", "note",
                               "answer", "there", "the", "at", "it", "komme", "nicht", "if"])  # fmt: skip
_OTHERS = st.text("abcdefghijklmnopqrstuvwxyzäöü", max_size=9).map("xq".__add__)
_HEARD = st.lists(_OF_ANSWERS | _OTHERS | st.sampled_from([",", ".", "?", "\n"]), max_size=6).map(" ".join)
_ACTS = {Answer.TAKE, Answer.DECLINE, Answer.HAND_UP, Answer.ARRIVE, Answer.STOP}


@given(_HEARD, _OF_ANSWERS | _OTHERS)
def test_a_word_more_never_makes_an_answer_of_what_is_none_nor_another_of_what_is_one(text: str, more: str) -> None:
    before, after = said(f"47110 {text}"), said(f"47110 {text} {more}")
    acts = after.answer if isinstance(after, Said) and after.answer in _ACTS else None
    if acts and any(one.isalnum() for one in text):
        assert isinstance(before, Said)
        assert before.answer is acts


@given(_OF_ANSWERS, _OTHERS)
def test_a_word_that_nobody_foresaw_beside_an_answer_leaves_nothing_to_act_on(word: str, more: str) -> None:
    for one in (f"47110 {word} {more}", f"{word} {more} 47110"):
        found = said(one)
        assert not (isinstance(found, Said) and found.answer in _ACTS)


@pytest.mark.parametrize("word", [("ok", Answer.TAKE), ("no", Answer.DECLINE), ("up", Answer.HAND_UP)])
@pytest.mark.parametrize("text", ["Ticket 48210 … 47110 %s", "P-48210, 12345:\n47110 %s", "47110 %s (48210)"])
def test_the_code_that_is_looked_for_is_found_wherever_it_stands(word: tuple[str, Answer], text: str) -> None:
    found = said(text % word[0], code="47110")
    assert isinstance(found, Said)
    assert (found.code, found.answer) == ("47110", word[1])
    assert "48210" in found.words


def test_what_sounds_as_if_something_were_done() -> None:
    for one in ("OK, I take it.", "Hi Carl,\nja mache ich", "no", "stop", "On my way", "15 min",
                "12345 No answer, I wait", "Bin unterwegs", "Thanks. I'll take it"):  # fmt: skip
        assert sounds_done(one), one
    for one in (
        "I am on the train until nine.",
        "The key is with Tom",
        "Der Schlüssel liegt bei Tom",
        "",
        "note: ok, it waits",
    ):
        assert not sounds_done(one), one


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
