"""The door for providers that hand mails over by HTTP: the mail as it is, at an address that holds our sign."""

from __future__ import annotations

from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from backline.channels.email.entrance import is_signed
from backline.intake.mail.operations import take
from backline.intake.mail.parts import MOST_BYTES
from backline.look.http import Request


@csrf_exempt
@require_POST
def mail_in(request: HttpRequest, secret: str) -> HttpResponse:
    """Keep the mail with what it does; brought again, it does nothing twice."""
    if not is_signed(secret):
        raise Http404
    raw = request.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        return _said(_("Nothing was kept: a mail may have 50 MB."), 413)
    if not raw:
        return _said(_("Nothing was kept: send the mail itself as the body, as message/rfc822."), 422)
    fresh = take(raw, at=cast(Request, request).at)
    return _said(_("Kept.") if fresh else _("Known: it came before, and nothing was done twice."), 200)


def _said(text: str, status: int) -> HttpResponse:
    return HttpResponse(f"{text}\n", content_type="text/plain; charset=utf-8", status=status)
