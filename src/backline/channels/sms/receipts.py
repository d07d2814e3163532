"""What a provider says later of a text: whether it arrived, and if not, why."""

from __future__ import annotations

from collections.abc import Mapping

from backline.channels.notices import Attempt, What
from backline.channels.twilio.codes import Fault

ARRIVED, LOST = ("delivered", "read"), ("undelivered", "failed")


def read(form: Mapping[str, str]) -> Attempt | None:
    """The word; None for one on the way, which changes nothing."""
    status, message_id = form.get("MessageStatus", ""), form.get("MessageSid", "")[:200]
    if status in ARRIVED:
        return Attempt(What.DELIVERED, status, message_id)
    if status not in LOST:
        return None
    code = form.get("ErrorCode", "")
    fault = Fault(int(code) if code.isascii() and code.isdecimal() and len(code) < 10 else 0, status)
    return Attempt(What.UNDELIVERED, fault.said, message_id, fault.is_nobody, fault.takes_no_texts)
