"""How much goes into a text message: a provider cuts it into segments, each of which is paid and may be lost."""

from __future__ import annotations

import re

from backline.channels.notices import turning_nothing

MOST = 3
# 160 of the phones' own signs fit into one segment, 153 where there are several; of all others 70 and 67.
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_TAKES_TWO = frozenset("^{}\\[~]|€\f")
_LINK = re.compile(r"https?://\S+")
_CUT = "..."
"""Three full stops: the sign of one would make all others take twice the room."""


def segments(text: str) -> int:
    """Into how many segments it is cut."""
    if all(sign in _BASIC or sign in _TAKES_TWO for sign in text):
        size, one, several = len(text) + sum(sign in _TAKES_TWO for sign in text), 160, 153
    else:
        size, one, several = len(text.encode("utf-16-be")) // 2, 70, 67
    return 1 if size <= one else -(-size // several)


def as_text(short: str) -> str:
    """What goes out as a text message of what is short of a letter."""
    return within(turning_nothing(short))


def within(text: str, most: int = MOST) -> str:
    """The text in so many segments at most: its first line is cut, and where the rest is too long, all but the link."""
    if segments(text) <= most:
        return text
    first, _, rest = text.partition("\n")
    if segments(f"{_CUT}\n{rest}") > most or not rest:
        links = _LINK.findall(text)
        first, rest = (text[: text.rfind(links[-1])], links[-1]) if links else (text, "")
    return _shortened(first, f"\n{rest}" if rest else "", most)


def _shortened(first: str, rest: str, most: int) -> str:
    """As much of the first as fits before the rest."""
    fits, too_long = 0, len(first) + 1
    while too_long - fits > 1:
        middle = (fits + too_long) // 2
        if segments(_joined(first[:middle], rest)) <= most:
            fits = middle
        else:
            too_long = middle
    return _joined(first[:fits], rest) if fits else rest.strip()


def _joined(first: str, rest: str) -> str:
    return f"{first.rstrip()}{_CUT}{rest}"
