"""What whoever is on site lets the customer do until it is repaired: a part of the report, all of it or none."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backline.cases import wording
from backline.cases.operations import NewWorkaround
from backline.look.forms import KeyedForm, Moment, Text


class MeanwhileForm(KeyedForm):
    """The fields of it; whoever fills in one of them fills in all."""

    meanwhile = Text(
        label=gettext_lazy("What they can do until it is repaired"),
        help_text=gettext_lazy("The customer reads this as you write it."),
        required=False,
        max_length=2000,
        lines=2,
    )
    limits = Text(
        label=gettext_lazy("Its limits"),
        help_text=gettext_lazy("What must not be done, its load, who may use it. The customer reads this too."),
        required=False,
        max_length=2000,
        lines=2,
    )
    until = Moment(label=gettext_lazy("It counts until"), required=False)
    unsafe = forms.ChoiceField(
        label=gettext_lazy("Could somebody be hurt by it, or does it break a rule?"),
        choices=wording.UNSAFE,
        widget=forms.RadioSelect,
        required=False,
    )

    def offers(self) -> bool:
        """Whether something of it was filled in."""
        data = self.cleaned_data
        return any(str(data.get(name) or "").strip() for name in ("meanwhile", "limits", "until", "unsafe"))

    def check_meanwhile(self) -> None:
        """Say what is missing of it."""
        for name in ("meanwhile", "limits", "until", "unsafe") if self.offers() else ():
            if name in self.cleaned_data and not str(self.cleaned_data[name] or "").strip():
                self.add_error(name, _("Fill this in as well, or empty all that is about it."))

    def workaround(self) -> NewWorkaround | None:
        """What was typed, if anything was."""
        data = self.cleaned_data
        unsafe = data["unsafe"] == wording.MAY_HURT
        return NewWorkaround(data["meanwhile"], data["limits"], data["until"], unsafe) if self.offers() else None

    def as_notes(self, zone: str) -> str:
        """The same as words for whoever works on a case that is open already: he offers it, or knows better."""
        new = self.workaround()
        if new is None:
            return ""
        said: dict[str, Any] = {"meanwhile": new.meanwhile, "limits": new.limits, "until": _shown(new.until, zone)}
        return _("What they could do meanwhile: %(meanwhile)s\nIts limits: %(limits)s\nUntil: %(until)s") % said


def _shown(until: datetime | None, zone: str) -> str:
    return wording.exact_moment(until, zone) if until else ""
