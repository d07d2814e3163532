"""A letter to Cleo, and the noon at which it is queued, for the tests of what leaves the house."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from backline.channels.notices import Audience, NewNotice
from backline.people.quiet import Quiet

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
CASE = uuid.UUID(int=7)
TO_CLEO = NewNotice(
    effect_key="raised",
    kind="customer.raised",
    audience=Audience.CONTACT,
    recipient_id="cleo",
    recipient_name="Cleo",
    address="cleo@example.org",
    subject="Your lift",
    body="We are on it.",
    case_id=CASE,
)


def quiet_for(minutes: int) -> Quiet:
    """What is quiet then waits from noon on for so many minutes."""
    return Quiet("UTC", NOON.hour * 60, NOON.hour * 60 + minutes)
