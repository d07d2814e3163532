"""The root cause of a case: the form that records it, whoever may, and whether the case cannot end without it."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from backline.cases import wording
from backline.cases.queries import View
from backline.core.facts import CAUSE_IS_SOUGHT, FINDS_CAUSE
from backline.core.words import Gate
from backline.desk.forms import CaseForm
from backline.look.forms import Text, choices


class RootCauseForm(CaseForm):
    """Where it lies, and what it is."""

    lies_in = forms.ChoiceField(
        label=gettext_lazy("Where does it lie"), choices=choices(wording.ROOT_CAUSES), widget=forms.RadioSelect
    )
    text = Text(
        label=gettext_lazy("What is the root cause"),
        help_text=gettext_lazy("Why it happened, so that it need not happen again. For us alone."),
    )


def may_record(view: View) -> bool:
    """Whether whoever looks at the case may record it now."""
    return view.case.state in CAUSE_IS_SOUGHT and bool(FINDS_CAUSE & view.capacities)


def is_owed(view: View) -> bool:
    """Whether the case cannot end without it, and it is time to look for it."""
    wanted = view.policy.wants(Gate.ROOT_CAUSE, view.case.reasons)
    return wanted and view.case.root_cause is None and view.case.state in CAUSE_IS_SOUGHT
