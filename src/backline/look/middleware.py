"""Sets who asks: `request.actor` and the zone of his clock, from the signed-in person."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from backline.look import moments
from backline.look.http import Request
from backline.people import queries as people


class Who:
    """Turns Django's user into an actor; somebody who was made inactive is nobody from the next request on."""

    def __init__(self, respond: Callable[[HttpRequest], HttpResponse]) -> None:
        self._respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The request with its actor."""
        asked = cast(Request, request)
        person = request.user if request.user.is_authenticated else None
        asked.actor = people.actor_of(person, at=asked.at) if person else None
        asked.zone = person.zone if person else "UTC"
        with timezone.override(moments.zone_of(asked.zone)):
            return self._respond(request)
