"""Imports jobs and assets of another system: good lines are kept, bad ones reported, a second run changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import batched
from pathlib import Path

from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _

from backline.intake.mapping import FIELDS, JOB_ALONE, Mapping
from backline.intake.sheet import Flaw, Line, Sheet, Unreadable, opened
from backline.jobs import operations as jobs
from backline.jobs.operations import Kept, Row
from backline.people.operations import Invalid

BATCH = 1000
Say = Callable[[Flaw], None]
Keep = Callable[[Sequence[Row]], list[Kept | Invalid]]
KINDS: dict[str, Keep] = {"jobs": jobs.keep_jobs, "assets": jobs.keep_assets}


@dataclass(slots=True)
class Report:
    """How many lines of the file were taken as what; `guessed` names the encoding where it is a guess."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    guessed: str = ""


def run(path: Path, mapping: Mapping, *, kind: str = "jobs", dry: bool = False, say: Say) -> Report:
    """Import a file; `say` hears of every line that is refused. A dry run does all of it and takes it back."""
    with opened(path, encoding=mapping.encoding) as sheet:
        alone = JOB_ALONE if kind == "assets" else ()
        if set(alone) & (set(mapping.columns) | set(mapping.constants)):
            raise Unreadable(_("An asset has no %(fields)s; import the file as jobs.") % {"fields": ", ".join(alone)})
        fitted = mapping.fitted(sheet.columns, [name for name in FIELDS if name not in alone])
        one = _Import(fitted, KINDS[kind], "asset" if alone else "reference", say)
        if not dry:
            return one.done(sheet)
        with transaction.atomic():
            report = one.done(sheet)
            transaction.set_rollback(True)
            return report


@dataclass(slots=True)
class _Import:
    mapping: Mapping
    keep: Keep
    name: str
    say: Say

    def done(self, sheet: Sheet) -> Report:
        report = Report(guessed=sheet.guessed)
        for batch in batched(self._rows(sheet, report), BATCH):
            self._keep(batch, report)
        return report

    def _rows(self, sheet: Sheet, report: Report) -> Iterator[tuple[int, Row]]:
        """The lines that can be read as values, each reference once."""
        seen: dict[str, int] = {}
        for line in sheet.lines:
            flaws = [line] if isinstance(line, Flaw) else []
            row = None if isinstance(line, Flaw) else self._row(line, flaws)
            reference = getattr(row, self.name) if row else ""
            if row and reference and seen.setdefault(reference, line.number) != line.number:
                said = _("%(reference)s stands in line %(number)s already.")
                values = {"reference": reference, "number": seen[reference]}
                flaws.append(Flaw(line.number, self.mapping.column(self.name), said % values))
            if row and not flaws:
                yield line.number, row
            self._refuse(flaws, report)

    def _row(self, line: Line, flaws: list[Flaw]) -> Row | None:
        try:
            return self.mapping.row(line.cells)
        except Invalid as invalid:
            flaws += self._flaws(line.number, invalid)
        return None

    def _flaws(self, number: int, invalid: Invalid) -> list[Flaw]:
        return [Flaw(number, self.mapping.column(name), said) for name, said in invalid.errors.items()]

    def _refuse(self, flaws: list[Flaw], report: Report) -> None:
        report.refused += bool(flaws)
        for flaw in flaws:
            self.say(flaw)

    def _keep(self, batch: Sequence[tuple[int, Row]], report: Report) -> None:
        """Keep a batch; where the database refuses it, each half, down to the line that it refuses."""
        try:
            with transaction.atomic():
                done = self.keep([row for _number, row in batch])
        except DatabaseError as error:
            if len(batch) > 1:
                middle = len(batch) // 2
                self._keep(batch[:middle], report)
                self._keep(batch[middle:], report)
                return
            said = _("The database refuses this line: %(why)s.") % {"why": " ".join(str(error).split())}
            self._refuse([Flaw(batch[0][0], "", said)], report)
            return
        for (number, _row), kept in zip(batch, done, strict=True):
            self._count(number, kept, report)

    def _count(self, number: int, kept: Kept | Invalid, report: Report) -> None:
        if isinstance(kept, Invalid):
            self._refuse(self._flaws(number, kept), report)
        report.new += kept is Kept.NEW
        report.changed += kept is Kept.CHANGED
        report.unchanged += kept is Kept.UNCHANGED
