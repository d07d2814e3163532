"""Takes a mail apart into texts and files, whatever its bytes are: bounded in size and number, and never trusted."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses
from itertools import islice

from backline.channels.notices import without_unstorable

MOST_BYTES = 50 * 1024 * 1024
MOST_PARTS = 30
LONGEST_HEADER = 4000
LONGEST_TEXT = 100_000
_NO_TEXTS = {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined"}
"""Codecs of Python's that no mail is written in, and that cost much or do more than decode."""


@dataclass(frozen=True, slots=True)
class Box:
    """Somebody's address, in small letters, and what he calls himself."""

    address: str
    name: str = ""


NOBODY = Box("")


def parsed(raw: bytes) -> Message:
    """The mail as Python's parser sees it; that one guesses where others give up."""
    return email.message_from_bytes(raw, policy=email.policy.compat32)


def header(message: Message, name: str, *, longest: int = LONGEST_HEADER) -> str:
    """A header on one line, decoded as far as it can be."""
    found = next((said for said in _raw(message, name)), "")[:longest]
    try:
        pieces = decode_header(found) if "=?" in found else [(found, None)]
        text = "".join(one if isinstance(one, str) else decoded(one, code) for one, code in pieces)
    except (HeaderParseError, ValueError):
        text = found
    # What is written without saying in which charset comes as lone surrogates.
    return " ".join(decoded(text.encode("utf-8", "surrogateescape")).split())


def _raw(message: Message, name: str) -> list[str]:
    return [str(said) for one, said in message.raw_items() if one.lower() == name.lower()]


def boxes(message: Message, *names: str) -> tuple[Box, ...]:
    """The addresses in these headers, in order."""
    found = []
    for name in names:
        for one in _raw(message, name)[:10]:
            found += [Box(_kept(address), called) for called, address in _addresses(one)]
    return tuple(box for box in found if "@" in box.address)


def _kept(address: str) -> str:
    """The address as the database can hold it, whatever bytes stand in it: such a one is nobody's."""
    return decoded(address.replace("\x00", "\ufffd").encode("utf-8", "surrogateescape")).strip().lower()


def _addresses(text: str) -> list[tuple[str, str]]:
    return [(_called(name), address) for name, address in getaddresses([text[:LONGEST_HEADER]], strict=False)[:50]]


def _called(name: str) -> str:
    shown = Message()
    shown["Name"] = name.replace("\n", " ").replace("\r", " ")
    return header(shown, "Name", longest=200)


def leaves(message: Message) -> list[Message]:
    """The parts that hold something, the first of them; a mail within the mail is one part, whatever it holds."""
    return list(islice(_leaves(message), MOST_PARTS))


def _leaves(message: Message) -> Iterator[Message]:
    waiting, seen = [message], 0
    while waiting and seen < MOST_PARTS * 4:
        part, seen = waiting.pop(), seen + 1
        inside = part.get_payload() if part.get_content_maintype() == "multipart" else None
        if isinstance(inside, list):
            waiting.extend(one for one in reversed(inside[: MOST_PARTS * 2]) if isinstance(one, Message))
        else:
            yield part


def content(part: Message) -> bytes:
    """The bytes of a part, out of whatever they were wrapped in; of a mail within the mail, all of that."""
    inside = part.get_payload() if part.is_multipart() else None
    if isinstance(inside, list):
        return b"".join(_written(one) for one in inside if isinstance(one, Message))
    found = part.get_payload(decode=True)
    return found if isinstance(found, bytes) else b""


def _written(message: Message) -> bytes:
    """A mail within the mail, written down again; nothing where it names charsets that cannot be."""
    try:
        return message.as_bytes()
    except (LookupError, ValueError, TypeError):
        return b""


def text(part: Message) -> str:
    """The text of a part, in whatever charset it says or should have said."""
    return decoded(content(part)[:LONGEST_TEXT], part.get_content_charset())


def decoded(found: bytes, charset: str | None = None) -> str:
    """The bytes as text; where their charset is unknown or wrong, as the likeliest that there are."""
    for one in (charset or "utf-8", "utf-8"):
        try:
            if one.lower().replace("-", "_") not in _NO_TEXTS:
                return without_unstorable(found.decode(one))
        except (LookupError, UnicodeError, ValueError):
            continue
    return without_unstorable(found.decode("cp1252", "replace"))
