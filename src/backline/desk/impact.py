"""What is lost: the form that corrects it for one case, and the sums of all, which lead to their cases."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from backline.cases import lost, wording
from backline.core.impact import MOST, Said
from backline.core.words import Measure, Role
from backline.desk import rows
from backline.desk.forms import CaseForm
from backline.look.access import signed_in
from backline.look.forms import Text, Whole
from backline.look.http import StaffRequest

SHOWN = 200


class ImpactForm(CaseForm):
    """What is lost, other than was known."""

    trapped = Whole(label=gettext_lazy("Persons trapped"), required=False, min_value=0, max_value=MOST["trapped"])
    at_risk = Whole(label=gettext_lazy("Persons at risk"), required=False, min_value=0, max_value=MOST["at_risk"])
    units = Whole(label=gettext_lazy("Units standing still"), required=False, min_value=0, max_value=MOST["units"])
    cost_an_hour = Whole(
        label=gettext_lazy("Cost an hour"), required=False, min_value=0, max_value=MOST["cost_an_hour"]
    )
    penalty = Whole(label=gettext_lazy("Contract penalty"), required=False, min_value=0, max_value=MOST["penalty"])
    why = Text(
        label=gettext_lazy("Why"), lines=2, help_text=gettext_lazy("Who said so, or what you saw. For us alone.")
    )

    def prepare(self) -> None:
        """What is known now."""
        for name in MOST:
            self.initial.setdefault(name, getattr(self.view.case.losses, name))

    def said(self) -> Said:
        """What was typed."""
        return Said(**{name: self.cleaned_data[name] for name in MOST})


@signed_in(Role.MANAGER)
@require_safe
def impact(request: StaffRequest) -> HttpResponse:
    """The sums, and the cases behind the one that was asked for, by which most is lost first."""
    asked = request.GET.get("by", "")
    sums = lost.totals(request.at)
    first = sums[0].measure if sums else Measure.TRAPPED
    measure = Measure(asked) if asked in set(Measure) else first
    found = lost.by(measure, request.at, most=SHOWN + 1)
    context = {
        "sums": sums,
        "measure": measure,
        "label": wording.MEASURES[measure],
        "part": rows.Part.of(found, SHOWN),
    }
    return render(request, "desk/impact.html", context)
