"""Many rows as one parameter of a statement: however many they are, its text stays the same and is planned once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID


def recordset(name: str, columns: Mapping[str, str]) -> str:
    """SQL for the rows of a parameter, each column with its type; bytes are written as hexadecimal text."""
    typed = ", ".join(f"{column} {kind}" for column, kind in columns.items())
    return f"json_to_recordset(%({name})s::json) AS {name} ({typed})"


def filled(sql: str, **parts: str) -> str:
    """The statement with its parts in place: `<name>` stands for the part of that name."""
    for name, part in parts.items():
        sql = sql.replace(f"<{name}>", part)
    return sql


def as_parameter(rows: Iterable[Mapping[str, Any]]) -> str:
    """The rows as the statement takes them."""
    return json.dumps(list(rows), default=_plain)


_PLAIN: dict[type, Callable[[Any], str]] = {
    datetime: datetime.isoformat,
    UUID: str,
    bytes: bytes.hex,
    memoryview: memoryview.hex,
}


def _plain(value: Any) -> str:
    return _PLAIN[type(value)](value)  # a KeyError that names the type where it stands in no row
