"""Ask for a swap: which shift, whom, and for which one in return, without typing a date."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from backline.cases.operations import KeyReused
from backline.desk.oncall.forms import Shifts, SwapForm
from backline.desk.oncall.once import Sent, team_or_404, tell
from backline.desk.oncall.plan import members_of
from backline.look.access import signed_in
from backline.look.http import StaffRequest, posted
from backline.people import operations as people
from backline.people.oncall import AHEAD, schedule_of
from backline.people.operations import Invalid
from backline.people.operations import SwapForm as Swap


@signed_in()
@require_http_methods(["GET", "HEAD", "POST"])
def swap(request: StaffRequest, team: UUID) -> HttpResponse:
    """The form, and the question once it is asked."""
    found = team_or_404(team)
    if str(team) not in request.actor.teams:
        raise PermissionDenied
    schedule = schedule_of(str(team), request.at, request.at + AHEAD, at=request.at)
    shifts, me = Shifts(schedule, at=request.at, zone=request.zone), request.actor.id
    initial = {"shift": shifts.at(me, request.GET.get("at", ""))}
    form = SwapForm(posted(request), me=me, persons=members_of(str(team)), shifts=shifts, initial=initial)
    if request.GET.get("at") and not initial["shift"]:
        said = _("The shift that you came from cannot be swapped yet, or is not yours any more. Choose one of these.")
        form.warn({"shift": [said]})
    status, sent = 422 if form.is_bound else 200, Sent.of(request, f"swap {team}", form)
    done = _("Asked. Until somebody takes it, the shift stays yours.")
    if form.is_bound and form.is_valid():
        try:
            tell(request, sent.once(partial(_ask, request, str(team), form)), done)
        except Invalid as invalid:
            form.refuse(_beside(invalid.errors))
        except KeyReused:
            status = 409
            form.add_error(None, _("This form was sent before with another content; that one was kept."))
        else:
            return redirect("desk:on_call")
    elif form.is_bound and sent.was_done():
        tell(request, False, done)
        return redirect("desk:on_call")
    return render(request, "desk/oncall/swap.html", {"team": found, "form": form}, status=status)


def _ask(request: StaffRequest, team: str, form: SwapForm) -> None:
    data = form.cleaned_data
    given, back = form.shifts.known[data["shift"]], form.shifts.known.get(data["back"])
    asked = Swap(team, given.start, given.end, data["asked"], back.start if back else None, back.end if back else None)
    people.ask_swap(asked, by=request.actor, at=request.at)


def _beside(errors: dict[str, str]) -> dict[str, str]:
    """The sentences of a refusal, beside the fields of this form."""
    fields = {"from_at": "shift", "to_at": "shift", "back_from": "back", "back_to": "back"}
    return {fields.get(name, name): sentence for name, sentence in errors.items()}
