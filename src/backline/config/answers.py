"""A page in words for every refusal and every error: what happened, what was kept, what to do."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, cast

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.template.loader import render_to_string
from django.utils.translation import get_language, gettext, override

from backline.cases import links, wording
from backline.cases.links import LinkFlaw, LinkRefused
from backline.cases.operations import KeyReused, MoveRefused, NoSuchCase
from backline.config import room
from backline.config.bodies import Flaw
from backline.evidence.words import Refused
from backline.look import carried
from backline.look.context import held_back
from backline.people.languages import WRITTEN, written_to_in, written_to_who_accepts
from backline.people.languages import to_customer as _

_CUSTOMERS = "/c/"


def is_for_customers(request: HttpRequest) -> bool:
    """Whether the address is one of those to which customers' links lead."""
    return request.path_info.startswith(_CUSTOMERS)


def language_of(request: HttpRequest) -> str:
    """The desk speaks English. Customers are answered in what they read, as their link or else their browser says."""
    if not is_for_customers(request):
        return WRITTEN[0]
    # Whoever only looks is answered by the page, which reads the link itself.
    reads = _whose_link(request) if request.method == "POST" else ""
    return written_to_in(reads) if reads else written_to_who_accepts(request.headers.get("Accept-Language", ""))


def _whose_link(request: HttpRequest) -> str:
    """What whoever was sent this link reads; empty where nobody is known by it, or nothing can be asked."""
    token = request.path_info.removeprefix(_CUSTOMERS).partition("/")[0]
    try:
        return links.read(token, at=cast(Any, request).at).contact.language
    except LinkRefused as refused:
        return refused.language
    except DatabaseError:
        return ""


def answer(status: int, happened: str, to_do: str) -> HttpResponse:
    """A page that says what happened and what to do; it needs neither database nor session, for these may be gone."""
    held = status < 500 and held_back()
    context = {"status": status, "happened": happened, "to_do": to_do, "held_back": held}
    page = HttpResponse(render_to_string("look/error.html", context), status=status)
    page["Content-Language"] = get_language()
    return page


def named(error: Exception, request: HttpRequest) -> HttpResponse | None:
    """The page for an error that has a name; None for one that has not."""
    if isinstance(error, NoSuchCase) and is_for_customers(request):
        return answer(404, _("This link is no longer valid."), _newest_link())
    return next((reply(error) for kind, reply in _NAMED if isinstance(error, kind)), None)


def _no_such_case(_error: Exception) -> HttpResponse:
    return answer(404, gettext("There is no such case here."), gettext("Check the address, or look in your list."))


def _key_reused(_error: Exception) -> HttpResponse:
    happened = gettext("This form was sent before, with another content. What was sent first was kept; this was not.")
    return answer(409, happened, gettext("Open the case to see what was kept, and send what is new from there."))


def _refused(error: Exception) -> HttpResponse:
    said = wording.refusal(error) if isinstance(error, MoveRefused) else ""
    return answer(409, said, gettext("Open the case again to see where it stands and what can be done now."))


def _link(error: Exception) -> HttpResponse:
    flaw, reads = (error.flaw, error.language) if isinstance(error, LinkRefused) else (LinkFlaw.ALTERED, "")
    with override(written_to_in(reads) if reads else get_language()):
        if flaw is LinkFlaw.ALTERED:
            return answer(404, _("This link does not work; part of it may be missing."), _newest_link())
        return answer(410, _("This link is no longer valid."), _newest_link())


def _newest_link() -> str:
    return _("Use the newest link we sent you, or call us; we are glad to help.")


def _photo(error: Exception) -> HttpResponse:
    status, said = (error.status, error.text) if isinstance(error, Refused) else (422, "")
    return answer(status, said, _("Go back to the form and send it again."))


def _too_big(_error: Exception) -> HttpResponse:
    return answer(413, _("That is more than can be sent at once."), _("Nothing was changed. Send less at a time."))


def _malformed(_error: Exception) -> HttpResponse:
    return answer(400, _("The form did not arrive whole."), _("Nothing was changed. Go back and send it again."))


def not_arrived(flaw: Flaw, request: HttpRequest) -> HttpResponse:
    """What was sent did not arrive whole, or was not taken in; nothing of it was looked at."""
    too_big = (413, _("That is more than can be sent at once."), _("Send less at a time."))
    stranger = (
        401,
        gettext("So much is taken only from somebody who has signed in."),
        gettext("Sign in, in another tab, then go back and send it again."),
    )
    theirs = is_for_customers(request)
    status, happened, to_do = {
        Flaw.TOO_BIG: too_big,
        Flaw.STRANGER: too_big if theirs else stranger,
        Flaw.SLOW: (
            408,
            _("What you sent did not arrive in time: the line is slow, or was cut."),
            _("Go back and send it again."),
        ),
        Flaw.CUT: (400, _("The form did not arrive whole."), _("Go back and send it again.")),
        Flaw.BUSY: (503, _("Too much is being sent right now."), _("Go back and send it again in a minute.")),
        Flaw.NO_ROOM: (507, _("There is no room left on our side."), full_disk(theirs=theirs)),
    }[flaw]
    page = answer(status, happened, " ".join((_("Nothing was changed."), to_do)))
    if flaw is Flaw.BUSY:
        page["Retry-After"] = "60"
    return page


def full_disk(*, theirs: bool = False) -> str:
    """What to do where the disk is full; a customer can do no more than call."""
    if theirs:
        return _("Send it again later, or call us.")
    return gettext("Tell your administrator that the disk is full; when it is mended, send it again.")


Kinds = type[Exception] | tuple[type[Exception], ...]
_NAMED: tuple[tuple[Kinds, Callable[[Exception], HttpResponse]], ...] = (
    (NoSuchCase, _no_such_case),
    (KeyReused, _key_reused),
    (MoveRefused, _refused),
    (LinkRefused, _link),
    (Refused, _photo),
    ((RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent), _too_big),
    ((MultiPartParserError, UnreadablePostError), _malformed),
)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What cannot be understood: a foreign host name, a form that is too big or broken."""
    to_do = _("Nothing was changed. Check the address, or open the page again and send it once more.")
    return named(exception, request) or answer(400, _("This request cannot be understood."), to_do)


def forbidden(_request: HttpRequest, exception: Exception) -> HttpResponse:
    """What is for somebody else."""
    to_do = gettext("Nothing was changed. If you need it, ask an administrator.")
    return answer(403, gettext("This is for somebody else."), to_do)


def not_found(_request: HttpRequest, exception: Exception) -> HttpResponse:
    """An address that leads nowhere, or to what the person may not know of."""
    return answer(404, _("There is nothing at this address."), _("Check the address, or begin at the start."))


def failed(request: HttpRequest) -> HttpResponse:
    """An error nobody foresaw; it is in the log, with all that helps to find it. A full disk is said as one."""
    if room.is_full(sys.exc_info()[1]):
        return _no_room(request)
    to_do = [
        _("It was not your doing, and it is written down for us."),
        _("This step was not done; what was there before is safe. Go back and try again."),
        _("If it happens twice, please call us.")
        if is_for_customers(request)
        else gettext("If it happens twice, tell your administrator the time."),
    ]
    return answer(500, _("Something broke on our side."), " ".join(to_do))


def _no_room(request: HttpRequest) -> HttpResponse:
    """The disk is full: what was written stands on the page, with the button that sends it again."""
    happened, to_do = _("There is no room left on our side."), full_disk(theirs=is_for_customers(request))
    written = carried.of_request(request)
    if written is None:
        return answer(507, happened, " ".join((_("Nothing was changed."), to_do)))
    return carried.send_again(request, written, status=507, why=f"{happened} {to_do}")


def not_ours(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that does not come from a page we showed to this browser, or from before its last sign-in.

    Where the browser says that it was one of our pages, what was written can be sent again.
    """
    ours = request.META.get("HTTP_ORIGIN") == f"{request.scheme}://{request.get_host()}"
    written = carried.of_request(request) if ours else None
    if written:
        return carried.send_again(request, written, status=403)
    to_do = _("Nothing was changed. Open the page again, with cookies allowed, and send it from there.")
    return answer(403, _("This form is too old, or came from another place."), to_do)


def not_that_way(response: HttpResponse) -> HttpResponse:
    """A method that the address does not take."""
    to_do = _("Nothing was changed. Open the address in the usual way.")
    page = answer(405, _("This address cannot be used in that way."), to_do)
    page["Allow"] = response["Allow"]
    return page
