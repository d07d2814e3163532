"""The first start: a link that works once, for a week, and asks for the organisation and its first administrator."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from backline.cases.links import LinkFlaw, LinkRefused
from backline.core.words import Role
from backline.look.forms import Form, Text, Zone
from backline.look.http import Request, posted
from backline.people import operations as people
from backline.people import queries
from backline.people.operations import Founding, Invalid, PersonForm

LASTS = timedelta(days=7)
_SALT = "backline.first-start"


def link(*, at: datetime) -> str:
    """The link, to be printed where only whoever installs Backline reads it."""
    token = signing.dumps({"until": int((at + LASTS).timestamp())}, salt=_SALT)
    return settings.BACKLINE_URL + reverse("desk:first_start", args=[token])


class FoundingForm(Form):
    """Everything that the first start asks for."""

    organisation = Text(lines=1, max_length=200, label=gettext_lazy("Name of your organisation"))
    zone = Zone()
    name = Text(lines=1, max_length=200, label=gettext_lazy("Your name"))
    email = Text(lines=1, max_length=254, label=gettext_lazy("Your e-mail address"))
    password = forms.CharField(
        label=gettext_lazy("Choose a password"),
        help_text=gettext_lazy("At least 10 characters."),
        strip=False,
        max_length=500,
        widget=forms.PasswordInput,
    )
    last_resort_name = Text(
        lines=1,
        max_length=200,
        required=False,
        label=gettext_lazy("Last-resort contact: name"),
        help_text=gettext_lazy("Who hears when nobody else can be found. Leave both empty to be that yourself."),
    )
    last_resort_email = Text(
        lines=1, max_length=254, required=False, label=gettext_lazy("Last-resort contact: e-mail address")
    )

    def clean(self) -> dict[str, Any]:
        """Whoever is named as the last resort must be reachable: a name alone is not left out in silence."""
        data = self.cleaned_data
        if data.get("last_resort_name", "").strip() and not data.get("last_resort_email", "").strip():
            self.add_error("last_resort_email", _("Give the e-mail address too, or leave both empty."))
        return data

    def founding(self) -> Founding:
        """The form as the operation takes it."""
        data = self.cleaned_data
        administrator = PersonForm(
            data["name"], data["email"], (Role.ADMINISTRATOR,), data["zone"], password=data["password"]
        )
        last_resort = {name: data[name] for name in ("last_resort_name", "last_resort_email")}
        return Founding(data["organisation"], data["zone"], administrator, **last_resort)


@require_http_methods(["GET", "HEAD", "POST"])
def first_start(request: HttpRequest, token: str) -> HttpResponse:
    """Set up the organisation; afterwards the link leads to the sign-in."""
    _check(token, cast(Request, request).at)
    if queries.organisation() is not None:
        messages.info(request, _("The organisation is set up. Sign in."))
        return redirect("look:sign_in")
    form = FoundingForm(posted(request))
    if form.is_bound and form.is_valid():
        try:
            people.found(form.founding())
        except Invalid as invalid:
            form.refuse(invalid.errors)
        else:
            return redirect("look:sign_in")
    return render(request, "desk/first_start.html", {"form": form}, status=422 if form.is_bound else 200)


def _check(token: str, at: datetime) -> None:
    try:
        until = signing.loads(token, salt=_SALT)["until"]
    except (signing.BadSignature, KeyError, TypeError, UnicodeError) as error:
        raise LinkRefused(LinkFlaw.ALTERED) from error
    if at.timestamp() >= until:
        raise LinkRefused(LinkFlaw.EXPIRED)
