"""Reads a mapping, of which `mapping_help` says how it is written, and makes values of lines by it."""

from __future__ import annotations

import dataclasses
import re
import tomllib
from collections.abc import Mapping as AnyMapping
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from backline.core.impact import MOST as MOST_LOST
from backline.core.words import VisitResult
from backline.jobs.operations import Row
from backline.look.sheet import Unreadable
from backline.people.operations import Invalid
from backline.people.queries import zones

FIELDS = tuple(one.name for one in dataclasses.fields(Row))
_VISIT = tuple(name for name in FIELDS if name.startswith("visit_"))
MOMENTS = (
    "opened_at", "promised_at", "done_at", "part_at", "part_came_at", *(name for name in _VISIT if name[-3:] == "_at"),
)  # fmt: skip
COUNTS = ("rating", "reopened", "rescheduled")
NUMBERS = (*COUNTS, "asset_units", "asset_cost_an_hour")
ANSWERS = ("unsafe", "breaks_rule")
JOB_ALONE = (
    "reference", "title", *MOMENTS, *COUNTS, *ANSWERS, "technician", "fault_code", "remark", "part", "visit",
    "visit_result",
)  # fmt: skip
PART = re.compile(r"{([^{}]+)}")


@dataclass(frozen=True, slots=True)
class Mapping:
    """How the lines of one file become values of ours."""

    zone: str = "UTC"
    date_format: str = ""
    encoding: str = ""
    columns: AnyMapping[str, str] = field(default_factory=dict)
    constants: AnyMapping[str, str] = field(default_factory=dict)
    words: AnyMapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> Mapping:
        """The mapping in a file; raises `Unreadable` for what it cannot mean."""
        try:
            found = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeError) as error:
            said = _("The mapping %(file)s is no TOML: %(why)s.")
            coded = isinstance(error, UnicodeError)
            why = _("it is not written in UTF-8; save it as that") if coded else str(error).rstrip(".")
            raise Unreadable(said % {"file": path, "why": why}) from error
        known = {one.name for one in dataclasses.fields(cls)}
        _refuse(path, set(found) - known, known)
        for table in ("columns", "constants"):
            _refuse(path, _not_texts(found.get(table, {})), known)
            _refuse(path, set(found.get(table, {})) - set(FIELDS), set(FIELDS))
        _refuse(path, _not_texts(found.get("words", {})), known)
        tables = ("columns", "constants", "words")
        _refuse(path, {name for name in found if name not in tables and not _text(found[name])}, known)
        if found.get("zone", "UTC") not in zones():
            raise Unreadable(_("The mapping's zone must be a time zone such as Europe/Berlin."))
        if "%z" in found.get("date_format", ""):
            raise Unreadable(_("Leave date_format out: moments with an offset are read as ISO 8601."))
        return cls(**found)

    def fitted(self, columns: tuple[str, ...], fields: Sequence[str]) -> Mapping:
        """The mapping for a file with these columns; raises `Unreadable` where one is not there, or twice."""
        mine = self.columns or {name: name for name in fields if name in columns}
        for name, wanted in mine.items():
            for column in self._parts(wanted):
                if columns.count(column) != 1:
                    said = _(
                        "%(field)s is to come from the column %(column)s, which the file has %(count)s times: %(all)s."
                    )
                    values = {"field": name, "column": column, "count": columns.count(column)}
                    raise Unreadable(said % (values | {"all": ", ".join(columns)}))
        return dataclasses.replace(self, columns=mine)

    @property
    def wanted(self) -> frozenset[str]:
        """The columns of the file that it names."""
        return frozenset(part for one in self.columns.values() for part in self._parts(one))

    def row(self, cells: AnyMapping[str, str]) -> Row:
        """The values of a line; raises `Invalid` by our fields."""
        values: dict[str, Any] = dict(self.constants)
        for name, wanted in self.columns.items():
            values[name] = self._filled(wanted, cells) or values.get(name, "")
        for name in MOMENTS:
            values[name] = self._moment(name, values.get(name, ""))
        for name in NUMBERS:
            values[name] = _number(name, values.get(name, ""))
        for name in ANSWERS:
            values[name] = self._coded(name, values.get(name, ""), _ANSWERS)
        values["visit_result"] = self._coded("visit_result", values.get("visit_result", ""), _RESULTS)
        values["zone"] = values.get("zone") or self.zone
        return Row(**values)

    def column(self, name: str) -> str:
        """Their column of a field of ours, as it is named to whoever mends the file."""
        return self.columns.get(name, name)

    def _parts(self, wanted: str) -> list[str]:
        return PART.findall(wanted) or [wanted]

    def _filled(self, wanted: str, cells: AnyMapping[str, str]) -> str:
        if not PART.search(wanted):
            return cells[wanted]
        return PART.sub(lambda part: cells[part.group(1)], wanted).strip()

    def _moment(self, name: str, text: str) -> datetime | None:
        if not text:
            return None
        try:
            read = self._read(text)
            moment = read.astimezone(UTC)
            shown = moment.astimezone(read.tzinfo)
        except (ValueError, OverflowError) as error:
            like = self.date_format or "2026-11-24 14:30"
            said = _("“%(text)s” is no date and time like %(like)s.")
            raise Invalid({name: said % {"text": text[:60], "like": like}}) from error
        if shown.replace(tzinfo=None) != read.replace(tzinfo=None):
            said = _("The clocks of %(zone)s skip “%(text)s”, so it does not exist.")
            raise Invalid({name: said % {"zone": self.zone, "text": text}})
        return moment

    def _coded(self, name: str, text: str, known: AnyMapping[str, Any]) -> Any:
        """What their word stands for, by the mapping's words or as ours."""
        if not text:
            return None
        word = self.words.get(text, text).strip().lower()
        if word not in known:
            said = _("“%(text)s” is none of %(known)s; the mapping's words can say which of them it is.")
            raise Invalid({name: said % {"text": text[:60], "known": ", ".join(known)}})
        return known[word]

    def _read(self, text: str) -> datetime:
        zone = ZoneInfo(self.zone)
        if self.date_format:
            return datetime.strptime(text, self.date_format).replace(tzinfo=zone)
        read = datetime.fromisoformat(text)
        return read if read.tzinfo else read.replace(tzinfo=zone)


_ANSWERS = {"yes": True, "no": False}
_RESULTS = {result.lower(): result for result in VisitResult}
MOST = 1000


def _number(name: str, text: str) -> int | None:
    if not text:
        return None
    most = MOST_LOST.get(name.removeprefix("asset_"), MOST)
    if not re.fullmatch("[0-9]{1,12}", text, re.ASCII) or int(text) > most:
        raise Invalid({name: _("“%(text)s” is no whole number up to %(most)s.") % {"text": text[:60], "most": most}})
    return int(text)


def _text(value: object) -> bool:
    return isinstance(value, str)


def _not_texts(table: object) -> set[str]:
    if not isinstance(table, dict):
        return {str(table)}
    return {str(name) for name, value in table.items() if not _text(value)}


def _refuse(path: Path, wrong: set[str], known: set[str]) -> None:
    if wrong:
        said = _(
            "The mapping %(file)s says something of %(wrong)s; each may be a text of its own for one of: %(known)s."
        )
        values = {"file": path, "wrong": ", ".join(sorted(wrong)), "known": ", ".join(sorted(known))}
        raise Unreadable(said % values)
