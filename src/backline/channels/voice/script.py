"""What is said in a call, as the document that a provider asks us for; its address is signed, for it is read aloud."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from uuid import UUID
from xml.etree.ElementTree import Element, SubElement, tostring

from django.core import signing

LASTS = timedelta(days=2)
"""A call that was asked for is not tried for longer."""
TIMES = 3
"""It is said, and repeated twice."""
_SALT = "backline.call"
_NOT_SAID = re.compile(r"^\s*\[[^]]*\]|(?:https?://|www\.)\S+|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
"""What names a case at the beginning of a line, addresses of pages, ids."""
_SIGNS = re.compile(r"[][(){}<>#*_|~^\\`]")
_STOPS = re.compile(r"\s+([.,;:!?])|([.!?:])\s*\.(?=\s|$)")
_SPOKEN = {"de": "de-DE", "en": "en-US", "es": "es-ES", "fr": "fr-FR", "it": "it-IT", "nl": "nl-NL", "pl": "pl-PL"}
"""Providers name a voice by language and country."""


def token(notice: UUID, written_at: datetime) -> str:
    """What stands in the address of what is said for a notice."""
    return signing.dumps({"n": str(notice), "u": int((written_at + LASTS).timestamp())}, salt=_SALT)


def notice_of(token: str, *, at: datetime) -> UUID | None:
    """The notice that the address is about; None for one that is not ours, or whose time is over."""
    try:
        document = signing.loads(token, salt=_SALT)
        notice, until = UUID(document["n"]), document["u"]
    except (signing.BadSignature, KeyError, TypeError, ValueError, UnicodeError):
        return None
    return notice if at.timestamp() < until else None


def aloud(said: str) -> str:
    """The words of it alone: a voice reads every sign."""
    words = "".join(sign if sign.isprintable() else " " for sign in _NOT_SAID.sub(" ", said))
    return _STOPS.sub(r"\1\2", " ".join(_SIGNS.sub(" ", words).split()))


def written(said: str, language: str, *, ask: str = "", times: int = TIMES) -> bytes:
    """The document: it is said and repeated, and the call ends; a key that is pressed meanwhile is sent to `ask`."""
    document = Element("Response")
    heard = SubElement(document, "Gather", action=ask, input="dtmf", numDigits="1", timeout="5") if ask else document
    for time in range(times):
        if time:
            SubElement(heard, "Pause", length="1")
        spoken = SubElement(heard, "Say", language=_SPOKEN.get(language, language))
        spoken.text = aloud(said)
    SubElement(document, "Hangup")
    return bytes(tostring(document, encoding="utf-8", xml_declaration=True))
