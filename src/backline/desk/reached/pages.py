"""Where I am reached: my addresses in my order, the codes and tests that prove them, and my quiet hours."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from backline.channels import operations as channels
from backline.channels import queries as outbox
from backline.channels import registry
from backline.channels.notices import Channel
from backline.channels.outward import LONGEST
from backline.channels.port import Place
from backline.channels.push.subscription import mark_of, read
from backline.channels.push.wired import public_key
from backline.core.words import Actor
from backline.desk.reached import chain
from backline.desk.reached.letters import BARE, CODE, about_an_address, ways
from backline.look.access import signed_in
from backline.look.forms import Form, Text, choices
from backline.look.http import StaffRequest
from backline.people import browsers, queries, reached, wording
from backline.people import operations as people
from backline.people.operations import Invalid
from backline.people.queries import Person
from backline.people.reached import CODE_LASTS, Address, AddressKind

KINDS = {
    AddressKind.EMAIL: gettext_lazy("E-mail address"),
    AddressKind.MOBILE: gettext_lazy("Mobile number"),
    AddressKind.LANDLINE: gettext_lazy("Landline number: takes calls, gets no text messages"),
    AddressKind.CHAT: gettext_lazy("Chat, such as Slack, Teams, Telegram or Matrix"),
    AddressKind.WEBHOOK: gettext_lazy("Webhook: a program of your own"),
}
MINUTES = str(CODE_LASTS // timedelta(minutes=1))
_NO_WAY = {
    AddressKind.MOBILE: gettext_lazy("Nothing goes to a number yet: neither text messages nor calls are set up."),
    AddressKind.LANDLINE: gettext_lazy("Nothing goes to a landline yet: calls are not set up."),
    AddressKind.CHAT: gettext_lazy("Nothing goes to a chat yet: an administrator has not switched that on."),
    AddressKind.WEBHOOK: gettext_lazy("Nothing goes to a webhook yet: an administrator has not switched that on."),
    AddressKind.PUSH: gettext_lazy("Nothing goes to a browser: push messages are switched off."),
}


_TEST_SHOWN = gettext_lazy("A test is on its way; once this browser shows it, what is due on a case is shown here too.")


class AddForm(Form):
    """One more address."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What it is"), choices=choices(KINDS), widget=forms.RadioSelect, initial=AddressKind.EMAIL
    )
    value = Text(
        lines=1, max_length=LONGEST, label=gettext_lazy("Address or number"),
        help_text=gettext_lazy("A number with its country, such as +49 30 901820. For a chat or a webhook the address "
                               "that you were given there: whoever has it can post there, so it is not shown again."),
    )  # fmt: skip


class CodeForm(Form):
    """The code that was sent to an address."""

    code = Text(lines=1, max_length=20, label=gettext_lazy("The code that you got"))

    def __init__(self, *args: Any, of: Address, **options: Any) -> None:
        super().__init__(*args, auto_id=f"{of.id}_%s", **options)
        self.fields["code"].widget.attrs |= {"autocomplete": "one-time-code", "inputmode": "numeric"}


def clock(label: Any) -> forms.TimeField:
    """A time of the wall clock, by the minute."""
    return forms.TimeField(
        label=label, required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        input_formats=["%H:%M", "%H:%M:%S"], error_messages={"invalid": gettext_lazy("Give a time such as 22:30.")},
    )  # fmt: skip


class QuietForm(Form):
    """From when to when it is quiet."""

    quiet_from = clock(gettext_lazy("Quiet from"))
    quiet_to = clock(gettext_lazy("until"))

    @classmethod
    def of(cls, person: Person) -> QuietForm:
        """As it is kept."""
        return cls(initial={"quiet_from": _as_time(person.quiet_from), "quiet_to": _as_time(person.quiet_to)})


def _as_time(minutes: int | None) -> time | None:
    return None if minutes is None else time(*divmod(minutes, 60))


def _as_minutes(typed: time | None) -> int | None:
    return typed.hour * 60 + typed.minute if typed else None


@sensitive_post_parameters("value")
@signed_in()
@require_http_methods(["GET", "HEAD", "POST"])
def addresses(request: StaffRequest) -> HttpResponse:
    """My addresses; one more is added."""
    if request.method != "POST":
        return _page(request)
    form, added = AddForm(request.POST), list[Place]()
    if form.is_valid():
        kind, value = AddressKind(form.cleaned_data["kind"]), form.cleaned_data["value"]
        if _kept(lambda: added.append(_added(kind, value, by=request.actor)), form):
            no_way = "" if kind in ways() else _NO_WAY[kind]
            said = f"{_('Kept.')} {no_way or _('Prove that it is yours: have a code sent there.')}"
            if added[0].secret:
                # Shown by this answer alone: a message for the next page would be kept somewhere until then.
                return _page(request, made=(added[0], said))
            messages.success(request, said)
            return redirect("desk:addresses")
    return _page(request, add=form)


def _added(kind: AddressKind, text: str, *, by: Actor) -> Place:
    """One more address of mine, as it is shown; with a secret where one was made for it just now."""
    reads = registry.reader(Channel(kind.value)) if kind.value in set(Channel) else None
    place = reads(text) if reads else Place(text, "")
    kept = people.add_address(kind, place.shown, by=by, sealed=place.sealed)
    return place if kept.sealed == place.sealed else Place(kept.value, "")


@signed_in()
@require_POST
def quiet(request: StaffRequest) -> HttpResponse:
    """My quiet hours."""
    form = QuietForm(request.POST)
    if form.is_valid():
        begins, ends = (_as_minutes(form.cleaned_data[name]) for name in ("quiet_from", "quiet_to"))
        if _kept(lambda: people.keep_quiet_hours(begins, ends, by=request.actor), form):
            messages.success(request, _("Kept."))
            return redirect("desk:addresses")
    return _page(request, quiet=form)


@sensitive_post_parameters("code")
@signed_in()
@require_POST
def address(request: StaffRequest, address: UUID, what: str) -> HttpResponse:
    """A button beside one of my addresses."""
    acts: dict[str, Callable[[StaffRequest, str], HttpResponse]]
    acts = {"first": _first, "remove": _remove, "send": _send, "prove": _prove, "show": _show}
    if what not in acts:
        raise Http404
    return acts[what](request, str(address))


def _first(request: StaffRequest, address: str) -> HttpResponse:
    people.put_first(address, by=request.actor)
    return redirect("desk:addresses")


def _remove(request: StaffRequest, address: str) -> HttpResponse:
    return _said(request, lambda: people.remove_address(address, by=request.actor), _("Nothing goes there any more."))


def _send(request: StaffRequest, address: str) -> HttpResponse:
    def send() -> None:
        with transaction.atomic():
            found, code = people.new_code(address, by=request.actor, at=request.at)
            if found.kind == AddressKind.PUSH:
                raise Http404  # a browser is proved by what it shows
            way = ways().get(found.kind)
            if way is None:
                raise Invalid({"": str(_NO_WAY[AddressKind(found.kind)])})
            if code:
                page = settings.BACKLINE_URL.rstrip("/") + reverse("desk:addresses")
                said = {"code": code, "minutes": MINUTES, "page": page}
                key = f"code:{found.id}:{request.at.isoformat()}"
                letter = about_an_address(found, way, CODE, said, key=key, kind="address.code")
                channels.queue([letter], at=request.at)

    done = _("A code is on its way. It counts for %(minutes)s minutes; enter it beside the address.")
    return _said(request, send, done % {"minutes": MINUTES})


@signed_in()
@require_POST
def browser(request: StaffRequest) -> HttpResponse:
    """The browser before which I sit is added, and shows a test; what it gave, a script of the page sends.

    Where it registered anew by itself, its service worker sends that: what is proved needs no test again.
    """

    def add() -> None:
        place, before = read(request.POST.get("subscription", "")), request.POST.get("replaces", "")
        name = browsers.name_of(request.headers.get("User-Agent", ""))
        with transaction.atomic():
            given = (place.shown, place.sealed, name)
            found = people.add_browser(*given, replaces=mark_of(before), by=request.actor, at=request.at)
            if not (before and found.proved_at):
                _show_test(found, request.at)

    return _said(request, add, f"{_('Kept.')} {_TEST_SHOWN}")


def _show(request: StaffRequest, address: str) -> HttpResponse:
    """A test goes to one of my browsers; showing it proves that one."""
    mine = next((one for one in reached.addresses(request.actor.id) if str(one.id) == address), None)
    if mine is None or mine.kind != AddressKind.PUSH:
        raise Http404
    return _said(request, lambda: _show_test(mine, request.at), str(_TEST_SHOWN))


def _show_test(mine: Address, at: datetime) -> None:
    """At most one a minute."""
    if AddressKind.PUSH not in ways():
        raise Invalid({"": str(_NO_WAY[AddressKind.PUSH])})
    key = f"browser:{mine.id}:{at:%Y-%m-%dT%H:%M}"
    channels.queue([about_an_address(mine, Channel.PUSH, BARE, {}, key=key, kind="address.test")], at=at)


def _said(request: StaffRequest, act: Callable[[], None], done: str) -> HttpResponse:
    """Back to the page with what was done, or why not."""
    try:
        act()
    except Invalid as invalid:
        messages.warning(request, " ".join(invalid.errors.values()))
    else:
        messages.success(request, done)
    return redirect("desk:addresses")


def _prove(request: StaffRequest, address: str) -> HttpResponse:
    mine = {str(one.id): one for one in reached.addresses(request.actor.id)}
    if address not in mine:
        raise Http404
    form = CodeForm(request.POST, of=mine[address])
    if form.is_valid():
        code, at = form.cleaned_data["code"], request.at
        if _kept(lambda: people.prove_address(address, code, by=request.actor, at=at), form):
            messages.success(request, _("%(address)s is proved.") % {"address": wording.address(mine[address])})
            return redirect("desk:addresses")
    return _page(request, code={address: form})


def _kept(act: Callable[[], object], form: Form) -> bool:
    """Whether it was done; why not stands beside the fields."""
    try:
        act()
    except Invalid as invalid:
        form.refuse(invalid.errors)
        return False
    return True


def _page(
    request: StaffRequest, *, add: AddForm | None = None, quiet: QuietForm | None = None,
    code: dict[str, CodeForm] | None = None, made: tuple[Place, str] | None = None,
) -> HttpResponse:  # fmt: skip
    person = queries.persons_by_id([request.actor.id])[request.actor.id]
    mine = reached.addresses(request.actor.id)
    test = chain.last_test(request.actor.id, mine)
    out = reached.codes_out(request.actor.id, at=request.at)
    waiting = {str(one.id): CodeForm(of=one) for one in mine if one.value in out}
    codes = waiting | (code or {})
    by = ways()
    rows = [
        (one, wording.address(one), codes.get(str(one.id)), test.rows.get(str(one.id)), by.get(one.kind))
        for one in mine
    ]
    context = {
        "rows": rows, "kinds": wording.ADDRESS_KINDS, "sign_in": person.email.lower(), "test": test,
        "no_way": {str(kind): said for kind, said in _NO_WAY.items()},
        "add": add or AddForm(), "quiet": quiet or QuietForm.of(person), "set_up": outbox.mail_is_set_up(),
        "made": made, "push_key": public_key(), "wrong": [one for one in (add, quiet, *(code or {}).values()) if one],
    }  # fmt: skip
    return render(request, "desk/reached/addresses.html", context, status=422 if context["wrong"] else 200)
