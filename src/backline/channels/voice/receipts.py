"""What a provider says later of a call: whether somebody took it; a machine is nobody."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backline.channels.notices import Attempt, What

LOST = {
    "busy": gettext_lazy("the line was busy"),
    "no-answer": gettext_lazy("nobody took the call"),
    "failed": gettext_lazy("the call could not be put through"),
    "canceled": gettext_lazy("the call was called off"),
}
MACHINES = ("machine", "fax")


def read(form: Mapping[str, str]) -> Attempt | None:
    """The word; None while it rings or somebody listens."""
    status, message_id = form.get("CallStatus", ""), form.get("CallSid", "")[:200]
    if status in LOST:
        return Attempt(What.UNDELIVERED, str(LOST[status]), message_id)
    if status != "completed":
        return None
    if form.get("AnsweredBy", "").startswith(MACHINES):
        return Attempt(What.UNDELIVERED, _("an answering machine took the call"), message_id)
    return Attempt(What.DELIVERED, _("somebody took the call"), message_id)
