"""The customer's page as it is rendered: where the case stands, and every form that makes sense now."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from backline.cases import queries
from backline.core.words import OPEN_STATES
from backline.look.forms import KeyedForm
from backline.look.http import Request
from backline.portal.forms import CallForm, ConfirmForm, DisputeForm, RateForm, UrgentForm, WriteForm
from backline.portal.opened import Opened
from backline.portal.spoken import spoken
from backline.portal.story import story


def show(
    request: Request, door: Opened, status: int = 200, *, form: KeyedForm | None = None, unsent: str = ""
) -> HttpResponse:
    """The page, with a form that needs another look; words that came too late stand on it, for nobody to lose."""
    linked = door.linked
    view = queries.view(linked.case_id, linked.actor, at=request.at, zone=linked.contact.zone)
    told = story(view, at=request.at, contact=str(linked.contact.id))
    fresh: dict[str, KeyedForm] = {
        "confirm": ConfirmForm(),
        "dispute": DisputeForm(),
        "write": WriteForm(),
        "urgent": UrgentForm(),
        "call": CallForm(initial={"number": linked.contact.phone}),
        "rate": RateForm(initial={"rating": view.case.rating or None}),
    }
    fresh |= {name: form for name, one in fresh.items() if form is not None and type(form) is type(one)}
    context = {
        **fresh,
        "story": told,
        "spoken": spoken(view, told, at=request.at),
        "is_open": view.case.state in OPEN_STATES,
        "unsent": unsent,
        "zone": linked.contact.zone,
        "case_id": linked.case_id,
        "contact": linked.contact,
        "token": door.token,
    }
    return render(request, "portal/case.html", context, status=status)
