"""My account: the zone in which I read moments, and my password."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from backline.look.access import signed_in
from backline.look.forms import Form, Zone
from backline.look.http import StaffRequest, posted
from backline.people import operations as people
from backline.people.operations import Invalid


class ZoneForm(Form):
    """The zone."""

    zone = Zone(help_text=gettext_lazy("In which you read moments, here and in letters."))


def secret(label: Any, autocomplete: str, help_text: Any = "") -> forms.CharField:
    """A password, never shown again."""
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, help_text=help_text, strip=False, max_length=500, widget=widget)


class PasswordForm(Form):
    """Another password."""

    old = secret(gettext_lazy("The password you have"), "current-password")
    new = secret(gettext_lazy("The new one"), "new-password", gettext_lazy("At least 10 characters."))


@signed_in()
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: StaffRequest) -> HttpResponse:
    """Show both forms; keep the zone."""
    form = ZoneForm(posted(request), initial={"zone": request.zone})
    if request.method == "POST" and form.is_valid():
        people.set_zone(person_id=request.actor.id, zone=form.cleaned_data["zone"])
        messages.success(request, _("Kept."))
        return redirect("look:account")
    return _page(request, form, PasswordForm())


@sensitive_post_parameters("old", "new")
@signed_in()
@require_POST
def password(request: StaffRequest) -> HttpResponse:
    """Keep another password; whoever is signed in elsewhere with the old one is signed out there."""
    form = PasswordForm(request.POST)
    if form.is_valid():
        try:
            person = people.change_password(person_id=request.actor.id, **form.cleaned_data)
        except Invalid as invalid:
            form.refuse(invalid.errors)
        else:
            update_session_auth_hash(request, person)
            messages.success(request, _("Your password is changed. Everywhere else you are signed out."))
            return redirect("look:account")
    return _page(request, ZoneForm(initial={"zone": request.zone}), form)


def _page(request: StaffRequest, zone: ZoneForm, password_form: PasswordForm) -> HttpResponse:
    context = {"form": zone, "password_form": password_form}
    status = 422 if request.method == "POST" else 200
    return render(request, "look/account.html", context, status=status)
