"""What can be asked about mails that came in, and about the box that they come from; nothing here writes."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from backline.channels.mails import KINDS
from backline.channels.models import Mailbox, Received
from backline.channels.paging import older, place_of


@dataclass(frozen=True, slots=True)
class IncomingRow:
    """One mail as the page "Incoming" shows it."""

    id: uuid.UUID
    at: datetime
    kind: str
    sender: str
    sender_name: str
    subject: str
    text: str
    whole: str
    case_id: uuid.UUID | None
    acted: bool
    said: str


@dataclass(frozen=True, slots=True)
class IncomingPage:
    """A page of mails, newest first; `after` asks for the next one ("" at the end)."""

    rows: tuple[IncomingRow, ...]
    after: str


_SHOWN = ("id", "at", "kind", "sender", "sender_name", "subject", "text", "whole", "case_id", "acted", "said")


def incoming(*, kind: str = "", after: str | None = None, limit: int = 50) -> IncomingPage:
    """Who wrote, what it was taken for, and what was done; an `after` that no page gave out begins at the newest."""
    found = Received.objects.all()
    if kind:
        found = found.filter(kind=kind) if kind in KINDS else found.none()
    mails = list(older(found, "at", after).order_by("-at", "-id").values_list(*_SHOWN)[: limit + 1])
    rows = tuple(IncomingRow(*one) for one in mails[:limit])
    return IncomingPage(rows, place_of(rows[-1].at, rows[-1].id) if len(mails) > limit else "")


@dataclass(frozen=True, slots=True)
class BoxRead:
    """How far a box was read, when it last was, and the last trouble with it."""

    place: str
    validity: int
    upto: int
    read_at: datetime | None
    trouble: str
    trouble_at: datetime | None

    @property
    def is_in_trouble(self) -> bool:
        """Whether it was not read since the last trouble."""
        return self.trouble_at is not None and (self.read_at is None or self.read_at <= self.trouble_at)


def mailbox(place: str) -> BoxRead | None:
    """What is known of a box; None where it was never tried."""
    columns = ("place", "validity", "upto", "read_at", "trouble", "trouble_at")
    found = Mailbox.objects.filter(place=place).values_list(*columns).first()
    return BoxRead(*found) if found else None
