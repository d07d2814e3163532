"""One change of an entry after the other, so that none undoes another unseen; and how its page is answered."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.http import HttpResponse

from backline.desk.administration.seen import EntryForm
from backline.look.http import StaffRequest
from backline.people import operations as people


def one_at_a_time(request: StaffRequest, page: Callable[[people.Busy | None], HttpResponse]) -> HttpResponse:
    """The page; where a form is sent, nobody else changes registers until it is answered. An import may be at it."""
    if request.method != "POST":
        return page(None)
    try:
        with transaction.atomic():
            people.hold_registers()
            return page(None)
    except people.Busy as busy:
        return page(busy)


def status(form: EntryForm) -> int:
    """How the page of a form is answered that was not kept."""
    if not form.is_bound:
        return 200
    return 409 if form.stale or form.busy else 422
