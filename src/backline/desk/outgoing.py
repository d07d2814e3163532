"""The page of what goes out: who was told what, by which way, whether it arrived, and why somebody was not told."""

from __future__ import annotations

from contextlib import suppress
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from backline.cases import lists, queries
from backline.cases.operations import NoSuchCase
from backline.channels import queries as channels
from backline.core.words import Actor, Role
from backline.desk.reached.told import WORDS
from backline.look.access import signed_in
from backline.look.http import StaffRequest

PAGE = 50
READERS = (Role.COORDINATOR, Role.MANAGER, Role.ADMINISTRATOR)
ASKED = ("state", "channel", "person", "case", "after")


@signed_in(*READERS)
@require_safe
def page(request: StaffRequest) -> HttpResponse:
    """Who was told what, and who was not and why: of everything, or of one case, person, channel or state."""
    asked = {name: request.GET.get(name, "").strip() for name in ASKED}
    case, asked["case"] = _case(asked["case"], request.actor)
    unknown = bool(asked["case"] and not case)
    only = channels.Sought(asked["state"], asked["channel"], asked["person"], nothing=unknown)
    context = {
        "page": channels.outgoing(case_id=case, only=only, after=asked["after"] or None, limit=PAGE),
        "asked": asked,
        **WORDS,
        "unknown_case": unknown,
        "set_up": channels.mail_is_set_up(),
    }
    return render(request, "desk/outgoing.html", context)


def _case(text: str, actor: Actor) -> tuple[UUID | None, str]:
    """The case that is asked for by its reference, or by its id as links here do; and what it is called in sight."""
    if line := lists.by_number(actor, text):
        return UUID(line.id), line.reference
    try:
        case = UUID(text)
    except ValueError:
        return None, text
    with suppress(NoSuchCase):
        text = str(queries.find(text, actor))
    return case, text
