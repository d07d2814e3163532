"""Opens a signed link: who comes, to which case, in whose language and zone; judged anew at every request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import override

from backline.cases import links
from backline.cases.links import Linked
from backline.look import moments
from backline.look.http import Request
from backline.people.languages import written_to_in

PLACE = "/c/"


@dataclass(frozen=True, slots=True)
class Opened:
    """A link that opened: who holds it and for which case, and the token that it was."""

    linked: Linked
    token: str


def opened(page: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The page, to whoever holds a good link, which it gets opened; `LinkRefused` to all others."""

    @wraps(page)
    def open_it(request: HttpRequest, token: str, **options: Any) -> HttpResponse:
        asked = cast(Request, request)
        linked = links.read(token, at=asked.at)
        asked.zone = linked.contact.zone
        language = written_to_in(linked.contact.language)
        with override(language), timezone.override(moments.zone_of(asked.zone)):
            answer = page(asked, Opened(linked, token), **options)
        answer.headers["Content-Language"] = language
        return answer

    return open_it


def token_of_upload(path: str) -> str:
    """The token of a link at whose form photos come; empty for every other address."""
    token, _slash, what = path.removeprefix(PLACE).partition("/")
    return token if path.startswith(PLACE) and what == "write" else ""
