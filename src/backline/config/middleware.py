"""What every request passes: its moment, clean text, and an answer in words, kept by nobody on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils.cache import add_never_cache_headers, patch_cache_control
from django.utils.translation import override

from backline.cases import links
from backline.cases.links import LinkRefused
from backline.config import answers, bodies
from backline.config.wiring import Wired
from backline.look.forms import unkeepable
from backline.people.languages import to_customer as _
from backline.portal.opened import token_of_upload

TAKEN = ("GET", "HEAD", "POST")
"""The methods that any address takes; others are answered before anything looks at what they bring."""
Respond = Callable[[HttpRequest], HttpResponse]


class Moment:
    """Sets `request.at`, the moment at which the server heard the request."""

    def __init__(self, respond: Respond) -> None:
        self._respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The request with its moment."""
        cast(Any, request).at = Wired.clock.now()
        return self._respond(request)


class Language:
    """A page speaks the language of who reads it; where the link is not read yet, as it is asked for."""

    def __init__(self, respond: Respond) -> None:
        self._respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The request, in a language."""
        language = answers.language_of(request)
        with override(language):
            response = self._respond(request)
        response.headers.setdefault("Content-Language", language)
        return response


class Private:
    """Pages are for who asked: no cache on the way keeps them, no search engine lists them, unless they say otherwise.

    The browser of somebody signed in may keep a page for "back": the form on it is then the one that was sent, with its
    key, and sending it again does nothing twice. Signing out tells the browser to forget what it kept.
    """

    def __init__(self, respond: Respond) -> None:
        self._respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer with its headers."""
        response = self._respond(request)
        if not response.has_header("Cache-Control"):
            if request.method == "GET" and response.status_code == 200 and getattr(request, "actor", None):
                patch_cache_control(response, private=True, no_cache=True)
            else:
                add_never_cache_headers(response)
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response


class Cookies:
    """Only a page that somebody goes to sets a cookie, or takes one away.

    What a script asks beside it may carry a session that is over, while another has begun: the answer that ends the old
    one's cookie would take away the new one's.
    """

    def __init__(self, respond: Respond) -> None:
        self._respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer, without cookies where a script asked."""
        response = self._respond(request)
        if "X-Live" in request.headers or request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate":
            response.cookies.clear()
        return response


class CleanText:
    """Refuses addresses that no table can look up, and bytes in another encoding than UTF-8; forms judge their own.

    A cookie that cannot be read is no cookie, so that a broken one locks nobody out.
    """

    def __init__(self, respond: Respond) -> None:
        self._respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The request, or 400 with a sentence."""
        if (request.encoding or "utf-8").lower() not in ("utf-8", "utf8"):
            to_do = _("Nothing was changed. Send it as UTF-8.")
            return answers.answer(400, _("The text is in an encoding that is not taken here."), to_do)
        request.COOKIES = {name: text for name, text in request.COOKIES.items() if not unkeepable(text)}
        if any(unkeepable(text) for text in _address(request)):
            to_do = _("Nothing was changed. Check the address; a character of it was damaged on its way.")
            return answers.answer(400, _("The address holds a character that cannot be kept."), to_do)
        return self._respond(request)


def _address(request: HttpRequest) -> Iterable[str]:
    yield request.path
    for name, values in request.GET.lists():
        yield name
        yield from values


class Answers:
    """Turns the named errors of the rooms into pages with the right status; nothing here is a 500."""

    def __init__(self, respond: Respond) -> None:
        self._respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The request, whose errors `process_exception` answers; a method that is not taken is said in words."""
        if request.method not in TAKEN:
            return answers.not_that_way(HttpResponseNotAllowed(TAKEN))
        flaw = bodies.flaw_of(request.META)
        if flaw:
            return _link_is_over(request) or answers.not_arrived(flaw, request)
        response = self._respond(request)
        return answers.not_that_way(response) if response.status_code == 405 else response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The page for an error that has a name; None for one that has not."""
        return answers.named(error, request)


def _link_is_over(request: HttpRequest) -> HttpResponse | None:
    """What is said to whoever sends photos by a link that opens nothing any more: that, and not to sign in."""
    token = token_of_upload(request.path)
    try:
        if token:
            links.read(token, at=Wired.clock.now())
    except LinkRefused as refused:
        return answers.named(refused, request)
    return None
