"""What fits into a text message: whatever has to be cut, is a name or somebody's words, never what is next and when."""

from __future__ import annotations

from collections.abc import Callable

from backline.channels.sms.segments import segments, within

SHORT_SUMMARY, SHORT_PLACE = 90, 70
"""So many characters of what is wrong, and of where, stand in a text message."""
MOST = 2
"""Into so many segments a text message to a customer is cut at most."""
_NAMES = (SHORT_PLACE, 50, 36, 26, 18, 12)
"""So much stays of each name, the longest first that fits."""


def shortened(text: str, most: int) -> str:
    """As much of it on one line, with full stops where it goes on: one sign of theirs would make a text longer."""
    line = " ".join(text.split()).rstrip(".")
    return line if len(line) <= most else f"{line[: most - 2].rstrip()}.."


def fitting(*ways: Callable[[int], str]) -> str:
    """What is said with as much of the names as leaves room for the rest: in the first way, or else the next."""
    said = ""
    for say in ways:
        for room in _NAMES:
            said = say(room)
            if segments(said) <= MOST:
                return said
    return within(said, MOST)


def ended(text: str) -> str:
    """A line as a sentence among others."""
    return text if text.endswith((".", "?", ":")) else f"{text}."
