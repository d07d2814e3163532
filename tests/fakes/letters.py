"""A letter to Cleo, and the noon at which it is queued, for the tests of what leaves the house."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from backline.channels.notices import Audience, NewNotice

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
