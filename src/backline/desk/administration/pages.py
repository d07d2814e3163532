"""The administrator's pages: an overview, the registers with their entries, contacts, mail, the organisation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backline.calendars import choices
from backline.calendars.words import ChosenFor
from backline.cases import operations as cases
from backline.cases import queries
from backline.channels import operations as channels
from backline.channels import queries as outbox
from backline.channels.email import entrance
from backline.channels.email.wired import provider_from_settings
from backline.channels.letters import letter_to
from backline.channels.notices import NewNotice
from backline.core.words import Role
from backline.desk import operations as desk
from backline.desk.administration.checklist import steps
from backline.desk.administration.forms import OrganisationForm, PlainForm, RegisterForm
from backline.desk.administration.held import one_at_a_time, status
from backline.desk.administration.imports.pages import KINDS
from backline.desk.administration.register import Kept, Register
from backline.desk.administration.registers import REGISTERS
from backline.desk.expertise import said, today
from backline.look.access import signed_in
from backline.look.http import StaffRequest, posted
from backline.people import operations as people
from backline.people import queries as persons
from backline.people.expertise import certificates_ending, those_who_have
from backline.people.operations import Invalid
from backline.readiness import entries, set_up

MOST, MOST_ENDING = 200, 20
administrator = signed_in(Role.ADMINISTRATOR)


@administrator
@require_safe
def overview(request: StaffRequest) -> HttpResponse:
    """The checklist of setting up, and what can be kept here."""
    desk.forget_looks(before=request.at - desk.LOOKED_AT_FOR)
    found = steps(request.at)
    context = {
        "registers": REGISTERS.values(), "steps": found, "lacking": sum(not step.done for step in found),
        "waiting": persons.without_password(), "form": PlainForm(),
        "certificates": said(certificates_ending(today(request), most=MOST_ENDING), today(request)),
    }  # fmt: skip
    return render(request, "desk/administration/overview.html", context)


def _register(slug: str) -> Register:
    if slug not in REGISTERS:
        raise Http404
    return REGISTERS[slug]


@administrator
@require_safe
def register(request: StaffRequest, slug: str) -> HttpResponse:
    """The entries of one register; the filter is the address."""
    shown, text = _register(slug), request.GET.get("q", "")[:100]
    rows = shown.find(text.strip(), MOST + 1)
    context = {"register": shown, "rows": rows[:MOST], "more": len(rows) > MOST, "most": MOST, "text": text}
    context["imported"] = slug in KINDS
    return render(request, "desk/administration/register.html", context)


@administrator
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: StaffRequest, slug: str) -> HttpResponse:
    """A new entry; its id is the key that the form was shown with, so that sending it twice adds it once."""
    shown = _register(slug)
    form = shown.form(posted(request), changes=False)
    return _answer(request, shown, form, "")


@administrator
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: StaffRequest, slug: str, entry: UUID) -> HttpResponse:
    """One entry, changed; one change after the other, so that none undoes another unseen."""
    shown = _register(slug)
    return one_at_a_time(request, lambda busy: _entry(request, shown, str(entry), busy))


def _entry(request: StaffRequest, shown: Register, entry: str, busy: people.Busy | None) -> HttpResponse:
    values = shown.load(entry)
    if values is None:
        raise Http404
    form = shown.form(posted(request), initial=values, changes=True)
    if busy:
        form.wait(busy)
    return _answer(request, shown, form, entry)


def _answer(request: StaffRequest, shown: Register, form: RegisterForm, entry: str) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            name = entry or str(UUID(form.sent_key))
            shown.keep(Kept(name, form.cleaned_data, request.actor, request.at, new=not entry))
        except people.Busy as busy:
            form.wait(busy)
        except Invalid as invalid:
            form.refuse(invalid.errors)
        except ValueError:
            form.add_error(None, _("This form is not one of ours. Open it again; nothing was changed."))
        else:
            return _kept(request, shown, name)
    if not form.is_bound and entry:
        form.warn(entries.beside(shown.slug, entry, at=request.at))
    context = {"register": shown, "form": form, "entry": entry, **_more(request, shown, entry)}
    return render(request, "desk/administration/entry.html", context, status=status(form))


def _kept(request: StaffRequest, shown: Register, entry: str) -> HttpResponse:
    """Back to the register; where the entry is not ready yet, that is said beside its fields first."""
    if entries.beside(shown.slug, entry, at=request.at):
        messages.warning(request, _("Kept. It is not ready yet: see beside the fields."))
        return redirect("desk:entry", shown.slug, entry)
    messages.success(request, _("Kept."))
    return redirect("desk:register", shown.slug)


def _more(request: StaffRequest, shown: Register, entry: str) -> dict[str, Any]:
    """What else a page of an entry shows: a person's cases, a contract's hours, who has a skill."""
    if not entry:
        return {}
    if shown.slug == "persons":
        person = persons.persons_by_id([entry])[entry]
        return {"held": queries.held_by(entry), "welcomed": person if person.is_active else None}
    if shown.slug == "contacts":
        return {"contact": persons.contacts_by_id([entry])[entry]}
    if shown.slug == "contracts":
        made = choices.log((ChosenFor.CONTRACT, entry))[:1]
        return {"counts_in": made[0].name if made else "", "has_hours": True}
    if shown.slug == "skills":
        return {"skilled": said(those_who_have(entry, most=MOST), today(request))}
    return {}


@administrator
@require_POST
def drop(request: StaffRequest, slug: str, entry: UUID) -> HttpResponse:
    """Remove an entry of a register that lets it go."""
    shown = _register(slug)
    if shown.drop is None:
        raise Http404
    try:
        shown.drop(str(entry))
    except Invalid as refused:
        messages.error(request, str(refused))
        return redirect("desk:entry", slug, entry)
    messages.success(request, shown.dropped)
    return redirect("desk:register", slug)


@administrator
@require_POST
def revoke(request: StaffRequest, entry: UUID) -> HttpResponse:
    """No link that the contact was sent opens any more."""
    if str(entry) not in persons.contacts_by_id([str(entry)]):
        raise Http404
    people.revoke_links(contact_id=str(entry))
    messages.success(request, _("Every link sent so far is revoked; the next letter carries a new one."))
    return redirect("desk:entry", "contacts", entry)


@administrator
@require_POST
def try_contact(request: StaffRequest, entry: UUID) -> HttpResponse:
    """Letters go to the contact's address again, which a server had called nobody's."""
    if str(entry) not in persons.contacts_by_id([str(entry)]):
        raise Http404
    people.try_contact(str(entry))
    messages.success(request, _("The next letter goes there. If it comes back too, it says so here."))
    return redirect("desk:entry", "contacts", entry)


@administrator
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: StaffRequest, entry: UUID) -> HttpResponse:
    """Erase a contact, after a page that says what goes and what stays."""
    contact = persons.contacts_by_id([str(entry)]).get(str(entry))
    if contact is None:
        raise Http404
    if request.method == "POST":
        desk.forget_looks(before=request.at)
        count = cases.erase_contact(str(entry), at=request.at)
        messages.success(request, _("Erased, with %(count)s texts. What happened still stands.") % {"count": count})
        return redirect("desk:register", "contacts")
    context = {"contact": contact, "open": queries.of_contact(str(entry))}
    return render(request, "desk/administration/erase.html", context)


@administrator
@require_http_methods(["GET", "HEAD", "POST"])
def organisation(request: StaffRequest) -> HttpResponse:
    """The organisation's name, zone and last-resort contact."""
    return one_at_a_time(request, lambda busy: _organisation(request, busy))


def _organisation(request: StaffRequest, busy: people.Busy | None) -> HttpResponse:
    known = persons.organisation()
    if known is None:
        raise Http404
    initial = {"name": known.name, "zone": known.zone, "last_resort": str(known.last_resort_id)}
    form = OrganisationForm(posted(request), initial=initial)
    if busy:
        form.wait(busy)
    keep: Callable[..., None] = people.keep_organisation
    if form.is_bound and form.is_valid():
        try:
            keep(**{name: form.cleaned_data[name] for name in initial})
        except Invalid as invalid:
            form.refuse(invalid.errors)
        else:
            messages.success(request, _("Kept."))
            return redirect("desk:administration")
    return render(request, "desk/administration/organisation.html", {"form": form}, status=status(form))


def _sent(*, demo: bool) -> str:
    """What becomes of a test letter."""
    if demo:
        return _("Nothing leaves a demo: the letter is kept here.")
    if not outbox.mail_is_set_up():
        return _("The test letter waits here: no mail server is set up, so nothing leaves.")
    return _("A test letter to you is on its way; Outgoing says what became of it.")


@administrator
@require_http_methods(["GET", "HEAD", "POST"])
def mail(request: StaffRequest) -> HttpResponse:
    """How mail is set up, and a test letter to oneself."""
    form, hints = PlainForm(posted(request)), set_up.mail_hints()
    if request.method == "POST" and form.is_valid():
        channels.queue([_test_letter(request, form.sent_key)], at=request.at)
        messages.success(request, _sent(demo=persons.is_demo()))
        return redirect("desk:outgoing")
    server, provider = urlsplit(settings.BACKLINE_SMTP_URL), provider_from_settings()
    context = {
        "form": form,
        "set_up": outbox.mail_is_set_up(),
        "server": provider.called if provider else f"{server.hostname or ''}:{server.port or ''}".rstrip(":"),
        "events": settings.BACKLINE_URL + reverse("intake:mail_events", args=[entrance.sign()]) if provider else "",
        "sender": settings.BACKLINE_MAIL_FROM,
        "answers": settings.BACKLINE_MAIL_REPLY_TO,
        "box": set_up.box_read(),
        "entrance": settings.BACKLINE_URL + reverse("intake:mail", args=[entrance.sign()]),
        "missing": [*set_up.mail(), *set_up.box(), *hints],
    }
    return render(request, "desk/administration/mail.html", context, status=422 if form.is_bound else 200)


def _test_letter(request: StaffRequest, key: str) -> NewNotice:
    me = persons.persons_by_id([request.actor.id])[request.actor.id]
    said = _("A test letter from Backline"), _("Hello %(name)s,\n\nmail works.\n") % {"name": me.name}
    return letter_to(me, said, key=f"test:{me.id}:{key}", kind="test.letter", at_once=True)
