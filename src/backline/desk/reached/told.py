"""What I was told: every letter that was meant for me, by which way it went, and what became of it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from backline.channels import queries, wording
from backline.look.access import signed_in
from backline.look.http import StaffRequest

PAGE = 50
WORDS = {
    "states": wording.STATES,
    "channels": wording.CHANNELS,
    "receipts": wording.RECEIPTS,
    "stands": wording.STANDS,
}
"""What a notice is shown with."""


@signed_in()
@require_safe
def told(request: StaffRequest) -> HttpResponse:
    """The newest first; nobody sees what another was told."""
    only = queries.Sought(recipient_id=request.actor.id)
    page = queries.outgoing(only=only, after=request.GET.get("after") or None, limit=PAGE)
    return render(request, "desk/reached/told.html", {"page": page, **WORDS})
