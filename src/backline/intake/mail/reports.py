"""What mail servers say of letters that they could not deliver, or did: by the standard, and as many write it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from email.message import Message
from uuid import UUID

from backline.channels.email.status import ENHANCED, nobody_there
from backline.intake.mail.parts import header, text

LETTER = re.compile(r"\b([0-9a-f]{32})@")
"""How a letter of ours is named, whatever the domain: servers on the way may change that."""
MOST_LETTERS, MOST_BESIDE = 20, 5
_TEXTS = {"text", "message"}
_NOBODY = re.compile(
    r"user unknown|unknown user|no such (user|mailbox|recipient)|(user|mailbox|account|recipient|address)"
    r"( \S+)? (does not|doesn't) exist|(mailbox|user|account) (not found|unavailable|unknown|disabled)|"
    r"unknown recipient|invalid (recipient|mailbox)|no mailbox here",
    re.IGNORECASE,
)
_WAITS = re.compile(r"delay|could not (yet )?be (sent|delivered) (for|yet)|will (be retried|retry|keep trying)|not yet",
                    re.IGNORECASE)  # fmt: skip
_RECIPIENT = re.compile(r"(?:rfc822|x-[\w-]+)?\s*;?\s*<?([^\s<>;]+@[^\s<>;]+)>?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a letter: `action` as RFC 3464 names it, the code, for whom, and what the server said."""

    action: str
    status: str = ""
    recipient: str = ""
    said: str = ""
    gone: bool = False

    @property
    def waits(self) -> bool:
        """Whether the server goes on trying."""
        given_up = self.action == "failed" or (self.action != "delayed" and self.status.startswith("5"))
        return not self.arrived and not given_up

    @property
    def arrived(self) -> bool:
        """Whether it says that the letter arrived, or went on to somebody who will not say so."""
        return self.action in ("delivered", "relayed", "expanded")


def letters(texts: Iterable[str]) -> tuple[UUID, ...]:
    """The letters of ours that are named there, the first first."""
    found = dict.fromkeys(one for text in texts for one in LETTER.findall(text))
    return tuple(UUID(one) for one in list(found)[:MOST_LETTERS])


def standard(parts: Sequence[Message]) -> Report | None:
    """What a report by the standard says of the worst off of its recipients, and that of others beside it."""
    found = [_fields(block) for part in parts if _is_status(part) for block in _blocks(part)]
    told = [one for one in found if one.action or one.status]
    if told:
        worst, *others = sorted(told, key=lambda one: (one.action == "failed", one.gone), reverse=True)
        beside = [f"{one.recipient} {one.action}: {one.said}" for one in others[:MOST_BESIDE] if one.recipient]
        return replace(worst, said="; ".join([worst.said, *beside]))
    return Report("failed") if any(map(_is_status, parts)) else None


def _is_status(part: Message) -> bool:
    return part.get_content_type() in ("message/delivery-status", "message/global-delivery-status")


def _blocks(part: Message) -> list[Message]:
    """The blocks of such a report, each like a header of its own."""
    inside = part.get_payload() if part.is_multipart() else None
    return [one for one in inside if isinstance(one, Message)][:50] if isinstance(inside, list) else []


def _fields(block: Message) -> Report:
    said = header(block, "Diagnostic-Code", longest=500)
    status = header(block, "Status", longest=40)
    code = ENHANCED.search(status) or ENHANCED.search(said)
    told = code.group() if code else ""
    # What the server itself wrote is nearer to the truth than the code beside it.
    own = ENHANCED.search(said)
    gone = nobody_there(own.group() if own else told) or (not own and bool(_NOBODY.search(said)))
    named = header(block, "Original-Recipient", longest=300) or header(block, "Final-Recipient", longest=300)
    recipient = _RECIPIENT.search(named)
    action = header(block, "Action", longest=40).lower().split(" ")[0]
    return Report(action, told, recipient.group(1).lower() if recipient else "", said or told, gone)


def otherwise(subject: str, parts: Sequence[Message]) -> Report:
    """What a bounce says that keeps to no standard: by its words, as far as they can be understood."""
    words = "\n".join(text(part)[:20_000] for part in parts if part.get_content_maintype() in _TEXTS)
    code = ENHANCED.search(words)
    status = code.group() if code else ""
    waits = _WAITS.search(subject) or (status.startswith("4") and not _NOBODY.search(words))
    line = next((one.strip() for one in words.splitlines() if (status and status in one) or _NOBODY.search(one)), "")
    gone = not waits and (nobody_there(status) or (not status and bool(_NOBODY.search(words))))
    return Report("delayed" if waits else "failed", status, "", line[:500] or subject, gone)


def named_in(parts: Sequence[Message]) -> tuple[UUID, ...]:
    """The letters of ours that a report holds: as a whole, as their headers, or in its words."""
    return letters(_inside(part) for part in parts)


def _inside(part: Message) -> str:
    inside = part.get_payload() if part.is_multipart() else None  # else it is decoded, in whatever charset it says
    if isinstance(inside, list):
        return "\n".join(f"{header(one, 'Message-ID')}\n" for one in inside if isinstance(one, Message))
    return text(part)
