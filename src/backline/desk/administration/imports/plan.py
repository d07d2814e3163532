"""Judges the lines of a list against what is kept: new, changed, unchanged or refused, each with its reason."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import batched
from uuid import uuid4

from django.utils.translation import gettext as _

from backline.desk.administration.imports.kinds import Judged, Key, Kind, Standing, Wanted
from backline.look.sheet import Flaw, Line
from backline.people import queries as people
from backline.people.operations import Entry

BATCH = 1000


class Outcome(StrEnum):
    """What becomes of a line."""

    NEW = "NEW"
    CHANGED = "CHANGED"
    UNCHANGED = "UNCHANGED"
    REFUSED = "REFUSED"


@dataclass(frozen=True, slots=True)
class Change:
    """One value of an entry, as it was and as it shall be."""

    column: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of one line, with what it changes or why it is refused; `entry` is what is to be kept."""

    number: int
    outcome: Outcome
    name: str = ""
    changes: tuple[Change, ...] = ()
    flaws: tuple[Flaw, ...] = ()
    entry: Entry | None = None
    before: Mapping[str, str] = field(default_factory=dict)

    @property
    def mark(self) -> str:
        """Stands for all that was shown of the line: another mark means that something else would happen now."""
        shown = [
            self.outcome, [(one.column, one.old, one.new) for one in self.changes],
            [(flaw.column, flaw.said) for flaw in self.flaws],
        ]  # fmt: skip
        return hashlib.blake2b(json.dumps(shown).encode(), digest_size=6).hexdigest()


@dataclass(slots=True)
class Plan:
    """Goes through the lines of a list once, in their order; `hold` keeps what they name as it is meanwhile."""

    kind: Kind
    by: str
    hold: bool = False
    seen: dict[Key, tuple[Key, int]] = field(default_factory=dict)
    zone: str = ""

    def __post_init__(self) -> None:
        organisation = people.organisation()
        self.zone = organisation.zone if organisation else "UTC"

    def batches(self, lines: Iterable[Line | Flaw]) -> Iterator[list[tuple[Line | Flaw, Verdict]]]:
        """The lines with their verdicts, a batch at a time."""
        for batch in batched(lines, BATCH):
            yield list(zip(batch, self._judged(batch), strict=True))

    def _judged(self, batch: Sequence[Line | Flaw]) -> list[Verdict]:
        found: dict[int, Verdict] = {}
        lines: list[tuple[Line, dict[str, str]]] = []
        for line in batch:
            flaw = line if isinstance(line, Flaw) else None
            cells = {} if isinstance(line, Flaw) else self._cleaned(line)
            if flaw := flaw or self._again(line.number, cells):
                found[line.number] = Verdict(line.number, Outcome.REFUSED, flaws=(flaw,))
            elif isinstance(line, Line):
                lines.append((line, cells))
        standing = self.kind.standing([self.kind.key(cells) for _line, cells in lines], self.hold)
        rows = [self._wanted(cells, standing.get(self.kind.key(cells))) for _line, cells in lines]
        for (line, _cells), row, judged in zip(lines, rows, self.kind.judge(rows, self.by), strict=True):
            found[line.number] = self._verdict(line.number, row, judged)
        return [found[line.number] for line in batch]

    def _cleaned(self, line: Line) -> dict[str, str]:
        """What the line says; a cell that is left empty says nothing."""
        return {name: self.kind.clean(name, text) for name, text in line.cells.items() if text}

    def _again(self, number: int, cells: Mapping[str, str]) -> Flaw | None:
        key, column = self.kind.key(cells), self.kind.keys[0]
        if not key[0]:
            return Flaw(number, column, _("Fill this in."))
        first, where = self.seen.setdefault(tuple(part.casefold() for part in key), (key, number))
        if where == number:
            return None
        alike = _("Line %(number)s says %(name)s: they differ in capital letters alone. Write one name in one way.")
        said = _("%(name)s stands in line %(number)s already.") if first == key else alike
        return Flaw(number, column, said % {"name": first[0][:100], "number": where})

    def _wanted(self, cells: Mapping[str, str], standing: Standing | None) -> Wanted:
        usual = dict.fromkeys((*self.kind.values, *self.kind.aside), "")
        usual |= {"zone": self.zone} if "zone" in usual else {}
        link = {self.kind.link}
        own = {name: text for name, text in cells.items() if name not in link}
        return Wanted(usual | dict(standing.values if standing else {}) | own, cells, standing)

    def _verdict(self, number: int, row: Wanted, judged: Judged) -> Verdict:
        name = self.kind.key(row.values)[0]
        if judged.flaws:
            flaws = tuple(Flaw(number, column, said) for column, said in judged.flaws.items())
            return Verdict(number, Outcome.REFUSED, name, flaws=flaws)
        before = row.standing.values if row.standing else {}
        changes = [
            Change(column, self.kind.shown(column, before.get(column, "")), self.kind.shown(column, row.values[column]))
            for column in self.kind.values
            if before.get(column, "") != row.values[column]
        ]
        there = row.standing.links if row.standing else {}
        added = {link: said for link, said in judged.links.items() if link not in there}
        if added:
            changes.append(Change(self.kind.link, "", f"+ {', '.join(added.values())}"))
        entry_id = row.standing.id if row.standing else str(uuid4())
        entry = Entry(entry_id, row.standing is None, row.values, tuple(added))
        if row.standing is None:
            changes += [Change(column, "", said) for column, said in judged.notes.items()]
            return Verdict(number, Outcome.NEW, name, tuple(changes), entry=entry)
        if not changes:
            return Verdict(number, Outcome.UNCHANGED, name)
        return Verdict(number, Outcome.CHANGED, name, tuple(changes), entry=entry, before=before)
