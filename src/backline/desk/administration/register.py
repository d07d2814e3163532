"""What a register is: what it lists, which form keeps an entry, and the operation behind it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from backline.core.words import Actor
from backline.desk.administration import forms


@dataclass(frozen=True, slots=True)
class Row:
    """One entry in a list: its id and what its columns show."""

    id: str
    cells: tuple[str, ...]
    off: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """An entry as it was sent: its id (minted with the form where it is new), what was entered, by whom, when."""

    id: str
    data: dict[str, Any]
    by: Actor
    at: datetime
    new: bool


@dataclass(frozen=True, slots=True)
class Register:
    """One register; `find` lists entries that hold a text, `load` gives the form's values of one or None.

    What can be removed has a `drop`, with what is said then.
    """

    slug: str
    title: Any
    one: Any
    help: Any
    columns: tuple[Any, ...]
    form: type[forms.RegisterForm]
    find: Callable[[str, int], Sequence[Row]]
    load: Callable[[str], dict[str, Any] | None]
    keep: Callable[[Kept], object]
    drop: Callable[[str], object] | None = None
    dropped: Any = ""
