"""What of a mail is evidently a quote of the letter that it answers: all else that was cut is somebody's words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import groupby, pairwise, takewhile

_MARKED = re.compile(r"\s*[>|]")
_MARKS = re.compile(r"^[>|\s]+")
_HEADER = re.compile(
    r"\W*(from|sent|to|cc|date|subject|reply-to|von|gesendet|an|datum|betreff|antwort an|de|envoyé|à|objet|enviado|"
    r"para|asunto|da|inviato|oggetto|van|verzonden|aan|onderwerp)\W*:",
    re.IGNORECASE,
)
_WROTE = re.compile(
    r"(wrote|schrieb|geschrieben|écrit|escribió|scritto|schreef|napisał|escreveu|skrev|napsal).{0,200}:$"
)
_BEGINS = re.compile(r"(on|am|le|el|il|op|den|em|dne|w dniu)\b.*\d", re.IGNORECASE)
_RULE = re.compile(r"[-_=*~ ]{3,}(.{0,60}[-_=*~]{3,})?$")
_PROGRAM = re.compile(
    r"(sent from my (i(phone|pad|pod)|android|phone|mobile|tablet|galaxy|samsung|huawei|pixel|windows)[\w +-]*|"
    r"sent from (outlook|mail|yahoo|proton)\b.{0,40}|get outlook for .{0,40}|von meinem .{0,40} gesendet|"
    r"envoyé de mon .{0,40}|enviado desde mi .{0,40}|inviato dal? mio .{0,40}|verzonden vanaf mijn .{0,40})\.?$",
    re.IGNORECASE,
)
_LONG, _SEVERAL = 20, 2
"""So many characters that stand in our letter as well were not written anew, nor so many marked lines."""


def own_words(cut: str, whole: str, letter: str) -> str:
    """The words that are left of a mail, and with them what was cut of it and is evidently no quote of the letter."""
    lines, ours = whole.split("\n"), _Letter(letter)
    own = _where(cut, lines)
    if own is None or not ours.flat:
        return cut
    said = [at for at, line in enumerate(lines) if line.strip()]
    quoted: set[int] = set()
    for is_own, block in groupby(said, key=own.__contains__):
        if not is_own:
            quoted |= ours.quoted([(at, lines[at].strip()) for at in block])
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line for at, line in enumerate(lines) if at not in quoted)).strip()


def _where(cut: str, lines: list[str]) -> set[int] | None:
    """Which of the lines were left, in order; None where they are not the same lines any more."""
    left = [_flat(line) for line in cut.split("\n") if line.strip()]
    found: set[int] = set()
    for at, line in enumerate(lines):
        if len(found) < len(left) and _flat(line) == left[len(found)]:
            found.add(at)
    return found if len(found) == len(left) else None


class _Letter:
    """A letter of ours, as somebody may quote it."""

    def __init__(self, text: str) -> None:
        self.flat = _flat(text)
        self._lines = {_flat(line) for line in text.split("\n") if line.strip()}

    def quoted(self, block: list[tuple[int, str]]) -> set[int]:
        """Which of these lines that were cut quote it; those before and behind, where they are not marked, do not."""
        programs = {at for at, line in block if _PROGRAM.match(line) or _RULE.match(line)}
        first = self._first([line for _at, line in block])
        if first is None:
            return programs
        start = self._start(block, first)
        if _MARKED.match(block[first][1]):
            return (
                programs
                | {at for at, line in block[start:first]}
                | {at for at, line in block[first:] if _MARKED.match(line) or self._holds(line)}
            )
        return programs | {at for at, _line in block[start:]}  # nothing marks where it ends

    def _first(self, block: list[str]) -> int | None:
        """The first line that is ours for certain: a long one, or one of several short ones that are marked."""
        long = [place for place, line in enumerate(block) if self._holds(line)]
        short = [place for place, line in enumerate(block) if _MARKED.match(line) and _bare(line) in self._lines]
        return min(long, default=None) if long or len(short) < _SEVERAL else short[0]

    def _holds(self, line: str) -> bool:
        return len(bare := _bare(line)) >= _LONG and bare in self.flat

    def _start(self, block: list[tuple[int, str]], first: int) -> int:
        """Where the quote begins of which this is the first line that is ours for certain."""
        above = [line for _at, line in block[:first]][::-1]
        many = _many(above, lambda line: bool(_MARKED.match(line)) or _flat(line) in self._lines)
        if many < len(above) and _WROTE.search(above[many]):
            wrapped = not _BEGINS.match(above[many]) and any(map(_BEGINS.match, above[many + 1 : many + 2]))
            return first - many - 1 - wrapped
        heads = _many(above[many:], lambda line: bool(_HEADER.match(line)))
        if heads:  # of one header: what stands apart above it is none of it
            numbers = [at for at, _line in block[:first]][::-1][many : many + heads]
            heads = 1 + _many(pairwise(numbers), lambda two: two[0] == two[1] + 1)
        return first - many - heads


def _many[T](found: Iterable[T], fits: Callable[[T], bool]) -> int:
    """How many fit before the first that does not."""
    return sum(1 for _one in takewhile(fits, found))


def _bare(line: str) -> str:
    return _flat(_MARKS.sub("", line))


def _flat(text: str) -> str:
    return " ".join(text.split())
