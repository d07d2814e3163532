"""The request as pages see it: with its moment, who asks, and the zone of the clock on the wall."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, QueryDict

from backline.core.words import Actor


class Request(HttpRequest):
    """A request with its moment; `actor` is None for somebody who has not signed in."""

    at: datetime
    actor: Actor | None
    zone: str


class StaffRequest(HttpRequest):
    """A request of somebody who has signed in."""

    at: datetime
    actor: Actor
    zone: str


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form was sent with, also where that is nothing at all; None where it is only to be shown."""
    return request.POST if request.method == "POST" else None
