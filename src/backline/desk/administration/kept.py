"""Says as which version something was kept, and whether that was by an earlier press of the same button."""

from __future__ import annotations

from django.contrib import messages
from django.utils.translation import gettext as _

from backline.look.http import StaffRequest


def say_kept(request: StaffRequest, number: int, *, repeated: bool) -> None:
    """Have the next page say it."""
    if repeated:
        messages.info(request, _("That was sent already; it is kept as version %(number)d.") % {"number": number})
    else:
        messages.success(request, _("Kept as version %(number)d.") % {"number": number})
