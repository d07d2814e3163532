"""A team's roster from elsewhere: where it is read, how that went, and who is meant by the names in it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from backline.calendars.words import MOST_BYTES
from backline.look.access import signed_in
from backline.look.forms import Form, Text, Zone
from backline.look.http import StaffRequest
from backline.people import operations as people
from backline.people import queries, rosters
from backline.people.oncall import may_plan
from backline.people.operations import Invalid, RosterForm
from backline.people.rosters import Called

Members = list[tuple[str, str]]


class WhereForm(Form):
    """Where the roster is."""

    address = Text(
        lines=1, required=False, max_length=2000, label=gettext_lazy("Address of the feed"),
        help_text=gettext_lazy("Such as https://calendar.example.org/team.ics; read every quarter of an hour."),
    )  # fmt: skip
    feed = forms.FileField(
        required=False, allow_empty_file=True, max_length=1000, label=gettext_lazy("Or a file (.ics)"),
        help_text=gettext_lazy("Read once, now. Up to 1 MB."),
    )  # fmt: skip
    zone = Zone(help_text=gettext_lazy("Entries of whole days, and those without a zone, are meant there."))

    def wanted(self, team: str) -> RosterForm:
        """What was entered."""
        data = self.cleaned_data
        content = data["feed"].read(MOST_BYTES + 1) if data["feed"] else None
        address = data["address"].strip()
        asked = f"https{address.removeprefix('webcal')}" if address.startswith("webcal://") else address
        return RosterForm(team, data["zone"], asked, content)


class NameForm(Form):
    """Who is meant by a name."""

    called = forms.CharField(widget=forms.HiddenInput)
    person = forms.ChoiceField(required=False)

    def __init__(self, *args: Any, members: Members, **options: Any) -> None:
        super().__init__(*args, auto_id=False, **options)
        self.choose("person", [("", _("Nobody")), *members])


@signed_in()
@require_http_methods(["GET", "HEAD", "POST"])
def roster(request: StaffRequest, team: UUID) -> HttpResponse:
    """What is read for a team, who is meant in it, and the form that has it read from somewhere else."""
    known, kept = queries.team(str(team)), rosters.roster_of(str(team))
    if known is None:
        raise Http404
    if not may_plan(request.actor, str(team)):
        raise PermissionDenied
    there = queries.persons_by_id(queries.members([str(team)]).get(str(team), ()))
    members = sorted(((one, person.name) for one, person in there.items()), key=lambda one: one[1])
    where = {"zone": kept.zone if kept else request.zone, "address": kept.address if kept else ""}
    form: Form = WhereForm(initial=where)
    if request.method == "POST":
        form = (
            NameForm(request.POST, members=members)
            if "called" in request.POST
            else WhereForm(request.POST, request.FILES)
        )
        if "drop" in request.POST or form.is_valid():
            try:
                return _acted(request, str(team), form)
            except Invalid as invalid:
                form.refuse(invalid.errors)
    context = {
        "team": known,
        "roster": kept,
        "form": form if isinstance(form, WhereForm) else WhereForm(initial=where),
        "refused": form if isinstance(form, NameForm) else None,
        "names": [(one, _named(one, members)) for one in rosters.names_in(str(team), at=request.at)],
    }
    return render(request, "desk/on_call_roster.html", context, status=422 if form.is_bound else 200)


def _named(one: Called, members: Members) -> NameForm:
    return NameForm(initial={"called": one.name, "person": one.person}, members=members)


def _acted(request: StaffRequest, team: str, form: Form) -> HttpResponse:
    """Do what was asked. Raises `Invalid`, nothing changed."""
    who: dict[str, Any] = {"by": request.actor, "at": request.at}
    if "drop" in request.POST:
        people.drop_roster(team, **who)
        messages.success(request, _("Nothing more is read. The shifts ahead are gone; what has been stays."))
    elif isinstance(form, NameForm):
        people.name_in_roster(team, form.cleaned_data["called"], form.cleaned_data["person"], **who)
        messages.success(request, _("Kept."))
    elif isinstance(form, WhereForm):
        wanted = form.wanted(team)
        people.keep_roster(wanted, **who)
        messages.success(request, _("Kept. It is read within a minute.") if wanted.address else _("Read."))
    return redirect("desk:on_call_roster", team)
