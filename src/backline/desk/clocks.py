"""How every clock of a case ran, as it stood at a moment and by what was known at one."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from backline.cases import queries
from backline.core.words import ClockName
from backline.look.access import signed_in
from backline.look.forms import Form, Moment
from backline.look.http import StaffRequest


class AskedForm(Form):
    """Which moments the clocks are asked about; now, where nothing is said."""

    at = Moment(label=_("As they stood at"), required=False)
    known_at = Moment(label=_("By what was known at"), required=False)


@signed_in()
@require_safe
def clocks(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """The clocks of a case, or the one that is asked for, each with its sentences and its stretches."""
    form = AskedForm(request.GET or None)
    if form.is_bound and form.is_valid():
        if (form.cleaned_data["at"] or request.at) > request.at + queries.FARTHEST:
            form.add_error("at", _("Choose a moment within a year from now."))
        if (form.cleaned_data["known_at"] or request.at) > request.at:
            form.add_error("known_at", _("Nobody knows yet what will be known then. Choose a moment that has passed."))
    asked = form.cleaned_data if form.is_bound and form.is_valid() else {}
    known_at = asked.get("known_at") or request.at
    at = asked.get("at") or min(request.at, known_at)
    found = queries.explained(str(case_id), request.actor, at=at, known_at=known_at, zone=request.zone)
    clock = request.GET.get("clock", "")
    wanted = [ClockName(clock)] if clock in set(ClockName) else list(ClockName)
    context = {
        "explained": found,
        "stories": [one for one in found.stories if one.account.clock.name in wanted],
        "clock": clock if len(wanted) == 1 else "",
        "form": form,
        "at": at,
        "known_at": known_at,
    }
    return render(request, "desk/clocks.html", context, status=422 if form.is_bound and not form.is_valid() else 200)
