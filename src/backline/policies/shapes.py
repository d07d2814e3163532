"""The shapes that files are made of: each reads what was written, says what is wrong, draws its schema."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, Protocol

from django.utils.translation import gettext as _

Place = tuple[str | int, ...]
UNITS = {"d": 86400, "h": 3600, "min": 60, "s": 1}
MOST = 365 * UNITS["d"] - 1
_PART = re.compile(r"([0-9]+) ?(d|h|min|s)")
_SPAN = "-?[0-9]{1,9} ?(d|h|min|s)( [0-9]{1,9} ?(d|h|min|s)){0,3}"


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something wrong in a file: where, in one sentence, and on which line, 0 where that cannot be told."""

    place: Place
    said: str
    line: int = 0

    def __str__(self) -> str:
        line = _("line %(line)d") % {"line": self.line} if self.line else ""
        where = ", ".join(filter(None, (line, named_place(self.place))))
        return f"{where}: {self.said}" if where else self.said


def named_place(place: Place) -> str:
    """A place as the file itself would name it: `ladders.ACCEPT.rungs[2].wait`; the first of a list is 1."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{shown(part)}" for part in place).removeprefix(".")


def shown(text: str) -> str:
    """The beginning of what somebody wrote, without what a terminal would obey."""
    return "".join(character if character.isprintable() else "?" for character in text[:40])


Flaws = list[Flaw]


class Shape(Protocol):
    """What may be written somewhere."""

    def read(self, written: object, at: Place, flaws: Flaws) -> Any:
        """What it means; where it means nothing, that is added to the flaws."""
        ...

    def schema(self) -> dict[str, Any]:
        """The same as JSON Schema."""
        ...


def span_in_words(seconds: int) -> str:
    """So many seconds as the file writes them: `1 h 30 min`."""
    parts, left = [], abs(seconds)
    for unit, size in UNITS.items():
        count, left = divmod(left, size)
        parts += [f"{count} {unit}"] if count else []
    return ("-" if seconds < 0 else "") + (" ".join(parts) or "0 min")


@dataclass(frozen=True, slots=True)
class Span:
    """An amount of time within bounds, in seconds; written with its unit."""

    least: int = 60
    most: int = MOST

    def read(self, written: object, at: Place, flaws: Flaws) -> int | None:
        """The seconds."""
        if not isinstance(written, str) or not re.fullmatch(_SPAN, written):
            flaws.append(Flaw(at, _('Write how long it is with a unit and in quotes: "15 min", "2 h" or "5 d".')))
            return None
        seconds = sum(int(count) * UNITS[unit] for count, unit in _PART.findall(written))
        seconds = -seconds if written.startswith("-") else seconds
        if not self.least <= seconds <= self.most:
            flaws.append(Flaw(at, self._bounds(seconds)))
            return None
        return seconds

    def _bounds(self, seconds: int) -> str:
        if seconds > MOST:
            return _("That is too long: it must be less than a year.")
        if seconds > self.most:
            return _("That is too long: it must be %(most)s at most.") % {"most": span_in_words(self.most)}
        return _("That is too short: it must be %(least)s at least.") % {"least": span_in_words(self.least)}

    def schema(self) -> dict[str, Any]:
        """A text of numbers with units."""
        most = "less than a year" if self.most == MOST else f"at most {span_in_words(self.most)}"
        said = f"At least {span_in_words(self.least)}, {most}."
        return {"type": "string", "pattern": f"^{_SPAN}$", "description": said}


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of a few words."""

    words: type[StrEnum]

    def read(self, written: object, at: Place, flaws: Flaws) -> StrEnum | None:
        """The word."""
        if isinstance(written, str) and written in list(self.words):
            return self.words(written)
        flaws.append(Flaw(at, unknown_word(written, list(self.words))))
        return None

    def schema(self) -> dict[str, Any]:
        """All words."""
        return {"enum": [word.value for word in self.words]}


@dataclass(frozen=True, slots=True)
class Number:
    """A number within bounds: a whole one, or a share that is more than the least."""

    least: int
    most: int
    whole: bool = True

    def read(self, written: object, at: Place, flaws: Flaws) -> int | float | None:
        """The number."""
        kinds = (int,) if self.whole else (int, float)
        if isinstance(written, kinds) and not isinstance(written, bool) and self._within(written):
            return written if self.whole else float(written)
        said = (
            _("Give a whole number from %(least)d to %(most)d, without quotes.")
            if self.whole
            else _("Give a number above %(least)d and up to %(most)d, without quotes: 0.75 is three quarters.")
        )
        flaws.append(Flaw(at, said % {"least": self.least, "most": self.most}))
        return None

    def _within(self, number: float) -> bool:
        return (self.least <= number if self.whole else self.least < number) and number <= self.most

    def schema(self) -> dict[str, Any]:
        """A number between bounds."""
        least = "minimum" if self.whole else "exclusiveMinimum"
        return {"type": "integer" if self.whole else "number", least: self.least, "maximum": self.most}


@dataclass(frozen=True, slots=True)
class Format:
    """The number of the one format that can be read."""

    number: int

    def read(self, written: object, at: Place, flaws: Flaws) -> int | None:
        """The number; any other means a file that another version of Backline wrote, or will."""
        if type(written) is int and written == self.number:
            return self.number
        said = _("This Backline reads format %(number)d alone. Export the file anew from here, and change that.")
        flaws.append(Flaw(at, said % {"number": self.number}))
        return None

    def schema(self) -> dict[str, Any]:
        """That number."""
        return {"const": self.number}


class Flag:
    """Yes or no."""

    def read(self, written: object, at: Place, flaws: Flaws) -> bool | None:
        """Whether it is so."""
        if isinstance(written, bool):
            return written
        flaws.append(Flaw(at, _("Write true or false, without quotes.")))
        return None

    def schema(self) -> dict[str, Any]:
        """Yes or no."""
        return {"type": "boolean"}


@dataclass(frozen=True, slots=True)
class Words:
    """A text of so many characters, and what it means: `mean` says by a `ValueError` why it means nothing."""

    longest: int
    mean: Callable[[str], Any] = str.strip

    def read(self, written: object, at: Place, flaws: Flaws) -> Any:
        """What it means; NUL cannot be kept in any text."""
        if not isinstance(written, str) or not written.strip() or "\0" in written or len(written) > self.longest:
            said = _("Write a text of 1 to %(most)d characters, in quotes.")
            flaws.append(Flaw(at, said % {"most": self.longest}))
            return None
        try:
            return self.mean(written)
        except ValueError as error:
            flaws.append(Flaw(at, str(error)))
            return None

    def schema(self) -> dict[str, Any]:
        """A text that is not empty."""
        return {"type": "string", "maxLength": self.longest, "pattern": r"\S"}


@dataclass(frozen=True, slots=True)
class Several:
    """A list of so many things of one shape."""

    item: Shape
    least: int
    most: int
    make: Callable[[list[Any]], Any] = list

    def read(self, written: object, at: Place, flaws: Flaws) -> Any:
        """The things, made into one."""
        if not isinstance(written, list) or not self.least <= len(written) <= self.most:
            said = _("Write a list of %(least)d to %(most)d entries, between [ and ].")
            flaws.append(Flaw(at, said % {"least": self.least, "most": self.most}))
            return None
        before = len(flaws)
        found = [self.item.read(one, (*at, number), flaws) for number, one in enumerate(written, 1)]
        return self.make(found) if len(flaws) == before else None

    def schema(self) -> dict[str, Any]:
        """A list."""
        return {"type": "array", "items": self.item.schema(), "minItems": self.least, "maxItems": self.most}


Check = Callable[[dict[Any, Any], Place, Flaws], None]


@dataclass(frozen=True, slots=True)
class Table:
    """Named things, each of its shape; `may` names those that may be left out, `check` what they must be together."""

    fields: Mapping[Any, Shape]
    may: Collection[str] = ()
    make: Callable[[dict[Any, Any]], Any] = dict
    check: Check | None = None
    about: Mapping[str, str] = field(default_factory=dict)

    def read(self, written: object, at: Place, flaws: Flaws) -> Any:
        """The things by name, made into one."""
        if not isinstance(written, dict):
            flaws.append(
                Flaw(at, _("Write a table here: NAME = VALUE for each of %(names)s.") % {"names": self._names})
            )
            return None
        before = len(flaws)
        for name in written:
            if name not in self.fields:
                flaws.append(Flaw((*at, name), unknown_word(name, list(self.fields))))
        for name in self.fields:
            if name not in written and name not in self.may:
                flaws.append(Flaw((*at, str(name)), _("This is missing.")))
        found = {
            name: shape.read(written[name], (*at, str(name)), flaws)
            for name, shape in self.fields.items()
            if name in written
        }
        if self.check and len(flaws) == before:
            self.check(found, at, flaws)
        return self.make(found) if len(flaws) == before else None

    @property
    def _names(self) -> str:
        return ", ".join(map(str, self.fields))

    def schema(self) -> dict[str, Any]:
        """An object that holds nothing else."""
        described = {name: {"description": said} for name, said in self.about.items()}
        return {
            "type": "object",
            "properties": {str(name): described.get(name, {}) | shape.schema() for name, shape in self.fields.items()},
            "required": [str(name) for name in self.fields if name not in self.may],
            "additionalProperties": False,
        }


def unknown_word(written: object, known: Sequence[str]) -> str:
    """That there is no such word, and which was meant."""
    word = shown(str(written))
    near = get_close_matches(word.upper(), known, 1) or get_close_matches(word, known, 1)
    if near:
        return _("There is no “%(word)s” here. Did you mean %(near)s?") % {"word": word, "near": near[0]}
    said = _("There is no “%(word)s” here. There are: %(known)s.")
    return said % {"word": word, "known": ", ".join(map(str, known))}
