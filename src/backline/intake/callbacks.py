"""What providers and browsers say and ask later: whether it arrived, what is said in a call, and what is answered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from backline.channels import operations, queries
from backline.channels.notices import Attempt, Channel
from backline.channels.push import shown
from backline.channels.setups import account_of_word
from backline.channels.sms import receipts as texts
from backline.channels.sms import reply
from backline.channels.twilio.signature import is_right
from backline.channels.voice import receipts as calls
from backline.channels.voice import script
from backline.intake.operations import by_digits, by_text
from backline.look.http import Request

Answer = Callable[..., HttpResponse]


def signed_by_provider(channel: Channel) -> Callable[[Answer], Answer]:
    """Only for what the provider of this channel signed, over our address as he knows it; all else is 403."""

    def guard(answer: Answer) -> Answer:
        @csrf_exempt  # the signature says who asks; no session is asked
        @require_POST
        @wraps(answer)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            account = account_of_word(channel)
            given = request.headers.get("X-Twilio-Signature", "")
            url = settings.BACKLINE_URL.rstrip("/") + request.get_full_path()
            form = [(name, value) for name, values in request.POST.lists() for value in values]
            if account is None or not is_right(given, account.token, url, form):
                raise PermissionDenied
            return answer(request, *args, **kwargs)

        return guarded

    return guard


@signed_by_provider(Channel.SMS)
def sms_status(request: HttpRequest, notice: UUID) -> HttpResponse:
    """What became of a text."""
    return _heard(notice, texts.read(request.POST), at=cast(Request, request).at)


@signed_by_provider(Channel.VOICE)
def call_status(request: HttpRequest, notice: UUID) -> HttpResponse:
    """How a call ended."""
    return _heard(notice, calls.read(request.POST), at=cast(Request, request).at)


def _heard(notice: UUID, attempt: Attempt | None, *, at: datetime) -> HttpResponse:
    """204 whether it says something new or not; 404 where we know nothing of what it speaks of."""
    known = operations.heard(notice, attempt, at=at) if attempt else queries.notice(notice) is not None
    if not known:
        raise Http404
    return HttpResponse(status=204)


@csrf_exempt  # the address itself is signed
@require_http_methods(["GET", "HEAD", "POST"])
def call_script(request: HttpRequest, token: str) -> HttpResponse:
    """What is said in a call."""
    notice = script.notice_of(token, at=cast(Request, request).at)
    spoken = queries.spoken(notice) if notice else None
    if spoken is None:
        raise Http404
    said, language, effect = spoken
    keys = by_digits(effect, "", at=cast(Request, request).at)
    if keys is None:
        return _document(script.written(said, language))
    return _document(script.written(f"{said}. {keys.words}", language, ask=_asked_at(token)))


@signed_by_provider(Channel.VOICE)
def call_answer(request: HttpRequest, token: str) -> HttpResponse:
    """A key that was pressed on a call: what is said to it, and whether another one may be pressed."""
    at = cast(Request, request).at
    notice = script.notice_of(token, at=at)
    spoken = queries.spoken(notice) if notice else None
    heard = by_digits(spoken[2], request.POST.get("Digits", ""), at=at) if spoken else None
    if spoken is None or heard is None:
        raise Http404
    if not heard.words:
        return call_script(request, token)
    ask = _asked_at(token) if heard.again else ""
    return _document(script.written(heard.words, spoken[1], ask=ask, times=1))


@signed_by_provider(Channel.SMS)
def sms_in(request: HttpRequest) -> HttpResponse:
    """A text that came in: an answer to what was told, or nothing that anybody is told of."""
    said = by_text(request.POST.get("From", ""), request.POST.get("Body", ""), at=cast(Request, request).at)
    return _document(reply.written(said or ""))


@csrf_exempt  # the address itself is signed
@require_POST
def push_shown(request: HttpRequest, token: str) -> HttpResponse:
    """A browser showed what was pushed to it; said again it changes nothing."""
    said = shown.read(token)
    if said is None:
        raise Http404
    return _heard(*said, at=cast(Request, request).at)


def _asked_at(token: str) -> str:
    return settings.BACKLINE_URL.rstrip("/") + reverse("intake:call_answer", args=[token])


def _document(written: bytes) -> HttpResponse:
    return HttpResponse(written, content_type="text/xml")
