"""What every request passes: its moment, clean text, and an answer in words for every refusal."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, cast

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.utils.translation import gettext as _

from backline.cases import wording
from backline.cases.links import LinkFlaw, LinkRefused
from backline.cases.operations import KeyReused, MoveRefused, NoSuchCase
from backline.config.wiring import Wired

Respond = Callable[[HttpRequest], HttpResponse]


class Moment:
    """Sets `request.at`, the moment at which the server heard the request."""

    def __init__(self, respond: Respond) -> None:
        self._respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The request with its moment."""
        cast(Any, request).at = Wired.clock.now()
        return self._respond(request)


class CleanText:
    """Refuses text that no table can hold: NUL and lone surrogates, in addresses and in forms."""

    def __init__(self, respond: Respond) -> None:
        self._respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The request, or 400 with a sentence."""
        if _unclean([request.path, *_values(request)]):
            return answer(request, 400, _("The text holds a character that cannot be kept."), _to_do())
        return self._respond(request)


def _to_do() -> str:
    return _("Nothing was changed. Go back, remove the invisible character (often pasted by accident) and send again.")


def _values(request: HttpRequest) -> Iterable[str]:
    for name, values in request.GET.lists():
        yield name
        yield from values
    if request.content_type == "application/x-www-form-urlencoded":
        for name, values in request.POST.lists():
            yield name
            yield from values


def _unclean(texts: Iterable[str]) -> bool:
    return any("\x00" in text or any("\ud800" <= character <= "\udfff" for character in text) for text in texts)


class Answers:
    """Turns the named errors of the rooms into pages with the right status; nothing here is a 500."""

    def __init__(self, respond: Respond) -> None:
        self._respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The request, whose errors `process_exception` answers."""
        return self._respond(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The page for an error that has a name; None for one that has not."""
        for kind, reply in _ANSWERS:
            if isinstance(error, kind):
                return reply(request, error)
        return None


def answer(request: HttpRequest, status: int, happened: str, to_do: str) -> HttpResponse:
    """A page that says what happened and what to do."""
    context = {"status": status, "happened": happened, "to_do": to_do}
    return render(request, "look/error.html", context, status=status)


def _no_such_case(request: HttpRequest, _error: Exception) -> HttpResponse:
    return answer(request, 404, _("There is no such case here."), _("Check the address, or look in your list."))


def _key_reused(request: HttpRequest, _error: Exception) -> HttpResponse:
    happened = _("This form was sent before, with another content. What was sent first was kept; this was not.")
    return answer(request, 409, happened, _("Open the case to see what was kept, and send what is new from there."))


def _refused(request: HttpRequest, error: Exception) -> HttpResponse:
    said = wording.refusal(error) if isinstance(error, MoveRefused) else ""
    return answer(request, 409, said, _("Open the case again to see where it stands and what can be done now."))


def _link(request: HttpRequest, error: Exception) -> HttpResponse:
    flaw = error.flaw if isinstance(error, LinkRefused) else LinkFlaw.ALTERED
    to_do = _("Use the newest link we sent you, or call us; we are glad to help.")
    if flaw is LinkFlaw.ALTERED:
        return answer(request, 404, _("This link does not work; part of it may be missing."), to_do)
    return answer(request, 410, _("This link is no longer valid."), to_do)


def _too_big(request: HttpRequest, _error: Exception) -> HttpResponse:
    return answer(request, 413, _("That is more than can be sent at once."), _("Send less at a time."))


def _malformed(request: HttpRequest, _error: Exception) -> HttpResponse:
    return answer(request, 400, _("The form did not arrive whole."), _("Go back and send it again."))


Kinds = type[Exception] | tuple[type[Exception], ...]
_ANSWERS: tuple[tuple[Kinds, Callable[[HttpRequest, Exception], HttpResponse]], ...] = (
    (NoSuchCase, _no_such_case),
    (KeyReused, _key_reused),
    (MoveRefused, _refused),
    (LinkRefused, _link),
    ((RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent), _too_big),
    (MultiPartParserError, _malformed),
)
