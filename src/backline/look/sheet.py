"""Reads a file of lines and columns as other systems write it, line by line: CSV with , ; or tabs, packed, or XLSX."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import re
import sys
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from backline.look.forms import unkeepable, unkeepable_said
from backline.look.workbook import LATEST_HEADING, MOST_TITLES, OLE, ZIP, Broken, Cell, Unclear, first_sheet, names

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
    """An open file: its columns, in which line they are named, and its lines, read once for the columns wanted of it.

    `guessed` names the encoding where it is a guess, `chosen` the sheet of a workbook where there were others. It is
    `titled` where something else stands above the columns.
    """

    columns: tuple[str, ...]
    number: int
    lines: Callable[[Collection[str]], Iterator[Line | Flaw]]
    guessed: str = ""
    chosen: str = ""
    titled: bool = False


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much is read of a file from outside: so many bytes once it is unpacked, so many rows of a workbook."""

    bytes: int
    rows: int


UNBOUNDED = Bounds(sys.maxsize, 1_048_576)


@dataclass(frozen=True, slots=True)
class How:
    """How a file is read: in its encoding, else as UTF-8, else in the one that it is `else_in`.

    It is spoken of as it is `called`. Where headings are `known`, in small letters, rows above without any are titles.
    `advice` says what to do where the encoding is another one.
    """

    encoding: str = ""
    else_in: str = "cp1252"
    called: str = ""
    bounds: Bounds = UNBOUNDED
    known: Collection[str] = ()
    advice: str = ""


@contextmanager
def opened(path: Path, how: How) -> Iterator[Sheet]:
    """The file as a sheet; raises `Unreadable` where it is none."""
    name = how.called or str(path)
    with path.open("rb") as file:
        start = file.read(4)
    if start == OLE:
        said = _("%(file)s is an old Excel file, or has a password. Save it as XLSX without one, or as CSV.")
        raise Unreadable(said % {"file": name})
    try:
        with (_workbook if start == ZIP else _text_file)(path, name, how) as sheet:
            yield sheet
    except Broken as error:
        raise Unreadable(str(error)) from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise Unreadable(_("%(file)s is packed and damaged; fetch it again.") % {"file": name}) from error


@contextmanager
def _text_file(path: Path, name: str, how: How) -> Iterator[Sheet]:
    found = _encoding(path, name, how)
    with _unpacked(path) as raw, io.TextIOWrapper(raw, found, newline="") as text:
        heading = _heading(text, name, how.known)
        guessed = found if found == how.else_in and not how.encoding else ""
        yield Sheet(
            heading.columns, heading.number, lambda wanted: _lines(text, heading, wanted), guessed,
            titled=heading.titled,
        )  # fmt: skip


@contextmanager
def _workbook(path: Path, name: str, how: How) -> Iterator[Sheet]:
    with first_sheet(path, most_rows=how.bounds.rows, known=how.known) as sheet:
        heading = sheet.heading
        if not heading.cells:
            raise _nothing(name)

        def lines(wanted: Collection[str]) -> Iterator[Line | Flaw]:
            read = (_of_row(number, cells, heading.cells, wanted) for number, cells in sheet.rows)
            return (line for line in read if line is not None)

        chosen = sheet.name if sheet.others else ""
        yield Sheet(heading.cells, heading.number, lines, chosen=chosen, titled=heading.titled)


def _of_row(number: int, cells: list[Cell], columns: tuple[str, ...], wanted: Collection[str]) -> Line | Flaw | None:
    """The row as a line; None where it says nothing in the columns that are wanted, nor beyond them all."""
    if any(cells[len(columns) :]):
        return Flaw(number, "", _("The line has a cell beyond the last column that the first line names."))
    line = {column: cell for column, cell in zip(columns, cells, strict=False) if column in wanted}
    for column, cell in line.items():
        if isinstance(cell, Unclear):
            return Flaw(number, column, cell.said)
    return _kept(number, {column: str(cell) for column, cell in line.items()}) if any(line.values()) else None


def _nothing(name: str) -> Unreadable:
    said = _("%(file)s is empty, or its first line does not name the columns.")
    return Unreadable(said % {"file": name})


def _unpacked(path: Path) -> gzip.GzipFile | io.BufferedReader:
    with path.open("rb") as file:
        packed = file.read(2) == PACKED
    return gzip.GzipFile(path) if packed else path.open("rb")


def _encoding(path: Path, called: str, how: How) -> str:
    """The encoding that is wanted, else UTF-8 where all of it is that, else what Windows writes; told by reading it."""
    for name in (how.encoding,) if how.encoding else ("utf-8-sig", "utf-16", how.else_in):
        if _is_in(path, name, how.bounds):
            return name
    either = _("UTF-8 or %(other)s") % {"other": how.else_in.replace("cp", "Windows-")}
    said = _("%(file)s cannot be read as %(encoding)s.") % {"file": called, "encoding": how.encoding or either}
    raise Unreadable(f"{said} {how.advice}")


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
    """The columns, the sign that parts them, the number of the line that names them, and whether titles stand above."""

    columns: tuple[str, ...]
    delimiter: str
    number: int
    titled: bool = False


def _heading(text: io.TextIOWrapper, name: str, known: Collection[str]) -> _Heading:
    """The first line with a heading that is known, or that says anything.

    The columns are parted by the sign that Excel named before, or that makes most of them.
    """
    number, signs = 0, DELIMITERS
    titles: list[_Heading] = []
    while number < LATEST_HEADING and len(titles) <= MOST_TITLES and (line := text.readline(LONGEST_LINE)):
        number += 1
        if (named := _SIGN.fullmatch(line.strip(" \r\n"))) and signs is DELIMITERS:
            signs = named.group(1)
            continue
        try:
            found = {sign: next(csv.reader([line], delimiter=sign), []) for sign in signs}
        except csv.Error as error:
            raise Unreadable(_("The first line must name the columns; it cannot be read.")) from error
        delimiter = max(found, key=lambda sign: len(found[sign]))
        columns = tuple(cell.strip() for cell in found[delimiter])
        if names(columns, known):
            return _Heading(columns, delimiter, number, bool(titles))
        titles += [_Heading(columns, delimiter, number)] if any(columns) else []
    if titles:
        return titles[0]
    raise _nothing(name)


def _lines(text: io.TextIOWrapper, heading: _Heading, wanted: Collection[str]) -> Iterator[Line | Flaw]:
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
            yield _judged(number, cells, heading.columns, wanted)


def _judged(number: int, cells: list[str], columns: tuple[str, ...], wanted: Collection[str]) -> Line | Flaw:
    if len(cells) != len(columns):
        said = _("The line has %(cells)s cells and the first line names %(columns)s columns; look at its quotes.")
        return Flaw(number, "", said % {"cells": len(cells), "columns": len(columns)})
    return _kept(number, {column: cell for column, cell in zip(columns, cells, strict=True) if column in wanted})


def _kept(number: int, line: dict[str, str]) -> Line | Flaw:
    bad = next((column for column, cell in line.items() if unkeepable(cell)), None)
    return Line(number, line) if bad is None else Flaw(number, bad, unkeepable_said())
