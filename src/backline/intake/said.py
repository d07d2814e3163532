"""What somebody says by a text or by digits, as a value: which code, which answer, which words.

People answer as they speak: the words of English and German are read whatever language the product shows.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import time, timedelta
from enum import StrEnum

from backline.core.words import Answer

LONGEST = 2000
"""What is longer than any text message is cut."""
_WORDS = {
    Answer.TAKE: "ok okay okey k yes y ja jo take taking mine accept ack übernehme nehme",
    Answer.DECLINE: "no n nope nein nö not nicht busy cannot cant can't decline besetzt ablehnen",
    Answer.HAND_UP: "up hoch escalate eskalieren weitergeben",
    Answer.NOTE: "note notiz",
    Answer.STOP: "stop stopp quit ende unsubscribe",
}
_ANSWERS = {word: answer for answer, words in _WORDS.items() for word in words.split()}
_CODE = re.compile(r"(?<!\d)\d{5}(?!\d)")
_WORD = re.compile(r"[\W_]*([^\W\d_]+(?:['’][^\W\d_]+)?)")
_COMES = re.compile(
    r"[\s.,:;!]*(?P<how>(?:(?:eta|in|at|um|ca|about|arrive|ankunft|komme)\b\W*)*)"
    r"(?:(?P<hour>[01]?\d|2[0-3])[:.](?P<minute>[0-5]\d)(?:\s*(?:uhr|h|o['’]clock)\b)?"
    r"|(?P<many>\d{1,3})\s*(?P<unit>minutes?|minuten?|mins?|m|hours?|h|std|stunden?)\b"
    r"|(?P<bare>\d{1,3}))(?=\s*(?:[.!]*\s*$|[,;]\s))",
    re.IGNORECASE,
)
_IN_SO_LONG = re.compile(r"\b(?:eta|in|ankunft)\b", re.IGNORECASE)
_BEFORE = re.compile(r"^[\W_]*(?:i['’]ll|i|ich|we|wir|code)\b(?=\W)", re.IGNORECASE)
"""What people begin with before they say what they do."""
_TAKES = re.compile(
    r"^(?:problem|worries)\b|\b(?:i(?:['’]ll)? take|taking it|übernehme|on it|on my way)\b", re.IGNORECASE
)
_REFUSES = re.compile(
    r"\b(?:no|not|\w+n['’]t|cannot|cant|wont|dont|unable|off|else|nicht|nein|nie|kein\w*|leider|ander\w*|unmöglich)\b",
    re.IGNORECASE,
)
"""What takes back a yes that stands before it, or asks for somebody else: then nobody guesses."""
_BETWEEN = " \n\t,.;:!-–"
_QUOTED = (">", "|")
_DIGITS = {"1": Answer.TAKE, "2": Answer.DECLINE, "3": Answer.HAND_UP}
AGAIN = "9"
"""The digit by which somebody hears it once more."""


class Unclear(StrEnum):
    """Why words say nothing that could be done."""

    NO_CODE = "NO_CODE"
    NO_WORDS = "NO_WORDS"


@dataclass(frozen=True, slots=True)
class Said:
    """An answer and the words that came with it; `code` is empty where somebody wants no more of anything.

    `arrives` is how long somebody needs, or what the clock on the wall will show when he comes.
    """

    code: str
    answer: Answer
    words: str = ""
    arrives: timedelta | time | None = None


def said(text: str) -> Said | Unclear:
    """What a text says; words beside a code that are no answer are a note."""
    plain = _plain(text)
    found = _CODE.search(plain)
    rest = " ".join(f"{plain[: found.start()]} {plain[found.end() :]}".split()) if found else plain
    word = _WORD.match(_BEFORE.sub("", rest))
    answer = _ANSWERS.get(word[1].casefold().replace("’", "'")) if word else None
    after = _BEFORE.sub("", rest)[word.end() :].strip(_BETWEEN) if word else ""
    if found is None:
        return Said("", Answer.STOP) if answer is Answer.STOP and not after else Unclear.NO_CODE
    if answer is Answer.TAKE and _REFUSES.search(after):
        return Unclear.NO_WORDS  # "ok, but I cannot come"
    arrives = arrival(after if answer is Answer.TAKE else rest, bare=False)
    if arrives is not None and answer in (Answer.TAKE, None):
        return Said(found.group(), Answer.ARRIVE, _beside(after if answer is Answer.TAKE else rest), arrives)
    if answer is Answer.STOP and after:
        answer, after = None, ""  # "stop the lift": words, and by them nobody falls silent
    if answer is Answer.DECLINE and _TAKES.search(after):
        return Unclear.NO_WORDS  # "no problem, I take it"
    if answer is None:
        says = any(one.isalnum() for one in rest)
        return Said(found.group(), Answer.NOTE, rest) if says else Unclear.NO_WORDS
    return Said(found.group(), answer, after)


def arrival(text: str, *, bare: bool = True) -> timedelta | time | None:
    """When somebody says that he comes: in so long, or at what time; a `bare` number is one of minutes."""
    found = _COMES.match(_plain(text))
    if found is None:
        return None
    if found["hour"]:
        return time(int(found["hour"]), int(found["minute"]))
    if found["many"]:
        many = int(found["many"])
        return timedelta(minutes=many) if found["unit"].lower().startswith("m") else timedelta(hours=many)
    minutes = timedelta(minutes=int(found["bare"]))
    return minutes if bare or _IN_SO_LONG.search(found["how"]) else None


def _beside(text: str) -> str:
    """The words that stand beside when somebody comes."""
    found = _COMES.match(text)
    return text[found.end() :].strip(_BETWEEN) if found else text


def pressed(digits: str) -> Answer | None:
    """What somebody presses who is called; None where that is no answer."""
    return _DIGITS.get(_plain(digits))


def _plain(text: str) -> str:
    """The text without what cannot be kept, and without what it quotes; every digit as 0 to 9."""
    kept = text[:LONGEST].encode("utf-8", "ignore").decode().replace("\x00", "")
    lines = (line for line in kept.splitlines() if not line.lstrip().startswith(_QUOTED))
    return "".join(_digit(one) for one in unicodedata.normalize("NFC", "\n".join(lines))).strip()


def _digit(one: str) -> str:
    return str(unicodedata.decimal(one)) if one.isdecimal() else one
