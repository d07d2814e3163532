"""The forms of what a customer may do until it is repaired, who is offered them, and what they call."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backline.cases import wording
from backline.cases.operations import NewWorkaround
from backline.cases.queries import View
from backline.core.case import Record
from backline.core.facts import DECIDES, MEANWHILE, OFFERS, extends, is_guarded
from backline.desk.forms import CaseForm, RecordField
from backline.look.forms import Moment, Text, choices

APPROVE, REFUSE = "APPROVE", "REFUSE"


class WorkaroundForm(CaseForm):
    """What may be done meanwhile, its limits and its end."""

    meanwhile = Text(
        label=gettext_lazy("What they can do until it is repaired"),
        help_text=gettext_lazy("The customer reads this as you write it."),
        max_length=2000,
        lines=3,
    )
    limits = Text(
        label=gettext_lazy("Its limits"),
        help_text=gettext_lazy("What must not be done, its load, who may use it. The customer reads this too."),
        max_length=2000,
        lines=3,
    )
    until = Moment(label=gettext_lazy("It counts until"))
    unsafe = forms.ChoiceField(
        label=gettext_lazy("Could somebody be hurt by it, or does it break a rule?"),
        choices=wording.UNSAFE,
        widget=forms.RadioSelect,
    )

    def prepare(self) -> None:
        """Where the case is about danger or a rule, a manager decides it whatever is said."""
        if is_guarded(self.view.case, self.view.policy, unsafe=False):
            said = _("This case is about danger or a rule: a manager decides it before the customer hears of it.")
            self.fields["unsafe"].help_text = said

    @property
    def ends(self) -> list[str]:
        """The one whose place it takes."""
        return [self.view.said_of(one) for one in (self.view.case.workaround,) if one]

    def workaround(self) -> NewWorkaround:
        """What was typed."""
        data = self.cleaned_data
        return NewWorkaround(
            data["meanwhile"], data["limits"], data["until"], unsafe=data["unsafe"] == wording.MAY_HURT
        )


class _OfOneForm(CaseForm):
    """A form about the workaround that was on view."""

    record = RecordField(widget=forms.HiddenInput, required=False)

    def prepare(self) -> None:
        """Which one that is."""
        one = self.one()
        self.initial.setdefault("record", one.id if one else "")

    def one(self) -> Record | None:
        """The one that counts."""
        return self.view.case.workaround


class DecideForm(_OfOneForm):
    """A manager's decision on one that was proposed."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("Decision"),
        choices=(
            (APPROVE, gettext_lazy("Approve it: the customer is told at once")),
            (REFUSE, gettext_lazy("Refuse it")),
        ),
        widget=forms.RadioSelect,
    )
    limits = Text(label=gettext_lazy("Its limits"), max_length=2000, lines=3, required=False)
    until = Moment(label=gettext_lazy("It counts until"), required=False)
    why = Text(label=gettext_lazy("Where you refuse it: why"), lines=2, required=False, sometimes=True)

    def prepare(self) -> None:
        """What was proposed, which may be changed."""
        super().prepare()
        if one := self.one():
            self.fields["outcome"].help_text = self.view.said_of(one)
            self.initial.setdefault("limits", self.view.texts.get(one.limits, ""))
            self.initial.setdefault("until", one.until)

    def clean(self) -> dict[str, Any]:
        """Who refuses it says why; who says nothing visible of its limits means those that were proposed."""
        data = super().clean() or {}
        typed = {name: str(data.get(name, "")) for name in ("why", "limits")}
        data |= {name: text if text.strip() else "" for name, text in typed.items()}
        if data.get("outcome") == REFUSE and not data["why"]:
            self.add_error("why", _("Say why: whoever proposed it reads that."))
        return data

    def one(self) -> Record | None:
        """The one that waits for a manager."""
        return self.view.case.proposed


class ExtendForm(_OfOneForm):
    """Another end, with a reason."""

    until = Moment(label=gettext_lazy("It counts until"), help_text=gettext_lazy("The customer is told of it."))
    why = Text(label=gettext_lazy("Why"), help_text=gettext_lazy("For us."), lines=2)

    def prepare(self) -> None:
        """Until when it counts now."""
        super().prepare()
        if one := self.one():
            self.fields["why"].help_text = self.view.said_of(one)


class EndForm(_OfOneForm):
    """Why it counts no longer."""

    how = forms.ChoiceField(
        label=gettext_lazy("What is the matter with it"),
        help_text=gettext_lazy("The customer is told at once."),
        choices=choices(wording.WORKAROUND_ENDS),
        widget=forms.RadioSelect,
    )
    why = Text(label=gettext_lazy("Why"), help_text=gettext_lazy("For us."), lines=2)


def may_offer(view: View) -> bool:
    """Whether whoever looks at the case may offer one now."""
    return view.case.stop is None and view.case.state in MEANWHILE and bool(OFFERS & view.capacities)


def may_decide(view: View) -> bool:
    """Whether one waits for him."""
    return view.case.proposed is not None and bool(DECIDES & view.capacities)


def may_extend(view: View) -> bool:
    """Whether he may have it count for longer."""
    one = view.case.workaround
    return one is not None and bool(extends(view.case, view.policy, one) & view.capacities)


def may_end(view: View) -> bool:
    """Whether he may say that it counts no longer."""
    return view.case.workaround is not None and bool((OFFERS | DECIDES) & view.capacities)


def said(view: View) -> list[dict[str, Any]]:
    """What counts and what is proposed, as the page of the case shows it."""
    found = (one for one in (view.case.workaround, view.case.proposed) if one)
    return [
        {
            "meanwhile": view.texts.get(one.meanwhile, ""),
            "limits": view.texts.get(one.limits, ""),
            "until": one.until,
            "over": one.until is not None and one.until <= view.at,
            "proposed": one.is_proposed,
        }
        for one in found
    ]
