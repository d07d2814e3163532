"""What an event is, in a few words that name nobody."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

from backline.cases.wording import _meanwhile

LABELS: dict[str, Callable[[], str]] = {
    "case.offered": lambda: _("Offered to somebody"),
    "case.deescalated": lambda: _("Handed to a lower tier"),
    "case.accepted": lambda: _("Somebody took it"),
    "case.resolved": lambda: _("Resolved"),
    "priority.changed": lambda: _("Another priority"),
    "contact.changed": lambda: _("Another contact"),
    "step.tried": lambda: _("A step was tried"),
    "impact.corrected": lambda: _("Another impact"),
    "fact.found": lambda: _("Something was found in the job"),
    "customer.told": lambda: _("A word to the customer"),
    "customer.said": lambda: _("The customer wrote"),
    "customer.urged": lambda: _("The customer said that it is urgent"),
    "call.asked": lambda: _("The customer asked for a call"),
    "customer.rated": lambda: _("The customer rated the work"),
    "wait.begun": lambda: _("A wait began"),
    "part.requested": lambda: _("A part was asked for"),
    "part.moved": lambda: _("A part comes at another time"),
    "visit.booked": lambda: _("A visit was booked"),
    "visit.moved": lambda: _("The visit was moved"),
    "visit.called_off": lambda: _("The visit was called off"),
    **_meanwhile.LABELS,
    "review.decided": lambda: _("The review was decided"),
    "root_cause.recorded": lambda: _("The root cause was recorded"),
    "rung.reached": lambda: _("Others were told"),
    "rung.jumped": lambda: _("Somebody was told ahead of time"),
    "rung.covered": lambda: _("What was held for somebody on call was told"),
    "climb.left": lambda: _("Somebody asked to hear no more of it"),
    "answer.kept": lambda: _("An answer that changed nothing"),
    "pause.spent": lambda: _("The clock of the resolution runs again"),
    "notice.failed": lambda: _("A letter reached nobody"),
}
