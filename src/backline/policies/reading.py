"""Files in TOML, read strictly into what a shape makes of them: what is wrong is said with its place and its line."""

from __future__ import annotations

import tomllib
from bisect import bisect_left
from contextlib import suppress
from dataclasses import replace
from functools import cache
from typing import Any

from django.utils.translation import gettext as _

from backline.policies.shapes import Flaw, Flaws, Place, Shape

LARGEST, LONGEST_LINE, MOST_SAID = 64 * 1024, 300, 20
_CLOSINGS = ("", "\n]", "'''", '"""')
"""What ends a list, or a text of several lines, that is broken off."""


class Unreadable(Exception):
    """A file that says nothing that can be kept; the flaws say where and why."""

    def __init__(self, flaws: Flaws) -> None:
        super().__init__("; ".join(map(str, flaws)))
        self.flaws = flaws


def read_strictly(text: str, shape: Shape) -> Any:
    """What a file says; raises `Unreadable` with all that is wrong in it, but not without end."""
    flaws: Flaws = []
    found = shape.read(_parsed(text), (), flaws)
    if flaws:
        raise Unreadable(_with_lines(text, flaws[:MOST_SAID]))
    return found


def published(title: str, shape: Shape) -> dict[str, Any]:
    """What such a file may hold, as JSON Schema."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": title} | shape.schema()


def _parsed(text: str) -> dict[str, Any]:
    if len(text) > LARGEST:
        raise Unreadable([Flaw((), _("The file is too long: 64 KB are the most."))])
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > LONGEST_LINE:  # a name of thousands of parts takes minutes to read
            raise Unreadable([Flaw((), _("The line is too long: 300 characters are the most."), number)])
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise Unreadable([Flaw((), _("The file is nested too deeply."))]) from error
    except tomllib.TOMLDecodeError as error:
        why = str(error).rstrip(".")
        raise Unreadable([Flaw((), _("This is no TOML: %(why)s.") % {"why": why[:200]}, _named_line(why))]) from error


def _named_line(why: str) -> int:
    number = why.rpartition("at line ")[2].partition(",")[0]
    return int(number) if number.isascii() and number.isdigit() else 0


def _with_lines(text: str, flaws: Flaws) -> Flaws:
    """The flaws with their lines: the first with which the file, cut off after it, holds the place.

    What is missing is looked for where it should stand: in the nearest table that is there.
    """
    lines = text.split("\n")
    begun = cache(lambda most: _begun("\n".join(lines[:most])))

    def line(place: Place) -> int:
        while place and not _holds(begun(len(lines)), place):
            place = place[:-1]
        numbers = range(1, len(lines))
        return bisect_left(numbers, True, key=lambda most: _holds(begun(most), place)) + 1 if place else 0

    return [replace(flaw, line=line(flaw.place)) for flaw in flaws]


def _begun(text: str) -> Any:
    """What the beginning of a file says, closed where it breaks off within a list or a text."""
    for closed in _CLOSINGS:
        with suppress(ValueError):
            return tomllib.loads(text + closed)
    return {}


def _holds(found: Any, place: Place) -> bool:
    """Whether a place is there."""
    for part in place:
        try:
            found = found[part - 1 if isinstance(part, int) else part]
        except (LookupError, TypeError):
            return False
    return True
