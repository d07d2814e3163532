"""The channels by which people are told: how each is set up, how it goes, a test of it, and the pause of them all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backline.channels import operations, queries, setups, wording
from backline.channels.notices import Channel, NoticeState
from backline.channels.queries import Went
from backline.channels.setups import Kept
from backline.channels.twilio.account import Account
from backline.core.words import Role
from backline.desk.administration.forms import PlainForm, line
from backline.desk.administration.held import status
from backline.desk.administration.seen import EntryForm
from backline.desk.reached.letters import BARE, GOES_TO, about_an_address
from backline.look.access import signed_in
from backline.look.forms import KeyedForm, Text
from backline.look.http import StaffRequest, posted
from backline.people import queries as persons
from backline.people import reached
from backline.people.operations import Invalid
from backline.people.reached import Address

administrator = signed_in(Role.ADMINISTRATOR)


class ChannelForm(EntryForm):
    """An account with a provider; its token is never shown again."""

    account = line(gettext_lazy("Account SID"), longest=64)
    token = forms.CharField(
        label=gettext_lazy("Auth token"), required=False, max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    sender = line(gettext_lazy("From this number"), longest=40)
    base = line(
        gettext_lazy("Address of the provider"), longest=200,
        help_text=gettext_lazy("Another one for a gateway that speaks as Twilio does. Over https alone, and nothing "
                               "inside your own network, but what BACKLINE_GATEWAYS names."),
    )  # fmt: skip
    is_on = forms.BooleanField(label=gettext_lazy("On: what is due on a case goes this way too"), required=False)

    def __init__(self, *args: Any, kept: Kept | None, channel: Channel, **options: Any) -> None:
        account = kept.account if kept else setups.as_first_shown()
        initial = {"account": account.account, "sender": account.sender, "base": account.base}
        super().__init__(*args, initial={**initial, "is_on": bool(kept and kept.is_on)}, **options)
        if kept and kept.has_secret:
            self.fields["token"].help_text = _("One is kept; leave this empty to keep it.")
        if channel is Channel.SMS:
            self.fields["sender"].label = _("From this number, or by this messaging service")

    def entered(self) -> Account:
        """The account as it was typed."""
        return Account(*(str(self.cleaned_data[name]).strip() for name in ("account", "sender", "base")))


class SwitchForm(EntryForm):
    """Whether a channel is used that needs nothing but that."""

    is_on = forms.BooleanField(label=gettext_lazy("On: what is due on a case goes this way too"), required=False)

    def __init__(self, *args: Any, kept: Kept | None, **options: Any) -> None:
        super().__init__(*args, initial={"is_on": bool(kept and kept.is_on)}, **options)


class PauseForm(KeyedForm):
    """Why nothing may leave."""

    why = Text(lines=1, max_length=300, label=gettext_lazy("Why"))


@dataclass(frozen=True, slots=True)
class Line:
    """One channel on the list."""

    label: Any
    way: str
    is_on: bool
    changed_at: datetime | None
    is_broken: bool
    went: Went


def _lines(request: StaffRequest) -> list[Line]:
    today = request.at.astimezone(ZoneInfo(request.zone)).replace(hour=0, minute=0, second=0, microsecond=0)
    mail = queries.went(Channel.EMAIL, since=today)
    on = queries.mail_is_set_up()
    found = [Line(wording.CHANNELS[Channel.EMAIL], reverse("desk:mail"), on, None, False, mail)]
    known = setups.all_kept()
    for channel in setups.SET_UP:
        kept, way = known.get(channel), reverse("desk:channel", args=[channel.lower()])
        changed_at = kept.changed_at if kept else None
        broken = bool(kept and kept.is_broken)
        line = Line(wording.CHANNELS[channel], way, bool(kept and kept.is_on), changed_at, broken,
                    queries.went(channel, since=today))  # fmt: skip
        found.append(line)
    return found


@administrator
@require_safe
def listed(request: StaffRequest) -> HttpResponse:
    """Every channel, and the switch of them all."""
    return _list(request, PauseForm())


def _list(request: StaffRequest, form: PauseForm) -> HttpResponse:
    context = {"lines": _lines(request), "form": form, "plain": PlainForm()}
    return render(request, "desk/administration/channels.html", context, status=422 if form.is_bound else 200)


@administrator
@require_POST
def pause(request: StaffRequest) -> HttpResponse:
    """Nothing leaves any more, for a reason."""
    form = PauseForm(posted(request))
    if not form.is_valid():
        return _list(request, form)
    operations.pause(form.cleaned_data["why"], by=request.actor, at=request.at)
    messages.success(request, _("Nothing leaves from now on. What is due is kept, and goes when you let it."))
    return redirect("desk:channels")


@administrator
@require_POST
def resume(request: StaffRequest) -> HttpResponse:
    """What was kept goes."""
    operations.resume(by=request.actor, at=request.at)
    messages.success(request, _("Messages go again: what was kept within a day is on its way."))
    return redirect("desk:channels")


@sensitive_post_parameters("token")
@administrator
@require_http_methods(["GET", "HEAD", "POST"])
def channel(request: StaffRequest, channel: str) -> HttpResponse:
    """How one channel is set up."""
    return _one(request, _channel(channel))


def _channel(name: str) -> Channel:
    found = next((one for one in setups.SET_UP if one.lower() == name), None)
    if found is None:
        raise Http404
    return found


def _one(request: StaffRequest, channel: Channel) -> HttpResponse:
    kept = setups.kept(channel)
    form = _form(request, channel, kept)
    if form.is_bound and form.is_valid():
        try:
            _keep(request, channel, form)
        except Invalid as invalid:
            form.refuse(invalid.errors)
        else:
            messages.success(request, _("Kept."))
            return redirect("desk:channel", channel.lower())
    context = {
        "form": form, "kept": kept, "about": wording.ABOUT[channel], "ready": setups.is_on(channel),
        "channel": channel.lower(), "title": wording.CHANNELS[channel],
        "plain": PlainForm(), "mine": _mine(request, channel), "test": _tested(request, channel),
        "by": persons.persons_by_id([kept.changed_by]).get(kept.changed_by) if kept else None,
        "states": wording.STATES,
    }  # fmt: skip
    return render(request, "desk/administration/channel.html", context, status=status(form))


def _form(request: StaffRequest, channel: Channel, kept: Kept | None) -> ChannelForm | SwitchForm:
    if channel in setups.BY_ACCOUNT:
        return ChannelForm(posted(request), kept=kept, channel=channel)
    return SwitchForm(posted(request), kept=kept)


def _keep(request: StaffRequest, channel: Channel, form: ChannelForm | SwitchForm) -> None:
    who: dict[str, Any] = {"is_on": form.cleaned_data["is_on"], "by": request.actor, "at": request.at}
    if isinstance(form, ChannelForm):
        operations.keep_setup(channel, form.entered(), form.cleaned_data["token"].strip(), **who)
    elif channel is Channel.PUSH:
        operations.keep_push(**who)
    else:
        operations.switch(channel, **who)


def _mine(request: StaffRequest, channel: Channel) -> Address | None:
    """The first of one's own addresses that this channel goes to, proved or not."""
    return next((one for one in reached.addresses(request.actor.id) if one.kind in GOES_TO[channel]), None)


@administrator
@require_POST
def send_test(request: StaffRequest, channel: str) -> HttpResponse:
    """A test to one's own number, through the outbox as everything else."""
    found, form = _channel(channel), PlainForm(posted(request))
    mine = _mine(request, found)
    if mine is None or not setups.is_on(found):
        messages.warning(
            request, _("Nothing was sent: it needs an address of your own for this channel, which must be on.")
        )
        return redirect("desk:channel", channel)
    if not form.is_valid():
        return redirect("desk:channel", channel)
    key = _key(request, found, form.sent_key)
    letter = about_an_address(mine, found, BARE, {}, key=key, kind="address.test")
    operations.queue([letter], at=request.at)
    return redirect(f"{reverse('desk:channel', args=[channel])}?tested={form.sent_key}")


def _key(request: StaffRequest, channel: Channel, key: str) -> str:
    return f"channel-test:{channel}:{request.actor.id}:{key}"


def _tested(request: StaffRequest, channel: Channel) -> tuple[Any, Any] | None:
    """What became of the test that the address names: the notice, and how it stands in words."""
    key = _key(request, channel, request.GET.get("tested", "")[:64])
    found = queries.told(effect_keys=[key]).get(key)
    return (found, wording.STATES[NoticeState(found.state)]) if found else None
