"""Imports jobs and assets of another system: good lines are kept, bad ones reported, a second run changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import batched
from pathlib import Path

from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _

from backline.intake.mapping import FIELDS, JOB_ALONE, Mapping
from backline.jobs import operations as jobs
from backline.jobs.operations import Kept, Row
from backline.look.sheet import Flaw, How, Line, Sheet, Unreadable, opened
from backline.people.operations import Invalid

BATCH = 1000
Say = Callable[[Flaw], None]
Keep = Callable[[Sequence[Row]], list[Kept | Invalid]]


@dataclass(slots=True)
class Report:
    """How many lines of the file were taken as what; `guessed` names the encoding where it is a guess."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    guessed: str = ""


def run(path: Path, mapping: Mapping, *, kind: str = "jobs", dry: bool = False, say: Say, at: datetime) -> Report:
    """Import a file; `say` hears of every line that is refused. A dry run does all of it and takes it back."""
    advice = _("Name its encoding in the mapping, such as utf-8 or cp1252.")
    with opened(path, How(mapping.encoding, advice=advice)) as sheet:
        alone = JOB_ALONE if kind == "assets" else ()
        if set(alone) & (set(mapping.columns) | set(mapping.constants)):
            raise Unreadable(_("An asset has no %(fields)s; import the file as jobs.") % {"fields": ", ".join(alone)})
        fitted = mapping.fitted(sheet.columns, [name for name in FIELDS if name not in alone])
        keep: Keep = jobs.keep_assets if alone else partial(jobs.keep_jobs, at=at)
        one = _Import(fitted, keep, "asset" if alone else "reference", say)
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
        for batch in batched(self._read(sheet), BATCH):
            rows = [(number, row) for number, row, _flaws in batch if row]
            kept = dict(self._keep(rows))
            for number, _row, flaws in batch:
                self._tell(flaws or kept[number], report)
        return report

    def _read(self, sheet: Sheet) -> Iterator[tuple[int, Row | None, list[Flaw]]]:
        """The lines as values, each reference once, or what is wrong with them, in the order of the file."""
        seen: dict[str, int] = {}
        for line in sheet.lines(self.mapping.wanted):
            flaws = [line] if isinstance(line, Flaw) else []
            row = None if isinstance(line, Flaw) else self._row(line, flaws)
            reference = getattr(row, self.name) if row else ""
            if row and reference and seen.setdefault(reference, line.number) != line.number:
                said = _("%(reference)s stands in line %(number)s already.")
                values = {"reference": reference, "number": seen[reference]}
                flaws.append(Flaw(line.number, self.mapping.column(self.name), said % values))
            yield line.number, None if flaws else row, flaws

    def _row(self, line: Line, flaws: list[Flaw]) -> Row | None:
        try:
            return self.mapping.row(line.cells)
        except Invalid as invalid:
            flaws += self._flaws(line.number, invalid)
        return None

    def _flaws(self, number: int, invalid: Invalid) -> list[Flaw]:
        return [Flaw(number, self.mapping.column(name), said) for name, said in invalid.errors.items()]

    def _keep(self, rows: Sequence[tuple[int, Row]]) -> Iterator[tuple[int, Kept | list[Flaw]]]:
        """Keep the rows; where the database refuses them, each half, down to the line that it refuses."""
        try:
            with transaction.atomic():
                done = self.keep([row for _number, row in rows])
        except DatabaseError as error:
            if len(rows) > 1:
                middle = len(rows) // 2
                yield from self._keep(rows[:middle])
                yield from self._keep(rows[middle:])
                return
            said = _("The database refuses this line: %(why)s.") % {"why": " ".join(str(error).split())}
            yield rows[0][0], [Flaw(rows[0][0], "", said)]
            return
        for (number, _row), kept in zip(rows, done, strict=True):
            yield number, self._flaws(number, kept) if isinstance(kept, Invalid) else kept

    def _tell(self, outcome: Kept | list[Flaw], report: Report) -> None:
        if isinstance(outcome, list):
            report.refused += 1
            for flaw in outcome:
                self.say(flaw)
        report.new += outcome is Kept.NEW
        report.changed += outcome is Kept.CHANGED
        report.unchanged += outcome is Kept.UNCHANGED
