"""Who may open a page: anybody signed in, or only those who hold a role."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from backline.core.words import Role
from backline.look.http import Request, StaffRequest
from backline.look.sign_in import sign_in_first

Page = Callable[..., HttpResponseBase]


def signed_in(*roles: Role) -> Callable[[Page], Page]:
    """Only for people who have signed in and hold one of the roles (any, where none is named)."""

    def guard(page: Page) -> Page:
        @wraps(page)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            actor = cast(Request, request).actor
            if actor is None:
                return sign_in_first(request)
            if roles and not actor.is_any(*roles):
                return forbidden(request)
            return page(cast(StaffRequest, request), *args, **kwargs)

        return guarded

    return guard


def forbidden(request: HttpRequest) -> HttpResponse:
    """The page for somebody who is signed in, but whose role this is not for."""
    context = {
        "status": 403,
        "happened": _("This page is for people with another role."),
        "to_do": _("Nothing was changed. If you need it, ask an administrator to give you the role."),
    }
    return render(request, "look/error.html", context, status=403)
