"""The doors for mail providers, at addresses that hold our sign: mails as they are, and words about our letters."""

from __future__ import annotations

from typing import cast

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from backline.channels import operations as channels
from backline.channels import queries
from backline.channels.email.entrance import is_signed
from backline.channels.email.provider import said_later
from backline.channels.email.wired import provider_from_settings
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


@csrf_exempt
@require_POST
def mail_events(request: HttpRequest, secret: str) -> HttpResponse:
    """What a mail provider says later of letters that it took; what we know nothing of changes nothing."""
    provider = provider_from_settings()
    if not is_signed(secret) or provider is None:
        raise Http404
    try:
        for letter, attempt in said_later(provider, request):
            for notice in queries.in_letter(letter):
                channels.heard(notice.id, attempt, at=cast(Request, request).at)
    except PermissionError as error:
        raise PermissionDenied from error
    except ValueError:
        return _said(_("Nothing was kept: this is no word of %(name)s.") % {"name": provider.called}, 422)
    return HttpResponse(status=204)


def _said(text: str, status: int) -> HttpResponse:
    return HttpResponse(f"{text}\n", content_type="text/plain; charset=utf-8", status=status)
