"""Shows how the clocks follow the changes of calendars: how far, what moved, and who is told next."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from backline.cases import operations, recomputed
from backline.core.words import Role
from backline.look.access import signed_in
from backline.look.http import StaffRequest

administrator = signed_in(Role.ADMINISTRATOR)


@administrator
@require_safe
def listed(request: StaffRequest) -> HttpResponse:
    """The last changes, the newest first."""
    return render(request, "desk/administration/recomputes.html", {"changes": recomputed.changes()})


@administrator
@require_safe
def one(request: StaffRequest, change: int) -> HttpResponse:
    """One change, with the clocks that moved first; the page comes again by itself until all is done."""
    found = recomputed.change(change, at=request.at, zone=request.zone)
    if found is None:
        raise Http404
    shown, clocks = found
    writer = None if shown.ended_at else operations.recompute_waits_for()
    context = {"change": shown, "clocks": clocks, "writer": writer}
    answer = render(request, "desk/administration/recompute.html", context)
    if not shown.ended_at:
        answer["Refresh"] = "5"
    return answer
