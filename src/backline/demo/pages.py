"""The switcher of a demo: one press without a password, and one is another of the cast; elsewhere it is not there."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from backline.cases import links, lists
from backline.cases.lists import Order, Wanted
from backline.core.words import Actor, ActorKind
from backline.demo.cast import CAST, mail
from backline.demo.context import CUSTOMER
from backline.demo.places import places
from backline.jobs import queries as jobs
from backline.look.http import Request
from backline.people import queries as people


def become(request: HttpRequest) -> HttpResponse:
    """Be somebody else from now on."""
    if not people.is_demo():
        raise Http404
    return _become(request)


@require_POST
def _become(request: HttpRequest) -> HttpResponse:
    who = request.POST.get("who", "")
    if who == CUSTOMER:
        return _customer(cast(Request, request))
    name = next((name for name, _role, _what in CAST if name.lower() == who), None)
    if name is None:
        raise Http404
    person = people.person_by_email(mail(name))
    if person is None:
        messages.info(request, _("%(name)s is not there any more.") % {"name": name})
    else:
        login(request, person)
    return redirect("look:home")


def _customer(request: Request) -> HttpResponse:
    """The customer's link to that open case of hers in which something happened last."""
    address = places()[0].contact_mail
    contact = people.contacts_by_email([address]).get(address)
    sites = jobs.sites_of_contact(str(contact.id)) if contact else []
    if contact is not None and sites:
        actor = Actor(ActorKind.CONTACT, str(contact.id), customer=str(sites[0].customer_id))
        lines = lists.page(actor, Wanted(order=Order.CHANGED_LAST, most=1)).lines
        if lines:
            return redirect("portal:case", links.token(case_id=lines[0].id, contact=contact, at=request.at))
    messages.info(request, _("No case of this customer is open any more."))
    return redirect("look:home")
