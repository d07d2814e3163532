"""The forms of parts: what is asked of whom and by when it is expected, and another date for it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from backline.cases.queries import View
from backline.core.case import Record
from backline.core.words import WaitReason
from backline.desk.forms import ChosenForm, FactForm
from backline.look.forms import Moment, Text


class PartForm(FactForm):
    """A part that is asked for."""

    what = Text(label=gettext_lazy("Which part"), help_text=gettext_lazy("Name and number."), lines=1, max_length=200)
    supplier = Text(label=gettext_lazy("From whom"), lines=1, max_length=200)
    until = Moment(label=gettext_lazy("Expected by"))


class MovePartForm(ChosenForm):
    """Another date for a part."""

    until = Moment(label=gettext_lazy("Expected by"))
    why = Text(
        label=gettext_lazy("Why"),
        help_text=gettext_lazy("For us. If it breaks what the customer was told, a word to them is due at once."),
        lines=2,
    )

    def prepare(self) -> None:
        """The parts that have not come."""
        self.offer(asked_for(self.view))


def asked_for(view: View) -> tuple[Record, ...]:
    """The parts that the case waits for."""
    return tuple(wait for wait in view.waits if wait.what == WaitReason.PART)
