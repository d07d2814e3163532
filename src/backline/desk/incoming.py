"""The page of mails that came in: who wrote, what it was taken for, what was done about it or why nothing was."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from backline.channels import received, wording
from backline.core.words import Role
from backline.look.access import signed_in
from backline.look.http import StaffRequest

PAGE = 50


@signed_in(Role.COORDINATOR, Role.MANAGER, Role.ADMINISTRATOR)
@require_safe
def page(request: StaffRequest) -> HttpResponse:
    """Every mail that came in, the newest first."""
    asked = {name: request.GET.get(name, "") for name in ("kind", "after")}
    context = {
        "page": received.incoming(kind=asked["kind"], after=asked["after"], limit=PAGE),
        "asked": asked,
        "kinds": wording.MAILS,
        "set_up": bool(settings.BACKLINE_IMAP_URL),
    }
    return render(request, "desk/incoming.html", context)
