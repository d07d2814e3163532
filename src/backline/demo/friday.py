"""Plays the Friday night: what time alone would do to a case of the demo, in a transaction that is taken back.

It is the engine's own look, through the same operations, at moments that have not come; nothing of it stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from backline.cases import lists, queries, wording
from backline.cases import operations as cases
from backline.cases.lists import Wanted
from backline.cases.queries import View
from backline.channels import queries as channels
from backline.channels.queries import OutgoingRow
from backline.core.words import Actor, ActorKind
from backline.look.access import signed_in
from backline.look.http import StaffRequest
from backline.people import queries as people
from backline.portal.story import Story, story

STEP = 15
LONGEST = 66 * 60
"""From a Friday evening to Monday at noon."""
MOST_LOOKS = 400


@dataclass(frozen=True, slots=True)
class Night:
    """A case as it would stand at a moment: as we see it, what was written until then, what its customer reads."""

    at: datetime
    view: View
    letters: tuple[OutgoingRow, ...]
    customer: Story | None


def play(case_id: str, actor: Actor, *, now: datetime, minutes: int, zone: str) -> Night:
    """The case after so many minutes in which nobody does anything; raises `NoSuchCase` where it is out of sight."""
    later = now + timedelta(minutes=minutes)
    with _taken_back():
        for moment in _looks(case_id, now, later):
            cases.look([case_id], at=moment)
        view = queries.view(case_id, actor, at=later, zone=zone)
        fresh = channels.outgoing(case_id=UUID(case_id), limit=60).rows
        letters = tuple(letter for letter in fresh if letter.queued_at > now)
        return Night(later, view, letters, _story(view, later))


@contextmanager
def _taken_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _looks(case_id: str, now: datetime, later: datetime) -> Iterator[datetime]:
    """The moments at which the engine would look; it ends where a look changes nothing, for a worker has the case."""
    before = None
    for _look in range(MOST_LOOKS):
        due = queries.next_look(case_id)
        if due is None or due > later or due == before:
            return
        yield max(due, now)
        before = due


def _story(view: View, at: datetime) -> Story | None:
    if view.contact is None:
        return None
    customer = Actor(ActorKind.CONTACT, str(view.contact.id), customer=str(view.row.customer_id))
    seen = queries.view(view.line.id, customer, at=at, zone=view.contact.zone)
    return story(seen, at=at)


def friday_night(request: HttpRequest, case_id: UUID | None = None) -> HttpResponseBase:
    """Choose a case, then let time go by over it; elsewhere than in a demo there is no such page."""
    if not people.is_demo():
        raise Http404
    return _shown(request, case_id)


@signed_in()
@require_safe
def _shown(request: StaffRequest, case_id: UUID | None) -> HttpResponse:
    if case_id is None:
        lines = lists.page(request.actor, Wanted(most=40)).lines
        return render(request, "demo/choose.html", {"lines": lines, "labels": {"states": wording.STATES}})
    minutes = _minutes(request.GET.get("minutes", ""))
    night = play(str(case_id), request.actor, now=request.at, minutes=minutes, zone=request.zone)
    began = request.at
    request.at = night.at  # the page speaks of that moment: "in 5 min" is from then on
    context = {
        "night": night,
        "minutes": minutes,
        "next": min(minutes + STEP, LONGEST),
        "step": STEP,
        "longest": LONGEST,
        "word": _until_the_next_word(night.view, began),
        "began": began,
        "new": [entry for entry in night.view.timeline if entry.at > began],
        "states": wording.STATES,
    }
    return render(request, "demo/friday.html", context)


def _until_the_next_word(view: View, now: datetime) -> int:
    """How many minutes to the step after the word that the customer was promised; 0 where that is none to come."""
    promised = view.case.promise_by
    steps = (promised - now) // timedelta(minutes=STEP) + 2 if promised and promised > now else 0
    return steps * STEP if steps * STEP <= LONGEST else 0


def _minutes(text: str) -> int:
    return min(int(text), LONGEST) if text.isascii() and text.isdigit() and len(text) < 6 else 0
