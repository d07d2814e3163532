"""Sign-out, the way home by role, and the design system on one page."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from backline.core.words import Role
from backline.look.access import signed_in
from backline.look.forms import Form, Text
from backline.look.http import StaffRequest

HOMES = (
    (Role.COORDINATOR, "desk:queue"),
    (Role.MANAGER, "desk:manager"),
    (Role.SPECIALIST, "desk:mine"),
    (Role.TECHNICIAN, "intake:jobs"),
    (Role.ADMINISTRATOR, "desk:administration"),
)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out; the browser forgets the pages that it kept for "back"."""
    logout(request)
    answer = redirect("look:sign_in")
    answer["Clear-Site-Data"] = '"cache"'
    return answer


@signed_in()
@require_safe
def home(request: StaffRequest) -> HttpResponse:
    """The page that somebody of this role works on."""
    for role, name in HOMES:
        if role in request.actor.roles:
            return redirect(name)
    return redirect("desk:mine")


class SampleForm(Form):
    """One of each kind of field."""

    summary = Text(label="What is wrong", help_text="In one or two sentences.")
    priority = forms.ChoiceField(
        label="How urgent", choices=[("LOW", "Low"), ("HIGH", "High")], widget=forms.RadioSelect
    )
    team = forms.ChoiceField(label="Team", choices=[("a", "Lift support"), ("b", "Lift specialists")])
    reasons = forms.MultipleChoiceField(
        label="Why",
        choices=[(name, name) for name in ("Too hard", "Not safe", "A part", "Again", "Unhappy")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    alone = forms.BooleanField(label="Everybody sees it", required=False)


@signed_in(Role.ADMINISTRATOR)
@require_safe
def design(request: StaffRequest) -> HttpResponse:
    """Every part of the design system on one page."""
    past, later = request.at - timedelta(hours=2), request.at + timedelta(hours=3)
    hours = [past + timedelta(hours=count) for count in range(4)]
    kinds = ("counted", "closed", "paused", "counted")
    form = SampleForm()
    form.warn({"team": ["Team Lift support has no active lead, so the coordinators hear instead of the lead."]})
    context = {
        "form": form,
        "wrong": SampleForm({"summary": "", "priority": "", "team": "a"}),
        "start": request.at - timedelta(minutes=20),
        "soon": request.at + timedelta(minutes=5),
        "later": later,
        "past": past,
        "stretches": list(zip(hours, [*hours[1:], later], kinds, strict=True)),
        "states": ["RAISED", "RETURNED", "OFFERED", "ACCEPTED", "RESOLVED", "CLOSED", "WITHDRAWN"],
        "priorities": ["P1", "P2", "P3", "P4"],
        "rows": {
            "": "It stands still",
            "here": "The line in hand",
            "glow": "Somebody has just changed this one",
        }.items(),
    }
    return render(request, "look/design.html", context)
