"""Sends or shows the links by which persons choose a password."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from backline.channels import queries as outbox
from backline.core.words import Role
from backline.desk import welcome
from backline.desk.administration.forms import PlainForm
from backline.look.access import signed_in
from backline.look.http import StaffRequest
from backline.people import queries as persons

administrator = signed_in(Role.ADMINISTRATOR)


@administrator
@require_POST
def send_links(request: StaffRequest) -> HttpResponse:
    """Write to everybody who has no password yet."""
    form = PlainForm(request.POST)
    if form.is_valid():
        waiting = persons.without_password()
        welcome.send(waiting, by=request.actor.id, at=request.at, key=form.sent_key)
        said = ngettext(
            "A link is on its way to %(n)d person.", "Links are on their way to %(n)d persons.", len(waiting)
        )
        _say(request, said % {"n": len(waiting)})
    else:
        messages.warning(request, _("The form did not arrive whole. Nothing was sent; try again."))
    return redirect("desk:administration")


@administrator
@require_POST
def link(request: StaffRequest, entry: UUID) -> HttpResponse:
    """Write to one person, or show the link to be handed over."""
    person = persons.persons_by_id([str(entry)]).get(str(entry))
    if person is None or not person.is_active:
        raise Http404
    if "show" in request.POST:
        context = {"person": person, "link": welcome.link(person, at=request.at)}
        return render(request, "desk/administration/link.html", context)
    form = PlainForm(request.POST)
    if form.is_valid():
        welcome.send([person], by=request.actor.id, at=request.at, key=form.sent_key)
        _say(request, _("A link is on its way to %(name)s.") % {"name": person.name})
    else:
        messages.warning(request, _("The form did not arrive whole. Nothing was sent; try again."))
    return redirect("desk:entry", "persons", entry)


def _say(request: StaffRequest, said: str) -> None:
    if outbox.mail_is_set_up():
        messages.success(request, said)
    else:
        no_server = _("No mail server is set up, so nobody is written to. Show the link on the person's page instead.")
        messages.warning(request, no_server)
