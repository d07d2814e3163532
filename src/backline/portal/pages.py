"""The customer's page, by signed link: what is happening, what is next, by when; confirm, or say what is not right."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from django.views.decorators.http import require_http_methods

from backline.cases import links, operations, queries, wording
from backline.cases.links import Linked
from backline.cases.operations import KeyReused, MoveRefused, Refusal
from backline.look import moments
from backline.look.forms import KeyedForm, Text
from backline.look.http import Request
from backline.portal.story import story


class ConfirmForm(KeyedForm):
    """Nothing but the button."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, auto_id="confirm_%s", **options)


class DisputeForm(KeyedForm):
    """What is not right."""

    why = Text(label=gettext_lazy("What is not right yet"), lines=3, max_length=4000)


@require_http_methods(["GET", "HEAD", "POST"])
def case(request: HttpRequest, token: str) -> HttpResponse:
    """One case for one contact; the link is judged anew at every request."""
    asked = cast(Request, request)
    linked = links.read(token, at=asked.at)
    asked.zone = linked.contact.zone
    with override(linked.contact.language), timezone.override(moments.zone_of(asked.zone)):
        if request.method == "POST":
            return _post(asked, token, linked)
        return _page(asked, linked, 200)


def _post(request: Request, token: str, linked: Linked) -> HttpResponse:
    confirms = request.POST.get("answer") == "works"
    form = ConfirmForm(request.POST) if confirms else DisputeForm(request.POST)
    if not form.is_valid():
        return _page(request, linked, 422, form=form)
    try:
        done = _act(request, linked, form, confirms=confirms)
    except MoveRefused as refused:
        messages.info(request, _moved_on(refused))
        return _page(request, linked, 409, unsent=form.cleaned_data.get("why", ""))
    except KeyReused:
        messages.info(request, _("You have answered already, with other words; those were kept."))
        return _page(request, linked, 409, unsent=form.cleaned_data.get("why", ""))
    repeated = _("We have that already, thank you.")
    messages.success(request, repeated if done.repeated else _("Thank you. We have your answer."))
    return redirect("portal:case", token)


def _moved_on(refused: MoveRefused) -> str:
    if refused.refusal is Refusal.REOPEN_TOO_LATE:
        return wording.refusal(refused)
    return _("Things have moved on since you opened this page. This is where it stands.")


def _act(request: Request, linked: Linked, form: KeyedForm, *, confirms: bool) -> operations.Done:
    case, by, at, key = [linked.case_id], linked.actor, request.at, form.sent_key
    if confirms:
        return operations.confirm(case, by=by, at=at, key=key)[0]
    return operations.dispute(case, why=form.cleaned_data["why"], by=by, at=at, key=key)[0]


def _page(
    request: Request, linked: Linked, status: int, *, form: KeyedForm | None = None, unsent: str = ""
) -> HttpResponse:
    """The page, with a form that needs another look; words that came too late stand on it, for nobody to lose."""
    view = queries.view(linked.case_id, linked.actor, at=request.at, zone=linked.contact.zone)
    context = {
        "story": story(view, at=request.at),
        "confirm": form if isinstance(form, ConfirmForm) else ConfirmForm(),
        "dispute": form if isinstance(form, DisputeForm) else DisputeForm(),
        "unsent": unsent,
        "zone": linked.contact.zone,
        "case_id": linked.case_id,
        "contact": linked.contact,
    }
    return render(request, "portal/case.html", context, status=status)
