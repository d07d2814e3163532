"""The values of mails that come in: what each is taken for, and what is kept of it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from enum import StrEnum


class MailKind(StrEnum):
    """What a mail is; only somebody's word may add to a case, and only reports say what became of a letter."""

    WORD = "WORD"
    BOUNCE = "BOUNCE"
    DELIVERED = "DELIVERED"
    ABSENCE = "ABSENCE"
    OURS = "OURS"
    ROBOT = "ROBOT"
    UNREADABLE = "UNREADABLE"


TEXT = "TEXT"
"""What a text message is that led to nothing, which is kept among them without its words."""
KINDS = (*map(str, MailKind), TEXT)


@dataclass(frozen=True, slots=True)
class NewMail:
    """A mail to be kept; `key` is the same for the same mail."""

    key: str
    kind: MailKind
    sender: str = ""
    sender_name: str = ""
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was done about a mail, or why nothing was; `text` is kept where no case took it.

    The `whole` is kept where something was cut of it as a quote or a signature.
    """

    said: str
    acted: bool = False
    case_id: uuid.UUID | None = None
    sender_id: str = ""
    text: str = ""
    whole: str = ""
