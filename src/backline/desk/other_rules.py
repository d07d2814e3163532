"""The form by which a case takes another version of the policy: what that would change is looked at first."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backline.cases import other_rules
from backline.cases.operations import MoveRefused
from backline.cases.queries import View
from backline.core.lifecycle import Capacity
from backline.core.words import OPEN_STATES, Actor
from backline.desk.forms import CaseForm, Meant
from backline.look.forms import Text
from backline.policies import queries as policies


class RulesForm(CaseForm):
    """Another version, and why; `looked` is the version of which it was on view what it would change."""

    policy = Meant(
        "[0-9a-f-]{36}",
        label=gettext_lazy("Which version of the rules"),
        help_text=gettext_lazy("All that was paused stays paused. You see first what would change."),
        widget=forms.RadioSelect,
    )
    why = Text(label=gettext_lazy("Why"), lines=2)
    looked = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
    supposed: other_rules.Supposed | None = None

    def prepare(self) -> None:
        """Every other version, the newest first."""
        self.choose("policy", [(one.id, _said(one)) for one in _others(self.view)])

    @property
    def done_by(self) -> str:
        """What the button says: it looks before it does."""
        return "" if self.supposed else _("See what would change")

    def looks_first(self, by: Actor) -> bool:
        """Whether it was not on view yet what this version would change; it is from now on."""
        data: Any = self.data
        chosen, seen = str(self.cleaned_data["policy"]), self.cleaned_data["looked"]
        version = next((one for one in policies.versions() if one.id == chosen), None)
        if version is None or seen == chosen:
            return False
        try:
            self.supposed = other_rules.suppose(self.view.line.id, version, by=by, at=self.at, zone=self.view.zone)
        except MoveRefused:
            return False  # the operation says so, or knows what was sent before
        self.data = data = data.copy()
        data["looked"] = chosen
        return True


def _others(view: View) -> list[policies.Saved]:
    return [one for one in policies.versions() if one.id != view.case.policy]


def _said(saved: policies.Saved) -> str:
    version = _("Version %(number)d") % {"number": saved.number}
    return f"{version}: {saved.why}" if saved.why else _("%(version)s, which came with Backline") % {"version": version}


def may_take(view: View) -> bool:
    """Whether there is another version, and this is somebody who may have the case take it."""
    return view.case.state in OPEN_STATES and Capacity.MANAGER in view.capacities and bool(_others(view))
