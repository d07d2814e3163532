"""My deputies: a manager names who decides reviews in his place, sees who does, and ends it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from backline.core.words import Role
from backline.look.access import signed_in
from backline.look.forms import Form, Moment
from backline.look.http import StaffRequest, posted
from backline.people import operations as people
from backline.people import queries
from backline.people.operations import DeputyForm, Invalid


class NameForm(Form):
    """Who, from when, and until when."""

    person = forms.ChoiceField(label=gettext_lazy("Who decides in your place"))
    from_at = Moment(label=gettext_lazy("From"), required=False, help_text=gettext_lazy("Left empty, from now on."))
    to_at = Moment(ends=True, label=gettext_lazy("Until"))

    def __init__(self, *args: Any, manager: str, **options: Any) -> None:
        super().__init__(*args, **options)
        there = [(str(one.id), one.name) for one in queries.persons() if str(one.id) != manager]
        self.choose("person", [("", _("Choose somebody")), *there])


@signed_in(Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def deputies(request: StaffRequest) -> HttpResponse:
    """Those whom I named, and the form that names another."""
    if "end" in request.POST:
        return _end(request)
    form = NameForm(posted(request), manager=request.actor.id)
    if form.is_bound and form.is_valid():
        wanted = DeputyForm(**form.cleaned_data)
        try:
            named = people.name_deputy(wanted, manager=request.actor.id, at=request.at)
        except Invalid as invalid:
            form.refuse(invalid.errors)
        else:
            messages.success(request, _("%(name)s decides reviews in your place.") % {"name": named.person.name})
            return redirect("desk:deputies")
    context = {"form": form, "named": queries.deputies_of(request.actor.id, at=request.at)}
    return render(request, "desk/deputies.html", context, status=422 if form.is_bound else 200)


def _end(request: StaffRequest) -> HttpResponse:
    number = request.POST["end"]
    if number.isascii() and number.isdigit() and len(number) < 16:
        people.end_deputy(int(number), manager=request.actor.id, at=request.at)
    messages.success(request, _("Ended."))
    return redirect("desk:deputies")
