"""The lines of a list as its table shows them: what is the same for all of them is asked once a page."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse

from backline.cases import wording
from backline.cases.lines import Line
from backline.cases.lists import Order

_SUMMARY, _TITLE = 140, 300


@dataclass(frozen=True, slots=True)
class TableRow:
    """One line, ready to be written; `moment` is what the list is sorted by, where that is one, else when it is due."""

    line: Line
    href: str
    summary: str
    title: str
    label: Any
    who: str
    danger: bool
    lost: bool
    moment: datetime
    due: bool


def rows(lines: Iterable[Line], order: Order = Order.DUE, lost: Collection[str] = ()) -> list[TableRow]:
    """The lines of one page; `lost` are the cases whose losses pass a threshold."""
    nobody, pattern = UUID(int=0), reverse("desk:case", args=[UUID(int=0)])
    labels = {state: str(label) for state, label in wording.STATES.items()}
    found = []
    for line in lines:
        moment, due = _moment(line, order)
        found.append(
            TableRow(
                line=line,
                href=pattern.replace(str(nobody), line.id),
                summary=_cut(line.summary, _SUMMARY),
                title=_cut(line.summary, _TITLE),
                label=labels[line.state],
                who=wording.holder(line.state, line.who),
                danger=line.danger != "NONE",
                lost=line.id in lost,
                moment=moment,
                due=due,
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class Part:
    """What of a list fits on a page, and in words how many there are: `100+` where more than fit."""

    entries: Sequence[Any]
    count: str
    more: bool

    @classmethod
    def of(cls, found: Sequence[Any], most: int) -> Part:
        """The first ones, of a list that was asked for one more than fits."""
        more = len(found) > most
        return cls(found[:most], f"{most}+" if more else str(len(found)), more)


def _moment(line: Line, order: Order) -> tuple[datetime, bool]:
    if "opened" in order:
        return line.opened_at, False
    if "changed" in order or line.due_at is None:
        return line.changed_at, False
    return line.due_at, True


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
