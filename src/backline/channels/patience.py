"""How long the other side asks to be left alone, as it says so in its answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from email.utils import parsedate_to_datetime

LONGEST = timedelta(days=1)


def asked(headers: Mapping[str, str]) -> timedelta | None:
    """What `Retry-After` says: seconds, or a moment by the clock of who asks; None where it says nothing of use."""
    found = {name.lower(): value for name, value in headers.items()}
    said = found.get("retry-after", "").strip()
    if said.isascii() and said.isdecimal():
        return min(timedelta(seconds=int(said[:9])), LONGEST)
    try:
        waits = parsedate_to_datetime(said) - parsedate_to_datetime(found.get("date", ""))
    except (ValueError, TypeError, IndexError):
        return None
    return min(max(waits, timedelta()), LONGEST)
