"""Texts that break careless programs: the big list of naughty strings, packed so that few requests carry them all."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote_from_bytes

import pytest

DAMAGED = ("a\x00b", "a\ud800b", "\udfff", "a\ufffdb")
"""What cannot be kept: NUL, lone surrogates, and the sign that stands for lost bytes."""

FORM = "application/x-www-form-urlencoded"


def strings() -> list[str]:
    """All of the list; the test is skipped with a line where the list is not on this machine."""
    shared = Path(os.environ.get("BACKLINE_SHARED") or "../shared")
    file = shared / "data" / "hostile" / "blns.json"
    if not file.exists():
        pytest.skip(f"no shared data at {shared.resolve()}: set BACKLINE_SHARED")
    return [str(one) for one in json.loads(file.read_text(encoding="utf-8"))]


def packed(texts: Iterable[str], most: int) -> Iterator[str]:
    """The texts one under another, in as few pieces as fit; one that alone is too long is left out."""
    piece = ""
    for text in texts:
        if len(text) > most or not text.strip():
            continue
        joined = f"{piece}\n{text}" if piece else text
        if len(joined) > most:
            yield piece
            joined = text
        piece = joined
    if piece:
        yield piece


def urlencoded(fields: dict[str, Any]) -> bytes:
    """A form as bytes, lone surrogates as a careless program would send them."""
    pairs = ((name, value if isinstance(value, list) else [value]) for name, value in fields.items())
    return "&".join(f"{_quoted(name)}={_quoted(one)}" for name, values in pairs for one in values).encode()


def _quoted(text: str) -> str:
    return quote_from_bytes(text.encode("utf-8", "surrogatepass"), safe="")
