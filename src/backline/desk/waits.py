"""The form of a wait: for what, until when, and what each reason does to the clock of the resolution."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backline.cases import wording
from backline.core.words import WaitReason
from backline.desk.forms import FactForm
from backline.look.forms import Moment, Text, choices


class WaitForm(FactForm):
    """What is waited for, until when."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Waiting for"), choices=choices(wording.WAIT_REASONS), widget=forms.RadioSelect
    )
    what = Text(
        label=gettext_lazy("What exactly"), lines=2, help_text=gettext_lazy("For us; part number, whom you asked.")
    )
    until = Moment(label=gettext_lazy("Expected by"))

    def prepare(self) -> None:
        """What each reason does to the clock, by the rules of the case."""
        self.fields["reason"].help_text = _what_stops(self.view.policy.pauses)


def _what_stops(pauses: Mapping[str, int]) -> str:
    """Which waits stop the clock of the resolution, and for how long."""
    lasts = {
        str(wording.WAIT_REASONS[reason]): wording.duration(pauses[reason]) for reason in WaitReason if reason in pauses
    }
    if not lasts:
        return _("The clock of the resolution runs on, whatever is waited for.")
    said = ", ".join(_("%(reason)s %(span)s in all") % {"reason": one, "span": span} for one, span in lasts.items())
    return _("These stop the clock of the resolution: %(said)s. For anything else it runs on.") % {"said": said}
