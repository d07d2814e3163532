"""Looks at a list, keeps it, takes it back: each in one transaction, each with what became of every line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import batched
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from backline.core.words import Actor
from backline.desk import operations as desk
from backline.desk import queries
from backline.desk.administration.imports.kinds import Key, Kind, Standing, Undoing
from backline.desk.administration.imports.packed import Packer, unpacked
from backline.desk.administration.imports.plan import BATCH, Outcome, Plan, Verdict
from backline.desk.administration.imports.reading import Sent, listed
from backline.desk.operations import Looked
from backline.desk.queries import Import
from backline.look.sheet import Flaw, Line
from backline.people import operations as people
from backline.people.among import plan_anew
from backline.people.operations import Entry

SHOWN = {Outcome.REFUSED: 100, Outcome.CHANGED: 100, Outcome.NEW: 50, Outcome.UNCHANGED: 0}
"""How many lines of each sort a page shows; the others are counted."""
MOST_NAMED = 100


class Gone(Exception):
    """There is no such list, or not any more."""


class Moved(Exception):
    """What is kept changed since the list was looked at: nothing was imported, it is to be looked at again."""


@dataclass(slots=True)
class _Look:
    """Collects what a page shows of a list, and packs its lines with what was said of each."""

    packer: Packer = field(default_factory=Packer)
    counts: dict[Outcome, int] = field(default_factory=lambda: dict.fromkeys(Outcome, 0))
    shown: dict[Outcome, list[Any]] = field(default_factory=lambda: {outcome: [] for outcome in Outcome})

    def add(self, line: Line | Flaw, verdict: Verdict) -> None:
        self.counts[verdict.outcome] += 1
        if len(self.shown[verdict.outcome]) < SHOWN[verdict.outcome]:
            self.shown[verdict.outcome].append(_shown(verdict))
        said = [line.column, line.said] if isinstance(line, Flaw) else line.cells
        self.packer.add([line.number, said, verdict.outcome, verdict.mark])

    def looked(self, **preview: Any) -> Looked:
        counts = {outcome.lower(): count for outcome, count in self.counts.items()}
        return Looked(self.packer.packed(), counts, {"shown": self.shown, **preview})


def _shown(verdict: Verdict) -> dict[str, Any]:
    return {
        "number": verdict.number,
        "outcome": verdict.outcome,
        "name": verdict.name,
        "changes": [[one.column, one.old, one.new] for one in verdict.changes],
        "flaws": [[flaw.column, flaw.said] for flaw in verdict.flaws],
    }


def look(kind: Kind, sent: Sent, *, by: Actor, at: datetime, key: str) -> None:
    """Read a list and keep what it would do, under the key; changes no register. Raises `Unreadable`."""
    found = _Look()
    with transaction.atomic(), listed(kind, sent) as opened:
        plan_anew()
        for batch in Plan(kind, by.id).batches(opened.lines):
            for line, verdict in batch:
                found.add(line, verdict)
        looked = found.looked(headings=opened.headings, notes=opened.notes, differs=[])
    desk.keep_look(key, looked, kind=kind.slug, by=by.id, at=at)


def keep(kind: Kind, import_id: str, *, by: Actor, at: datetime) -> None:
    """Import a list as it was looked at, once however often it is asked for; raises `Gone`, `Moved` or `Invalid`."""
    try:
        with transaction.atomic():
            people.hold_registers()
            plan_anew()
            row = _there(kind, import_id, at)
            if row.kept_at is None:
                _keep(kind, row, by=by, at=at)
    except (Moved, IntegrityError) as error:
        _look_again(kind, import_id, by=by, at=at)
        raise Moved from error


def _there(kind: Kind, import_id: str, at: datetime) -> Import:
    row = desk.hold_import(import_id)
    if row is None or row.kind != kind.slug or (row.kept_at is None and at - row.looked_at >= desk.LOOKED_AT_FOR):
        raise Gone
    return row


def _lines(content: bytes) -> Iterator[tuple[Line | Flaw, str, str]]:
    """The lines of a list that was looked at, each with what was said of it."""
    for number, said, outcome, mark in unpacked(content):
        yield Line(number, said) if isinstance(said, dict) else Flaw(number, *said), outcome, mark


def _keep(kind: Kind, row: Import, *, by: Actor, at: datetime) -> None:
    said = ((outcome, mark) for _line, outcome, mark in _lines(bytes(row.content)))
    changes, made = Packer(), dict[str, list[Any]]()
    for batch in Plan(kind, by.id, hold=True).batches(line for line, _outcome, _mark in _lines(bytes(row.content))):
        entries = []
        for _line, verdict in batch:
            if next(said)[1] != verdict.mark:
                raise Moved
            if verdict.entry:
                entries.append(verdict.entry)
                before = None if verdict.entry.new else verdict.before
                changes.add([verdict.entry.id, before, {name: verdict.entry.values[name] for name in kind.values}])
        for name, more in kind.keep(entries, by, at).items():
            made.setdefault(name, []).extend(more)
    desk.kept(row, changes=changes.packed(), made=made, by=by.id, at=at)


def _look_again(kind: Kind, import_id: str, *, by: Actor, at: datetime) -> None:
    """What the list would do now, and the lines of which something else was said before."""
    row = queries.import_of(import_id, kind.slug)
    if row is None or row.kept_at:
        return
    found, differs = _Look(), list[Any]()
    said = ((outcome, mark) for _line, outcome, mark in _lines(bytes(row.content)))
    for batch in Plan(kind, by.id).batches(line for line, _outcome, _mark in _lines(bytes(row.content))):
        for line, verdict in batch:
            outcome, mark = next(said)
            found.add(line, verdict)
            if mark != verdict.mark and len(differs) < MOST_NAMED:
                differs.append(_shown(verdict) | {"before": outcome})
    known = {name: row.preview[name] for name in ("headings", "notes")}
    desk.keep_look(import_id, found.looked(**known, differs=differs), kind=kind.slug, by=by.id, at=at)


def undo(kind: Kind, import_id: str, *, by: Actor, at: datetime) -> None:
    """Take the last import of a kind back, once; what is needed by now, or was changed since, stays and is named."""
    with transaction.atomic():
        people.hold_registers()
        plan_anew()
        row = _there(kind, import_id, at)
        if row.kept_at is None or (row.undone_at is None and import_id != queries.last_import(kind.slug)):
            raise Gone
        if row.undone_at is None:
            desk.undone(row, stayed=_undo(kind, row, by, at), by=by.id, at=at)


def _undo(kind: Kind, row: Import, by: Actor, at: datetime) -> list[list[str]]:
    stayed: list[list[str]] = []
    added: dict[str, Key] = {}
    for batch in batched(unpacked(bytes(row.changes)), BATCH):
        keys = [kind.key(after) for _id, _before, after in batch]
        standing = kind.standing(keys, True)
        restored = []
        for key, (entry_id, before, after) in zip(keys, batch, strict=True):
            there = standing.get(key)
            if not _as_left(there, entry_id, before, after):
                stayed.append([key[0], _("changed since, so it stays as it is")])
            elif before is None:
                added[entry_id] = key
            elif there:
                restored.append(_as_before(there, before, after))
        kind.keep(restored, by, at)
    needed = kind.take_back(Undoing(added, row.made, row.kept_at or at, at, by))
    stayed += [[added[one][0], _("needed by now, so it stays")] for one in sorted(needed & added.keys())]
    return sorted(stayed)


def _as_left(there: Standing | None, entry_id: str, before: dict[str, str] | None, after: dict[str, str]) -> bool:
    """Whether what the import said of an entry still stands, and nobody changed it since."""
    if there is None or there.id != entry_id:
        return False
    return all(there.values[name] == text for name, text in after.items() if before is None or before[name] != text)


def _as_before(there: Standing, before: dict[str, str], after: dict[str, str]) -> Entry:
    changed = {name: text for name, text in before.items() if text != after[name]}
    return Entry(there.id, False, {**there.values, "contact_name": "", "contact_language": "", **changed})
