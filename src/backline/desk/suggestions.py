"""What the triggers suggest: a list for those who judge, and a page on which one becomes a case or is dismissed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from backline.cases import operations, suggestions, wording
from backline.cases.operations import JUDGES, Judged, KeyReused, MoveRefused
from backline.core.words import Danger, Impact, Urgency
from backline.look.access import signed_in
from backline.look.forms import KeyedForm, Text, choices
from backline.look.http import StaffRequest


class RaiseForm(KeyedForm):
    """What somebody says of a suggestion that becomes a case; it begins with what the facts say."""

    danger = forms.ChoiceField(
        label=gettext_lazy("Is anybody in danger?"), choices=choices(wording.DANGERS), widget=forms.RadioSelect
    )
    summary = Text(label=gettext_lazy("What is wrong"), lines=3, max_length=2000)
    impact = forms.ChoiceField(
        label=gettext_lazy("How much is held up?"), choices=choices(wording.IMPACTS), widget=forms.RadioSelect
    )
    urgency = forms.ChoiceField(
        label=gettext_lazy("How soon must it end?"), choices=choices(wording.URGENCIES), widget=forms.RadioSelect
    )

    def judged(self) -> Judged:
        """The same, as the operation takes it."""
        data = self.cleaned_data
        return Judged(data["summary"], Danger(data["danger"]), Impact(data["impact"]), Urgency(data["urgency"]))


class DismissForm(KeyedForm):
    """Why no case is needed."""

    why = Text(
        label=gettext_lazy("Why no case is needed"),
        help_text=gettext_lazy("It is kept; the same facts are not suggested again."),
        lines=2,
        max_length=1000,
    )


@signed_in(*JUDGES)
@require_safe
def all_of_them(request: StaffRequest) -> HttpResponse:
    """The suggestions that wait, the one due first first."""
    found = suggestions.waiting(request.actor, zone=request.zone)
    more = len(found) == suggestions.CAP
    return render(request, "desk/suggestions.html", {"found": found, "more": more, "most": suggestions.CAP})


@signed_in(*JUDGES)
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: StaffRequest, finding: UUID) -> HttpResponse:
    """One suggestion: raise it, or say why no case is needed."""
    found, report, twin = suggestions.suggestion(str(finding), request.actor, zone=request.zone)
    sent = request.POST.get("do", "") if request.method == "POST" else ""
    start = {
        "summary": report.summary,
        "danger": report.danger.value,
        "impact": report.impact.value,
        "urgency": report.urgency.value,
    }
    raising = RaiseForm(request.POST if sent == "raise" else None, initial=start, auto_id="raise_%s")
    dismissing = DismissForm(request.POST if sent == "dismiss" else None, auto_id="dismiss_%s")
    status = 200 if request.method != "POST" else 422
    form: Any = {"raise": raising, "dismiss": dismissing}.get(sent)
    if form is not None and form.is_valid():
        try:
            return _raised(request, finding, form) if form is raising else _dismissed(request, finding, form)
        except MoveRefused as refused:
            status = 409
            form.add_error(None, wording.refusal(refused))
        except KeyReused:
            status = 409
            form.add_error(None, _("This form was sent before with another content; that one was kept."))
    context = {"one": found, "twin": twin, "raising": raising, "dismissing": dismissing}
    return render(request, "desk/finding.html", context, status=status)


def _raised(request: StaffRequest, finding: UUID, form: RaiseForm) -> HttpResponse:
    once: dict[str, Any] = {"by": request.actor, "at": request.at, "key": form.sent_key}
    done = operations.raise_suggested(str(finding), judged=form.judged(), **once)
    said = _("That was sent already; here it is.") if done.repeated else _("This is the case now.")
    messages.success(request, said)
    return redirect("desk:case", UUID(done.case))


def _dismissed(request: StaffRequest, finding: UUID, form: DismissForm) -> HttpResponse:
    once: dict[str, Any] = {"by": request.actor, "at": request.at, "key": form.sent_key}
    operations.dismiss(str(finding), why=form.cleaned_data["why"], **once)
    messages.success(request, _("Dismissed. The same facts are not suggested again."))
    return redirect("desk:suggestions")
