"""One mail as a value: who wrote what about which letter of ours; whatever its bytes are, reading never fails."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from email.message import Message
from uuid import UUID

from django.utils.translation import gettext as _

from backline.channels.email.message import one_line
from backline.channels.mails import MailKind
from backline.channels.notices import without_unstorable
from backline.intake.mail import parts, replies, reports
from backline.intake.mail.kinds import kind_of, says_so
from backline.intake.mail.parts import NOBODY, Box, header
from backline.intake.mail.reports import Report

log = logging.getLogger(__name__)
_VOUCHES = {"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"}
DECORATION = 10_000
"""Bytes below which a picture that is shown within the text is taken for a part of a signature."""


@dataclass(frozen=True, slots=True)
class Attached:
    """What came with a mail; `type` is what it says that it is."""

    name: str
    type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail: `key` is the same for the same mail; `letters` are those of ours that it answers or speaks of.

    Its `text` is without what was taken for quotes and signatures, the `whole` is with that. What is `guessed` to be
    nobody's word, by no more than its subject or a header that gateways write as well, may be somebody's.
    """

    key: str
    kind: MailKind
    sender: Box = NOBODY
    to: tuple[str, ...] = ()
    subject: str = ""
    letters: tuple[UUID, ...] = ()
    text: str = ""
    whole: str = ""
    photos: tuple[Attached, ...] = ()
    files: tuple[Attached, ...] = ()
    report: Report | None = None
    why: str = ""
    guessed: bool = False


def read(raw: bytes, *, ours: frozenset[str]) -> Mail:
    """The mail; `ours` are the addresses that we write from, and take answers at."""
    key = hashlib.sha256(raw).hexdigest()
    if len(raw) > parts.MOST_BYTES:
        return Mail(key, MailKind.UNREADABLE, why=_("It is larger than 50 MB."))
    try:
        return _read(raw, key, ours)
    except Exception:
        log.exception("a mail of %s bytes could not be read", len(raw))
        return Mail(key, MailKind.UNREADABLE, why=_("It is not built as a mail is."))


def _read(raw: bytes, key: str, ours: frozenset[str]) -> Mail:
    message = parts.parsed(raw)
    if not message.keys():
        return Mail(key, MailKind.UNREADABLE, why=_("It has no header."))
    found = parts.leaves(message)
    sender = next(iter(parts.boxes(message, "From", "Sender")), NOBODY)
    report = reports.standard(found)
    kind = kind_of(message, found, report, ours)
    subject = header(message, "Subject", longest=1000)
    reported = kind in (MailKind.BOUNCE, MailKind.DELIVERED)
    named = reports.named_in(found) if reported else ()
    guessed = kind not in (MailKind.WORD, MailKind.OURS) and not named and not says_so(message, found)
    words = kind is MailKind.WORD or guessed
    text, whole = _words(found)
    return Mail(
        key=_key(message, sender) or key,
        kind=kind,
        sender=sender,
        to=tuple(box.address for box in parts.boxes(message, "To", "Cc", "Delivered-To", "X-Original-To")),
        subject=subject[:250],
        letters=named if reported and not guessed else _answered(message),
        text="" if report else text,
        whole="" if report else whole,
        photos=tuple(_photos(found)) if words else (),
        files=tuple(map(_attached, filter(_is_file, found))) if words else (),
        report=(report or reports.otherwise(subject, found)) if reported else None,
        guessed=guessed,
    )


def _key(message: Message, sender: Box) -> str:
    """The same for a mail that comes twice by different ways, which write into its headers; empty without a name."""
    named = header(message, "Message-ID", longest=1000).strip("<> ")
    return hashlib.sha256(f"{named}\n{sender.address}".encode("utf-8", "replace")).hexdigest() if named else ""


def _answered(message: Message) -> tuple[UUID, ...]:
    """The letters of ours that it answers: the one that it names, then the others of the thread, the last first."""
    threads = reversed(header(message, "References").split())
    return reports.letters([header(message, "In-Reply-To"), *threads])


def _words(found: list[Message]) -> tuple[str, str]:
    """What somebody wrote himself, and all that stands there."""
    shown = [part for part in found if part.get_content_disposition() != "attachment"]
    plain = [parts.text(part) for part in shown if part.get_content_type() == "text/plain"]
    pages = [parts.text(part) for part in shown if part.get_content_type() == "text/html"]
    whole = _joined(map(replies.whole, plain)) or _joined(_seen(page, quotes=True) for page in pages)
    if words := _joined(map(replies.new_words, plain), replies.LONGEST):  # a picture may stand between two of them
        return words, whole
    page, words = next(((page, words) for page in pages if (words := replies.new_words(_seen(page)))), ("", ""))
    return (words, _seen(page, quotes=True)) if words else ("", whole)


def _seen(page: str, *, quotes: bool = False) -> str:
    return replies.whole(without_unstorable(replies.text_of_html(page, quotes=quotes)))


def _joined(texts: Iterable[str], longest: int = 2 * replies.LONGEST) -> str:
    return "\n\n".join(filter(None, texts))[:longest]


def _photos(found: list[Message]) -> list[Attached]:
    pictures = [_attached(part) for part in found if _is_picture(part) and not _decorates(part)]
    return [one for one in pictures if one.content]


def _is_picture(part: Message) -> bool:
    return part.get_content_maintype() == "image"


def _decorates(part: Message) -> bool:
    within = "Content-ID" in part or part.get_content_disposition() == "inline"
    return within and len(parts.content(part)) < DECORATION


def _is_file(part: Message) -> bool:
    """Whether it is neither what is read as words, nor a picture, nor what vouches for the mail itself."""
    if _is_picture(part) or part.get_content_type() in _VOUCHES:
        return False
    attached = part.get_content_disposition() == "attachment"
    return attached or part.get_content_maintype() != "text" or (bool(_name(part)) and not _is_read(part))


def _is_read(part: Message) -> bool:
    return part.get_content_type() in ("text/plain", "text/html")


def _attached(part: Message) -> Attached:
    return Attached(one_line(_name(part), longest=200), part.get_content_type()[:100], parts.content(part))


def _name(part: Message) -> str:
    try:
        return part.get_filename() or ""
    except (LookupError, UnicodeError, ValueError, TypeError):
        return ""
