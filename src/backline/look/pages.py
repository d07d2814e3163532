"""Sign-in, sign-out, the way home by role, and the design system on one page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import cast

from django import forms
from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backline.core.words import Role
from backline.look import moments, operations
from backline.look.access import signed_in
from backline.look.forms import Form, Text
from backline.look.http import Request, StaffRequest, posted

HOMES = (
    (Role.COORDINATOR, "desk:queue"),
    (Role.MANAGER, "desk:manager"),
    (Role.SPECIALIST, "desk:mine"),
    (Role.TECHNICIAN, "intake:jobs"),
    (Role.ADMINISTRATOR, "desk:administration"),
)


class SignInForm(Form):
    """E-mail and password."""

    email = Text(lines=1, max_length=254, label=gettext_lazy("E-mail address"))
    password = forms.CharField(
        label=gettext_lazy("Password"), strip=False, max_length=500, widget=forms.PasswordInput(render_value=False)
    )

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)
        self.fields["email"].widget.attrs |= {"autocomplete": "username", "inputmode": "email", "autofocus": True}
        self.fields["password"].widget.attrs["autocomplete"] = "current-password"


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in, then on to where one wanted to go."""
    form = SignInForm(posted(request))
    if form.is_bound and form.is_valid() and _signed_in(cast(Request, request), form):
        return redirect(_next(request))
    status = 422 if form.is_bound else 200
    return render(request, "look/sign_in.html", {"form": form, "next": _next(request)}, status=status)


def _signed_in(request: Request, form: SignInForm) -> bool:
    email = form.cleaned_data["email"].strip()
    place = request.META.get("REMOTE_ADDR", "")
    later = operations.next_try(email=email, place=place, at=request.at)
    if later is not None:
        said = _("Too many tries. Try again %(when)s.") % {"when": moments.relative(later, request.at)}
        form.add_error(None, said)
        return False
    person = authenticate(request, email=email, password=form.cleaned_data["password"])
    if person is None:
        operations.failed(email=email, place=place, at=request.at)
        form.add_error(None, _("E-mail address and password do not belong together. Check both and try again."))
        return False
    operations.forget(email=email)
    login(request, person)
    return True


def _next(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    own = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) and wanted.startswith("/")
    return wanted if own else "/"


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out."""
    logout(request)
    return redirect("look:sign_in")


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


@signed_in(Role.ADMINISTRATOR)
@require_safe
def design(request: StaffRequest) -> HttpResponse:
    """Every part of the design system on one page."""
    start = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
    context = {
        "form": SampleForm(),
        "wrong": SampleForm({"summary": "", "priority": "", "team": "a"}),
        "start": request.at - timedelta(minutes=20),
        "soon": request.at + timedelta(minutes=5),
        "later": request.at + timedelta(hours=3),
        "past": start,
        "states": ["RAISED", "RETURNED", "OFFERED", "ACCEPTED", "RESOLVED", "CLOSED", "WITHDRAWN"],
        "priorities": ["P1", "P2", "P3", "P4"],
    }
    return render(request, "look/design.html", context)
