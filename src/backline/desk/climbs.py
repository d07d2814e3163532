"""Who was told of a case by its clocks, who was not and why, and who comes next."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from backline.cases import climbs as cases
from backline.channels import wording as notices
from backline.look.access import signed_in
from backline.look.http import StaffRequest


@signed_in()
@require_safe
def climbs(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """The climbs of a case, each rung with what became of it."""
    found = cases.climbs(str(case_id), request.actor, at=request.at, zone=request.zone)
    return render(request, "desk/climbs.html", {"found": found, "states": notices.STATES})
