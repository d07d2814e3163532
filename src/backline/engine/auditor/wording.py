"""What the auditor says to people: what it found, and why a heartbeat was not sent."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from backline.engine.auditor.found import What

WHAT: dict[What, Any] = {
    What.LOST: gettext_lazy("Lost"),
    What.DOUBLED: gettext_lazy("Told twice"),
    What.EARLY: gettext_lazy("Told too early"),
    What.SILENT: gettext_lazy("In silence"),
    What.OVERDUE: gettext_lazy("Not looked at"),
    What.BROKEN: gettext_lazy("Record broken"),
    What.LATE: gettext_lazy("Told late"),
}
_ABOUT: dict[str, Any] = {
    "customer": gettext_lazy("A letter to the customer"),
    "news": gettext_lazy("A letter to one of us about what happened"),
    "letter": gettext_lazy("A letter that nobody sends"),
    "owner": gettext_lazy("Nobody has it"),
    "step": gettext_lazy("Nothing is due next"),
    "row": gettext_lazy("It is open, and its row says that it is closed"),
    "alarm": gettext_lazy("No alarm comes in time"),
    "chain": gettext_lazy("What was recorded is not as it was written"),
    "head": gettext_lazy("Its row does not know the end of its record"),
    "shown": gettext_lazy("Its row shows another state than its record"),
    "ahead": gettext_lazy("Recorded for a moment that has not come"),
}


def about(effect: str) -> str:
    """What an effect without a clock is; the effect as it is named where it is none of these."""
    return str(_ABOUT.get(effect.partition(":")[0], effect))


def no_address() -> str:
    """Nobody outside is told."""
    return _("No address is set: BACKLINE_HEARTBEAT_URL.")


def not_all_read() -> str:
    """It would say more than is known."""
    return _("Not every case was read yet.")


def somebody_waits(count: int) -> str:
    """What the heartbeat exists to say."""
    said = "%(count)d effect or case waits for somebody who does not come."
    return ngettext(said, "%(count)d effects or cases wait for somebody who does not come.", count) % {"count": count}


def not_taken(answer: str) -> str:
    """It was sent and did not arrive."""
    return _("The address did not take it: %(answer)s") % {"answer": answer}
