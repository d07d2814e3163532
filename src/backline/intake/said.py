"""What somebody says by a text or by digits, as a value: which code, which answer, which words.

People answer as they speak: the words of English and German are read whatever language the product shows.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
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
_GOES_ON = {
    Answer.TAKE: "it|this|that|the case|over|on it|on my way|i|i'll|i'm|we|will|do|come|coming|run|drive|thanks|"
    "danke|ich|wir|bin|komme|fahre|mache|das|es|den fall|gleich|sofort|unterwegs|auf dem weg",
    Answer.DECLINE: "i|i'm|am|come|can do|do it|make it|take it|me|time|possible|available|free|able|today|tonight|now|"
    "sorry|thanks|danke|ich|bin|kann|zeit|keine zeit|möglich|verfügbar|frei|heute|jetzt|leider",
    Answer.HAND_UP: "it|this|the case|please|das|es|den fall|bitte",
    Answer.STOP: "(?!)",
}
"""What may follow an answer's word in its clause, beside such words again: whatever else does may turn its sense."""
_BUSY = (
    r"(?:[^\S\n]*(?:busy|ill|sick|besetzt|krank)(?!\w)"
    r"(?: (?:now|today|jetzt|heute|(?:until|till|since|with|at|bis|seit|mit|bei|beim) [^,;:.!?\n]*))?)?"
)
_ENDS = r"[^\S\n]*(?:$|\n|[,(]|[^\w\s?](?!\w)%s)"
_COMES = re.compile(
    r"[\s.,:;!]*(?P<how>(?:(?:eta|in|at|um|ca|about|arrive|ankunft|komme)\b\W*)*)"
    r"(?:(?P<hour>[01]?\d|2[0-3])[:.](?P<minute>[0-5]\d)(?:\s*(?:uhr|h|o['’]clock)\b)?"
    r"|(?P<many>\d{1,3})\s*(?P<unit>minutes?|minuten?|mins?|m|hours?|h|std|stunden?)\b"
    r"|(?P<bare>\d{1,3}))(?=\s*(?:[.!]*\s*$|[,;]\s))",
    re.IGNORECASE,
)


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text.replace("'", "['’]"), re.IGNORECASE)


def _clause(answer: Answer) -> re.Pattern[str]:
    """An answer that says nothing else, up to where the next clause begins; behind a yes that is also a number."""
    own = "|".join([*(set(_WORDS[answer].split()) - {"busy", "besetzt"}), _GOES_ON[answer]])
    more, ends = (_BUSY, "") if answer is Answer.DECLINE else ("", r"|(?=\d)" if answer is Answer.TAKE else "")
    return _pattern(rf"[\W_]*(?:[^\S\n]*(?:{own})(?!\w))*+{more}{_ENDS % ends}")


_CLAUSES = {answer: _clause(answer) for answer in _GOES_ON}
_NEXT = re.compile(r"[\n.,;:!?()]|\s[-–—]+\s")
_CODE = re.compile(r"(?<!\d)\d{5}(?!\d)")
_WORD = _pattern(r"[\W_]*([^\W\d_]+(?:'[^\W\d_]+)?)")
_IN_SO_LONG = re.compile(r"\b(?:eta|in|ankunft)\b", re.IGNORECASE)
_BEFORE = _pattern(r"^[\W_]*(?:i'll|i|ich|we|wir|code)\b(?=\W)")
"""What people begin with before they say what they do."""
_COMING = _pattern(
    r"\b(?:i(?:'ll| will)? (?:take|wait)|taking it|nehme ich|ich nehme|mache ich|übernehme|on it|on my way|on site|"
    r"vor ort|waiting|warte|unterwegs|auf dem weg|bin da|(?<!not )coming|komme(?! nicht)|arriv\w+)\b"
)
"""What somebody says who comes, or is there: a no beside it is none."""
_REFUSES = _pattern(
    r"\b(?:no|not|\w+n't|cannot|cant|wont|dont|unable|off|else|nicht|nein|nie|kein\w*|leider|ander\w*|unmöglich|"
    r"if|unless|but|only|instead|except|somebody|someone|wenn|falls|sofern|aber|nur|erst|statt\w*|außer|jemand)\b"
)
"""What takes back a yes that stands before it, ties it to something, or asks for somebody else: then nobody guesses."""
_ACTS = {Answer.TAKE, Answer.DECLINE, Answer.HAND_UP}
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


def said(text: str, *, code: str = "") -> Said | Unclear:
    """What a text says; words beside a code that are no answer are a note. This `code` is looked for before any other.

    A word acts only in a clause that says nothing else, and where no other words turn it: else nobody guesses.
    """
    plain = _plain(text)
    found = (re.search(rf"(?<!\d){code}(?!\d)", plain) if code else None) or _CODE.search(plain)
    if found is None:
        return Said("", Answer.STOP) if _after_clause(plain, Answer.STOP) == "" else Unclear.NO_CODE
    before, behind = plain[: found.start()], plain[found.end() :]
    rest = f"{before} {behind}"
    what = _read(rest)
    if isinstance(what, Said) and what.answer is Answer.NOTE and _begins(rest) is None:
        asked = _read(behind)  # as it is asked for, behind words of another kind; they stay beside it, or turn it
        if isinstance(asked, Said) and asked.answer is not Answer.NOTE:
            what = _unless_turned(replace(asked, words=what.words), before)
    return what if isinstance(what, Unclear) else replace(what, code=found.group())


def _read(text: str) -> Said | Unclear:
    """What the words beside a code say."""
    answer, own = _begins(text), _BEFORE.sub("", text)
    word = _WORD.match(own)
    words = own[word.end() :].strip(_BETWEEN) if word and answer else text.strip()
    after = _after_clause(text, answer) if answer in _CLAUSES else None
    if answer is Answer.STOP and after != "":
        answer, words = None, text.strip()  # "stop the lift": words, and by them nobody falls silent
    arrives = arrival(words, bare=False) if answer in (Answer.TAKE, None) else None
    if arrives is not None:
        return _unless_turned(Said("", Answer.ARRIVE, _flat(_beside(words)), arrives), words)
    if answer in (Answer.NOTE, None):
        says = answer or any(one.isalnum() for one in words)
        return Said("", Answer.NOTE, _flat(words)) if says else Unclear.NO_WORDS
    return Unclear.NO_WORDS if after is None else _unless_turned(Said("", answer, _flat(words)), after)


def _begins(text: str) -> Answer | None:
    """The answer whose word the text begins with."""
    word = _WORD.match(_BEFORE.sub("", text))
    return _ANSWERS.get(word[1].casefold().replace("’", "'")) if word else None


def _after_clause(text: str, answer: Answer) -> str | None:
    """What follows a clause that is this answer alone; None where the clause says more."""
    own = _BEFORE.sub("", text)
    clause = _CLAUSES[answer].match(own) if _begins(text) is answer else None
    return own[clause.end() :].strip(_BETWEEN) if clause else None


def _unless_turned(done: Said, beside: str) -> Said | Unclear:
    """The answer, unless what stands beside it says another thing, asks something, or ties it to something."""
    yes = done.answer in (Answer.TAKE, Answer.ARRIVE)
    clauses = _NEXT.split(beside)
    another = {_begins(one) for one in clauses} & _ACTS - {Answer.TAKE if yes else done.answer}
    turned = _REFUSES.search(beside) if yes else _COMING.search(beside) or any(map(_is_arrival, clauses))
    asks = "?" in beside.strip().partition("\n")[0]
    return Unclear.NO_WORDS if another or turned or asks else done


def sounds_done(text: str) -> bool:
    """Whether somebody who writes this may believe that something is done by it."""
    plain = _CODE.sub(" ", _plain(text))
    if _begins(plain) is Answer.NOTE:
        return False
    begin = any(_begins(one) in _CLAUSES or _is_arrival(one) for one in _NEXT.split(plain))
    return begin or bool(_COMING.search(plain))


def _is_arrival(text: str) -> bool:
    return arrival(text, bare=False) is not None


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


def _flat(text: str) -> str:
    return " ".join(text.split())


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
