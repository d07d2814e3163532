"""The shift hand-over: what somebody inherits, what is due before the next shift, what changed since he left."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from backline.cases import lists, queries, wording
from backline.cases.lists import Wanted
from backline.core.words import ClockName, Role, State
from backline.desk import operations as desk
from backline.desk import queries as kept
from backline.desk.rows import Part, rows
from backline.look import moments
from backline.look.access import signed_in
from backline.look.forms import KeyedForm, Text
from backline.look.http import StaffRequest, posted

SHIFTS = (4, 8, 12, 24)
USUAL = 8
A_NIGHT = timedelta(hours=12)
LONGEST_AWAY = timedelta(days=14)
MOST = 100
UNROUTED = (State.RAISED, State.RETURNED)


class HandOverForm(KeyedForm):
    """What the next shift should know."""

    text = Text(
        label=gettext_lazy("What the next shift should know"),
        help_text=gettext_lazy("Beyond what stands on the cases: who was promised a call, what you would watch."),
        max_length=4000,
    )


@signed_in(Role.COORDINATOR, Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: StaffRequest) -> HttpResponse:
    """One page to begin a shift with, and to end it on."""
    form = HandOverForm(posted(request))
    if form.is_bound and form.is_valid():
        _keep(request, form)
        return redirect("desk:hand_over")
    return render(request, "desk/hand_over.html", _context(request, form), status=422 if form.is_bound else 200)


def _keep(request: StaffRequest, form: HandOverForm) -> None:
    text = form.cleaned_data["text"]
    try:
        new = desk.hand_over(person_id=request.actor.id, text=text, at=request.at, key=form.sent_key)
    except desk.AnotherText:
        messages.warning(request, _("This form was sent before with another text; that one was kept."))
        return
    if new:
        messages.success(request, _("Handed over. When you come back, this page says what changed from now on."))
    else:
        messages.info(request, _("That was sent already; here it is."))


def _context(request: StaffRequest, form: HandOverForm) -> dict[str, Any]:
    hours = _hours(request.GET.get("hours", ""))
    since, known = _since(request)
    until = request.at + timedelta(hours=hours)
    waiting = lists.page(request.actor, Wanted(states=UNROUTED, most=MOST))
    clocks = [name for name in ClockName if name not in (ClockName.REVIEW, ClockName.IMPACT)]
    changed, count = queries.changed(since, request.at, by=request.actor, zone=request.zone, most=MOST)
    return {
        "form": form,
        "hours": hours,
        "shifts": SHIFTS,
        "since": since,
        "known": known,
        "until": moments.clock(until, request.at, request.zone),
        "left": kept.left_since(since),
        "waiting": rows(waiting.lines),
        "waiting_count": f"{queries.CAP}+" if waiting.count > queries.CAP else waiting.count,
        "due": Part.of(queries.due(clocks=clocks, before=until, most=MOST + 1), MOST),
        "changed": changed,
        "changed_count": count,
        "labels": {"states": wording.STATES, "clocks": wording.CLOCKS},
    }


def _hours(text: str) -> int:
    return next((hours for hours in SHIFTS if str(hours) == text), USUAL)


def _since(request: StaffRequest) -> tuple[datetime, bool]:
    """When this person handed over last, and whether he did of late; else the length of a night ago."""
    last = kept.last_left(request.actor.id, at=request.at)
    if last is None:
        return request.at - A_NIGHT, False
    return max(last, request.at - LONGEST_AWAY), request.at - last <= LONGEST_AWAY
