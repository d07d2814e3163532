"""What a kind of list is: its columns, how an entry stands, what is wrong with a line, who keeps it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from backline.core.words import Actor
from backline.people.operations import Entry

Key = tuple[str, ...]


def as_number(text: str) -> str:
    """A number of something as it is shown; where nothing is written there is none of it."""
    return str(int(text)) if re.fullmatch("[0-9]{1,12}", text) else text or "0"


def flaw_of_number(text: str, most: int) -> str:
    """What is wrong with a number as it was written; nothing where it is one, and no more than can be."""
    if re.fullmatch("[0-9]{1,12}", text) and int(text) <= most:
        return ""
    return _("Give a whole number from 0 to %(most)d, without separators.") % {"most": most}


Values = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: our name for it, the heading of the example, other headings it may come under, an example."""

    name: str
    heading: Any
    example: str
    needed: bool = False
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """An entry as it stands: `links` are whom it belongs to or informs, by what names them; `barred` says why not."""

    id: str
    values: Values
    links: Mapping[str, str] = field(default_factory=dict)
    barred: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """An entry as a line would have it: all its values, those that the line itself gives, and how it stands."""

    values: dict[str, str]
    given: Values
    standing: Standing | None


@dataclass(frozen=True, slots=True)
class Judged:
    """What is wrong with a line, by column; the links that it asks for; and what to know of an entry if it is new."""

    flaws: Mapping[str, str] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Undoing:
    """What an import added: the keys of entries by their ids, what came along, between which moments it stood.

    `by` is who takes it back.
    """

    added: Mapping[str, Key]
    made: Mapping[str, Any]
    since: datetime
    until: datetime
    by: Actor


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of list.

    `keys` are the columns that name an entry; `link` the column that adds links; a column of `aside` is no value of the
    entry itself. `judge` is given the id of whoever imports. `keep` answers what it made besides; `take_back` the ids
    of those that must stay.
    """

    slug: str
    title: Any
    columns: tuple[Column, ...]
    keys: tuple[str, ...]
    standing: Callable[[Collection[Key], bool], Mapping[Key, Standing]]
    judge: Callable[[Sequence[Wanted], str], list[Judged]]
    keep: Callable[[Sequence[Entry], Actor, datetime], Mapping[str, Any]]
    take_back: Callable[[Undoing], set[str]]
    clean: Callable[[str, str], str] = lambda _name, text: text
    shown: Callable[[str, str], str] = lambda _name, text: text
    link: str = ""
    aside: tuple[str, ...] = ()

    @property
    def values(self) -> tuple[str, ...]:
        """The columns that are values of an entry."""
        return tuple(one.name for one in self.columns if one.name not in (self.link, *self.aside))

    def key(self, values: Values) -> Key:
        """What names the entry of these values."""
        return tuple(values.get(name, "") for name in self.keys)
