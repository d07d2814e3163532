"""What the codes say by which mail servers refuse (RFC 3463): whether nobody is at an address."""

from __future__ import annotations

import re

ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_NOBODY_THERE = {"5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"}


def nobody_there(code: str) -> bool:
    """Whether the code says that the mailbox is none, and not that the letter or we are refused."""
    return code in _NOBODY_THERE
