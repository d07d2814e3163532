"""Finds in a condition the words against which it holds a name, such as the priorities that it asks for."""

from __future__ import annotations

import re
from collections.abc import Iterator

_LITERAL = re.compile(
    r'''//[^\n]*|"""(?:\\.|[^\\])*?"""|\'{3}(?:\\.|[^\\])*?\'{3}|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*\'''', re.DOTALL
)
_WORD = '"_*"'
_LIST = rf"\[\s*{_WORD}(?:\s*,\s*{_WORD})*\s*,?\s*\]"
_WORDS = rf"(?P<words>{_WORD}|{_LIST})"
_HELD = r"\s*(?:[=!<>]=?|\bin\b)\s*"
_TAKEN = r"(?:\s*\[[^\]]*\])?"
_EACH = r"\.\s*(?:all|exists|exists_one|filter|map)\s*\(\s*(\w+)\s*,"


def compared(text: str, name: str) -> Iterator[tuple[int, str]]:
    """The words against which a name is held, or an entry of the list of that name, and where each begins.

    A word that is put together, or made into another before, is not found.
    """
    hidden = _LITERAL.sub(_hidden, text)
    one = rf"(?<![\w.])(?:{'|'.join((name + _TAKEN, *_entries(hidden, name)))})(?!\w|\s*[.(\[+])"
    patterns = (
        rf"{one}{_HELD}{_WORDS}(?!\s*[.+])",
        rf"{_WORDS}{_HELD}{one}",
        rf"{_WORDS}\s*{_EACH.replace(r'(\w+)', r'(?P<each>\w+)')}\s*(?P=each)\s+in\s+{name}\b",
    )
    for pattern in patterns:
        for match in re.finditer(pattern, hidden):
            for word in re.finditer(_WORD, match["words"]):
                start = match.start("words") + word.start()
                yield start, text[start : start + len(word[0])].strip("\"'")


def _hidden(literal: re.Match[str]) -> str:
    """As much text in which nothing stands that could be taken for more than a word; of a comment nothing at all."""
    length = len(literal[0])
    if literal[0].startswith("//"):
        return " " * length
    return f'"{("?" if "\\" in literal[0] else "_") * (length - 2)}"'


def _entries(hidden: str, name: str) -> list[str]:
    """What a condition calls each entry of the list of this name, and nothing else."""
    mine, every = re.findall(rf"\b{name}\s*{_EACH}", hidden), re.findall(_EACH, hidden)
    return [each for each in dict.fromkeys(mine) if mine.count(each) == every.count(each)]
