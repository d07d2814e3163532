"""Reads the first sheet of an Excel workbook row by row, within bounds; what a cell does not plainly say is named."""

from __future__ import annotations

import re
import warnings
import zipfile
import zlib
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils import column_index_from_string

MOST_BYTES = 32_000_000
MOST_TAGS = 3_000_000
MOST_COLUMNS = 100
BESIDE = 3
LATEST_HEADING = 20
MOST_TITLES = 10
MOST_MERGED = 200
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
CHUNK = 1 << 20
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_BARE = re.compile(r"(?:General|@|[#,]*0?)(?:\.(0+))?")
"""Formats that show a number by its digits, with or without signs between the thousands."""
_MONEY = re.compile(r'\[\$[^\]]*\]|"[^"]*[€$£][^"]*"|[€$£]|_.|\*.')
"""What a format sets beside an amount: a currency, and room for signs."""
_LITERAL = r'((?:"[^"]*"|\\.)*)'
_PADDED = re.compile(rf"{_LITERAL}(0+){_LITERAL}")
_BROKEN = (
    ArithmeticError, AttributeError, EOFError, KeyError, IndexError, RuntimeError, SyntaxError, TypeError, ValueError,
    zipfile.BadZipFile, zlib.error,
)  # fmt: skip
"""What the libraries raise over a file that only looks like a workbook."""


class Broken(Exception):
    """The file is no workbook that can be read here; the sentence says what to do."""


@dataclass(frozen=True, slots=True)
class Unclear:
    """A cell that holds something else than a plain text or number."""

    said: str


Cell = str | Unclear


@dataclass(frozen=True, slots=True)
class Heading:
    """The row that names the columns, its number, and whether titles stand above it."""

    cells: tuple[str, ...]
    number: int
    titled: bool = False


@dataclass(frozen=True, slots=True)
class FirstSheet:
    """The first sheet: its name, how many others there are, its heading, and the rows below with their numbers."""

    name: str
    others: int
    heading: Heading
    rows: Iterator[tuple[int, list[Cell]]]


@contextmanager
def first_sheet(path: Path, *, most_rows: int, known: Collection[str]) -> Iterator[FirstSheet]:
    """The first sheet of a workbook, no more than so many rows of it; raises `Broken`."""
    with path.open("rb") as file:
        with _said():
            _bounded(path)
            book: Any = load_workbook(file, read_only=True)
        if not book.worksheets:
            raise Broken(_("The workbook has no sheet."))
        sheet = book.worksheets[0]
        with _said():
            heading = _heading(sheet, known)
            merged = _merged(path, sheet)
            begins, last = heading.number, heading.number + most_rows
            beyond = sheet.iter_rows(min_row=begins + 1, max_row=last + 1, max_col=len(heading.cells) + BESIDE)
        yield FirstSheet(sheet.title, len(book.worksheets) - 1, heading, _rows(beyond, begins, merged, most_rows))


def _heading(sheet: Any, known: Collection[str]) -> Heading:
    """The first row with a heading that is known, or that says anything; empty where there is none near the top."""
    titles: list[Heading] = []
    for number, row in enumerate(sheet.iter_rows(max_row=LATEST_HEADING, max_col=MOST_COLUMNS), 1):
        cells = [text if isinstance(text := _text(cell), str) else "" for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        if names(cells, known):
            return Heading(tuple(cells), number, bool(titles))
        titles += [Heading(tuple(cells), number)] if cells else []
        if len(titles) > MOST_TITLES:
            break
    return titles[0] if titles else Heading((), LATEST_HEADING)


def names(cells: Sequence[str], known: Collection[str]) -> bool:
    """Whether a row names columns: those that are known, if any are, else whatever it says."""
    return any(cell.lower() in known if known else cell for cell in cells)


@contextmanager
def _said() -> Iterator[None]:
    """What the libraries say in their own words is said in ours; their warnings are none of the reader's business."""
    try:
        with warnings.catch_warnings(action="ignore"):
            yield
    except _BROKEN as error:
        said = _("The workbook is damaged, or has a password. Open it, save it again as XLSX or CSV, and send that.")
        raise Broken(said) from error


def _bounded(path: Path) -> None:
    """Refuse what would unpack to more than a long list of ours needs; the library itself has no such limit."""
    size = tags = 0
    with zipfile.ZipFile(path) as archive:
        for part in archive.infolist():
            with archive.open(part) as file:
                while chunk := file.read(CHUNK):
                    size, tags = size + len(chunk), tags + chunk.count(b"<")
                    if size > MOST_BYTES or tags > MOST_TAGS:
                        said = _("The workbook unpacks to more than is read here, which is about 300,000 cells. Copy"
                                 " what is needed to a workbook of its own, or save that as CSV.")  # fmt: skip
                        raise Broken(said)


@dataclass(frozen=True, slots=True)
class _Area:
    """Cells that are merged into one; only the first of them holds the text."""

    left: int
    top: int
    right: int
    bottom: int

    def hide(self, row: int, cells: list[Cell]) -> None:
        """Name the cells of a row that this area hides."""
        if not self.top <= row <= self.bottom:
            return
        for column in range(self.left, min(self.right, len(cells)) + 1):
            if (column, row) != (self.left, self.top):
                cells[column - 1] = Unclear(_("Cells are merged here. Unmerge them, so that each line says its own."))


def _merged(path: Path, sheet: Any) -> list[_Area]:
    """The merged areas: they stand behind the rows, and a reader that goes through once would come to them too late."""
    found: set[tuple[bytes, ...]] = set()
    with zipfile.ZipFile(path) as archive, archive.open(sheet._worksheet_path) as file:
        rest = b""
        while chunk := file.read(CHUNK):
            found |= set(_MERGED.findall(rest + chunk))
            rest = chunk[-200:]
            if len(found) > MOST_MERGED:
                raise Broken(_("Too many cells are merged. Unmerge them all, so that each line says its own."))
    return [
        _Area(column_index_from_string(left.decode()), int(top), column_index_from_string(right.decode()), int(bottom))
        for left, top, right, bottom in found
    ]


def _rows(rows: Iterator[Any], begins: int, merged: list[_Area], most: int) -> Iterator[tuple[int, list[Cell]]]:
    number = begins
    while True:
        with _said():
            row = next(rows, None)
            if row is None:
                return
            number += 1
            if number > begins + most:
                said = _(
                    "Of a workbook, %(most)s lines are read. Save it as CSV, of which more are, or send it in parts."
                )
                raise Broken(said % {"most": f"{most:,}"})
            cells = [_text(cell) for cell in row]
        for area in merged:
            area.hide(number, cells)
        yield number, cells


def _text(cell: Any) -> Cell:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        return Unclear(_("The cell holds a formula. Copy the column and paste it as values."))
    if cell.data_type == "e":
        return Unclear(_("The cell holds an error: %(value)s.") % {"value": str(value)[:40]})
    if isinstance(value, datetime | date | time | timedelta):
        said = _("Excel made a date of this cell (%(value)s). Format it as text and type it again.")
        return Unclear(said % {"value": str(value)[:40].removesuffix(" 00:00:00")})
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _number(value, cell.number_format)
    return str(value).strip()


def _number(value: float, number_format: str) -> Cell:
    """The number as it is shown where that is more than its digits: as 00123, say."""
    digits = str(int(value)) if float(value).is_integer() else str(value)
    own = number_format.partition(";")[0] if value >= 0 else number_format
    if bare := _BARE.fullmatch(_MONEY.sub("", own).replace("\\ ", " ").strip()):
        shown = f"{value:.{len(bare.group(1) or '')}f}"
        return shown if float(shown) == value and not digits.isdigit() else digits
    padded = _PADDED.fullmatch(own)
    if padded and digits.isdigit():
        before, zeros, after = padded.groups()
        return f"{_literal(before)}{digits.zfill(len(zeros))}{_literal(after)}".strip()
    said = _("Excel shows this number (%(value)s) in another way than it is kept. Format it as text and type it again.")
    return Unclear(said % {"value": digits[:40]})


def _literal(text: str) -> str:
    return re.sub(r'"([^"]*)"|\\(.)', r"\1\2", text)
