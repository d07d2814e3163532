"""The customer's page, by signed link: what is happening, what is next, by when; confirm, or say what is not right."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from backline.cases import operations
from backline.cases.links import Linked
from backline.cases.operations import KeyReused, MoveRefused, Refusal
from backline.look.forms import KeyedForm
from backline.look.http import Request
from backline.people.languages import to_customer as _
from backline.portal.forms import ConfirmForm, DisputeForm
from backline.portal.opened import Opened, opened
from backline.portal.shown import show


@require_http_methods(["GET", "HEAD", "POST"])
@opened
def case(request: Request, door: Opened) -> HttpResponse:
    """One case for one contact."""
    return _post(request, door) if request.method == "POST" else show(request, door)


def _post(request: Request, door: Opened) -> HttpResponse:
    confirms = request.POST.get("answer") == "works"
    form = ConfirmForm(request.POST) if confirms else DisputeForm(request.POST)
    if not form.is_valid():
        return show(request, door, 422, form=form)
    try:
        done = _act(request, door.linked, form, confirms=confirms)
    except MoveRefused as refused:
        messages.info(request, moved_on(refused))
        return show(request, door, 409, unsent=form.cleaned_data.get("why", ""))
    except KeyReused:
        messages.info(request, _("You have answered already, with other words; those were kept."))
        return show(request, door, 409, unsent=form.cleaned_data.get("why", ""))
    repeated = _("We have that already, thank you.")
    messages.success(request, repeated if done.repeated else _("Thank you. We have your answer."))
    return redirect("portal:case", door.token)


def moved_on(refused: MoveRefused) -> str:
    """Why what was sent does not fit any more, to the customer's face."""
    if refused.refusal is Refusal.REOPEN_TOO_LATE:
        return _("It closed too long ago to be opened again here. Please report it as a new fault.")
    return _("Things have moved on since you opened this page. This is where it stands.")


def _act(request: Request, linked: Linked, form: KeyedForm, *, confirms: bool) -> operations.Done:
    case, by, at, key = [linked.case_id], linked.actor, request.at, form.sent_key
    if confirms:
        return operations.confirm(case, by=by, at=at, key=key)[0]
    return operations.dispute(case, why=form.cleaned_data["why"], by=by, at=at, key=key)[0]
