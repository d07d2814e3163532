"""Shifts in one's own calendar: whoever asks makes secret addresses, changes or closes them; a calendar reads them."""

from __future__ import annotations

from hashlib import sha256
from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from django.views.decorators.http import require_http_methods, require_safe

from backline.core.words import Actor
from backline.look.access import signed_in
from backline.look.forms import Form
from backline.look.http import Request, StaffRequest
from backline.people import operations as people
from backline.people import shift_feeds
from backline.people.oncall import may_plan
from backline.people.operations import Invalid
from backline.people.shift_feeds import ShiftFeed

OWN = "own"


class OpenForm(Form):
    """Whose shifts."""

    whose = forms.ChoiceField(label=gettext_lazy("Whose shifts"))

    def __init__(self, *args: Any, by: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        teams = [(str(team.id), _("All of %(team)s") % {"team": team.name}) for team in shift_feeds.readable(by)]
        self.choose("whose", [(OWN, _("My own")), *teams])


@signed_in()
@require_http_methods(["GET", "HEAD", "POST"])
def feeds(request: StaffRequest) -> HttpResponse:
    """My addresses, and the form that makes another."""
    if request.method == "POST" and {"renew", "close"} & request.POST.keys():
        return _changed(request)
    form = OpenForm(request.POST if request.method == "POST" else None, by=request.actor)
    if form.is_bound and form.is_valid():
        whose = form.cleaned_data["whose"]
        people.open_feed("" if whose == OWN else whose, by=request.actor, at=request.at)
        messages.success(request, _("Here is the address. Add it to your calendar as a calendar by subscription."))
        return redirect("desk:on_call_feeds")
    found = [(one, _address(one)) for one in shift_feeds.feeds_of(request.actor)]
    planned = [one for one in shift_feeds.readable(request.actor) if may_plan(request.actor, str(one.id))]
    context = {"form": form, "feeds": found, "planned": planned}
    return render(request, "desk/on_call_feeds.html", context, status=422 if form.is_bound else 200)


def _changed(request: StaffRequest) -> HttpResponse:
    try:
        if "renew" in request.POST:
            people.renew_feed(request.POST["renew"], by=request.actor, at=request.at)
            done = _("There is another address now. Calendars with the old one read nothing any more.")
        else:
            people.close_feed(request.POST["close"], by=request.actor)
            done = _("Closed. Calendars with that address read nothing any more.")
        messages.success(request, done)
    except Invalid as invalid:
        messages.warning(request, " ".join(invalid.errors.values()))
    return redirect("desk:on_call_feeds")


def _address(feed: ShiftFeed) -> str:
    """The whole address, as it goes into a calendar."""
    path = reverse("desk:on_call_feed", args=[shift_feeds.secret(feed)])
    return f"{settings.BACKLINE_URL.rstrip('/')}{path}"


@require_safe
def feed(request: HttpRequest, secret: str) -> HttpResponseBase:
    """What a calendar reads, in its owner's words; whether it may is judged anew at every request."""
    at = cast(Request, request).at
    found = shift_feeds.feed_of(secret, at=at)
    if found is None:
        raise Http404
    with override(found.person.language):
        content = shift_feeds.content(found, at=at)
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Cache-Control"] = "private, no-cache"
    response["Content-Disposition"] = 'inline; filename="on-call.ics"'
    response["ETag"] = quote_etag(sha256(content).hexdigest())
    return get_conditional_response(request, etag=response["ETag"], response=response) or response
