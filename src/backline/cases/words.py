"""Takes texts apart into the words by which a case is found, and says which words were meant by one that was typed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

LONGEST_WORD = 30
MOST_WORDS = 5_000
"""A case is found by so many different words; what is said after them is kept, but not found."""
LONGEST_SEARCH, MOST_TYPED = 200, 8
_WORD = re.compile(r"[^\W_]+")


def words(*texts: str) -> list[str]:
    """The different words of the texts in their order: small letters without accents, digits, nothing else."""
    parts = (unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold()) for text in texts)
    plain = ("".join(letter for letter in part if not unicodedata.combining(letter)) for part in parts)
    found = dict.fromkeys(word[:LONGEST_WORD] for part in plain for word in _WORD.findall(part))
    return list(found)[:MOST_WORDS]


def typed(text: str) -> list[str]:
    """The words of a search, as many as count."""
    return words(text)[:MOST_TYPED]


def spelled(found: Iterable[str]) -> list[str]:
    """Those of the words that somebody may misspell: of letters alone, and not short."""
    return [word for word in found if len(word) > 3 and word.isalpha()]


def swapped(word: str) -> list[str]:
    """The word with each two neighbouring letters swapped: what was meant by a short one shares too little with it."""
    return [word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(len(word) - 1)]


def meant(typed: str, known: Iterable[str]) -> list[str]:
    """The known words that are `typed`, or begin with it, but for a slip of the finger or two in a long word."""
    slips = 2 if len(typed) > 7 else 1
    return [word for word in known if _slips(typed, word) <= slips]


def _slips(typed: str, word: str) -> int:
    """How many letters were left out, added, changed or swapped between the typed word and the beginning of another."""
    before, above = [0] * (len(word) + 1), list(range(len(word) + 1))
    for row, letter in enumerate(typed, 1):
        line = [row]
        for column, other in enumerate(word, 1):
            cost = min(above[column] + 1, line[-1] + 1, above[column - 1] + (letter != other))
            if row > 1 and column > 1 and letter == word[column - 2] and typed[row - 2] == other:
                cost = min(cost, before[column - 2] + 1)
            line.append(cost)
        before, above = above, line
    return min(above)


def condition(*groups: Iterable[str]) -> str:
    """A tsquery that asks for one of each group; words hold letters and digits alone, so that nothing is escaped."""
    return " & ".join("(" + " | ".join(f"'{one}'" for one in group) + ")" for group in groups)
