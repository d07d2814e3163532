"""The link by which somebody chooses a first or another password: works once, for a week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from backline.cases.links import LinkFlaw, LinkRefused
from backline.channels import operations as channels
from backline.channels.letters import letter_to
from backline.channels.notices import NewNotice
from backline.look.account import secret
from backline.look.forms import Form
from backline.look.http import Request, posted
from backline.people import operations as people
from backline.people import queries
from backline.people.operations import Invalid, WrongLinkError
from backline.people.queries import Person

LASTS = timedelta(days=7)
_SALT = "backline.welcome"


def link(person: Person, *, at: datetime, sent_to: str = "") -> str:
    """The link for this person; another password, whoever chooses it, ends it. Who uses one that was sent got it."""
    document = {"p": str(person.id), "m": people.password_mark(person), "u": int((at + LASTS).timestamp())}
    document |= {"a": sent_to} if sent_to else {}
    return settings.BACKLINE_URL.rstrip("/") + reverse("desk:welcome", args=[signing.dumps(document, salt=_SALT)])


def send(persons: list[Person], *, by: str, at: datetime, key: str) -> None:
    """Write each of the persons a letter with the link; the same key writes it once."""
    channels.queue([_letter(person, by, at, key) for person in persons], at=at)


def _letter(person: Person, by: str, at: datetime, key: str) -> NewNotice:
    organisation = queries.organisation()
    said = _(
        "Hello %(name)s,\n\n%(organisation)s works with Backline. You sign in with this address: %(email)s\n"
        "Choose your password here; the link works once, for a week:\n%(link)s\n\n"
        "If you did not expect this letter, leave it.\n"
    )
    values = {"name": person.name, "organisation": organisation.name if organisation else "", "email": person.email}
    values |= {"link": link(person, at=at, sent_to=person.email)}
    letter = _("Choose your password for Backline"), said % values
    return letter_to(person, letter, key=f"link:{person.id}:{by}:{key}", kind="person.link", at_once=True)


class ChoiceForm(Form):
    """A password."""

    new = secret(gettext_lazy("Choose a password"), "new-password", gettext_lazy("At least 10 characters."))


@dataclass(frozen=True, slots=True)
class _Linked:
    person: Person
    mark: str
    sent_to: str


@sensitive_post_parameters("new")
@require_http_methods(["GET", "HEAD", "POST"])
def welcome(request: HttpRequest, token: str) -> HttpResponse:
    """Choose a password; afterwards the link leads to the sign-in."""
    at = cast(Request, request).at
    linked = _read(token, at)
    form = ChoiceForm(posted(request))
    try:
        if not linked.person.is_active or people.password_mark(linked.person) != linked.mark:
            raise WrongLinkError
        if form.is_bound and form.is_valid():
            _choose(linked, form.cleaned_data["new"], at=at)
            messages.success(request, _("Your password is kept. Sign in with it."))
            return redirect("look:sign_in")
    except WrongLinkError:
        messages.info(request, _("This link was used, or a password was chosen since. Sign in, or ask for another."))
        return redirect("look:sign_in")
    except Invalid as invalid:
        form.refuse(invalid.errors)
    context = {"form": form, "person": linked.person}
    return render(request, "desk/welcome.html", context, status=422 if form.is_bound else 200)


def _read(token: str, at: datetime) -> _Linked:
    try:
        document = signing.loads(token, salt=_SALT)
        person_id, mark, until = document["p"], document["m"], document["u"]
    except (signing.BadSignature, KeyError, TypeError, ValueError, UnicodeError) as error:
        raise LinkRefused(LinkFlaw.ALTERED) from error
    if at.timestamp() >= until:
        raise LinkRefused(LinkFlaw.EXPIRED)
    person = queries.persons_by_id([person_id]).get(person_id)
    if person is None:
        raise LinkRefused(LinkFlaw.REVOKED)
    return _Linked(person, mark, str(document.get("a", "")))


def _choose(linked: _Linked, new: str, *, at: datetime) -> None:
    """The password; the address that the link was sent to is proved by it."""
    person = str(linked.person.id)
    with transaction.atomic():
        people.choose_password(person_id=person, mark=linked.mark, new=new)
        people.proved_by_letter(person, linked.sent_to.lower(), at=at)
