"""Sign-in: the form, the page, and the way back to what one wanted, or wrote, before it was asked for."""

from __future__ import annotations

from typing import cast
from urllib.parse import quote

from django import forms
from django.contrib.auth import authenticate, login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from backline.look import carried, moments, operations
from backline.look.forms import Form, Text
from backline.look.http import Request, posted

LONGEST_WAY = 4000
"""An address longer than this is not come back to after signing in; none of ours is."""


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
    form, way = SignInForm(posted(request)), carried.unpacked(request.POST.get("carried", ""))
    if form.is_bound and form.is_valid() and _signed_in(cast(Request, request), form):
        return carried.send_again(request, way) if way else redirect(_next(request))
    context = {"form": form, "next": _next(request), "carried": way}
    return render(request, "look/sign_in.html", context, status=422 if form.is_bound else 200)


def sign_in_first(request: HttpRequest) -> HttpResponse:
    """The sign-in for whoever is nobody yet: back to the page after it; what was written goes with it."""
    if "X-Live" in request.headers:
        return HttpResponse(status=401)  # an open page asks for itself: it says so and stays
    way = carried.of_request(request)
    if way is None:
        wanted = quote(request.get_full_path())
        return redirect(reverse("look:sign_in") + (f"?next={wanted}" if len(wanted) < LONGEST_WAY else ""))
    context = {"form": SignInForm(), "next": "/", "carried": way}
    return render(request, "look/sign_in.html", context, status=401)


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
