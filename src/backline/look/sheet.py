"""Reads a file of lines and columns as other systems write it, line by line: CSV with , ; or tabs, packed, or XLSX."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import re
import sys
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from backline.look.forms import unkeepable, unkeepable_said
from backline.look.workbook import LATEST_HEADING, OLE, ZIP, Broken, Cell, Unclear, first_sheet

DELIMITERS = ",;\t|"
LONGEST_LINE = 1 << 20
PACKED = b"\x1f\x8b"
_SIGN = re.compile(rf"sep=([{DELIMITERS}])", re.IGNORECASE)
WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class Unreadable(Exception):
    """The file, or what says how to read it, cannot be understood; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line with its cells by column; `number` is where it begins in the file."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Flaw:
    """Why a line was not taken, and in which column; no column where it is the whole line."""

    number: int
    column: str
    said: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """An open file: its columns and its lines; `guessed` names the encoding where it is a guess.

    `chosen` names the sheet of a workbook where there were others.
    """

    columns: tuple[str, ...]
    lines: Iterator[Line | Flaw]
    guessed: str = ""
    chosen: str = ""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much is read of a file from outside: so many bytes once it is unpacked, so many rows of a workbook."""

    bytes: int
    rows: int


UNBOUNDED = Bounds(sys.maxsize, 1_048_576)


@contextmanager
def opened(path: Path, *, encoding: str = "", called: str = "", bounds: Bounds = UNBOUNDED) -> Iterator[Sheet]:
    """The file as a sheet; raises `Unreadable` where it is none. It is spoken of as it is `called`."""
    name = called or str(path)
    with path.open("rb") as file:
        start = file.read(4)
    if start == OLE:
        said = _("%(file)s is an old Excel file, or has a password. Save it as XLSX without one, or as CSV.")
        raise Unreadable(said % {"file": name})
    try:
        with _workbook(path, name, bounds) if start == ZIP else _text_file(path, encoding, name, bounds) as sheet:
            yield sheet
    except Broken as error:
        raise Unreadable(str(error)) from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise Unreadable(_("%(file)s is packed and damaged; fetch it again.") % {"file": name}) from error


@contextmanager
def _text_file(path: Path, encoding: str, name: str, bounds: Bounds) -> Iterator[Sheet]:
    found = _encoding(path, encoding, name, bounds)
    with _unpacked(path) as raw, io.TextIOWrapper(raw, found, newline="") as text:
        heading = _heading(text, name)
        guessed = found if found == "cp1252" and not encoding else ""
        yield Sheet(heading.columns, _lines(text, heading), guessed)


@contextmanager
def _workbook(path: Path, name: str, bounds: Bounds) -> Iterator[Sheet]:
    with first_sheet(path, most_rows=bounds.rows) as sheet:
        if not sheet.heading:
            raise _nothing(name)
        lines = (_of_row(number, cells, sheet.heading) for number, cells in sheet.rows if any(cells))
        yield Sheet(sheet.heading, lines, chosen=sheet.name if sheet.others else "")


def _of_row(number: int, cells: list[Cell], columns: tuple[str, ...]) -> Line | Flaw:
    if any(cells[len(columns) :]):
        return Flaw(number, "", _("The line has a cell beyond the last column that the first line names."))
    line = dict(zip(columns, cells, strict=False))
    for column, cell in line.items():
        if column and isinstance(cell, Unclear):
            return Flaw(number, column, cell.said)
    return _kept(number, {column: str(cell) for column, cell in line.items() if column})


def _nothing(name: str) -> Unreadable:
    said = _("%(file)s is empty, or its first line does not name the columns.")
    return Unreadable(said % {"file": name})


def _unpacked(path: Path) -> gzip.GzipFile | io.BufferedReader:
    with path.open("rb") as file:
        packed = file.read(2) == PACKED
    return gzip.GzipFile(path) if packed else path.open("rb")


def _encoding(path: Path, wanted: str, called: str, bounds: Bounds) -> str:
    """The encoding that is wanted, else UTF-8 where all of it is that, else what Windows writes; told by reading it."""
    for name in (wanted,) if wanted else ("utf-8-sig", "utf-16", "cp1252"):
        if _is_in(path, name, bounds):
            return name
    said = _("%(file)s cannot be read as %(encoding)s; name its encoding in the mapping, such as utf-8 or cp1252.")
    raise Unreadable(said % {"file": called, "encoding": wanted or "UTF-8 or Windows-1252"})


def _is_in(path: Path, encoding: str, bounds: Bounds) -> bool:
    size = 0
    try:
        decoder = codecs.getincrementaldecoder(encoding)()
        with _unpacked(path) as raw:
            if encoding == "utf-16" and raw.peek(2)[:2] not in WIDE:
                return False
            while chunk := raw.read(LONGEST_LINE):
                decoder.decode(chunk)
                size += len(chunk)
                if size > bounds.bytes:
                    raise Unreadable(_("Unpacked, the file is larger than what is read here. Send it in parts."))
            decoder.decode(b"", final=True)
    except (UnicodeError, LookupError):
        return False
    return True


@dataclass(frozen=True, slots=True)
class _Heading:
    """The columns, the sign that parts them, and the number of the line that names them."""

    columns: tuple[str, ...]
    delimiter: str
    number: int


def _heading(text: io.TextIOWrapper, name: str) -> _Heading:
    """The first line that says anything; the columns are parted by the sign that Excel named before, or makes most."""
    number, signs = 0, DELIMITERS
    while number < LATEST_HEADING and (line := text.readline(LONGEST_LINE)):
        number += 1
        if (named := _SIGN.fullmatch(line.strip(" \r\n"))) and signs is DELIMITERS:
            signs = named.group(1)
            continue
        try:
            found = {sign: next(csv.reader([line], delimiter=sign), []) for sign in signs}
        except csv.Error as error:
            raise Unreadable(_("The first line must name the columns; it cannot be read.")) from error
        delimiter = max(found, key=lambda sign: len(found[sign]))
        if any(columns := tuple(cell.strip() for cell in found[delimiter])):
            return _Heading(columns, delimiter, number)
    raise _nothing(name)


def _lines(text: io.TextIOWrapper, heading: _Heading) -> Iterator[Line | Flaw]:
    # A line is read in pieces, so that a file without line ends does not fill the memory.
    reader = csv.reader(iter(lambda: text.readline(LONGEST_LINE), ""), delimiter=heading.delimiter)
    while True:
        number = heading.number + reader.line_num + 1
        try:
            cells = [cell.strip() for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error:
            longest = f"{csv.field_size_limit():,}"
            said = _("A field holds more than %(longest)s characters; perhaps a quote before it is not closed.")
            yield Flaw(number, "", said % {"longest": longest})
            continue
        if any(cells):
            yield _judged(number, cells, heading.columns)


def _judged(number: int, cells: list[str], columns: tuple[str, ...]) -> Line | Flaw:
    if len(cells) != len(columns):
        said = _("The line has %(cells)s cells and the first line names %(columns)s columns; look at its quotes.")
        return Flaw(number, "", said % {"cells": len(cells), "columns": len(columns)})
    return _kept(number, dict(zip(columns, cells, strict=True)))


def _kept(number: int, line: dict[str, str]) -> Line | Flaw:
    bad = next((column for column, cell in line.items() if unkeepable(cell)), None)
    return Line(number, line) if bad is None else Flaw(number, bad, unkeepable_said())
