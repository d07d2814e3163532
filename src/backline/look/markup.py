"""Writes markup as `format_html` does, in half of the time: that looks twice whether each part is a lazy text."""

from __future__ import annotations

import html
from collections.abc import Iterable

from django.utils.safestring import SafeString


def markup(pattern: str, *parts: object, **named: object) -> SafeString:
    """A pattern of markup filled with parts: each is a text, and escaped, unless it is markup itself."""
    return SafeString(pattern.format(*map(escaped, parts), **{name: escaped(part) for name, part in named.items()}))


def markup_of_each(pattern: str, rows: Iterable[Iterable[object]]) -> SafeString:
    """A pattern filled with the parts of each row, one after the other."""
    return SafeString("".join(markup(pattern, *row) for row in rows))


def escaped(part: object) -> str:
    """What stands in markup for a part."""
    return part.__html__() if hasattr(part, "__html__") else html.escape(str(part))
