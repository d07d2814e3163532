"""Reads what was pasted or sent as the lines of a kind: finds our columns under the headings that people use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backline.desk.administration.imports.kinds import Column, Kind
from backline.look.sheet import Bounds, Flaw, How, Line, Sheet, Unreadable, opened

MOST_LINES = 100_000
MOST_BYTES = 20_000_000
BOUNDS = Bounds(bytes=60_000_000, rows=20_000)


ENCODINGS = {"cp1252": gettext_lazy("Western European"), "cp1250": gettext_lazy("Central European")}
"""What a file may be in that is no UTF-8: both read nearly every file, so only whoever sends it can tell."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A list as it was sent: a text or a file, and what the file is in where it is no UTF-8."""

    text: str
    file: UploadedFile[bytes] | None = None
    else_in: str = "cp1252"


@dataclass(frozen=True, slots=True)
class Listed:
    """A list that is open: which heading each of our columns has, its lines, and what to know about the reading."""

    headings: Mapping[str, str]
    lines: Iterator[Line | Flaw]
    notes: tuple[str, ...]


@contextmanager
def listed(kind: Kind, sent: Sent) -> Iterator[Listed]:
    """The list in a file, or else in a text; raises `Unreadable` where there is none."""
    upload = sent.file
    if upload and (upload.size or 0) > MOST_BYTES:
        said = _("The file has %(size)s MB; at most %(most)s MB are taken. Leave columns out that are not needed.")
        raise Unreadable(said % {"size": (upload.size or 0) // 1_000_000, "most": MOST_BYTES // 1_000_000})
    with NamedTemporaryFile() as file:
        for chunk in upload.chunks() if upload else [sent.text.encode("utf-8", "replace")]:
            file.write(chunk)
        file.flush()
        called = _("The file") if upload else _("The text")
        known = frozenset(name for column in kind.columns for name in _names(column))
        advice = _("Choose another encoding beside it, or save it as UTF-8.")
        how = How(else_in=sent.else_in, called=called, bounds=BOUNDS, known=known, advice=advice)
        with opened(Path(file.name), how) as sheet:
            headings = _headings(kind, sheet.columns)
            lines = _lines(sheet.lines(frozenset(headings.values())), headings)
            yield Listed(headings, lines, tuple(_notes(sheet.columns, headings, sheet)))


def _names(column: Column) -> set[str]:
    return {column.name, column.name.replace("_", " "), str(column.heading).lower(), *column.also}


def _headings(kind: Kind, columns: Sequence[str]) -> dict[str, str]:
    """The heading of each of our columns that the list has; what is needed to name an entry must be there, once."""
    found: dict[str, str] = {}
    for column in kind.columns:
        fitting = [heading for heading in columns if heading.strip().lower() in _names(column)]
        exact = [
            heading for heading in fitting if heading.strip().lower() in (column.name, str(column.heading).lower())
        ]
        chosen = [heading for heading in exact or fitting if heading not in found.values()]
        if len(chosen) > 1:
            raise Unreadable(_("The column %(name)s is there twice.") % {"name": chosen[0]})
        if chosen:
            found[column.name] = chosen[0]
    lacking = [str(one.heading) for one in kind.columns if one.name == kind.keys[0] and one.name not in found]
    if lacking:
        said = _("The first line must name the columns, %(needed)s among them. Known are: %(known)s.")
        known = ", ".join(str(column.heading) for column in kind.columns)
        raise Unreadable(said % {"needed": lacking[0], "known": known})
    return found


def _lines(lines: Iterator[Line | Flaw], headings: Mapping[str, str]) -> Iterator[Line | Flaw]:
    ours = {heading: name for name, heading in headings.items()}
    for count, line in enumerate(lines, 1):
        if count > MOST_LINES:
            said = _("The list has more than %(most)s lines. Send it in parts.")
            raise Unreadable(said % {"most": f"{MOST_LINES:,}"})
        if isinstance(line, Flaw):
            yield Flaw(line.number, ours.get(line.column, line.column), line.said)
        else:
            yield Line(line.number, {name: line.cells[heading] for name, heading in headings.items()})


def _notes(columns: Sequence[str], headings: Mapping[str, str], sheet: Sheet) -> Iterator[str]:
    left = [heading for heading in columns if heading and heading not in headings.values()]
    if left:
        yield _("Left out, as no column here is called so: %(names)s.") % {"names": ", ".join(left)[:300]}
    if sheet.chosen:
        yield _("Read from the first sheet, %(name)s; the others are left out.") % {"name": sheet.chosen}
    if sheet.guessed:
        said = _(
            "The file is not UTF-8; it was read as %(guessed)s. Look whether the letters are right; if not, send it "
            "again with another choice beside it."
        )
        yield said % {"guessed": ENCODINGS[sheet.guessed]}
    if sheet.titled:
        said = _("Line %(number)s names the columns; what stands above it was left out.")
        yield said % {"number": sheet.number}
